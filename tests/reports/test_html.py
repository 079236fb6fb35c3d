"""The HTML report: self-contained, safe, and usable with keyboard, screen reader and phone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from howopen.errors import UnknownTermError
from howopen.reports import render
from howopen.reports.html import notebook, style
from tests.reports import sample

REPORT = sample.report()
PAGE = render(REPORT, "html")
VOID = {"meta", "br", "hr", "col", "rect", "line", "polygon"}


class Reader(HTMLParser):
    """Collects elements, and checks that each is closed by its own end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "hr", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text.append(data)


@pytest.fixture(scope="module")
def page() -> Reader:
    reader = Reader()
    reader.feed(PAGE)
    reader.close()
    assert reader.open == []
    return reader


def attributes(page: Reader, tag: str) -> list[dict[str, str | None]]:
    return [attrs for name, attrs in page.elements if name == tag]


def test_nothing_of_a_release_becomes_an_element(page: Reader) -> None:
    names = {tag for tag, _ in page.elements}
    assert not names & {"script", "img", "iframe", "object", "embed", "form", "link", "base"}
    assert "<script>alert(1)</script>" in "".join(page.text)


def test_no_attribute_runs_or_loads_anything(page: Reader) -> None:
    for _, attrs in page.elements:
        assert not [name for name in attrs if name.startswith("on") or name in ("src", "style")]


def test_links_go_to_the_page_itself_or_over_http(page: Reader) -> None:
    hrefs = [attrs["href"] or "" for attrs in attributes(page, "a")]
    assert [href for href in hrefs if href.startswith("https://")]
    assert all(href.startswith(("#", "https://", "http://")) for href in hrefs)
    assert "javascript:alert(1)" in "".join(page.text)


def test_the_policy_forbids_everything_but_the_style_in_the_page(page: Reader) -> None:
    policies = [
        attrs["content"]
        for attrs in attributes(page, "meta")
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert "url(" not in style()
    assert "@import" not in style()


def test_ids_are_unique_and_every_anchor_has_one(page: Reader) -> None:
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    anchors = {(attrs["href"] or "")[1:] for attrs in attributes(page, "a")}
    assert {anchor for anchor in anchors if "/" not in anchor} <= set(ids)


def test_headings_begin_with_one_h1_and_skip_no_level(page: Reader) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_scoped_headings(page: Reader) -> None:
    assert len(attributes(page, "table")) == len(attributes(page, "caption")) > 0
    assert all(attrs.get("scope") in ("row", "col") for attrs in attributes(page, "th"))


def test_language_viewport_and_picture_are_described(page: Reader) -> None:
    assert attributes(page, "html") == [{"lang": "en"}]
    assert "viewport" in [attrs.get("name") for attrs in attributes(page, "meta")]
    assert attributes(page, "svg")[0]["role"] == "img"
    assert "Lineage of meta-llama/Llama-2-7b red" in "".join(page.text)


def test_clauses_open_the_quoted_lines() -> None:
    assert PAGE.count("<summary>") == PAGE.count("<details") > 10
    assert "<code>LICENSE:57-64</code>  <q>more than 700 million users" in PAGE


def test_hostile_characters_are_gone() -> None:
    assert not set(PAGE) & set("\x1b\x00\u202e\u2028\udc80")


def test_the_advice_is_given_once() -> None:
    assert PAGE.count("not legal advice") == 1


def test_html_is_for_reports_only() -> None:
    with pytest.raises(UnknownTermError, match="json"):
        render(REPORT.answers[0], "html")


def test_a_notebook_gets_the_page_in_a_frame_that_runs_nothing() -> None:
    framed = notebook(REPORT)
    assert framed.startswith("<iframe")
    assert "allow-scripts" not in framed


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    *((ink, back) for ink in ("ink", "soft", "link") for back in ("page", "card")),
    *((tone, f"{tone}-back") for tone in ("good", "bad", "warn", "plain")),
    *((ink, "bad-back") for ink in ("ink", "link")),
    *((tone, back) for tone in ("good", "bad", "warn") for back in ("page", "card")),
    *(("on", shade) for shade in ("open", "conditions", "restricted", "unstated", "unknown")),
    *((shade, "page") for shade in ("open", "conditions", "restricted", "unstated", "unknown")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "back"), PAIRS)
def test_text_contrast_meets_wcag_aa(scheme: str, ink: str, back: str) -> None:
    light, dark = re.findall(r":root\{(.*?)\}", style(), re.DOTALL)[:2]
    colors = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", light if scheme == "light" else dark))
    assert contrast(colors[ink], colors[back]) >= 4.5
