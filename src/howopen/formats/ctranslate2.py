"""CTranslate2's `model.bin`: records of name, shape, type and bytes, one after the other.

Source of the layout: CTranslate2's `specs/model_spec.py` (`ModelSpec._serialize`), binary versions
2 to 6; that a scale is what the weight was multiplied with: its `docs/quantization.md`.
"""

from __future__ import annotations

import math
import struct

from howopen.errors import FormatError
from howopen.formats.affine import Affine, AffineWeights
from howopen.formats.protobuf import Window
from howopen.formats.ranged import Ranged, Tensor, TensorFile
from howopen.formats.weights import Sibling, Source

#: type id -> name, bytes of a value
_DTYPES = {
    0: ("F32", 4), 1: ("I8", 1), 2: ("I16", 2), 3: ("I32", 4), 4: ("F16", 2), 5: ("BF16", 2),
}  # fmt: skip
_VERSIONS = range(2, 7)
_TYPED, _ALIASED = 4, 3
_MAX_RECORDS = 1_000_000
_MAX_RANK = 16
_MAX_VALUES = 1 << 48
_SCALE = "_scale"


def read_ctranslate2(read: Ranged, size: int) -> TensorFile:
    """Read the records of a CTranslate2 model, passing over their values.

    Args:
        read: a ranged reader of the file.
        size: the size of the file in bytes.

    Raises:
        FormatError: when it is no such file, is cut off, or contradicts itself.
    """
    return _read(read, size)[0]


def open_ctranslate2(path: str, source: Source, sibling: Sibling) -> AffineWeights:
    """Open a CTranslate2 model; see `howopen.formats.weights`."""
    file, scales = _read(source.read, source.size)
    return AffineWeights(file, source, sibling, scales)


def _read(read: Ranged, size: int) -> tuple[TensorFile, dict[str, Affine]]:
    tensors, told, problems = _Records(read, size).all()
    scales = _scales(tensors)
    parts = {f"{name}{_SCALE}" for name in scales}
    kept = tuple(tensor for name, tensor in tensors.items() if name not in parts)
    file = TensorFile(
        format="ctranslate2", metadata=told, tensors=kept,
        parameters=sum(math.prod(tensor.shape) for tensor in kept if tensor.shape),
        header=(0, size), problems=tuple(problems),
    )  # fmt: skip
    return file, scales


class _Records:
    """The records of a file, read front to back."""

    def __init__(self, read: Ranged, size: int) -> None:
        self._window = Window(read, size)
        self._at = 0

    def all(self) -> tuple[dict[str, Tensor], dict[str, str], list[str]]:
        """Read everything: tensors by name, what the file says of itself, and problems."""
        version = self._number("I")
        if version not in _VERSIONS:
            raise FormatError(f"not a CTranslate2 model: binary version {version:,} is not read")
        told = {"spec": self._string(), "revision": str(self._number("I"))}
        told["binary_version"] = str(version)
        count = self._number("I")
        if count > _MAX_RECORDS:
            raise FormatError(f"the file claims {count:,} variables")
        tensors: dict[str, Tensor] = {}
        problems: list[str] = []
        for _ in range(count):
            name, tensor = self._record(version)
            if name in tensors:
                problems.append(f"tensor {name[:80]!r} is there twice; the first is read")
            elif isinstance(tensor, Tensor):
                tensors[name] = tensor
            else:
                problems.append(f"tensor {name[:80]!r}: {tensor}")
        if version >= _ALIASED:
            told["aliases"] = str(self._number("I"))
        return tensors, told, problems[:1_000]

    def _number(self, code: str) -> int:
        width = struct.calcsize("<" + code)
        raw = self._window.take(self._at, width)
        self._at += width
        return int(struct.unpack("<" + code, raw)[0])

    def _string(self) -> str:
        length = self._number("H")
        raw = self._window.take(self._at, length)
        self._at += length
        return raw.rstrip(b"\0").decode("utf-8", errors="replace")

    def _record(self, version: int) -> tuple[str, Tensor | str]:
        """Read one record, or why its values cannot be read."""
        name, rank = self._string(), self._number("B")
        if rank > _MAX_RANK:
            raise FormatError(f"tensor {name[:80]!r} claims {rank} dimensions")
        shape = tuple(self._number("I") for _ in range(rank))
        if math.prod(max(size, 1) for size in shape) > _MAX_VALUES:
            raise FormatError(f"tensor {name[:80]!r} has an impossible shape")
        if version >= _TYPED:
            kind, length = self._number("B"), self._number("I")
            dtype, width = _DTYPES.get(kind, ("", 0))
        else:
            width, items = self._number("B"), self._number("I")
            dtype, length = {4: "F32", 1: "I8", 2: "I16"}.get(width, ""), width * items
        start = self._at
        self._at += length
        if self._at > self._window.size:
            raise FormatError(
                f"tensor {name[:80]!r} lies beyond the end of the file",
                hint="is the file wholly downloaded?",
            )
        if not dtype:
            return name, "its type is not known"
        if math.prod(shape) * width != length:
            # fields of four bytes hold lengths only up to 4 GB, and wrap
            raise FormatError(f"tensor {name[:80]!r}: its shape does not fit its bytes")
        return name, Tensor(name=name, dtype=dtype, shape=shape, start=start, stop=self._at)


def _scales(tensors: dict[str, Tensor]) -> dict[str, Affine]:
    """Find the scales of whole numbers: values are numbers divided by the scale of their row."""
    found: dict[str, Affine] = {}
    for name, tensor in tensors.items():
        scale = tensors.get(f"{name}{_SCALE}")
        if scale is None or tensor.dtype not in ("I8", "I16") or not tensor.shape:
            continue
        if math.prod(scale.shape) in (1, tensor.shape[0]):
            found[name] = Affine(scale=scale, axis=0, divide=True)
    return found
