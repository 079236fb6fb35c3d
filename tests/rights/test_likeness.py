"""A text with the words of a known license under other names is read through its clauses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Truth
from howopen.knowledge.loader import Knowledge
from howopen.licenses import read_license
from howopen.release import LicenseReading
from howopen.rights import may
from howopen.rights.likeness import likened
from tests.rights.build import model
from tests.support import fixture_knowledge, fixture_text


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return fixture_knowledge(tmp_path_factory.mktemp("likeness"))


def other(*edits: tuple[str, str]) -> str:
    """The Fixture Community License as another party's: other names, another date, and edits."""
    text = fixture_text()
    names = (("Fixture", "Zephyrine"), ("FIXTURE", "ZEPHYRINE"))
    for find, put in (*edits, *names, ("March 3, 2023", "May 9, 2024")):
        assert find in text
        text = text.replace(find, put)
    return text


def read(known: Knowledge, *edits: tuple[str, str]) -> LicenseReading:
    return read_license(other(*edits), knowledge=known)


def ask(known: Knowledge, reading: LicenseReading, action: str, **who: str | int) -> Answer:
    return may(model(reading), action, Circumstances(**who), knowledge=known)  # type: ignore[arg-type]  # keywords of the noun


def test_it_is_not_called_by_the_license_s_name(known: Knowledge) -> None:
    reading = read(known)
    found = likened(reading, known)
    assert reading.license is None
    assert found is not None
    assert (found[0].id, found[1].departures) == ("near-fixture-community", ())


def test_what_has_the_same_words_holds_as_it_does_there(known: Knowledge) -> None:
    found = ask(known, read(known), "run", purpose="commercial")
    assert found.truth is Truth.YES
    assert found.reasons[0].citations[0].license == "near-fixture-community"
    assert "likened" in {risk.id for risk in found.risks}
    assert ask(known, read(known), "train-on-outputs", target="other-llm").truth is not Truth.YES


def test_a_threshold_is_read_from_the_text_itself(known: Knowledge) -> None:
    reading = read(known, ("700 million", "1 million"))
    found = ask(known, reading, "run", purpose="commercial")
    assert found.truth is Truth.YES
    assert "1,000,000" in " ".join(one.text for one in found.conditions)
    assert "700" not in " ".join(one.text for one in found.conditions)
    assert ask(known, reading, "run", mau_at_release=2_000_000).truth is Truth.UNCLEAR


@pytest.mark.parametrize(
    "edit",
    [
        ("free, non-exclusive", "free, non-commercial, non-exclusive"),
        ("7. Law. ", "7. Use. The Model may be used for research only. Law. "),
        ("hand all of\n   these on to others", "study them"),
        ("We give you a worldwide", "We give researchers a worldwide"),
    ],
)
def test_words_that_nobody_has_read_leave_it_unclear(
    edit: tuple[str, str], known: Knowledge
) -> None:
    reading = read(known, edit)
    assert reading.license is None
    for purpose in ("commercial", "personal"):
        assert ask(known, reading, "share", purpose=purpose).truth is Truth.UNCLEAR


@pytest.mark.parametrize(("find", "put"), [("You", "We"), ("Model", "Output"), ("not", "Zephyr")])
def test_words_on_who_may_do_what_are_no_names(find: str, put: str, known: Knowledge) -> None:
    reading = read_license(other().replace(find, put), knowledge=known)
    found = ask(known, reading, "share", purpose="commercial")
    assert found.truth is not Truth.YES


def test_too_many_changes_are_another_text(known: Knowledge) -> None:
    reading = read(known)
    assert likened(replace(reading, similarity=0.8), known) is None
    assert likened(replace(reading, clauses=reading.clauses[1:]), known) is None
