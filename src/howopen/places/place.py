"""What a place is: a read-only tree of files with ranged reads, plus the facts only it knows."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping

from howopen.release import Evidence, Gap, How, Noun, Revision

#: No text file is read beyond this many bytes; a longer one is cut there and the cut is a gap.
MAX_TEXT = 8_000_000


class Entry(Noun, frozen=True, kw_only=True):
    """One file of a place: its path with `/`, its size in bytes, its sha256 where it is known."""

    path: str
    size: int
    sha256: str | None = None


class PlaceFacts(Noun, frozen=True, kw_only=True):
    """What only the place knows of a release; None and empty where it knows nothing.

    Attributes:
        name: the release's name there, for example `owner/name`.
        publisher: the owner there.
        revision: the exact revision that is read.
        gated: whether one must ask or agree before a download: `auto`, `manual`, or empty.
        private: whether only some can see it.
        created: when it was put there.
        modified: when it was last changed.
        tags: the place's own tags, such as `license:mit` or `base_model:finetune:a/b`.
        history: earlier revisions.
        metadata: further keys and values, as the place gives them.
    """

    name: str
    publisher: str | None = None
    revision: str | None = None
    gated: str = ""
    private: bool = False
    created: dt.date | None = None
    modified: dt.date | None = None
    tags: tuple[str, ...] = ()
    history: tuple[Revision, ...] = ()
    metadata: Mapping[str, str] = {}


class Place(ABC):
    """A release's files, read-only. Nothing is executed, followed out of the tree, or written.

    Attributes:
        ref: the REF it was opened by, normalised.
        kind: folder, file, pypi, hf or manifest.
        facts: what only the place knows.
        gaps: what could not be listed, such as a link that leads out of the folder.
    """

    ref: str
    kind: str
    facts: PlaceFacts
    gaps: tuple[Gap, ...]

    @abstractmethod
    def entries(self) -> tuple[Entry, ...]:
        """List all files, sorted by path."""

    @abstractmethod
    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Read at most `length` bytes from offset `start`; fewer only at the end of the file.

        Raises:
            PlaceError: when the file is not there or cannot be read.
        """

    def read_into(self, path: str, start: int, buffer: memoryview) -> int:
        """Fill a buffer from offset `start` of a file; return how many bytes came.

        Raises:
            PlaceError: when the file is not there or cannot be read.
        """
        data = self.read_range(path, start, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    @property
    def bytes_read(self) -> int:
        """Bytes of content fetched so far."""
        return 0

    @property
    def requests(self) -> int:
        """Network requests made so far."""
        return 0

    def size(self, path: str) -> int:
        """Return a file's size in bytes.

        Raises:
            PlaceError: when there is no such file.
        """
        from howopen.errors import PlaceError  # noqa: PLC0415

        for entry in self.entries():
            if entry.path == path:
                return entry.size
        raise PlaceError("no such file in this place", path=path, hint="list it with show")

    def read(self, path: str, limit: int = MAX_TEXT) -> bytes:
        """Read a whole file, or its first `limit` bytes when it is longer."""
        return self.read_range(path, 0, min(self.size(path), limit))

    def evidence(  # noqa: PLR0913 - one argument a field of the noun it builds
        self,
        how: How,
        quote: str,
        path: str | None = None,
        *,
        lines: tuple[int, int] | None = None,
        span: tuple[int, int] | None = None,
        sha256: str | None = None,
    ) -> Evidence:
        """Build evidence for something seen in this place."""
        return Evidence(
            how=how,
            source=self.ref,
            revision=self.facts.revision,
            path=path,
            lines=lines,
            span=span,
            quote=quote,
            sha256=sha256,
        )
