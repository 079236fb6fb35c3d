"""Find which published text some words are, and align the two word by word, in bounded time."""

from __future__ import annotations

import difflib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from howopen.licenses.index import Index, Reference
from howopen.licenses.words import Words

#: A stretch of so few words holds one license, and so many texts that share its wording are enough.
SHORT_STRETCH = 300
MOST_SCORED = 150
#: How many candidates are aligned for one stretch of text: those that seem whole, and those of
#: which most is there.
MOST_WHOLE = 7
MOST_PARTIAL = 4
#: Last runs of so many words, and so many of them, may be chance.
MOST_TAIL = 12
#: Of two similar texts in a row, the second has nearly as many different hits as both.
NEARLY = 0.95
#: A text that fewer people use is put behind by so many words.
RARE = 15
#: So many words around the hits are aligned too, and one in twenty of the text's own.
MARGIN = 60


#: Equal words are looked for in steps that double up to so many.
LONGEST_STEP = 256

Stretch = tuple[int, int]


class Block(NamedTuple):
    """Equal words: from `a` in the published text, from `b` in the user's, `size` of them."""

    a: int
    b: int
    size: int


class Match(NamedTuple):
    """A published text aligned with a stretch of the user's.

    `blocks` are the equal runs; `start` and `stop` bound the user's words from the first to the
    last equal one.
    """

    reference: Reference
    blocks: tuple[Block, ...]
    start: int
    stop: int

    @property
    def equal(self) -> int:
        """The number of equal words."""
        return sum(block.size for block in self.blocks)


class Candidate(NamedTuple):
    """A text that a stretch may hold: the share of its shingles there, and where.

    `expected` is how many of its words that share makes.
    """

    reference: Reference
    share: float
    expected: int
    start: int
    stop: int

    def likely(self, weight: float) -> float:
        """Return what counts against it: missing words at a weight, and how rare it is."""
        missing = len(self.reference) - self.expected
        return weight * missing + RARE * self.reference.rank - self.expected


def candidates(
    words: Words, start: int, stop: int, index: Index, *, first: bool = False
) -> list[Candidate]:
    """Return the texts that the words from `start` to `stop` may hold, the likeliest first.

    Args:
        words: the text.
        start: the first word.
        stop: the word after the last.
        index: the published texts.
        first: look for each text only around its first hit; a file of many licenses is so searched
            from its beginning on in time that grows with its length.
    """
    hits: list[tuple[float, Reference, list[int]]] = []
    for reference, everywhere in _votes(words, index).items():
        at, end = bisect_left(everywhere, start), bisect_left(everywhere, stop - 3)
        if at < end:
            if first:
                end = bisect_left(everywhere, everywhere[at] + 3 * len(reference) + 300, at, end)
            most = min(1.0, (end - at) / max(1, reference.shingle_count)) * len(reference)
            hits.append((most, reference, everywhere[at:end]))
    if stop - start <= SHORT_STRETCH:
        hits = sorted(hits, key=lambda row: (-row[0], row[1].rank, row[1].ident))[:MOST_SCORED]
    scored = [_scored(words, one, places, start, stop) for _, one, places in hits]
    scored.sort(key=lambda one: (-one[0].share, one[0].reference.rank, one[0].reference.ident))
    whole = sorted(scored, key=lambda one: one[0].likely(1.0))[:MOST_WHOLE]
    partial = sorted(scored, key=lambda one: one[0].likely(0.1))[:MOST_PARTIAL]
    chosen = whole + [one for one in partial if one not in whole]
    return [one for windows in chosen for one in windows]


def _scored(
    words: Words, reference: Reference, places: list[int], start: int, stop: int
) -> list[Candidate]:
    """Tell how much of a text is likely between two words, and in which windows."""
    margin = MARGIN + len(reference) // 20
    length = int(len(reference) * 1.3) + 80
    count, stretches = _densest(places, words.runs, length)
    share = min(1.0, count / max(1, reference.shingle_count))
    expected = int(min(share * len(reference), stop - start))
    windows = [
        (max(start, low - margin), min(stop, high + 4 + margin)) for low, high in sorted(stretches)
    ]
    return [Candidate(reference, share, expected, *window) for window in windows]


def _votes(words: Words, index: Index) -> dict[Reference, list[int]]:
    """Look up all shingles of a text once, however many licenses are searched for in it."""
    held = words.votes.get(id(index))
    if held is None:
        held = words.votes[id(index)] = index.votes(words.runs)
    return held


