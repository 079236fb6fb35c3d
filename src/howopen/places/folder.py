"""A folder on this machine: listed once, links confined, nothing followed out of it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from howopen.errors import PlaceError
from howopen.places.place import Entry, Place, PlaceFacts
from howopen.release import Gap

#: Files beyond this number are not listed, and a gap says so.
MAX_FILES = 200_000
_MAX_DEPTH = 40

#: Folders that hold no part of a release.
SKIPPED = frozenset(
    {".git", ".hg", ".svn", "__pycache__", ".cache", ".venv", "node_modules", ".ipynb_checkpoints",
     ".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox"}
)  # fmt: skip


class FolderPlace(Place):
    """A release in a folder.

    Args:
        folder: the folder.
        ref: the REF it was asked for by.

    Raises:
        PlaceError: when the folder cannot be listed.
    """

    kind = "folder"

    def __init__(self, folder: Path, ref: str | None = None) -> None:
        self.root = Path(os.path.realpath(folder))
        self.ref = str(folder) if ref is None else ref
        self.facts = _facts(self.root)
        self._read = 0
        self._open: _Open | None = None
        walk = _Walk(self.root, _border(self.root))
        self._entries = tuple(sorted(walk.entries, key=lambda entry: entry.path))
        self._sizes = {entry.path: entry.size for entry in self._entries}
        self.gaps = tuple(walk.gaps)

    @property
    def bytes_read(self) -> int:
        """Bytes of content read so far."""
        return self._read

    def entries(self) -> tuple[Entry, ...]:
        """List all files, sorted by path."""
        return self._entries

    def size(self, path: str) -> int:
        """Return a file's size in bytes, as it was when the folder was listed."""
        if path not in self._sizes:
            raise PlaceError("no such file in this place", path=path, hint="list it with show")
        return self._sizes[path]

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Read at most `length` bytes from offset `start` of a listed file."""
        data = self._opened(path).read(start, length)
        self._read += len(data)
        return data

    def read_into(self, path: str, start: int, buffer: memoryview) -> int:
        """Fill a buffer from offset `start` of a listed file; return how many bytes came."""
        count = self._opened(path).fill(start, buffer)
        self._read += count
        return count

    def _opened(self, path: str) -> _Open:
        self.size(path)
        if self._open is None or self._open.path != path:
            self._open = _Open(self.root / path, path)
        return self._open


class _Open:
    """A regular file that stays open: comparing weights reads one file many thousand times.

    Args:
        file: where it is.
        path: how errors name it.
    """

    def __init__(self, file: Path, path: str) -> None:
        self.path = path
        self._handle = _opened(file, path)

    def read(self, start: int, length: int) -> bytes:
        """Read a range."""
        if start < 0 or length < 0:
            raise PlaceError("a range starts before the file", path=self.path)
        try:
            return _read_all(self._handle, start, length)
        except OSError as error:
            raise _unreadable(error, self.path) from None

    def fill(self, start: int, buffer: memoryview) -> int:
        """Fill a buffer; fewer bytes come only at the end of the file."""
        try:
            with os.fdopen(self._handle, "rb", buffering=0, closefd=False) as file:
                file.seek(start)
                return file.readinto(buffer) or 0
        except OSError as error:
            raise _unreadable(error, self.path) from None

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            os.close(self._handle)


def _opened(file: Path, path: str) -> int:
    """Open a regular file; never waits on a pipe or device."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise _unreadable(error, path) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise PlaceError("not a regular file", path=path)
    return handle


def _unreadable(error: OSError, path: str) -> PlaceError:
    hint = "check its permissions" if isinstance(error, PermissionError) else ""
    return PlaceError(f"cannot be read: {error.strerror}", path=path, hint=hint)


def read_local(file: Path, path: str, start: int, length: int) -> bytes:
    """Read a range of a regular file; never waits on a pipe or device.

    Raises:
        PlaceError: when it is gone, unreadable, or not a regular file.
    """
    return _Open(file, path).read(start, length)


