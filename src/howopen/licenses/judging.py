"""What became of each clause of two texts, and whether that is operative.

Where both texts were read clause by clause, what a clause does on either side is known. Elsewhere
changed numbers, negations and signs of terms count as operative; the rest nobody has judged.
"""

from __future__ import annotations

from typing import NamedTuple

from howopen.knowledge.licenses import License
from howopen.licenses.comparison import ClauseChange, Compared, Lines, Reworded, Status
from howopen.licenses.effects import EffectChange, Fact, Subject
from howopen.licenses.outline import ref_key
from howopen.licenses.pairing import Alignment, Gap, Pair, gaps, likest, together
from howopen.licenses.passages import Passages
from howopen.licenses.weight import heavy, is_light, is_title, product_words
from howopen.release import Sign

#: A change is widened by so many words at most.
MOST_GLUED = 8


class Text(NamedTuple):
    """A text ready to be compared.

    Attributes:
        compared: who it is.
        passages: its passages.
        license: its clauses, where it was read.
        facts: what they say, but for clauses that this copy changes.
        refs: for each passage, the refs of the clauses that it belongs to.
        signs: for each passage, signs of terms, where it was not read.
        taken: the texts that it takes in, by their id.
        open: what clauses speak of that this copy changes, so that it is not known what it says.
        changed: the passages in which this copy departs from the published text.
    """

    compared: Compared
    passages: Passages
    license: License | None
    facts: tuple[Fact, ...]
    refs: tuple[frozenset[str], ...]
    signs: tuple[frozenset[Sign], ...]
    taken: tuple[tuple[str, Passages], ...] = ()
    open: frozenset[Subject] = frozenset()
    changed: frozenset[int] = frozenset()


class _Side(NamedTuple):
    """What is known of one side of a pair."""

    refs: frozenset[str]
    facts: tuple[Fact, ...]
    signs: frozenset[tuple[str, ...]]


