"""A wheel read in place: nothing is unpacked to disk, and no claim of its directory is trusted."""

from __future__ import annotations

import base64
import binascii
import csv
import lzma
import zipfile
import zlib
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath
from typing import IO

from howopen.errors import PlaceError
from howopen.places.name import is_inside
from howopen.places.place import Entry, Place, PlaceFacts
from howopen.release import Gap

_MAX_FILES = 200_000
#: A compressed file is not unpacked beyond this many bytes.
MAX_UNPACKED = 4_000_000_000
_MAX_RECORD = 32_000_000
_MAX_METADATA = 1_000_000
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError,
           RuntimeError, OSError, ValueError)  # fmt: skip


class WheelPlace(Place):
    """A wheel, or any zip archive.

    Args:
        file: the archive.
        ref: the REF it was asked for by.
        kind: `pypi`, or `file` for one given by its path.

    Raises:
        PlaceError: when it is no zip archive.
    """

    def __init__(self, file: Path, ref: str, *, kind: str = "file") -> None:
        self.ref = ref
        self.kind = kind
        self.gaps: tuple[Gap, ...] = ()
        self._read = 0
        self._open: tuple[str, IO[bytes]] | None = None
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN as error:
            raise PlaceError(
                f"not a wheel: {error}", path=str(file), hint="fetch it anew"
            ) from None
        self._members = self._confined()
        self._sizes = {path: info.file_size for path, info in self._members.items()}
        self._hashes: dict[str, str] = {}
        self._hashes = self._record()
        self._entries = tuple(
            Entry(path=path, size=size, sha256=self._hashes.get(path))
            for path, size in sorted(self._sizes.items())
        )
        self.facts = self._facts(file)

    @property
    def bytes_read(self) -> int:
        """Bytes of content unpacked so far."""
        return self._read

    def entries(self) -> tuple[Entry, ...]:
        """List all files, sorted by path."""
        return self._entries

    def size(self, path: str) -> int:
        """Return a file's size in bytes, as the archive's directory says."""
        if path not in self._sizes:
            raise PlaceError("no such file in this wheel", path=path)
        return self._sizes[path]

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Unpack at most `length` bytes from offset `start`."""
        size = self.size(path)
        length = min(length, size - start)
        if start < 0 or length <= 0:
            return b""
        info = self._members[path]
        if info.compress_type != zipfile.ZIP_STORED and start + length > MAX_UNPACKED:
            raise PlaceError(f"not unpacked beyond {MAX_UNPACKED:,} bytes", path=path)
        try:
            data = self._unpack(info, start, length)
        except BROKEN as error:
            raise PlaceError(f"cannot be unpacked: {error}", path=path) from None
        self._read += len(data)
        return data

    def _unpack(self, info: zipfile.ZipInfo, start: int, length: int) -> bytes:
        """Read on from where the last read of the same member stopped, else from its start."""
        if self._open is None or self._open[0] != info.filename or self._open[1].tell() > start:
            if self._open:
                self._open[1].close()
            self._open = (info.filename, self._zip.open(info))
        member = self._open[1]
        try:
            member.seek(start)
            return member.read(length)
        except BROKEN:
            self._open = None
            raise

    def _confined(self) -> dict[str, zipfile.ZipInfo]:
        """Keep members whose names stay inside; of two of one name the last, as installers do."""
        found: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if info.is_dir():
                continue
            if not is_inside(info.filename):
                self._gap(repr(info.filename[:200]), "a name that leads out of the wheel")
            elif len(found) >= _MAX_FILES:
                self._gap(self.ref, f"only the first {_MAX_FILES:,} files are listed")
                break
            else:
                if info.filename in found:
                    self._gap(info.filename, "stands twice in the wheel; the last one is read")
                found[info.filename] = info
        return found

    def _gap(self, where: str, why: str) -> None:
        if len(self.gaps) < 1000:
            self.gaps = (*self.gaps, Gap(where=where, why=why, weakens=("inventory",)))

    def _dist_info(self, name: str) -> str | None:
        """Return the path of a file of the `.dist-info` folder at the top."""
        for path in self._members:
            parts = PurePosixPath(path).parts
            if len(parts) == 2 and parts[0].endswith(".dist-info") and parts[1] == name:
                return path
        return None

    def _record(self) -> dict[str, str]:
        """Read the hashes that RECORD claims."""
        path = self._dist_info("RECORD")
        if path is None:
            return {}
        try:
            text = self.read_range(path, 0, _MAX_RECORD).decode("utf-8", "replace")
            rows = [row for row in csv.reader(text.splitlines()) if len(row) >= 2]
        except (PlaceError, csv.Error) as error:
            self._gap(path, f"its hashes cannot be read: {error}")
            return {}
        pairs = ((row[0], _hex(row[1])) for row in rows)
        return {path: digest for path, digest in pairs if digest}

    def _facts(self, file: Path) -> PlaceFacts:
        """Gather what the package's metadata says of itself."""
        path = self._dist_info("METADATA")
        if path is None:
            return PlaceFacts(name=file.name)
        try:
            raw = self.read_range(path, 0, _MAX_METADATA).decode("utf-8", "replace")
        except PlaceError as error:
            self._gap(path, error.message)
            return PlaceFacts(name=file.name)
        told = HeaderParser().parsestr(raw, headersonly=True)
        fields = {key.lower(): str(value).strip() for key, value in reversed(told.items())}
        keys = ("summary", "license", "license-expression", "home-page")
        return PlaceFacts(
            name=fields.get("name") or file.name,
            publisher=fields.get("author") or fields.get("author-email") or None,
            revision=fields.get("version") or None,
            metadata={key: fields[key][:500] for key in keys if fields.get(key)},
        )


def _hex(told: str) -> str | None:
    """Turn `sha256=URLSAFE-BASE64` into hex."""
    kind, _, digest = told.partition("=")
    if kind != "sha256":
        return None
    try:
        raw = base64.urlsafe_b64decode(digest + "=" * (-len(digest) % 4))
    except (binascii.Error, ValueError):
        return None
    return raw.hex() if len(raw) == 32 else None
