"""The report in a terminal: width, color, nothing lost, nothing that a release could inject."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from rich.cells import cell_len

from howopen.reports import render
from howopen.reports.terminal import wants_color
from tests.reports import sample

REPORT = sample.report()


def letters(text: str) -> Counter[str]:
    return Counter(text) - Counter({" ": 10**9, "\n": 10**9})


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, verbose: bool) -> None:
    text = render(REPORT, width=width, color=False, verbose=verbose)
    assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [76, 80, 100, 120, 160])
def test_columns_lose_no_letter_however_narrow(width: int) -> None:
    wide = letters(render(REPORT, width=2000, color=False))
    assert letters(render(REPORT, width=width, color=False)) == wide


@pytest.mark.parametrize("width", [20, 33, 60, 75])
def test_stacked_rows_lose_no_letter_however_narrow(width: int) -> None:
    titles = letters(render(REPORT, width=75, color=False))
    assert letters(render(REPORT, width=width, color=False)) == titles


@pytest.mark.parametrize("verbose", [False, True])
def test_plain_text_holds_no_escape_and_no_override(verbose: bool) -> None:
    text = render(REPORT, width=80, color=False, verbose=verbose)
    assert not set(text) & set("\x1b\x07\x00\r\u202e\u2028\udc80")


def test_color_adds_only_color() -> None:
    colored = render(REPORT, width=80, color=True)
    assert "\x1b[" in colored
    assert "\x1b]" not in colored
    plain = render(REPORT, width=80, color=False)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored).split() == plain.split()


def test_the_verdict_stands_in_the_first_lines() -> None:
    first = " ".join(render(REPORT, width=200, color=False).splitlines()[:2])
    assert "Llama 2 Community License Agreement" in first
    assert "you may run it, commercially too, on 1 condition" in first
    assert "not open source AI" in first


def test_what_is_not_found_is_one_line_with_where_it_was_looked_for() -> None:
    text = render(REPORT, width=200, color=False)
    assert "not found: training code, paper\n" in text
    assert "looked for files *training-code* in 9 files" in text


def test_verbose_quotes_the_clause_with_its_lines() -> None:
    text = " ".join(render(REPORT, width=200, color=False, verbose=True).split())
    assert "LICENSE:57-64 “more than 700 million users" in text


def test_no_color_and_a_dumb_terminal_are_honored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert wants_color()
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_color()
    monkeypatch.delenv("TERM")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_color()


def test_a_plain_render_imports_little() -> None:
    code = (
        "import sys, json\n"
        "from tests.reports import sample\n"
        "report = sample.report()\n"
        "from howopen.reports import render\n"
        "before = set(sys.modules)\n"
        "render(report, width=80, color=False)\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(out.stdout))
    for heavy in ("rich.markdown", "rich.syntax", "rich.progress", "pygments", "html", "asyncio"):
        assert heavy not in loaded
