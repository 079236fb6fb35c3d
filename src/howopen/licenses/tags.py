"""Read a license tag, name, URL or SPDX expression as readings, keeping choices as written.

Nothing is guessed: a family without a version is ambiguous, an unknown name is unknown, and a list
of licenses is neither a choice nor a sum of terms.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import license_title, resolve_tag
from howopen.release import AllOf, AnyOf, Evidence, LicenseReading, Single, Terms

_OPERATOR = re.compile(r"\s(?:AND|OR|WITH)\s|[()]")
_EITHER = re.compile(r"\s+OR\s+", re.IGNORECASE)
#: longer values are texts, not names
LONGEST_NAME = 300


class Tagged(NamedTuple):
    """What a tag says: its terms, and its readings in the order written."""

    terms: Terms
    readings: tuple[LicenseReading, ...]

    @property
    def choice(self) -> tuple[str, ...]:
        """The ids offered as alternatives, where the author wrote a choice."""
        if not isinstance(self.terms, AnyOf):
            return ()
        return tuple(one.license for one in self.readings if one.license)


def read_tag(
    value: str, knowledge: Knowledge, evidence: Evidence | None = None, *, via: str = "tag"
) -> Tagged:
    """Read one tag, name, URL or SPDX expression.

    Args:
        value: as written.
        knowledge: the table of names.
        evidence: where it was written.
        via: `tag`, `name`, `notice`, `url` or `header`.

    >>> from howopen.knowledge.loader import default
    >>> read_tag("Apache-2.0 OR MIT", default()).choice
    ('Apache-2.0', 'MIT')
    """
    sight = (evidence,) if evidence else ()
    if _OPERATOR.search(value) and len(value) <= LONGEST_NAME:
        terms = _expression(value, knowledge, sight, via)
        if terms is not None:
            return Tagged(terms, tuple(_leaves(terms)))
    one = _name(value, knowledge, sight, via)
    return Tagged(Single(reading=one), (one,))


def _name(
    value: str, knowledge: Knowledge, sight: tuple[Evidence, ...], via: str
) -> LicenseReading:
    tag = resolve_tag(knowledge, value)
    if tag is None:
        why = f"{value[:80]!r} names no license that we know"
        return LicenseReading(license=None, name=value[:120], via=via, why=why, evidence=sight)
    if tag.license is None:
        return LicenseReading(
            license=None,
            name=value[:120],
            via=via,
            near=tag.candidates,
            why=tag.why,
            evidence=sight,
        )
    return LicenseReading(
        license=tag.license,
        edition=tag.edition,
        name=license_title(knowledge, tag.license),
        via=via,
        why=tag.why,
        evidence=sight,
    )


def _expression(
    value: str, knowledge: Knowledge, sight: tuple[Evidence, ...], via: str
) -> Terms | None:
    """Read an SPDX expression; None when it is none."""
    import license_expression  # noqa: PLC0415 - slow to import, rarely needed

    licensing = license_expression.Licensing()
    try:
        parsed = licensing.parse(value)
    except (license_expression.ExpressionError, license_expression.ExpressionParseError):
        return None
    return None if parsed is None else _tree(parsed, knowledge, sight, via)


def _tree(node: object, knowledge: Knowledge, sight: tuple[Evidence, ...], via: str) -> Terms:
    args = tuple(getattr(node, "args", ()) or ())
    operator = getattr(node, "operator", "").strip().upper()
    if args and operator in ("AND", "OR"):
        below = tuple(_tree(one, knowledge, sight, via) for one in args)
        return AnyOf(of=below) if operator == "OR" else AllOf(of=below)
    return Single(reading=_leaf(node, knowledge, sight, via))


def _leaf(
    node: object, knowledge: Knowledge, sight: tuple[Evidence, ...], via: str
) -> LicenseReading:
    license_symbol = getattr(node, "license_symbol", None)
    if license_symbol is None:
        return _name(str(node), knowledge, sight, via)
    import msgspec  # noqa: PLC0415

    reading = _name(str(license_symbol), knowledge, sight, via)
    why = f"with the exception {getattr(node, 'exception_symbol', '')}"
    return msgspec.structs.replace(reading, why="; ".join(filter(None, (reading.why, why))))


def _leaves(terms: Terms) -> list[LicenseReading]:
    if isinstance(terms, Single):
        return [terms.reading]
    return [reading for one in terms.of for reading in _leaves(one)]
