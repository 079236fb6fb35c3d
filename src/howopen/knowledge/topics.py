"""What a document may cover, and the headings that show it (`topics.toml`), typed."""

from __future__ import annotations

import datetime as dt

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Topics(Data, frozen=True, kw_only=True):
    """The file `topics.toml`.

    Attributes:
        source: where the headings were seen.
        read: when.
        least_words: words that must stand under a heading.
        empty: a regular expression for a section that says nothing.
        of_data: topics that count for a description of the data too.
        topics: for each topic a regular expression over a heading in lower case.
    """

    source: str
    read: dt.date
    least_words: int
    empty: str
    of_data: tuple[str, ...]
    topics: dict[str, str]


def topics_of(knowledge: Knowledge) -> Topics:
    """Read the topics."""
    return knowledge.table("topics.toml", Topics)
