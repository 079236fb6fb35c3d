"""Weights of any format, seen one way: tensors by name, and any of their rows as numbers.

Nothing above this room knows formats. A reader of a format finds headers with ranged reads and
never executes anything; values come out as float32, decoded where a packing is documented.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from howopen.errors import FormatError, TooLargeError
from howopen.formats.ranged import Ranged, Tensor, TensorFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: Values as they are compared.
    Values = NDArray[np.float32]

#: No read of values may decode more than this many at once.
MAX_VALUES = 1 << 28
#: What is read of a file at once to know its format; most headers lie wholly inside.
HEAD = 65_536


class Source(NamedTuple):
    """The bytes of one file.

    Attributes:
        read: its ranged reader.
        size: in bytes.
        into: fills a buffer from an offset on and returns how many bytes came, where the place can;
            reading much into one buffer is some three times as fast as into fresh memory.
    """

    read: Ranged
    size: int
    into: Callable[[int, memoryview], int] | None = None


#: Opens another file of the release, by a path relative to the folder of the file at hand.
Sibling = Callable[[str], Source]


class Weights:
    """One file of weights, or several that belong together.

    Tensors whose values lie as plain blocks (`formats.values`) anywhere in a file are read here;
    a format that stores them otherwise overrides `row_bytes` and `rows`.

    Args:
        file: what the header says.
        source: the bytes of the file.
        sibling: opens the file that a tensor's `path` names; a member of the file, or one beside.

    Attributes:
        file: what the header says.
    """

    def __init__(self, file: TensorFile, source: Source, sibling: Sibling | None = None) -> None:
        self.file = file
        self._source = source
        self._sibling = sibling
        self._opened: dict[str, Source] = {}

    def tokens(self) -> tuple[str, ...]:
        """Return the vocabulary that the file itself holds, in order of its rows.

        Empty where it holds none, as in most formats.
        """
        return ()

    def raw(self, tensor: Tensor, start: int, length: int) -> bytes:
        """Return `length` bytes of a tensor as stored, from `start` bytes after its first."""
        what = f"tensor {tensor.name[:80]!r}"
        if start < 0 or length < 0 or tensor.start + start + length > tensor.stop:
            raise FormatError(f"{what} has no bytes {start:,} to {start + length:,}")
        data = self._source_of(tensor).read(tensor.start + start, length) if length else b""
        if len(data) != length:
            raise FormatError(
                f"{what} is cut off: {len(data):,} of {length:,} bytes are there",
                path=tensor.path or None,
                hint="is the file wholly downloaded?",
            )
        return data

    def fill(self, tensor: Tensor, start: int, buffer: memoryview) -> None:
        """Fill a buffer with the bytes of a tensor as stored, like `raw`."""
        into = self._source_of(tensor).into if type(self).raw is Weights.raw else None
        inside = start >= 0 and tensor.start + start + len(buffer) <= tensor.stop
        if into is None or not inside or into(tensor.start + start, buffer) != len(buffer):
            buffer[:] = self.raw(tensor, start, len(buffer))

    def row_bytes(self, tensor: Tensor) -> int:
        """Return the bytes that one row costs to read; 0 where a tensor is read only whole.

        A row is everything under one index of the first dimension.
        """
        from howopen.formats.values import BLOCKS  # noqa: PLC0415

        values, width = BLOCKS.get(tensor.dtype, (0, 0))
        if tensor.strides or not values or columns_of(tensor) % values:
            return 0
        return columns_of(tensor) // values * width

    def rows(self, tensor: Tensor, start: int = 0, count: int | None = None) -> Values:
        """Return rows as float32, shaped `(rows, columns)` with all inner dimensions flattened.

        Args:
            tensor: one of `file.tensors`.
            start: the first row.
            count: how many; to the end when left out.

        Raises:
            FormatError: when the type or packing is not documented, or the bytes are not there.
        """
        from howopen.formats.values import block_of, decode  # noqa: PLC0415

        count = check_rows(tensor, start, count)
        if tensor.strides:
            return self._strided(tensor)[start : start + count]
        columns = columns_of(tensor)
        values, width = block_of(tensor.dtype)
        first, last = start * columns, (start + count) * columns
        begin = first // values
        raw = self.raw(tensor, begin * width, (-(-last // values) - begin) * width)
        held = decode(tensor.dtype, raw, big=tensor.big)
        return held[first - begin * values : last - begin * values].reshape(count, columns)

    def _strided(self, tensor: Tensor) -> Values:
        """Read a tensor whose values lie in another order, whole."""
        from numpy.lib.stride_tricks import as_strided  # noqa: PLC0415

        from howopen.formats.values import block_of, decode  # noqa: PLC0415

        if math.prod(tensor.shape) == 0:
            return decode("F32", b"").reshape(rows_of(tensor), columns_of(tensor))
        reach = 1 + sum(
            (n - 1) * step for n, step in zip(tensor.shape, tensor.strides, strict=True)
        )
        values, width = block_of(tensor.dtype)
        if values != 1 or min(tensor.strides) < 0 or reach > MAX_VALUES:
            raise FormatError(f"tensor {tensor.name[:80]!r} lies in an order that is not read")
        held = decode(tensor.dtype, self.raw(tensor, 0, reach * width), big=tensor.big)
        steps = tuple(step * held.itemsize for step in tensor.strides)
        seen = as_strided(held, tensor.shape, steps, writeable=False)
        return seen.reshape(rows_of(tensor), columns_of(tensor))

    def _source_of(self, tensor: Tensor) -> Source:
        """Return the file in which a tensor's bytes lie."""
        if not tensor.path:
            return self._source
        if tensor.path not in self._opened:
            if self._sibling is None:
                raise FormatError(f"tensor {tensor.name[:80]!r} lies in {tensor.path[:200]!r}")
            self._opened[tensor.path] = self._sibling(tensor.path)
        return self._opened[tensor.path]


