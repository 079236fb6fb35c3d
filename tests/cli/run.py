"""Run the command line as a user does: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def howopen(
    *arguments: str | Path, given: str | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `howopen` with arguments, and with text on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "howopen", *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "COLUMNS": "100", **(env or {})},
    )
