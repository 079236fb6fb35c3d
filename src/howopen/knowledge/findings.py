"""What each finding code means (`knowledge/findings/ROOM.toml`), for reports and `explain`."""

from __future__ import annotations

from typing import Literal

from howopen.errors import unknown_term
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Code(Data, frozen=True, kw_only=True):
    """A finding code.

    Attributes:
        title: one sentence.
        gravity: how much it matters by default.
        means: what it means, in one to three sentences.
        remedy: what to do.
    """

    title: str
    gravity: Literal["error", "warning", "note"]
    means: str
    remedy: str


def codes_of(knowledge: Knowledge) -> dict[str, Code]:
    """Read all finding codes."""
    found: dict[str, Code] = {}
    for room in knowledge.ids("findings"):
        found.update(knowledge.table(f"findings/{room}.toml", dict[str, Code]))
    return found


def code_of(knowledge: Knowledge, code: str) -> Code:
    """Read one finding code.

    Raises:
        UnknownTermError: with near codes.
    """
    codes = codes_of(knowledge)
    if code.upper() not in codes:
        raise unknown_term("finding code", code, codes)
    return codes[code.upper()]
