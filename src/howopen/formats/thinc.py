"""thinc's `model` files, as spaCy's pipelines hold them: arrays inside MessagePack, by range.

Source of the layout: the MessagePack specification; thinc's `Model.to_dict` (nodes, attrs, params,
shims) and msgpack-numpy's encoding of arrays (`nd`, `type`, `kind`, `shape`, `data`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from howopen.errors import FormatError, TooLargeError
from howopen.formats.protobuf import Window
from howopen.formats.ranged import Ranged, Tensor, TensorFile
from howopen.formats.weights import Sibling, Source, Weights

_MAX_DEPTH = 32
_MAX_VALUES = 1_000_000
_MAX_TEXT = 1_000
#: A tensor of more values is none that was ever trained.
_MAX_SIZE = 1 << 48
_WIDTHS = {
    "f2": "F16", "f4": "F32", "f8": "F64", "i1": "I8", "i2": "I16", "i4": "I32", "i8": "I64",
    "u1": "U8", "u2": "U16", "u4": "U32", "u8": "U64", "b1": "BOOL",
}  # fmt: skip
#: first byte -> bytes of the length that follows, and what it is the length of
_LENGTHS = {
    0xC4: (1, "bytes"), 0xC5: (2, "bytes"), 0xC6: (4, "bytes"), 0xD9: (1, "text"),
    0xDA: (2, "text"), 0xDB: (4, "text"), 0xDC: (2, "list"), 0xDD: (4, "list"), 0xDE: (2, "map"),
    0xDF: (4, "map"), 0xC7: (1, "ext"), 0xC8: (2, "ext"), 0xC9: (4, "ext"),
}  # fmt: skip
#: first byte -> bytes of the number that follows
_UNSIGNED = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}
#: first byte -> bytes of a value that is passed over: signed numbers, floats, short extensions
_PASSED = {
    0xCA: 4, 0xCB: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8, 0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9,
    0xD8: 17, 0xC0: 0, 0xC1: 0,
}  # fmt: skip


class _Span(NamedTuple):
    """Bytes that are not read: where they start and end."""

    start: int
    stop: int


def read_thinc(read: Ranged, size: int) -> TensorFile:
    """Read what a thinc model holds, passing over the values of its arrays.

    Args:
        read: a ranged reader of the file.
        size: the size of the file in bytes.

    Raises:
        FormatError: when it is no such file, is cut off, or contradicts itself.
    """
    told = _Packed(Window(read, size)).value(0)
    if not isinstance(told, dict) or not {"nodes", "params"} <= set(told):
        raise FormatError("not a thinc model: it has no nodes and params")
    problems: list[str] = []
    tensors = tuple(_arrays(told["nodes"], told["params"], problems))
    shims = told.get("shims")
    if isinstance(shims, list) and any(shims):
        problems.append("what other frameworks stored inside the model (shims) is not read")
    return TensorFile(
        format="thinc", metadata={}, tensors=tensors,
        parameters=sum(math.prod(tensor.shape) for tensor in tensors),
        header=(0, size), problems=tuple(problems),
    )  # fmt: skip


def open_thinc(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open a thinc model; see `howopen.formats.weights`."""
    return Weights(read_thinc(source.read, source.size), source, sibling)


