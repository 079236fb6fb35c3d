"""The documents say what the commands do today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tools.check_docs import agrees, output_of, sessions

from howopen.cli.main import COMMANDS
from howopen.errors import HowopenError
from howopen.places import open_place
from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


@pytest.mark.registry
def test_every_session_of_the_readme_shows_what_is_printed_today() -> None:
    try:
        open_place("pypi:silero-vad==6.2.3")
    except HowopenError as error:
        pytest.skip(f"the package index cannot be reached: {error}")
    steps = [step for _, steps in sessions(README) for step in steps]
    assert len(steps) >= 2
    for step in steps:
        assert step.shown.strip()
        assert agrees(step.shown, output_of(step.command)), step.command


def test_a_shown_output_may_leave_lines_out_and_nothing_else() -> None:
    assert agrees("a\n...\nd\n", "a\nb\nc\nd\n")
    assert agrees("as of 2026-01-01\n", "as of 2027-12-31\n")
    assert not agrees("a\n", "b\n")
    assert not agrees("a\n", "a\nb\n")


def test_the_readme_names_every_command() -> None:
    assert [
        name for name in COMMANDS if f"`{name} " not in README and f" {name} " not in README
    ] == []


def test_the_readme_has_exactly_one_line_to_run_and_one_to_test() -> None:
    lines = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.M | re.S)
    assert [text.count("\n") for text in lines] == [1, 1]
    assert "pypi:silero-vad==6.2.3" in lines[0]
    assert "pytest" in lines[1]


def test_every_file_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


@pytest.mark.parametrize("path", sorted((REPOSITORY / "docs").glob("*.md")), ids=lambda p: p.name)
def test_every_document_begins_with_its_title(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")
