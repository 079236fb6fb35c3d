"""Changes that people make to license texts: some only to the layout, some to the terms.

A mutation takes a text, a source of chance, and the spans of characters that are terms; it returns
the changed text, or None where the text has nothing of the kind. `Edit` also says where.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Iterable
from random import Random
from typing import NamedTuple


def chance(seed: object) -> Random:
    """Return a source of chance that repeats."""
    return Random(str(seed))  # noqa: S311 - it chooses what to change, and keeps no secret


Spans = tuple[tuple[int, int], ...]


class Edit(NamedTuple):
    """A changed text, and the place of the change in the text it was made from."""

    text: str
    start: int
    stop: int


Layout = Callable[[str, Random], str]
Change = Callable[[str, Random, Spans], Edit | None]


def _paragraphs(text: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", text) if one.strip()]


def reflowed(text: str, _: Random) -> str:
    """Wrap every paragraph at 60 columns."""
    return "\n\n".join(
        textwrap.fill(" ".join(one.split()), 60, break_long_words=False)
        for one in _paragraphs(text)
    )


def one_line_paragraphs(text: str, _: Random) -> str:
    """Put every paragraph on one line."""
    return "\n\n".join(" ".join(one.split()) for one in _paragraphs(text))


def as_markdown(text: str, _: Random) -> str:
    """Set title and numbered headings as Markdown, and URLs as links."""
    lines = text.splitlines()
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines:
        lines[first] = "# " + lines[first].strip()
    out = [re.sub(r"^(\s*)(\d+\.)\s+([A-Z][^.\n]{3,40}\.)", r"\1\2 **\3**", line) for line in lines]
    return re.sub(
        r"(?<![\[(<])(https?://[!-;=?-Z_a-z~%]+[A-Za-z0-9/])", r"[\1](\1)", "\n".join(out)
    )


_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^()\s]+)\)|(?<![\w<(])(https?://[\w./-]+[\w/])")
_TAG = re.compile(r"</?(?:span|h\d|br|u|strong)\b[^<>]*>")


def as_html(text: str, _: Random) -> str:
    """Set the text as a page: entities, a heading, paragraphs, links."""
    title, *rest = (_linked(one, _as_anchor, _escaped) for one in _paragraphs(_TAG.sub("", text)))
    body = [f"<h1>{title}</h1>", *(f"<p>{one}</p>" for one in rest)]
    head = '<html><head><meta charset="utf-8"><style>p { margin: 1em }</style></head><body>'
    return head + "\n" + "\n".join(body) + "\n</body></html>\n"


def _linked(text: str, link: Callable[[str, str], str], plain: Callable[[str], str]) -> str:
    """Set the links of a text in one manner, and what is between them in another."""
    out, at = [], 0
    for match in _LINK.finditer(text):
        target = match[2] or match[3]
        out += [plain(text[at : match.start()]), link(match[1] or target, target)]
        at = match.end()
    return "".join((*out, plain(text[at:])))


def _as_anchor(shown: str, target: str) -> str:
    return f'<a href="{html.escape(target)}">{_escaped(shown)}</a>'


def _escaped(text: str) -> str:
    escaped = html.escape(text)
    for sign, name in (("“", "&ldquo;"), ("”", "&rdquo;"), ("’", "&#8217;"), ("—", "&mdash;")):
        escaped = escaped.replace(sign, name)
    return escaped


def as_rst(text: str, _: Random) -> str:
    """Set the text as reStructuredText: an underlined title, links, quoted names."""
    title, *rest = _paragraphs(text)
    shown = " ".join(title.split())
    body = [
        _linked(
            one,
            lambda name, target: f"`{name} <{target}>`_",
            lambda part: re.sub(r'"([A-Z][\w ]{2,30})"', r"**\1**", part),
        )
        for one in rest
    ]
    return "\n\n".join([f"{shown}\n{'=' * len(shown)}", *body]) + "\n"


def as_comment(text: str, _: Random) -> str:
    """Set the text as a comment of a program."""
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines()) + "\n"


def renumbered(text: str, chance: Random) -> str:
    """Print the marks of lists in another manner: `(a)` as `a)`, `1.` as `1)`, `-` as `*`."""
    bullet = chance.choice("*•+")
    text = re.sub(r"(?m)^([ \t]*)[-*•](?=[ \t]+\w)", rf"\1{bullet}", text)
    text = re.sub(r"(?m)^([ \t]*)\(([a-z]|[ivx]{1,4}|\d)\)(?=\s)", r"\1<\2>", text)
    text = re.sub(r"(?m)^([ \t]*)([a-z]|[ivx]{1,4}|\d{1,2})\.(?=[ \t])", r"\1\2)", text)
    return re.sub(r"(?m)^([ \t]*)<([a-z]|[ivx]{1,4}|\d)>(?=\s)", r"\1\2.", text)


def with_plain_quotes(text: str, _: Random) -> str:
    """Replace typographic quotes and dashes by plain ones."""
    for old, new in (("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'"), ("–", "-"), ("—", "-")):
        text = text.replace(old, new)
    return text


def with_curly_quotes(text: str, _: Random) -> str:
    """Replace plain quotes by typographic ones."""
    text = re.sub(r'(?<!\w)"(?=\w)', "“", text).replace('"', "”")
    return text.replace("'", "’")


def with_copyright_on_top(text: str, _: Random) -> str:
    """Put a copyright notice above the text."""
    return (
        f"Copyright (c) 2025 Example Organization and contributors\nAll rights reserved.\n\n{text}"
    )


def with_invisible_marks(text: str, chance: Random) -> str:
    """Add what an editor may leave: a byte order mark, soft hyphens, joiners, ligatures."""
    text = text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ")
    places = [match.start() + 3 for match in re.finditer(r"[a-z]{7,}", text)]
    for at in sorted(chance.sample(places, min(20, len(places))), reverse=True):
        text = text[:at] + chance.choice("\u00ad\u200b\u2060") + text[at:]
    return "\ufeff" + text


LAYOUT: dict[str, Layout] = {
    "exact": lambda text, _: text,
    "reflowed": reflowed,
    "one line a paragraph": one_line_paragraphs,
    "markdown": as_markdown,
    "html": as_html,
    "rst": as_rst,
    "comment": as_comment,
    "copyright on top": with_copyright_on_top,
    "bullets renumbered": renumbered,
    "plain quotes": with_plain_quotes,
    "curly quotes": with_curly_quotes,
    "windows line ends": lambda text, _: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "invisible marks": with_invisible_marks,
}


def everywhere(text: str) -> Spans:
    """Return the one span that is all of a text."""
    return ((0, len(text)),)


def _chosen(found: Iterable[re.Match[str]], chance: Random, spans: Spans) -> re.Match[str] | None:
    """Choose one of the matches that lie within the terms."""
    inside = [
        one for one in found if any(low <= one.start() and one.end() <= high for low, high in spans)
    ]
    return chance.choice(inside) if inside else None


_NUMBER = re.compile(
    r"(?<=[a-z,] )(?<!section )(?<!version )(?<!article )(\d{1,4}|[Tt]hirty|[Tt]en|[Tt]wo|[Tt]hree"
    r"|[Ff]ive|[Ss]ixty|[Nn]inety)(?= (?:\(\d+\) )?(?:percent|million|billion|days?|months?|years?"
    r"|calendar|monthly|hours|weeks|business|or more|of)\b)"
)
_NEXT = {"two": "three", "three": "five", "five": "ten", "ten": "twelve"}


def number_changed(text: str, chance: Random, spans: Spans) -> Edit | None:
    """Change a number that counts something."""
    match = _chosen(_NUMBER.finditer(text), chance, spans)
    if match is None:
        return None
    old = match[1]
    other = str(int(old) + 7) if old.isdigit() else _NEXT.get(old.lower(), "forty")
    return _replaced(text, match, other)


def _replaced(text: str, match: re.Match[str], other: str) -> Edit:
    changed = text[: match.start()] + other + text[match.end() :]
    return Edit(changed, match.start(), match.end())


def not_removed(text: str, chance: Random, spans: Spans) -> Edit | None:
    """Remove one `not`."""
    match = _chosen(re.finditer(r"\b(?:not|NOT)\s+(?=\w)", text), chance, spans)
    return _replaced(text, match, "") if match else None


SWAPS = {
    "may": "must",
    "must": "may",
    "shall": "may",
    "any": "no",
    "all": "some",
    "with": "without",
    "non-commercial": "commercial",
    "worldwide": "nationwide",
    "perpetual": "temporary",
}
_SWAP = re.compile(rf"\b(?:{'|'.join(SWAPS)})\b")


def word_swapped(text: str, chance: Random, spans: Spans) -> Edit | None:
    """Put another word for one that carries a term."""
    match = _chosen(_SWAP.finditer(text), chance, spans)
    return _replaced(text, match, SWAPS[match[0]]) if match else None


def paragraph_deleted(text: str, _: Random, spans: Spans) -> Edit | None:
    """Delete the longest paragraph that forbids or restricts something."""
    found = [
        match
        for match in re.finditer(r"(?:(?!\n\s*\n).)+", text, re.DOTALL)
        if re.search(r"\b(?:not|shall|must|restrict)", match[0])
        and len(match[0]) < 0.3 * len(text)
        and any(low <= match.start() and match.end() <= high for low, high in spans)
    ]
    longest = max(found, key=lambda match: len(match[0]), default=None)
    return _replaced(text, longest, "") if longest else None


def restriction_inserted(text: str, chance: Random, spans: Spans) -> Edit | None:
    """Insert a sentence of terms at the end of a paragraph."""
    match = _chosen(re.finditer(r"\.(?=\s*\n\s*\n)", text), chance, spans)
    said = chance.choice(
        (
            "Military use is not allowed.",
            "You may not use the outputs to train other models.",
            "Commercial use requires a written agreement with the licensor.",
        )
    )
    return _replaced(text, match, f". {said}") if match else None


def restriction_appended(text: str, _: Random, __: Spans) -> Edit | None:
    """Add a paragraph of terms at the end."""
    added = "\n\nCommercial use of the model is prohibited without our written consent.\n"
    return Edit(text.rstrip() + added, len(text.rstrip()), len(text))


def cut(text: str, _: Random, __: Spans) -> Edit | None:
    """Keep the first 65 percent."""
    keep = int(len(text) * 0.65)
    return Edit(text[:keep], keep, len(text))


def beheaded(text: str, _: Random, __: Spans) -> Edit | None:
    """Leave out the first third."""
    gone = len(text) // 3
    return Edit(text[gone:], 0, gone)


#: one word or number is another: the clause it stands in must be named
WORD_CHANGES: dict[str, Change] = {
    "number changed": number_changed,
    "not removed": not_removed,
    "word swapped": word_swapped,
}
TERMS: dict[str, Change] = WORD_CHANGES | {
    "paragraph deleted": paragraph_deleted,
    "restriction inserted": restriction_inserted,
    "restriction appended": restriction_appended,
}
#: parts of a text: what is there is unchanged, and what is missing has to be said
PARTS: dict[str, Change] = {"cut to 65 %": cut, "first third missing": beheaded}
