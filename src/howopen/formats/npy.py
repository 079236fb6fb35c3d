"""Arrays of numpy: one in an `.npy` file, several in an `.npz` archive; pickled ones are refused.

Source of the layout: numpy's `lib/format.py`, "Format Version 1.0" to "3.0" (NEP 1).
"""

from __future__ import annotations

import ast
import math
import re
import zipfile
from collections.abc import Mapping

from howopen.errors import FormatError
from howopen.formats.inflate import inflated
from howopen.formats.members import Member, local_start, read_members
from howopen.formats.ranged import Tensor, TensorFile
from howopen.formats.weights import Sibling, Source, Weights

#: numpy itself refuses longer headers
MAX_HEADER = 10_000
#: read of each array at once; its header lies wholly inside, but for odd ones
_HEAD = 512
_MAGIC = b"\x93NUMPY"

#: numpy's kind and width -> our name; a void of two bytes is how numpy writes bfloat16
_TYPES = {
    "b1": "BOOL", "u1": "U8", "i1": "I8", "u2": "U16", "i2": "I16", "u4": "U32", "i4": "I32",
    "u8": "U64", "i8": "I64", "f2": "F16", "f4": "F32", "f8": "F64", "c8": "C64", "V2": "BF16",
}  # fmt: skip
_DESCR = re.compile(r"([<>|=]?)([a-zA-Z])(\d{1,6})")


def open_npy(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open an `.npy` file: one tensor, named as the file.

    Raises:
        FormatError: when it is no array of numbers, is cut off, or holds pickled objects.
    """
    name = path.rsplit("/", 1)[-1].removesuffix(".npy")
    tensor = _tensor(name, source)
    file = TensorFile(
        format="npy",
        metadata={},
        tensors=(tensor,),
        parameters=math.prod(tensor.shape),
        header=(0, tensor.start),
    )
    return Weights(file, source)


def open_npz(path: str, source: Source, sibling: Sibling) -> Weights:
    """Open an `.npz` archive; a member that cannot be read becomes a problem.

    Raises:
        FormatError: when it is no zip archive, or none of its members is an array of numbers.
    """
    tensors: list[Tensor] = []
    problems: list[str] = []
    members = read_members(source.read, source.size)
    for name, member in members.items():
        if not name.endswith(".npy"):
            continue
        try:
            tensors.append(_tensor(name.removesuffix(".npy"), _opened(source, member), name))
        except FormatError as error:
            problems.append(f"tensor {name.removesuffix('.npy')[:80]!r}: {error.message}")
    if not tensors:
        raise FormatError(problems[0] if problems else "an archive without arrays")
    file = TensorFile(
        format="npz",
        metadata={},
        tensors=tuple(tensors),
        parameters=sum(math.prod(tensor.shape) for tensor in tensors),
        header=(0, 0),
        problems=tuple(problems),
    )
    return _Npz(file, source, members)


class _Npz(Weights):
    """An archive of arrays; packed ones are read from their start."""

    def __init__(self, file: TensorFile, source: Source, members: Mapping[str, Member]) -> None:
        super().__init__(file, source, lambda name: _opened(source, members[name]))
        self._members = members

    def row_bytes(self, tensor: Tensor) -> int:
        packed = self._members[tensor.path].method != zipfile.ZIP_STORED
        return 0 if packed else super().row_bytes(tensor)


def _opened(source: Source, member: Member) -> Source:
    """Open one member, whose start the directory tells or, failing that, its local header."""
    if member.method == zipfile.ZIP_DEFLATED:
        return inflated(source.read, member)
    if member.method != zipfile.ZIP_STORED or member.size != member.stop - member.start:
        raise FormatError("is packed in a way that is not read")
    start, head = member.start, source.read(member.start, _HEAD)
    if not head.startswith(_MAGIC):
        start = local_start(source.read, member.name, member.header)
        head = source.read(start, _HEAD)

    def read(begin: int, length: int) -> bytes:
        length = max(0, min(length, member.size - begin))
        if begin + length <= len(head):
            return head[begin : begin + length]
        return source.read(start + begin, length)

    return Source(read, max(0, min(member.size, source.size - start)))


def _tensor(name: str, source: Source, path: str = "") -> Tensor:
    """Read one array's header and check that its bytes are there."""
    start, told = _header(source)
    descr, shape, fortran = (told.get(key) for key in ("descr", "shape", "fortran_order"))
    if not isinstance(descr, str) or not isinstance(fortran, bool):
        raise FormatError("its header does not describe an array of plain numbers")
    sizes = shape if isinstance(shape, tuple) and len(shape) <= 64 else None
    if sizes is None or not all(type(size) is int and 0 <= size < 2**63 for size in sizes):
        raise FormatError("its header tells no shape")
    match = _DESCR.fullmatch(descr)
    if match is None or match[2] == "O":
        why = "holds pickled objects, which are never loaded" if "O" in descr else "no numbers"
        raise FormatError(f"its type {descr[:40]!r} {why}")
    stop = start + math.prod(sizes) * _width(match)
    if stop > source.size:
        raise FormatError("is cut off: its shape needs more bytes than are there")
    return Tensor(
        name=name,
        dtype=_TYPES.get(match[2] + match[3], f"numpy-{match[2]}{match[3]}"),
        shape=sizes,
        start=start,
        stop=stop,
        path=path,
        strides=_strides(sizes) if fortran and len(sizes) > 1 else (),
        big=match[1] == ">",
    )


def _width(match: re.Match[str]) -> int:
    """Return the bytes of one element; a character of `U` takes four."""
    return int(match[3]) * (4 if match[2] == "U" else 1)


def _strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return steps of an array written column by column."""
    return tuple(math.prod(shape[:axis]) for axis in range(len(shape)))


def _header(source: Source) -> tuple[int, dict[str, object]]:
    """Return where the values start, and the header's table."""
    head = source.read(0, min(source.size, _HEAD))
    if len(head) < 10 or not head.startswith(_MAGIC) or head[6] not in (1, 2, 3):
        raise FormatError("not an npy file: its first bytes are not those of numpy")
    wide = 2 if head[6] == 1 else 4
    start = 8 + wide + int.from_bytes(head[8 : 8 + wide], "little")
    if start - 8 - wide > MAX_HEADER or start > source.size:
        raise FormatError("its header is longer than numpy allows, or cut off")
    if start > len(head):
        head = source.read(0, start)
    try:
        told = ast.literal_eval(head[8 + wide : start].decode("utf-8").strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        raise FormatError("its header is not a table of Python") from None
    if not isinstance(told, dict):
        raise FormatError("its header is not a table")
    return start, told
