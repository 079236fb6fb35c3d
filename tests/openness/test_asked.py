"""Answers to what files cannot show: they settle what is unclear, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.answer import Truth, Verdict
from howopen.errors import QuestionError, UnknownTermError
from howopen.knowledge import default
from howopen.openness import verdicts
from howopen.release import Release
from howopen.report import inspect
from tests.openness.build import declared, part, release


def judged(given: Release, definition: str, **answers: str) -> Verdict:
    told = {name.replace("_", "-"): said for name, said in answers.items()}
    return verdicts(given, default(), only=[definition], answers=told)[definition]


def truth(verdict: Verdict, criterion: str) -> Truth:
    return next(item.truth for item in verdict.criteria if item.id == criterion)


@pytest.mark.parametrize(
    ("said", "wanted"), [("no", Truth.YES), ("yes", Truth.NO), ("", Truth.UNCLEAR)]
)
def test_whether_a_model_is_paid_for_is_asked(said: str, wanted: Truth) -> None:
    answers = {"monetised": said} if said else {}
    verdict = judged(release(part("weights", "MIT")), "eu-ai-act-53-2", **answers)
    assert truth(verdict, "not-monetised") is wanted


def test_what_nobody_answers_says_what_would_settle_it() -> None:
    verdict = judged(release(part("weights", "MIT")), "eu-ai-act-53-2")
    asked = next(item for item in verdict.criteria if item.id == "no-systemic-risk")
    assert asked.missing
    assert "systemic-risk" in asked.reasons[0].text


def test_an_answer_shows_who_gave_it() -> None:
    verdict = judged(release(part("weights", "MIT")), "eu-ai-act-53-2", monetised="no")
    asked = next(item for item in verdict.criteria if item.id == "not-monetised")
    assert asked.reasons[0].text == "you answered monetised: no"
    assert asked.reasons[0].evidence[0].how == "user"


def test_a_manifest_answers_and_an_answer_given_comes_first() -> None:
    told = declared("answer:monetised", "yes", how="manifest")
    given = release(part("weights", "MIT"), declarations=(told,))
    assert truth(judged(given, "eu-ai-act-53-2"), "not-monetised") is Truth.NO
    assert truth(judged(given, "eu-ai-act-53-2", monetised="no"), "not-monetised") is Truth.YES


def test_an_answer_to_a_criterion_settles_what_files_leave_open_and_nothing_else() -> None:
    answers = {"osaid-1.0#training-code": "yes", "osaid-1.0#parameters-terms": "yes"}
    given = release(part("weights", "llama-2"))
    verdict = verdicts(given, default(), only=["osaid-1.0"], answers=answers)["osaid-1.0"]
    assert truth(verdict, "training-code") is Truth.YES
    assert truth(verdict, "parameters-terms") is Truth.NO
    terms = next(item for item in verdict.criteria if item.id == "parameters-terms")
    assert any("you answered" in reason.text for reason in terms.reasons)


def test_saying_that_nothing_else_is_published_makes_unfound_absent() -> None:
    given = release(part("weights", "MIT"))
    assert judged(given, "g7-2026").level == "undetermined"
    known = judged(given, "g7-2026", nothing_else_published="yes")
    assert known.level == "none of the four labels"


def test_a_score_lies_between_bounds_until_all_is_judged() -> None:
    given = release(part("weights", "MIT"), part("model-card", "MIT"))
    verdict = verdicts(given, default(), only=["osai-2026"])["osai-2026"]
    assert verdict.score is None
    # the weights count 1, the card at least half; of twelve
    assert verdict.level == "0.125 to 1 of 1"
    answers = {f"osai-2026#{item.id}": "closed" for item in verdict.criteria}
    answers["osai-2026#modelcard"] = "partial"
    known = verdicts(given, default(), only=["osai-2026"], answers=answers)["osai-2026"]
    assert known.score == pytest.approx(1.5 / 12)


def test_an_answer_outside_what_files_leave_open_changes_no_score() -> None:
    given = release(part("model-card", "MIT"))
    answers = {"osai-2026#modelcard": "closed"}
    verdict = verdicts(given, default(), only=["osai-2026"], answers=answers)["osai-2026"]
    card = next(item for item in verdict.criteria if item.id == "modelcard")
    assert card.score is None


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("monetized", "monetised"),
        ("osaid-1.0#training-cod", "training-code"),
        ("osaid-1#training-code", r"osaid-1\.0"),
    ],
)
def test_an_answer_to_what_nobody_asks_suggests_near_ones(name: str, near: str) -> None:
    with pytest.raises(UnknownTermError, match=near):
        verdicts(release(), default(), answers={name: "yes"})


def test_an_answer_that_is_no_word_for_one_is_refused() -> None:
    with pytest.raises(QuestionError, match="known: yes"):
        verdicts(release(), default(), answers={"monetised": "perhaps"})


MANIFEST = """
howopen: 1
release:
  name: Example
components:
- component: weights
  access: download
  license: Our Own Very Free Terms
- component: wieghts
  license: MIT
answers:
  monetised: no
  monetized: no
  systemic-risk: perhaps
"""


def test_a_manifest_is_read_as_far_as_it_can_be_and_the_rest_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "example.yml"
    path.write_text(MANIFEST, encoding="utf-8")
    report = inspect(path, offline=True)
    act = report.verdicts["eu-ai-act-53-2"]
    assert truth(act, "not-monetised") is Truth.YES
    assert truth(act, "no-systemic-risk") is Truth.UNCLEAR
    assert any("wieghts" in gap.why for gap in report.gaps)
    told = [item.text for item in report.findings if item.code == "HO506"]
    assert len(told) == 2
    assert any("monetised" in text for text in told)
    # terms in free words decide nothing
    assert truth(report.verdicts["osaid-1.0"], "parameters-terms") is Truth.UNCLEAR
    assert report.verdicts["gradient-2023"].level == "downloadable"
