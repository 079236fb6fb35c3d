"""Empty, binary, endless, disguised and crowded files are read in bounded time, and honestly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from howopen.knowledge.loader import Knowledge
from howopen.licenses import read_license, readings_of
from howopen.licenses.files import read_licenses
from howopen.release import LicenseReading
from tests.cli.run import howopen
from tests.support import fixture_knowledge, fixture_text

MB = 1_000_000
#: seconds of CPU for a megabyte; more than so many megabytes are not compared
A_MB = 1.0
MOST_MB = 4


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    found = fixture_knowledge(tmp_path_factory.mktemp("known"))
    read_license("A license\nof a few words", knowledge=found)
    return found


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """Fail when more CPU time was used than a file of so many bytes may cost."""
    begun = time.process_time()
    yield
    took = time.process_time() - begun
    assert took <= 0.5 + A_MB * min(size / MB, MOST_MB), f"{took:.1f} s for {size / MB:.1f} MB"


def _read(folder: Path, data: bytes, known: Knowledge) -> tuple[LicenseReading, ...]:
    path = folder / "LICENSE"
    path.write_bytes(data)
    with bounded(len(data)):
        return read_licenses(path, knowledge=known)


def _names_nothing(found: tuple[LicenseReading, ...]) -> bool:
    return bool(found) and all(one.license is None and one.why for one in found)


SEEMS_EMPTY = {"empty": b"", "white space": b" \n\t" * 1000, "line ends": b"\n" * MB}
ENDLESS = {
    "one word": b"license " * MB,
    "two words a line": b"shall not\n" * 300_000,
    "brackets": b"[a](" * 250_000,
    "tags": b"<a " * 300_000,
    "comments": b"<!--" * 250_000,
    "marks": b"(a) " * 250_000,
    "entities": b"&amp;" * 200_000,
    "spaces": b" " * MB + b"x",
    "one long word": b"a" * (2 * MB),
}


@pytest.mark.parametrize("name", SEEMS_EMPTY)
def test_a_file_without_words_says_so(tmp_path: Path, known: Knowledge, name: str) -> None:
    found = _read(tmp_path, SEEMS_EMPTY[name], known)
    assert _names_nothing(found)
    assert "no words" in found[0].why


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_repeats_are_no_license(tmp_path: Path, known: Knowledge, name: str) -> None:
    assert _names_nothing(_read(tmp_path, ENDLESS[name], known))


def test_binary_data_is_no_license(tmp_path: Path, known: Knowledge) -> None:
    noise = Random(1).randbytes(2 * MB)  # noqa: S311 - noise, no secret
    assert _names_nothing(_read(tmp_path, noise, known))


def test_a_hundred_megabytes_are_read_in_their_beginning(tmp_path: Path, known: Knowledge) -> None:
    text = fixture_text().encode() + b"\n\nTHE END\n\n"
    found = _read(tmp_path, text * (100 * MB // len(text)), known)
    assert found[0].license == "fixture-community"
    assert any("only its beginning" in one.why or "not read" in one.why for one in found)


def test_control_characters_between_the_same_letters_change_no_word(
    tmp_path: Path, known: Knowledge
) -> None:
    broken = fixture_text().replace("worldwide", "world\x02wide").replace("\n\n", "\n\x0c\n")
    found = _read(tmp_path, broken.encode(), known)
    assert [(one.license, one.modified) for one in found] == [("fixture-community", False)]


def test_nothing_of_a_control_character_reaches_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "LICENSE"
    path.write_text("The \x1b[31mred\x1b[0m license\x07 of\x08 \u202enobody\u202c.\n" * 20)
    done = howopen("license", path)
    assert done.returncode == 0
    assert not set(done.stdout) & set("\x07\x08\x1b\u202e\u202c")


def test_a_word_shown_in_another_order_is_a_departure(tmp_path: Path, known: Knowledge) -> None:
    turned = fixture_text().replace("non-exclusive", "\u202enon-exclusive\u202c")
    (one,) = _read(tmp_path, turned.encode(), known)
    assert (one.license, one.modified) == ("fixture-community", True)
    assert "another order" in one.why


@pytest.mark.parametrize(
    ("old", "new"),
    [("Fixture", "Fixtur\u0435"), ("worldwide", "w\u043erldwide"), ("Law", "\u216caw")],
)
def test_letters_that_only_look_alike_are_departures(
    tmp_path: Path, known: Knowledge, old: str, new: str
) -> None:
    (one,) = _read(tmp_path, fixture_text().replace(old, new).encode(), known)
    assert (one.license, one.modified) == ("fixture-community", True)
    assert "only look like" in one.why


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-be"])
def test_other_encodings_are_the_same_text(tmp_path: Path, known: Knowledge, encoding: str) -> None:
    bom = b"\xfe\xff" if encoding == "utf-16-be" else b""
    found = _read(tmp_path, bom + fixture_text().encode(encoding), known)
    assert [(one.license, one.modified) for one in found] == [("fixture-community", False)]


def test_three_hundred_licenses_in_a_file_are_told_or_said_to_be_left(known: Knowledge) -> None:
    text = ("\n\n" + "-" * 40 + "\n\n").join([fixture_text()] * 300)
    with bounded(len(text)):
        found = readings_of(text, known)
    assert {one.license for one in found[:-1]} == {"fixture-community"}
    assert len(found) > 30
    assert len(found) == 300 or found[-1].why
