"""One line on the terminal about what is being fetched; after a second, and never in a pipe."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from howopen.places.progress import fetched_so_far

#: Seconds before the line is shown, and between its changes.
PATIENCE = 1.0
_STEP = 0.2
_WIDTH = 78


class _Line:
    """Shows the line from a thread of its own until it is told to stop."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Clear the line and show it no more."""
        self._done.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        shown = False
        wait = PATIENCE
        while not self._done.wait(wait):
            wait = _STEP
            if now := fetched_so_far():
                shown = True
                sys.stderr.write("\r" + _words(*now)[:_WIDTH].ljust(_WIDTH))
                sys.stderr.flush()
        if shown:
            sys.stderr.write("\r" + " " * _WIDTH + "\r")
            sys.stderr.flush()


_line: _Line | None = None


@contextmanager
def progress() -> Iterator[None]:
    """Show progress while something is done, where standard error is a terminal."""
    global _line  # noqa: PLW0603 - there is one terminal
    if not sys.stderr.isatty():
        yield
        return
    _line = _Line()
    try:
        yield
    finally:
        stop()


def stop() -> None:
    """Clear the line, before anything else is written."""
    global _line  # noqa: PLW0603 - as above
    if _line is not None:
        _line.stop()
        _line = None


def _words(ref: str, count: int) -> str:
    """Say what was fetched.

    >>> _words("pypi:x", 12_345_678), _words("hf:a/b", 900)
    ('reading pypi:x: 12.3 MB', 'reading hf:a/b: 900 bytes')
    """
    safe = "".join(char if char.isprintable() else "?" for char in ref)
    size = f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count:,} bytes"
    return f"reading {safe}: {size}"
