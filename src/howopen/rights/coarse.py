"""A coarse reading, from a license's class alone, of a license nobody has read clause by clause.

It can say no, unclear, or yes "on a coarse reading"; it knows no duties and says so.
"""

from __future__ import annotations

import re

from howopen.knowledge import Knowledge
from howopen.knowledge.classes import classes_of
from howopen.knowledge.licenses import When
from howopen.rights.atoms import AnyAtom, Forbid, Mark, Permit
from howopen.rights.words import words_of

#: what every license that OSI, FSF or the Open Definition accept permits
OPEN = (
    "run", "study", "benchmark", "use-outputs", "fine-tune", "merge", "convert", "share",
    "share-derivative", "host", "embed",
)  # fmt: skip

#: the bodies whose word that is
BODIES = ("osi", "fsf", "open_definition")

#: families in which nothing commercial is permitted
CLOSED_TO_COMMERCE = ("noncommercial", "research-only")

_NONCOMMERCIAL = re.compile(r"(?:^|-)NC(?:-|$)")
_NO_DERIVATIVES = re.compile(r"(?:^|-)ND(?:-|$)")


def coarse_atoms(ident: str, knowledge: Knowledge) -> tuple[AnyAtom, ...]:
    """Read a license from its class.

    Args:
        ident: license id.
        knowledge: where the classes are.
    """
    classes = classes_of(knowledge, ident)
    family = classes.family or ("unknown family" if classes.known else "unknown license")
    mark = Mark(license=ident, mark="coarse", note=family)
    if classes.osi or classes.fsf or classes.open_definition:
        rest = tuple(one for one in words_of(knowledge).actions if one not in OPEN)
        maybe = Permit(license=ident, actions=rest, sure=False, note=_silent(ident))
        by = ", ".join(name for name in BODIES if getattr(classes, name))
        note = f"{ident} is accepted as open ({by}), and every such license permits it"
        return (mark, Permit(license=ident, actions=OPEN, note=note.replace("_", " ")), maybe)
    found: list[AnyAtom] = [mark]
    if family != "none":
        found.append(Permit(license=ident, sure=False, note=_silent(ident)))
    if family in CLOSED_TO_COMMERCE or _NONCOMMERCIAL.search(ident):
        commercial = When(purpose=("commercial",))
        note = f"{ident} is a license for non-commercial use"
        found.append(Forbid(license=ident, when=commercial, note=note))
    if family == "no-derivatives" or _NO_DERIVATIVES.search(ident):
        note = f"{ident} does not let derivatives be passed on"
        found.append(Forbid(license=ident, actions=("share-derivative", "relicense"), note=note))
    return tuple(found)


def _silent(ident: str) -> str:
    return f"nobody has read {ident} clause by clause, and its class does not tell"
