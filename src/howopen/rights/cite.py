"""Citations: the clause, our sentence for it, and its words in the user's own file."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from howopen.answer import Citation
from howopen.knowledge.licenses import Clause, License
from howopen.release import ClauseSpan, Evidence, How, LicenseReading
from howopen.rights.atoms import Atom
from howopen.rights.compile import Origin, Text
from howopen.rights.decision import Ground

#: longer quotes are cut at a word
MAX_QUOTE = 600


def citation(ground: Ground, origins: dict[str, Origin]) -> Citation | None:
    """Cite the clause a ground stands in; None where no clause says it."""
    origin = origins.get(ground.label)
    atom = ground.atom
    if origin is None or atom is None:
        return None
    text = origin.texts.get(atom.license)
    if text is None or atom.clause < 0:
        return whole(origin) if atom.license else None
    return cite(text, text.license.clause[atom.clause], origin.via)


def citations(ground: Ground, origins: dict[str, Origin]) -> tuple[Citation, ...]:
    """Cite a ground: its clause and, in a policy, the clause by which the license takes it in."""
    return distinct((citation(ground, origins), incorporating(ground, origins)))


def place(atom: Atom | None) -> tuple[str, int] | None:
    """Tell where an atom stands: its text, and the clause there."""
    return (atom.license, atom.clause) if atom is not None else None


def incorporating(ground: Ground, origins: dict[str, Origin]) -> Citation | None:
    """Cite the clause by which a license takes in the policy that a ground stands in."""
    origin, atom = origins.get(ground.label), ground.atom
    main = next(iter(origin.texts.values()), None) if origin else None
    if origin is None or atom is None or main is None:
        return None
    named = atom.license.partition("@")[0]
    ref = next((one.clause for one in main.license.incorporates if one.license == named), None)
    clause = next((one for one in main.license.clause if ref is not None and one.ref == ref), None)
    return cite(main, clause, origin.via) if clause else None


def distinct(found: Iterable[Citation | None]) -> tuple[Citation, ...]:
    """Drop repetitions and what could not be cited, keep the order."""
    return tuple(dict.fromkeys(one for one in found if one is not None))


def cite(text: Text, clause: Clause, via: str = "") -> Citation:
    """Cite one clause of a text that was read."""
    license_ = text.license
    span = _span(text.reading, clause.ref)
    key = f"{license_.id}@{license_.edition}" if license_.edition else license_.id
    if span is None or text.reading is None:
        known = Evidence(how=How.KNOWN, source=license_.source, quote=clause.says)
        return Citation(
            license=key,
            clause=clause.ref,
            says=clause.says,
            evidence=(known,),
            via=via,
            url=license_.url,
        )
    return Citation(
        license=key,
        clause=clause.ref,
        says=clause.says,
        quote=around(span.quote, clause.words),
        evidence=(_seen(text.reading, span),),
        via=via,
        url=license_.url,
    )


def whole(origin: Origin) -> Citation | None:
    """Cite a text as a whole, where no single clause says it."""
    reading = origin.reading
    if reading is None:
        return None
    name = reading.name or reading.license or "an unknown text"
    return Citation(
        license=reading.license or "unknown",
        clause="",
        says=reading.why or name,
        quote=reading.evidence[0].quote if reading.via == "text" and reading.evidence else "",
        evidence=reading.evidence,
        via=origin.via,
    )


def clause_of(ground: Ground, origins: dict[str, Origin]) -> tuple[License, Clause] | None:
    """Return the clause a ground stands in, and its license."""
    atom: Atom | None = ground.atom
    origin = origins.get(ground.label)
    if origin is None or atom is None or atom.clause < 0 or atom.license not in origin.texts:
        return None
    license_ = origin.texts[atom.license].license
    return license_, license_.clause[atom.clause]


@functools.lru_cache(maxsize=1024)
def shorten(quote: str, limit: int = MAX_QUOTE) -> str:
    """Put a quote on one line and cut it at a word.

    >>> shorten("a  long   quote", 8)
    'a long …'
    """
    flat = " ".join(quote.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rsplit(" ", 1)[0] + " …"


@functools.lru_cache(maxsize=1024)
def around(quote: str, words: tuple[str, ...], limit: int = MAX_QUOTE) -> str:
    """Cut a quote so that the key words of its clause are in it.

    >>> around("One. Two. Three is here. Four.", ("is here",), 16)
    '… Three is here. …'
    """
    flat = " ".join(quote.split())
    at = min((i for word in words if (i := flat.lower().find(word.lower())) >= 0), default=0)
    if len(flat) <= limit or at < limit // 2:
        return shorten(flat, limit)
    start = max(flat.rfind(mark, max(0, at - limit // 2), at) for mark in (". ", "; ", ") "))
    start = start + 2 if start >= 0 else flat.rfind(" ", 0, at) + 1
    return f"… {shorten(flat[start:], limit)}"


def _span(reading: LicenseReading | None, ref: str) -> ClauseSpan | None:
    spans = reading.clauses if reading else ()
    return next((span for span in spans if span.ref == ref), None)


def _seen(reading: LicenseReading, span: ClauseSpan) -> Evidence:
    """Point at the lines of a clause in the file the reading comes from."""
    first = reading.evidence[0] if reading.evidence else None
    return Evidence(
        how=How.LICENSE_TEXT,
        source=first.source if first else "",
        quote=shorten(span.quote),
        path=first.path if first else None,
        lines=span.lines,
        revision=first.revision if first else None,
        sha256=first.sha256 if first else None,
    )
