"""Sources that contradict each other, and those that only seem to, with real license texts."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from howopen.inventory import take
from howopen.knowledge.loader import default
from howopen.licenses import license_release
from howopen.licenses.release_terms import Licensed
from howopen.licenses.trees import ids_of
from howopen.places.opening import open_place
from howopen.release import AnyOf, Component, Grant, Scope
from tests.licenses.releases import weights as tensors

pytestmark = pytest.mark.shared

#: codes of findings that say that two places contradict one another
CONFLICTS = {"HO201", "HO202", "HO206", "HO207", "HO209", "HO211"}
CODE = "print('x')\n"
DATA_CARD = "---\nlicense: cc-by-4.0\ntask_categories:\n- text-generation\n---\n# Corpus\n\nData.\n"


def card(tag: str, body: str = "", extra: str = "") -> str:
    return f"---\nlicense: {tag}\n{extra}---\n# Zephyrine\n\n{body}\n"


def package(fields: str) -> str:
    return f"Metadata-Version: 2.1\nName: zephyrine\nVersion: 1.0\n{fields}\n\nA package.\n"


@pytest.fixture(scope="session")
def texts(shared_root: Path) -> dict[str, str]:
    corpus = shared_root / "corpus"
    paths = {
        "@mit": corpus / "releases/Stability-AI__generative-models/LICENSE-CODE",
        "@apache": corpus / "releases/01-ai__Yi/LICENSE",
        "@llama2": corpus / "license-texts/llama2.LICENSE.txt",
        "@llama3.1": corpus / "license-texts/llama3_1.LICENSE.txt",
    }
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def licensed(folder: Path, files: dict[str, str], texts: dict[str, str]) -> Licensed:
    """Write a release with weights; a value `@mit` is that license's published text."""
    home = folder / "zephyrine"
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(text, text), encoding="utf-8")
    (home / "model.safetensors").write_bytes(tensors())
    place = open_place(home)
    return license_release(place, take(place, default()), default())


def conflicts(found: Licensed) -> list[str]:
    return [one.code for one in found.findings if one.code in CONFLICTS]


def grant(found: Licensed, component: Component = Component.WEIGHTS) -> Grant:
    held = next(one.grant for one in found.release.parts if one.component is component)
    assert held is not None
    return held


LINKED = "license_name: llama3.1\nlicense_link: {}\n"


@pytest.mark.parametrize(
    ("files", "code", "weights", "sides"),
    [
        ({"README.md": card("llama2"), "LICENSE": "@apache"}, "HO201", "Apache-2.0", 2),
        ({"README.md": card("mit"), "LICENSE": "@llama2"}, "HO201", "llama-2", 2),
        (
            {"README.md": card("mit", "This project is under CC BY-NC 4.0."), "LICENSE": "@mit"},
            "HO207",
            "MIT",
            2,
        ),
        (
            {"README.md": card("mit", "The weights are under CC BY-NC 4.0."), "LICENSE": "@mit"},
            "HO207",
            "CC-BY-NC-4.0",
            2,
        ),
        (
            {
                "PKG-INFO": package("Classifier: License :: OSI Approved :: MIT License"),
                "LICENSE": "@apache",
            },
            "HO202",
            "Apache-2.0",
            2,
        ),
        (
            {
                "PKG-INFO": package(
                    "License: MIT\nClassifier: License :: OSI Approved :: Apache Software License"
                )
            },
            "HO209",
            None,
            2,
        ),
        (
            {
                "README.md": card(
                    "other", "", LINKED.format("https://creativecommons.org/licenses/by-nc/4.0/")
                )
            },
            "HO209",
            None,
            2,
        ),
        (
            {"README.md": card("other", "", LINKED.format("LICENSE")), "LICENSE": "@llama2"},
            "HO201",
            "llama-2",
            2,
        ),
        (
            {"README.md": card("apache-2.0", "This model is released under the MIT License.")},
            "HO209",
            "MIT",
            2,
        ),
        (
            {"README.md": card("apache-2.0"), "PKG-INFO": package("License: MIT")},
            "HO209",
            "Apache-2.0",
            2,
        ),
        (
            {
                "README.md": card("mit"),
                "LICENSE": "@mit",
                "train.py": "# SPDX-License-Identifier: GPL-3.0-only\n",
            },
            "HO202",
            "MIT",
            2,
        ),
        (
            {
                "README.md": card("mit", "This model is for non-commercial use only."),
                "LICENSE": "@mit",
            },
            "HO211",
            "MIT",
            2,
        ),
        ({"README.md": "---\nlicense:\n- mit\n- apache-2.0\n---\n# Z\n"}, "HO206", None, 1),
    ],
    ids=str,
)
def test_a_contradiction_is_found_with_both_sides(
    files: dict[str, str],
    code: str,
    weights: str | None,
    sides: int,
    tmp_path: Path,
    texts: dict[str, str],
) -> None:
    found = licensed(tmp_path, files, texts)
    first = next(one for one in found.findings if one.code == code)
    assert len(first.sides) == sides
    assert all(side.quote for side in first.sides)
    assert ids_of(grant(found).terms) == (weights,)


