"""A model in several files with an index: `model.safetensors.index.json` and its like."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from howopen.errors import FormatError, HowopenError, TooLargeError
from howopen.formats.ranged import Tensor, TensorFile
from howopen.formats.safetensors import ShardIndex, read_index
from howopen.formats.weights import Sibling, Source, Weights, open_file

if TYPE_CHECKING:
    from howopen.formats.weights import Values

#: An index of more bytes, or of more files, is not read.
MAX_INDEX = 64_000_000
MAX_SHARDS = 1_000


def open_sharded(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open all files that an index names; one that cannot be read becomes a problem.

    Raises:
        FormatError: when it is no index, names a file outside its folder, or none can be read.
    """
    if source.size > MAX_INDEX:
        raise TooLargeError(f"an index of {source.size:,} bytes")
    index = read_index(source.read(0, source.size))
    shards = index.shards
    if not shards or len(shards) > MAX_SHARDS:
        raise FormatError(f"an index of {len(shards):,} files")
    for tensor, shard in index.weight_map.items():
        check_inside(shard, f"tensor {tensor[:80]!r}")
        if shard.lower().endswith(".index.json"):
            raise FormatError(f"this index names an index, {shard[:200]!r}")
    opened: dict[str, Weights] = {}
    problems: list[str] = []
    for shard in shards:
        try:
            opened[shard] = open_file(shard, sibling(shard), sibling)
        except HowopenError as error:
            lost = sum(1 for name in index.weight_map.values() if name == shard)
            problems.append(f"{shard[:200]}, with {lost} tensors: {error.message}")
    if not opened:
        raise FormatError(problems[0], hint="are the files of the index beside it?")
    return _Sharded(_joined(index, opened, problems), source, opened)


def check_inside(name: str, what: str) -> None:
    """Refuse the name of a file that lies outside the folder of the file at hand.

    Args:
        name: the name, as another file tells it.
        what: what is said to lie there, for the message.

    Raises:
        FormatError: when it is absolute or climbs out.
    """
    whole = posixpath.normpath(name)
    odd = "\\" in name or "\0" in name or ":" in name or not name
    if odd or name.startswith("/") or whole in (".", "..") or whole.startswith("../"):
        raise FormatError(f"{what} is said to lie outside its folder, in {name[:200]!r}")


class _Sharded(Weights):
    """Several files as one; each tensor is read by the reader of its file."""

    def __init__(self, file: TensorFile, source: Source, opened: dict[str, Weights]) -> None:
        super().__init__(file, source)
        self._opened_files = opened
        self._inner = {
            (shard, tensor.name): tensor
            for shard, weights in opened.items()
            for tensor in weights.file.tensors
        }

    def _at(self, tensor: Tensor) -> tuple[Weights, Tensor]:
        return self._opened_files[tensor.path], self._inner[tensor.path, tensor.name]

    def raw(self, tensor: Tensor, start: int, length: int) -> bytes:
        weights, inner = self._at(tensor)
        return weights.raw(inner, start, length)

    def row_bytes(self, tensor: Tensor) -> int:
        weights, inner = self._at(tensor)
        return weights.row_bytes(inner)

    def rows(self, tensor: Tensor, start: int = 0, count: int | None = None) -> Values:
        weights, inner = self._at(tensor)
        return weights.rows(inner, start, count)


def _joined(index: ShardIndex, opened: dict[str, Weights], problems: list[str]) -> TensorFile:
    """Put the tensors of all files together; the index decides where a name is twice."""
    tensors: dict[str, Tensor] = {}
    for shard, weights in opened.items():
        problems.extend(f"{shard[:200]}: {problem}" for problem in weights.file.problems)
        for tensor in weights.file.tensors:
            if tensor.name not in tensors or index.weight_map.get(tensor.name) == shard:
                tensors[tensor.name] = replace(tensor, path=shard)
    lost = [n for n, s in index.weight_map.items() if s in opened and n not in tensors]
    problems.extend(f"tensor {name[:80]!r} of the index is not in its file" for name in lost[:100])
    first = next(iter(opened.values())).file
    return TensorFile(
        format=first.format,
        metadata=first.metadata,
        tensors=tuple(tensors.values()),
        parameters=sum(weights.file.parameters for weights in opened.values()),
        header=(0, 0),
        problems=tuple(problems),
    )
