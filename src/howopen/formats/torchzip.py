"""torch's zip files and TorchScript archives: tensors in stored members, nothing executed.

Source of the layout: torch's `serialization.py` (`_save`: `data.pkl`, `byteorder`, `data/KEY`)
and `torch/csrc/jit/docs/serialization.md` (`code/`, `constants.pkl`, `constants/KEY`).
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from howopen.errors import FormatError
from howopen.formats.affine import Affine, AffineWeights
from howopen.formats.members import Member, local_start, read_member, read_members, suffix_of
from howopen.formats.picklenames import foreign_names, say_foreign
from howopen.formats.pickles import MAX_BYTES, Pickle, read_pickle
from howopen.formats.ranged import Ranged, Tensor, TensorFile, bytes_reader, unique_name
from howopen.formats.torchstate import WIDTHS, Found, State, find_tensors
from howopen.formats.weights import Sibling, Source

#: No more than this much of a list of names is kept.
MAX_TOLD = 2_000
#: how the functions end that rebuild a numpy array
_ARRAYS = ("._reconstruct", "._frombuffer")


class _Read(NamedTuple):
    file: TensorFile
    scales: Mapping[str, Affine]
    members: Mapping[str, Member]


def read_torch_zip(read: Ranged, size: int) -> TensorFile:
    """Read what a torch zip file or a TorchScript archive holds, without executing it.

    Args:
        read: a ranged reader of the file.
        size: the size of the file in bytes.

    Raises:
        FormatError: when it is no such archive, is cut off, or contradicts itself.
    """
    return _read(read, size).file


def open_torch_zip(path: str, source: Source, sibling: Sibling) -> AffineWeights:
    """Open a torch zip file or a TorchScript archive; see `howopen.formats.weights`."""
    found = _read(source.read, source.size)
    return TorchZipWeights(found.file, source, sibling, found.scales, found.members)


class TorchZipWeights(AffineWeights):
    """A torch archive; before the first bytes of a member are used, its own header is checked."""

    def __init__(
        self,
        file: TensorFile,
        source: Source,
        sibling: Sibling,
        scales: Mapping[str, Affine],
        members: Mapping[str, Member],
    ) -> None:
        super().__init__(file, source, sibling, scales)
        self._members = sorted(members.values(), key=lambda member: member.start)
        self._checked: set[str] = set()

    def raw(self, tensor: Tensor, start: int, length: int) -> bytes:
        """Return bytes of a tensor as stored; see `Weights.raw`.

        Raises:
            FormatError: when the member's header puts its bytes elsewhere than the directory.
        """
        for member in self._members if length else ():
            if member.start <= tensor.start < member.stop and member.name not in self._checked:
                if local_start(self._source.read, member.name, member.header) != member.start:
                    raise FormatError(
                        f"tensor {tensor.name[:80]!r}: the archive's directory and the header of "
                        f"{member.name[:80]!r} disagree"
                    )
                self._checked.add(member.name)
        return super().raw(tensor, start, length)


def _read(read: Ranged, size: int) -> _Read:
    if read(257, 5) == b"ustar":
        raise FormatError(
            "torch's tar files from before 2017 are not read",
            hint="load it with torch and save it again",
        )
    members = read_members(read, size)
    pickled = suffix_of(members, "data.pkl")
    if not pickled:
        raise FormatError("a zip archive without data.pkl: not one of torch's")
    base = pickled.removesuffix("data.pkl")
    script = f"{base}constants.pkl" in members and any(
        name.startswith(f"{base}code/") for name in members
    )
    _check_order(read, members, f"{base}byteorder")
    parts = [(f"{base}data.pkl", f"{base}data/", "")]
    if script:
        parts.append((f"{base}constants.pkl", f"{base}constants/", "constants"))
    tensors: dict[str, Tensor] = {}
    scales: dict[str, Affine] = {}
    taken: dict[str, int] = {}
    told: dict[str, str] = {}
    problems: list[str] = []
    for name, folder, prefix in parts:
        pickle = _pickle(read, members[name])
        state = find_tensors(pickle.root)
        for each in _placed(state, members, folder, problems):
            add_tensor(each[0], each[1], prefix, tensors, scales, taken)
        describe(pickle, state, told, problems)
    held = tuple(tensors.values())
    kind = "torchscript" if script else "torch"
    last = max((member.stop for member in members.values()), default=0)
    file = TensorFile(
        format=kind, metadata=told, tensors=held, parameters=count_parameters(held),
        header=(last, size), problems=tuple(dict.fromkeys(problems)),
    )  # fmt: skip
    return _Read(file, scales, members)


def _check_order(read: Ranged, members: Mapping[str, Member], name: str) -> None:
    if name in members and read_member(read, members[name], 64).strip() == b"big":
        raise FormatError("a torch file with the highest byte first is not read")


def _pickle(read: Ranged, member: Member) -> Pickle:
    data = read_member(read, member, MAX_BYTES)
    return read_pickle(bytes_reader(data), len(data))


def _placed(
    state: State, members: Mapping[str, Member], folder: str, problems: list[str]
) -> Iterator[tuple[Found, dict[str, int]]]:
    """Yield each tensor with where its storages start; say what is not there."""
    for found in state.tensors:
        starts: dict[str, int] = {}
        why = ""
        for part in parts_of(found):
            member = members.get(folder + part.storage.key)
            why = why or _unfit(part, member)
            if member is not None:
                starts[part.storage.key] = member.start
        if why:
            problems.append(f"tensor {found.name[:80]!r}: {why}")
        else:
            yield found, starts


def _unfit(found: Found, member: Member | None) -> str:
    """Say why a tensor cannot be read from a member; empty where it can."""
    if member is None:
        return f"its storage {found.storage.key[:40]!r} is not in the archive"
    if member.method != zipfile.ZIP_STORED:
        return "its storage is compressed, which torch never writes"
    if (found.offset + found.reach) * WIDTHS[found.dtype] > member.stop - member.start:
        return "it reaches beyond the end of its storage"
    return ""


def parts_of(found: Found) -> list[Found]:
    """Return a tensor and the tensors of its scales."""
    quantised = found.quantised
    extra = (quantised.scale, quantised.zero) if quantised else ()
    return [found, *(part for part in extra if isinstance(part, Found))]


def add_tensor(  # noqa: PLR0913 - where it is, and what it is added to
    found: Found,
    starts: Mapping[str, int],
    prefix: str,
    tensors: dict[str, Tensor],
    scales: dict[str, Affine],
    taken: dict[str, int],
) -> None:
    """Add a tensor at its place in the file, and how its numbers become values.

    Args:
        found: the tensor.
        starts: where in the file each storage starts.
        prefix: what its name starts with.
        tensors: where it is added, by a name that no other has.
        scales: where its scales are added.
        taken: the names that are taken; see `unique_name`.
    """
    name = f"{prefix}.{found.name}" if prefix and found.name else prefix or found.name or "tensor"
    unique = unique_name(name, taken)
    tensors[unique] = _tensor(found, starts, unique, "affine" if found.quantised else "")
    quantised = found.quantised
    if quantised is not None:
        scale, zero = (
            _tensor(part, starts, part.name, "") if isinstance(part, Found) else part
            for part in (quantised.scale, quantised.zero)
        )
        scales[unique] = Affine(scale=scale, zero=zero, axis=quantised.axis)


def _tensor(found: Found, starts: Mapping[str, int], name: str, packing: str) -> Tensor:
    width = WIDTHS[found.dtype]
    start = starts[found.storage.key] + found.offset * width
    return Tensor(
        name=name, dtype=found.dtype, shape=found.shape, strides=found.strides,
        start=start, stop=start + found.reach * width, packing=packing,
    )  # fmt: skip


def describe(pickle: Pickle, state: State, told: dict[str, str], problems: list[str]) -> None:
    """Add what a pickle would run, what it holds beside weights, and what was not understood."""
    foreign = foreign_names(pickle.names)
    if foreign:
        told["pickle.names"] = ", ".join(foreign)[:MAX_TOLD]
    if state.training:
        told["torch.training_tensors"] = str(state.training)
    problems.extend(say_foreign(pickle.names))
    if any(name.startswith("numpy.") and name.endswith(_ARRAYS) for name in pickle.names):
        problems.append("numpy arrays inside the pickle are not read")
    problems.extend(state.problems)


def count_parameters(tensors: tuple[Tensor, ...]) -> int:
    """Count weights; tensors that share their bytes count once."""
    places = {(each.start, each.stop, each.path): math.prod(each.shape) for each in tensors}
    return sum(places.values())
