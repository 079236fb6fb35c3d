"""The kinds of relation between releases (`relations.toml`), typed."""

from __future__ import annotations

import datetime as dt

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Kind(Data, frozen=True, kw_only=True):
    """One kind of relation.

    Attributes:
        title: for a reader.
        hub: the values of the hub's `base_model_relation` that mean it.
        verdicts: the kinship verdicts that show it.
        reach: its key in the `reaches` of licenses, empty where it is not known how.
        among: the kinds it may be, where the kind was not said.
    """

    title: str
    hub: tuple[str, ...]
    verdicts: tuple[str, ...]
    reach: str
    among: tuple[str, ...] = ()


class Relations(Data, frozen=True, kw_only=True):
    """All kinds of relation."""

    source: str
    read: dt.date
    kinds: dict[str, Kind]


def relations_of(knowledge: Knowledge) -> Relations:
    """Read the vocabulary of relations."""
    return knowledge.table("relations.toml", Relations)
