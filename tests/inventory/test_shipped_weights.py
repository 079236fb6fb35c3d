"""Weights as packages and folders ship them: formats, trials, archives, terms of one folder."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from howopen.inventory.archives import archives_here
from howopen.inventory.roles import Roles
from howopen.inventory.variants import Variants
from howopen.knowledge import default
from howopen.knowledge.components import components_of
from howopen.licenses import license_release
from howopen.places import open_place
from howopen.release import File, Gap, Single
from tests.inventory.builders import inventory, parts, present, safetensors, write

MIT = "MIT License\n\nCopyright (c) 2024 Acme\n"


def held(folder: Path, component: str = "weights") -> list[str]:
    return [file.path for part in parts(inventory(folder), component) for file in part.files]


@pytest.mark.parametrize(
    "name",
    ["a.onnx", "a.pt", "a.pth", "a.bin", "a.h5", "a.tflite", "a.npz", "a.joblib", "a.pkl", "a.ckpt",
     "a.skops", "a.cbm", "a.mnn", "a.pte", "a.pdiparams", "a.caffemodel", "yolo.weights",
     "saved/variables/variables.data-00000-of-00001", "ner/model", "vocab/vectors"],
)  # fmt: skip
def test_every_usual_format_of_weights_is_known(name: str, tmp_path: Path) -> None:
    assert held(write(tmp_path, {name: b"\0" * 64})) == [name]


@pytest.mark.parametrize(
    "name", ["vocab/lookups.bin", "vocab.bin", "m.mlpackage/Manifest.json", "training_args.bin"]
)
def test_tables_and_states_are_no_weights(name: str, tmp_path: Path) -> None:
    assert held(write(tmp_path, {name: b"\0" * 64})) == []


def test_weights_of_tests_are_not_those_of_the_release(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": '[project]\nname = "lib"\nversion = "1"\n',
            "lib/__init__.py": "x = 1\n",
            "tests/data/tiny.safetensors": safetensors(),
            "test/fixtures/broken.safetensors": b"no",
        },
    )
    found = inventory(tmp_path)
    assert "weights" not in present(found)
    assert found.release.kind.value == "software"
    assert found.gaps == ()


def zipped(files: dict[str, bytes]) -> bytes:
    held_in = io.BytesIO()
    with zipfile.ZipFile(held_in, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held_in.getvalue()


def test_a_zip_with_weights_is_read_as_a_folder(tmp_path: Path) -> None:
    inner = {
        "m/model.safetensors": safetensors(),
        "m/README.md": b"---\nlicense: mit\n---\n# M\n",
        "../out.md": b"# out\n",
    }
    found = inventory(write(tmp_path, {"pkg/model.zip": zipped(inner)}))
    (weights,) = parts(found, "weights")
    assert [file.path for file in weights.files] == ["pkg/model.zip/m/model.safetensors"]
    assert {fact.name: fact.value for fact in weights.facts}["format"] == "safetensors"
    assert [one.value for one in found.release.declarations if one.key == "license"] == ["mit"]
    assert not [file.path for file in found.release.files if "out.md" in file.path]
    assert found.gaps == ()


def test_a_zip_without_weights_stays_closed_and_is_a_gap(tmp_path: Path) -> None:
    found = inventory(write(tmp_path, {"docs.zip": zipped({"README.md": b"# D\n"})}))
    assert [file.path for file in found.release.files] == ["docs.zip"]
    assert [gap.where for gap in found.gaps] == ["docs.zip"]
    assert "licenses" in found.gaps[0].weakens


def test_archives_on_the_hub_are_weights_by_their_names(tmp_path: Path) -> None:
    place = open_place(write(tmp_path, {"m.zip": zipped({"w.onnx": b"\0" * 8})}) / "m.zip")
    file = File(path="m.zip", size=place.size("m.zip"))
    gaps: list[Gap] = []
    roles = Roles(components_of(default()))
    (seen,) = archives_here(place, (file,), roles, Variants(), gaps)
    assert seen.facts[0].value == "zip of onnx"
    assert [gap.where for gap in gaps] == ["m.zip"]


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\xff" * 18, b"PK\x03\x04" * 100])
def test_a_broken_archive_is_a_gap_only(data: bytes, tmp_path: Path) -> None:
    found = inventory(write(tmp_path, {"data.zip": data, "more.tar.gz": b"\x1f\x8b"}))
    assert {gap.where for gap in found.gaps} == {"data.zip", "more.tar.gz"}
    assert "weights" not in present(found)


def test_code_called_model_is_an_architecture_only_where_it_defines_layers(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pkg/types/model.py": "class Config:\n    path: str\n",
            "pkg/model.py": "import onnxruntime\n\n\ndef load(path):\n    ...\n",
            "pkg/tiny_model.py": "from torch import nn\n\n\nclass Net(nn.Module):\n    pass\n",
            "pkg/modeling_x.py": "x = 1\n",
        },
    )
    assert sorted(held(tmp_path, "architecture")) == ["pkg/modeling_x.py", "pkg/tiny_model.py"]


def test_a_folder_with_its_own_license_is_a_model_of_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "LICENSE": "Licensed under the MIT License.\n",
            "big/model.safetensors": safetensors(),
            "small/model.safetensors": safetensors(),
            "small/LICENSE": "Licensed under CC-BY-NC-4.0.\n",
        },
    )
    place = open_place(tmp_path)
    release = license_release(place, inventory(tmp_path), default()).release
    terms = {one.variant: one.grant.terms for one in release.parts if one.files and one.grant}
    assert set(terms) == {None, "small"}
    small = terms["small"]
    assert isinstance(small, Single)
    assert small.reading.license == "CC-BY-NC-4.0"
    assert terms[None] != small


def test_texts_in_a_folder_of_licenses_make_no_model(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "model.onnx": b"\0" * 8,
            "LICENSES/a.onnx": b"\0" * 8,
            "LICENSES/MIT.txt": MIT,
        },
    )
    assert inventory(tmp_path).release.variants == ()


README = """# Wake

## Install

```
pip install wake
pip install https://host.example/x.whl
pip install dist/wake-1.0-py3-none-any.whl
pip install onnxruntime
```

## Performance

| Model | Accuracy | Link |
|---|---|---|
| wake | 97.5% | NA |
| other net | 94.9% | [paper](https://arxiv.org/abs/1910.09463) |

## License

The pre-trained models are under [CC BY-NC 4.0](https://creativecommons.org/licenses/by-nc/4.0/)
because of the training data they were trained on.
"""


def test_licenses_rivals_and_the_package_itself_are_no_components(tmp_path: Path) -> None:
    folder = write(tmp_path / "wake", {"README.md": README, "wake.onnx": b"\0" * 8})
    found = inventory(folder)
    assert not [one for one in parts(found, "training-data") if one.urls]
    assert not [one for one in parts(found, "paper") if one.urls]
    (libraries,) = [one for one in parts(found, "supporting-libraries") if one.urls]
    assert libraries.urls == ("onnxruntime",)
