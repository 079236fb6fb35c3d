"""A sighting: one place where one component shows. Sightings are gathered, then merged to parts."""

from __future__ import annotations

from howopen.places.place import Place
from howopen.release import (
    Access,
    Component,
    Evidence,
    Fact,
    File,
    How,
    Noun,
    Presence,
)

#: Quotes are cut here.
MAX_QUOTE = 240


class Sighting(Noun, frozen=True, kw_only=True):
    """One place where one component shows; the fields are those of a part."""

    component: Component
    presence: Presence
    evidence: Evidence
    access: Access | None = None
    variant: str | None = None
    name: str = ""
    files: tuple[File, ...] = ()
    urls: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


def quoted(  # noqa: PLR0913 - one argument a field of the evidence it builds
    place: Place,
    how: How,
    quote: str,
    path: str,
    lines: tuple[int, int] | None = None,
    *,
    sha256: str | None = None,
) -> Evidence:
    """Build evidence with a quote of bounded length."""
    text = " ".join(quote.split())
    if len(text) > MAX_QUOTE:
        text = text[: MAX_QUOTE - 1] + "…"
    return place.evidence(how, text, path, lines=lines, sha256=sha256)
