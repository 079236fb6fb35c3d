"""Protocol buffers and ONNX models put together by hand: the `onnx` package is not needed."""

from __future__ import annotations

import struct
from collections.abc import Sequence


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    raw = bytearray()
    while value > 0x7F:
        raw.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*raw, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, raw: bytes | str) -> bytes:
    raw = raw.encode() if isinstance(raw, str) else raw
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def tensor(
    name: str, shape: Sequence[int], kind: int, raw: bytes = b"", more: bytes = b""
) -> bytes:
    """A TensorProto; `raw` is its raw_data."""
    head = block(1, b"".join(varint(size) for size in shape)) + number(2, kind) + block(8, name)
    return head + (block(9, raw) if raw else b"") + more


def node(
    op: str, inputs: Sequence[str], outputs: Sequence[str], name: str = "", more: bytes = b""
) -> bytes:
    ends = b"".join(block(1, each) for each in inputs) + b"".join(
        block(2, each) for each in outputs
    )
    return ends + block(3, name) + block(4, op) + more


def integer(name: str, value: int) -> bytes:
    """An attribute of a node with a whole number."""
    return block(5, block(1, name) + number(3, value) + number(20, 2))


def held(name: str, value: bytes) -> bytes:
    """An attribute of a node with a tensor."""
    return block(5, block(1, name) + block(5, value) + number(20, 4))


def inner(name: str, graph: bytes) -> bytes:
    """An attribute of a node with a graph."""
    return block(5, block(1, name) + block(6, graph) + number(20, 5))


def graph(nodes: Sequence[bytes], tensors: Sequence[bytes]) -> bytes:
    return (
        b"".join(block(1, each) for each in nodes)
        + block(2, "graph")
        + b"".join(block(5, each) for each in tensors)
    )


def model(body: bytes) -> bytes:
    return number(1, 8) + block(2, "tests") + block(7, body) + block(8, number(2, 17))


def floats(values: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)
