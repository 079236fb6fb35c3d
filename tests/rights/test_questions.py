"""Real questions and families of releases get the answers that were written from the texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tools.lay import MissingTextError
from tools.measure_patterns import Texts
from tools.questions import QUESTIONS, Case, Question, problems, put, questions

FAMILIES = QUESTIONS.with_name("families.toml")


def _cases(path: Path) -> Iterator[Any]:
    for question in questions(path):
        for case in question.case:
            marks = [pytest.mark.xfail(reason=case.short, strict=True)] if case.short else []
            yield pytest.param(question, case, id=f"{question.id}: {case.ask}", marks=marks)


@pytest.mark.parametrize(("question", "case"), list(_cases(FAMILIES)))
def test_rights_come_up_the_lineage(question: Question, case: Case, tmp_path: Path) -> None:
    assert not list(problems(case, put(question, case, tmp_path, Texts())))


@pytest.mark.shared
@pytest.mark.parametrize(("question", "case"), list(_cases(QUESTIONS)))
def test_a_real_question_is_answered(
    question: Question, case: Case, tmp_path: Path, shared_root: Path
) -> None:
    try:
        found = put(question, case, tmp_path, Texts(shared_root / "corpus"))
    except MissingTextError as missing:
        pytest.skip(f"the text {missing} is not at hand")
    assert not list(problems(case, found))


def test_all_thirty_questions_are_there() -> None:
    assert len(questions()) == 30
    assert sum(len(question.case) for question in questions()) >= 100
