"""From a place to its one model: the cheapest readable copy, headers read when they are needed."""

from __future__ import annotations

import posixpath

from howopen.errors import FormatError, HowopenError
from howopen.formats.adapter import read_adapter
from howopen.formats.config import flatten
from howopen.formats.jsonfile import decode_object
from howopen.formats.safetensors import read_index
from howopen.formats.weights import Sibling, Source, open_weights
from howopen.kinship.choosing import Copy, choose
from howopen.kinship.model import Model
from howopen.kinship.roles import roles_of
from howopen.knowledge.loader import Knowledge, default
from howopen.knowledge.tensors import tensor_names
from howopen.places.place import Place

_MAX_INDEX = 64_000_000
_MAX_CONFIG = 8_000_000
_MAX_FILES = 1_000


def open_model(
    place: Place, path: str | None = None, *, knowledge: Knowledge | None = None
) -> Model:
    """Open the one model of a place; its headers are read when a rung of the ladder needs them.

    Args:
        place: where it lies.
        path: the file that is meant, where the place holds several models.
        knowledge: patterns of names; our own when left out.

    Raises:
        RefError: when the place holds no weights, or several models.
    """
    knowledge = knowledge or default()
    copies = choose(place, path, tensor_names(knowledge).copies)
    model = Model(place.ref if path is None else f"{place.ref}#{path}", place, roles_of(knowledge))
    model.files = copies[0].files
    model.later(lambda held: _read(held, copies))
    return model


def _read(model: Model, copies: list[Copy]) -> None:
    """Read the headers of the first copy that can be read; each that cannot is a gap."""
    for copy in copies:
        model.files = copy.files
        _read_copy(model, copy)
        if model.pieces:
            break
    _read_adapter(model)


def _read_copy(model: Model, copy: Copy) -> None:
    """Read the headers of all files of one copy; a broken file is a gap."""
    for path in _files(model, copy)[:_MAX_FILES]:
        try:
            weights = open_weights(
                path, model.meter.source(model.place, path), sibling(model, path)
            )
        except HowopenError as error:
            model.failed(path, error)
            continue
        model.add(weights, path)
        model.formats += (weights.file.format,)


def _files(model: Model, copy: Copy) -> tuple[str, ...]:
    """Return the files of a copy, those that its index names where it has one.

    Raises:
        FormatError: when the index names a file outside its folder.
    """
    if copy.told_by is None:
        return copy.files
    index = read_index(model.meter.file(model.place, copy.told_by, _MAX_INDEX))
    folder = copy.told_by.rpartition("/")[0]
    held = {entry.path for entry in model.place.entries()}
    found = []
    for shard in index.shards:
        path = _inside(folder, shard, copy.told_by)
        if path in held:
            found.append(path)
        else:
            model.gap(path, "the index of shards names it, and it is not there")
    return tuple(found)


def _inside(folder: str, name: str, told_by: str) -> str:
    """Return the path of a file that another one names, confined to its folder.

    Raises:
        FormatError: when it leads out.
    """
    path = posixpath.normpath(posixpath.join(folder, name))
    within = path == name or path.startswith(f"{folder}/") if folder else not path.startswith("..")
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or not within:
        raise FormatError(f"it names a file outside its folder: {name[:200]!r}", path=told_by)
    return path


def sibling(model: Model, path: str) -> Sibling:
    """Return what opens a file beside another one of the model."""
    folder = path.rpartition("/")[0]

    def opened(name: str) -> Source:
        return model.meter.source(model.place, _inside(folder, name, path))

    return opened


def _read_adapter(model: Model) -> None:
    """Read the configuration of an adapter, where the tensors are those of one."""
    if not any(piece.named.part.startswith("lora_") for piece in model.pieces):
        return
    path = model.path("adapter_config.json")
    if path is None:
        return
    try:
        model.adapter = read_adapter(model.meter.file(model.place, path, _MAX_CONFIG)).facts
    except HowopenError as error:
        model.failed(path, error)


def read_config(model: Model) -> None:
    """Read `config.json` beside the weights, once; without one nothing is known of it."""
    path = model.path("config.json")
    if model.config or path is None:
        return
    try:
        model.config = flatten(decode_object(model.meter.file(model.place, path, _MAX_CONFIG)))
    except HowopenError as error:
        model.failed(path, error)
