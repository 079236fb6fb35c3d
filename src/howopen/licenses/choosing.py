"""Choose the published text that a stretch of words is, among those that are near, or none.

A text may be named when most of the published words are there and few others stand between them.
Of several, the one wins that explains most words with least that differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import NamedTuple

from howopen.licenses.departures import Change, counting
from howopen.licenses.index import Index, Reference
from howopen.licenses.matching import Block, Candidate, Match, candidates, match
from howopen.licenses.words import Words

#: No license is named below this share of the published words, unless a part is simply missing.
LEAST_SHARE = 0.6
#: A text with more foreign words than this among its own, as a share, is another license.
MOST_FOREIGN = 0.15
#: Fewer words than this are no license text.
LEAST_WORDS = 18
#: A published text of fewer words is named only where nothing of it was changed, and, unless it
#: is in wide use, where it is most of the file: such sentences stand in many.
SHORT_TEXT = 60
LEAST_OF_FILE = 0.5
#: Of a text that hardly anybody uses, nearly all has to agree.
MOST_OF_RARE = 0.1
#: What a text that agrees in all is worth beyond its words, and one is worth less by its rarity.
EXACT = 15
RARE = 6
#: So many words missing in one piece, at an end, are a part that is simply not there.
LEAST_PART = 20
#: Where a text just stops early, so many words of its beginning are enough to name it.
LEAST_OF_PART = 120
#: In a longer stretch, texts are looked for from its beginning on.
LONG_STRETCH = 6_000
#: At most this many licenses are looked for in one file.
MOST_READINGS = 300


class Choice(NamedTuple):
    """The best match of a stretch, what counts against it, and its rivals at equal weight."""

    match: Match
    counted: tuple[Change, ...]
    rivals: tuple[Reference, ...]

    @property
    def reference(self) -> Reference:
        """The published text."""
        return self.match.reference

    @property
    def parts(self) -> tuple[Change, ...]:
        """The beginning or the end of the published text that is simply not there."""
        return missing_parts(self.match, self.counted)


class _Scored(NamedTuple):
    """A match: whether the text may be called by its name, and what it is worth.

    `inner` is its worth when a missing beginning or end is left out of account.
    """

    named: bool
    score: float
    inner: float
    match: Match
    counted: tuple[Change, ...]


def choose_all(words: Words, index: Index) -> tuple[list[Choice], bool]:
    """Find all licenses of a text, in order.

    Returns:
        The choices, and whether the search stopped before all of the text was searched.
    """
    pending = [(0, len(words))]
    found: list[Choice] = []
    while pending and len(found) < MOST_READINGS:
        start, stop = pending.pop()
        if stop - start < LEAST_WORDS:
            continue
        many = stop - start > LONG_STRETCH
        best = choose(words, index, start, stop, first=many)
        if best is None and many:
            best = choose(words, index, start, stop)
        if best is None:
            continue
        found.append(best)
        pending += [(start, best.match.start), (best.match.stop, stop)]
    left = any(stop - start >= LEAST_WORDS for start, stop in pending)
    return sorted(found, key=lambda one: one.match.start), left


def whole(words: Words, index: Index) -> list[Choice]:
    """Choose the published texts that a file of very few words is, word for word."""
    same = sorted(index.whole(words.ids), key=_rank)
    if not same or not len(words):
        return []
    matched = Match(same[0], (Block(0, 0, len(words)),), 0, len(words))
    others = {one.ident: one for one in same if one.ident != same[0].ident}
    return [Choice(matched, tuple(counting(words, matched)), tuple(others.values()))]


def choose(
    words: Words, index: Index, start: int, stop: int, *, first: bool = False
) -> Choice | None:
    """Return the best license of a stretch that may be named, or None."""
    scored = _scored(words, candidates(words, start, stop, index, first=first), start, stop)
    scored.sort(
        key=lambda one: (-one.named, -one.score, -one.match.equal, _rank(one.match.reference))
    )
    if not scored or not scored[0].named:
        return None
    best = scored[0]
    ties = [one for one in scored if one.named and one.score == best.score]
    if missing_parts(best.match, best.counted):
        ties = _ties_but_for_parts(scored, best)
        best = ties[0]
    rivals = {one.match.reference.ident: one.match.reference for one in ties}
    rivals.pop(best.match.reference.ident)
    return Choice(best.match, best.counted, tuple(rivals.values()))


def _scored(words: Words, likely: list[Candidate], start: int, stop: int) -> list[_Scored]:
    """Align the candidates of a stretch, and weigh them."""
    aligned: list[tuple[Match, tuple[Change, ...]]] = []
    exact: tuple[float, int] | None = None
    for one in likely:
        if exact and _beaten(one, stop - start, *exact):
            continue
        matched = match(words, one.reference, one.start, one.stop)
        if matched is None or matched.equal < LEAST_WORDS:
            continue
        counted = tuple(counting(words, matched))
        if not counted and exact is None:
            exact = one.share, matched.equal
        aligned.append((matched, counted))
    loose = {at for matched, _ in aligned for at in _loose(matched)}
    return [
        _Scored(
            nameable(words, matched, counted),
            worth(matched, counted, loose),
            worth(matched, without_parts(matched, counted), loose),
            matched,
            counted,
        )
        for matched, counted in aligned
    ]


def _ties_but_for_parts(scored: list[_Scored], best: _Scored) -> list[_Scored]:
    """Return the texts that fit as well when what is simply missing is left out of account."""
    equal = [one for one in scored if one.match.equal >= best.match.equal]
    most = max(one.inner for one in equal)
    return [one for one in equal if one.inner == most]


def _beaten(one: Candidate, stretch: int, share: float, equal: int) -> bool:
    """Return whether a candidate cannot do better than a text of which nothing is missing.

    Either it has not so many words, or the other covers all the stretch and more of itself.
    """
    return min(len(one.reference), stretch) < equal or (
        one.share < share and equal >= 0.97 * stretch
    )


def _rank(reference: Reference) -> tuple[bool, int, str]:
    """Order texts that fit equally well: licenses first, common ones before rare."""
    return reference.kind != "license", reference.rank, reference.ident


def missing_parts(matched: Match, counted: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the beginning and the end of a published text that a copy lacks in one piece."""
    ends = {id(one): one for one in (*counted[:1], *counted[-1:])}
    return tuple(
        one
        for one in ends.values()
        if one.b1 == one.b2 and one.b1 in (matched.start, matched.stop) and _size(one) >= LEAST_PART
    )


