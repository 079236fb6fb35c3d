"""One model of a place as the ladder sees it: tensors with roles, and what reading them cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from howopen.errors import FormatError, HowopenError
from howopen.formats.ranged import Tensor
from howopen.formats.weights import Source, Weights
from howopen.kinship.cuts import Cut
from howopen.kinship.roles import Named, Roles
from howopen.places.place import Place
from howopen.release import Gap

if TYPE_CHECKING:
    from howopen.formats.weights import Values


class Meter:
    """Counts bytes and requests of one model; headers and tokenizers apart from weights.

    Attributes:
        bytes_read: everything.
        header_bytes: the part that was headers, configurations and vocabularies.
        requests: reads of a file or the network.
        weighing: whether what is read now counts as weights.
    """

    def __init__(self) -> None:
        self.bytes_read = 0
        self.header_bytes = 0
        self.requests = 0
        self.weighing = False

    def source(self, place: Place, path: str) -> Source:
        """Return the bytes of a file, counted as they are read."""

        def read(start: int, length: int) -> bytes:
            data = place.read_range(path, start, length)
            self.requests += 1
            self.bytes_read += len(data)
            if not self.weighing:
                self.header_bytes += len(data)
            return data

        def into(start: int, buffer: memoryview) -> int:
            count = place.read_into(path, start, buffer)
            self.requests += 1
            self.bytes_read += count
            return count

        return Source(read, place.size(path), into)

    def file(self, place: Place, path: str, limit: int) -> bytes:
        """Read a small file whole.

        Raises:
            FormatError: when it is over its limit.
        """
        source = self.source(place, path)
        if source.size > limit:
            raise FormatError(f"over {limit:,} bytes", path=path)
        return source.read(0, source.size)


class Piece(NamedTuple):
    """One tensor of a model.

    Attributes:
        tensor: its header.
        weights: the file that holds it.
        named: its role.
        fixed: whether its name or type says that it is no learned weight.
        rows: rows when seen as a matrix.
        columns: columns when seen as a matrix: inner dimensions together, 32 at least if it can.
        cut: which part of the stored matrix it is; None for all of it as it is stored.
    """

    tensor: Tensor
    weights: Weights
    named: Named
    fixed: bool
    rows: int
    columns: int
    cut: Cut | None = None

    @property
    def name(self) -> str:
        """The name as written."""
        return self.tensor.name

    @property
    def matrix(self) -> bool:
        """Whether it may be evidence: a learned weight with rows and columns."""
        return not self.fixed and self.rows >= 2 and self.columns >= 2

    @property
    def row_bytes(self) -> int:
        """Bytes of one row; 0 where the tensor is read only whole."""
        cost = self.weights.row_bytes(self._flat())
        return -(-cost // self._per_row)

    @property
    def _per_row(self) -> int:
        """Return the rows of the matrix in one row as it is read: more in stacks of packed ones."""
        whole = self.tensor.packing or self.tensor.strides
        stored = self.cut.shape[0] if self.cut else self.rows
        return max(1, stored // max(1, self.tensor.shape[0])) if whole else 1

    def _flat(self) -> Tensor:
        """Return the tensor as a matrix; one that is packed or strided keeps its shape."""
        import msgspec  # noqa: PLC0415

        tensor = self.tensor
        shape = self.cut.shape if self.cut else (self.rows, self.columns)
        if tensor.packing or tensor.strides or tensor.shape[:1] == shape[:1]:
            return tensor
        return msgspec.structs.replace(tensor, shape=shape)

    def read(self, start: int, count: int) -> Values:
        """Read rows as float32, `(count, columns)`.

        Raises:
            FormatError: when its values are not there or their type is not documented.
        """
        if self.cut is None:
            return self._stored(start, count)
        return self.cut.read(self._stored, start, count)

    def _stored(self, start: int, count: int) -> Values:
        """Read rows as they are stored; of a stack of packed matrices those that hold them."""
        flat, per = self._flat(), self._per_row
        if per == 1:
            return self.weights.rows(flat, start, count)
        first, last = start // per, -(-(start + count) // per)
        held = self.weights.rows(flat, first, last - first)
        held = held.reshape(per * (last - first), -1)
        return held[start - first * per : start - first * per + count]

    def part(self, cut: Cut) -> Piece:
        """Return a part of it, or it in another order."""
        return self._replace(cut=cut, rows=cut.size[0], columns=cut.size[1])


def as_matrix(tensor: Tensor) -> tuple[int, int]:
    """Return rows and columns under which a tensor is compared.

    Inner dimensions are joined until a row has 32 values: a convolution `(64, 32, 3, 3)` is
    `(64, 288)`, stacked experts `(8, 1024, 512)` are `(8192, 512)`.
    """
    shape = tensor.shape
    if len(shape) < 2 or 0 in shape:
        return (math.prod(shape), 1) if 0 not in shape else (0, 0)
    columns, split = 1, len(shape)
    while split > 1 and columns < 32:
        split -= 1
        columns *= shape[split]
    return math.prod(shape[:split]), columns


class Model:
    """All weights of one model of a place.

    Attributes:
        ref: REF of the model, with `#path` where the place holds several.
        place: where it lies.
        files: its files of weights; the ones that were opened first.
        formats: their formats.
        pieces: its tensors.
        roles: the reader of names.
        metadata: what headers say of themselves.
        config: configuration as keys and values, empty where there is none.
        adapter: the configuration of an adapter, empty for a model.
        meter: what it cost so far.
        gaps: what could not be read.
    """

    def __init__(self, ref: str, place: Place, roles: Roles) -> None:
        self.ref = ref
        self.place = place
        self.roles = roles
        self.meter = Meter()
        self.files: tuple[str, ...] = ()
        self.formats: tuple[str, ...] = ()
        self.pieces: tuple[Piece, ...] = ()
        self.metadata: Mapping[str, str] = {}
        self.config: Mapping[str, str] = {}
        self.adapter: Mapping[str, str] = {}
        self.gaps: list[Gap] = []
        self._opener: Callable[[Model], None] | None = None

    def later(self, opener: Callable[[Model], None]) -> None:
        """Put off reading headers until they are asked for: hashes may decide before."""
        self._opener = opener

    def open(self) -> None:
        """Read the headers, once."""
        if self._opener:
            opener, self._opener = self._opener, None
            opener(self)

    def add(self, weights: Weights, path: str) -> None:
        """Take in the tensors of an opened file; of two with one name the first counts."""
        held = {piece.name for piece in self.pieces}
        fresh: list[Piece] = []
        for tensor in weights.file.tensors:
            if tensor.name in held:
                self.gap(tensor.name, "stands twice; the first one is read")
                continue
            held.add(tensor.name)
            rows, columns = as_matrix(tensor)
            named, fixed = self.roles.of(tensor.name), self.roles.fixed(tensor)
            fresh.append(Piece(tensor, weights, named, fixed, rows, columns))
        self.pieces += tuple(fresh)
        self.metadata = {**weights.file.metadata, **self.metadata}
        for problem in weights.file.problems:
            self.gap(path, problem)

    def gap(self, where: str, why: str, hint: str = "") -> None:
        """Note something that could not be read; a thousand are enough."""
        if len(self.gaps) < 1000:
            self.gaps.append(Gap(where=where, why=why, weakens=("kinship",), hint=hint))

    def failed(self, where: str, error: HowopenError) -> None:
        """Note an error as a gap."""
        self.gap(error.path or where, error.message, error.hint)

    def hashes(self) -> dict[str, str]:
        """Return the sha256 of its files, as far as the place knows them without reading."""
        known = {entry.path: entry.sha256 for entry in self.place.entries() if entry.sha256}
        return {path: known[path] for path in self.files if path in known}

    def path(self, name: str) -> str | None:
        """Return the path of a file beside the weights, or above them; None where none is."""
        folder = self.files[0].rpartition("/")[0] if self.files else ""
        held = {entry.path for entry in self.place.entries()}
        while True:
            path = f"{folder}/{name}" if folder else name
            if path in held:
                return path
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