def columns_of(tensor: Tensor) -> int:
    """Return how many values one row has."""
    return math.prod(tensor.shape[1:])


def rows_of(tensor: Tensor) -> int:
    """Return how many rows a tensor has; a single number is one row."""
    return tensor.shape[0] if tensor.shape else 1


def check_rows(tensor: Tensor, start: int, count: int | None) -> int:
    """Return how many rows a read asks for, to the end when left out.

    Raises:
        FormatError: when the tensor has no such rows.
        TooLargeError: when they are more than is decoded at once.
    """
    rows = rows_of(tensor)
    count = rows - start if count is None else count
    if start < 0 or count < 0 or start + count > rows:
        raise FormatError(f"tensor {tensor.name[:80]!r} has no rows {start:,} to {start + count:,}")
    # zero of one is nothing to read, but arrays have no such shape either
    if max(count, 1) * max(columns_of(tensor), 1) > MAX_VALUES:
        raise TooLargeError(
            f"{count:,} rows of tensor {tensor.name[:80]!r} are over {MAX_VALUES:,} values",
            hint="read fewer rows at once",
        )
    return count


class _Reader(NamedTuple):
    """How a format is known, and where its reader is: `function(path, source, sibling)`."""

    suffixes: tuple[str, ...]
    magic: bytes
    at: int
    module: str
    function: str


#: how files that torch wrote are called
TORCH = (".pt", ".pth", ".bin", ".ckpt", ".jit", ".ts", ".torchscript", ".pt2", ".t7")

_READERS = (
    _Reader((".index.json",), b"", 0, "sharded", "open_sharded"),
    _Reader((".gguf",), b"GGUF", 0, "gguf", "open_gguf"),
    _Reader((".npy",), b"\x93NUMPY", 0, "npy", "open_npy"),
    _Reader(TORCH, b"PK\x03\x04", 0, "torchzip", "open_torch_zip"),
    _Reader((".npz",), b"PK\x03\x04", 0, "npy", "open_npz"),
    _Reader((*TORCH, ".pkl", ".pickle"), b"\x80", 0, "torchlegacy", "open_torch_legacy"),
    _Reader((".onnx",), b"\x08", 0, "onnx", "open_onnx"),
    _Reader(("/model", ".msgpack"), b"\x84\xa5nodes", 0, "thinc", "open_thinc"),
    _Reader((".safetensors",), b"{", 8, "safetensors", "open_safetensors"),
    *(
        _Reader(("model.bin",), bytes([version, 0, 0, 0]), 0, "ctranslate2", "open_ctranslate2")
        for version in range(2, 7)
    ),
)


def open_weights(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open a file of weights by its first bytes and its name; only its header is read.

    Tensors that a documented scheme packs together (GPTQ, AWQ, bitsandbytes ...) are one tensor.

    Args:
        path: its path, for its name and for messages.
        source: its bytes.
        sibling: opens a file beside it.

    Raises:
        FormatError: when no reader knows it, or its header contradicts itself.
    """
    from howopen.formats.packed import unpacked  # noqa: PLC0415

    return unpacked(open_file(path, source, sibling), sibling)


def open_file(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open a file of weights with its tensors as stored: packed ones stay in their parts."""
    source = headed(source)
    reader = _choose(path.lower(), source.read(0, min(source.size, 64)))
    try:
        function = getattr(import_module(f"howopen.formats.{reader.module}"), reader.function)
        return cast("Weights", function(path, source, sibling))
    except FormatError as error:
        error.path = error.path or path
        raise


def _choose(path: str, head: bytes) -> _Reader:
    """Choose a reader: name and first bytes agree, else the first bytes, else the name."""
    named = [each for each in _READERS if path.endswith(each.suffixes)]
    seen = [each for each in _READERS if head.startswith(each.magic, each.at)]
    for each in (*(one for one in named if one in seen), *(one for one in seen if one.magic)):
        return each
    if named:
        return named[0]
    raise FormatError("no format of weights that is read", path=path)


def headed(source: Source) -> Source:
    """Read the head of a file once, and serve what lies in it from memory."""
    head = source.read(0, min(source.size, HEAD))

    def read(start: int, length: int) -> bytes:
        stop = start + length
        if stop <= len(head):
            return head[start:stop]
        if start >= len(head):
            return source.read(start, length)
        return head[start:] + source.read(len(head), stop - len(head))

    return Source(read, source.size, source.into)
