"""Prose: sections, sentences and links, each with its lines."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.formats.markdown import blocks, links, sections, sentences

README = """\
# A **model**

It is [open](https://a.example/x). We say so,
e.g. here. It is not free!

> Quoted words.

- one item
- two items
  go on

```bash
pip install it. Now.
```

| License | Name |
|---|---|
| MIT | a |

## License

<!-- Not said. -->
Weights: <b>research</b> only.<br/>Code: MIT.
"""


def test_sentences_have_their_lines_and_sections() -> None:
    found = [(each.text, each.lines, each.kind) for each in sentences(README)]
    assert found == [
        ("A model", (1, 1), "heading"),
        ("It is open.", (3, 3), "prose"),
        ("We say so, e.g. here.", (3, 4), "prose"),
        ("It is not free!", (4, 4), "prose"),
        ("Quoted words.", (6, 6), "prose"),
        ("one item", (8, 8), "item"),
        ("two items go on", (9, 10), "item"),
        ("pip install it. Now.", (12, 14), "code"),
        ("License | Name", (16, 16), "row"),
        ("MIT | a", (18, 18), "row"),
        ("License", (20, 20), "heading"),
        ("Weights: research only.", (23, 23), "prose"),
        ("Code: MIT.", (23, 23), "prose"),
    ]
    by_text = {each.text: each for each in sentences(README)}
    assert by_text["Quoted words."].quoted
    assert not by_text["It is open."].quoted
    assert by_text["pip install it. Now."].code
    assert by_text["Code: MIT."].section == "License"
    assert by_text["It is open."].section == "A model"


def test_sections_are_cut_at_headings() -> None:
    found = sections(README, 11)
    assert [(each.title, each.level, each.lines) for each in found] == [
        ("A model", 1, (11, 29)),
        ("License", 2, (30, 34)),
    ]
    assert found[1].text.startswith("\n<!-- Not said. -->")


def test_what_stands_before_the_first_heading_is_a_section_without_a_title() -> None:
    assert [each.title for each in sections("words\n\n# T\n")] == ["", "T"]
    assert [each.title for each in sections("words only")] == [""]


def test_lines_count_from_where_the_prose_starts() -> None:
    assert sentences("One.\nTwo.", 40)[1].lines == (41, 41)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[t](https://a.example/b)", [("t", "https://a.example/b")]),
        ("[![badge](i.svg)](LICENSE)", [("badge", "LICENSE"), ("badge", "i.svg")]),
        ("see https://a.example/b.", [("", "https://a.example/b")]),
        ("<https://a.example>", [("", "https://a.example")]),
        ('<a class="x" href="u.html"><b>t</b></a>', [("t", "u.html")]),
        ("[t][r]\n\n[r]: https://a.example", [("t", "https://a.example")]),
        ("`t <https://a.example>`_", [("t", "https://a.example")]),
        ("[https://a.example](https://a.example)", [("https://a.example", "https://a.example")]),
        ("[t](a_(b).md 'title')", [("t", "a_(b).md")]),
        ("no link (really)", []),
    ],
)
def test_links_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(link.text, link.url) for link in links(text)][: len(expected)] == expected
    if not expected:
        assert links(text) == ()


def test_links_have_lines() -> None:
    assert [(link.url, link.line) for link in links("a\n[x](u)\n\n[y](v)", 5)] == [
        ("u", 6),
        ("v", 8),
    ]


def test_chinese_sentences_are_split() -> None:
    text = "本模型开源。可以商用吗？不可以！\n详见许可证。"
    assert [(each.text, each.lines[0]) for each in sentences(text)] == [
        ("本模型开源。", 1),
        ("可以商用吗？", 1),
        ("不可以！", 1),
        ("详见许可证。", 2),
    ]


def test_restructured_text_is_roughly_read() -> None:
    text = "Title\n=====\n\nSee `the terms <https://a.example>`_ now.\n\n.. image:: x.png\n\n::\n"
    found = sentences(text)
    assert (found[0].text, found[0].kind, found[0].lines) == ("Title", "heading", (1, 1))
    assert found[1].text == "See the terms now."
    assert found[2].code


def test_images_and_comments_are_no_prose() -> None:
    text = "![License: MIT](b.svg)\n\n<!--\nIt is open source.\n-->\n\nIt is not.\n"
    assert [(each.text, each.lines) for each in sentences(text)] == [("It is not.", (7, 7))]


HOSTILE = [
    "[" * 100_000,
    "[a](" * 50_000,
    "<a href=x " * 30_000,
    "<a " * 100_000,
    "![" * 100_000,
    " " * 200_000 + "x",
    "|" + " " * 200_000 + "x",
    "`" * 100_000,
    "<!--" * 50_000,
    "a. " * 70_000,
    ("." + " " * 1000) * 200,
    "- " * 100_000,
    "*_" * 100_000,
    "[a]: " * 50_000,
    "http://" * 30_000,
    ">" * 100_000,
    "<h1>" * 50_000,
    "(" * 100_000,
    "[](" + "[](" * 50_000,
    "`a<http://" * 20_000,
    "&" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_costs_linear_time(text: str) -> None:
    start = time.process_time()
    sentences(text)
    links(text)
    sections(text)
    assert time.process_time() - start < 1.5


@given(st.text(alphabet=st.sampled_from("ab .\n#->|`*_[]()<!=~:\t1"), max_size=300))
def test_no_prose_fails_and_every_line_is_in_the_text(text: str) -> None:
    last = text.count("\n") + 1
    spans = [each.lines for each in sentences(text)] + [each.lines for each in sections(text)]
    assert all(1 <= start <= stop <= last for start, stop in spans)
    for block, following in zip(blocks(text), blocks(text)[1:], strict=False):
        assert block.line <= block.stop
        assert block.line <= following.line
    assert all(1 <= link.line <= last for link in links(text))
