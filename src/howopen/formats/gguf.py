"""The header of a GGUF file: metadata and tensors, versions 2 and 3, either byte order.

Source of the layout: ggml's `docs/gguf.md`; block sizes: ggml's type traits.
"""

from __future__ import annotations

import math
import struct
from itertools import pairwise

from howopen.errors import FormatError
from howopen.formats.ranged import Cursor, Ranged, Tensor, TensorFile
from howopen.formats.weights import Sibling, Source, Weights

#: A header beyond this is refused; large vocabularies take some 20 MB.
MAX_HEADER = 64_000_000
_MAX_KEYS = 100_000
_MAX_TENSORS = 200_000
_MAX_STRING = 4_000_000
_MAX_STRINGS = 2_000_000
#: Arrays with at most this many short elements are kept, longer ones summarised.
_MAX_KEPT = 64

_SCALARS = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
_NAMES = {
    0: "uint8", 1: "int8", 2: "uint16", 3: "int16", 4: "uint32", 5: "int32", 6: "float32",
    7: "bool", 8: "string", 9: "array", 10: "uint64", 11: "int64", 12: "float64",
}  # fmt: skip
_STRING, _ARRAY = 8, 9
#: the key of the vocabulary
_TOKENS = "tokenizer.ggml.tokens"

#: type id -> name, weights in a block, bytes of a block
GGML_TYPES = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40),
    10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4),
    27: ("I64", 1, 8), 28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18),
}  # fmt: skip


