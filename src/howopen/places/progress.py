"""What is being fetched over the network just now, for whoever shows progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

#: The REF that is being fetched, and what tells how many bytes of it are here.
_now: tuple[str, Callable[[], int]] | None = None


def fetching(ref: str, measure: Callable[[], int]) -> None:
    """Say that a REF is being fetched from now on; an earlier one is forgotten."""
    global _now  # noqa: PLW0603 - one process fetches one release at a time
    _now = (ref, measure)


def fetched() -> None:
    """Say that nothing is being fetched any more."""
    global _now  # noqa: PLW0603 - as above
    _now = None


def fetched_so_far() -> tuple[str, int] | None:
    """Return the REF that is being fetched and its bytes so far; None where nothing is."""
    now = _now
    if now is None:
        return None
    try:
        return now[0], now[1]()
    except OSError:
        return now[0], 0


def bytes_in(folder: Path) -> int:
    """Return the bytes of all files below a folder that is being written to."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total
