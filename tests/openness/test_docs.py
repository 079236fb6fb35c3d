"""The page that teaches to write a definition is right."""

from __future__ import annotations

import re
from pathlib import Path

from howopen.knowledge import Knowledge, default
from howopen.knowledge.definitions import definition_of
from howopen.knowledge.predicates import CLASSES, KEYS, RESTRICTIONS
from howopen.knowledge.topics import topics_of
from howopen.openness import verdicts
from tests.openness.build import part, release

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "definitions.md").read_text("utf-8")


def test_the_example_is_a_definition(tmp_path: Path) -> None:
    text = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "my-bar-2026.toml").write_text(text, encoding="utf-8")
    knowledge = Knowledge(tmp_path)
    assert definition_of(knowledge, "my-bar-2026").text.publisher == "our team"
    given = release(part("weights", "MIT"))
    verdict = verdicts(given, knowledge, only=["my-bar-2026"])["my-bar-2026"]
    assert verdict.level == "open to us"


def test_every_predicate_class_restriction_and_topic_is_on_the_page() -> None:
    for word in (*KEYS, *CLASSES, *RESTRICTIONS, *topics_of(default()).topics):
        assert word in PAGE, word


def test_the_examples_of_a_question_and_of_a_score_are_right(tmp_path: Path) -> None:
    first, *others = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    asked = next(text for text in others if text.startswith("[questions"))
    scored = next(text for text in others if text.startswith("score"))
    head = first.split("[outcomes]")[0]
    (tmp_path / "definitions").mkdir()
    path = tmp_path / "definitions" / "my-bar-2026.toml"
    wanted = scored.replace("[[criterion]]", f"{asked}\n[[criterion]]", 1)
    path.write_text(f"{head}\n{wanted}", encoding="utf-8")
    knowledge = Knowledge(tmp_path)
    given = release(part("weights", "MIT", access="gated-download"))
    verdict = verdicts(given, knowledge, only=["my-bar-2026"])["my-bar-2026"]
    assert verdict.score == 0.5
    assert "reviewed" in definition_of(knowledge, "my-bar-2026").text.questions