class _Packed:
    """Values of MessagePack, one after the other; long ones are passed over."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._at = 0
        self._count = 0

    def _take(self, length: int) -> bytes:
        raw = self._window.take(self._at, length)
        self._at += length
        return raw

    def value(self, depth: int) -> object:
        """Read a value: whole numbers, texts, lists, maps; other values come back as None.

        Raises:
            FormatError: when the file ends inside it, or it nests too deep.
            TooLargeError: when there are too many values.
        """
        self._count += 1
        if self._count > _MAX_VALUES or depth > _MAX_DEPTH:
            raise TooLargeError("its MessagePack nests too deep or has too many values")
        first = self._take(1)[0]
        if first < 0x80:
            return first
        if first >= 0xE0:
            return first - 256
        if first < 0x90:
            return self._map(first & 15, depth)
        if first < 0xA0:
            return self._list(first & 15, depth)
        if first < 0xC0:
            return self._text(first & 31)
        if first in (0xC2, 0xC3):
            return first == 0xC3
        if first in _UNSIGNED:
            return int.from_bytes(self._take(_UNSIGNED[first]), "big")
        if first in _PASSED:
            self._take(_PASSED[first])
            return None
        width, kind = _LENGTHS[first]
        return self._long(kind, int.from_bytes(self._take(width), "big"), depth)

    def _long(self, kind: str, length: int, depth: int) -> object:
        if kind == "map":
            return self._map(length, depth)
        if kind == "list":
            return self._list(length, depth)
        if kind == "text":
            return self._text(length)
        start = self._at + (kind == "ext")
        self._at = start + length
        if self._at > self._window.size:
            raise FormatError("the file ends inside a value", hint="is the file wholly downloaded?")
        return _Span(start, self._at)

    def _text(self, length: int) -> str:
        start = self._at
        self._at += length
        if self._at > self._window.size:
            raise FormatError("the file ends inside a text", hint="is it wholly downloaded?")
        raw = self._window.take(start, min(length, _MAX_TEXT))
        return raw.decode("utf-8", errors="replace")

    def _list(self, count: int, depth: int) -> list[object]:
        return [self.value(depth + 1) for _ in range(count)]

    def _map(self, count: int, depth: int) -> dict[str, object]:
        """Read a map; keys of bytes are short names too, as msgpack-numpy writes them."""
        found: dict[str, object] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if isinstance(key, _Span) and key.stop - key.start <= _MAX_TEXT:
                raw = self._window.take(key.start, key.stop - key.start)
                key = raw.decode("utf-8", errors="replace")
            value = self.value(depth + 1)
            if key == "type" and isinstance(value, _Span) and value.stop - value.start < 16:
                raw = self._window.take(value.start, value.stop - value.start)
                value = raw.decode("utf-8", errors="replace")
            if isinstance(key, str):
                found[key] = value
        return found


def _arrays(nodes: object, params: object, problems: list[str]) -> Iterator[Tensor]:
    """Yield the arrays of all nodes, named by the node's place and name and the array's name."""
    if not isinstance(nodes, list) or not isinstance(params, list):
        raise FormatError("not a thinc model: its nodes and params are no lists")
    for index, held in enumerate(params):
        node = nodes[index] if index < len(nodes) else None
        label = node.get("name") if isinstance(node, dict) else None
        for key, told in held.items() if isinstance(held, dict) else ():
            name = f"{index}.{label if isinstance(label, str) else 'node'}.{key}"
            tensor = _array(name, told)
            if isinstance(tensor, Tensor):
                yield tensor
            elif tensor:
                problems.append(f"tensor {name[:80]!r}: {tensor}")


def _array(name: str, told: object) -> Tensor | str:
    """Place one array, or say why it cannot be read; empty where there is none."""
    if not isinstance(told, dict) or not told.get("nd"):
        return ""
    kind, shape, data = told.get("type"), told.get("shape"), told.get("data")
    dtype = _WIDTHS.get(kind[1:]) if isinstance(kind, str) and kind[:1] in "<|>=" else None
    if dtype is None or not isinstance(kind, str):
        return "its type is not known"
    if not isinstance(shape, list) or not isinstance(data, _Span) or len(shape) > 64:
        return "its shape or its bytes are missing"
    sizes = tuple(size for size in shape if isinstance(size, int) and 0 <= size < _MAX_SIZE)
    width = int(kind[2:])
    if len(sizes) != len(shape) or math.prod(max(size, 1) for size in sizes) > _MAX_SIZE:
        return "its shape is impossible"
    if math.prod(sizes) * width != data.stop - data.start:
        return "its shape does not fit its bytes"
    return Tensor(
        name=name, dtype=dtype, shape=sizes, start=data.start, stop=data.stop, big=kind[0] == ">"
    )
