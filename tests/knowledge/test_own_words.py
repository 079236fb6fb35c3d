"""What we say of a license is in our words: no long run of its text stands in our files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from howopen.knowledge import default
from howopen.knowledge.licenses import Clause, License, license_ids

#: A run of so many words in common is a quotation.
RUN = 9


def words(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of `RUN` words."""
    found = words(text)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def sentences(clause: Clause) -> Iterator[str]:
    """Yield all prose of a clause."""
    yield clause.says
    yield from clause.words
    for doubt in getattr(clause, "doubts", ()):
        yield doubt.words
        yield doubt.why


@pytest.mark.shared
def test_no_sentence_of_ours_quotes_a_license_at_length(shared_root: Path) -> None:
    folder = shared_root / "corpus" / "license-texts"
    texts = [runs(path.read_text(errors="replace")) for path in folder.glob("*.txt")]
    published = set().union(*texts)
    assert len(published) > 10_000
    known = default()
    quoted = [
        (name, clause.ref, said)
        for name in license_ids(known)
        for clause in known.entry("licenses", name, License).clause
        for said in sentences(clause)
        if runs(said) & published
    ]
    assert quoted == []
