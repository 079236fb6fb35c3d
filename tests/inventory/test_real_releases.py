from __future__ import annotations

from pathlib import Path

import pytest

from howopen.inventory import Inventory, take
from howopen.knowledge import default
from howopen.places import open_place
from howopen.release import Evidence, Presence
from tests.inventory.builders import parts, present

pytestmark = pytest.mark.shared


def read(shared_root: Path, name: str) -> Inventory:
    return take(open_place(shared_root / "corpus" / "releases" / name), default())


def evidence_of(found: Inventory) -> list[Evidence]:
    release = found.release
    return [
        *(one for part in release.parts for one in part.evidence),
        *(one.evidence for one in release.declarations),
        *(one for relation in release.relations for one in relation.evidence),
        *(one for variant in release.variants for one in variant.evidence),
    ]


def test_every_real_release_can_be_inventoried_and_every_fact_has_evidence_in_bounds(
    shared_root: Path,
) -> None:
    folders = sorted((shared_root / "corpus" / "releases").iterdir())
    assert len(folders) >= 69
    for folder in folders:
        found = take(open_place(folder), default())
        paths = {file.path for file in found.release.files}
        lengths = {one.path: one.text.count("\n") + 1 for one in found.documents}
        assert all(part.evidence for part in found.release.parts), folder.name
        assert len({part.id for part in found.release.parts}) == len(found.release.parts)
        for one in evidence_of(found):
            assert one.path is None or one.path in paths, (folder.name, one)
            if one.path in lengths and one.lines:
                assert 1 <= one.lines[0] <= one.lines[1] <= lengths[one.path], (folder.name, one)


def test_flux_has_a_variant_for_each_card_license_and_row_of_its_table(shared_root: Path) -> None:
    found = read(shared_root, "black-forest-labs__flux")
    ids = {one.id for one in found.release.variants}
    assert {"flux-1-dev", "flux-1-schnell", "flux-1-krea-dev", "flux-1-kontext-dev"} <= ids
    assert {"flux-1-fill-dev", "flux-1-canny-dev", "flux-1-redux-dev"} <= ids
    assert len(ids) == 10
    adapters = {one.variant for one in parts(found, "adapter")}
    assert adapters == {"flux-1-canny-dev-lora", "flux-1-depth-dev-lora"}
    documents = {one.path: one.variant for one in found.documents}
    assert documents["model_licenses/LICENSE-FLUX1-dev"] == "flux-1-dev"


def test_llama_models_has_a_variant_for_each_model(shared_root: Path) -> None:
    found = read(shared_root, "meta-llama__llama-models")
    ids = {one.id for one in found.release.variants}
    assert {"llama2", "llama3", "llama3-1", "llama3-2", "llama3-3", "llama4"} <= ids
    (weights,) = [one for one in parts(found, "weights") if one.variant is None]
    assert weights.access is not None
    assert weights.access.value == "gated-download"


def test_llama_2_describes_its_data_and_does_not_name_it(shared_root: Path) -> None:
    found = read(shared_root, "meta-llama__llama-models__llama2")
    assert {"data-information", "evaluation-results", "risk-analysis"} <= present(found)
    assert {"hardware-and-compute", "usage-policy", "model-card", "paper"} <= present(found)
    (data,) = parts(found, "training-data")
    assert data.presence is Presence.NOT_FOUND


def test_olmo_names_its_data_code_and_checkpoints(shared_root: Path) -> None:
    found = read(shared_root, "allenai__OLMo")
    names = {part.name for part in parts(found, "training-data")}
    assert {"allenai/olmo-mix-1124", "allenai/dolmino-mix-1124"} <= names
    assert {"training-code", "intermediate-checkpoints", "weights"} <= present(found)


def test_a_private_data_set_of_a_monai_bundle_is_withheld(shared_root: Path) -> None:
    found = read(shared_root, "Project-MONAI__model-zoo__endoscopic_inbody_classification")
    assert "said-withheld" in {part.presence.value for part in parts(found, "training-data")}


def test_readmes_in_many_languages_list_the_same_models_once(shared_root: Path) -> None:
    names = {one.name for one in read(shared_root, "QwenLM__Qwen").release.variants}
    assert len(names) == 16
    assert {"Qwen-1_8B", "Qwen-7B-Chat", "Qwen-72B-Chat-Int4"} <= names


def test_a_registry_of_a_package_gives_each_model_its_own_license(shared_root: Path) -> None:
    found = read(shared_root, "pypi__TTS")
    told = {one.variant: one for one in found.release.declarations if one.variant and one.component}
    licensed = told["tts-models-bg-cv-vits"]
    assert (licensed.value, licensed.evidence.lines) == ("bsd-3-clause", (63, 68))


def test_models_of_others_in_a_table_of_results_are_no_variants(shared_root: Path) -> None:
    demucs = {one.name for one in read(shared_root, "pypi__demucs").release.variants}
    assert demucs == set()
    yi = {one.name for one in read(shared_root, "01-ai__Yi").release.variants}
    assert all(name.startswith("Yi-") for name in yi)
    assert len(yi) == 14
