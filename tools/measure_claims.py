"""Measure the finder of claims on labeled sentences of real READMEs, by kind and half.

The labels are `tests/claims/labels.toml`. Counted are the sentences that were drawn: a claim is
right where the label of its sentence has its kind, and a label that nothing found is missed. Kinds
on which readers could differ (`?`) count neither way.

Usage: python -m tools.measure_claims ../shared/corpus/releases [--half held] [-v]
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from howopen.claims.find import find, own_names
from howopen.formats.card import read_card
from howopen.inventory import take
from howopen.knowledge import default
from howopen.places.opening import open_place
from tools.draw_claim_sentences import mark

LABELS = Path(__file__).resolve().parents[1] / "tests" / "claims" / "labels.toml"


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
    """Read the labels."""
    table = tomllib.loads(LABELS.read_text(encoding="utf-8"))
    found = []
    for row in table["file"]:
        claims: dict[str, tuple[str, ...]] = dict.fromkeys(row.get("none", "").split(), ())
        for one in row.get("claims", ()):
            key, *kinds = one.split()
            claims[key] = tuple(kinds)
        found.append(Labeled(row["path"], row["half"], claims))
    return tuple(found)


def outcomes(text: str, names: tuple[str, ...], wanted: Labeled) -> Iterator[Outcome]:
    """Compare what is found in one file with its labels."""
    card = read_card(text)
    told: dict[str, set[str]] = {key: set() for key in wanted.claims}
    quotes = {}
    for one in find(card.body, card.body_line, names, default()):
        key = f"{one.lines[0]}:{mark(one.quote)}"
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


def rates(counted: Counter[str]) -> str:
    """Say precision and recall of one kind or half."""
    right, wrong, missed = (counted[word] for word in ("right", "wrong", "missed"))
    precision = right / (right + wrong) if right + wrong else float("nan")
    recall = right / (right + missed) if right + missed else float("nan")
    return f"{right:4} right {wrong:4} wrong {missed:4} missed   P {precision:.3f} R {recall:.3f}"


def main() -> None:
    """Print precision and recall by half and kind."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("root", type=Path)
    told.add_argument("--half")
    told.add_argument("-v", "--verbose", action="store_true")
    args = told.parse_args()
    found = list(measure_corpus(args.root, args.half))
    for half in sorted({one.half for one in found}):
        own = [one for one in found if one.half == half]
        print(f"{half:10} {'all':16} {rates(Counter(one.result for one in own))}")
        for kind in sorted({one.kind for one in own}):
            counted = Counter(one.result for one in own if one.kind == kind)
            print(f"{half:10} {kind:16} {rates(counted)}")
    if args.verbose:
        for one in found:
            if one.result != "right":
                print(f"{one.result} {one.kind} {one.where} {one.quote[:300]}")


if __name__ == "__main__":
    main()
