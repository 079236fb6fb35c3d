"""What follows from signs of terms in a text that nobody has read: never a plain yes."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.answer import Depth, Truth
from howopen.knowledge import default
from howopen.knowledge.actions import actions_of
from howopen.knowledge.licenses import license_of
from howopen.licenses import read_license
from howopen.licenses.patterns import signs_of
from howopen.release import How, LicenseReading, Release
from tests.rights.build import ask, cited, model, owed, said, truth

TERMS = """ACME MODEL TERMS

Acme lets you use, copy and modify the Model solely for non-commercial research purposes.
If at any time the monthly active users of your products exceed 5 million, you must ask Acme.
You may not use the Model or its outputs to improve any other large language model.
You must not use the Model for military purposes.
Any derivative of the Model must be distributed under the same terms.
You shall prominently display "Powered by Acme" on your website.
Your use must comply with the Acme Acceptable Use Policy.
Acme may modify these terms at any time.
"""


def unread(text: str, license_id: str | None = None, *, modified: bool = False) -> Release:
    """A model under a text that nobody has read clause by clause."""
    reading = LicenseReading(
        license=license_id,
        modified=modified,
        why="" if license_id else "the text is near no license that we know",
        evidence=(said("the beginning of the text", How.LICENSE_TEXT, "LICENSE"),),
        signs=signs_of(text, default()),
    )
    return model(reading)


ACME = unread(TERMS)


def test_a_non_commercial_sign_forbids_commercial_use_and_quotes_the_text() -> None:
    answer = ask(ACME, "run", purpose="commercial")
    assert answer.truth is Truth.NO
    assert answer.reading is Depth.COARSE
    assert answer.headline.startswith("No on a coarse reading: line 3 (non-commercial)")
    quotes = [one.quote for reason in answer.reasons for one in reason.citations]
    assert TERMS.splitlines()[2].rstrip(".") in quotes
    lines = [one.evidence[0].lines for reason in answer.reasons for one in reason.citations]
    assert (3, 3) in lines


@pytest.mark.parametrize("purpose", ["research", "personal", "internal", None])
def test_other_purposes_are_unclear_and_say_what_would_settle_them(purpose: str | None) -> None:
    answer = ask(ACME, "run", purpose=purpose)
    assert answer.truth is Truth.UNCLEAR
    assert answer.settles[0] == "the text in LICENSE, read clause by clause"


def test_no_action_gets_a_yes_from_signs() -> None:
    for action in actions_of(default()).actions:
        for purpose in ("commercial", "research", None):
            assert truth(ACME, action, purpose=purpose) is not Truth.YES, action


def test_a_threshold_is_a_condition_and_no_more_than_unclear_beyond_it() -> None:
    within = ask(ACME, "run", purpose="research")
    (condition,) = [one for one in within.conditions if one.id == "mau"]
    assert "at most 5,000,000" in condition.text
    beyond = ask(ACME, "run", purpose="research", mau=6_000_000)
    assert beyond.truth is Truth.UNCLEAR
    assert any("5,000,000 monthly users, running" in one.text for one in beyond.reasons)


def test_training_another_language_model_is_forbidden_and_others_unclear() -> None:
    told = {
        target: truth(ACME, "train-on-outputs", purpose="research", target=target)
        for target in ("other-llm", "other-model", "own-derivative")
    }
    assert told == {
        "other-llm": Truth.NO,
        "other-model": Truth.UNCLEAR,
        "own-derivative": Truth.UNCLEAR,
    }


def test_outputs_of_a_non_commercial_text_are_unclear_and_not_forbidden() -> None:
    assert truth(ACME, "use-outputs", purpose="commercial") is Truth.UNCLEAR


def test_a_forbidden_field_is_a_no_for_that_field() -> None:
    assert truth(ACME, "run", purpose="research", field="military") is Truth.NO
    assert truth(ACME, "run", purpose="research", field="medical") is Truth.UNCLEAR


def test_signs_of_duties_are_possible_duties() -> None:
    answer = ask(ACME, "share-derivative", purpose="research")
    duties = owed(answer)
    assert {"same-terms", "display"} <= set(duties)
    assert "Powered by Acme" in duties["display"]
    assert not any(one.certain for one in answer.duties)
    assert "line 7 (share-alike)" in {c.clause for one in answer.duties for c in one.citations}


def test_a_policy_elsewhere_and_terms_that_may_change_are_risks() -> None:
    risks = {one.id: one.text for one in ask(ACME, "run").risks}
    assert "Acceptable Use Policy" in risks["unread-policy"]
    assert "may modify these terms" in risks["update"]
    assert "there may be more" in risks["signs"]


def test_an_unknown_text_without_signs_is_unclear_as_before() -> None:
    answer = ask(unread("You are welcome, and we are glad that you came.\n"), "run")
    assert answer.truth is Truth.UNCLEAR
    assert answer.reading is Depth.CLAUSE
    assert answer.settles


def test_a_license_that_is_accepted_as_open_gets_duties_from_its_text_and_no_prohibitions() -> None:
    text = (
        "You must not use it for military purposes.\n\n"
        "Derivative works must be distributed under the same license.\n"
    )
    open_ = unread(text, "QPL-1.0")
    answer = ask(open_, "share-derivative", field="military")
    assert answer.truth is Truth.YES
    assert answer.headline.startswith("Yes on a coarse reading")
    assert "same-terms" in owed(answer)
    changed = unread(text, "QPL-1.0", modified=True)
    assert truth(changed, "run", field="military") is Truth.NO


def test_signs_never_forbid_what_the_clauses_permit(shared_root: Path) -> None:
    asked: tuple[dict[str, str], ...] = (
        {"purpose": "commercial"},
        {"purpose": "research", "field": "military"},
        {"purpose": "research", "target": "other-llm"},
    )
    found: set[str] = set()
    for path in sorted((shared_root / "corpus" / "license-texts").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        reading = read_license(text)
        name = reading.license or ""
        read = license_of(default(), name, reading.edition) is not None
        if not read or name in found or name.endswith("-policy"):
            continue
        found.add(name)
        deep, coarse = model(reading), unread(text)
        for action in ("run", "study", "train-on-outputs", "share-derivative", "relicense"):
            for who in asked:
                told = truth(deep, action, None, **who), truth(coarse, action, None, **who)
                assert told[1] is not Truth.YES
                assert told != (Truth.YES, Truth.NO), (name, action, who)
    assert len(found) >= 10


def test_a_known_license_that_nobody_has_read_is_read_by_its_class_and_its_signs() -> None:
    answer = ask(unread(TERMS, "coqui-public-model-license-1.0"), "run", purpose="commercial")
    assert answer.truth is Truth.NO
    assert any(ref.startswith("coqui-public-model-license-1.0#line 3") for ref in cited(answer))
