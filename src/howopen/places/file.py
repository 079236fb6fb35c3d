"""A single file as a place of one entry, and a manifest as a place that describes a release."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from howopen.errors import PlaceError
from howopen.places.folder import read_local
from howopen.places.place import Entry, Place, PlaceFacts

_MANIFEST_SUFFIXES = frozenset({".yml", ".yaml"})
_TOP = re.compile(r"^(howopen|release)[ \t]*:", re.MULTILINE)
_HEAD = 65_536


class FilePlace(Place):
    """A single file.

    Raises:
        PlaceError: when it is not a regular file.
    """

    kind = "file"

    def __init__(self, file: Path, ref: str | None = None) -> None:
        self.file = file
        self.ref = str(file) if ref is None else ref
        self.facts = PlaceFacts(name=file.name)
        self.gaps = ()
        self._read = 0
        try:
            told = file.stat()
        except OSError as error:
            raise PlaceError(f"cannot be read: {error.strerror}", path=self.ref) from None
        if not stat.S_ISREG(told.st_mode):
            raise PlaceError(
                "a pipe, socket or device is not read", path=self.ref, hint="give a file"
            )
        self._entry = Entry(path=file.name, size=told.st_size)

    @property
    def bytes_read(self) -> int:
        """Bytes of content read so far."""
        return self._read

    def entries(self) -> tuple[Entry, ...]:
        """List the one file."""
        return (self._entry,)

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Read at most `length` bytes from offset `start`."""
        if path != self._entry.path:
            raise PlaceError("no such file in this place", path=path)
        data = read_local(self.file, path, start, length)
        self._read += len(data)
        return data


class ManifestPlace(FilePlace):
    """A manifest: one file that describes a release lying elsewhere, or nowhere."""

    kind = "manifest"


def is_manifest(file: Path) -> bool:
    """Tell whether a file is a manifest: YAML with `howopen:` or `release:` as a top-level key."""
    if file.suffix.lower() not in _MANIFEST_SUFFIXES or not file.is_file():
        return False
    try:
        head = read_local(file, file.name, 0, _HEAD)
    except PlaceError:
        return False
    return bool(_TOP.search(head.decode("utf-8", errors="replace")))
