"""Files in memory, and sources and siblings over them, as readers of weights take them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from howopen.errors import HowopenError, PlaceError
from howopen.formats.weights import Sibling, Source, Weights, open_weights


class Log(list[tuple[str, int, int]]):
    """All reads: file, first byte, bytes."""

    def bytes_read(self) -> int:
        return sum(length for _, _, length in self)


def source(data: bytes, log: Log | None = None, name: str = "") -> Source:
    """Read from bytes in memory, noting what was asked for."""

    def read(start: int, length: int) -> bytes:
        assert start >= 0
        assert length >= 0
        if log is not None:
            log.append((name, start, length))
        return data[start : start + length]

    return Source(read, len(data))


def sibling(files: Mapping[str, bytes], log: Log | None = None) -> Sibling:
    """Open files of a folder that holds nothing else."""

    def find(name: str) -> Source:
        if name not in files:
            raise PlaceError("no such file", path=name)
        return source(files[name], log, name)

    return find


def opened(files: Mapping[str, bytes], name: str = "", log: Log | None = None) -> Weights:
    """Open one file of a folder, the first where none is named."""
    name = name or next(iter(files))
    return open_weights(name, source(files[name], log, name), sibling(files, log))


def folder(path: Path) -> dict[str, bytes]:
    """Read all files of a folder."""
    return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def exhausted(files: Mapping[str, bytes], name: str = "") -> Weights | HowopenError:
    """Open a file and read some of every tensor; return the error of the opening, if any."""
    try:
        weights = opened(files, name)
    except HowopenError as error:
        return error
    for tensor in weights.file.tensors:
        cost = weights.row_bytes(tensor)
        assert cost >= 0
        few = min(tensor.shape[0] if tensor.shape else 1, 4)
        if few * max(cost, 1) > 1 << 20:
            continue
        try:
            assert len(weights.rows(tensor, 0, few)) == few
            weights.raw(tensor, 0, min(64, tensor.stop - tensor.start))
        except HowopenError:
            continue
    weights.tokens()
    return weights
