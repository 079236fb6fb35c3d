"""Codes of a byte or half a byte with scales beside them: bitsandbytes, scaled fp8 and int8, FP4.

Sources are named at each scheme.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from howopen.errors import FormatError
from howopen.formats.jsonfile import decode_object
from howopen.formats.packed import (
    Group,
    Settings,
    logical,
    row_slice,
    stored_row_bytes,
    whole_values,
)
from howopen.formats.ranged import Tensor
from howopen.formats.values import by_row, decode
from howopen.formats.weights import Weights, columns_of

_MAX_STATE = 65_536
if TYPE_CHECKING:
    from howopen.formats.weights import Values

#: side of a block of scaled fp8 where nothing tells it: DeepSeek-V3's `weight_block_size`
_BLOCK = 128
#: types of scales that are powers of two
_POWERS = ("U8", "F8_E8M0")


def find_bitsandbytes_4bit(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find a group of bitsandbytes in four bits: `w = map[code] * absmax[block]`, row after row.

    The higher half of a byte comes first. Nested scales are `absmax = nested_map[code] *
    nested_absmax[block] + nested_offset`. Source: bitsandbytes' `functional.py`, `QuantState`
    and `dequantize_4bit`.

    Raises:
        FormatError: when parts are missing or do not fit together.
    """
    base = tensor.name.rpartition(".quant_state.")[0]
    codes, scale = tensors.get(base), tensors.get(f"{base}.absmax")
    levels = tensors.get(f"{base}.quant_map")
    if codes is None or scale is None or levels is None or levels.shape != (16,):
        raise FormatError("a state of bitsandbytes without codes, absmax and quant_map")
    state = _State(weights, tensor)
    total = math.prod(state.shape)
    if codes.stop - codes.start != -(-total // 2) or math.prod(scale.shape) != -(
        -total // state.block
    ):
        raise FormatError("the state of bitsandbytes does not fit its codes")
    nested = [tensors.get(f"{base}.nested_{part}") for part in ("absmax", "quant_map")]
    held = [each for each in nested if each is not None]
    if state.nested and len(held) != 2:
        raise FormatError("nested scales of bitsandbytes lack a part")
    reader = _FourBit(codes, scale, levels, held, state)
    kind = tensor.name.rpartition("__")[2]
    name = logical(codes, base, state.shape, f"bnb-{kind}", "bitsandbytes")
    columns = columns_of(name)
    cost = 0 if columns % 2 else columns // 2 + -(-columns // state.block) * (1 if held else 4)
    return Group(name, codes, (codes, scale, levels, tensor, *held), cost, reader.rows)


class _State:
    """The packed state of bitsandbytes: a small table in JSON, stored as bytes of a tensor."""

    def __init__(self, weights: Weights, tensor: Tensor) -> None:
        size = tensor.stop - tensor.start
        if tensor.dtype not in ("U8", "I8") or size > _MAX_STATE:
            raise FormatError("the state of bitsandbytes is no small table")
        told = decode_object(weights.raw(tensor, 0, size).rstrip(b"\0"))
        shape, block = told.get("shape"), told.get("blocksize")
        if not isinstance(shape, list) or len(shape) > 8 or not shape:
            raise FormatError("the state of bitsandbytes tells no shape")
        if not all(type(side) is int and 0 < side < 2**40 for side in shape):
            raise FormatError("the state of bitsandbytes tells no shape")
        if type(block) is not int or not 0 < block < 2**20:
            raise FormatError("the state of bitsandbytes tells no block size")
        offset, inner = told.get("nested_offset"), told.get("nested_blocksize")
        self.shape: tuple[int, ...] = tuple(shape)
        self.block = block
        self.nested = inner is not None
        self.inner = inner if type(inner) is int and 0 < inner < 2**20 else 256
        self.offset = float(offset) if isinstance(offset, int | float) else 0.0


