"""Measure how licenses are told: from copies that were set anew, changed, cut, or never indexed.

Every AI text and the 40 most used others are changed by `tests/licenses/mutations.py`, read, and
compared with what was done to them:

- `layout`: a copy set anew must be told unmodified, with its edition
- `terms`: a changed copy must be told modified; a changed word must be placed in its clause, where
  the truth is read off the printed marks of the text and not asked of the reader
- `parts`: what is left of a cut text must be told modified, its missing part said
- `open`: what is left stands in another text too; it must be told as one of several, or as that
  other, unmodified, which it is

With `--hold-out` each AI text is taken out of the index, first its edition, then its whole license:
no license may be called unmodified then, and none other be named.

Usage: python tools/measure_licenses.py --scancode DATA --texts CORPUS [--seed N ...] [--hold-out]
       [--only MUTATION] [-v]
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.licenses.mutations import LAYOUT, PARTS, TERMS, WORD_CHANGES, Edit, Spans, chance

from howopen.knowledge.licenses import license_of
from howopen.knowledge.loader import default
from howopen.licenses.index import Index, Reference, load
from howopen.licenses.indexing import SourceText
from howopen.licenses.reading import read_with
from howopen.licenses.words import Words
from howopen.release import LicenseReading
from tools.build_license_index import HERE, Table

#: the licenses most used beside those of AI, by SPDX id
OTHERS = frozenset(
    """
    Apache-2.0 MIT BSD-3-Clause BSD-2-Clause GPL-3.0-only GPL-2.0-only LGPL-3.0-only LGPL-2.1-only
    AGPL-3.0-only MPL-2.0 CC-BY-4.0 CC-BY-SA-4.0 CC-BY-NC-4.0 CC-BY-NC-SA-4.0 CC-BY-NC-ND-4.0
    CC-BY-ND-4.0 CC-BY-3.0 CC-BY-SA-3.0 CC-BY-NC-SA-3.0 CC-BY-NC-3.0 CC-BY-2.5 CC-BY-2.0 CC0-1.0
    Unlicense ISC Zlib BSL-1.0 EPL-2.0 EUPL-1.2 AFL-3.0 ECL-2.0 Artistic-2.0 OSL-3.0 ODbL-1.0
    ODC-By-1.0 PDDL-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0 GFDL-1.3-only PostgreSQL
    """.split()  # noqa: SIM905 - a column of forty strings reads worse
)
BARS = {"layout": (0.99, 0.98), "terms": (0.97, 1.0), "parts": (0.97, 1.0)}
#: a few runs of six words differ where two texts differ in a title or a number
SLACK = 12


class Source(NamedTuple):
    """A published text, what may rightly be told of it, and which of its characters are terms."""

    text: str
    told: frozenset[str]
    ident: str
    terms: Spans
    ai: bool


class Miss(NamedTuple):
    """A reading that was not what it had to be."""

    ident: str
    what: str
    shown: str


class Row:
    """The counts of one mutation."""

    def __init__(self, group: str) -> None:
        self.group = group
        self.total = self.named = self.state = self.words = self.placed = self.wrong = self.open = 0
        self.misses: list[Miss] = []

    def add(self, other: Row) -> None:
        """Add the counts of another row."""
        for name in ("total", "named", "state", "words", "placed", "wrong", "open"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def sources(table: Table) -> Iterator[Source]:
    """Yield the texts to measure with, each once."""
    ai = {row["id"] for row in table.data["text"]}
    chosen = [one for one in table.sources() if one.id in ai or one.id in OTHERS]
    rows = [(one, Words(one.text)) for one in chosen]
    same: dict[bytes, set[str]] = {}
    for one, words in rows:
        same.setdefault(words.ids.tobytes(), set()).add(_ident(one.id, one.edition))
    seen: set[bytes] = set()
    for one, words in rows:
        if words.ids.tobytes() not in seen:
            seen.add(words.ids.tobytes())
            told = frozenset(same[words.ids.tobytes()])
            yield Source(
                one.text, told, _ident(one.id, one.edition), terms(one, words), one.id in ai
            )


def _ident(ident: str | None, edition: str | None) -> str:
    return f"{ident}@{edition}" if edition else str(ident)


def terms(source: SourceText, words: Words) -> Spans:
    """Return the spans of characters that are neither title, notice, blank nor appendix."""
    sha256 = hashlib.sha256(source.text.encode()).hexdigest()
    entry = next(
        (
            one
            for one in load(default()).texts_of(source.id, source.edition)
            if one.entry.sha256 == sha256
        ),
        None,
    )
    free = sorted(entry.entry.free) if entry else []
    spans, at = [], 0
    for start, stop, _ in free:
        if start > at:
            spans.append((words.starts[at], words.stops[start - 1]))
        at = max(at, stop)
    if at < len(words):
        spans.append((words.starts[at], words.stops[-1]))
    return tuple(spans)


_MARK = re.compile(
    r"(?m)^[ \t>*#\"“]*(?:(?:section|article|clause|attachment|exhibit) )?"
    r"\(?(\d{1,2}(?:\.\d{1,2})+(?=[\s.)])"
    r"|(?<=attachment )[a-z0-9]\b|(?<=exhibit )[a-z0-9]\b|(?<=section )[ivx]+\b"
    r"|(?:\d{1,2}|[a-z]|[ivx]{1,5})(?=\\?[.):][\s*A-Z]))",
    re.IGNORECASE,
)


def _printed_at(text: str, at: int) -> list[str]:
    """Return the marks printed before a place, the nearest first."""
    return [match[1].lower() for match in _MARK.finditer(text, 0, at)][::-1]


def placed(source: Source, edit: Edit, reading: LicenseReading) -> bool:
    """Return whether a departure at the edit names the clause whose marks are printed there."""
    line = source.text.count("\n", 0, edit.start) + 1
    marks = _printed_at(source.text, edit.stop)
    return any(
        _fits(one.clause, marks, _derived(reading))
        for one in reading.departures
        if one.lines[0] - 1 <= line <= one.lines[1] + 1
    )


def _derived(reading: LicenseReading) -> frozenset[str]:
    """Return the refs of our knowledge that no text prints."""
    known = license_of(default(), reading.license or "", reading.edition)
    return frozenset(one.ref for one in known.clause if one.derived) if known else frozenset()


def _fits(clause: str | None, marks: list[str], derived: frozenset[str]) -> bool:
    """Return whether a ref ends in the nearest mark, or in one that stands inside a line below it.

    A paragraph is counted only where no mark is printed before.
    """
    if clause is None:
        return False
    if clause in derived:
        return True
    if clause.startswith("paragraph "):
        return not marks
    parts = re.findall(r"[a-z0-9]+(?:\.\d+)*", clause.lower())
    return bool(marks) and (
        marks[0] in parts or marks[0] in re.findall(r"[a-z0-9]+", clause.lower())
    )


def judge_layout(row: Row, source: Source, readings: tuple[LicenseReading, ...]) -> None:
    """Count the reading of a copy that was only set anew."""
    row.total += 1
    told = [_ident(one.license, one.edition) for one in readings]
    first = readings[0]
    right = bool(set(told) & source.told) and len(readings) == 1
    row.named += right
    row.state += right and first.modified is False
    row.wrong += first.license is not None and not right
    if not right or first.modified is not False:
        _miss(row, source, readings)


def judge_terms(
    row: Row, source: Source, edit: Edit, readings: tuple[LicenseReading, ...], *, word: bool
) -> None:
    """Count the reading of a changed copy."""
    mine = [one for one in readings if _ident(one.license, one.edition) in source.told]
    if not mine and (other := same_in_another(source, edit.text)):
        row.open += 1
        if honest(source, other, readings):
            return
    row.total += 1
    row.named += bool(mine)
    modified = all(one.modified is not False for one in readings)
    row.state += modified
    others = [one for one in readings if one.license and one not in mine]
    row.wrong += any(one.modified is False for one in others) or (bool(others) and not mine)
    fits = bool(mine) and placed(source, edit, mine[0])
    if word:
        row.words += 1
        row.placed += fits
    if not mine or not modified or (word and not fits):
        _miss(row, source, readings, repr(source.text[edit.start - 30 : edit.stop + 10]))


def same_in_another(source: Source, text: str) -> set[str]:
    """Return the other texts that a part of one is a part of too, but for title and numbering.

    All its words but a few, at the ends of it, at titles and at numbers, stand there in one piece.
    """
    mine = Words(text).ids
    runs = {tuple(mine[at : at + 6]) for at in range(len(mine) - 5)}
    found = set()
    for one in load(default()).references:
        if one.ident in source.told or not 0.7 * len(mine) < len(one) < 3 * len(mine):
            continue
        theirs = one.words
        inside = {tuple(theirs[at : at + 6]) for at in range(len(theirs) - 5)}
        if len(runs - inside) <= SLACK or len(inside - runs) <= SLACK:
            found.add(one.ident)
    return found


def honest(source: Source, other: set[str], readings: tuple[LicenseReading, ...]) -> bool:
    """Return whether a text that may be several is told as such, or as the other, unmodified."""
    one = readings[0]
    ids = {ident.partition("@")[0] for ident in source.told}
    if one.license is None:
        return bool(ids & set(one.near))
    if _ident(one.license, one.edition) in other and one.modified is False:
        return True
    return one.license in ids and one.edition is None and bool(one.why)


def _miss(row: Row, source: Source, readings: Iterable[LicenseReading], place: str = "") -> None:
    shown = []
    for one in readings:
        departures = "; ".join(
            f"[{each.clause}] {each.before[:50]!r} -> {each.after[:50]!r}"
            for each in one.departures[:4]
        )
        more = f" +{len(one.departures) - 4}" if len(one.departures) > 4 else ""
        name = _ident(one.license, one.edition)
        shown.append(
            f"{name} modified={one.modified} near={one.near[:2]} why={one.why[:120]}"
            f" {departures}{more}"
        )
    row.misses.append(Miss(source.ident, place, " | ".join(shown)))


def measure(texts: list[Source], seed: int, only: str) -> dict[str, Row]:
    """Read every mutation of every text."""
    rows: dict[str, Row] = {}
    index = load(default())
    for name in [*LAYOUT, "two in one file", *TERMS, *PARTS]:
        if only and only not in name:
            continue
        group = "terms" if name in TERMS else "parts" if name in PARTS else "layout"
        row = rows[name] = Row(group)
        for at, source in enumerate(texts):
            seeded = chance(f"{seed} {name} {source.ident}")
            if name == "two in one file":
                other = (at + 1 + seeded.randrange(len(texts) - 1)) % len(texts)
                _two(row, source, texts[other])
            elif name in LAYOUT:
                changed = LAYOUT[name](source.text, seeded)
                if name == "exact" or changed != source.text:
                    judge_layout(row, source, _read(changed, index))
            else:
                edit = (TERMS | PARTS)[name](source.text, seeded, source.terms)
                if edit and Words(edit.text).ids != Words(source.text).ids:
                    word = name in WORD_CHANGES
                    judge_terms(row, source, edit, _read(edit.text, index), word=word)
    return rows


def _two(row: Row, one: Source, other: Source) -> None:
    """Count the reading of two texts in one file: each has to be told, unmodified."""
    readings = _read(f"{one.text}\n\n{'-' * 40}\n\n{other.text}", load(default()))
    told = [_ident(each.license, each.edition) for each in readings]
    right = len(told) == 2 and told[0] in one.told and told[1] in other.told
    row.total += 1
    row.named += right
    row.state += right and not any(each.modified for each in readings)
    named = {each for each in told if each != "None"}
    row.wrong += bool(named - one.told - other.told)
    if not right or any(each.modified for each in readings):
        both = one._replace(ident=f"{one.ident} + {other.ident}")
        _miss(row, both, readings)


def _read(text: str, index: Index) -> tuple[LicenseReading, ...]:
    return tuple(one.reading for one in read_with(Words(text), index, default()))


class Without:
    """An index in which some texts are not to be found."""

    def __init__(self, index: Index, gone: frozenset[Reference]) -> None:
        self._index = index
        self._gone = gone

    def votes(self, shingles: list[int]) -> dict[Reference, list[int]]:
        """Return the votes of the texts that are left."""
        found = self._index.votes(shingles)
        return {one: places for one, places in found.items() if one not in self._gone}

    def whole(self, ids: array[int]) -> tuple[Reference, ...]:
        """Return the texts with just these words among those that are left."""
        return tuple(one for one in self._index.whole(ids) if one not in self._gone)

    def __getattr__(self, name: str) -> object:
        """Return anything else of the index."""
        return getattr(self._index, name)


def hold_out(texts: list[Source], *, whole: bool) -> Row:
    """Read each AI text with an index that lacks its edition, or its whole license."""
    row = Row("hold-out")
    index = load(default())
    for source in texts:
        if not source.ai:
            continue
        same = {Words(source.text).ids.tobytes()}
        ids = {told.partition("@")[0] for told in source.told}
        gone = frozenset(
            one
            for one in index.references
            if (one.id in ids if whole else one.ident in source.told)
            or (len(one) == len(next(iter(same))) // 4 and one.words.tobytes() in same)
        )
        readings = _read(source.text, Without(index, gone))  # type: ignore[arg-type]
        row.total += 1
        named = [one for one in readings if one.license]
        row.wrong += any(one.modified is False for one in named)
        row.named += not named
        row.state += bool(named) and all(one.license in ids for one in named)
        if named:
            _miss(row, source, readings)
    return row


def table(rows: dict[str, Row]) -> None:
    """Print one row a mutation and one a group."""
    print(
        f"{'':24}{'n':>5}  {'named':>7} {'bar':>4}  {'state':>7} {'bar':>4}  {'clause':>7}  wrong"
    )
    totals = {group: Row(group) for group in BARS}
    for name, row in rows.items():
        totals[row.group].add(row)
        _line(name, row)
    for group, row in totals.items():
        if row.total:
            _line(f"all of {group}", row)


def _line(name: str, row: Row) -> None:
    named, state = BARS[row.group]
    total = max(1, row.total)
    clause = f"{row.placed / row.words:7.1%}" if row.words else " " * 7
    print(
        f"{name:24}{row.total:5}  {row.named / total:7.1%} {named:4.0%}"
        f"  {row.state / total:7.1%} {state:4.0%}  {clause}  {row.wrong:5}  {row.open:4}"
    )


def _show(name: str, row: Row) -> None:
    for miss in row.misses:
        print(f"{name}: {miss.ident}: {miss.what} {miss.shown}"[:600])


def main() -> int:
    """Measure and print; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scancode", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--hold-out", action="store_true")
    parser.add_argument("--only", default="", help="only mutations whose name holds this")
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    texts = list(sources(Table(HERE / "license_texts.toml", given.scancode, given.texts)))
    print(f"{len(texts)} texts, {sum(one.ai for one in texts)} of them of AI")
    for seed in given.seed:
        if given.only == "none":
            break
        begun = time.process_time()
        rows = measure(texts, seed, given.only)
        count = sum(row.total for row in rows.values())
        print(f"\nseed {seed}: {count} readings, {time.process_time() - begun:.1f} s of CPU")
        table(rows)
        for name, row in rows.items() if given.verbose else ():
            _show(name, row)
    for whole in (False, True) if given.hold_out else ():
        row = hold_out(texts, whole=whole)
        what = "license" if whole else "edition"
        print(
            f"\n{what} held out: {row.total}; nothing named {row.named}, another edition named as"
            f" modified {row.state}, called unmodified {row.wrong}"
        )
        if given.verbose:
            _show(f"no {what}", row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
