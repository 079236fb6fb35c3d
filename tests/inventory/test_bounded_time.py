"""Hostile documents of one repeated pattern take time in proportion to their length."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import howopen


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("LICENSE", "<!--"),
        ("README.md", "# Training data\n"),
        ("README.md", "[("),
        ("README.md", "| "),
        ("pyproject.toml", "a.b."),
    ],
)
def test_a_repeated_pattern_is_read_in_bounded_time(
    name: str, pattern: str, tmp_path: Path
) -> None:
    (tmp_path / "NOTES.md").write_text("# M\n")
    (tmp_path / name).write_text(pattern * 60_000)
    start = time.process_time()
    howopen.inspect(tmp_path)
    assert time.process_time() - start < 15
