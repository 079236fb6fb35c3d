"""Measure which sentences of real releases are read as terms, against labels made by hand.

The labels are `tests/licenses/prose.toml`: file and line, license, and what it speaks of. A
sentence is right when its line, its license and its component are. Precision and recall are given
for all sentences and for distinct ones, for all publishers and for the half not mended on.

Usage: python tools/measure_prose.py ../shared/corpus/releases [-v]
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from howopen.inventory import take
from howopen.knowledge.loader import default
from howopen.licenses import license_release
from howopen.licenses.prose import CODE, DATA, DOCUMENTS, WEIGHTS
from howopen.places.opening import open_place
from howopen.release import Evidence, How, Statement

LABELS = Path(__file__).resolve().parents[1] / "tests" / "licenses" / "prose.toml"
_WORDS = {CODE: "code", WEIGHTS: "weights", DATA: "data", DOCUMENTS: "docs"}


class Label(NamedTuple):
    """One statement of terms that a person found; no licenses where readers could differ."""

    publisher: str
    path: str
    line: int
    licenses: tuple[str, ...]
    about: tuple[str, ...]


class Told(NamedTuple):
    """One statement of terms that was read in a sentence."""

    path: str
    lines: tuple[int, int]
    license: str
    about: str
    quote: str


class Score(NamedTuple):
    """How one statement, read or labeled, came out: `right`, `wrong`, `missing` or `open`."""

    publisher: str
    kind: str
    what: str
    key: str


def labels() -> tuple[list[Label], frozenset[str], list[str]]:
    """Read the labels, the publishers held out, and all publishers."""
    table = tomllib.loads(LABELS.read_text(encoding="utf-8"))
    held = frozenset(table.pop("held"))
    found: list[Label] = []
    for publisher, rows in table.items():
        for where, said in rows.items():
            path, _, line = where.rpartition(":")
            for one in said if isinstance(said, list) else [said]:
                ids, *about = one.split()
                wanted = () if ids == "~" else tuple(ids.split("|"))
                found.append(Label(publisher, path, int(line), wanted, tuple(about)))
    return found, held, list(table)


def read(folder: Path) -> Iterator[Told]:
    """Yield the statements that sentences of one release make."""
    place = open_place(folder)
    found = license_release(place, take(place, default()), default())
    for one in dict.fromkeys(found.release.statements):
        seen = one.evidence
        lines = _sentence(folder, seen) if one.rank == "notice" else None
        if seen.how is How.CARD_PROSE and lines:
            yield Told(
                f"{folder.name}/{seen.path}",
                lines,
                one.reading.license or "?",
                _about(one),
                seen.quote,
            )


def _sentence(folder: Path, seen: Evidence) -> tuple[int, int] | None:
    """Return the lines of evidence that is a sentence, not the row of a table."""
    if not seen.path or not seen.lines:
        return None
    rows = (folder / seen.path).read_text(encoding="utf-8", errors="replace").split("\n")
    return None if rows[seen.lines[0] - 1].lstrip().startswith("|") else seen.lines


def _about(one: Statement) -> str:
    if one.part and one.part.startswith(("training-data", "evaluation-data", "post-training")):
        return "data"
    if one.components in _WORDS:
        return _WORDS[one.components]
    held = [word for group, word in _WORDS.items() if set(group) & set(one.components)]
    if held:
        return " ".join(held)
    return "whole"


def compare(publisher: str, wanted: list[Label], told: list[Told]) -> Iterator[Score]:
    """Match what was read with the labels of one publisher."""
    left = list(dict.fromkeys((one.path, one.lines, one.license, one.about) for one in told))
    quotes = {(one.path, one.lines): _plain(one.quote) for one in told}
    used: set[tuple[str, tuple[int, int], str, str]] = set()
    for label in wanted:
        near = [one for one in left if one[0] == label.path and _on(label.line, one[1])]
        if not label.licenses:
            used |= set(near)
            continue
        hits = [one for one in near if one[2] in label.licenses and _same(label.about, one[3])]
        used |= set(hits)
        got = {word for one in hits for word in one[3].split()}
        whole = hits and ("whole" in got or "model" in got or _covers(label.about, got))
        quote = next((quotes[one[0], one[1]] for one in near), "")
        what = f"{label.path}:{label.line} {'|'.join(label.licenses)} {' '.join(label.about)}"
        kind = "right" if whole else "missing"
        yield Score(
            publisher,
            kind,
            f"{what}; read {[one[2:] for one in near]}",
            f"{quote}{what}" if not quote else f"{quote}{label.licenses}",
        )
    for one in left:
        if one not in used:
            quote = quotes[one[0], one[1]]
            what = f"{one[0]}:{one[1][0]} {one[2]} {one[3]}: {quote[:90]}"
            yield Score(publisher, "wrong", what, f"{quote}{one[2]}")


def _on(line: int, lines: tuple[int, int]) -> bool:
    return lines[0] <= line <= lines[1]


def _same(about: tuple[str, ...], found: str) -> bool:
    """Return whether all that a statement speaks of is what the label speaks of."""
    wanted = set(about)
    if "model" in wanted:
        wanted |= {"weights", "whole"}
    return set(found.split()) <= wanted


def _covers(about: tuple[str, ...], found: set[str]) -> bool:
    """Return whether statements cover code and weights, where a label names both."""
    return {"code", "weights"} & set(about) <= found or "whole" in about or "model" in about


def _plain(quote: str) -> str:
    return re.sub(r"\W+", " ", quote.lower()).strip()[:160]


def scores(releases: Path) -> Iterator[Score]:
    """Read every release and compare it with the labels, publisher by publisher."""
    wanted, _, publishers = labels()
    for publisher in publishers:
        mine = [label for label in wanted if label.publisher == publisher]
        told = [
            one
            for folder in sorted(releases.iterdir())
            if folder.name == publisher or folder.name.startswith(f"{publisher}__")
            for one in read(folder)
        ]
        yield from compare(publisher, mine, told)


def main() -> None:
    """Print the table, and with -v every sentence that is wrong or missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    _, held, _ = labels()
    every = list(scores(options.releases))
    distinct = list({(one.publisher, one.kind, one.key): one for one in every}.values())
    if options.verbose:
        for one in distinct:
            if one.kind != "right":
                print(f"{one.kind:8}{'H ' if one.publisher in held else '  '}{one.what}")
    print(f"{'':24}{'right':>7}{'wrong':>7}{'missing':>9}{'precision':>11}{'recall':>8}")
    for name, rows in (("all", every), ("distinct sentences", distinct)):
        _row(name, rows)
        _row("  mended on", [one for one in rows if one.publisher not in held])
        _row("  held out", [one for one in rows if one.publisher in held])


def _row(name: str, rows: list[Score]) -> None:
    right, wrong, missing = (
        sum(one.kind == kind for one in rows) for kind in ("right", "wrong", "missing")
    )
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missing) if right + missing else 1.0
    print(f"{name:24}{right:7}{wrong:7}{missing:9}{precision:11.3f}{recall:8.3f}")


if __name__ == "__main__":
    main()
