"""What the groups of components are for (`groups.toml`), typed."""

from __future__ import annotations

import datetime as dt

from howopen.knowledge.components import components_of
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class GroupInfo(Data, frozen=True, kw_only=True):
    """A group: its title, and what one needs its components for."""

    title: str
    means: str


class Groups(Data, frozen=True, kw_only=True):
    """The file `groups.toml`."""

    source: str
    read: dt.date
    groups: dict[str, GroupInfo]


def groups_of(knowledge: Knowledge) -> dict[str, GroupInfo]:
    """Read the groups."""
    return knowledge.table("groups.toml", Groups).groups


def members(knowledge: Knowledge, group: str) -> tuple[str, ...]:
    """List the components of a group, in the order of `components.toml`."""
    known = components_of(knowledge).components
    return tuple(ident for ident, info in known.items() if group in info.groups)
