"""What a license file speaks for: told by its name, its folder, and its own words."""

from __future__ import annotations

import re

from howopen.inventory import Document, Inventory
from howopen.licenses.names import covered, pieces
from howopen.licenses.prose import CODE, DATA, DOCUMENTS, WEIGHTS
from howopen.release import Component

#: what a license file's name says it is for
_NAMED: tuple[tuple[re.Pattern[str], tuple[Component, ...]], ...] = (
    (
        re.compile(
            r"licen[cs]e[-_. ]?(?:for[-_. ])?(?:the[-_. ])?(?:models?|weights?|checkpoints?)"
            r"|(?:model|weights?)[-_. ]licen[cs]e",
            re.I,
        ),
        WEIGHTS,
    ),
    (re.compile(r"licen[cs]e[-_. ]?code|code[-_. ]licen[cs]e", re.I), CODE),
    (re.compile(r"licen[cs]e[-_. ]?data|data(?:set)?[-_. ]licen[cs]e", re.I), DATA),
    (re.compile(r"licen[cs]e[-_. ]?docs?|docs?[-_. ]licen[cs]e", re.I), DOCUMENTS),
)
APPLIES = re.compile(
    r"(?:applies to|covers|governs|is for)\s+(?P<what>[^.;'\"]{3,120})", re.IGNORECASE
)
_TOP = re.compile(
    r"^(?:licen[cs]es?|dist-info-licenses|docs?|model_licenses|[^/]+\.dist-info(?:/licenses)?|legal)/",
    re.I,
)


#: folders of papers about the folder that they are in
_PAPERS = re.compile(r"(?:/(?:docs?|documentation|licen[cs]es?|legal|(?:model_?)?cards?))+$", re.I)


def by_name(name: str) -> tuple[Component, ...]:
    """Return what a file's name says it is for; empty for everything."""
    for pattern, components in _NAMED:
        if pattern.search(name):
            return components
    return ()


def variants_of_file(document: Document, inventory: Inventory) -> tuple[str | None, ...]:
    """Return the variants that a file such as `LICENSE-FLUX1-dev` is named after.

    A variant belongs to the file with the longest fitting name. A file that names a model which is
    none of the variants speaks of none of them; its own name stands for it.
    """
    suffix = _suffix(document.path)
    variants = inventory.release.variants
    if not suffix or not variants:
        return _beside(document, inventory) or (None,)
    rivals = [other for file in inventory.documents if (other := _suffix(file.path))]
    found = [
        ident
        for ident in covered(suffix, variants)
        if not any(
            len(pieces(other)) > len(pieces(suffix)) and ident in covered(other, variants)
            for other in rivals
        )
    ]
    own = (document.variant,) if document.variant else ()
    return tuple(dict.fromkeys((*own, *found))) or (suffix.lower(),)


def _beside(document: Document, inventory: Inventory) -> tuple[str, ...]:
    """Return the variants that documents in the folder of a variant's license are about."""
    if document.variant is None:
        return ()
    folder = document.path.rpartition("/")[0]
    others = (
        other.variant
        for other in inventory.documents
        if folder and other.path.rpartition("/")[0] == folder
    )
    return tuple(dict.fromkeys(ident for ident in (document.variant, *others) if ident))


def _suffix(path: str) -> str:
    """Return the name behind `LICENSE-`, where it is no component's and no kind of file."""
    name = path.rsplit("/", 1)[-1]
    match = re.match(
        r"licen[cs]e[-_.](?!(?:md|txt|rst|html?)$)(.+?)(?:\.(?:md|txt|rst))?$", name, re.I
    )
    return match.group(1) if match and not by_name(name) else ""


def by_words(what: str) -> tuple[Component, ...]:
    """Return what a sentence such as `applies to all files except the model weights` covers."""
    lower = what.lower()
    kept, _, left = lower.partition("except")
    if re.search(r"weights|checkpoint", kept) or (
        re.search(r"\bmodels?\b", kept) and "weights" not in left
    ):
        return WEIGHTS
    if re.search(r"weights|model", left):
        return (*CODE, *DOCUMENTS)
    if re.search(r"\bcode|software|source", kept):
        return CODE
    return DATA if re.search(r"\bdata", kept) else ()


def folder_files(document: Document, inventory: Inventory) -> tuple[str, ...]:
    """Return the files that a document in a sub-folder speaks for; empty for the whole release."""
    folder = _PAPERS.sub("", document.path.rpartition("/")[0])
    if not folder or document.variant or _TOP.match(document.path):
        return ()
    inside = tuple(
        file.path for file in inventory.release.files if file.path.startswith(folder + "/")
    )
    return inside if len(inside) < len(inventory.release.files) else ()
