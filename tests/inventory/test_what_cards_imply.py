from __future__ import annotations

from pathlib import Path

import pytest

from howopen.answer import Gravity
from howopen.release import Presence
from tests.inventory.builders import inventory, parts, presences, write

MODEL = """# Nova

The weights are available on our site. Nova was trained on 3 million scans of public data.

## Evaluation

| Task | Accuracy |
|---|---|
| A | 71.2 |
"""
LIBRARY = """# Nova tools

A fast library for reading files. Install it with `pip install nova-tools`.

## Benchmarks

Latency is 3.2 ms.
"""


def test_a_readme_that_describes_a_model_is_its_card(tmp_path: Path) -> None:
    found = inventory(write(tmp_path, {"README.md": MODEL}))
    (card,) = parts(found, "model-card")
    assert card.presence is Presence.HERE
    assert card.evidence[0].path == "README.md"


def test_a_readme_of_a_library_is_no_card(tmp_path: Path) -> None:
    assert presences(inventory(write(tmp_path, {"README.md": LIBRARY})), "model-card") == {
        "not-found"
    }


def test_front_matter_of_a_model_implies_weights_elsewhere(tmp_path: Path) -> None:
    text = "---\nlicense: mit\npipeline_tag: text-to-image\n---\n# Nova\n"
    (weights,) = parts(inventory(write(tmp_path, {"README.md": text})), "weights")
    assert (weights.presence, weights.urls) == (Presence.ELSEWHERE, ())
    assert weights.evidence[0].lines == (3, 3)


def test_front_matter_beside_weights_implies_nothing_more(tmp_path: Path) -> None:
    text = "---\nlicense: mit\npipeline_tag: text-to-image\n---\n# Nova\n"
    files: dict[str, str | bytes] = {"README.md": text, "model.bin": b"\0" * 8}
    (weights,) = parts(inventory(write(tmp_path, files)), "weights")
    assert weights.presence is Presence.HERE


def test_a_license_that_links_a_use_policy_shows_it_elsewhere(tmp_path: Path) -> None:
    text = "Terms.\nThe Acceptable Use Policy at https://acme.example/use-policy, as updated.\n"
    (policy,) = parts(inventory(write(tmp_path, {"LICENSE": text})), "usage-policy")
    assert policy.presence is Presence.ELSEWHERE
    assert policy.urls == ("https://acme.example/use-policy",)
    assert policy.evidence[0].lines == (2, 2)


def test_the_modules_of_a_package_are_its_inference_code(tmp_path: Path) -> None:
    metadata = """Metadata-Version: 2.1
Name: nova-speech
Version: 1
Description-Content-Type: text/markdown

# Nova

```python
from nova_speech import load
```
"""
    files = {"PKG-INFO": metadata}
    (code,) = parts(inventory(write(tmp_path, dict(files))), "inference-code")
    assert code.presence is Presence.ELSEWHERE
    write(tmp_path, {"nova_speech/__init__.py": "", "nova_speech/nets.py": "", "setup.py": ""})
    (code,) = parts(inventory(tmp_path), "inference-code")
    assert code.presence is Presence.HERE
    assert {one.path for one in code.files} == {"nova_speech/__init__.py", "nova_speech/nets.py"}


def test_the_modules_of_a_wheel_need_not_be_named_after_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "fair_nova-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: fair-nova\n",
            "nova/model.py": "",
            "tests/model.py": "",
        },
    )
    (code,) = parts(inventory(tmp_path), "inference-code")
    assert code.presence is Presence.HERE
    assert {one.path for one in code.files} == {"nova/model.py"}


def test_the_readme_of_a_stripped_folder_of_code_shows_that_code_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": "# Nova\n", "evaluation/README.md": "# How\n"})
    assert presences(inventory(tmp_path), "evaluation-code") == {"elsewhere"}
    write(tmp_path, {"evaluation/eval.py": ""})
    assert presences(inventory(tmp_path), "evaluation-code") == {"here"}


def test_a_bundle_that_describes_its_network_data_shows_its_architecture(tmp_path: Path) -> None:
    text = """{"version": "1", "monai_version": "1.3", "name": "x",
"network_data_format": {"inputs": {"image": {"type": "image"}}}}"""
    write(tmp_path, {"configs/metadata.json": text})
    (network,) = parts(inventory(tmp_path), "architecture")
    assert network.presence is Presence.HERE
    assert network.facts[0].evidence[0].lines == (2, 2)


@pytest.mark.parametrize(
    ("command", "component"),
    [
        ("torchrun -m lab.bundle run flow --mode eval", "evaluation-code"),
        ("nova_eval_configs --all", "evaluation-code"),
    ],
)
def test_commands_show_code_elsewhere(tmp_path: Path, command: str, component: str) -> None:
    text = f"# Nova\n\n```bash\n{command}\n```\n"
    assert presences(inventory(write(tmp_path, {"README.md": text})), component) == {"elsewhere"}


def test_a_command_under_a_heading_on_fine_tuning_shows_its_code(tmp_path: Path) -> None:
    text = "# Nova\n\n## Fine-tuning models\n\n```bash\nnova_run_train --from base\n```\n"
    found = inventory(write(tmp_path, {"README.md": text}))
    assert presences(found, "fine-tuning-code") == {"elsewhere"}


@pytest.mark.parametrize(
    ("extra", "gravity"), [({}, Gravity.NOTE), ({"run.py": ""}, Gravity.WARNING)]
)
def test_weights_without_address_weigh_less_in_a_copy_of_documents(
    tmp_path: Path, extra: dict[str, str | bytes], gravity: Gravity
) -> None:
    files: dict[str, str | bytes] = {"README.md": "# N\n\nModel weights are available.\n", **extra}
    found = inventory(write(tmp_path, files))
    (told,) = [one for one in found.findings if one.code == "HO101"]
    assert told.gravity is gravity


def test_a_bare_name_of_a_benchmark_is_no_address_of_evaluation_data(tmp_path: Path) -> None:
    bare = "# N\n\n## Evaluation\n\nWe evaluated on MMLU.\n"
    assert presences(inventory(write(tmp_path, {"README.md": bare})), "evaluation-data") == {
        "not-found"
    }
    linked = bare.replace("MMLU", "[MMLU](https://huggingface.co/datasets/cais/mmlu)")
    found = inventory(write(tmp_path, {"README.md": linked}))
    assert presences(found, "evaluation-data") == {"elsewhere"}
