"""Changes that people make to license texts: some only to the layout, some to the terms."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

Mutation = Callable[[str], str | None]


def reflowed(text: str) -> str:
    """Wrap every paragraph at 60 columns."""
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(
        textwrap.fill(" ".join(one.split()), 60, break_long_words=False) for one in paragraphs
    )


def one_line_paragraphs(text: str) -> str:
    """Put every paragraph on one line."""
    return "\n\n".join(" ".join(one.split()) for one in re.split(r"\n\s*\n", text))


def as_markdown(text: str) -> str:
    """Set title and numbered headings as Markdown, and URLs as links."""
    lines = text.splitlines()
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines:
        lines[first] = "# " + lines[first].strip()
    out = [re.sub(r"^(\s*)(\d+\.)\s+([A-Z][^.\n]{3,40}\.)", r"\1\2 **\3**", line) for line in lines]
    return re.sub(
        r"(?<![\[(<])(https?://[!-;=?-Z_a-z~%]+[A-Za-z0-9/])", r"[\1](\1)", "\n".join(out)
    )


def with_straight_quotes(text: str) -> str:
    """Replace typographic quotes and dashes by plain ones."""
    for old, new in (("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'"), ("–", "-"), ("—", "-")):
        text = text.replace(old, new)
    return text


def with_copyright_on_top(text: str) -> str:
    """Put a copyright notice above the text."""
    return (
        f"Copyright (c) 2025 Example Organization and contributors\nAll rights reserved.\n\n{text}"
    )


LAYOUT: dict[str, Mutation] = {
    "reflowed": reflowed,
    "one line a paragraph": one_line_paragraphs,
    "as markdown": as_markdown,
    "straight quotes": with_straight_quotes,
    "copyright on top": with_copyright_on_top,
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
}


def number_changed(text: str) -> str | None:
    """Change the first number that is no numbering, date, version or reference."""
    for match in re.finditer(r"(?<=[a-z,] )(\d{2,4})(?= [a-z])", text):
        if not re.search(
            r"(?:section|sections|version|article|\b\w+ \d{1,2},?)\s$", text[: match.start()], re.I
        ):
            return f"{text[: match.start()]}{int(match[1]) + 7}{text[match.end() :]}"
    return None


def not_removed(text: str) -> str | None:
    """Remove the `not` in the middle of all."""
    found = list(re.finditer(r"\b(?:not|NOT) ", text))
    if not found:
        return None
    match = found[len(found) // 2]
    return text[: match.start()] + text[match.end() :]


def paragraph_deleted(text: str) -> str | None:
    """Delete the longest paragraph that forbids or restricts something."""
    parts = re.split(r"(\n\s*\n)", text)
    lengths = [
        (len(one), at)
        for at, one in enumerate(parts)
        if re.search(r"\b(?:not|shall|must|restrict)", one) and len(one) < 0.3 * len(text)
    ]
    if not lengths:
        return None
    at = max(lengths)[1]
    return "".join(parts[:at] + parts[at + 1 :])


def cut(text: str) -> str | None:
    """Keep the first 65 percent."""
    return text[: int(len(text) * 0.65)]


def sentence_added(text: str) -> str | None:
    """Add a sentence of terms at the end."""
    return (
        text.rstrip()
        + "\n\nCommercial use of the model is prohibited without our written consent.\n"
    )


def sentence_inserted(text: str) -> str | None:
    """Insert a sentence of terms after the middle paragraph."""
    parts = re.split(r"(\n\s*\n)", text)
    if len(parts) < 5:
        return None
    at = len(parts) // 2 // 2 * 2
    parts[at] += " Military use is not allowed."
    return "".join(parts)


TERMS: dict[str, Mutation] = {
    "number changed": number_changed,
    "not removed": not_removed,
    "paragraph deleted": paragraph_deleted,
    "cut": cut,
    "sentence added": sentence_added,
    "sentence inserted": sentence_inserted,
}
