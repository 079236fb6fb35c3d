"""Progress is shown on a terminal only, and only after a second."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys, time
from howopen.cli.progress import progress
from howopen.places.progress import fetching
with progress():
    fetching("pypi:some-model==1", lambda: 5_000_000)
    time.sleep(float(sys.argv[1]))
print("answer")
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def on_a_terminal(seconds: str) -> str:
    """Run the script with its standard error on a terminal, and return what that shows."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, seconds], stderr=theirs, stdout=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stdout.read() == b"answer\n"
    os.write(theirs, b".")
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    return shown


def test_what_takes_long_is_shown_in_bytes_and_cleared() -> None:
    shown = on_a_terminal("1.3")
    assert "reading pypi:some-model==1: 5.0 MB" in shown
    assert shown.rstrip(".").endswith("\r")


def test_what_is_quick_shows_nothing() -> None:
    assert on_a_terminal("0.1") == "."


def test_a_pipe_gets_no_progress() -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, "1.3"], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