class Judge:
    """Judges pairs of passages, keeping which effects were told of a clause."""

    def __init__(self, a: Text, b: Text, effects: tuple[EffectChange, ...]) -> None:
        self.a, self.b, self.effects = a, b, effects
        self.used: list[EffectChange] = []
        self.taken_a: dict[int, str] = {}
        self.taken_b: dict[int, str] = {}
        self.differing = 0
        self.read = a.license is not None and b.license is not None
        texts = a.compared.text and b.compared.text
        self.with_signs = texts and not self.read
        self.names = product_words(
            *(f"{one.compared.name} {one.compared.license or ''}" for one in (a, b))
        )
        self.said_a = {fact.meaning for fact in a.facts}
        self.said_b = {fact.meaning for fact in b.facts}

    def clauses(self) -> tuple[ClauseChange, ...]:
        """Say what became of every passage of either text.

        A change of effect is told of the passage whose words differ, so those of which only names
        or dates do come last.
        """
        aligned = Alignment(self.a.passages, self.b.passages)
        found = aligned.pairs
        self._look_into_taken(found)
        rows = [aligned.gaps(pair) for pair in found]
        order = sorted(range(len(found)), key=lambda at: (self._light(rows[at]), at))
        told = {at: self._clause(found[at], rows[at]) for at in order}
        return tuple(told[at] for at in range(len(found)))

    def _look_into_taken(self, found: list[Pair]) -> None:
        """Find passages of the one text in texts that the other takes in."""
        left = [one.a[0] for one in found if not one.b]
        right = [one.b[0] for one in found if not one.a]
        self.taken_a = self._in_taken(self.a.passages, left, self.b)
        self.taken_b = self._in_taken(self.b.passages, right, self.a)

    def _in_taken(self, text: Passages, left: list[int], other: Text) -> dict[int, str]:
        """Return where passages stand in the texts that the other takes in, word for word."""
        where: dict[int, str] = {}
        for ident, passages in other.taken:
            for row, place in likest(text, left, passages).items():
                rows = gaps(text, passages, Pair((row,), (place,)))
                if all(is_light(text, passages, one, self.names) for one in rows):
                    where[row] = f"{ident}#{passages.rows[place].label}"
        return where

    def _into_taken(self, pair: Pair) -> ClauseChange | None:
        """Say that a passage stands in a text that the other takes in, if it does."""
        text, rows, where = (
            (self.a, pair.a, self.taken_a) if pair.a else (self.b, pair.b, self.taken_b)
        )
        if (pair.a and pair.b) or rows[0] not in where:
            return None
        ref, lines = _label(text, rows), _lines(text.passages, rows)
        return ClauseChange(
            status=Status.MOVED,
            ref_a=ref if pair.a else where[rows[0]],
            ref_b=ref if pair.b else where[rows[0]],
            lines_a=lines if pair.a else None,
            lines_b=lines if pair.b else None,
            why="the other takes in a text that holds it",
        )

    def _clause(self, pair: Pair, rows: list[Gap]) -> ClauseChange:
        """Say what became of a pair of passages."""
        taken = self._into_taken(pair)
        if taken is not None:
            return taken
        a, b = self.a.passages, self.b.passages
        self.differing += sum(one.a2 - one.a1 + one.b2 - one.b1 for one in rows)
        status = self._status(pair, rows)
        told = self._effects(pair, rows) if rows else ()
        self.used += told
        operative, why = (True, "it does something else") if told else self._judged(pair, rows)
        return ClauseChange(
            status=status,
            ref_a=_label(self.a, pair.a) if pair.a else None,
            ref_b=_label(self.b, pair.b) if pair.b else None,
            lines_a=_lines(a, pair.a),
            lines_b=_lines(b, pair.b),
            words=tuple(self._reworded(one) for one in together(rows)),
            operative=operative,
            why=why,
            effects=told,
        )

    def _status(self, pair: Pair, rows: list[Gap]) -> Status:
        if not pair.b:
            return Status.ONLY_A
        if not pair.a:
            return Status.ONLY_B
        if rows:
            return Status.CHANGED
        one = self.a.passages.rows[pair.a[0]].ref
        other = self.b.passages.rows[pair.b[0]].ref
        return Status.MOVED if pair.moved or _apart(one, other) else Status.SAME

    def _reworded(self, gap: Gap) -> Reworded:
        a, b = self.a.passages, self.b.passages
        gap = _unbroken(a, b, gap)
        return Reworded(
            before=a.quote(gap.a1, gap.a2),
            after=b.quote(gap.b1, gap.b2),
            lines_a=a.lines(gap.a1, gap.a2),
            lines_b=b.lines(gap.b1, gap.b2),
        )

    def _judged(self, pair: Pair, rows: list[Gap]) -> tuple[bool | None, str]:
        """Say whether a difference is operative, and why."""
        if not rows:
            return False, ""
        if self._light(rows) or self._titles(pair):
            return False, "only names, titles, dates, addresses or notices differ"
        mine, theirs = _side(self.a, pair.a), _side(self.b, pair.b)
        if self.with_signs and mine.signs != theirs.signs:
            return True, "signs of terms differ: " + _signs(mine.signs, theirs.signs)
        departs = self.a.changed & set(pair.a) or self.b.changed & set(pair.b)
        if not departs and self._alike(mine, theirs):
            where = (
                "" if pair.a and pair.b else f"; the other says so in {self._where(mine, theirs)}"
            )
            return False, f"both were read, and what the clause does is the same{where}"
        if heavy(self.a.passages, self.b.passages, rows, self.names):
            return True, "words that carry terms differ"
        if not departs and self._defines(mine, theirs):
            return False, "both were read, and nothing that follows from this definition differs"
        return None, "nobody has judged whether these words matter"

    def _effects(self, pair: Pair, rows: list[Gap]) -> tuple[EffectChange, ...]:
        """Return the changes of effect that are of a pair's clauses.

        Where only names or dates differ, those that were told of another passage are not.
        """
        mine = frozenset(ref for row in pair.a for ref in self.a.refs[row])
        theirs = frozenset(ref for row in pair.b for ref in self.b.refs[row])
        light = self._light(rows)
        return tuple(
            one
            for one in self.effects
            if not (light and one in self.used)
            and (mine & set(one.refs_a) or theirs & set(one.refs_b))
        )

    def _light(self, rows: list[Gap]) -> bool:
        a, b = self.a.passages, self.b.passages
        return all(is_light(a, b, one, self.names) for one in rows)

    def _titles(self, pair: Pair) -> bool:
        """Return whether the passages of a pair are only titles and dates."""
        sides = ((self.a.passages, pair.a), (self.b.passages, pair.b))
        return all(
            is_title(text, text.rows[row].start, text.rows[row].stop, self.names)
            for text, rows in sides
            for row in rows
        )

    def _alike(self, mine: _Side, theirs: _Side) -> bool:
        """Return whether what the clauses of a pair say is said on both sides."""
        meanings = {fact.meaning for fact in (*mine.facts, *theirs.facts)}
        return self.read and bool(meanings) and meanings <= self.said_a and meanings <= self.said_b

    def _defines(self, mine: _Side, theirs: _Side) -> bool:
        """Return whether both texts were read in full and a pair is a definition in each."""
        full = all(one.license and one.license.depth == "deep" for one in (self.a, self.b))
        return self.read and full and bool(mine.refs and theirs.refs)

    def _where(self, mine: _Side, theirs: _Side) -> str:
        wanted = {fact.meaning for fact in (*mine.facts, *theirs.facts)}
        facts = self.b.facts if mine.facts else self.a.facts
        refs = list(dict.fromkeys(fact.ref for fact in facts if fact.meaning in wanted))
        return ", ".join(refs[:3]) + (" and more" if len(refs) > 3 else "")


