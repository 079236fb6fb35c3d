"""The names inside a zip archive, from its directory alone; nothing is unpacked."""

from __future__ import annotations

import io
import zipfile

from howopen.errors import FormatError, TooLargeError
from howopen.formats.ranged import Ranged

#: A directory of more bytes, or of more names, is not read.
MAX_DIRECTORY = 16_000_000
MAX_NAMES = 20_000


def read_zip_names(read: Ranged, size: int) -> tuple[str, ...]:
    """Read the names of the files in a zip archive.

    Args:
        read: ranged reader over the archive.
        size: its size in bytes.

    Raises:
        FormatError: when it is no zip archive.
        TooLargeError: when its directory is over the cap.
    """
    try:
        with zipfile.ZipFile(_Reader(read, size)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        if isinstance(error, TooLargeError):
            raise
        raise FormatError(f"not a zip archive: {error}") from None
    if len(infos) > MAX_NAMES:
        raise TooLargeError(f"holds more than {MAX_NAMES:,} files")
    return tuple(info.filename for info in infos if not info.is_dir())


class _Reader(io.RawIOBase):
    """A file over a ranged reader that reads no more than a directory may hold."""

    def __init__(self, read: Ranged, size: int) -> None:
        super().__init__()
        self._range = read
        self._size = size
        self._at = 0
        self._left = MAX_DIRECTORY

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._at, self._size)[whence]
        if base + offset < 0:
            raise OSError("a seek before the start")
        self._at = base + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > self._left:
            raise TooLargeError(f"its directory is over {MAX_DIRECTORY:,} bytes")
        self._left -= wanted
        data = self._range(self._at, wanted) if wanted else b""
        self._at += len(data)
        return data
