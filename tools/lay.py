"""Lay a described release on disk: a card, texts of licenses, small made-up weights.

Texts of licenses are not part of the project: a description names where one is, in the shared
corpus (`corpus:PATH`) or in ScanCode's data (`scancode:KEY`), and it is read from there.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from tools.measure_patterns import Texts

_SOURCES = ("corpus:", "scancode:")


class MissingTextError(Exception):
    """A text that a description names is not at hand."""


class Described(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A release as a test or a question describes it.

    Attributes:
        name: `owner/name`, and the folder it is laid in.
        kind: what it is; only words for the reader.
        license_file: the text that lies there as `LICENSE`.
        edits: pairs (find, put) applied to that text.
        files: further files, each a text source or its own content.
        card: the README.
        weights: names of weight files.
        with_: parents at hand, by name.
    """

    name: str
    kind: str = "model"
    license_file: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, str] = {}
    card: str = ""
    weights: Sequence[str] = ("model.safetensors",)
    with_: Mapping[str, Described] = msgspec.field(default_factory=dict, name="with")


class Laid(NamedTuple):
    """A release on disk: its folder, and those of the parents at hand."""

    folder: Path
    parents: tuple[Path, ...]


def lay(described: Described, root: Path, texts: Texts) -> Laid:
    """Write a described release below a folder.

    Args:
        described: the release.
        root: an empty folder.
        texts: where the texts of licenses are.

    Raises:
        MissingTextError: for a text that is not at hand; its name.
    """
    folder = root / described.name
    for name, content in _files(described, texts):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    parents = [lay(one, root / "with", texts).folder for one in described.with_.values()]
    return Laid(folder, tuple(parents))


def _files(described: Described, texts: Texts) -> Iterator[tuple[str, bytes]]:
    if described.license_file:
        text = _text(described.license_file, texts)
        for find, put in described.edits:
            text = text.replace(find, put)
        yield "LICENSE", text.encode()
    if described.card:
        yield "README.md", described.card.lstrip("\n").encode()
    for name, content in described.files.items():
        source = content.startswith(_SOURCES)
        yield name, (_text(content, texts) if source else content).encode()
    for name in described.weights:
        yield name, GGUF if name.endswith(".gguf") else safetensors()


def _text(source: str, texts: Texts) -> str:
    name = source.removeprefix("corpus:").replace("scancode:", "scancode/", 1)
    text = texts.read(name)
    if text is None:
        raise MissingTextError(source)
    return text


#: the head of a GGUF file (version 3) without tensors and metadata
GGUF = b"GGUF" + struct.pack("<IQQ", 3, 0, 0)


def safetensors() -> bytes:
    """Build a safetensors file of one tiny tensor."""
    tensor = {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}
    head = json.dumps({"model.layers.0.weight": tensor}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(8)
