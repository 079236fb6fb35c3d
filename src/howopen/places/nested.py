"""Zip archives with weights inside a release: their files are listed as if they lay beside them.

The files of `model.zip` are `model.zip/NAME`. Nothing is unpacked to disk. Archives of a hub
repository stay closed, since each look into one would fetch much of it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping

from howopen.errors import PlaceError
from howopen.places.name import is_inside
from howopen.places.place import Entry, Place
from howopen.places.rangefile import RangeFile
from howopen.places.wheel import BROKEN, MAX_UNPACKED

#: Larger archives, further ones, and more files of one are not looked at.
MAX_ARCHIVE = 400_000_000
MAX_ARCHIVES = 4
MAX_NAMES = 5_000
_MAX_DIRECTORY = 8_000_000
_WEIGHTS = re.compile(
    r"\.(?:safetensors|gguf|onnx|pt|pth|bin|ckpt|h5|keras|tflite|pb|msgpack|npz|pkl|joblib)$", re.I
)
_TRIALS = re.compile(r"(?:^|/)tests?/", re.IGNORECASE)


class NestedPlace(Place):
    """A place together with the files in some of its archives.

    Args:
        place: the place itself.
        archives: its open archives, by path.
    """

    def __init__(self, place: Place, archives: Mapping[str, zipfile.ZipFile]) -> None:
        self._place = place
        self.ref = place.ref
        self.kind = place.kind
        self.facts = place.facts
        self.gaps = place.gaps
        self._inner = {
            f"{path}/{info.filename}": (archive, info)
            for path, archive in archives.items()
            for info in _members(archive)
        }
        inner = (Entry(path=path, size=info.file_size) for path, (_, info) in self._inner.items())
        self._entries = tuple(sorted((*place.entries(), *inner), key=lambda entry: entry.path))

    @property
    def bytes_read(self) -> int:
        """Bytes of content read so far."""
        return self._place.bytes_read

    @property
    def requests(self) -> int:
        """Network requests made so far."""
        return self._place.requests

    def entries(self) -> tuple[Entry, ...]:
        """List all files, those in archives too, sorted by path."""
        return self._entries

    def size(self, path: str) -> int:
        """Return a file's size in bytes."""
        return self._inner[path][1].file_size if path in self._inner else self._place.size(path)

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Read at most `length` bytes from offset `start`."""
        if path not in self._inner:
            return self._place.read_range(path, start, length)
        archive, info = self._inner[path]
        length = min(length, info.file_size - start)
        if start < 0 or length <= 0:
            return b""
        if start + length > MAX_UNPACKED:
            raise PlaceError(f"not unpacked beyond {MAX_UNPACKED:,} bytes", path=path)
        try:
            with archive.open(info) as member:
                member.seek(start)
                return member.read(length)
        except BROKEN as error:
            raise PlaceError(f"cannot be unpacked: {error}", path=path) from None


def with_archives(place: Place) -> Place:
    """Return a place with the files of its zip archives that hold weights, if it has any."""
    found: dict[str, zipfile.ZipFile] = {}
    for entry in place.entries():
        named = entry.path.lower().endswith(".zip") and not _TRIALS.search(entry.path)
        if not named or entry.size > MAX_ARCHIVE or len(found) >= MAX_ARCHIVES:
            continue
        archive = _opened(place, entry)
        if archive and any(_WEIGHTS.search(info.filename) for info in _members(archive)):
            found[entry.path] = archive
    return NestedPlace(place, found) if found else place


def _opened(place: Place, entry: Entry) -> zipfile.ZipFile | None:
    """Open an archive; None where it is none, or its directory is too large."""

    def read(start: int, length: int) -> bytes:
        return place.read_range(entry.path, start, length)

    file = RangeFile(read, entry.size, _MAX_DIRECTORY)
    try:
        archive = zipfile.ZipFile(file)
    except (*BROKEN, PlaceError):
        return None
    file.budget = None
    return archive


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    kept = (info for info in archive.infolist() if not info.is_dir() and is_inside(info.filename))
    unique = {info.filename: info for info in kept}
    return list(unique.values())[:MAX_NAMES]
