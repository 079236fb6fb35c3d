"""What a card covers is told by a heading with words under it, and by nothing less."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.inventory import take
from howopen.knowledge import default
from howopen.places import open_place
from howopen.release import Component, Fact

WORDS = "It is trained on text and may say what is wrong, so check each answer before you use it."


def covered(folder: Path, card: str) -> dict[str, Fact]:
    (folder / "README.md").write_text(f"---\nlicense: mit\n---\n# A model\n{card}", "utf-8")
    (folder / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    parts = take(open_place(folder), default()).release.parts
    cards = [part for part in parts if part.component is Component.MODEL_CARD]
    return {fact.value: fact for part in cards for fact in part.facts if fact.name == "covers"}


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Limitations", "limitations"),
        ("3. Bias, Risks, and Limitations", "limitations"),
        ("Intended Use", "capabilities"),
        ("How to use", "integration"),
        ("Model Architecture", "architecture"),
        ("Training Procedure", "training-method"),
        ("Training Hyperparameters", "hyper-parameters"),
        ("Data Collection", "provenance"),
    ],
)
def test_a_heading_with_words_under_it_covers_its_topic(
    tmp_path: Path, heading: str, topic: str
) -> None:
    found = covered(tmp_path, f"\n## {heading}\n\n{WORDS}\n")
    assert set(found) == {topic}
    assert found[topic].evidence[0].path == "README.md"
    assert found[topic].evidence[0].lines is not None


def test_words_under_a_heading_below_it_count(tmp_path: Path) -> None:
    assert "limitations" in covered(tmp_path, f"\n## Limitations\n\n### Known\n\n{WORDS}\n")


@pytest.mark.parametrize(
    "card",
    [
        "\n## Limitations\n\n[More Information Needed]\n",
        "\n## Limitations\n\nNone known.\n",
        f"\n## Limitations\n\n## Thanks\n\n{WORDS}\n",
        f"\n## Inference time\n\n{WORDS}\n",
        f"\n## Model Details\n\n{WORDS}\n",
        f"\n{WORDS} It has limitations.\n",
    ],
)
def test_an_empty_section_or_another_heading_covers_nothing(tmp_path: Path, card: str) -> None:
    assert covered(tmp_path, card) == {}