def open_gguf(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open a GGUF file; see `read_gguf`."""
    header = _Header(Cursor(source.read, source.size, cap=MAX_HEADER), keep=_TOKENS)
    return _Gguf(_read(header, source.size), source, header.kept)


class _Gguf(Weights):
    """A GGUF file, with its vocabulary."""

    def __init__(self, file: TensorFile, source: Source, kept: list[bytes]) -> None:
        super().__init__(file, source)
        self._kept = kept

    def tokens(self) -> tuple[str, ...]:
        return tuple(token.decode("utf-8", errors="replace") for token in self._kept)


def read_gguf(read: Ranged, size: int) -> TensorFile:
    """Read the header of a GGUF file.

    Args:
        read: a ranged reader of the file.
        size: the size of the file in bytes.

    Raises:
        FormatError: when it is not GGUF, its header is cut off or contradicts itself, or no tensor
            of it is wholly there; where only some are not, each is a problem.
    """
    return _read(_Header(Cursor(read, size, cap=MAX_HEADER)), size)


def _read(header: _Header, size: int) -> TensorFile:
    """Read keys, tensors and where they lie."""
    tensors, keys = header.counts()
    metadata: dict[str, str] = {}
    for _ in range(keys):
        key = header.string()
        if key in metadata:
            raise FormatError(f"the key {key[:80]!r} stands twice in the header")
        metadata[key] = header.value(header.number("I"), key)
    infos = [header.tensor() for _ in range(tensors)]
    base = _aligned(header.cursor.offset, metadata)
    placed = _place(infos, base, size, big=header.order == ">")
    whole = tuple(tensor for tensor in placed if tensor.stop <= size)
    problems = tuple(
        f"tensor {tensor.name[:80]!r} lies beyond the end of the file"
        for tensor in placed
        if tensor.stop > size
    )
    if problems and not whole:
        raise FormatError(problems[0], hint="is the file wholly downloaded?")
    return TensorFile(
        format="gguf",
        metadata=metadata,
        tensors=whole,
        parameters=sum(math.prod(tensor.shape) for tensor in placed),
        header=(0, header.cursor.offset),
        problems=problems,
    )


class _Header:
    """The values of a header, one after the other."""

    def __init__(self, cursor: Cursor, keep: str = "") -> None:
        self.cursor = cursor
        self.order = "<"
        self.kept: list[bytes] = []
        self._keep = keep

    def counts(self) -> tuple[int, int]:
        """Read magic and version; return the numbers of tensors and keys."""
        if self.cursor.take(4) != b"GGUF":
            raise FormatError("not a GGUF file: its first bytes are not GGUF")
        version = self.number("I")
        if version & 0xFFFF == 0:
            self.order, version = ">", int.from_bytes(struct.pack("<I", version), "big")
        if version not in (2, 3):
            raise FormatError(f"GGUF version {version} is not read, only 2 and 3")
        tensors, keys = self.number("Q"), self.number("Q")
        if tensors > _MAX_TENSORS or keys > _MAX_KEYS:
            raise FormatError(f"the header claims {tensors:,} tensors and {keys:,} keys")
        return tensors, keys

    def number(self, code: str) -> int:
        return int(struct.unpack(self.order + code, self.cursor.take(struct.calcsize(code)))[0])

    def string(self) -> str:
        length = self.number("Q")
        if length > _MAX_STRING:
            raise FormatError(f"the header claims a string of {length:,} bytes")
        return self.cursor.take(length).decode("utf-8", errors="replace")

    def value(self, kind: int, key: str = "") -> str:
        """Read a value of a type; arrays come back as their elements or as a summary."""
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            return self._array(key)
        code = _SCALARS.get(kind)
        if code is None:
            raise FormatError(f"the header holds a value of the unknown type {kind}")
        raw = self.cursor.take(struct.calcsize(code))
        return str(struct.unpack(self.order + code, raw)[0])

    def _array(self, key: str) -> str:
        kind, length = self.number("I"), self.number("Q")
        if kind == _ARRAY or kind not in _NAMES:
            raise FormatError("the header holds an array of arrays or of an unknown type")
        if length > self.cursor.left:
            raise FormatError(f"the header claims an array of {length:,} elements")
        if kind == _STRING:
            return self._strings(length, key)
        if length <= _MAX_KEPT:
            return ", ".join(self.value(kind) for _ in range(length))
        self.cursor.skip(length * struct.calcsize(_SCALARS[kind]))
        return f"[{length} x {_NAMES[kind]}]"

    def _strings(self, length: int, key: str) -> str:
        """Read an array of strings; those of the vocabulary are kept where that was asked for."""
        if length > _MAX_STRINGS:
            raise FormatError(f"the header claims an array of {length:,} strings")
        strings = self.cursor.strings(length, self.order, _MAX_STRING)
        if length <= _MAX_KEPT or key == self._keep:
            held = list(strings)
            if key == self._keep:
                self.kept = held
            if length <= _MAX_KEPT:
                return ", ".join(each.decode("utf-8", errors="replace") for each in held)
        for _ in strings:
            pass
        return f"[{length} x string]"

    def tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        """Read one tensor's name, shape (outermost first), type and offset."""
        name, dimensions = self.string(), self.number("I")
        if dimensions > 8:
            raise FormatError(f"tensor {name[:80]!r} claims {dimensions} dimensions")
        shape = tuple(self.number("Q") for _ in range(dimensions))[::-1]
        if math.prod(shape) >= 2**63:
            raise FormatError(f"tensor {name[:80]!r} claims an impossible shape")
        return name, shape, self.number("I"), self.number("Q")


def _aligned(offset: int, metadata: dict[str, str]) -> int:
    """Return where tensor data starts: after the header, at a multiple of the alignment."""
    told = metadata.get("general.alignment", "32")
    step = int(told) if told.isdigit() and 0 < int(told) <= 1 << 20 else 32
    return -(-offset // step) * step


def _place(
    infos: list[tuple[str, tuple[int, ...], int, int]], base: int, size: int, *, big: bool
) -> tuple[Tensor, ...]:
    """Give each tensor its bytes in the file.

    Raises:
        FormatError: when two have one name, or one block of bytes.
    """
    ends = sorted({base + info[3] for info in infos} | {size})
    following = dict(pairwise(ends))
    tensors: dict[str, Tensor] = {}
    for name, shape, kind, offset in infos:
        if name in tensors:
            raise FormatError(f"tensor {name[:80]!r} stands twice in the header")
        start = base + offset
        dtype, block, width = GGML_TYPES.get(kind, (f"ggml-{kind}", 0, 0))
        length = -(-math.prod(shape) // block) * width if block else 0
        stop = start + length if block else max(start, following.get(start, size))
        tensors[name] = Tensor(name=name, dtype=dtype, shape=shape, start=start, stop=stop, big=big)
    end = 0
    for tensor in sorted(tensors.values(), key=lambda each: (each.start, each.stop)):
        if tensor.start < end:
            raise FormatError(f"tensor {tensor.name[:80]!r} overlaps another")
        end = max(end, tensor.stop)
    return tuple(tensors.values())