def _densest(positions: list[int], keys: list[int], length: int) -> tuple[int, set[Stretch]]:
    """Return the most different hits in a stretch of at most `length` words, and where.

    A hit that comes again counts once. Where two similar texts follow each other, the end of the
    first with the beginning of the second has as many as each alone: the first and the last such
    stretch are returned.
    """
    if positions[-1] - positions[0] <= length:
        distinct = {keys[at] for at in positions}
        if len(distinct) == len(positions):
            return len(distinct), {(positions[0], positions[-1])}
    held: dict[int, int] = {}
    best, first = 0, 0
    earliest = latest = (positions[0], positions[0])
    for at in positions:
        held[keys[at]] = held.get(keys[at], 0) + 1
        while at - positions[first] > length or held[keys[positions[first]]] > 1:
            key = keys[positions[first]]
            held[key] -= 1
            if not held[key]:
                del held[key]
            first += 1
        if len(held) > best:
            best, earliest = len(held), (positions[first], at)
        if len(held) >= NEARLY * best:
            latest = (positions[first], at)
    return best, {earliest, latest if latest[0] - earliest[0] > MARGIN else earliest}


def match(words: Words, reference: Reference, start: int, stop: int) -> Match | None:
    """Align a published text with the user's words from `start` to `stop`."""
    blocks = [
        Block(block.a, block.b + start, block.size)
        for block in align(reference.words, words.ids[start:stop])
    ]
    blocks = _without_strays(blocks, reference.optional)
    if not blocks:
        return None
    return Match(reference, tuple(blocks), blocks[0].b, blocks[-1].b + blocks[-1].size)


def _without_strays(blocks: list[Block], optional: frozenset[int]) -> list[Block]:
    """Drop runs of one to three words that stand far from any other: chance, not text."""
    kept = _without_tail(blocks, optional)
    while True:
        lonely = [
            at
            for at, block in enumerate(kept)
            if block.size <= 3
            and _gap(kept, at - 1, at) > 6 * block.size
            and _gap(kept, at, at + 1) > 6 * block.size
        ]
        if not lonely:
            return kept
        kept = [block for at, block in enumerate(kept) if at not in set(lonely)]


def _without_tail(blocks: list[Block], optional: frozenset[int]) -> list[Block]:
    """Drop the last runs where more words part them than they have: they belong to what follows.

    Only words that a copy may lack are dropped, and short runs far from the rest.
    """
    kept, agree, foreign = len(blocks), 0, 0
    for at in range(len(blocks) - 1, max(0, len(blocks) - MOST_TAIL), -1):
        last, before = blocks[at], blocks[at - 1]
        agree += last.size
        foreign += last.b - before.b - before.size
        free = all(word in optional for word in (last.a, last.a + last.size - 1))
        if not free and agree > MOST_TAIL:
            break
        if foreign > (1 if free else 2) * agree:
            kept = at
    return blocks[:kept]


def _gap(blocks: list[Block], one: int, two: int) -> int:
    """Return how many words lie between two runs; at an end, as many as do not matter."""
    if one < 0 or two >= len(blocks):
        return 10_000
    first, second = blocks[one], blocks[two]
    return max(second.a - first.a - first.size, second.b - first.b - first.size)


class Gap(NamedTuple):
    """A stretch still to be compared: `a1` to `a2` of one row, `b1` to `b2` of the other."""

    a1: int
    a2: int
    b1: int
    b2: int


def align(a: array[int], b: array[int]) -> list[Block]:
    """Return the equal runs of two rows of words, in order.

    Equal beginnings and ends are taken off; what remains is split at runs of words that occur once
    on both sides, and only short stretches are compared exhaustively.
    """
    found: list[Block] = []
    pending = [Gap(0, len(a), 0, len(b))]
    while pending:
        gap = _trimmed(a, b, pending.pop(), found)
        if gap.a1 >= gap.a2 or gap.b1 >= gap.b2:
            continue
        if gap.a2 - gap.a1 == 1 or gap.b2 - gap.b1 == 1:
            found.extend(_lone(a, b, gap))
        elif anchors := _anchors(a, b, gap):
            edges = [(gap.a1, gap.b1), *anchors, (gap.a2, gap.b2)]
            pending.extend(Gap(x1, x2, y1, y2) for (x1, y1), (x2, y2) in pairwise(edges))
        else:
            found.extend(_compare(a, b, gap))
    return _merged(sorted(found))


