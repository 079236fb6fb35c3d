"""What the terms of a release's data put at risk: never a no, always with who would decide it."""

from __future__ import annotations

from howopen.answer import Risk
from howopen.knowledge import Knowledge
from howopen.knowledge.classes import classes_of
from howopen.knowledge.datasets import dataset_of
from howopen.knowledge.tags import resolve_tag
from howopen.release import Component, LicenseReading, Part, Release
from howopen.rights.terms import readings

#: data that shapes the weights
SHAPING = (Component.TRAINING_DATA, Component.POST_TRAINING_DATA)

#: families whose terms bear on commercial use
CLOSED = ("noncommercial", "research-only")

#: actions that commerce with a model consists of
CONCERNED = frozenset(
    ("run", "use-outputs", "train-on-outputs", "distil", "fine-tune", "merge", "share",
     "share-derivative", "host", "embed", "sublicense", "relicense")
)  # fmt: skip

_WHO = (
    "whether they bind those who use the model is unsettled; the data's owner, or a court, would"
    " have to decide it"
)


def data_risks(
    release: Release, knowledge: Knowledge, action: str, purpose: str | None
) -> tuple[Risk, ...]:
    """List data sets whose terms bear on this use; a use said not to be commercial has none."""
    if action not in CONCERNED or purpose not in (None, "commercial"):
        return ()
    parts = [part for part in release.parts if part.component in SHAPING]
    found = [risk for part in parts for risk in _risks(part, knowledge)]
    return tuple(dict.fromkeys(found))


def _risks(part: Part, knowledge: Knowledge) -> tuple[Risk, ...]:
    closed = {name for name in _licenses(part, knowledge) if _closes(name, knowledge)}
    known = dataset_of(knowledge, part.name) if part.name else None
    what = part.name or str(part.component).replace("-", " ")
    found = [
        Risk(
            id="data-terms",
            text=f"{what} is under {name}, which bars commercial use of the data; {_WHO}",
            evidence=part.evidence,
        )
        for name in sorted(closed)
    ]
    if known and known.owners:
        text = (
            f"{what} holds material of others ({known.owners}), whose terms may bear on it; {_WHO}"
        )
        found.append(Risk(id="data-owners", text=text, evidence=part.evidence))
    return tuple(found)


def _licenses(part: Part, knowledge: Knowledge) -> set[str]:
    stated: tuple[LicenseReading, ...] = readings(part.grant)
    names = {reading.license for reading in stated if reading.license}
    known = dataset_of(knowledge, part.name) if part.name and not names else None
    for name in known.licenses if known else ():
        tag = resolve_tag(knowledge, name)
        names.add(tag.license if tag and tag.license else name)
    return names


def _closes(name: str, knowledge: Knowledge) -> bool:
    return classes_of(knowledge, name).family in CLOSED or "-NC" in name.upper()
