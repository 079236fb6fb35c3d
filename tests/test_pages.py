"""The pages that are made from the knowledge say what it says today."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import build_deltas, build_questions
from tools.lay import MissingTextError
from tools.measure_patterns import Texts
from tools.questions import Question, questions

from howopen.knowledge import default
from tests.conftest import REPOSITORY


def test_the_page_on_derivatives_is_the_one_that_is_generated() -> None:
    assert build_deltas.TARGET.read_text(encoding="utf-8") == build_deltas.page(default())
    assert len(build_deltas.COUNTS) == 20


@pytest.mark.shared
@pytest.mark.parametrize("question", questions(), ids=lambda one: str(one.id))
def test_the_page_of_questions_shows_what_is_answered(
    question: Question, shared_root: Path
) -> None:
    try:
        wanted = build_questions.section(question, Texts(shared_root / "corpus"))
    except MissingTextError as missing:
        pytest.skip(f"the text {missing} is not at hand")
    assert wanted in build_questions.TARGET.read_text(encoding="utf-8")


def test_the_pages_name_no_path_of_a_machine() -> None:
    for name in ("questions.md", "deltas.md"):
        text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        assert "/tmp" not in text  # noqa: S108 - that is what must not be there
        assert str(REPOSITORY) not in text
