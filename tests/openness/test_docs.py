"""The page that teaches to write a definition is right."""

from __future__ import annotations

import re
from pathlib import Path

from howopen.knowledge import Knowledge
from howopen.knowledge.definitions import definition_of
from howopen.knowledge.predicates import CLASSES, KEYS, RESTRICTIONS
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


def test_every_predicate_class_and_restriction_is_on_the_page() -> None:
    for word in (*KEYS, *CLASSES, *RESTRICTIONS):
        assert word in PAGE, word
