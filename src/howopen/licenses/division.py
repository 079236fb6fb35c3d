"""Weights of one part that lie in folders under different terms are several parts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

import msgspec

from howopen.licenses.prose import WEIGHTS
from howopen.release import File, Part, Statement

#: a part is divided into no more than this; beyond it nobody means each folder for itself
_MOST = 50


def divided(parts: Iterable[Part], statements: Iterable[Statement]) -> Iterator[Part]:
    """Yield parts, weights divided where a folder's own card or license covers some of them.

    Args:
        parts: the parts of a release.
        statements: its statements; those with `files` speak for these files alone.
    """
    folders = [frozenset(one.files) for one in statements if one.files and one.part is None]
    distinct = list(dict.fromkeys(folders))
    for part in parts:
        groups = _groups(part, distinct) if part.component in WEIGHTS else []
        if 1 < len(groups) <= _MOST:
            yield from _pieces(part, groups)
        else:
            yield part


def _groups(part: Part, folders: list[frozenset[str]]) -> list[tuple[File, ...]]:
    """Put together the files of a part that the same folders cover."""
    found: dict[tuple[int, ...], list[File]] = {}
    for file in part.files:
        key = tuple(at for at, held in enumerate(folders) if file.path in held)
        found.setdefault(key, []).append(file)
    return [tuple(files) for files in found.values()]


def _pieces(part: Part, groups: list[tuple[File, ...]]) -> Iterator[Part]:
    """Make a part of each group, called after the folder that its files share."""
    taken: set[str] = set()
    for number, files in enumerate(groups, 1):
        folder = posixpath.commonpath([posixpath.dirname(file.path) for file in files])
        name = folder.replace("/", "-").lower()
        ident = f"{part.id}/{name}" if name and name not in taken else f"{part.id}/{number}"
        taken.add(name)
        yield msgspec.structs.replace(part, id=ident, files=files, name=part.name or folder)
