"""What a decision says: its truth, the rules it rests on, what it depends on, what is owed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from howopen.answer import Truth
from howopen.release import Noun
from howopen.rights.atoms import Atom

T = TypeVar("T", bound=Hashable)

#: truths from worst to best; a rank is an index of it
TRUTHS = (Truth.NO, Truth.UNCLEAR, Truth.YES)
NO, UNCLEAR, YES = range(3)


class Ground(Noun, frozen=True, kw_only=True, gc=False):
    """A rule that a decision rests on, and the label of the text it stands in.

    Attributes:
        label: of the leaf.
        atom: the rule; None where the ground is that no rule permits.
        weak: whether it comes from a parent whose terms may not reach the child.
    """

    label: str
    atom: Atom | None
    weak: bool = False


class Open(Noun, frozen=True, kw_only=True, gc=False):
    """What the asker did not say, on which the answer depends.

    Attributes:
        facet: a facet, `asks`, a measure, or several of them joined by `+`.
        ranks: for a single facet, the rank of the answer for each value.
        grounds: the rules that depend on it.
    """

    facet: str
    grounds: tuple[Ground, ...]
    ranks: tuple[tuple[str, int], ...] = ()

    def at(self, value: str) -> int:
        """Return the rank for a value; one that no rule names ranks like any other such value."""
        found = dict(self.ranks)
        return found.get(value, next((found[v] for v in ("other", "ZZ") if v in found), YES))

    def matters(self) -> bool:
        """Tell whether the answer differs for some value."""
        return not self.ranks or any(rank < YES for _, rank in self.ranks)

    def best(self) -> int:
        """Return the best rank that any value gives."""
        return max((rank for _, rank in self.ranks), default=YES)


class Due(Noun, frozen=True, kw_only=True, gc=False):
    """A duty: the rule, the trigger that fits the action, and whether it is owed surely.

    Attributes:
        ground: the rule.
        trigger: when it falls due.
        certain: `surely`, `possibly` (a doubt) or `if` (it depends on circumstances not given).
    """

    ground: Ground
    trigger: str
    certain: str = "surely"


class Decision(Noun, frozen=True, kw_only=True, gc=False):
    """What follows from atoms.

    Attributes:
        rank: index of `TRUTHS`.
        grounds: the rules that forbid, leave open or permit, according to the rank.
        spared: prohibitions that what is known of the asker keeps away.
        open: what it depends on.
        due: duties.
        marks: remarks on whole texts, such as `coarse`.
        chosen: labels of the branch taken where the licensee may choose.
        split: where one of several texts binds and they differ: label and rank of each.
        why: what leaves it open which of them binds.
    """

    rank: int
    grounds: tuple[Ground, ...] = ()
    spared: tuple[Ground, ...] = ()
    open: tuple[Open, ...] = ()
    due: tuple[Due, ...] = ()
    marks: tuple[Ground, ...] = ()
    chosen: tuple[str, ...] = ()
    split: tuple[tuple[str, int], ...] = ()
    why: str = ""

    @property
    def truth(self) -> Truth:
        """The rank as a truth."""
        return TRUTHS[self.rank]


def union(parts: tuple[Decision, ...]) -> Decision:
    """Join decisions that bind together: the worst rank, all conditions, duties and marks."""
    opens = _merged([one for part in parts for one in part.open])
    worst = min(part.rank for part in parts)
    rank = min(worst, *(one.best() for one in opens), YES)
    closing = [g for one in opens if one.best() == rank < worst for g in one.grounds]
    grounds = [g for part in parts if part.rank == rank for g in part.grounds]
    return Decision(
        rank=rank,
        grounds=unique((*grounds, *closing)),
        spared=unique(ground for part in parts for ground in part.spared) if rank == YES else (),
        open=opens if rank else (),
        due=unique(due for part in parts for due in part.due) if rank else (),
        marks=unique(mark for part in parts for mark in part.marks),
        chosen=unique(label for part in parts for label in part.chosen),
        split=tuple(pair for part in parts if part.rank == rank for pair in part.split),
        why=next((part.why for part in parts if part.rank == rank and part.why), ""),
    )


def unique(values: Iterable[T]) -> tuple[T, ...]:
    """Drop repetitions, keep the order."""
    return tuple(dict.fromkeys(values))


def _merged(opens: list[Open]) -> tuple[Open, ...]:
    """Join what depends on the same facet: for each value the worst rank."""
    found: dict[str, Open] = {}
    loose: list[Open] = []
    for one in opens:
        if not one.ranks:
            loose.append(one)
        elif one.facet in found:
            found[one.facet] = _join(found[one.facet], one)
        else:
            found[one.facet] = one
    return (*found.values(), *unique(tuple(loose)))


def _join(one: Open, two: Open) -> Open:
    values = unique(tuple(value for value, _ in (*one.ranks, *two.ranks)))
    ranks = tuple((value, min(one.at(value), two.at(value))) for value in values)
    return Open(facet=one.facet, grounds=unique((*one.grounds, *two.grounds)), ranks=ranks)
