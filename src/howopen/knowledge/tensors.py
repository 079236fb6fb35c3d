"""What the names of tensors and of weights files mean (`tensors.toml`), typed."""

from __future__ import annotations

import datetime as dt

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Exclude(Data, frozen=True, kw_only=True):
    """What is never evidence: names of fixed buffers, and types that hold no learned numbers."""

    buffers: tuple[str, ...]
    types: tuple[str, ...]


class Vectors(Data, frozen=True, kw_only=True):
    """Which vectors start as a constant, so that what varies in them was learned.

    Attributes:
        learned: names of gains and offsets of normalisation, without the layer before them.
        moving: names of averages that only follow the data.
    """

    learned: str
    moving: str


class Copies(Data, frozen=True, kw_only=True):
    """How the copies of one model in a place are told from several models.

    Attributes:
        words: ends of names that tell copies apart.
        plain: names that say no more than "the model".
        order: suffixes of files, the cheapest to read in parts first.
        folders: folders that hold another serialisation.
    """

    words: str
    plain: str
    order: tuple[str, ...]
    folders: str


class TensorNames(Data, frozen=True, kw_only=True):
    """The file `tensors.toml`: patterns of names, see its comments."""

    source: str
    read: dt.date
    layer: str
    expert: str
    suffix: str
    prefix: str
    stacks: dict[str, str]
    inner: dict[str, tuple[str, ...]]
    outer: dict[str, tuple[str, ...]]
    exclude: Exclude
    vectors: Vectors
    copies: Copies


def tensor_names(knowledge: Knowledge) -> TensorNames:
    """Read the patterns of names."""
    return knowledge.table("tensors.toml", TensorNames)
