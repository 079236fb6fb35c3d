"""The report as Markdown: tables hold together, and nothing of a release becomes markup."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from howopen.reports import render
from howopen.reports.blocks import Line, Row, Span, Table, words
from howopen.reports.markdown import code, write
from tests.reports import sample

REPORT = sample.report()


def cells(row: str) -> list[str]:
    return re.split(r"(?<!\\)(?:\\\\)*\|", row)[1:-1]


def test_the_page_has_one_title_and_a_heading_for_each_section() -> None:
    text = render(REPORT, "markdown")
    assert len(re.findall(r"(?m)^# ", text)) == 1
    heads = re.findall(r"(?m)^## ([A-Z][\w ]+?)(?: \(|$)", text)
    assert heads[:2] == ["Components", "Lineage"]
    assert {"How open", "Claims", "Findings", "What could not be read"} <= set(heads)


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    text = render(REPORT, "markdown")
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        counts = {len(cells(row)) for row in table.splitlines()}
        assert len(counts) == 1


def test_hostile_strings_stay_text() -> None:
    text = render(REPORT, "markdown", verbose=True)
    bare = re.sub(r"`[^`\n]*`", "", text)
    assert not re.search(r"(?<!\\)<", bare)
    assert not re.search(r"(?<!\\)\]\(", bare)
    assert "@everyone" not in bare
    assert "\u202e" not in text


@given(st.text())
def test_a_cell_with_any_text_keeps_the_table_whole(text: str) -> None:
    made = write(
        [
            Table(
                columns=("a", "b"),
                rows=(Row(cells=(words(Span(text, "code"), text), words(Span(text, "strong")))),),
            )
        ]
    )
    head, rule, row = made.strip("\n").split("\n")
    assert len(cells(row)) == len(cells(head)) == len(cells(rule)) == 2


@given(st.text())
def test_code_is_never_left_open(text: str) -> None:
    made = code(text)
    runs = re.findall("`+", made)
    if runs:
        longest = max(map(len, runs[1:-1]), default=0)
        assert len(runs[0]) == len(runs[-1]) > longest


@given(st.text(min_size=1))
def test_no_html_tag_can_be_opened(text: str) -> None:
    assert not re.search(r"(?<!\\)(?:\\\\)*<", write([Line(words=words(text))]))


def test_verbose_adds_the_proof() -> None:
    assert "more than 700 million users" not in render(REPORT, "markdown")
    assert "more than 700 million users" in render(REPORT, "markdown", verbose=True)
