"""Measure how well signs of terms are found in texts that people have labeled.

    python tools/measure_patterns.py [--scancode FOLDER] [-v]

The labels are in `tests/licenses/patterns.toml`. Real texts are read from `../shared` and, where
its data is installed or FOLDER is given, from ScanCode's license records; the rest is skipped.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from howopen.knowledge import Knowledge, default
from howopen.knowledge.loader import read_toml
from howopen.knowledge.patterns import KINDS, Kind
from howopen.licenses.patterns import signs_of
from howopen.release import Sign

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "tests" / "licenses" / "patterns.toml"
CORPUS = ROOT.parent / "shared" / "corpus"

#: the sets of texts, in the order in which the frames saw them
HALVES = ("fit", "held out", "fresh", "blind")

_QUOTES = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "*": " ", "_": " "})


class Labeled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text, and which kinds of terms it has: the words that show each, those open, the rest."""

    publisher: str
    files: tuple[str, ...]
    has: dict[Kind, str]
    absent: tuple[Kind, ...]
    open: tuple[Kind, ...] = ()
    thresholds: tuple[str, ...] = ()


class Labels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file `patterns.toml`."""

    kinds: tuple[Kind, ...]
    fit: tuple[str, ...]
    fresh: tuple[str, ...]
    blind: tuple[str, ...]
    ordinary_kinds: tuple[Kind, ...]
    permissive: tuple[str, ...]
    copyleft: tuple[str, ...]
    missed: tuple[str, ...]
    text: tuple[Labeled, ...]

    def half(self, text: Labeled) -> str:
        """Tell which set a text is of."""
        for name, publishers in (("fresh", self.fresh), ("blind", self.blind)):
            if text.publisher in publishers:
                return name
        return "fit" if text.publisher in self.fit else "held out"


class Score(NamedTuple):
    """How often a kind was found rightly, wrongly, and not found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of what was found that is there."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.right / max(1, self.right + self.missed)


class Miss(NamedTuple):
    """A kind that was found wrongly (with its sign) or not found (with the label's words)."""

    kind: Kind
    file: str
    words: str
    found: bool


def labels() -> Labels:
    """Read the labels."""
    return read_toml(LABELS, Labels)


def plain(text: str) -> str:
    """Write a text as the labels' words are compared: one space, straight quotes, lower case."""
    return " ".join(text.translate(_QUOTES).split()).lower()


class Texts:
    """Finds the labeled texts: in the corpus, and in ScanCode's data where that is at hand."""

    def __init__(self, corpus: Path = CORPUS, scancode: Path | None = None) -> None:
        self.corpus = corpus
        self.scancode = scancode or _installed()

    def read(self, name: str) -> str | None:
        """Read a text by its name in the labels, None where it is not at hand."""
        folder, _, rest = name.partition("/")
        if folder != "scancode":
            path = self.corpus / name
            return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
        if self.scancode is None:
            return None
        record = (self.scancode / f"{rest}.LICENSE").read_text(encoding="utf-8")
        return record.split("---", 2)[2]


def _installed() -> Path | None:
    spec = importlib.util.find_spec("licensedcode")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "data" / "licenses"


def available(texts: Texts, entries: Iterable[Labeled]) -> Iterator[tuple[Labeled, str, str]]:
    """Yield each entry whose first text at hand can be read: entry, name, text."""
    for entry in entries:
        for name in entry.files:
            text = texts.read(name)
            if text is not None:
                yield entry, name, text
                break


def measure(
    found: Iterable[tuple[Labeled, str, tuple[Sign, ...]]],
) -> tuple[dict[Kind, Score], list[Miss]]:
    """Score signs against labels.

    Args:
        found: each entry with the name of its text and the signs found in it.
    """
    right: Counter[Kind] = Counter()
    misses: list[Miss] = []
    for entry, name, signs in found:
        seen = {sign.kind: sign.quote for sign in reversed(signs)}
        for kind in KINDS:
            if kind in entry.has and kind in seen:
                right[kind] += 1
            elif kind in entry.has:
                misses.append(Miss(kind, name, entry.has[kind], found=False))
            elif kind in entry.absent and kind in seen:
                misses.append(Miss(kind, name, seen[kind], found=True))
    wrong = Counter(one.kind for one in misses if one.found)
    missed = Counter(one.kind for one in misses if not one.found)
    return {kind: Score(right[kind], wrong[kind], missed[kind]) for kind in KINDS}, misses


def total(scores: Iterable[Score]) -> Score:
    """Add scores up."""
    rows = tuple(scores)
    return Score(
        sum(row.right for row in rows), sum(row.wrong for row in rows), sum(r.missed for r in rows)
    )


def _table(half: str, scores: dict[Kind, Score], count: int) -> Iterator[str]:
    yield f"{half}: {count} texts"
    for kind, score in (*scores.items(), ("all", total(scores.values()))):
        if score.right + score.missed + score.wrong:
            shares = f"precision {score.precision:.3f}  recall {score.recall:.3f}"
            yield f"  {kind:15} {score.right:4} {score.wrong:3} {score.missed:3}   {shares}"


def main(arguments: list[str], knowledge: Knowledge | None = None) -> None:
    """Print a table for each half: right, wrong, missed, precision, recall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scancode", type=Path)
    parser.add_argument("-v", action="store_true", help="list what was wrong or missed")
    told = parser.parse_args(arguments)
    known, table = knowledge or default(), labels()
    rows = list(available(Texts(scancode=told.scancode), table.text))
    signs = [(entry, name, signs_of(text, known)) for entry, name, text in rows]
    for half in HALVES:
        own = [row for row in signs if table.half(row[0]) == half]
        scores, misses = measure(own)
        sys.stdout.write("\n".join(_table(half, scores, len(own))) + "\n")
        for miss in misses if told.v else ():
            what = "wrong" if miss.found else "missed"
            sys.stdout.write(f"    {what} {miss.kind} {miss.file}: {miss.words[:200]}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
