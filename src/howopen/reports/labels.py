"""How single nouns are said: a license, a grant, a place in a file, a presence, a truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from howopen.answer import Gravity, Judgement, Truth
from howopen.release import (
    Access,
    AnyOf,
    Component,
    Evidence,
    Grant,
    How,
    LicenseReading,
    Part,
    Presence,
    Scope,
    Single,
    Terms,
)
from howopen.reports.blocks import Tone
from howopen.reports.clean import counted, line, shorten

ACCESS = {
    Access.DOWNLOAD: "for download",
    Access.GATED_DOWNLOAD: "for download after agreeing",
    Access.API: "through an API",
    Access.HOSTED: "inside a product",
    Access.STAGED: "for chosen people",
    Access.WITHHELD: "kept back",
}

PRESENCE = {
    Presence.HERE: "here",
    Presence.ELSEWHERE: "elsewhere",
    Presence.SAID_WITHHELD: "kept back",
    Presence.SAID_ABSENT: "said not to exist",
    Presence.NOT_FOUND: "not found",
}

TRUTH_TONE: dict[Truth, Tone] = {
    Truth.YES: "good",
    Truth.NO: "bad",
    Truth.UNCLEAR: "warn",
    Truth.NA: "quiet",
}

GRAVITY_TONE: dict[Gravity, Tone] = {
    Gravity.ERROR: "bad",
    Gravity.WARNING: "warn",
    Gravity.NOTE: "quiet",
}

JUDGEMENT_TONE: dict[Judgement, Tone] = {
    Judgement.BORNE_OUT: "good",
    Judgement.OVERSTATED: "warn",
    Judgement.CONTRADICTED: "bad",
    Judgement.CANNOT_BE_TOLD: "quiet",
}

HOW = {
    How.LICENSE_TEXT: "license text",
    How.CARD_METADATA: "card metadata",
    How.CARD_PROSE: "prose",
    How.CONFIG: "configuration",
    How.HEADER: "file header",
    How.FILENAME: "file name",
    How.HUB: "hub",
    How.PACKAGE: "package metadata",
    How.WEIGHTS: "weights",
    How.MANIFEST: "manifest",
    How.KNOWN: "our knowledge",
    How.SEARCHED: "looked for",
    How.USER: "you said",
}


UNSTATED = "no license stated"


def component_title(component: Component | str) -> str:
    """Say a component as a reader would.

    >>> component_title("fine-tuning-code"), component_title("post-training-data")
    ('fine-tuning code', 'post-training data')
    """
    return (
        line(str(component)).replace("-", " ").replace("e tun", "e-tun").replace("t tra", "t-tra")
    )


def place_of(evidence: Evidence) -> str:
    """Say where a fact was seen: `file:lines`, else the source.

    >>> place_of(Evidence(how=How.CARD_PROSE, source=".", quote="", path="a.md", lines=(3, 4)))
    'a.md:3-4'
    """
    if evidence.path is None:
        return "" if evidence.how is How.SEARCHED else shorten(evidence.source, 80)
    path = line(evidence.path)
    if evidence.lines is not None:
        return f"{path}:{lines_of(evidence.lines)}"
    if evidence.span is not None:
        return f"{path} (bytes {evidence.span[0]}-{evidence.span[1]})"
    return path


def lines_of(lines: tuple[int, int]) -> str:
    """Say a range of lines: `3`, or `3-4`."""
    first, last = lines
    return str(first) if first == last else f"{first}-{last}"


def short_place(place: str, size: int = 44) -> str:
    """Shorten a long path from its front; its last folder, its file and the lines stay whole.

    >>> short_place("package-with-a-long-name/models/some_model/README.md:3")
    '…/models/some_model/README.md:3'
    """
    folders = place.split("/")
    while len(place) > size and len(folders) > 2 and "://" not in place:
        folders = folders[1:]
        place = "…/" + "/".join(folders)
    return place


def places(evidence: Iterable[Evidence], most: int = 2, *, short: bool = False) -> str:
    """Say the first places of several, and how many more there are; `short` cuts long paths."""
    found = list(dict.fromkeys(filter(None, map(place_of, evidence))))
    found = [short_place(each) for each in found] if short else found
    more = f" +{len(found) - most}" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def license_id(reading: LicenseReading) -> str:
    """Say a license by its id and edition, or what little is known of it."""
    if reading.license is not None:
        name = line(reading.license)
        return f"{name}@{line(reading.edition)}" if reading.edition else name
    if reading.near and reading.via == "text":
        return f"unknown text, nearest {line(reading.near[0])}"
    if reading.near:
        return "one of " + ", ".join(map(line, reading.near[:3]))
    return f"unknown ({shorten(reading.name, 40)})" if reading.name else "unknown license"


def license_label(reading: LicenseReading) -> str:
    """Say a license by its id, and whether its text was changed."""
    label = license_id(reading)
    if not reading.modified:
        return label
    places_changed = counted(len(reading.departures), "place") if reading.departures else ""
    return f"{label}, modified" + (f" in {places_changed}" if places_changed else "")


def terms_label(terms: Terms, *, inner: bool = False) -> str:
    """Say a tree of terms with AND and OR, in brackets where one is inside the other."""
    if isinstance(terms, Single):
        return license_label(terms.reading)
    word = " OR " if isinstance(terms, AnyOf) else " AND "
    label = word.join(dict.fromkeys(terms_label(each, inner=True) for each in terms.of))
    return f"({label})" if inner and word in label else label


def grant_label(grant: Grant | None) -> str:
    """Say the terms on a part."""
    if grant is None:
        return "terms not read"
    if grant.terms is None or grant.scope is Scope.UNSTATED:
        return UNSTATED
    label = terms_label(grant.terms)
    with_these = [license_label(each) for each in grant.incorporates]
    return label + (" with " + ", ".join(dict.fromkeys(with_these)) if with_these else "")


def readings(terms: Terms | None) -> Iterator[LicenseReading]:
    """Walk the licenses of a tree of terms."""
    if isinstance(terms, Single):
        yield terms.reading
    elif terms is not None:
        for each in terms.of:
            yield from readings(each)


def presence_label(part: Part) -> str:
    """Say whether a part is there, and how far it can be had."""
    said = PRESENCE[part.presence]
    if part.presence not in (Presence.HERE, Presence.ELSEWHERE) or part.access is None:
        return said
    if part.presence is Presence.HERE and part.access is Access.DOWNLOAD:
        return said
    return f"{said}, {ACCESS[part.access]}"


def presence_tone(part: Part) -> Tone:
    """Tone a presence: what is to be had, what is not."""
    if part.presence is Presence.HERE:
        return "good"
    return "" if part.presence is Presence.ELSEWHERE else "quiet"
