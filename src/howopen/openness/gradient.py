"""Where the release and each of its parts stand between withheld and free to download."""

from __future__ import annotations

from howopen.answer import Truth
from howopen.release import Access, Component, Evidence, Noun, Part, Presence, Release

#: the words of Solaiman 2023 for how far something can be had
WORDS = {
    Access.WITHHELD: "closed",
    Access.STAGED: "gradual or staged",
    Access.HOSTED: "hosted",
    Access.API: "API",
    Access.GATED_DOWNLOAD: "downloadable, gated",
    Access.DOWNLOAD: "downloadable",
}


class Place(Noun, frozen=True, kw_only=True):
    """Where one part stands on the gradient.

    Attributes:
        part: id of the part.
        component: what it is.
        level: in words.
        access: the access it was seen to have, None where that was not seen.
        sure: `yes` where it was seen, `unclear` where it was only said or looked for.
        evidence: why.
    """

    part: str
    component: Component
    level: str
    access: Access | None
    sure: Truth
    evidence: tuple[Evidence, ...] = ()


def gradient(release: Release) -> tuple[Place, ...]:
    """Place every part on the gradient, in the order of the release's parts."""
    return tuple(_place(part) for part in release.parts)


def _place(part: Part) -> Place:
    level, sure = _level(part)
    return Place(
        part=part.id,
        component=part.component,
        level=level,
        access=part.access,
        sure=sure,
        evidence=part.evidence[:3],
    )


def _level(part: Part) -> tuple[str, Truth]:
    if part.access is not None:
        return WORDS[part.access], Truth.YES
    match part.presence:
        case Presence.HERE:
            return "here", Truth.YES
        case Presence.ELSEWHERE:
            return "said to be elsewhere", Truth.UNCLEAR
        case Presence.SAID_WITHHELD:
            return WORDS[Access.WITHHELD], Truth.YES
        case Presence.SAID_ABSENT:
            return "said not to exist", Truth.YES
        case _:
            return "not found", Truth.UNCLEAR
