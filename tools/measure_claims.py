"""Measure the finder of claims on labeled sentences of real READMEs, by kind and half.

The labels are `tests/claims/labels.toml`. Counted are the sentences that were drawn: a claim is
right where the label of its sentence has its kind, and a label that nothing found is missed. Kinds
on which readers could differ (`?`) count neither way.

Texts of publishers outside the corpus are labeled in `tests/claims/outside.toml`: by repository,
path and commit, so that anyone can lay them as `owner__name.md` in a folder, and by check sums of
their sentences. A text that is not there, or a sentence that is not in it, is left out and told.

Usage: python -m tools.measure_claims [../shared/corpus/releases] [--outside FOLDER]
       [--half held] [-v]
"""

from __future__ import annotations

import argparse
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from howopen.claims.find import Found, find
from howopen.claims.names import own_names, spellings
from howopen.formats.card import read_card
from howopen.formats.markdown import sentences
from howopen.inventory import take
from howopen.knowledge import default
from howopen.places.opening import open_place
from tools.draw_claim_sentences import mark

LABELS = Path(__file__).resolve().parents[1] / "tests" / "claims" / "labels.toml"
OUTSIDE = LABELS.with_name("outside.toml")


class Labeled(NamedTuple):
    """A file, the half it is in, and the claims of its drawn sentences, some of them none."""

    path: str
    half: str
    claims: dict[str, tuple[str, ...]]


class Outcome(NamedTuple):
    """One claim, found or labeled, and how it came out: `right`, `wrong` or `missed`."""

    half: str
    kind: str
    result: str
    where: str
    quote: str


def labeled() -> tuple[Labeled, ...]:
    """Read the labels of the corpus."""
    table = tomllib.loads(LABELS.read_text(encoding="utf-8"))
    return tuple(Labeled(row["path"], row["half"], _claims(row)) for row in table["file"])


def labeled_outside() -> tuple[Labeled, ...]:
    """Read the labels of texts outside the corpus: their path is `owner/name`."""
    table = tomllib.loads(OUTSIDE.read_text(encoding="utf-8"))
    return tuple(Labeled(row["repo"], row["split"], _claims(row)) for row in table["text"])


def _claims(row: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    claims: dict[str, tuple[str, ...]] = dict.fromkeys(row.get("none", "").split(), ())
    for one in row.get("claims", ()):
        key, *kinds = one.split()
        claims[key] = tuple(kinds)
    return claims


def whole_mark(text: str) -> str:
    """Return the check sum of a sentence that tells it from all others of its text."""
    return f"{zlib.crc32(' '.join(text.split()).encode()):08x}"


def _by_line(one: Found) -> str:
    return f"{one.lines[0]}:{mark(one.quote)}"


def _by_words(one: Found) -> str:
    return whole_mark(one.quote)


def outcomes(
    text: str, names: tuple[str, ...], wanted: Labeled, key_of: Callable[[Found], str] = _by_line
) -> Iterator[Outcome]:
    """Compare what is found in one file with its labels."""
    card = read_card(text)
    told: dict[str, set[str]] = {key: set() for key in wanted.claims}
    quotes = {}
    for one in find(card.body, card.body_line, names, default()):
        key = key_of(one)
        quotes[key] = one.quote
        told.get(key, set()).add(one.kind)
    for key, kinds in wanted.claims.items():
        for kind, result in compare(kinds, told[key]):
            where = f"{wanted.path}:{key}"
            yield Outcome(wanted.half, kind, result, where, quotes.get(key, ""))


def compare(labels: tuple[str, ...], found: set[str]) -> Iterator[tuple[str, str]]:
    """Compare the kinds found in one sentence with its labels."""
    left = set(found)
    for label in labels:
        kinds = set(label.lstrip("?").split("/"))
        hit = sorted(kinds & found)
        left -= kinds
        if not label.startswith("?"):
            yield (hit[0], "right") if hit else (label, "missed")
    for kind in sorted(left):
        yield kind, "wrong"


def names_of(folder: Path) -> tuple[str, ...]:
    """List the names by which the documents of a release may call it."""
    return own_names(take(open_place(folder, offline=True), default()).release)


def measure_corpus(root: Path, half: str | None = None) -> Iterator[Outcome]:
    """Yield what comes out for every labeled file of the corpus."""
    names: dict[str, tuple[str, ...]] = {}
    for one in labeled():
        if half and one.half != half:
            continue
        release = one.path.split("/")[0]
        if release not in names:
            names[release] = names_of(root / release)
        text = (root / one.path).read_text(encoding="utf-8", errors="replace")
        yield from outcomes(text, names[release], one)


def measure_outside(folder: Path) -> Iterator[Outcome]:
    """Yield what comes out for every labeled text in a folder; what is absent is `skipped`."""
    for one in labeled_outside():
        name = one.path.replace("/", "__") + ".md"
        path = next(
            (path for path in (folder / name, folder / one.half / name) if path.is_file()), None
        )
        if path is None:
            yield Outcome(one.half, "-", "skipped", one.path, "no such text in the folder")
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        there = {whole_mark(item.text): item.text for item in sentences(read_card(text).body)}
        for key in sorted(one.claims.keys() - there.keys()):
            yield Outcome(one.half, "-", "skipped", f"{one.path}:{key}", "no such sentence")
        kept = {key: kinds for key, kinds in one.claims.items() if key in there}
        names = tuple(spellings(one.path))
        for found in outcomes(text, names, one._replace(claims=kept), _by_words):
            yield found._replace(quote=there[found.where.rsplit(":", 1)[1]])


def rates(counted: Counter[str]) -> str:
    """Say precision and recall of one kind or half."""
    right, wrong, missed = (counted[word] for word in ("right", "wrong", "missed"))
    precision = right / (right + wrong) if right + wrong else float("nan")
    recall = right / (right + missed) if right + missed else float("nan")
    return f"{right:4} right {wrong:4} wrong {missed:4} missed   P {precision:.3f} R {recall:.3f}"


def main() -> None:
    """Print precision and recall by half and kind."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("root", type=Path, nargs="?", help="the corpus")
    told.add_argument("--outside", type=Path, help="a folder of texts of publishers outside it")
    told.add_argument("--half")
    told.add_argument("-v", "--verbose", action="store_true")
    args = told.parse_args()
    found: list[Outcome] = []
    if args.root:
        found += measure_corpus(args.root, args.half)
    if args.outside:
        found += (one for one in measure_outside(args.outside) if args.half in {None, one.half})
    for half in sorted({one.half for one in found}):
        _print_half(half, [one for one in found if one.half == half])
    if args.verbose:
        for one in found:
            if one.result != "right":
                print(f"{one.result} {one.kind} {one.where} {one.quote[:300]}")


def _print_half(half: str, own: list[Outcome]) -> None:
    """Print the rates of one half, over all and by kind, and what was left out."""
    print(f"{half:10} {'all':16} {rates(Counter(one.result for one in own))}")
    for kind in sorted({one.kind for one in own} - {"-"}):
        counted = Counter(one.result for one in own if one.kind == kind)
        print(f"{half:10} {kind:16} {rates(counted)}")
    for reason, number in Counter(one.quote for one in own if one.result == "skipped").items():
        print(f"{half:10} {number} left out: {reason}")


if __name__ == "__main__":
    main()
