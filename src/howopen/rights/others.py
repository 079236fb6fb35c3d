"""What else lies in a release under stricter terms than the part that was asked about."""

from __future__ import annotations

from howopen.answer import Risk
from howopen.knowledge import Knowledge
from howopen.knowledge.classes import classes_of
from howopen.release import Component, Part, Presence, Release
from howopen.rights.terms import readings

#: actions that take a release along as a whole
CONCERNED = frozenset(("share", "share-derivative", "embed", "host", "relicense", "sublicense"))

#: the components that run or made a model
CODE = (
    Component.INFERENCE_CODE,
    Component.TRAINING_CODE,
    Component.FINE_TUNING_CODE,
    Component.ARCHITECTURE,
)

#: families whose terms only ask for notices
EASY = ("permissive", "public-domain")


def other_terms(
    release: Release, part: Part, knowledge: Knowledge, action: str
) -> tuple[Risk, ...]:
    """Name the code that lies in a release under other terms that restrict more than notices.

    Args:
        release: the release.
        part: the part that was asked about.
        knowledge: classes of licenses.
        action: id of the action.
    """
    if action not in CONCERNED or part.component in CODE:
        return ()
    mine = {one.license for one in readings(part.grant)}
    found: dict[str, list[Part]] = {}
    for other in release.parts:
        if other.component in CODE and other.presence is Presence.HERE:
            for name in sorted({r.license for r in readings(other.grant) if r.license} - mine):
                if classes_of(knowledge, name).family not in EASY:
                    found.setdefault(name, []).append(other)
    return tuple(_risk(name, parts) for name, parts in found.items())


def _risk(name: str, parts: list[Part]) -> Risk:
    what = " and ".join(dict.fromkeys(str(one.component).replace("-", " ") for one in parts))
    text = f"{what} here is under {name}, other terms than these: they bind whoever takes it along"
    return Risk(id="other-terms", text=text, evidence=parts[0].evidence[:1])
