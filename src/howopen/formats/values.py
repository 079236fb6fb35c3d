"""Stored bytes as numbers: every plain type and every GGML block type, decoded to float32.

Types are named as safetensors names them (`F32`, `BF16`, `F8_E4M3`), block types as GGML does
(`Q4_K`). A reader of another format translates its own names into these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from howopen.errors import FormatError
from howopen.formats.gguf import GGML_TYPES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: Values as they are compared.
    Values = NDArray[np.float32]

#: plain type -> numpy's code, without byte order
_PLAIN = {
    "BOOL": "u1", "U8": "u1", "I8": "i1", "U16": "u2", "I16": "i2", "U32": "u4", "I32": "i4",
    "U64": "u8", "I64": "i8", "F16": "f2", "F32": "f4", "F64": "f8",
}  # fmt: skip

#: values that are decoded at once: few enough to stay in a processor's cache
_PIECE = 1 << 18

#: eight-bit float -> exponent bits, mantissa bits, bias, kind of specials.
#: Sources: Micikevicius et al., "FP8 Formats for Deep Learning" (2022), section 3; for `fnuz`,
#: Noune et al., "8-bit Numerical Formats for Deep Neural Networks" (2022).
_SMALL = {
    "F8_E4M3": (4, 3, 7, "fn"),
    "F8_E5M2": (5, 2, 15, "ieee"),
    "F8_E4M3FNUZ": (4, 3, 8, "fnuz"),
    "F8_E5M2FNUZ": (5, 2, 16, "fnuz"),
}

#: type -> values in a block, bytes of a block: the smallest piece that can be decoded alone.
#: Q8_1 is left out: ggml says that its block has 36 bytes, ggml's Python package 40.
BLOCKS: dict[str, tuple[int, int]] = {
    **{name: (values, width) for name, values, width in GGML_TYPES.values() if name != "Q8_1"},
    **{name: (1, int(code[1])) for name, code in _PLAIN.items()},
    **dict.fromkeys((*_SMALL, "F8_E8M0"), (1, 1)),
    "BF16": (1, 2),
    "F4": (2, 1),
}


def decode(dtype: str, raw: bytes | memoryview, *, big: bool = False) -> Values:
    """Decode whole blocks of stored values.

    Args:
        dtype: the type's name.
        raw: the bytes of whole blocks.
        big: whether numbers are stored with the highest byte first.

    Returns:
        All values, one after the other, read-only where they are stored as float32; infinities
        and what is no number are passed on.

    Raises:
        FormatError: when the type is not one whose layout is known, or blocks are cut.
    """
    import numpy as np  # noqa: PLC0415

    values, width = block_of(dtype)
    if len(raw) % width:
        raise FormatError(f"{len(raw):,} bytes are no whole number of {dtype} blocks of {width}")
    if dtype in _PLAIN:
        held = np.frombuffer(raw, dtype=(">" if big else "<") + _PLAIN[dtype])
        with np.errstate(over="ignore", invalid="ignore"):
            return held.astype(np.float32, copy=False)
    if dtype == "BF16":
        return _bfloat16(np.frombuffer(raw, dtype=">u2" if big else "<u2"))
    if values == 1 or dtype == "F4":
        return _small(dtype, np.frombuffer(raw, dtype=np.uint8))
    if big:
        raise FormatError(f"{dtype} with the highest byte first is not decoded")
    return _blocks(dtype, np.frombuffer(raw, dtype=np.uint8).reshape(-1, width))


def by_row(held: Values, count: int) -> Values:
    """Lay values out as rows, also where there are none: numpy cannot tell a width from nothing.

    Args:
        held: all values of whole rows.
        count: how many rows they are.
    """
    return held.reshape(count, held.size // max(count, 1))


def block_of(dtype: str) -> tuple[int, int]:
    """Return how many values the smallest decodable piece of a type has, and its bytes.

    Raises:
        FormatError: when the layout of the type is not known.

    >>> block_of("BF16"), block_of("Q4_K")
    ((1, 2), (256, 144))
    """
    block = BLOCKS.get(dtype)
    if block is None:
        raise FormatError(f"values of type {dtype[:40]} are not decoded: their layout is not known")
    return block


def _bfloat16(held: NDArray[np.uint16]) -> Values:
    """A bfloat16 is the upper half of a float32."""
    import numpy as np  # noqa: PLC0415

    wide = np.empty(held.shape, dtype=np.uint32)
    np.left_shift(held, 16, out=wide, casting="unsafe", dtype=np.uint32)
    return wide.view(np.float32)


def _small(dtype: str, held: NDArray[np.uint8]) -> Values:
    """Look up floats of eight bits, or of four, two a byte with the lower half first."""
    import numpy as np  # noqa: PLC0415

    if dtype == "F4":
        # E2M1 of the OCP Microscaling Formats specification 1.0, section 5.3.3
        table = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], dtype=np.float32)
        table = np.concatenate([table, -table])
        held = np.stack([held & 15, held >> 4], axis=1).ravel()
    elif dtype == "F8_E8M0":
        # powers of two, section 5.4.1 of the same
        powers = np.exp2(np.arange(256, dtype=np.float64) - 127)
        powers[255] = np.nan
        table = powers.astype(np.float32)
    else:
        table = _float8_table(*_SMALL[dtype])
    found: Values = table.take(held)
    return found


def _float8_table(exponent: int, mantissa: int, bias: int, specials: str) -> Values:
    """Build all 256 values of a float of eight bits."""
    import numpy as np  # noqa: PLC0415

    codes = np.arange(256)
    power = (codes >> mantissa) & (2**exponent - 1)
    part = (codes & (2**mantissa - 1)) / 2**mantissa
    size = np.where(power > 0, (1 + part) * 2.0 ** (power - bias), part * 2.0 ** (1 - bias))
    table = np.where(codes >= 128, -size, size)
    if specials == "fn":
        table[[127, 255]] = np.nan
    elif specials == "fnuz":
        table[128] = np.nan
    else:
        last = power == 2**exponent - 1
        table[last] = np.where(part[last] > 0, np.nan, np.sign(table[last]) * np.inf)
    found: Values = table.astype(np.float32)
    return found


def _blocks(dtype: str, held: NDArray[np.uint8]) -> Values:
    """Decode GGML blocks, shaped `(blocks, bytes)`."""
    import numpy as np  # noqa: PLC0415

    own = {"Q8_K": _q8_k, "Q1_0": _q1_0}.get(dtype)
    if own is not None:
        with np.errstate(all="ignore"):
            return own(held).ravel()
    try:
        from gguf import GGMLQuantizationType  # noqa: PLC0415
        from gguf.quants import dequantize  # noqa: PLC0415
    except ImportError:
        raise FormatError(
            f"values of type {dtype} need the package gguf", hint="pip install gguf"
        ) from None
    values = BLOCKS[dtype][0]
    found = np.empty((len(held), values), dtype=np.float32)
    try:
        kind = GGMLQuantizationType[dtype]
        # the package works through sixteen rows at a time: long rows spare it most steps
        step = _PIECE // values
        with np.errstate(all="ignore"):
            for start in range(0, len(held), step):
                piece = held[start : start + step].reshape(1, -1)
                found[start : start + step] = dequantize(piece, kind).reshape(-1, values)
    except (KeyError, NotImplementedError):
        raise FormatError(f"values of type {dtype} are not decoded by the package gguf") from None
    return found.ravel()


def _q8_k(held: NDArray[np.uint8]) -> Values:
    """Decode `block_q8_K` of ggml-common.h: scale (float32), 256 signed bytes, 16 sums."""
    scale: Values = held[:, :4].copy().view("<f4")
    found: Values = scale * held[:, 4:260].view("i1")
    return found


def _q1_0(held: NDArray[np.uint8]) -> Values:
    """Decode `block_q1_0` of ggml-common.h: scale (float16), 128 signs, the lowest bit first."""
    import numpy as np  # noqa: PLC0415

    scale = held[:, :2].copy().view("<f2").astype("f4")
    found: Values = scale * (
        np.unpackbits(held[:, 2:], axis=1, bitorder="little") * np.float32(2) - 1
    )
    return found
