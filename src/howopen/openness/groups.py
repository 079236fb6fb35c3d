"""What a release holds for three groups of people: access, risk analysis, replication.

The groups are those of Solaiman 2023; a component may stand in several.
"""

from __future__ import annotations

from howopen.knowledge import Knowledge
from howopen.knowledge.groups import groups_of, members
from howopen.openness.view import FOUND
from howopen.release import Component, Noun, Presence, Release


class Group(Noun, frozen=True, kw_only=True):
    """A group of components that serves one end.

    Attributes:
        id: access, risk-analysis or replication.
        title: for a reader.
        there: components that are here or said to be elsewhere.
        withheld: components that the release says it keeps back, or that do not exist.
        missing: components that were not found.
    """

    id: str
    title: str
    there: tuple[Component, ...] = ()
    withheld: tuple[Component, ...] = ()
    missing: tuple[Component, ...] = ()


def groups(release: Release, knowledge: Knowledge) -> tuple[Group, ...]:
    """Say for each group what is there and what is missing."""
    return tuple(
        _group(release, ident, info.title, members(knowledge, ident))
        for ident, info in groups_of(knowledge).items()
    )


def _group(release: Release, ident: str, title: str, names: tuple[str, ...]) -> Group:
    sorted_out: dict[str, list[Component]] = {"there": [], "withheld": [], "missing": []}
    for name in names:
        component = Component(name)
        sorted_out[_state(release, component)].append(component)
    return Group(
        id=ident,
        title=title,
        there=tuple(sorted_out["there"]),
        withheld=tuple(sorted_out["withheld"]),
        missing=tuple(sorted_out["missing"]),
    )


def _state(release: Release, component: Component) -> str:
    seen = {part.presence for part in release.parts if part.component is component}
    if seen & FOUND:
        return "there"
    stated = {Presence.SAID_ABSENT, Presence.SAID_WITHHELD}
    return "withheld" if seen & stated else "missing"
