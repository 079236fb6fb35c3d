"""The Open Source Definition and the four freedoms under each reading of what source is."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from howopen.answer import Reason, Truth
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.frames import ROLES, Cell, Row, frames_of
from howopen.openness.asked import replies_of
from howopen.openness.evaluate import evaluate
from howopen.openness.view import View, closed_world, index_of
from howopen.release import Noun, Release

#: A cell names at most so many clauses; the answer about rights has them all.
MOST_CITED = 6


class FrameColumn(Noun, frozen=True, kw_only=True):
    """A frame: its id, its title, and what it takes each word for (source, binary, ...)."""

    id: str
    title: str
    says: dict[str, str]


class FrameCell(Noun, frozen=True, kw_only=True):
    """A criterion under one frame.

    Attributes:
        frame: id of the frame.
        applies: applies, in another sense, or does not apply.
        why: why it applies so.
        truth: whether it holds; n/a where it does not apply.
        reasons: on what evidence.
        missing: what would make it hold.
    """

    frame: str
    applies: str
    why: str
    truth: Truth
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()


class FrameRow(Noun, frozen=True, kw_only=True):
    """A criterion of the Open Source Definition, or a freedom, under every frame."""

    id: str
    title: str
    cells: tuple[FrameCell, ...]


class FrameTable(Noun, frozen=True, kw_only=True):
    """All criteria under all frames: where people talk past each other."""

    version: str
    frames: tuple[FrameColumn, ...]
    rows: tuple[FrameRow, ...]


def frames(
    release: Release,
    knowledge: Knowledge,
    *,
    only: str | None = None,
    variant: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> FrameTable:
    """Judge the ten criteria and four freedoms under every frame, or under one.

    Args:
        release: with its grants concluded.
        knowledge: frames and licenses.
        only: the id of one frame.
        variant: judge only this variant and what all variants share.
        answers: to questions that files cannot decide, as `verdicts` takes them.

    Raises:
        UnknownTermError: for an unknown frame, with near ones.
    """
    known = frames_of(knowledge)
    if only is not None and only not in known.frames:
        raise unknown_term("frame", only, known.frames)
    chosen = {name: frame for name, frame in known.frames.items() if only in {None, name}}
    replies = replies_of(release, answers, knowledge)
    plain = View(
        release=release,
        knowledge=knowledge,
        unfound="no" if closed_world(index_of(release), replies) else "unclear",
        variant=variant,
        replies=replies,
    )
    views = {name: replace(plain, roles=frame_roles(knowledge, name)) for name in chosen}
    return FrameTable(
        version=f"{known.version} (knowledge {knowledge.version})",
        frames=tuple(
            FrameColumn(id=name, title=frame.title, says=frame.says)
            for name, frame in chosen.items()
        ),
        rows=tuple(_row(row, views) for row in known.rows),
    )


def frame_roles(knowledge: Knowledge, frame: str) -> dict[str, tuple[str, ...]]:
    """Return the components that each role stands for in a frame."""
    return {role: getattr(frames_of(knowledge).frames[frame], role) for role in ROLES}


def _row(row: Row, views: dict[str, View]) -> FrameRow:
    cells = tuple(_cell(name, row.cells[name], view) for name, view in views.items())
    return FrameRow(id=row.id, title=row.title, cells=cells)


def _cell(name: str, cell: Cell, view: View) -> FrameCell:
    if cell.applies == "does not apply":
        return FrameCell(frame=name, applies=cell.applies, why=cell.why, truth=Truth.NA)
    judged = evaluate(cell.holds, view)
    return FrameCell(
        frame=name,
        applies=cell.applies,
        why=cell.why,
        truth=judged.truth,
        reasons=tuple(map(brief, judged.reasons)),
        missing=judged.missing,
    )


def brief(reason: Reason) -> Reason:
    """Keep a reason and which clauses it rests on; the answer about rights has the whole proof."""
    cited = tuple(replace(each, quote="", evidence=()) for each in reason.citations[:MOST_CITED])
    return replace(reason, citations=cited, because=())