class _FourBit:
    """Reads rows of one tensor of bitsandbytes."""

    def __init__(
        self, codes: Tensor, scale: Tensor, levels: Tensor, nested: list[Tensor], state: _State
    ) -> None:
        self._codes = codes
        self._scale = scale
        self._levels = levels
        self._nested = nested
        self._state = state

    def rows(self, weights: Weights, start: int, count: int) -> Values:
        import numpy as np  # noqa: PLC0415

        block, columns = self._state.block, math.prod(self._state.shape[1:])
        first, last = start * columns, (start + count) * columns
        begin, end = first // block, -(-last // block)
        raw = weights.raw(self._codes, first // 2, -(-last // 2) - first // 2)
        held = np.frombuffer(raw, dtype=np.uint8)
        pairs = np.stack([held >> 4, held & 15], axis=1).ravel()[first % 2 :][: last - first]
        values = whole_values(weights, self._levels)[pairs]
        scale = np.repeat(self._scales(weights, begin, end), block)
        values *= scale[first - begin * block :][: last - first]
        return values.reshape(count, columns)

    def _scales(self, weights: Weights, begin: int, end: int) -> Values:
        """Read the scales of blocks `begin` to `end`."""
        import numpy as np  # noqa: PLC0415

        flat = _flat(self._scale)
        held = weights.rows(flat, begin, end - begin)[:, 0]
        if not self._state.nested:
            return held
        outer, levels = (whole_values(weights, part).ravel() for part in self._nested)
        inner = np.arange(begin, end) // self._state.inner
        if levels.size != 256 or (inner.size and inner[-1] >= outer.size):
            raise FormatError(f"tensor {self._scale.name[:80]!r}: nested scales do not fit")
        found: Values = levels[held.astype(np.uint8)] * outer[inner] + np.float32(
            self._state.offset
        )
        return found


def _flat(tensor: Tensor) -> Tensor:
    """See a stored tensor as one column."""
    from msgspec.structs import replace  # noqa: PLC0415

    return replace(tensor, shape=(math.prod(tensor.shape),))


def find_bitsandbytes_8bit(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find a group of bitsandbytes in eight bits: `w = code * SCB[row] / 127`.

    Source: bitsandbytes' `functional.py`, `int8_vectorwise_dequant`. Only codes laid row after row
    are decoded (`weight_format` 0, in `nn/modules.py`).

    Raises:
        FormatError: when the codes are not there, or do not fit.
    """
    base = tensor.name.removesuffix(".SCB")
    codes, order = tensors.get(f"{base}.weight"), tensors.get(f"{base}.weight_format")
    if codes is None or codes.dtype != "I8" or len(codes.shape) != 2:
        raise FormatError("scales of bitsandbytes without codes of eight bits")
    if math.prod(tensor.shape) != codes.shape[0]:
        raise FormatError("SCB does not have a scale for each row")
    if order is not None and math.prod(order.shape) == 1 and whole_values(weights, order).any():
        raise FormatError("codes of bitsandbytes laid out for a kernel are not decoded")
    scale = _flat(tensor)

    def rows(weights: Weights, start: int, count: int) -> Values:
        held = row_slice(weights, codes, start, count)
        held *= row_slice(weights, scale, start, count)[:, None] / 127
        return held

    parts = (codes, tensor, *((order,) if order else ()))
    held = logical(codes, codes.name, codes.shape, "bnb-int8", "bitsandbytes")
    return Group(held, codes, parts, stored_row_bytes(weights, codes, scale), rows)


def find_scaled(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find codes with a scale for all, for each row, for groups of columns, or for each block.

    `w = code * scale`, also where the scale is called `weight_scale_inv`. Sources: DeepSeek-V3's
    `inference/kernel.py`, `weight_dequant` (blocks of 128 x 128); compressed-tensors'
    `naive_quantized` (fp8 and int8); NVIDIA ModelOpt's fp8.

    Raises:
        FormatError: when scales do not fit, or the codes are none that these schemes write.
    """
    inverse = tensor.name.endswith("_inv")
    codes = tensors.get(tensor.name.removesuffix("_inv").removesuffix("_scale"))
    if codes is None:
        return None
    if codes.dtype == "U8" and f"{codes.name}_scale_2" in tensors:
        return find_nvfp4(codes, tensors, weights, settings)
    allowed = ("F8_E4M3", "F8_E5M2") if inverse else ("F8_E4M3", "F8_E5M2", "I8")
    if codes.dtype not in allowed or not codes.shape:
        if codes.dtype in ("I8", "U8", "I32"):
            raise FormatError(f"codes of type {codes.dtype} with this scale are not decoded")
        return None
    zero = tensors.get(f"{codes.name}_zero_point")
    if zero is not None and zero.shape != tensor.shape:
        raise FormatError("weight_zero_point does not fit weight_scale")
    sides = _sides(codes, tensor, settings)

    def rows(weights: Weights, start: int, count: int) -> Values:
        held = row_slice(weights, codes, start, count)
        if zero is not None:
            held -= _spread(whole_values(weights, zero), codes, sides, start, count)
        held *= _spread(whole_values(weights, tensor), codes, sides, start, count)
        return by_row(held, count)

    parts = (codes, tensor, *((zero,) if zero else ()))
    kind = "int8" if codes.dtype == "I8" else codes.dtype.lower().replace("f8", "fp8")
    held = logical(codes, codes.name, codes.shape, f"{kind}-scaled", "scaled")
    return Group(held, codes, parts, weights.row_bytes(codes), rows)


def _sides(codes: Tensor, scale: Tensor, settings: Settings) -> tuple[int, ...]:
    """Return how many codes share a scale along each dimension; empty for one scale for all."""
    shape = scale.shape
    if math.prod(shape) == 1:
        return ()
    if len(shape) < len(codes.shape):
        shape = shape + (1,) * (len(codes.shape) - len(shape))
    if len(shape) != len(codes.shape):
        raise FormatError("its scales have more dimensions than its codes")
    told = settings.table.get("weight_block_size")
    blocks = told if isinstance(told, list) and len(told) == 2 else [_BLOCK, _BLOCK]
    likely = [1] * (len(codes.shape) - len(blocks)) + blocks
    return tuple(map(_side, codes.shape, shape, likely[-len(codes.shape) :]))


def _side(many: int, few: int, likely: object) -> int:
    """Return how many of `many` codes share one of `few` scales.

    A last block may be cut; where the usual size does not fit, only whole blocks are sure.
    """
    if few in (1, many):
        return many if few == 1 else 1
    if type(likely) is int and likely > 0 and -(-many // likely) == few:
        return likely
    if few and many % few == 0:
        return many // few
    raise FormatError("its scales do not fit its codes")


def _spread(scale: Values, codes: Tensor, sides: tuple[int, ...], start: int, count: int) -> Values:
    """Repeat scales so that each of some rows of codes has its own."""
    import numpy as np  # noqa: PLC0415

    if not sides:
        return scale.reshape((1,) * len(codes.shape))
    if scale.ndim < len(sides):
        scale = scale.reshape(scale.shape + (1,) * (len(sides) - scale.ndim))
    held = scale[np.arange(start, start + count) // max(sides[0], 1)]
    for axis, (side, many) in enumerate(zip(sides[1:], codes.shape[1:], strict=True), start=1):
        if held.shape[axis] > 1:
            held = np.repeat(held, side, axis=axis).take(np.arange(many), axis=axis)
    return held


def find_nvfp4(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find floats of four bits with a scale for each 16 columns, and one for all (NVFP4).

    compressed-tensors divides by `weight_global_scale`, NVIDIA ModelOpt multiplies with
    `weight_scale_2`; where neither is there, scales are powers of two for 32 columns (MXFP4).
    Sources: compressed-tensors' `compressors/nvfp4` and `quantization/lifecycle/forward.py`;
    vLLM's `layers/quantization/modelopt.py`; OCP Microscaling Formats 1.0.

    Raises:
        FormatError: when the parts do not fit together.
    """
    base = tensor.name.removesuffix("_packed")
    scale = tensors.get(f"{base}_scale")
    divisor, factor = tensors.get(f"{base}_global_scale"), tensors.get(f"{base}_scale_2")
    paired = scale is not None and len(scale.shape) == len(tensor.shape)
    if scale is None or not paired or not tensor.shape or scale.shape[:-1] != tensor.shape[:-1]:
        raise FormatError("floats of four bits without a scale for each of their rows")
    columns, groups = tensor.shape[-1] * 2, scale.shape[-1]
    powers = scale.dtype in _POWERS
    if groups * (32 if powers else 16) != columns or f"{base}_zero_point" in tensors:
        raise FormatError("floats of four bits and their scales do not fit together")
    outer = divisor or factor
    if not powers and (scale.dtype != "F8_E4M3" or outer is None):
        raise FormatError("floats of four bits with scales that no known scheme writes")
    parts = tuple(each for each in (tensor, scale, divisor, factor) if each is not None)

    def rows(weights: Weights, start: int, count: int) -> Values:
        held = _floats(weights, tensor, scale, start, count)
        if outer is not None:
            whole = whole_values(weights, outer).ravel()
            if whole.size != 1:
                raise FormatError(f"tensor {outer.name[:80]!r} is not one number")
            held = held / whole if divisor else held * whole
        return held

    shape, dtype = (*tensor.shape[:-1], columns), "mxfp4" if powers else "nvfp4"
    name = logical(tensor, base, shape, dtype, dtype)
    return Group(name, tensor, parts, stored_row_bytes(weights, tensor, scale), rows)


def find_mxfp4(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find MXFP4 as gpt-oss stores it: blocks of 16 bytes, each with a power of two.

    The logical tensor is `(experts, outputs, inputs)`; transformers transposes it further. Source:
    `convert_moe_packed_tensors` of transformers' `integrations/mxfp4.py`.

    Raises:
        FormatError: when blocks and scales do not fit together.
    """
    base = tensor.name.removesuffix("_blocks")
    scale = tensors.get(f"{base}_scales")
    if scale is None or tensor.dtype != "U8":
        return None
    if scale.dtype not in _POWERS:
        raise FormatError("scales of floats of four bits are no powers of two")
    if len(tensor.shape) < 3 or tensor.shape[-1] != 16 or scale.shape != tensor.shape[:-1]:
        raise FormatError("blocks of floats of four bits do not fit their scales")

    def rows(weights: Weights, start: int, count: int) -> Values:
        return _floats(weights, tensor, scale, start, count)

    shape = (*tensor.shape[:-2], tensor.shape[-2] * 32)
    name = logical(tensor, base, shape, "mxfp4", "mxfp4")
    return Group(name, tensor, (tensor, scale), stored_row_bytes(weights, tensor, scale), rows)


def _floats(weights: Weights, codes: Tensor, scale: Tensor, start: int, count: int) -> Values:
    """Decode rows of four-bit floats with their scales, the lower half of a byte first."""
    import numpy as np  # noqa: PLC0415

    step = weights.row_bytes(codes)
    held = decode("F4", weights.raw(codes, start * step, count * step))
    if scale.dtype in _POWERS:
        size = weights.row_bytes(scale)
        factors = decode("F8_E8M0", weights.raw(scale, start * size, count * size))
    else:
        factors = weights.rows(scale, start, count).ravel()
    groups = factors.size
    held = held.reshape(groups, -1) if groups else held.reshape(0, 1)
    held *= factors[:, None]
    return by_row(np.ascontiguousarray(held), count)
