"""Which files of a place are one model: shards together, copies in other containers left aside."""

from __future__ import annotations

import re
from typing import NamedTuple

from howopen.errors import RefError
from howopen.formats.weightnames import names_weights
from howopen.knowledge.components import pattern
from howopen.knowledge.tensors import Copies
from howopen.places.place import Entry, Place

_SHARD = re.compile(r"[-_.](\d{4,6})[-_.]of[-_.](\d{4,6})(?=\.\w+$)", re.IGNORECASE)
_INDEX = ".index.json"
#: One group with this share of all bytes is the model; the rest are its small helpers.
_MOST = 0.8


class Copy(NamedTuple):
    """One serialisation of a model.

    Attributes:
        files: its files, more than one where it is sharded.
        told_by: the index of shards, where there is one.
        size: bytes of all files.
        rank: the place of its container among those that are cheap to read.
        worded: whether its name says that it is a variant, such as `fp16`.
    """

    files: tuple[str, ...]
    told_by: str | None
    size: int
    rank: int
    worded: bool


def choose(place: Place, path: str | None, rules: Copies) -> list[Copy]:
    """Choose the serialisations of the one model of a place, the cheapest to read first.

    Args:
        place: where to look.
        path: the one file that is meant, where the place holds several models.
        rules: how copies are told apart, from `tensors.toml`.

    Raises:
        RefError: when it holds no weights, or several models; their REFs are in the hint.
    """
    if path is not None:
        return [_named(place, path, rules)]
    groups = _groups(place, rules)
    if not groups:
        raise RefError(
            "no file of weights in it", path=place.ref, hint="`howopen show` lists what is in it"
        )
    best = _obvious(groups)
    if best is None:
        names = [min(copies, key=_order).files[0] for copies in groups.values()]
        shown = ", ".join(f"{place.ref}#{name}" for name in sorted(names)[:12])
        more = f" and {len(names) - 12} more" if len(names) > 12 else ""
        raise RefError(
            f"{len(names)} models in it", path=place.ref, hint=f"name one: {shown}{more}"
        )
    return sorted(best, key=_order)


def holds_weights(place: Place, rules: Copies) -> bool:
    """Tell whether a place holds any file of weights, by names and sizes."""
    return any(_is_one(entry, rules) for entry in place.entries())


def _order(copy: Copy) -> tuple[bool, int, int]:
    return copy.worded, copy.rank, -copy.size


def _named(place: Place, path: str, rules: Copies) -> Copy:
    """Build the copy of one file; an index or one of several shards stands for all of them."""
    for copies in _groups(place, rules).values():
        for copy in copies:
            if path == copy.told_by or (path in copy.files and copy.told_by):
                return copy
    return Copy((path,), None, place.size(path), 0, worded=False)


def _groups(place: Place, rules: Copies) -> dict[tuple[str, str], list[Copy]]:
    """Group files of weights into models, each with its copies."""
    entries = {entry.path: entry for entry in place.entries()}
    sets: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries.values():
        if _is_one(entry, rules):
            stem = _SHARD.sub("", entry.path)
            sets.setdefault((stem, _suffix(entry.path, rules)), []).append(entry)
    groups: dict[tuple[str, str], list[Copy]] = {}
    for (stem, suffix), held in sets.items():
        index = next((path for path in (f"{stem}{_INDEX}",) if path in entries), None)
        key, worded = _key(stem.removesuffix(suffix), rules)
        copy = Copy(
            files=tuple(sorted(entry.path for entry in held)),
            told_by=index,
            size=sum(entry.size for entry in held),
            rank=rules.order.index(suffix),
            worded=worded,
        )
        groups.setdefault(key, []).append(copy)
    return _merged(groups)


def _is_one(entry: Entry, rules: Copies) -> bool:
    """Tell whether a file may hold weights, by its name and size."""
    lower = entry.path.lower()
    if not lower.endswith(rules.order) or entry.size < 64 or lower.endswith(_INDEX):
        return False
    return names_weights(entry.path)


def _suffix(path: str, rules: Copies) -> str:
    return next(suffix for suffix in rules.order if path.lower().endswith(suffix))


def _key(stem: str, rules: Copies) -> tuple[tuple[str, str], bool]:
    """Return folder and name that copies of one model share, and whether words were cut off."""
    folder, _, name = stem.rpartition("/")
    cut = name.lower()
    while (shorter := pattern("(?i)" + rules.words).sub("", cut)) != cut:
        cut = shorter
    parent, _, last = folder.rpartition("/")
    if pattern(rules.folders).match(last.lower()):
        folder = parent
    plain = bool(pattern(rules.plain).match(cut)) and cut != "adapter_model"
    return (folder, "" if plain else cut), cut != name.lower()


def _merged(groups: dict[tuple[str, str], list[Copy]]) -> dict[tuple[str, str], list[Copy]]:
    """Join the plain name of a folder with its only other name: they are one model."""
    folders: dict[str, list[str]] = {}
    for folder, name in groups:
        folders.setdefault(folder, []).append(name)
    for folder, names in folders.items():
        others = [name for name in names if name]
        if "" in names and len(others) == 1 and others[0] != "adapter_model":
            groups[folder, ""] += groups.pop((folder, others[0]))
    return groups


def _obvious(groups: dict[tuple[str, str], list[Copy]]) -> list[Copy] | None:
    """Return the group that is the model: the only one, the one at the top, or nearly all bytes."""
    if len(groups) == 1:
        return next(iter(groups.values()))
    top = min(folder.count("/") + bool(folder) for folder, _ in groups)
    shallow = [key for key in groups if key[0].count("/") + bool(key[0]) == top]
    sizes = {key: max(copy.size for copy in copies) for key, copies in groups.items()}
    if len(shallow) == 1 and not shallow[0][1] and sizes[shallow[0]] == max(sizes.values()):
        return groups[shallow[0]]
    largest = max(sizes, key=lambda key: sizes[key])
    return groups[largest] if sizes[largest] >= _MOST * sum(sizes.values()) else None
