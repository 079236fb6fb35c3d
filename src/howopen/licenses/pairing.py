"""Which passage of one text is which of another, and the words that differ between the two.

Both texts are aligned word by word as wholes; a passage belongs to the one that holds most of its
words. What is left over on both sides and is much alike has been moved.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import count, pairwise
from typing import NamedTuple

from howopen.licenses.matching import Block, align
from howopen.licenses.passages import Passages

#: A passage is another one's when they share this part of the shorter.
SHARED = 0.34
#: A passage has been moved when so much of both is the same.
MOVED = 0.6
#: Shorter passages have to be the same word for word.
LEAST_MOVED = 6
#: Two words that stand in more passages than these say nothing of where one went.
MOST_PLACES = 50
#: Changes with so few equal words between them are one.
BETWEEN = 2


class Gap(NamedTuple):
    """Words that differ: `a1` to `a2` of the one text, `b1` to `b2` of the other."""

    a1: int
    a2: int
    b1: int
    b2: int


class Pair(NamedTuple):
    """Passages that belong together, by their place; one side is empty where nothing fits."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    moved: bool = False


class Alignment:
    """Two texts aligned word by word, and their passages paired.

    Attributes:
        a: the first text.
        b: the second.
        pairs: the passages that belong together, in the order of the first, then of the second.
    """

    def __init__(self, a: Passages, b: Passages) -> None:
        self.a, self.b = a, b
        self._of_a: dict[int, int] = {}
        for block in _firm(align(a.ids, b.ids)):
            self._of_a.update(zip(range(block.a, block.a + block.size), count(block.b)))
        self._of_b = {other: one for one, other in self._of_a.items()}
        self._owner_a, self._owner_b = _owners(a), _owners(b)
        self.pairs = self._pairs()

    def _pairs(self) -> list[Pair]:
        links = self._links()
        found = _joined(links)
        lost_a = sorted(set(range(len(self.a.rows))) - {one for one, _ in links})
        lost_b = sorted(set(range(len(self.b.rows))) - {other for _, other in links})
        for one, other in list(_moved(self.a, self.b, lost_a, lost_b)):
            found.append(Pair((one,), (other,), moved=True))
            lost_a.remove(one)
            lost_b.remove(other)
        found += [Pair((at,), ()) for at in lost_a]
        return _in_order(found, [Pair((), (at,)) for at in lost_b])

    def _links(self) -> set[tuple[int, int]]:
        """Return for each passage, on either side, the one that holds most of its words."""
        shared = Counter(
            (self._owner_a[one], self._owner_b[other]) for one, other in self._of_a.items()
        )
        best_a: dict[int, tuple[int, int]] = {}
        best_b: dict[int, tuple[int, int]] = {}
        for (one, other), many in sorted(shared.items()):
            if many >= SHARED * min(len(self.a.rows[one]), len(self.b.rows[other])):
                best_a[one] = max(best_a.get(one, (0, 0)), (many, other))
                best_b[other] = max(best_b.get(other, (0, 0)), (many, one))
        return {(one, best) for one, (_, best) in best_a.items()} | {
            (best, other) for other, (_, best) in best_b.items()
        }

    def gaps(self, pair: Pair) -> list[Gap]:
        """Return the words that differ between the passages of a pair, in order.

        Words that stand in the other text beyond the pair, where it breaks its paragraphs
        elsewhere, do not differ.
        """
        rows = gaps(self.a, self.b, pair)
        if pair.moved:
            return rows
        kept = []
        for one in rows:
            mine = self._lost(one.a1, one.a2, self._of_a, self._owner_b, pair.b)
            theirs = self._lost(one.b1, one.b2, self._of_b, self._owner_a, pair.a)
            if mine[0] < mine[1] or theirs[0] < theirs[1]:
                kept.append(Gap(*mine, *theirs))
        return kept

    @staticmethod
    def _lost(
        start: int, stop: int, partner: dict[int, int], owner: list[int], rows: tuple[int, ...]
    ) -> tuple[int, int]:
        """Narrow some words to those that have no equal outside the pair."""
        found = [at for at in range(start, stop) if at not in partner or owner[partner[at]] in rows]
        return (found[0], found[-1] + 1) if found else (start, start)


def _owners(text: Passages) -> list[int]:
    return [place for place, row in enumerate(text.rows) for _ in range(len(row))]


def _firm(blocks: list[Block]) -> list[Block]:
    """Drop runs of one to three words that stand far from any other."""
    kept = []
    for at, block in enumerate(blocks):
        gaps = [
            max(two.a - one.a - one.size, two.b - one.b - one.size)
            for one, two in zip(blocks[max(0, at - 1) : at + 1], blocks[at : at + 2], strict=False)
            if one is not two
        ]
        if block.size > 3 or len(blocks) == 1 or min(gaps, default=0) <= 6 * block.size:
            kept.append(block)
    return kept


