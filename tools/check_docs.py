"""Check that the sessions in the documents show what the commands print today.

A session is a fenced block marked `console`: lines after `$ ` are commands, what follows is their
output, and a line `...` stands for any lines. Only `howopen` commands are run.

Usage: python tools/check_docs.py [--write] FILE...
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)

#: Sessions are printed this wide, so that they fit a page.
COLUMNS = "96"


class Step(NamedTuple):
    """One command of a session, and the lines that the document shows for it."""

    command: str
    shown: str


def sessions(text: str) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield each session of a document, as written and as steps."""
    for block in BLOCK.finditer(text):
        parts = re.split(r"^\$ (.*)\n", block.group(1), flags=re.M)
        pairs = zip(parts[1::2], parts[2::2], strict=True)
        yield block.group(1), tuple(Step(command, shown) for command, shown in pairs)


def output_of(command: str) -> str:
    """Run a `howopen` command in the root of the project; return what it prints."""
    words = shlex.split(command)
    if words[0] != "howopen":
        raise SystemExit(f"not a howopen command: {command}")
    run = subprocess.run(
        [sys.executable, "-m", "howopen", *words[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": COLUMNS, "NO_COLOR": "1"},
    )
    return "\n".join(line.rstrip() for line in (run.stdout + run.stderr).splitlines()) + "\n"


def agrees(shown: str, printed: str) -> bool:
    r"""Tell whether a shown output is the printed one; dates of today may differ.

    >>> agrees("a\n...\nd\n", "a\nb\nc\nd\n"), agrees("a\n", "b\n")
    (True, False)
    """
    pieces = [re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.M)]
    pattern = r"(?:.*\n)*".join(pieces)
    pattern = re.sub(r"20\d\d\\-\d\d\\-\d\d", r"20\\d\\d-\\d\\d-\\d\\d", pattern)
    return re.fullmatch(pattern, printed) is not None


def main() -> None:
    """Check the documents, or with --write put today's output into them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    wrong = 0
    for file in options.files:
        text = file.read_text(encoding="utf-8")
        for whole, steps in list(sessions(text)):
            printed = [output_of(step.command) for step in steps]
            if all(agrees(step.shown, out) for step, out in zip(steps, printed, strict=True)):
                continue
            wrong += 1
            print(f"{file}: `{steps[0].command}` prints something else")
            fresh = "".join(f"$ {s.command}\n{o}" for s, o in zip(steps, printed, strict=True))
            text = text.replace(whole, fresh)
        if options.write:
            file.write_text(text, encoding="utf-8")
    sys.exit(1 if wrong and not options.write else 0)


if __name__ == "__main__":
    main()
