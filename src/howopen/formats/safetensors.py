"""The header of a safetensors file, and the index of a sharded one.

Source of the layout: the format's own description, `safetensors` README, section "Format": eight
bytes little-endian length N, N bytes of JSON, then the byte buffer that the offsets are in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import msgspec

from howopen.errors import FormatError, TooLargeError
from howopen.formats.jsonfile import decode_object
from howopen.formats.ranged import Ranged, Tensor, TensorFile
from howopen.formats.weights import Sibling, Source, Weights
from howopen.release import Noun

#: A longer header is refused, as the Hub's own parser does (`SAFETENSORS_MAX_HEADER_LENGTH`).
MAX_HEADER = 25_000_000
#: An entry of more bytes, or an odd header of more bytes, is refused.
_MAX_ENTRY = 65_536
_MAX_ODD = 4_000_000

_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
    "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip


class ShardIndex(Noun, frozen=True, kw_only=True):
    """The index of a sharded model: which file holds which tensor, and the size of all in bytes."""

    weight_map: Mapping[str, str]
    total_size: int | None = None

    @property
    def shards(self) -> tuple[str, ...]:
        """All files that the index names, sorted."""
        return tuple(sorted(set(self.weight_map.values())))


def open_safetensors(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open a safetensors file; see `read_safetensors`."""
    return Weights(read_safetensors(source.read, source.size), source)


def read_safetensors(read: Ranged, size: int) -> TensorFile:
    """Read the header of a safetensors file.

    Args:
        read: a ranged reader of the file.
        size: the size of the file in bytes.

    Raises:
        FormatError: when it is not safetensors, its header is cut off or contradicts itself, or
            no tensor of it is wholly there; where only some are not, each is a problem.
    """
    length = int.from_bytes(read(0, 8), "little") if size >= 8 else 0
    if length < 2:
        raise FormatError("not a safetensors file: too short for a header")
    if length > MAX_HEADER:
        raise TooLargeError(f"the header claims {length:,} bytes; the format allows {MAX_HEADER:,}")
    start = 8 + length
    if start > size:
        raise FormatError(
            f"the header claims {length:,} bytes and the file has {size - 8:,} after its length",
            hint="is the file wholly downloaded?",
        )
    header = _header(read(8, length))
    metadata = _metadata(header.pop("__metadata__", None))
    tensors = tuple(_tensor(name, _decoded(told, name), start) for name, told in header.items())
    _check_overlap(tensors)
    whole = tuple(tensor for tensor in tensors if tensor.stop <= size)
    problems = tuple(
        f"tensor {tensor.name[:80]!r} lies beyond the end of the file"
        for tensor in tensors
        if tensor.stop > size
    )
    if problems and not whole:
        raise FormatError(problems[0], hint="is the file wholly downloaded?")
    return TensorFile(
        format="safetensors",
        metadata=metadata,
        tensors=whole,
        parameters=sum(math.prod(tensor.shape) for tensor in tensors),
        header=(0, start),
        problems=problems,
    )


def read_index(data: bytes) -> ShardIndex:
    """Read the index of a sharded model, `model.safetensors.index.json`.

    Raises:
        FormatError: when it is no JSON object with a `weight_map` of names to files.
    """
    told = decode_object(data)
    names = told.get("weight_map")
    if not isinstance(names, dict):
        raise FormatError("no weight_map in this index of shards")
    pairs = {str(key): value for key, value in names.items() if isinstance(value, str)}
    metadata = told.get("metadata")
    total = metadata.get("total_size") if isinstance(metadata, dict) else None
    if not isinstance(total, int | float) or not 0 <= total < 2**63:
        return ShardIndex(weight_map=pairs)
    return ShardIndex(weight_map=pairs, total_size=int(total))


def _header(raw: bytes) -> dict[str, msgspec.Raw]:
    """Split a header into its entries, refusing a name that stands twice.

    Readers differ in which of the two they take. Each tensor has one `data_offsets`; only where
    these do not count up, or names are written with escapes, is the text read again.
    """
    try:
        header = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        raise FormatError("its header is not a JSON object") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"its header is not JSON: {error}") from None
    metadata = header.get("__metadata__")
    rest = raw if metadata is None else raw.replace(bytes(metadata), b"0", 1)
    tensors = len(header) - (metadata is not None)
    counted = rest.count(b'"data_offsets"') == tensors and rest.count(b'"__metadata__"') <= 1
    if b"\\" in rest or not counted:
        if len(rest) > _MAX_ODD:
            raise FormatError("its header is odd, and too long to be looked through")
        try:
            json.loads(rest, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            raise _wrapped(error) from None
    return header


def _wrapped(error: Exception) -> FormatError:
    return error if isinstance(error, FormatError) else FormatError(f"not JSON: {error}")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make a table of pairs, refusing a key that stands twice."""
    table: dict[str, object] = {}
    for name, value in pairs:
        if name in table:
            raise FormatError(f"tensor {name[:80]!r} stands twice in the header")
        table[name] = value
    return table


def _decoded(told: msgspec.Raw, name: str) -> object:
    """Decode one entry of the header, which is short in every real file."""
    if len(told) > _MAX_ENTRY:
        raise FormatError(f"tensor {name[:80]!r} is described in {len(told):,} bytes")
    try:
        return msgspec.json.decode(told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"tensor {name[:80]!r} is not described in JSON: {error}") from None


def _metadata(told: msgspec.Raw | None) -> dict[str, str]:
    """Decode the metadata: a table of strings, or null as MLX writes where there is none."""
    try:
        return msgspec.json.decode(told, type=dict[str, str] | None) or {} if told else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise FormatError("__metadata__ is not a table of strings") from None


def _tensor(name: str, told: object, base: int) -> Tensor:
    """Build one tensor and check that its offsets fit its shape."""
    if not isinstance(told, dict):
        raise FormatError(f"tensor {name[:80]!r} is not described by a table")
    dtype, shape = told.get("dtype"), _numbers(told.get("shape"))
    offsets = _numbers(told.get("data_offsets"))
    if not isinstance(dtype, str) or shape is None or offsets is None or len(offsets) != 2:
        raise FormatError(f"tensor {name[:80]!r} lacks dtype, shape or data_offsets")
    start, stop = base + offsets[0], base + offsets[1]
    if start > stop:
        raise FormatError(f"tensor {name[:80]!r} ends before it starts")
    bits = _BITS.get(dtype)
    if bits is not None and (math.prod(shape) * bits + 7) // 8 != stop - start:
        raise FormatError(f"tensor {name[:80]!r}: its shape does not fit its bytes")
    return Tensor(name=name, dtype=dtype, shape=shape, start=start, stop=stop)


def _numbers(told: object) -> tuple[int, ...] | None:
    """Return a list of at most 64 non-negative integers under 2**63, else None."""
    if not isinstance(told, list) or len(told) > 64:
        return None
    for number in told:
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
            return None
    return tuple(told)


def _check_overlap(tensors: tuple[Tensor, ...]) -> None:
    end = 0
    for tensor in sorted(tensors, key=lambda each: (each.start, each.stop)):
        if tensor.start < end:
            raise FormatError(f"tensor {tensor.name[:80]!r} overlaps another")
        end = max(end, tensor.stop)
