"""torch files from before 1.6: five pickles, then the storages one after the other.

Source of the layout: torch's `serialization.py` (`_legacy_save`): magic number, protocol, system,
the object, the keys of its storages; then for each a count of eight bytes and its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from howopen.errors import FormatError
from howopen.formats.affine import Affine, AffineWeights
from howopen.formats.pickles import Pickle, Table, read_pickle
from howopen.formats.ranged import Ranged, Tensor, TensorFile
from howopen.formats.torchstate import WIDTHS, State, Storage, find_tensors, read_storage
from howopen.formats.torchzip import add_tensor, count_parameters, describe, parts_of
from howopen.formats.weights import Sibling, Source

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
#: A count of values stands before those of each storage, in this many bytes.
_COUNT = 8


class _Place(NamedTuple):
    start: int
    length: int


class _Read(NamedTuple):
    """A file, the scales of its tensors, and the count of values by where a storage starts."""

    file: TensorFile
    scales: Mapping[str, Affine]
    counts: Mapping[int, int]


def read_torch_legacy(read: Ranged, size: int) -> TensorFile:
    """Read what an old torch file, or a pickle of any origin, holds, without executing it.

    A pickle that torch did not write gives a file without tensors, and says so in `problems`.

    Args:
        read: a ranged reader of the file.
        size: the size of the file in bytes.

    Raises:
        FormatError: when it is no pickle, is cut off, or contradicts itself.
    """
    return _read(read, size).file


def open_torch_legacy(path: str, source: Source, sibling: Sibling) -> AffineWeights:
    """Open an old torch file; see `howopen.formats.weights`."""
    return TorchLegacyWeights(_read(source.read, source.size), source, sibling)


class TorchLegacyWeights(AffineWeights):
    """An old torch file; before a storage is used, the count that stands before it is checked."""

    def __init__(self, found: _Read, source: Source, sibling: Sibling) -> None:
        super().__init__(found.file, source, sibling, found.scales)
        self._counts = dict(found.counts)

    def raw(self, tensor: Tensor, start: int, length: int) -> bytes:
        """Return bytes of a tensor as stored; see `Weights.raw`.

        Raises:
            FormatError: when the count before its storage is another than the pickle's.
        """
        begin = max((each for each in self._counts if each <= tensor.start), default=None)
        if begin is not None and length:
            count = self._counts[begin]
            told = int.from_bytes(self._source.read(begin - _COUNT, _COUNT), "little")
            if told != count:
                raise FormatError(
                    f"tensor {tensor.name[:80]!r}: its storage has {told:,} values where the "
                    f"pickle says {count:,}"
                )
        return super().raw(tensor, start, length)


def _read(read: Ranged, size: int) -> _Read:
    first = read_pickle(read, size)
    if not isinstance(first.root, int) or first.root != _MAGIC:
        return _Read(_foreign(first), {}, {})
    protocol = read_pickle(read, size, first.stop)
    if not isinstance(protocol.root, int) or protocol.root != _PROTOCOL:
        raise FormatError("an old torch file of another protocol than 1001")
    system = read_pickle(read, size, protocol.stop)
    if isinstance(system.root, Table) and system.root.text_keys().get("little_endian") is False:
        raise FormatError("a torch file with the highest byte first is not read")
    main = read_pickle(read, size, system.stop)
    keys = read_pickle(read, size, main.stop)
    problems: list[str] = []
    starts = _storages(main, keys, size)
    state = find_tensors(main.root)
    tensors: dict[str, Tensor] = {}
    scales: dict[str, Affine] = {}
    taken: dict[str, int] = {}
    places = {key: place.start for key, place in starts.items()}
    for found in state.tensors:
        if all(part.storage.key in places for part in parts_of(found)):
            add_tensor(found, places, "", tensors, scales, taken)
        else:
            problems.append(f"tensor {found.name[:80]!r}: its storage is not in the file")
    told: dict[str, str] = {}
    describe(main, state, told, problems)
    held = tuple(tensors.values())
    file = TensorFile(
        format="torch-legacy", metadata=told, tensors=held, parameters=count_parameters(held),
        header=(0, keys.stop), problems=tuple(dict.fromkeys(problems)),
    )  # fmt: skip
    return _Read(file, scales, {place.start: place.length for place in starts.values()})


def _storages(main: Pickle, keys: Pickle, size: int) -> dict[str, _Place]:
    """Place all storages, in the order in which the file lists them.

    Raises:
        FormatError: when the file is shorter than they are, or lists what its object lacks.
    """
    known: dict[str, Storage] = {}
    for outside in main.outside:
        storage = read_storage(outside)
        if storage is not None:
            known.setdefault(storage.key, storage)
    places: dict[str, _Place] = {}
    at = keys.stop
    for key in keys.root if isinstance(keys.root, list) else ():
        storage = known.get(str(key)[:100]) if isinstance(key, str | int) else None
        if storage is None:
            raise FormatError("the file lists a storage that its object does not name")
        start = at + _COUNT
        at = start + storage.length * WIDTHS.get(storage.dtype, 1)
        if at > size:
            raise FormatError(
                f"storage {storage.key[:40]!r} ends at {at:,} and the file at {size:,}",
                hint="is the file wholly downloaded?",
            )
        places[storage.key] = _Place(start, storage.length)
    return places


def _foreign(pickle: Pickle) -> TensorFile:
    """Describe a pickle that is not torch's."""
    told: dict[str, str] = {}
    problems = ["a pickle that torch did not write: its values are not read"]
    describe(pickle, State((), 0, ()), told, problems)
    return TensorFile(
        format="pickle", metadata=told, tensors=(), parameters=0, header=(0, pickle.stop),
        problems=tuple(problems),
    )  # fmt: skip