def _unbroken(a: Passages, b: Passages, gap: Gap) -> Gap:
    """Widen a change to what is written in one, so that `3.1` is not `1`."""
    a1, a2, b1, b2 = gap
    for _ in range(MOST_GLUED):
        if min(a1, b1) < 1 or a.ids[a1 - 1] != b.ids[b1 - 1] or not (a.glued(a1) or b.glued(b1)):
            break
        a1, b1 = a1 - 1, b1 - 1
    for _ in range(MOST_GLUED):
        inside = a2 < len(a.ids) and b2 < len(b.ids) and a.ids[a2] == b.ids[b2]
        if not inside or not (a.glued(a2) or b.glued(b2)):
            break
        a2, b2 = a2 + 1, b2 + 1
    return Gap(a1, a2, b1, b2)


def _side(text: Text, rows: tuple[int, ...]) -> _Side:
    """Gather what is known of some passages."""
    refs = frozenset(ref for row in rows for ref in text.refs[row])
    facts = tuple(fact for fact in text.facts if fact.ref in refs)
    signs = frozenset(
        (sign.kind, sign.value, sign.counts, str(sign.amount), sign.tested)
        for row in rows
        for sign in text.signs[row]
    )
    return _Side(refs, facts, signs)


def _apart(one: str | None, other: str | None) -> bool:
    """Return whether two printed refs are of different clauses, neither within the other."""
    a, b = ref_key(one or ""), ref_key(other or "")
    return a[: len(b)] != b[: len(a)]


def _label(text: Text, rows: tuple[int, ...]) -> str:
    """Return the ref of a passage: as printed, or ours where only we number it."""
    row = text.passages.rows[rows[0]]
    ours = text.refs[rows[0]]
    if len(ours) == 1 and (row.ref is None or ref_key(row.ref) not in map(ref_key, ours)):
        return next(iter(ours))
    return row.label


def _lines(text: Passages, rows: tuple[int, ...]) -> Lines | None:
    return text.lines(text.rows[rows[0]].start, text.rows[rows[-1]].stop) if rows else None


def _signs(mine: frozenset[tuple[str, ...]], theirs: frozenset[tuple[str, ...]]) -> str:
    """Say which signs only one side has."""
    gone, new = (
        ", ".join(sorted(f"{sign[0]} {sign[1]}".strip() for sign in signs))
        for signs in (mine - theirs, theirs - mine)
    )
    return "; ".join(filter(None, (gone and f"gone {gone}", new and f"new {new}")))