def _joined(links: set[tuple[int, int]]) -> list[Pair]:
    """Put passages together that are linked, directly or through others."""
    groups: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for one, other in sorted(links):
        left, right = ("a", one), ("b", other)
        whole = groups.get(left, {left}) | groups.get(right, {right})
        for member in whole:
            groups[member] = whole
    unique = {id(group): group for group in groups.values()}.values()
    return [
        Pair(
            tuple(sorted(at for side, at in group if side == "a")),
            tuple(sorted(at for side, at in group if side == "b")),
        )
        for group in unique
    ]


def _moved(
    a: Passages, b: Passages, lost_a: list[int], lost_b: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of left-over passages that are much alike, the likest first, each once."""
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    for _, one, other in sorted(_scored(a, b, lost_a, lost_b)):
        if one not in taken_a and other not in taken_b:
            taken_a.add(one)
            taken_b.add(other)
            yield one, other


def likest(text: Passages, rows: Iterable[int], other: Passages) -> dict[int, int]:
    """Return for passages of a text the one of another that is much alike, where there is one."""
    found: dict[int, int] = {}
    for _, one, place in sorted(_scored(text, other, rows, range(len(other.rows)))):
        found.setdefault(one, place)
    return found


def _scored(
    a: Passages, b: Passages, rows_a: Iterable[int], rows_b: Iterable[int]
) -> Iterator[tuple[float, int, int]]:
    """Yield how unlike passages are that are much alike; short ones have to be the same."""
    runs = {at: _runs(b, at) for at in rows_b}
    where: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, row in runs.items():
        for run in row:
            where[run].append(at)
    for at in rows_a:
        mine = _runs(a, at)
        near = Counter(other for run in mine for other in where.get(run, ())[:MOST_PLACES])
        for other, _ in near.most_common(3):
            theirs = runs[other]
            same = 2 * (mine & theirs).total() / (mine.total() + theirs.total())
            least = MOVED if min(len(a.rows[at]), len(b.rows[other])) >= LEAST_MOVED else 1.0
            if same >= least:
                yield -same, at, other


def _runs(text: Passages, at: int) -> Counter[tuple[int, int]]:
    row = text.rows[at]
    ids = text.ids[row.start : row.stop]
    return Counter(pairwise(ids))


def _in_order(found: list[Pair], left: list[Pair]) -> list[Pair]:
    """Put what only the second text has behind what stands before it there."""
    ordered = sorted(found, key=lambda one: one.a)
    for one in left:
        place = 0
        for at, other in enumerate(ordered):
            if other.b and not other.moved and other.b[0] < one.b[0]:
                place = at + 1
        while place < len(ordered) and not ordered[place].a and ordered[place].b < one.b:
            place += 1
        ordered.insert(place, one)
    return ordered


def gaps(a: Passages, b: Passages, pair: Pair) -> list[Gap]:
    """Return the words that differ between the passages of a pair, in order."""
    places_a, places_b = _places(a, pair.a), _places(b, pair.b)
    ids_a = array("I", (a.ids[at] for at in places_a))
    ids_b = array("I", (b.ids[at] for at in places_b))
    rows: list[Gap] = []
    x, y = 0, 0
    for block in (*align(ids_a, ids_b), Block(len(ids_a), len(ids_b), 0)):
        if block.a > x or block.b > y:
            rows.append(Gap(x, block.a, y, block.b))
        x, y = block.a + block.size, block.b + block.size
    return [Gap(*_span(places_a, one.a1, one.a2), *_span(places_b, one.b1, one.b2)) for one in rows]


def together(rows: list[Gap]) -> list[Gap]:
    """Join changes with only a word or two between them, as one reads them."""
    found: list[Gap] = []
    for one in rows:
        last = found[-1] if found else None
        if last and max(one.a1 - last.a2, one.b1 - last.b2) <= BETWEEN:
            found[-1] = Gap(last.a1, one.a2, last.b1, one.b2)
        else:
            found.append(one)
    return found


def _places(text: Passages, rows: tuple[int, ...]) -> list[int]:
    return [at for row in rows for at in range(text.rows[row].start, text.rows[row].stop)]


def _span(places: list[int], start: int, stop: int) -> tuple[int, int]:
    """Return the words of the whole text that some words of its passages are."""
    if start < stop:
        return places[start], places[stop - 1] + 1
    at = places[start] if start < len(places) else (places[-1] + 1 if places else 0)
    return at, at