@pytest.mark.parametrize(
    ("files", "weights"),
    [
        ({"README.md": card("apache-2.0")}, "Apache-2.0"),
        (
            {
                "README.md": card("apache-2.0", "This model is released under Apache 2.0."),
                "LICENSE": "@apache",
            },
            "Apache-2.0",
        ),
        (
            {
                "README.md": card(
                    "llama2", "The code is under MIT, the weights under the Llama 2 license."
                ),
                "LICENSE": "@mit",
                "LICENSE-MODEL": "@llama2",
                "infer.py": CODE,
            },
            "llama-2",
        ),
        (
            {
                "README.md": card("other", "The weights are released under CC-BY-NC-4.0."),
                "LICENSE": "@mit",
                "infer.py": CODE,
            },
            "CC-BY-NC-4.0",
        ),
        (
            {"README.md": card("other", "", LINKED.format("LICENSE")), "LICENSE": "@llama3.1"},
            "llama-3.1",
        ),
        ({"README.md": card("other"), "LICENSE": "@llama2"}, "llama-2"),
        (
            {
                "PKG-INFO": package(
                    "License: Apache-2.0\n"
                    "Classifier: License :: OSI Approved :: Apache Software License"
                ),
                "LICENSE": "@apache",
            },
            "Apache-2.0",
        ),
        (
            {
                "README.md": card("mit", "Trained on the corpus."),
                "LICENSE": "@mit",
                "data/README.md": DATA_CARD,
                "data/train.jsonl": '{"a": 1}\n',
            },
            "MIT",
        ),
        (
            {
                "README.md": card("mit", "Contributions are accepted under Apache-2.0."),
                "LICENSE": "@mit",
            },
            "MIT",
        ),
        (
            {
                "README.md": "# Zephyrine\n\nOur model weights are licensed under MIT.\n\n"
                "The embedding model is provided by Google as a module under Apache-2.0.\n"
            },
            "MIT",
        ),
        (
            {
                "README.md": card("mit", "It uses FFmpeg, which is licensed under LGPL 2.1."),
                "LICENSE": "@mit",
            },
            "MIT",
        ),
        (
            {
                "README.md": card("mit"),
                "LICENSE": "@mit",
                "infer.py": "# SPDX-License-Identifier: MIT\n",
            },
            "MIT",
        ),
    ],
    ids=str,
)
def test_what_agrees_or_speaks_of_other_parts_is_no_contradiction(
    files: dict[str, str], weights: str, tmp_path: Path, texts: dict[str, str]
) -> None:
    found = licensed(tmp_path, files, texts)
    assert conflicts(found) == []
    assert ids_of(grant(found).terms) == (weights,)


