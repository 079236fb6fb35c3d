"""Small integers packed into 32-bit words: GPTQ, AWQ, compressed-tensors and MLX.

All of them fill words from the lowest bit up; codes that do not divide 32 run on into the next
word. Sources are named at each scheme.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from howopen.errors import FormatError
from howopen.formats.packed import (
    Group,
    Settings,
    logical,
    row_slice,
    stored_row_bytes,
    whole_values,
)
from howopen.formats.ranged import Tensor
from howopen.formats.values import block_of, by_row, decode
from howopen.formats.weights import Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from howopen.formats.weights import Values

    Codes = NDArray[np.uint8]
    Words = NDArray[np.uint32]

#: where in a word AWQ puts its eight columns: `AWQ_ORDER` of AutoAWQ's `packing_utils.py`
_AWQ_PLACE = (0, 4, 1, 5, 2, 6, 3, 7)


def words_of(weights: Weights, tensor: Tensor, start: int = 0, count: int | None = None) -> Words:
    """Read rows of stored words, shaped as they are stored.

    Raises:
        FormatError: when they are not words of 32 bits, one after the other.
    """
    import numpy as np  # noqa: PLC0415

    if tensor.dtype not in ("I32", "U32") or tensor.strides or not tensor.shape:
        raise FormatError(f"tensor {tensor.name[:80]!r} does not hold words of 32 bits")
    count = tensor.shape[0] - start if count is None else count
    step = weights.row_bytes(tensor)
    held = np.frombuffer(weights.raw(tensor, start * step, count * step), dtype="<u4")
    return held.reshape(count, *tensor.shape[1:])


def codes_of(words: Words, bits: int) -> Codes:
    """Unpack words along their last dimension, the lowest bits first.

    Args:
        words: shaped `(..., words)`.
        bits: bits of a code, 1 to 8.

    Returns:
        Codes shaped `(..., words * 32 // bits)`.

    >>> import numpy as np
    >>> codes_of(np.array([[0x76543210]], dtype=np.uint32), 4).tolist()
    [[0, 1, 2, 3, 4, 5, 6, 7]]
    """
    import numpy as np  # noqa: PLC0415

    held = np.ascontiguousarray(words).astype("<u4", copy=False).view(np.uint8)
    if bits == 8:
        return held
    if bits in (1, 2, 4):
        shifts = np.arange(0, 8, bits, dtype=np.uint8)
        pieces = (held[..., None] >> shifts) & np.uint8(2**bits - 1)
        return pieces.reshape(*held.shape[:-1], -1)
    flat = np.unpackbits(held, axis=-1, bitorder="little")
    count = flat.shape[-1] // bits
    flat = flat[..., : count * bits].reshape(*held.shape[:-1], count, bits)
    return np.packbits(flat, axis=-1, bitorder="little")[..., 0]


def find_qweight(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find a group of GPTQ or AWQ; their shapes tell them apart.

    GPTQ packs codes along the inputs, AWQ along the outputs; both keep a scale and an offset for
    each group of inputs and each output. Neither has rows of the logical tensor, which has
    outputs first, in one place: they are read whole.

    Raises:
        FormatError: when the shapes fit neither (Marlin and other layouts of kernels).
    """
    base = tensor.name.removesuffix(".qweight")
    scales, zeros = tensors.get(f"{base}.scales"), tensors.get(f"{base}.qzeros")
    if scales is None or zeros is None or len(tensor.shape) != 2 or len(scales.shape) != 2:
        raise FormatError("qweight without scales and qzeros: its layout is not known")
    groups, outputs = scales.shape
    if not groups or not outputs or zeros.shape[0] != groups or len(zeros.shape) != 2:
        raise FormatError("qweight, scales and qzeros do not fit together")
    if tensor.shape[1] == outputs:
        return _gptq(tensor, scales, zeros, tensors.get(f"{base}.g_idx"), settings)
    version = str(settings.table.get("version", "gemm")).lower()
    if tensor.shape[1] * 8 == outputs == zeros.shape[1] * 8 and version == "gemm":
        return _awq(base, tensor, scales, zeros)
    raise FormatError("qweight fits the layout of neither GPTQ nor AWQ")


