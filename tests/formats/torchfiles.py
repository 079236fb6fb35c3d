"""Files as torch writes them, put together from opcodes: torch itself is not needed."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MAGIC = 0x1950A86A20F9469CFC6C


class Piece(NamedTuple):
    """A tensor: which storage it views, and how."""

    storage: str
    shape: Sequence[int]
    strides: Sequence[int]
    offset: int = 0
    kind: str = "Float"
    length: int = 0


def call(name: str, *arguments: bytes) -> bytes:
    """A call of a global: `REDUCE`."""
    return named(name) + b"(" + b"".join(arguments) + b"tR"


def named(name: str) -> bytes:
    """A global by its name."""
    module, _, attribute = name.rpartition(".")
    return f"c{module}\n{attribute}\n".encode()


def text(value: str) -> bytes:
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def number(value: int) -> bytes:
    raw = value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


def numbers(values: Sequence[int]) -> bytes:
    return b"(" + b"".join(number(value) for value in values) + b"t"


def table(pairs: Mapping[str, bytes]) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in pairs.items()) + b"u"


def storage(piece: Piece, legacy: bool = False) -> bytes:
    """A reference to a storage."""
    parts = text("storage") + named(f"torch.{piece.kind}Storage") + text(piece.storage)
    parts += text("cpu") + number(piece.length)
    return b"(" + parts + (b"N" if legacy else b"") + b"tQ"


def tensor(piece: Piece, legacy: bool = False) -> bytes:
    """A tensor as `_rebuild_tensor_v2` gets it."""
    return call(
        "torch._utils._rebuild_tensor_v2",
        storage(piece, legacy), number(piece.offset), numbers(piece.shape),
        numbers(piece.strides), b"\x89", call("collections.OrderedDict"),
    )  # fmt: skip


def whole(body: bytes) -> bytes:
    return b"\x80\x02" + body + b"."


def zipped(
    body: bytes,
    storages: Mapping[str, bytes],
    extra: Mapping[str, bytes] | None = None,
    method: int = zipfile.ZIP_STORED,
) -> bytes:
    """A torch zip file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        archive.writestr("archive/data.pkl", whole(body))
        archive.writestr("archive/byteorder", "little")
        for key, raw in storages.items():
            archive.writestr(f"archive/data/{key}", raw)
        for key, raw in (extra or {}).items():
            archive.writestr(f"archive/{key}", raw)
    return held.getvalue()


def legacy(body: bytes, storages: Mapping[str, tuple[int, bytes]]) -> bytes:
    """A torch file from before 1.6; a storage is its count of values and its bytes."""
    system = {"protocol_version": 1001, "little_endian": True}
    head = b"".join(pickle.dumps(each, 2) for each in (MAGIC, 1001, system))
    keys = pickle.dumps(list(storages), 2)
    data = b"".join(struct.pack("<q", count) + raw for count, raw in storages.values())
    return head + whole(body) + keys + data
