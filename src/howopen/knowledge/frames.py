"""The readings of the Open Source Definition's words for models (`frames.toml`), typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import msgspec

from howopen.errors import KnowledgeError, unknown_term
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.predicates import Predicate, parse

Applies = Literal["applies", "in another sense", "does not apply"]

#: the roles that a frame gives to components
ROLES = ("source", "compiler", "binary", "machine", "patch", "whole")


class Frame(Data, frozen=True, kw_only=True):
    """One reading: what is source, compiler, binary, machine and patch.

    A role without components (hardware, a running model) has only its words, in `says`.
    """

    title: str
    says: dict[str, str]
    source: tuple[str, ...]
    compiler: tuple[str, ...] = ()
    binary: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()
    patch: tuple[str, ...] = ()
    whole: tuple[str, ...]


class Reading(Data, frozen=True, kw_only=True):
    """How a criterion is read in one frame: whether it applies, why, and its own predicate."""

    applies: Applies
    why: str
    holds: dict[str, object] | None = None


class RawWord(Data, frozen=True, kw_only=True):
    """A criterion or freedom as written: its predicate, and readings of single frames."""

    id: str
    title: str
    holds: dict[str, object]
    why: str = ""
    frame: Mapping[str, Reading] = {}


class RawFrames(Data, frozen=True, kw_only=True):
    """The file `frames.toml`."""

    version: str
    source: str
    read: dt.date
    frames: dict[str, Frame]
    criterion: tuple[RawWord, ...]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion in a frame, checked."""

    applies: Applies
    why: str
    holds: Predicate


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion in all frames, checked."""

    id: str
    title: str
    cells: dict[str, Cell]


class Frames(msgspec.Struct, frozen=True, kw_only=True):
    """All frames and criteria, checked."""

    version: str
    frames: dict[str, Frame]
    rows: tuple[Row, ...]


_CHECKED: dict[int, tuple[RawFrames, Frames]] = {}


def frames_of(knowledge: Knowledge) -> Frames:
    """Read the frames.

    Raises:
        KnowledgeError: names file and key.
    """
    raw = knowledge.table("frames.toml", RawFrames)
    held = _CHECKED.get(id(raw))
    if held is not None and held[0] is raw:
        return held[1]
    path = str(knowledge.find("frames.toml"))
    _check(raw, path)
    rows = tuple(_row(raw, word, path) for word in raw.criterion)
    frames = Frames(version=raw.version, frames=raw.frames, rows=rows)
    _CHECKED[id(raw)] = (raw, frames)
    return frames


def _row(raw: RawFrames, word: RawWord, path: str) -> Row:
    common = parse(word.holds, f"criterion.{word.id}.holds", path=path, roles=ROLES)
    cells = {}
    for name in raw.frames:
        own = word.frame.get(name)
        holds = common
        if own is not None and own.holds is not None:
            where = f"criterion.{word.id}.frame.{name}.holds"
            holds = parse(own.holds, where, path=path, roles=ROLES)
        applies: Applies = own.applies if own else "applies"
        cells[name] = Cell(applies=applies, why=own.why if own else word.why, holds=holds)
    return Row(id=word.id, title=word.title, cells=cells)


def _check(raw: RawFrames, path: str) -> None:
    for word in raw.criterion:
        for name in word.frame:
            if name not in raw.frames:
                error = unknown_term("frame", name, raw.frames)
                where = f"criterion.{word.id}.frame: {error.message}"
                raise KnowledgeError(where, path=path, hint=error.hint)
