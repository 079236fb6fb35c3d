"""Well-known base models (`models.toml`): under which license their weights were published.

Only what a source shows is here: a family whose members are under several licenses is listed by
exact id, and a name that several models share, or that a fine-tune may bear, is nobody's. An
unknown model is None, never a guess from a resemblance.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from fnmatch import fnmatchcase

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge

#: Longer values name no model.
MAX_CHARS = 300

_PREFIX = re.compile(r"^(?:hf:|(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/)", re.I)
_REVISION = re.compile(r"(?:@[^/@]*|/(?:tree|blob|resolve)/.*)$")
_NOT_NAME = re.compile(r"[^a-z0-9+]+")


class KnownModel(Data, frozen=True, kw_only=True):
    """One model, or one family under one license.

    Attributes:
        name: for a reader.
        publisher: who published it.
        patterns: hub ids, or globs over hub ids of its publisher.
        license: id of its license, `llama-2`; a license nobody has read has no file of its own.
        source: where this is known from.
        read: the date someone read it there.
        names: names without an owner that mean this and nothing else.
        edition: edition of the license, where the source tells it.
        released: release date of the model, where the source tells it.
        modality: text or multimodal, where the license makes a difference of it.
        bases: hub ids of the models it was itself made from, where its publisher says so.
        data: data sets of `datasets.toml` it was trained on, where its publisher says so.
    """

    name: str
    publisher: str
    patterns: tuple[str, ...]
    license: str
    source: str
    read: dt.date
    names: tuple[str, ...] = ()
    edition: str = ""
    released: dt.date | None = None
    modality: str = ""
    bases: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


class Models(Data, frozen=True, kw_only=True):
    """The file `models.toml`."""

    source: str
    read: dt.date
    model: tuple[KnownModel, ...]


class _Index:
    """The models of one table by id, by glob and by name."""

    def __init__(self, models: Models) -> None:
        self.ids: dict[str, list[KnownModel]] = {}
        self.names: dict[str, list[KnownModel]] = {}
        self.globs: list[tuple[str, KnownModel]] = []
        for model in models.model:
            for pattern in map(str.lower, model.patterns):
                if "*" in pattern:
                    self.globs.append((pattern, model))
                else:
                    self.ids.setdefault(pattern, []).append(model)
                    self._name(pattern.rpartition("/")[2], model)
            for name in model.names:
                self._name(name, model)

    def _name(self, name: str, model: KnownModel) -> None:
        known = self.names.setdefault(_key(name), [])
        if model not in known:
            known.append(model)

    def find(self, ident: str) -> list[KnownModel]:
        """Return the models of a hub id, exact ids before globs, or of a bare name."""
        if "/" not in ident:
            return self.names.get(_key(ident), [])
        exact = self.ids.get(ident)
        return exact or [model for glob, model in self.globs if fnmatchcase(ident, glob)]


def known_model(knowledge: Knowledge, ref_or_name: str) -> KnownModel | None:
    """Return the well-known model a reference or name means, or None.

    A hub id (`owner/name`, also as `hf:owner/name@revision` or a hub URL) is matched without regard
    to case, by its exact id first. A bare name, or the last part of a path, must be one of the
    names a single license is known for. Names that mean models under different licenses are None.

    Args:
        knowledge: the user's tables answer before our own.
        ref_or_name: for example `meta-llama/Llama-2-7b-hf`, `llama2-7b`.

    >>> from howopen.knowledge import default
    >>> known_model(default(), "meta-llama/Llama-2-7b-hf").license
    'llama-2'
    >>> known_model(default(), "somebody/llama-2-7b-poems") is None
    True
    """
    ident = _ident(ref_or_name)
    if not ident:
        return None
    for index in _indexes(knowledge):
        found = index.find(ident)
        if found:
            return found[0] if len({(one.license, one.edition) for one in found}) == 1 else None
    return None


def _ident(value: str) -> str:
    """Reduce a reference to `owner/name` or a name, lower case."""
    if len(value) > MAX_CHARS:
        return ""
    ident = _PREFIX.sub("", value.strip().replace("\\", "/"))
    ident = _REVISION.sub("", ident).rstrip("/").lower()
    if ident.startswith((".", "/", "~")) or ident.count("/") > 1:
        return ident.rpartition("/")[2]
    return ident


def _key(name: str) -> str:
    """Return what two spellings of one name share: `Llama-2-7b` and `llama2_7B`."""
    return _NOT_NAME.sub("", name.lower())


@functools.lru_cache(maxsize=8)
def _indexes(knowledge: Knowledge) -> tuple[_Index, ...]:
    return tuple(_Index(table) for table in knowledge.tables("models.toml", Models))
