"""What becomes of atoms where the user's text differs from the published one.

A changed clause holds only possibly. Words that were added are words nobody has read: whatever they
say, they may forbid anything.
"""

from __future__ import annotations

import re
from typing import TypeGuard

from msgspec.structs import replace

from howopen.knowledge.licenses import Defines, License
from howopen.release import Departure, LicenseReading
from howopen.rights.atoms import AnyAtom, Bind, Forbid, Owe, Reach, license_key

#: words that can turn what a sentence permits; one of them added is never harmless
OPERATIVE = re.compile(
    r"\b(?:not?|never|only|except|unless|without|may|must|shall|will|cannot|prohibit\w*|forb\w+"
    r"|restrict\w*|non-?commercial\w*|commercial\w*|research\w*|academic|permi\w+|consent|approv\w+"
    r"|pay\w*|fees?|royalt\w+|terminat\w+|revo\w+)\b",
    re.IGNORECASE,
)

_NUMBER = re.compile(r"\d")
_COPYRIGHT = re.compile(r"^\W*(?:copyright|\(c\)|©)", re.IGNORECASE)

#: a replacement of at most this many words is a change of the clause and no addition to it
FEW_WORDS = 6

#: as many letters, and as many words of them, are a slip and no words of their own
STRAY = 2

#: longer words of a departure are cut
MAX_QUOTE = 160


def changed(
    atoms: tuple[AnyAtom, ...], license_: License, reading: LicenseReading
) -> tuple[AnyAtom, ...]:
    """Move what departures touch to the possible plane, and add what nobody has read.

    The numbers of a text that is read through another's clauses are its own (`likeness`).
    """
    if not reading.modified:
        return atoms
    notes = _touched(license_, reading.departures)
    found = [_doubted(atom, notes[atom.clause]) if atom.clause in notes else atom for atom in atoms]
    if reading.license is not None:
        found.extend(_resized(atom, notes[atom.clause]) for atom in atoms if _sized(atom, notes))
    key = license_key(license_)
    weighty = [d for d in reading.departures if not _slip(d)]
    added = [d for d in weighty if adds(d) or _defines(license_, d)]
    found.extend(Forbid(license=key, sure=False, note=_unread(one)) for one in added)
    if not reading.departures:
        note = "the text differs from the published one, and where is not known"
        found.append(Forbid(license=key, sure=False, note=note))
    return tuple(dict.fromkeys(found))


def adds(departure: Departure) -> bool:
    """Tell whether a departure brings words that may say something of their own."""
    after, before = departure.after.strip(), departure.before.strip()
    if not after:
        return False
    if OPERATIVE.search(after) and not (before and len(after.split()) <= FEW_WORDS):
        return True
    if _unplaced(departure):
        return not _COPYRIGHT.match(after)
    return not before or len(after.split()) > max(FEW_WORDS, len(before.split()) + 2)


def _slip(departure: Departure) -> bool:
    """Tell whether only stray letters differ, such as the rest of a hyphenated word."""
    words = (*departure.before.split(), *departure.after.split())
    plain = all(word.isalpha() and len(word) <= STRAY for word in words)
    return plain and len(words) <= STRAY and not OPERATIVE.search(" ".join(words))


def describe(departure: Departure) -> str:
    """Say a departure in a few words, for example `"700" became "100" in clause 2`."""
    before, after = _cut(departure.before), _cut(departure.after)
    where = f" in clause {departure.clause}" if departure.clause else ""
    lines = f" (line {departure.lines[0]})"
    if not after:
        return f'"{before}" was removed{where}{lines}'
    if not before:
        return f'"{after}" was added{where}{lines}'
    return f'"{before}" became "{after}"{where}{lines}'


def _unread(departure: Departure) -> str:
    return f"words that are not in the published text: {describe(departure)}"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_QUOTE else flat[: MAX_QUOTE - 1].rstrip() + "…"


def _touched(license_: License, departures: tuple[Departure, ...]) -> dict[int, str]:
    """Map the index of each touched clause to what was changed in it."""
    notes: dict[int, list[str]] = {}
    for departure in departures:
        for index, clause in enumerate(license_.clause):
            if departure.clause and _inside(clause.ref, departure.clause):
                notes.setdefault(index, []).append(describe(departure))
    return {index: "; ".join(dict.fromkeys(found)) for index, found in notes.items()}


def _unplaced(departure: Departure) -> bool:
    """Tell whether a departure lies in no clause: its place is only counted in paragraphs."""
    return departure.clause is None or departure.clause.startswith("paragraph ")


def _inside(ref: str, touched: str) -> bool:
    """Tell whether a clause is the touched one, a part of it, or holds it."""
    within = ref.startswith((f"{touched}.", f"{touched}("))
    return ref == touched or within or touched.startswith((f"{ref}.", f"{ref}("))


def _defines(license_: License, departure: Departure) -> bool:
    """Tell whether a departure changes a word that the rest turns on, or the date of a test."""
    if departure.clause is None or _unplaced(departure):
        return bool(_NUMBER.search(departure.before))
    clauses = [c for c in license_.clause if _inside(c.ref, departure.clause)]
    return any(isinstance(clause, Defines) for clause in clauses)


def _sized(atom: AnyAtom, touched: dict[int, str]) -> TypeGuard[Forbid]:
    """Tell whether a prohibition holds above a number that stands in a touched clause."""
    return isinstance(atom, Forbid) and bool(atom.measure) and atom.clause in touched


def _resized(atom: Forbid, note: str) -> Forbid:
    """Ask for the number of the user's text, which need not be the published one."""
    asks = f"you are within the number that your text sets: {note}"
    return replace(atom, sure=False, note=note, measure="", threshold=0, asks=asks)


def _doubted(atom: AnyAtom, note: str) -> AnyAtom:
    if isinstance(atom, Reach):
        return replace(atom, reached="unclear", note=note)
    if isinstance(atom, Bind):
        return replace(atom, derivatives="unclear", note=note)
    if isinstance(atom, Owe):
        return replace(atom, sure=False, note=note, measure="", threshold=0)
    return replace(atom, sure=False, note=note)
