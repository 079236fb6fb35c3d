"""The one loader of knowledge files: typed, lazy, cached, with `file:key` in every error.

A `Knowledge` looks through several roots, the user's first: a folder with the same layout as this
package's (`licenses/ID.toml`, `definitions/ID.toml`, `tags.toml`, ...) adds entries or replaces
them. One question about Llama 2 reads one license file.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import TypeVar, cast

import msgspec

from howopen.errors import KnowledgeError, unknown_term

T = TypeVar("T")

#: Version of the knowledge that ships with this package; verdicts and JSON carry it.
VERSION = "2026.11.22"

#: A knowledge file larger than this is refused.
MAX_BYTES = 4_000_000

HERE = Path(__file__).parent


class Knowledge:
    """All knowledge of one run: our own, after that of the user's folders.

    Args:
        roots: folders with knowledge, searched in order before our own.
    """

    version = VERSION

    def __init__(self, *roots: Path) -> None:
        self.roots = (*roots, HERE)
        self._cache: dict[tuple[str, str], object] = {}

    def table(self, name: str, kind: type[T]) -> T:
        """Read a single-file table, for example `table("actions.toml", Actions)`.

        The first root that has the file wins.

        Raises:
            KnowledgeError: when the file is missing or malformed.
        """
        key = (name, repr(kind))
        if key not in self._cache:
            self._cache[key] = read_toml(self.find(name), kind)
        return cast("T", self._cache[key])  # the cache is keyed by `kind`

    def tables(self, name: str, kind: type[T]) -> tuple[T, ...]:
        """Read a table from every root that has it, the user's first."""
        return tuple(read_toml(root / name, kind) for root in self.roots if (root / name).is_file())

    def entry(self, folder: str, ident: str, kind: type[T]) -> T:
        """Read one entry of a folder, for example `entry("licenses", "llama-2", License)`.

        Raises:
            UnknownTermError: when no root has it; near ids are in the hint.
            KnowledgeError: when the file is malformed.
        """
        if ident not in self.ids(folder):
            raise unknown_term(folder.rstrip("s"), ident, self.ids(folder))
        return self.table(f"{folder}/{ident}.toml", kind)

    def ids(self, folder: str) -> tuple[str, ...]:
        """List the ids of all entries of a folder, sorted; reads no file."""
        return _ids(self.roots, folder)

    def find(self, name: str) -> Path:
        """Find a file by its name below a root.

        Raises:
            KnowledgeError: when no root has it.
        """
        for root in self.roots:
            path = root / name
            if path.is_file():
                return path
        raise KnowledgeError(
            f"no knowledge file {name!r}", hint="reinstall howopen, or check --knowledge"
        )


@functools.lru_cache(maxsize=64)
def _ids(roots: tuple[Path, ...], folder: str) -> tuple[str, ...]:
    return tuple(sorted({path.stem for root in roots for path in (root / folder).glob("*.toml")}))


def read_toml(path: Path, kind: type[T]) -> T:
    """Read one TOML file into a typed value.

    Raises:
        KnowledgeError: names file, key and what was expected.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KnowledgeError(f"over {MAX_BYTES} bytes", path=str(path), hint="split it")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(data, kind, strict=True)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(str(error), path=str(path), hint="mend the file") from error
    except msgspec.ValidationError as error:
        raise KnowledgeError(
            str(error).replace(" - at ", " at key "), path=str(path), hint="mend that key"
        ) from error


@functools.cache
def default() -> Knowledge:
    """Return the knowledge that ships with this package."""
    return Knowledge()
