"""What must go with a derivative that is shared, and is not among its files (HO404 to HO406).

Only terms of a parent that surely reach the release count: who publishes a work of their own is
not bound by the license they put on it.
"""

from __future__ import annotations

import re

from howopen.answer import Finding, Gravity
from howopen.knowledge import Knowledge
from howopen.knowledge.findings import code_of
from howopen.release import Evidence, FileRole, How, Part, Release
from howopen.rights.atoms import Owe
from howopen.rights.cite import citation
from howopen.rights.decision import Ground
from howopen.rights.duties import ONLY
from howopen.rights.lineage import UNKNOWN_PARENT, ParentTerms
from howopen.rights.tree import Every, Leaf

#: when what must go along falls due, for a copy of the parent and for anything made from it
DUE = {"copy": "on-sharing"}

_NOTICE = re.compile(r"(?:^|/)notice(?:\.\w+)?$", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_MARKS = re.compile(r"[^a-z0-9]+")


def known(parent: ParentTerms) -> bool:
    """Tell whether a parent's terms are known, from our knowledge or because it was read."""
    return not any(label.startswith(UNKNOWN_PARENT) for label in parent.compiled.origins)


def missing(
    release: Release, part: Part, parents: tuple[ParentTerms, ...], knowledge: Knowledge
) -> list[Finding]:
    """Look for what must go with weights that are here, by the terms of their parents."""
    if not any(file.role is FileRole.WEIGHTS for file in part.files):
        return []
    found: list[Finding] = []
    for parent in parents:
        due = DUE.get(parent.relation.kind, "on-sharing-derivative")
        for leaf, owed in _owed(parent, due):
            code, what = _lacking(owed, release)
            if code:
                text = f"{part.id}: {leaf.label} asks for {what}, and it was not found"
                cited = citation(Ground(label=leaf.label, atom=owed), parent.compiled.origins)
                sides = (*(cited.evidence if cited else ()), _searched(release, what))
                found.append(finding(code, text, part, sides, knowledge))
    return found


def _owed(parent: ParentTerms, due: str) -> list[tuple[Leaf, Owe]]:
    """List the certain duties of a parent's terms; which of several texts binds must be known."""
    node = parent.compiled.node
    nodes = node.of if isinstance(node, Every) else (node,)
    if not known(parent) or parent.reached != "yes":
        return []
    found = [
        (leaf, atom)
        for leaf in nodes
        if isinstance(leaf, Leaf)
        for atom in leaf.atoms
        if isinstance(atom, Owe) and atom.sure and due in atom.triggers
    ]
    return sorted(found, key=lambda pair: (pair[1].license, pair[1].clause))


def _lacking(owed: Owe, release: Release) -> tuple[str, str]:
    """Tell which code a duty's missing material has, and what is missing."""
    if owed.detail.casefold().startswith(ONLY):
        return "", ""
    if owed.duty == "notice-file" and not any(_NOTICE.search(f.path) for f in release.files):
        return "HO404", "a Notice file"
    if owed.duty == "give-copy" and not _holds_copy(owed.license.partition("@")[0], release):
        return "HO405", f"a copy of {owed.license}"
    name = _bare(_published_name(release))
    if owed.duty == "name-prefix" and name and not name.startswith(_bare(owed.detail)):
        return "HO406", f'a name that begins with "{owed.detail}"'
    return "", ""


def _holds_copy(ident: str, release: Release) -> bool:
    """Tell whether a license text of a release is, or may be, that of a license."""
    if not any(file.role is FileRole.LICENSE_TEXT for file in release.files):
        return False
    texts = [one.reading for one in release.statements if one.rank == "text"]
    return not texts or any(
        one.license == ident or (one.license is None and (not one.near or ident in one.near))
        for one in texts
    )


def _published_name(release: Release) -> str:
    """Return the name a release is published under; that of a folder is one where its card agrees.

    A folder may be called anything; but one that is called as the title of the card in it is,
    bears the name that its publisher gave.
    """
    folder = release.name.rpartition("/")[2]
    titles = [one.value for one in release.declarations if one.key == "title" and not one.variant]
    named = _SCHEME.match(release.ref) or "/" in release.name
    return folder if named or _bare(folder) in map(_bare, titles) else ""


def _bare(name: str) -> str:
    return _MARKS.sub("", name.casefold())


def _searched(release: Release, what: str) -> Evidence:
    quote = f"looked for {what} among {len(release.files)} files"
    return Evidence(how=How.SEARCHED, source=release.ref, quote=quote)


def finding(
    code: str, text: str, part: Part, sides: tuple[Evidence, ...], knowledge: Knowledge
) -> Finding:
    """Report something under a code, with what our knowledge says of the code."""
    about = code_of(knowledge, code)
    return Finding(
        code=code,
        gravity=Gravity(about.gravity),
        text=text,
        sides=sides,
        subject=part.id,
        remedy=about.remedy,
    )
