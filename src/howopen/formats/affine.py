"""Whole numbers that stand for values: `(number - zero) * scale`, per tensor, axis or block."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from howopen.errors import FormatError
from howopen.formats.ranged import Tensor, TensorFile
from howopen.formats.weights import Sibling, Source, Weights, check_rows, rows_of
from howopen.release import Noun

if TYPE_CHECKING:
    from howopen.formats.weights import Values


class Affine(Noun, frozen=True, kw_only=True):
    """How the numbers of one tensor become values.

    Attributes:
        scale: one number, or the tensor that holds one for each place on the axis.
        zero: the number that stands for zero, in the same way.
        axis: the axis along which scales differ; None where they come one a tensor.
        block: how many places on the axis share a scale.
        divide: whether values are numbers divided by the scale.
    """

    scale: Tensor | float
    zero: Tensor | float = 0.0
    axis: int | None = None
    block: int = 1
    divide: bool = False


class AffineWeights(Weights):
    """A file of weights of which some are whole numbers with scales.

    Args:
        file: what the header says.
        source: the bytes of the file.
        sibling: opens a file beside it.
        scales: name of a tensor to how its numbers become values.
    """

    def __init__(
        self,
        file: TensorFile,
        source: Source,
        sibling: Sibling | None = None,
        scales: Mapping[str, Affine] | None = None,
    ) -> None:
        super().__init__(file, source, sibling)
        self._scales = scales or {}

    def rows(self, tensor: Tensor, start: int = 0, count: int | None = None) -> Values:
        """Return rows as float32; see `Weights.rows`."""
        count = check_rows(tensor, start, count)
        held = self.numbers(tensor, start, count)
        affine = self._scales.get(tensor.name)
        if affine is None or not held.size:
            return held
        zero = self._spread(tensor, affine, affine.zero, start, count)
        scale = self._spread(tensor, affine, affine.scale, start, count)
        shaped = held.reshape(count, *tensor.shape[1:]) if tensor.shape else held.reshape(())
        shifted = shaped - zero
        found = shifted / scale if affine.divide else shifted * scale
        return found.reshape(held.shape)

    def numbers(self, tensor: Tensor, start: int, count: int) -> Values:
        """Return rows as the numbers that are stored, before scaling."""
        return super().rows(tensor, start, count)

    def _spread(
        self, tensor: Tensor, affine: Affine, part: Tensor | float, start: int, count: int
    ) -> Values | float:
        """Return scales or zeros in a shape that goes with rows `start` to `start + count`."""
        if isinstance(part, float):
            return part
        if math.prod(part.shape) == 1:
            return float(self.numbers(part, 0, rows_of(part)).reshape(-1)[0])
        shape = _scale_shape(tensor, affine, part)
        axis = 0 if affine.axis is None else affine.axis % len(tensor.shape)
        first, last = 0, rows_of(part)
        if axis == 0:
            first, last = start // affine.block, -(-(start + count) // affine.block)
        # the scales of a block are repeated in front of it, so that any row finds its own
        held = self.numbers(part, first, last - first).reshape(shape if axis else (-1, *shape[1:]))
        if affine.block > 1:
            held = held.repeat(affine.block, axis=axis)
        skip = start - first * affine.block if axis == 0 else 0
        size = count if axis == 0 else tensor.shape[axis]
        return held[(slice(None),) * axis + (slice(skip, skip + size),)]


def _scale_shape(tensor: Tensor, affine: Affine, part: Tensor) -> tuple[int, ...]:
    """Return the shape of scales with one dimension for each of the tensor's.

    Raises:
        FormatError: when they do not fit.
    """
    rank = len(tensor.shape)
    if affine.axis is None or not -rank <= affine.axis < rank:
        raise FormatError(f"tensor {tensor.name[:80]!r}: its scales have no axis")
    axis = affine.axis % rank
    places = -(-tensor.shape[axis] // affine.block)
    line = tuple(places if each == axis else 1 for each in range(rank))
    full = tuple(places if each == axis else size for each, size in enumerate(tensor.shape))
    if part.shape in (line, full):
        return part.shape
    if part.shape == (places,):
        return line
    raise FormatError(f"tensor {tensor.name[:80]!r}: its scales do not fit its shape")
