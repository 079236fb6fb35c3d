from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.knowledge import Knowledge, default
from howopen.knowledge.models import KnownModel, Models, known_model
from howopen.knowledge.tags import resolve_tag

MODELS = default().table("models.toml", Models).model

#: hub tags that name no license
NAMES_NONE = {"other", "unknown"}


def license_ids_of(tag: str) -> set[str]:
    """Return the licenses a tag names, or may name."""
    found = resolve_tag(default(), tag)
    assert found is not None, tag
    return {one for one in (found.license, *found.candidates) if one}


def known(name: str) -> KnownModel:
    """Return the model a name means, which must be known."""
    found = known_model(default(), name)
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    ("name", "license_id"),
    [
        ("meta-llama/Llama-2-7b-hf", "llama-2"),
        ("META-LLAMA/llama-2-7B-HF", "llama-2"),
        ("hf:meta-llama/Llama-2-7b-hf@0123abc", "llama-2"),
        ("https://huggingface.co/meta-llama/Meta-Llama-3-8B/tree/main", "llama-3"),
        ("meta-llama/Meta-Llama-3.1-8B", "llama-3.1"),
        ("Llama-2-7b-hf", "llama-2"),
        ("llama2-7b", "llama-2"),
        ("/data/models/Llama-2-13b-chat-hf", "llama-2"),
        ("Qwen/Qwen2.5-3B", "qwen-research"),
        ("Qwen/Qwen2.5-7B", "Apache-2.0"),
        ("Qwen/Qwen2.5-72B", "qwen"),
        ("google/gemma-2-9b-it", "gemma"),
        ("google/gemma-4-31B-it", "Apache-2.0"),
        ("black-forest-labs/FLUX.1-schnell", "Apache-2.0"),
        ("black-forest-labs/FLUX.1-dev", "flux-1-dev"),
    ],
)
def test_a_well_known_base_is_known_by_id_and_by_name(name: str, license_id: str) -> None:
    assert known(name).license == license_id


@pytest.mark.parametrize(
    "name",
    [
        "",
        "llama",
        "llama-7b",
        "mistral",
        "somebody/llama-2-7b-poems",
        "somebody/Llama-2-7b-hf",
        "llama-2-7b-poems",
        "meta-llama",
        "x" * 5000,
    ],
)
def test_an_ambiguous_or_unknown_name_is_nobody(name: str) -> None:
    assert known_model(default(), name) is None


def test_the_vision_models_of_llama_3_2_are_told_from_its_text_models() -> None:
    assert known("meta-llama/Llama-3.2-11B-Vision-Instruct").modality == "multimodal"
    assert known("meta-llama/Llama-3.2-1B-Instruct").modality == "text"


def test_a_model_under_mit_made_from_llama_says_what_it_was_made_from() -> None:
    distilled = known("deepseek-ai/DeepSeek-R1-Distill-Llama-8B")
    assert distilled.license == "MIT"
    assert [known(base).license for base in distilled.bases] == ["llama-3.1"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_license_of_a_model_is_one_the_tables_know(model: KnownModel) -> None:
    assert model.license in license_ids_of(model.license)


def test_a_table_of_the_user_answers_first(tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text(
        'source = "ours"\nread = 2026-11-22\n[[model]]\nname = "Ours"\npublisher = "us"\n'
        'license = "MIT"\npatterns = ["us/*", "meta-llama/Llama-2-7b-hf"]\nsource = "ours"\n'
        "read = 2026-11-22\n",
        encoding="utf-8",
    )
    knowledge = Knowledge(tmp_path)
    for name in ("us/anything", "meta-llama/Llama-2-7b-hf"):
        found = known_model(knowledge, name)
        assert found is not None
        assert found.name == "Ours"
    other = known_model(knowledge, "meta-llama/Llama-2-13b-hf")
    assert other is not None
    assert other.license == "llama-2"


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    found = known_model(default(), text)
    assert found is None or found in MODELS


@pytest.mark.shared
def test_no_model_contradicts_its_own_tag_on_the_hub(shared_root: Path) -> None:
    compared = 0
    with (shared_root / "corpus/hub/models.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            model, tag = known_model(default(), row["name"]), row.get("license")
            if model is None or not tag or tag in NAMES_NONE:
                continue
            compared += 1
            assert model.license in license_ids_of(tag), (row["name"], tag)
    assert compared > 700