def without_parts(matched: Match, counted: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the differences other than a beginning and an end that are simply missing."""
    parts = missing_parts(matched, counted)
    return tuple(one for one in counted if one not in parts)


def _size(change: Change) -> int:
    return change.a2 - change.a1


def cost(counted: tuple[Change, ...]) -> float:
    """Weigh differences: words that are merely missing tell less than words that are others."""
    return sum(
        4.0 * (c.b2 - c.b1 + c.a2 - c.a1) if c.b1 < c.b2 else 0.1 * (c.a2 - c.a1) + 1.0
        for c in counted
    )


def worth(matched: Match, counted: tuple[Change, ...], loose: Set[int]) -> float:
    """Weigh what agrees against what differs; titles and notices say little, rare texts less.

    Args:
        matched: the alignment.
        counted: the differences that count.
        loose: the user's words that are of a title or a notice.
    """
    firm = matched.equal - sum(
        1 for block in matched.blocks for at in range(block.b, block.b + block.size) if at in loose
    )
    return firm - cost(counted) - RARE * matched.reference.rank if counted else firm + EXACT


def _loose(matched: Match) -> Iterator[int]:
    """Yield the user's words that a published text has in its title or its notices."""
    for at in matched.reference.loose:
        for block in matched.blocks:
            if block.a <= at < block.a + block.size:
                yield at - block.a + block.b


def nameable(words: Words, matched: Match, counted: tuple[Change, ...]) -> bool:
    """Return whether so much agrees that the text may be called by this license's name."""
    reference = matched.reference
    needed = max(1, len(reference) - len(reference.optional))
    if needed < SHORT_TEXT:
        usual = reference.rank == 0 or matched.equal >= LEAST_OF_FILE * len(words)
        return usual and not counted
    inserted = sum(c.b2 - c.b1 for c in counted)
    missing = sum(map(_size, counted))
    rare = reference.rank == 2
    if rare and (inserted + missing > MOST_OF_RARE * needed or missing_parts(matched, counted)):
        return False
    if inserted > max(12, MOST_FOREIGN * matched.equal):
        return False
    if missing <= (1 - LEAST_SHARE) * needed:
        return True
    end = sum(_size(part) for part in missing_parts(matched, counted) if part.b1 == matched.stop)
    few = inserted <= 0.03 * matched.equal
    return matched.equal >= LEAST_OF_PART and end >= 0.9 * missing and few