def _read_all(handle: int, start: int, length: int) -> bytes:
    os.lseek(handle, start, os.SEEK_SET)
    pieces = []
    while length > 0 and (piece := os.read(handle, min(length, 16_000_000))):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _border(root: Path) -> Path:
    """Return the folder that links may not leave.

    A snapshot of the hub cache (`models--OWNER--NAME/snapshots/REVISION`) consists of links into
    `models--OWNER--NAME/blobs`; every other folder is its own border.
    """
    for parent in root.parents:
        if parent.name == "snapshots" and parent.parent.name.startswith(("models--", "datasets--")):
            return parent.parent
    return root


def _facts(root: Path) -> PlaceFacts:
    """Name the release after its folder, or after the repository of the hub cache it is from."""
    border = _border(root)
    if border == root:
        return PlaceFacts(name=root.name)
    owner_name = border.name.split("--")[1:]
    publisher = owner_name[0] if len(owner_name) > 1 else None
    revision = root.relative_to(border / "snapshots").parts[0]
    return PlaceFacts(name="/".join(owner_name), publisher=publisher, revision=revision)


class _Walk:
    """Lists a folder depth first, noting what is left out."""

    def __init__(self, root: Path, border: Path) -> None:
        self.root = root
        self.border = border
        self.entries: list[Entry] = []
        self.gaps: list[Gap] = []
        self.full = False
        self._folder(str(root), "", 0)

    def _folder(self, folder: str, prefix: str, depth: int) -> None:
        """List one folder and those in it."""
        try:
            with os.scandir(folder) as found:
                items = sorted(found, key=lambda item: item.name)
        except OSError as error:
            if not prefix:
                raise PlaceError(
                    f"the folder cannot be listed: {error.strerror}", path=folder
                ) from None
            self._gap(prefix.rstrip("/"), f"the folder cannot be listed: {error.strerror}")
            return
        for item in items:
            if self.full:
                return
            self._item(item, prefix + item.name, depth)

    def _item(self, item: os.DirEntry[str], path: str, depth: int) -> None:
        """List one file or folder."""
        try:
            if item.is_symlink():
                self._link(item, path)
            elif item.is_dir(follow_symlinks=False):
                if item.name in SKIPPED:
                    return
                if depth >= _MAX_DEPTH:
                    self._gap(path, f"folders deeper than {_MAX_DEPTH} are not read")
                    return
                self._folder(item.path, path + "/", depth + 1)
            else:
                self._file(path, item.stat(follow_symlinks=False))
        except OSError as error:
            self._gap(path, f"cannot be looked at: {error.strerror}")

    def _link(self, item: os.DirEntry[str], path: str) -> None:
        """List a link to a file inside the border; anything else is a gap."""
        target = os.path.realpath(item.path)
        if not Path(target).is_relative_to(self.border):
            self._gap(path, "a link that leads out of the folder is not followed")
        elif not Path(target).exists():
            self._gap(path, "a link that leads nowhere", "is the download complete?")
        elif Path(target).is_dir():
            self._gap(path, "a link to a folder is not followed", "its files are listed there")
        else:
            told = os.stat(target)  # noqa: PTH116 - the path is resolved already
            self._file(path, told, _blob_hash(Path(target)))

    def _file(self, path: str, told: os.stat_result, sha256: str | None = None) -> None:
        """List a regular file."""
        if not stat.S_ISREG(told.st_mode):
            self._gap(path, "a pipe, socket or device is not read")
        elif not _printable(path):
            self._gap(repr(path), "a file name that is not valid text is not read")
        elif len(self.entries) >= MAX_FILES:
            self.full = True
            self._gap(path, f"only the first {MAX_FILES:,} files are listed")
        else:
            self.entries.append(Entry(path=path, size=told.st_size, sha256=sha256))

    def _gap(self, where: str, why: str, hint: str = "") -> None:
        if len(self.gaps) < 1000:
            safe = where if _printable(where) else repr(where)
            self.gaps.append(Gap(where=safe, why=why, weakens=("inventory",), hint=hint))


def _blob_hash(target: Path) -> str | None:
    """Return the sha256 that the hub's cache names a large file after, in its folder of blobs."""
    named = target.parent.name == "blobs" and re.fullmatch(r"[0-9a-f]{64}", target.name)
    return target.name if named else None


def _printable(path: str) -> bool:
    """Tell whether a name can be encoded at all: no lone surrogates."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
