"""What the public would need to build a model again (`rebuild.toml`), typed."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Need(Data, frozen=True, kw_only=True):
    """How much a component is needed, and what for."""

    need: Literal["must", "helps"]
    purpose: str = msgspec.field(name="for")


class Cost(Data, frozen=True, kw_only=True):
    """A kind of cost, and a regular expression over lower-cased lines for how it is stated."""

    what: str
    pattern: str


class Rebuild(Data, frozen=True, kw_only=True):
    """The file `rebuild.toml`."""

    source: str
    read: dt.date
    needs: dict[str, Need]
    cost: tuple[Cost, ...] = ()


def rebuild_of(knowledge: Knowledge) -> Rebuild:
    """Read what rebuilding takes."""
    return knowledge.table("rebuild.toml", Rebuild)
