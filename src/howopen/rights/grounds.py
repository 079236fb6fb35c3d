"""What a reason rests on beside its clause: where the terms are stated, and why they reach here."""

from __future__ import annotations

from howopen.answer import Reason
from howopen.knowledge.licenses import Reaches
from howopen.rights.cite import cite
from howopen.rights.compile import Origin

_REACHED = {
    "yes": "counts this as made from it",
    "no": "does not count this as made from it",
    "unclear": "leaves open whether this is made from it",
}


def stated(origin: Origin) -> tuple[Reason, ...]:
    """Say where terms are stated that are no text in the release: a tag, a sentence, a name."""
    reading = origin.reading
    if reading is None or reading.via in ("text", "known") or not reading.evidence:
        return ()
    seen = reading.evidence[0]
    where = seen.path or seen.source
    if seen.lines:
        where += f", line {seen.lines[0]}"
    name = reading.license or reading.name or "the terms"
    return (Reason(text=f"{name} is stated in {where}", evidence=reading.evidence[:2]),)


def reached(origin: Origin) -> tuple[Reason, ...]:
    """Say by which clause the terms of a parent reach this kind of derivative, or may."""
    text = next(iter(origin.texts.values()), None)
    if text is None or not origin.kinds:
        return ()
    found = []
    for clause in text.license.clause:
        said = (
            [clause.kinds[kind] for kind in origin.kinds if kind in clause.kinds]
            if (isinstance(clause, Reaches))
            else []
        )
        if said:
            verb = _REACHED[said[0] if len(set(said)) == 1 else "unclear"]
            told = f"clause {clause.ref} of {text.license.name} {verb}: {clause.says}"
            found.append(Reason(text=told, citations=(cite(text, clause, origin.via),)))
    return tuple(found)
