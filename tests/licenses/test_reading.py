"""Reading a text: identity, edition, clauses and departures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from howopen.knowledge.loader import Knowledge, default
from howopen.licenses import read_license, read_text, readings_of
from howopen.licenses.clauses import locate
from howopen.licenses.index import load
from tests.licenses.mutations import LAYOUT, TERMS, chance, everywhere
from tests.support import fixture_knowledge, fixture_text

EXPECTED = tomllib.loads((Path(__file__).parent / "expected_texts.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return fixture_knowledge(tmp_path_factory.mktemp("known"))


def test_the_published_text_is_unmodified(known: Knowledge) -> None:
    reading = read_text(fixture_text(), known)
    assert (reading.license, reading.modified, reading.similarity) == (
        "fixture-community",
        False,
        1.0,
    )


def test_a_changed_number_is_placed_in_its_clause_with_both_words(known: Knowledge) -> None:
    (departure,) = read_text(fixture_text().replace("700", "100"), known).departures
    assert (departure.clause, departure.before, departure.after) == ("2", "700", "100")
    assert departure.lines == (33, 33)


def test_a_removed_not_is_spelled_out(known: Knowledge) -> None:
    text = fixture_text().replace("Section 2 does not bind", "Section 2 does bind")
    (departure,) = read_text(text, known).departures
    assert (departure.clause, departure.before, departure.after) == ("1.b.ii", "not", "")


def test_clauses_carry_their_lines_and_words(known: Knowledge) -> None:
    clauses = {one.ref: one for one in read_text(fixture_text(), known).clauses}
    assert clauses["1.b.v"].lines == (29, 30)
    assert clauses["1.b.v"].quote.startswith("v. Neither the Model")


def test_text_of_another_kind_is_no_license(known: Knowledge) -> None:
    reading = read_text("A recipe for bread: flour, water, salt and yeast. " * 30, known)
    assert (reading.license, reading.modified, reading.departures) == (None, None, ())
    assert reading.why


def test_half_a_license_amid_other_terms_is_not_called_by_its_name(known: Knowledge) -> None:
    half = fixture_text()[: len(fixture_text()) // 2]
    other = "The customer shall pay a fee for every use and may not assign this contract. " * 30
    reading = read_text(half.replace(". ", ". " + other[:200]), known)
    assert reading.license is None
    assert reading.near == ("fixture-community",)


def test_two_licenses_in_one_file_are_two_readings(known: Knowledge) -> None:
    policy = (Path(__file__).parents[1] / "fixtures" / "fixture-conduct-rules.md").read_text()
    found = readings_of(f"{fixture_text()}\n\n{policy}", known)
    assert [one.license for one in found] == ["fixture-community", "fixture-conduct-rules"]
    assert not any(one.modified for one in found)


def test_an_empty_file_says_so(known: Knowledge) -> None:
    assert read_text("", known).why == "the file has no words"


def test_read_license_takes_a_path_or_a_text(known: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / "LICENSE"
    path.write_text(fixture_text())
    assert read_license(path, knowledge=known).license == "fixture-community"
    assert read_license(str(path), knowledge=known).license == "fixture-community"
    assert read_license(fixture_text(), knowledge=known).license == "fixture-community"


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=400))
def test_any_text_is_read_without_a_crash(known: Knowledge, text: str) -> None:
    reading = read_text(text, known)
    assert reading.license is None or reading.modified is not None


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 460), word=st.sampled_from(["never", "seventeen", "commercial", "zebra"]))
def test_no_inserted_word_goes_unseen(known: Knowledge, at: int, word: str) -> None:
    words = fixture_text().split(" ")
    at = 12 + at % (len(words) - 24)
    reading = read_text(" ".join([*words[:at], word, *words[at:]]), known)
    assert reading.modified
    assert any(word in one.after for one in reading.departures)


def _shared() -> Iterator[tuple[str, list[str], list[str]]]:
    for name, readings in EXPECTED["files"].items():
        yield name, readings, []
    for name, row in EXPECTED["departs"].items():
        yield name, row["readings"], row["clauses"]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "readings", "clauses"), list(_shared()))
def test_a_vendor_s_file_is_told_by_license_and_edition(
    shared_root: Path, name: str, readings: list[str], clauses: list[str]
) -> None:
    text = (shared_root / "corpus" / "license-texts" / name).read_text(encoding="utf-8-sig")
    found = readings_of(text, default())
    told = [f"{one.license}@{one.edition}" if one.edition else one.license for one in found]
    assert told == readings
    assert [one.clause for reading in found for one in reading.departures] == clauses


@pytest.mark.shared
@pytest.mark.parametrize("name", [*LAYOUT, *TERMS])
def test_mutations_of_vendors_files_are_told_apart(shared_root: Path, name: str) -> None:
    wrong = []
    for file, (told, *_) in EXPECTED["files"].items():
        text = (shared_root / "corpus" / "license-texts" / file).read_text(encoding="utf-8-sig")
        changed = _mutated(name, file, text)
        if changed is None:
            continue
        reading = read_text(changed, default())
        ident = f"{reading.license}@{reading.edition}" if reading.edition else reading.license
        if (ident, reading.modified) != (told, name in TERMS):
            wrong.append((file, ident, reading.modified))
    assert wrong == []


def _mutated(name: str, file: str, text: str) -> str | None:
    if name in LAYOUT:
        return LAYOUT[name](text, chance(file))
    edit = TERMS[name](text, chance(file), everywhere(text))
    return edit.text if edit else None


def test_a_license_told_from_its_near_twins_has_no_rivals() -> None:
    references = load(default()).references
    twins = [one for one in references if one.id in ("llama-3.1", "llama-3.2", "llama-3.3")]
    assert len({one.words.tobytes() for one in twins}) == len(twins)


def test_every_indexed_llama_has_its_clauses_in_place() -> None:
    (llama,) = load(default()).texts_of("llama-2")
    refs = {one.ref for one in locate(llama, default())}
    assert {"1.a", "1.b.i", "1.b.v", "2"} <= refs


RELEASED = {
    "pypi__f5_tts/dist-info-licenses/LICENSE": "MIT",
    "pypi__open_clip_torch/dist-info-licenses/LICENSE": "MIT",
    "pypi__xlstm/dist-info-licenses/LICENSE": "Apache-2.0",
    "pypi__uni2ts/dist-info-licenses/LICENSE.txt": "Apache-2.0",
    "pypi__chronos_forecasting/dist-info-licenses/LICENSE": "Apache-2.0",
    "pypi__qai_hub_models/dist-info-licenses/LICENSE": "BSD-3-Clause",
    "pypi__TTS/dist-info-licenses/LICENSE.txt": "MPL-2.0",
    "black-forest-labs__flux/model_licenses/LICENSE-FLUX1-schnell": "Apache-2.0",
    "facebookresearch__audiocraft/LICENSE_weights": "CC-BY-NC-4.0",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", RELEASED)
def test_holders_titles_and_appendices_make_no_departure(shared_root: Path, name: str) -> None:
    text = (shared_root / "corpus" / "releases" / name).read_text(encoding="utf-8")
    reading = read_text(text, default())
    assert (reading.license, reading.departures) == (RELEASED[name], ())


@pytest.mark.shared
def test_a_license_that_stops_early_is_named_by_its_title_and_says_what_is_missing(
    shared_root: Path,
) -> None:
    path = shared_root / "corpus" / "releases" / "pypi__mace_torch" / "dist-info-licenses"
    reading = read_text((path / "LICENSE.md").read_text(encoding="utf-8"), default())
    assert (reading.license, reading.modified) == ("MIT", True)
    assert [one.after for one in reading.departures] == [""]


def test_the_letter_of_a_list_that_ran_into_its_sentence_is_no_departure(known: Knowledge) -> None:
    row = next(row for row in fixture_text().splitlines() if ", " in row and row[:1].isupper())
    glued = fixture_text().replace(row, "d. " + row, 1)
    assert read_text(glued, known).departures == ()


@pytest.mark.shared
def test_a_copy_that_stops_before_it_tells_its_version_is_not_guessed(shared_root: Path) -> None:
    text = (shared_root / "corpus/license-texts/llama3_1.LICENSE.txt").read_text("utf-8")
    reading = read_license(text[: len(text) // 2])
    assert reading.license in {None, "llama-3.1"}
    assert reading.license or "llama-3.1" in reading.near