def _trimmed(a: array[int], b: array[int], gap: Gap, found: list[Block]) -> Gap:
    """Take the equal words off both ends of a stretch, adding them to what was found."""
    a1, a2, b1, b2 = gap
    size = _equal_from(a, a1, b, b1, min(a2 - a1, b2 - b1))
    if size:
        found.append(Block(a1, b1, size))
        a1, b1 = a1 + size, b1 + size
    most, size = min(a2 - a1, b2 - b1), 0
    while size < most and a[a2 - size - 1] == b[b2 - size - 1]:
        size += 1
    if size:
        found.append(Block(a2 - size, b2 - size, size))
    return Gap(a1, a2 - size, b1, b2 - size)


def _equal_from(a: array[int], a1: int, b: array[int], b1: int, most: int) -> int:
    """Return how many words are equal from two places on, at most `most`."""
    size, step = 0, 4
    while size < most:
        x, y = a1 + size, b1 + size
        step = min(2 * step, LONGEST_STEP, most - size)
        if a[x : x + step] != b[y : y + step]:
            return size + next(by for by in range(step) if a[x + by] != b[y + by])
        size += step
    return size


def _lone(a: array[int], b: array[int], gap: Gap) -> list[Block]:
    """Find the only word of one side where it first stands in the other."""
    a1, a2, b1, b2 = gap
    if a2 - a1 == 1:
        return [Block(a1, y, 1) for y in range(b1, b2) if b[y] == a[a1]][:1]
    return [Block(x, b1, 1) for x in range(a1, a2) if a[x] == b[b1]][:1]


def _anchors(a: array[int], b: array[int], gap: Gap) -> list[tuple[int, int]]:
    """Return points, strictly inside, where runs that are unique on both sides begin.

    Of points that follow each other word by word only the first is told: equal words from it on
    are taken off together.
    """
    for size in (5, 3, 2, 1):
        once, other = _once(a, gap.a1, gap.a2, size), _once(b, gap.b1, gap.b2, size)
        pairs = sorted((once[run], other[run]) for run in once.keys() & other.keys())
        inside = [(x, y) for x, y in _rising(pairs) if (x, y) != (gap.a1, gap.b1)]
        if inside:
            return inside[:1] + [
                (x, y) for (p, q), (x, y) in pairwise(inside) if (p + 1, q + 1) != (x, y)
            ]
    return []


def _once(row: array[int], start: int, stop: int, size: int) -> dict[tuple[int, ...], int]:
    """Return the runs of `size` words that occur once, and where."""
    end = stop - size + 1
    if end <= start:
        return {}
    runs = list(zip(*(row[start + by : end + by] for by in range(size)), strict=True))
    last = dict(zip(runs, range(start, end), strict=True))
    if len(last) == len(runs):
        return last
    first = dict(zip(reversed(runs), range(end - 1, start - 1, -1), strict=True))
    return {run: at for run, at in last.items() if first[run] == at}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest chain of pairs that rises on both sides."""
    if all(one[1] < two[1] for one, two in pairwise(pairs)):
        return list(pairs)
    tails: list[int] = []
    rows: list[int] = []
    links: list[int] = []
    for at, (_, y) in enumerate(pairs):
        place = bisect_left(tails, y)
        links.append(rows[place - 1] if place else -1)
        if place == len(tails):
            tails.append(y)
            rows.append(at)
        else:
            tails[place], rows[place] = y, at
    chain: list[tuple[int, int]] = []
    at = rows[-1] if rows else -1
    while at >= 0:
        chain.append(pairs[at])
        at = links[at]
    return chain[::-1]


def _compare(a: array[int], b: array[int], gap: Gap) -> list[Block]:
    """Compare a short stretch exhaustively; a long one without any anchor has nothing in common."""
    a1, a2, b1, b2 = gap
    if (a2 - a1) * (b2 - b1) > 250_000:
        return []
    matcher = difflib.SequenceMatcher(None, a[a1:a2], b[b1:b2], autojunk=False)
    return [
        Block(block.a + a1, block.b + b1, block.size)
        for block in matcher.get_matching_blocks()
        if block.size
    ]


def _merged(blocks: list[Block]) -> list[Block]:
    """Join runs that follow each other without a gap."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if last and last.a + last.size == block.a and last.b + last.size == block.b:
            merged[-1] = Block(last.a, last.b, last.size + block.size)
        else:
            merged.append(block)
    return merged
