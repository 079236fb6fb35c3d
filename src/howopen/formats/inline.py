"""Inline markup: links found, and markup taken off while line breaks stay where they are."""

from __future__ import annotations

import html
import re

from howopen.release import Noun

#: Comments, scripts and styles: no reader of the page sees them.
INVISIBLE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE
)

_TEXT = r"\[([^\[\]]{0,600}+)\]"
_TARGET = (
    r"\(\s{0,3}<?((?:[^()\s<>]|\([^()\s]{0,200}\)){0,2000}+)>?"
    r"(?:\s{1,3}[\"'][^\"'\n]{0,300}[\"'])?\s{0,3}\)"
)
_IMAGE = re.compile("!" + _TEXT + _TARGET)
_INLINE = re.compile(_TEXT + _TARGET)
_REFERENCE = re.compile(r"\[([^\[\]]{1,600}+)\]\[([^\[\]]{0,200})\]")
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]^]{1,200}+)\]:[ \t]{1,8}<?([^\s<>]{1,2000}+)>?"
    r"(?:[ \t]{1,8}[\"'(][^\n]{0,300})?[ \t]{0,8}$",
    re.MULTILINE,
)
_ANCHOR = re.compile(
    r"<a\b(?>[^<>]{0,1000}?href\s{0,3}=\s{0,3})[\"']?([^\"'\s<>]{1,2000}+)[^<>]{0,1000}+>"
    r"((?:(?!</a>).){0,600})</a>",
    re.IGNORECASE | re.DOTALL,
)
_RST = re.compile(r"`([^`<>]{1,300}+)<(https?://[^<>\s`]{1,2000}+)>`__?")
_BARE = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]（）。，；、]{3,2000}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}+>")
_BREAK = re.compile(r"<br\s{0,3}/?>|</(?:p|div|li|td|th|tr|h[1-6])>", re.IGNORECASE)
_ROLE = re.compile(r":[a-z]{1,20}:(?=`)")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~|`+")
_TRAILING = ".,;:!?)'\"*_"


class Link(Noun, frozen=True, kw_only=True):
    """A link: its plain text (empty for a bare URL), its target as written, and its line."""

    text: str
    url: str
    line: int


def find_links(text: str, first_line: int = 1) -> tuple[Link, ...]:
    """Find links in the order in which they stand.

    Args:
        text: Markdown, reStructuredText or HTML.
        first_line: the line of the file on which it starts.
    """
    spans: list[tuple[int, str, str]] = []
    rest = text
    targets = {name.lower(): url for name, url in _DEFINITION.findall(text)}
    for pattern, order in ((_IMAGE, (1, 2)), (_INLINE, (1, 2)), (_ANCHOR, (2, 1)), (_RST, (1, 2))):
        rest = _collect(pattern, order, rest, spans)
    for match in _REFERENCE.finditer(rest):
        url = targets.get((match.group(2) or match.group(1)).lower())
        if url:
            spans.append((match.start(), match.group(1), url))
    for match in _BARE.finditer(rest):
        spans.append((match.start(), "", match.group().rstrip(_TRAILING)))
    return _numbered(text, spans, first_line)


def _collect(
    pattern: re.Pattern[str], order: tuple[int, int], text: str, spans: list[tuple[int, str, str]]
) -> str:
    """Collect one kind of link, blanking its target so that no other kind finds it again."""

    def blank(match: re.Match[str]) -> str:
        label, url = match.group(order[0]), match.group(order[1])
        spans.append((match.start(), label, url))
        whole = match.group()
        at = match.start(order[0]) - match.start()
        shown = _BARE.sub(lambda found: " " * len(found.group()), label)
        padded = " " * at + shown.replace("[", " ").replace("]", " ")
        return padded + " " * (len(whole) - len(padded))

    return pattern.sub(blank, text)


def _numbered(text: str, spans: list[tuple[int, str, str]], first_line: int) -> tuple[Link, ...]:
    found = []
    at, line = 0, first_line
    for start, label, url in sorted(spans):
        line += text.count("\n", at, start)
        at = start
        if url:
            found.append(Link(text=" ".join(plain(label).split()), url=url, line=line))
    return tuple(found)


def plain(text: str) -> str:
    """Take markup off: images, link targets, HTML tags, emphasis; every line break stays.

    >>> plain("**Free** as in [beer](https://a.example), `ls`")
    'Free as in beer, ls'
    """
    if "[" in text:
        text = _IMAGE.sub(_breaks, text)
        text = _INLINE.sub(_label, text)
        text = _DEFINITION.sub(_breaks, text)
        text = _REFERENCE.sub(r"\1", text)
    if "<" in text:
        text = _RST.sub(_label, text)
        text = _BREAK.sub(lambda match: " " + _breaks(match), text)
        text = _TAG.sub(_breaks, text)
    if "`" in text:
        text = _ROLE.sub("", text)
    text = _EMPHASIS.sub("", text)
    return html.unescape(text) if "&" in text else text


def _label(match: re.Match[str]) -> str:
    """Return a link's label, with the line breaks of the whole link."""
    label = match.group(1)
    return label + "\n" * (match.group().count("\n") - label.count("\n"))


def _breaks(match: re.Match[str]) -> str:
    """Return only the line breaks of what was matched."""
    return "\n" * match.group().count("\n")
