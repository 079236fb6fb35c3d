from __future__ import annotations

from pathlib import Path

from howopen.release import Presence
from tests.inventory.builders import inventory, parts, write

README = """# Models

| Name | Repository |
|---|---|
| Nova Small | https://huggingface.co/acme/Nova-small |
| Nova Large | https://huggingface.co/acme/Nova-large |
"""


def test_cards_and_licenses_named_after_models_make_variants(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "README.md": README,
            "model_cards/Nova-small.md": "# Nova small\n\n## Limitations\n\n" + "It errs. " * 20,
            "model_cards/Nova-large.md": "# Nova large\n",
            "model_licenses/LICENSE-Nova-small": "terms",
            "model_licenses/LICENSE-Nova-tiny": "terms",
        },
    )
    found = inventory(tmp_path)
    assert {one.id for one in found.release.variants} == {"nova-small", "nova-large", "nova-tiny"}
    documents = {one.path: one.variant for one in found.documents}
    assert documents["model_licenses/LICENSE-Nova-small"] == "nova-small"
    assert documents["README.md"] is None
    (risks,) = parts(found, "risk-analysis")
    assert risks.variant == "nova-small"
    assert [one.subject for one in found.findings if one.code == "HO103"] == ["nova-tiny"]


def test_weights_in_a_table_go_to_the_model_they_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "README.md": README,
            "model_cards/Nova-small.md": "# Nova small\n",
            "model_cards/Nova-large.md": "# Nova large\n",
        },
    )
    weights = {part.variant: part.urls for part in parts(inventory(tmp_path), "weights")}
    assert weights == {
        "nova-small": ("https://huggingface.co/acme/Nova-small",),
        "nova-large": ("https://huggingface.co/acme/Nova-large",),
    }


def test_folders_of_models_make_variants_with_their_own_parts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "models/nova2/MODEL_CARD.md": "# Nova 2\n",
            "models/nova2/LICENSE": "terms",
            "models/nova3_1/MODEL_CARD.md": "# Nova 3.1\n",
            "models/nova3_1/MODEL_CARD_VISION.md": "# Nova 3.1 Vision\n",
            "models/nova3_1/USE_POLICY.md": "You may not.",
        },
    )
    found = inventory(tmp_path)
    assert {one.id for one in found.release.variants} == {"nova2", "nova3-1", "nova3-1-vision"}
    cards = {part.variant for part in parts(found, "model-card")}
    assert cards == {"nova2", "nova3-1", "nova3-1-vision"}
    assert [part.variant for part in parts(found, "usage-policy")] == ["nova3-1"]


def test_translations_of_one_readme_are_no_variants(tmp_path: Path) -> None:
    card = "---\nlicense: mit\npipeline_tag: x\n---\n# M\n"
    write(tmp_path, {"README.md": card, "README_CN.md": card, "README_FR.md": card})
    found = inventory(tmp_path)
    assert found.release.variants == ()
    (part,) = parts(found, "model-card")
    assert len(part.files) == 3


def test_licenses_of_code_and_weights_are_no_variants(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"LICENSE-CODE": "a", "LICENSE-MODEL": "b", "LICENSE_weights": "c", "README.md": "# M\n"},
    )
    assert inventory(tmp_path).release.variants == ()


def test_folders_of_code_are_no_variants(tmp_path: Path) -> None:
    write(
        tmp_path, {"src/models/resnet.py": "x", "src/models/vit.py": "x", "tests/a/README.md": ""}
    )
    assert inventory(tmp_path).release.variants == ()


def test_not_found_is_said_once_for_the_whole_release(tmp_path: Path) -> None:
    write(tmp_path, {"models/a1/LICENSE": "x", "models/b1/LICENSE": "y"})
    (part,) = parts(inventory(tmp_path), "weights")
    assert (part.presence, part.variant) == (Presence.NOT_FOUND, None)