def test_a_file_header_that_says_another_license_than_the_card_is_reported(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    path = tmp_path / "zephyrine" / "model.gguf"
    path.parent.mkdir()
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_license("mit")
    writer.add_tensor("t", np.zeros(4, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    lying = licensed(tmp_path, {"README.md": card("llama3")}, texts)
    (finding,) = [one for one in lying.findings if one.code in CONFLICTS]
    assert (finding.code, {side.path for side in finding.sides}) == (
        "HO209",
        {"README.md", "model.gguf"},
    )
    assert conflicts(licensed(tmp_path, {"README.md": card("mit")}, texts)) == []


def test_a_changed_license_is_not_settled_by_the_plain_text_beside_it(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    said = "Our model weights are under a modified MIT license."
    found = licensed(tmp_path, {"README.md": f"# Z\n\n{said}\n", "LICENSE": "@mit"}, texts)
    assert ids_of(grant(found).terms) == (None,)


def test_a_shared_name_means_the_license_whose_text_is_here(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    said = "Our model weights are under the Apache license."
    found = licensed(tmp_path, {"README.md": f"# Z\n\n{said}\n", "LICENSE": "@apache"}, texts)
    assert ids_of(grant(found).terms) == ("Apache-2.0",)
    assert conflicts(found) == []


def test_a_dual_license_said_in_words_is_a_choice(tmp_path: Path, texts: dict[str, str]) -> None:
    said = "Licensed under either of MIT or, at your option, Apache License 2.0."
    files = {
        "README.md": f"# Z\n\n## License\n\n{said}\n",
        "LICENSE-MIT": "@mit",
        "LICENSE-APACHE": "@apache",
    }
    found = licensed(tmp_path, files, texts)
    assert isinstance(grant(found).terms, AnyOf)
    assert conflicts(found) == []


def test_the_card_of_data_is_for_the_data(tmp_path: Path, texts: dict[str, str]) -> None:
    files = {
        "README.md": card("mit"),
        "LICENSE": "@mit",
        "data/README.md": DATA_CARD,
        "data/train.jsonl": '{"a": 1}\n',
    }
    held = grant(licensed(tmp_path, files, texts), Component.TRAINING_DATA)
    assert (ids_of(held.terms), held.scope) == (("CC-BY-4.0",), Scope.STATED)


def test_the_tag_at_the_top_of_a_code_file_is_for_that_file(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    files = {
        "LICENSE": "@mit",
        "train.py": "# SPDX-License-Identifier: GPL-3.0-only\n",
        "infer.py": "#!/usr/bin/env python\n# SPDX-License-Identifier: MIT\n",
        "third_party/other.py": "# SPDX-License-Identifier: EPL-2.0\n",
    }
    found = licensed(tmp_path, files, texts)
    assert ids_of(grant(found, Component.TRAINING_CODE).terms) == ("GPL-3.0-only",)
    assert ids_of(grant(found, Component.INFERENCE_CODE).terms) == ("MIT",)
    assert all(one.reading.license != "EPL-2.0" for one in found.release.statements)


def test_models_in_folders_of_their_own_have_the_terms_of_their_cards(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    small = "# Small\n\nThis model is released under the MIT License.\n"
    files = {
        "README.md": "# Zephyrine\n\nTwo models.\n",
        "small/README.md": small,
        "large/docs/README.md": card("cc-by-nc-4.0"),
    }
    for name in ("small", "large"):
        (tmp_path / "zephyrine" / name).mkdir(parents=True)
        (tmp_path / "zephyrine" / name / "model.safetensors").write_bytes(tensors())
    found = licensed(tmp_path, files, texts)
    terms = {
        file.path: ids_of(part.grant.terms if part.grant else None)
        for part in found.release.parts
        if part.component is Component.WEIGHTS
        for file in part.files
    }
    assert terms == {
        "model.safetensors": (),
        "small/model.safetensors": ("MIT",),
        "large/model.safetensors": ("CC-BY-NC-4.0",),
    }


def test_a_model_that_is_not_here_has_the_terms_its_sentence_says(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    home = tmp_path / "zephyrine"
    home.mkdir()
    (home / "LICENSE").write_text(texts["@mit"], encoding="utf-8")
    text = "# Z\n\n## License\n\nThis model is released under the MIT License.\n"
    (home / "README.md").write_text(text, encoding="utf-8")
    place = open_place(home)
    found = license_release(place, take(place, default()), default())
    assert (ids_of(grant(found).terms), grant(found).scope) == (("MIT",), Scope.STATED)


def test_sentences_on_two_lists_of_models_do_not_contradict(
    tmp_path: Path, texts: dict[str, str]
) -> None:
    lists = [
        f"## {name}\n\nAll of the below models are published under the {license} license.\n"
        for name, license in (("Speech", "MIT"), ("Voices", "CC-BY-NC-4.0"))
    ]
    found = licensed(tmp_path, {"README.md": "# Zephyrine\n\n" + "\n".join(lists)}, texts)
    assert "HO209" not in conflicts(found)
