"""HTML built from parts that cannot be confused: text is always escaped, markup never twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from howopen.reports.blocks import Node, Span, Words
from howopen.reports.clean import clean

_VOID = frozenset({"meta", "br", "hr", "col"})
_HTTP = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: str) -> Html:
    """Clean and escape a text."""
    return value if isinstance(value, Html) else Html(escape(clean(value), quote=True))


def join(parts: Iterable[str]) -> Html:
    """Join parts, escaping those that are text."""
    return Html("".join(map(text, parts)))


def tag(name: str, /, *children: str, **attributes: str | bool) -> Html:
    """Build an element.

    Attribute names lose a trailing underscore and have inner ones turned into hyphens; `True` gives
    an attribute without a value, `False` and an empty value none.

    >>> tag("p", "a < b", class_="x")
    '<p class="x">a &lt; b</p>'
    """
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{join(children)}</{name}>")


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(clean(value), quote=True)}"' if value else ""


def link(url: str) -> Html:
    """Link to a URL if it is http or https; show anything else as text."""
    if _HTTP.fullmatch(url) is None:
        return tag("code", url)
    return tag("a", url, href=url, rel="noopener noreferrer nofollow")


def span(run: Span) -> Html:
    """Show words in their tone."""
    if run.tone == "":
        return text(run.text)
    if run.tone == "link":
        return link(run.text)
    if run.tone == "quote":
        return tag("q", run.text.removeprefix("“").removesuffix("”"))
    name = {"code": "code", "strong": "b"}.get(run.tone, "span")
    return tag(name, run.text, class_=run.tone if name == "span" else "")


def words(run: Words) -> Html:
    """Show a run of words."""
    return join(map(span, run))


def tree(nodes: Iterable[Node]) -> Html:
    """Show a proof as nested lists."""
    items = [tag("li", words(each.words), tree(each.below)) for each in nodes]
    return tag("ul", *items, class_="proof") if items else Html("")


def chip(said: str, tone: str) -> Html:
    """Show a judgement as a small label."""
    return tag("span", said, class_=f"chip {tone or 'plain'}")


def unseen(said: str) -> Html:
    """Say something to screen readers only."""
    return tag("span", said, class_="unseen")


def folded(summary: str, *inside: str, class_: str = "", shown: bool = False) -> Html:
    """Fold something away under a summary that opens it; with nothing inside, show the summary."""
    if not any(inside):
        return tag("div", summary, class_=f"flat {class_}".strip())
    return tag("details", tag("summary", summary), *inside, class_=class_, open=shown)


def table(caption: str, columns: Iterable[str], rows: Iterable[str], class_: str = "") -> Html:
    """Build a table with a caption for screen readers and scoped headings."""
    head = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in columns)))
    made = tag("table", tag("caption", caption), head, tag("tbody", *rows), class_=class_)
    return tag("div", made, class_="wide", role="region", aria_label=caption, tabindex="0")
