"""Find which published text some words are, and align the two word by word, in bounded time."""

from __future__ import annotations

import difflib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from howopen.licenses.index import Index, Reference
from howopen.licenses.words import Words, shingles

#: How many candidates are aligned for one stretch of text.
MOST_CANDIDATES = 10
#: With more hits than this, only those around the fullest stretch are looked at.
MANY = 1_500


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
    """A text that a stretch may hold: the share and number of its shingles there, and where."""

    reference: Reference
    share: float
    hits: int
    start: int
    stop: int


def candidates(words: Words, start: int, stop: int, index: Index) -> list[Candidate]:
    """Return the texts that the words from `start` to `stop` may hold, the likeliest first."""
    scored = []
    for reference, everywhere in _votes(words, index).items():
        at, end = bisect_left(everywhere, start), bisect_left(everywhere, stop - 3)
        if at == end:
            continue
        positions = [position - start for position in everywhere[at:end]]
        length = int(len(reference) * 1.3) + 80
        low, count = _densest(positions, length)
        share = count / max(1, reference.shingle_count)
        if share >= 0.12 or count >= 12:
            window = (start + max(0, low - 60), min(stop, start + low + length))
            scored.append(Candidate(reference, share, count, *window))
    if not scored:
        return []
    scored.sort(key=lambda one: (-one.share, -one.hits, one.reference.ident))
    best, most = scored[0].share, max(one.hits for one in scored)
    near = [one for one in scored if one.share >= 0.4 * best or one.hits >= 0.6 * most]
    by_count = sorted(near, key=lambda one: -one.hits)[:4]
    first = near[: MOST_CANDIDATES - 4]
    return first + [one for one in by_count if one not in first]


def _votes(words: Words, index: Index) -> dict[Reference, list[int]]:
    """Look up all shingles of a text once, however many licenses are searched for in it."""
    held = words.votes.get(id(index))
    if held is None:
        held = words.votes[id(index)] = index.votes(shingles(words.ids))
    return held


def _densest(positions: list[int], length: int) -> tuple[int, int]:
    """Return where the stretch of `length` words with the most hits begins, and its hits."""
    if len(positions) > MANY:
        positions = _fullest(positions, length)
    best, best_low, low = 0, positions[0], 0
    for high, position in enumerate(positions):
        while position - positions[low] > length:
            low += 1
        if high - low + 1 > best:
            best, best_low = high - low + 1, positions[low]
    return best_low, best


def _fullest(positions: list[int], length: int) -> list[int]:
    """Return the hits around the fullest stretch, told from counts of half its length."""
    half = max(1, length // 2)
    counts = Counter([position // half for position in positions])
    best = max(counts, key=lambda at: (counts[at] + counts[at + 1], -at))
    low, high = (best - 1) * half, (best + 3) * half
    return positions[bisect_left(positions, low) : bisect_left(positions, high)]


def match(words: Words, reference: Reference, start: int, stop: int) -> Match | None:
    """Align a published text with the user's words from `start` to `stop`."""
    blocks = [
        Block(block.a, block.b + start, block.size)
        for block in align(reference.words, words.ids[start:stop])
    ]
    blocks = _without_strays(blocks)
    if not blocks:
        return None
    return Match(reference, tuple(blocks), blocks[0].b, blocks[-1].b + blocks[-1].size)


def _without_strays(blocks: list[Block]) -> list[Block]:
    """Drop runs of one to three words that stand far from any other: chance, not text."""
    kept = list(blocks)
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
        anchors = _anchors(a, b, gap)
        if anchors:
            edges = [(gap.a1, gap.b1), *anchors, (gap.a2, gap.b2)]
            pending.extend(Gap(x1, x2, y1, y2) for (x1, y1), (x2, y2) in pairwise(edges))
        else:
            found.extend(_compare(a, b, gap))
    return _merged(sorted(found))


def _trimmed(a: array[int], b: array[int], gap: Gap, found: list[Block]) -> Gap:
    """Take the equal words off both ends of a stretch, adding them to what was found."""
    a1, a2, b1, b2 = gap
    most = min(a2 - a1, b2 - b1)
    if a[a1 : a1 + most] == b[b1 : b1 + most]:
        size = most
    else:
        size = next(at for at in range(most) if a[a1 + at] != b[b1 + at])
    if size:
        found.append(Block(a1, b1, size))
        a1, b1 = a1 + size, b1 + size
    most, size = min(a2 - a1, b2 - b1), 0
    while size < most and a[a2 - size - 1] == b[b2 - size - 1]:
        size += 1
    if size:
        found.append(Block(a2 - size, b2 - size, size))
    return Gap(a1, a2 - size, b1, b2 - size)


def _anchors(a: array[int], b: array[int], gap: Gap) -> list[tuple[int, int]]:
    """Return points, strictly inside, where runs that are unique on both sides begin."""
    for size in (5, 3, 2, 1):
        once = _once(a, gap.a1, gap.a2, size)
        pairs = sorted(
            (once[run], at) for run, at in _once(b, gap.b1, gap.b2, size).items() if run in once
        )
        inside = [(x, y) for x, y in _rising(pairs) if (x, y) != (gap.a1, gap.b1)]
        if inside:
            return inside
    return []


def _once(row: array[int], start: int, stop: int, size: int) -> dict[tuple[int, ...], int]:
    """Return the runs of `size` words that occur once, and where."""
    places: dict[tuple[int, ...], int] = {}
    for at in range(start, stop - size + 1):
        run = tuple(row[at : at + size])
        places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest chain of pairs that rises on both sides."""
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
