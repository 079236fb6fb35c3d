"""Tensors that a quantisation scheme packs together, seen as the one tensor they stand for.

A scheme stores codes, scales and offsets as tensors of their own. Where its layout is documented
the group becomes one logical tensor with the shape that the codes unpack to; where it is not, the
group stays as it is, its codes are not taken for values, and a problem says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from howopen.errors import FormatError, HowopenError
from howopen.formats.jsonfile import decode_object
from howopen.formats.ranged import Tensor, TensorFile
from howopen.formats.weights import Sibling, Weights, check_rows, rows_of

if TYPE_CHECKING:
    from howopen.formats.weights import Values

#: Files beside the weights that tell how they are packed, and the table in them; "" for the whole.
_SETTINGS = (
    ("config.json", ("quantization_config", "compression_config", "quantization")),
    ("quantize_config.json", ("",)),
    ("quant_config.json", ("",)),
)
_MAX_SETTINGS = 8_000_000
#: formats whose readers apply the scales that stand beside codes
_SCALED = ("gguf", "onnx", "ctranslate2", "thinc")


class Settings:
    """What the configuration beside the weights says about their packing; read when asked."""

    def __init__(self, sibling: Sibling) -> None:
        self._sibling = sibling

    @cached_property
    def table(self) -> dict[str, object]:
        """The table of the packing; empty where nothing tells."""
        for name, keys in _SETTINGS:
            told = self._read(name)
            for key in keys:
                found = told.get(key) if key else told
                if isinstance(found, dict) and found:
                    return found
        return {}

    def _read(self, name: str) -> dict[str, object]:
        try:
            source = self._sibling(name)
            if not 0 < source.size <= _MAX_SETTINGS:
                return {}
            return decode_object(source.read(0, source.size))
        except HowopenError:
            return {}

    def number(self, key: str, *tables: Mapping[str, object]) -> int | None:
        """Return a whole number under a key of the first table that has it, then of ours."""
        for table in (*tables, self.table):
            told = table.get(key)
            if isinstance(told, int) and not isinstance(told, bool) and abs(told) < 2**31:
                return told
        return None


class Group(NamedTuple):
    """One logical tensor and the stored ones it is unpacked from.

    Attributes:
        tensor: the logical tensor; its bytes are those of `main`.
        main: the stored tensor of codes.
        parts: all stored tensors of the group, `main` among them.
        row_bytes: what one row costs to read; 0 where it is read only whole.
        rows: reads rows: `rows(weights, start, count)`.
        note: what had to be assumed, as a sentence; empty where nothing was.
    """

    tensor: Tensor
    main: Tensor
    parts: tuple[Tensor, ...]
    row_bytes: int
    rows: Callable[[Weights, int, int], Values]
    note: str = ""


#: Finds the group of a stored tensor: `find(tensor, all tensors by name, file, settings)`.
#: None where it belongs to no group; FormatError where its layout is not one that is known.
Finder = Callable[[Tensor, Mapping[str, Tensor], Weights, Settings], Group | None]


def logical(main: Tensor, name: str, shape: tuple[int, ...], dtype: str, packing: str) -> Tensor:
    """Make the logical tensor of a group out of its codes."""
    return replace(main, name=name, shape=shape, dtype=dtype, packing=packing, strides=())


def unpacked(weights: Weights, sibling: Sibling) -> Weights:
    """See each packed group of a file as one tensor; a file without any is returned as it is.

    Formats with scales of their own are left to their readers, lest values be scaled twice.
    """
    if weights.file.format in _SCALED:
        return weights
    found, problems = _groups(weights, Settings(sibling))
    return _Packed(weights, found, problems) if found or problems else weights


def _groups(weights: Weights, settings: Settings) -> tuple[list[Group], list[str]]:
    """Find all groups, and the tensors whose layout is not known."""
    from howopen.formats.packings import FINDERS  # noqa: PLC0415

    endings = tuple(FINDERS)
    found: list[Group] = []
    problems: list[str] = []
    tensors: dict[str, Tensor] | None = None
    for tensor in weights.file.tensors:
        if not tensor.name.endswith(endings):
            continue
        tensors = tensors or {each.name: each for each in weights.file.tensors}
        ending = next(each for each in endings if tensor.name.endswith(each))
        try:
            group = FINDERS[ending](tensor, tensors, weights, settings)
        except FormatError as error:
            problems.append(f"tensor {tensor.name[:80]!r}: {error.message}")
            group = _undecoded(tensor, error)
        if group is not None:
            found.append(group)
    notes = {group.note: group.tensor.name for group in reversed(found) if group.note}
    problems.extend(f"tensor {name[:80]!r} and its like: {note}" for note, name in notes.items())
    return found, problems


def _undecoded(tensor: Tensor, error: FormatError) -> Group:
    """Keep codes of an unknown layout listed, and refuse to take them for values."""

    def refuse(weights: Weights, start: int, count: int) -> Values:
        raise FormatError(f"tensor {tensor.name[:80]!r}: {error.message}", hint=error.hint)

    held = replace(tensor, packing="unknown")
    return Group(held, tensor, (tensor,), 0, refuse)


class _Packed(Weights):
    """A file with groups of tensors seen as one each."""

    def __init__(self, inner: Weights, groups: list[Group], problems: list[str]) -> None:
        self._inner = inner
        self._groups = {group.tensor.name: group for group in groups}
        self._whole: tuple[str, Values] | None = None
        self.file = _regrouped(inner.file, groups, problems)

    def raw(self, tensor: Tensor, start: int, length: int) -> bytes:
        group = self._groups.get(tensor.name)
        return self._inner.raw(group.main if group else tensor, start, length)

    def row_bytes(self, tensor: Tensor) -> int:
        group = self._groups.get(tensor.name)
        return group.row_bytes if group else self._inner.row_bytes(tensor)

    def rows(self, tensor: Tensor, start: int = 0, count: int | None = None) -> Values:
        group = self._groups.get(tensor.name)
        if group is None:
            return self._inner.rows(tensor, start, count)
        count = check_rows(tensor, start, count)
        if group.row_bytes:
            return self._decoded(group, start, count)
        if self._whole is None or self._whole[0] != tensor.name:
            check_rows(tensor, 0, None)
            self._whole = None
            self._whole = tensor.name, self._decoded(group, 0, rows_of(tensor))
        return self._whole[1][start : start + count]

    def _decoded(self, group: Group, start: int, count: int) -> Values:
        """Read rows of a group; scales may be infinite or no number, which is passed on."""
        import numpy as np  # noqa: PLC0415

        with np.errstate(all="ignore"):
            return group.rows(self._inner, start, count)


def _regrouped(file: TensorFile, groups: list[Group], problems: list[str]) -> TensorFile:
    """Put each logical tensor where its codes stood, and leave out the parts."""
    heads = {group.main.name: group.tensor for group in groups}
    parts = {part.name for group in groups for part in group.parts}
    kept = tuple(_kept(file.tensors, heads, parts))
    gained = sum(math.prod(tensor.shape) for tensor in kept)
    lost = sum(math.prod(tensor.shape) for tensor in file.tensors)
    return replace(
        file,
        tensors=kept,
        parameters=file.parameters + gained - lost,
        problems=(*file.problems, *problems),
    )


def _kept(
    tensors: tuple[Tensor, ...], heads: Mapping[str, Tensor], parts: set[str]
) -> Iterator[Tensor]:
    for tensor in tensors:
        if tensor.name in heads:
            yield heads[tensor.name]
        elif tensor.name not in parts:
            yield tensor


def whole_values(weights: Weights, tensor: Tensor) -> Values:
    """Read a stored part whole, in its own shape."""
    return weights.rows(tensor).reshape(tensor.shape)


def row_slice(weights: Weights, tensor: Tensor, start: int, count: int) -> Values:
    """Read rows of a stored part, in its own shape."""
    return weights.rows(tensor, start, count).reshape(count, *tensor.shape[1:])


def stored_row_bytes(weights: Weights, *tensors: Tensor) -> int:
    """Return what one row of several stored parts costs together; 0 where one is read whole."""
    costs = [weights.row_bytes(tensor) for tensor in tensors]
    return sum(costs) if all(costs) else 0
