"""Copies of licenses that were set anew, changed, cut, disguised or made endless."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from howopen.knowledge.loader import Knowledge, default
from howopen.licenses import read_text, readings_of
from howopen.licenses.words import MAX_CHARACTERS, MAX_WORDS, Words
from howopen.release import LicenseReading
from tests.licenses.mutations import LAYOUT, PARTS, TERMS, WORD_CHANGES, chance, everywhere
from tests.support import fixture_knowledge, fixture_text

SEEDS = (1, 2)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return fixture_knowledge(tmp_path_factory.mktemp("known"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LAYOUT)
def test_a_copy_set_anew_has_the_same_words(name: str, seed: int) -> None:
    changed = LAYOUT[name](fixture_text(), chance(seed))
    assert set(Words(fixture_text()).ids) - set(Words(changed).ids) <= set()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LAYOUT)
def test_a_copy_set_anew_is_unmodified(known: Knowledge, name: str, seed: int) -> None:
    reading = read_text(LAYOUT[name](fixture_text(), chance(seed)), known)
    assert (reading.license, reading.modified, reading.departures) == (
        "fixture-community",
        False,
        (),
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", TERMS)
def test_a_change_of_terms_is_a_departure(known: Knowledge, name: str, seed: int) -> None:
    edit = TERMS[name](fixture_text(), chance(seed), everywhere(fixture_text()))
    assert edit is not None
    assert Words(edit.text).ids != Words(fixture_text()).ids
    reading = read_text(edit.text, known)
    assert (reading.license, reading.modified) == ("fixture-community", True)
    assert reading.departures


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", WORD_CHANGES)
def test_a_changed_word_is_placed_at_its_line_and_clause(
    known: Knowledge, name: str, seed: int
) -> None:
    edit = WORD_CHANGES[name](fixture_text(), chance(seed), everywhere(fixture_text()))
    assert edit is not None
    (departure,) = read_text(edit.text, known).departures
    line = fixture_text().count("\n", 0, edit.start) + 1
    assert departure.lines[0] <= line <= departure.lines[1] + 1
    assert departure.clause


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_modified_and_says_what_is_missing(known: Knowledge, name: str) -> None:
    edit = PARTS[name](fixture_text(), chance(1), ())
    assert edit is not None
    reading = read_text(edit.text, known)
    assert reading.modified
    assert "is missing" in reading.why


def test_words_of_the_title_inserted_in_a_sentence_are_no_title(known: Knowledge) -> None:
    row = next(row for row in fixture_text().splitlines() if row.strip().endswith(","))
    text = fixture_text().replace(row, f"{row} the License Agreement,", 1)
    (departure,) = read_text(text, known).departures
    assert departure.after.strip(",") == "the License Agreement"


def test_a_letter_of_another_script_is_a_departure_and_no_layout(known: Knowledge) -> None:
    disguised = fixture_text().replace("700", "7\u043e0").replace("Model Owner", "M\u043edel Owner")
    plain = fixture_text()
    text = plain.replace("may", "m\u0430y", 1)
    assert text != plain
    reading = read_text(text, known)
    assert (reading.license, reading.modified) == ("fixture-community", True)
    assert [(one.before, one.after) for one in reading.departures] == [("may", "m\u0430y")]
    assert "only look like" in reading.why
    assert read_text(disguised, known).modified


def test_a_numeral_that_stands_for_a_letter_is_a_departure(known: Knowledge) -> None:
    at = fixture_text().index("License", 200)
    text = fixture_text()[:at] + "\u216cicense" + fixture_text()[at + 7 :]
    reading = read_text(text, known)
    assert [one.after for one in reading.departures] == ["\u216cicense"]


def test_every_letter_in_disguise_is_still_that_license(known: Knowledge) -> None:
    swapped = fixture_text().translate(str.maketrans("aeo", "\u0430\u0435\u043e"))
    reading = read_text(swapped, known)
    assert reading.license == "fixture-community"
    assert reading.modified
    assert reading.departures


def test_turned_direction_is_said(known: Knowledge) -> None:
    at = fixture_text().index(" may ")
    reading = read_text(fixture_text()[:at] + "\u202e" + fixture_text()[at:], known)
    assert reading.modified
    assert "shown in another order" in reading.why


def test_russian_words_are_no_disguise() -> None:
    assert Words("Лицензия на модель: оно не со мной, а у вас.").disguised == frozenset()


def test_more_licenses_than_are_read_in_one_file_are_said(
    known: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("howopen.licenses.choosing.MOST_READINGS", 2)
    found = readings_of("\n\n".join([fixture_text()] * 3), known)
    assert [one.license for one in found] == ["fixture-community"] * 2
    assert "not read" in found[-1].why


def _seconds(text: str, known: Knowledge) -> tuple[float, LicenseReading]:
    begun = time.process_time()
    reading = read_text(text, known)
    return time.process_time() - begun, reading


@pytest.mark.parametrize(
    "text",
    [
        "license " * 1_000_000,
        "<" * 4_000_000,
        "<!--" * 1_000_000,
        "[a](" * 1_000_000,
        "&#1;" * 1_000_000,
        "\u0430\u0301" * 2_000_000,
        "(a) " * 1_000_000,
        "\n" * 4_000_000,
    ],
    ids=["one word", "brackets", "comments", "links", "entities", "accents", "marks", "lines"],
)
def test_any_text_is_read_in_bounded_time(known: Knowledge, text: str) -> None:
    seconds, reading = _seconds(text, known)
    assert seconds <= 1.0 * len(text.encode()) / 1_000_000
    assert reading.license is None


def test_a_hundred_megabytes_are_read_in_part_and_it_says_so(known: Knowledge) -> None:
    seconds, reading = _seconds(fixture_text() + "\nmore words follow here" * 4_500_000, known)
    assert seconds < 10
    assert reading.license == "fixture-community"
    assert "too long" in reading.why


def test_the_words_that_are_compared_are_bounded() -> None:
    words = Words("word " * (MAX_CHARACTERS // 4))
    assert len(words) == MAX_WORDS
    assert words.cut
    assert Words("x" * (MAX_CHARACTERS + 1)).cut


def test_bytes_that_are_no_text_are_no_license(known: Knowledge) -> None:
    noise = bytes(range(256)) * 400
    reading = read_text(noise.decode("utf-8", "replace"), known)
    assert (reading.license, reading.modified) == (None, None)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["llama3_1.LICENSE.txt", "flux1-dev.txt", "deepseek-1.0.txt"])
def test_changed_words_of_vendors_files_are_placed(shared_root: Path, name: str) -> None:
    text = (shared_root / "corpus" / "license-texts" / name).read_text(encoding="utf-8-sig")
    for change in WORD_CHANGES.values():
        edit = change(text, chance(name), everywhere(text))
        if edit is not None:
            departures = read_text(edit.text, default()).departures
            assert [bool(one.clause) for one in departures] == [True]
