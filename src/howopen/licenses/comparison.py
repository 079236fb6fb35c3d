"""The nouns of a comparison of two license texts: what the second changed against the first."""

from __future__ import annotations

from enum import StrEnum

from howopen.licenses.effects import EffectChange
from howopen.release import Noun

Lines = tuple[int, int]


class Status(StrEnum):
    """What became of a clause."""

    SAME = "same"
    CHANGED = "changed"
    #: the same words, under another number or in another place
    MOVED = "moved"
    ONLY_A = "only-a"
    ONLY_B = "only-b"


class Compared(Noun, frozen=True, kw_only=True):
    """One of the two texts.

    Attributes:
        source: the file or id as it was given.
        license: our id of it, None when it is none we know.
        edition: its edition.
        name: its name for a reader.
        modified: whether it departs from the published text.
        near: what an unknown text is near to.
        text: whether the text itself was at hand; without it nothing is quoted.
        read: whether its clauses were read, so that what they do is known.
    """

    source: str
    license: str | None
    edition: str | None = None
    name: str = ""
    modified: bool | None = None
    near: tuple[str, ...] = ()
    text: bool = True
    read: bool = False


class Reworded(Noun, frozen=True, kw_only=True):
    """Words that differ, as they are written, with their lines in either file."""

    before: str
    after: str
    lines_a: Lines | None = None
    lines_b: Lines | None = None


class ClauseChange(Noun, frozen=True, kw_only=True):
    """What became of a clause or paragraph.

    Attributes:
        status: the same, changed, moved, or in one text only.
        ref_a: its ref in the first text, or `paragraph N`; None where it is not there.
        ref_b: its ref in the second.
        lines_a: its lines in the first file.
        lines_b: its lines in the second.
        words: what was changed.
        operative: whether what may be done, must be done or is forbidden changes; None where that
            cannot be told.
        why: what that rests on.
        effects: what the clause does differently, where both texts were read.
    """

    status: Status
    ref_a: str | None = None
    ref_b: str | None = None
    lines_a: Lines | None = None
    lines_b: Lines | None = None
    words: tuple[Reworded, ...] = ()
    operative: bool | None = False
    why: str = ""
    effects: tuple[EffectChange, ...] = ()


class LicenseComparison(Noun, frozen=True, kw_only=True):
    """What the second of two license texts changed against the first.

    Attributes:
        a: the first text.
        b: the second.
        says: what changed, in one sentence.
        alike: the share of words in common, 0 to 1.
        operative: how many changes are operative: of clauses, and of terms outside both texts.
        wording: how many clauses say the same in other words.
        unjudged: how many changed clauses nobody has judged.
        clauses: every clause of either text.
        elsewhere: what the two do differently where no clause of both texts tells it: in texts
            that one takes in, or in different licenses as wholes.
        notes: what the comparison rests on, and what it lacks.
    """

    a: Compared
    b: Compared
    says: str
    alike: float
    operative: int
    wording: int
    unjudged: int
    clauses: tuple[ClauseChange, ...]
    elsewhere: tuple[EffectChange, ...] = ()
    notes: tuple[str, ...] = ()
