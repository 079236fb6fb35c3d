"""Add signs of terms to readings of texts that nobody has read clause by clause."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from howopen.inventory import Document
from howopen.knowledge.licenses import license_of
from howopen.knowledge.loader import Knowledge
from howopen.licenses.patterns import signs_of
from howopen.release import LicenseReading, Statement


def with_signs(reading: LicenseReading, text: str, knowledge: Knowledge) -> LicenseReading:
    """Read coarsely what a reading covers, where its license is unknown or was not read.

    Args:
        reading: a reading of a text; one of a tag or name stays as it is.
        text: the whole text of the file.
        knowledge: which licenses were read, and the frames.
    """
    if reading.via != "text" or not reading.evidence or _was_read(reading, knowledge):
        return reading
    first, last = reading.evidence[0].lines or (1, text.count("\n") + 1)
    own = "\n".join(text.split("\n")[first - 1 : last])
    signs = tuple(
        replace(sign, lines=(sign.lines[0] + first - 1, sign.lines[1] + first - 1))
        for sign in signs_of(own, knowledge)
    )
    return replace(reading, signs=signs) if signs else reading


def statements_with_signs(
    statements: Iterable[Statement], documents: Iterable[Document], knowledge: Knowledge
) -> tuple[Statement, ...]:
    """Add signs to the readings of a release's statements.

    Args:
        statements: what was said of terms, each with the file it stands in.
        documents: the files that were read.
        knowledge: which licenses were read, and the frames.
    """
    texts = {document.path: document.text for document in documents}
    read: dict[LicenseReading, LicenseReading] = {}
    found = []
    for one in statements:
        reading = one.reading
        if reading not in read:
            text = texts.get((reading.evidence[0].path if reading.evidence else "") or "")
            read[reading] = reading if text is None else with_signs(reading, text, knowledge)
        signed = read[reading]
        found.append(one if signed is reading else replace(one, reading=signed))
    return tuple(found)


def _was_read(reading: LicenseReading, knowledge: Knowledge) -> bool:
    """Tell whether the clauses of a license, or of one of its editions, are known."""
    ident = reading.license
    if ident is None:
        return False
    known = any(name.partition("@")[0] == ident for name in knowledge.ids("licenses"))
    return known or license_of(knowledge, ident, reading.edition) is not None
