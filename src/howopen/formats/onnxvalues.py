"""Values of ONNX tensors: packed varints, halves of bytes, and matrices of few bits in blocks.

Source: ONNX's own `onnx.proto` (TensorProto) and ONNX Runtime's `ContribOperators.md`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from howopen.errors import FormatError
from howopen.formats.affine import Affine, AffineWeights
from howopen.formats.ranged import Tensor, TensorFile
from howopen.formats.values import by_row
from howopen.formats.weights import Sibling, Source, check_rows, columns_of

if TYPE_CHECKING:
    from howopen.formats.weights import Values

#: `MatMulNBits`: bits of a value -> its number for zero where none is given
NBITS = {4: 8.0, 8: 128.0}


class NBits(NamedTuple):
    """A matrix of `MatMulNBits`: blocks along each row, with a scale and a zero each."""

    bits: int
    block: int
    scale: Tensor
    zero: Tensor | None


class OnnxWeights(AffineWeights):
    """The tensors of an ONNX file; those in another file are read through `sibling`.

    Args:
        file: what the header says.
        source: the bytes of the file.
        sibling: opens a file beside it.
        scales: name of a tensor to how its numbers become values.
        blocks: name of a matrix to how it is packed in blocks.
    """

    def __init__(
        self,
        file: TensorFile,
        source: Source,
        sibling: Sibling,
        scales: Mapping[str, Affine],
        blocks: Mapping[str, NBits],
    ) -> None:
        super().__init__(file, source, sibling, scales)
        self._blocks = dict(blocks)

    def row_bytes(self, tensor: Tensor) -> int:
        """Return the bytes that one row costs to read; see `Weights.row_bytes`."""
        if tensor.packing == "varint":
            return 0
        blocks = self._blocks.get(tensor.name)
        if blocks is not None:
            return _row_of(tensor, blocks)
        if tensor.dtype in ("U4", "I4"):
            return -(-columns_of(tensor) // 2)
        return super().row_bytes(tensor)

    def rows(self, tensor: Tensor, start: int = 0, count: int | None = None) -> Values:
        """Return rows as float32; see `Weights.rows`."""
        blocks = self._blocks.get(tensor.name)
        if blocks is None:
            return super().rows(tensor, start, count)
        count = check_rows(tensor, start, count)
        width = _row_of(tensor, blocks)
        raw = self.raw(tensor, start * width, count * width)
        places = -(-tensor.shape[1] // blocks.block)
        held = _split(raw, blocks.bits).reshape(count, places, blocks.block)
        scale = self.numbers(blocks.scale, start, count).reshape(count, places, 1)
        found = (held - self._zeros(blocks, start, count, places)) * scale
        return by_row(found, count)[:, : tensor.shape[1]]

    def _zeros(self, blocks: NBits, start: int, count: int, places: int) -> Values | float:
        if blocks.zero is None:
            return NBITS[blocks.bits]
        if blocks.zero.dtype != "U8":
            return self.numbers(blocks.zero, start, count).reshape(count, places, 1)
        width = blocks.zero.shape[1]
        raw = self.raw(blocks.zero, start * width, count * width)
        held = by_row(_split(raw, blocks.bits), count)
        return held[:, :places].reshape(count, places, 1)

    def numbers(self, tensor: Tensor, start: int, count: int) -> Values:
        """Return rows as the numbers that are stored, before scaling."""
        columns = columns_of(tensor)
        if tensor.packing == "varint":
            raw = self.raw(tensor, 0, tensor.stop - tensor.start)
            held = _varints(raw, tensor)
            return held[start * columns : (start + count) * columns].reshape(count, columns)
        if tensor.dtype in ("U4", "I4"):
            first, last = start * columns, (start + count) * columns
            begin = first // 2
            raw = self.raw(tensor, begin, -(-last // 2) - begin)
            held = _split(raw, 4)[first - 2 * begin : last - 2 * begin]
            if tensor.dtype == "I4":
                held = held - 16 * (held > 7)
            return held.reshape(count, columns)
        return super().numbers(tensor, start, count)


def _split(raw: bytes, bits: int) -> Values:
    """Return the whole numbers of 4 bits, the lower half of a byte first, or of 8."""
    import numpy as np  # noqa: PLC0415

    held = np.frombuffer(raw, dtype=np.uint8)
    if bits == 4:
        held = np.stack([held & 15, held >> 4], axis=1).ravel()
    return held.astype(np.float32)


def _varints(raw: bytes, tensor: Tensor) -> Values:
    """Decode packed varints; floats of 16 bits are stored there as their bits.

    Raises:
        FormatError: when there are more or fewer than the shape says.
    """
    import numpy as np  # noqa: PLC0415

    from howopen.formats.values import block_of, decode  # noqa: PLC0415

    held = np.frombuffer(raw, dtype=np.uint8)
    ends = np.flatnonzero(held < 0x80)
    count = math.prod(tensor.shape)
    if len(ends) != count or (len(held) and ends.size and ends[-1] != len(held) - 1):
        raise FormatError(f"tensor {tensor.name[:80]!r}: its shape does not fit its values")
    if not count:
        return np.zeros(0, dtype=np.float32)
    starts = np.concatenate([[0], ends[:-1] + 1])
    shifts = (np.arange(len(held)) - np.repeat(starts, ends - starts + 1)) * 7
    if shifts.max() > 63:
        raise FormatError(f"tensor {tensor.name[:80]!r}: a number of over ten bytes")
    parts = (held & 0x7F).astype(np.uint64) << shifts.astype(np.uint64)
    values = np.add.reduceat(parts, starts).astype(np.int64)
    if tensor.dtype.startswith(("F", "BF")):
        width = block_of(tensor.dtype)[1]
        return decode(tensor.dtype, values.astype(f"<u{width}").tobytes())
    return values.astype(np.float32)


def _row_of(tensor: Tensor, blocks: NBits) -> int:
    return -(-tensor.shape[1] // blocks.block) * (blocks.block * blocks.bits // 8)