def _gptq(
    codes: Tensor, scales: Tensor, zeros: Tensor, order: Tensor | None, settings: Settings
) -> Group:
    """GPTQ: `w = scale[g] * (code - zero[g])`, where the first version stores `zero - 1`.

    Source: AutoGPTQ's `qlinear_cuda_old.py`, `pack` and `forward`; for the second version
    (`checkpoint_format: gptq_v2`) GPTQModel's README.
    """
    base = codes.name.removesuffix(".qweight")
    groups, outputs = scales.shape
    bits, left = divmod(zeros.shape[1] * 32, outputs)
    inputs = codes.shape[0] * 32 // bits if bits else 0
    if left or bits not in (2, 3, 4, 8) or codes.shape[0] * 32 != inputs * bits:
        raise FormatError("qweight and qzeros do not tell how many bits a code has")
    if order is not None and order.shape != (inputs,):
        raise FormatError("g_idx does not name a group for each input")
    if order is None and inputs % groups:
        raise FormatError("the groups of its scales do not divide its inputs")
    kind = settings.table.get("checkpoint_format", "gptq")
    if kind not in ("gptq", "gptq_v2"):
        raise FormatError(f"the variant {str(kind)[:40]!r} of GPTQ is not decoded")
    parts = (codes, scales, zeros, *((order,) if order else ()))

    def rows(weights: Weights, start: int, count: int) -> Values:
        import numpy as np  # noqa: PLC0415

        group = (
            np.repeat(np.arange(groups), inputs // groups)
            if order is None
            else whole_values(weights, order).astype(np.int64)
        )
        if group.size and (group.min() < -groups or group.max() >= groups):
            raise FormatError(f"tensor {base[:80]!r}: g_idx names a group that is not there")
        held = codes_of(words_of(weights, codes).T, bits).astype(np.float32)
        offset = codes_of(words_of(weights, zeros), bits).astype(np.float32)
        if kind == "gptq":
            offset = offset + 1 if bits == 3 else (offset + 1) % 2**bits
        held -= offset.T[:, group]
        held *= whole_values(weights, scales).T[:, group]
        return held[start : start + count]

    tensor = logical(codes, f"{base}.weight", (outputs, inputs), f"gptq-int{bits}", "gptq")
    note = "" if settings.table else "nothing tells the version of GPTQ; the first is assumed"
    return Group(tensor, codes, parts, 0, rows, note)


def _awq(base: str, codes: Tensor, scales: Tensor, zeros: Tensor) -> Group:
    """AWQ, version `gemm`: `w = scale[g] * (code - zero[g])`, eight columns a word, interleaved.

    Source: AutoAWQ's `awq/utils/packing_utils.py`, `unpack_awq` and `dequantize_gemm`.
    """
    groups, outputs = scales.shape
    inputs = codes.shape[0]
    if not inputs or inputs % groups:
        raise FormatError("the groups of its scales do not divide its inputs")

    def rows(weights: Weights, start: int, count: int) -> Values:
        import numpy as np  # noqa: PLC0415

        group = np.repeat(np.arange(groups), inputs // groups)
        held = _columns(words_of(weights, codes)).astype(np.float32)
        held -= _columns(words_of(weights, zeros)).astype(np.float32)[group]
        held *= whole_values(weights, scales)[group]
        return np.ascontiguousarray(held.T)[start : start + count]

    shape = (outputs, inputs)
    tensor = logical(codes, f"{base}.weight", shape, "awq-int4", "awq")
    return Group(tensor, codes, (codes, scales, zeros), 0, rows)


def _columns(words: Words) -> Codes:
    """Unpack words of AWQ: eight neighboring columns each, in its order."""
    held = codes_of(words, 4).reshape(len(words), -1, 8)
    placed: Codes = held[..., _AWQ_PLACE].reshape(len(words), -1)
    return placed


def find_compressed(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find a group of compressed-tensors, `pack-quantized`; four-bit floats go to `codes`.

    `w = scale[row, group] * (code - 2 ** (bits - 1) - zero)`. Source: compressed-tensors'
    `compressors/pack_quantized`, `pack_to_int32` and its inverse.

    Raises:
        FormatError: when shapes do not fit, or the bits are told nowhere.
    """
    from howopen.formats.codes import find_nvfp4  # noqa: PLC0415

    if tensor.dtype == "U8":
        return find_nvfp4(tensor, tensors, weights, settings)
    base = tensor.name.removesuffix("_packed")
    scale, zero = tensors.get(f"{base}_scale"), tensors.get(f"{base}_zero_point")
    told = tensors.get(f"{base}_shape")
    if scale is None or len(tensor.shape) != 2 or len(scale.shape) != 2:
        raise FormatError("weight_packed without a scale for each of its rows")
    if f"{base}_g_idx" in tensors:
        raise FormatError("compressed-tensors with reordered groups is not decoded")
    rows_held, words = tensor.shape
    bits, columns = _width(weights, words, scale, told, settings)
    groups = scale.shape[1]
    if scale.shape[0] != rows_held or not groups or columns % groups:
        raise FormatError("weight_packed and weight_scale do not fit together")
    if zero is not None and zero.shape != (-(-rows_held * bits // 32), groups):
        raise FormatError("weight_zero_point does not fit weight_scale")
    parts = tuple(each for each in (tensor, scale, zero, told) if each is not None)

    def rows(weights: Weights, start: int, count: int) -> Values:
        import numpy as np  # noqa: PLC0415

        held = codes_of(words_of(weights, tensor, start, count), bits)[:, :columns]
        values: Values = held.reshape(count, groups, columns // groups).astype(np.float32)
        values -= 2 ** (bits - 1)
        if zero is not None:
            offset = codes_of(words_of(weights, zero).T, bits)[:, start : start + count].T
            values -= (offset.astype(np.float32) - 2 ** (bits - 1))[..., None]
        values *= row_slice(weights, scale, start, count)[..., None]
        return values.reshape(count, columns)

    shape, dtype = (rows_held, columns), f"compressed-int{bits}"
    held = logical(tensor, base, shape, dtype, "compressed-tensors")
    return Group(held, tensor, parts, stored_row_bytes(weights, tensor, scale), rows)


def _width(
    weights: Weights, words: int, scale: Tensor, told: Tensor | None, settings: Settings
) -> tuple[int, int]:
    """Return bits of a code and columns of a row, from the configuration or the stored shape."""
    for table in _schemes(settings):
        bits, size = settings.number("num_bits", table), settings.number("group_size", table)
        if bits in (2, 4, 8) and size and scale.shape[1] * size * bits == words * 32:
            return bits, scale.shape[1] * size
    if told is not None and told.shape == (2,) and told.dtype in ("I64", "I32"):
        columns = int(whole_values(weights, told)[1])
        for bits in (2, 4, 8):
            if columns > 0 and -(-columns * bits // 32) == words:
                return bits, columns
    raise FormatError("nothing tells how many bits the codes of weight_packed have")


def _schemes(settings: Settings) -> list[dict[str, object]]:
    """Return the tables of weights in `config_groups` of a compressed-tensors configuration."""
    groups = settings.table.get("config_groups")
    found = groups.values() if isinstance(groups, dict) else ()
    tables = [each.get("weights") for each in found if isinstance(each, dict)]
    return [each for each in tables if isinstance(each, dict)]


#: floats of MLX: mode -> type of codes, type of scales, codes that share a scale
_MLX_FLOATS = {
    "mxfp4": ("F4", "F8_E8M0", 32),
    "nvfp4": ("F4", "F8_E4M3", 16),
    "mxfp8": ("F8_E4M3", "F8_E8M0", 32),
}


def find_mlx(
    tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
) -> Group | None:
    """Find a group of MLX: `w = scale[g] * code + bias[g]` for each group of columns.

    Source: MLX's documentation of `mlx.core.quantize`; bits, group size and mode stand in
    `config.json` under `quantization`, with exceptions for single layers.

    Raises:
        FormatError: when the configuration is not there: shapes alone leave two readings.
    """
    base = tensor.name.removesuffix(".scales")
    codes, bias = tensors.get(f"{base}.weight"), tensors.get(f"{base}.biases")
    if codes is None or codes.dtype != "U32" or not codes.shape or not tensor.shape:
        return None
    own = settings.table.get(base)
    table = own if isinstance(own, dict) else {}
    mode = table.get("mode", settings.table.get("mode", "affine"))
    if isinstance(mode, str) and mode in _MLX_FLOATS:
        return _mlx_floats(codes, tensor, weights, str(mode))
    if mode != "affine" or bias is None:
        raise FormatError(f"codes of MLX in the mode {str(mode)[:40]!r} are not decoded")
    bits, size = settings.number("bits", table), settings.number("group_size", table)
    if bits not in (2, 3, 4, 5, 6, 8) or not size:
        raise FormatError("nothing tells bits and group size of MLX's codes")
    columns = tensor.shape[-1] * size
    fits = tensor.shape == bias.shape and tensor.shape[:-1] == codes.shape[:-1]
    if not fits or columns <= 0 or columns * bits != codes.shape[-1] * 32:
        raise FormatError("codes, scales and biases of MLX do not fit together")

    def rows(weights: Weights, start: int, count: int) -> Values:
        import numpy as np  # noqa: PLC0415

        held = codes_of(words_of(weights, codes, start, count), bits)
        values: Values = held.reshape(-1, size).astype(np.float32)
        values *= weights.rows(tensor, start, count).reshape(-1, 1)
        values += weights.rows(bias, start, count).reshape(-1, 1)
        return by_row(values, count)

    shape = (*codes.shape[:-1], columns)
    held = logical(codes, f"{base}.weight", shape, f"mlx-int{bits}", "mlx")
    cost = stored_row_bytes(weights, codes, tensor, bias)
    return Group(held, codes, (codes, tensor, bias), cost, rows)


def _mlx_floats(codes: Tensor, scale: Tensor, weights: Weights, mode: str) -> Group:
    """Small floats of MLX, scaled by floats of eight bits that are stored as whole numbers."""
    kind, power, size = _MLX_FLOATS[mode]
    values_in, width = block_of(kind)
    columns = codes.shape[-1] * 4 // width * values_in
    if scale.dtype != "U8" or (*codes.shape[:-1], columns) != (
        *scale.shape[:-1],
        scale.shape[-1] * size,
    ):
        raise FormatError("codes and scales of MLX do not fit together")

    def rows(weights: Weights, start: int, count: int) -> Values:
        step, rest = weights.row_bytes(codes), weights.row_bytes(scale)
        values = decode(kind, weights.raw(codes, start * step, count * step)).reshape(-1, size)
        factors = decode(power, weights.raw(scale, start * rest, count * rest))
        values *= factors[:, None]
        return by_row(values, count)

    name = codes.name
    held = logical(codes, name, (*codes.shape[:-1], columns), f"mlx-{mode}", "mlx")
    return Group(held, codes, (codes, scale), stored_row_bytes(weights, codes, scale), rows)
