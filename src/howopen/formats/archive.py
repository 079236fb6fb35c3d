"""The names inside a zip archive, from its directory alone; nothing is unpacked."""

from __future__ import annotations

import zipfile

from howopen.errors import FormatError, TooLargeError
from howopen.formats.ranged import Ranged
from howopen.places.rangefile import OverBudgetError, RangeFile

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
        with zipfile.ZipFile(RangeFile(read, size, MAX_DIRECTORY)) as archive:
            infos = archive.infolist()
    except OverBudgetError:
        raise TooLargeError(f"its directory is over {MAX_DIRECTORY:,} bytes") from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise FormatError(f"not a zip archive: {error}") from None
    if len(infos) > MAX_NAMES:
        raise TooLargeError(f"holds more than {MAX_NAMES:,} files")
    return tuple(info.filename for info in infos if not info.is_dir())
