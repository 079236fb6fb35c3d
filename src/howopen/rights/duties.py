"""What must be done, and what may still be said by texts that nobody has read."""

from __future__ import annotations

from howopen.answer import Duty, Risk
from howopen.knowledge.licenses import Requires
from howopen.rights.atoms import Mark
from howopen.rights.cite import citations, clause_of, distinct
from howopen.rights.compile import Origin
from howopen.rights.decision import Due, Ground
from howopen.rights.phrases import circumstances
from howopen.rights.words import Words

#: how a detail begins that says when the duty is owed at all
ONLY = "only if"


def duties(due: tuple[Due, ...], origins: dict[str, Origin], words: Words) -> tuple[Duty, ...]:
    """Say what must be done: each duty once for each detail, where it is certain as certain."""
    found: dict[tuple[str, str], Duty] = {}
    for one in _surest(due, origins):
        duty = _duty(one, origins, words)
        same = found.get((duty.text, duty.trigger))
        cited = distinct((*(same.citations if same else ()), *duty.citations))
        found[duty.text, duty.trigger] = Duty(
            id=duty.id,
            text=duty.text,
            trigger=duty.trigger,
            citations=cited,
            certain=duty.certain,
        )
    return tuple(found.values())


def _surest(due: tuple[Due, ...], origins: dict[str, Origin]) -> list[Due]:
    """Leave out what a surer or a fuller rule of the same license says already."""
    known = [(one, key) for one in due if (key := _key(one, origins)) is not None]
    sure = {key for one, key in known if one.certain != "possibly"}
    told = {
        (key[:2], one.trigger)
        for one, key in known
        if one.certain != "possibly" and key[2] and not key[2].startswith(ONLY)
    }
    found = []
    for one, key in known:
        doubled = one.certain == "possibly" and key in sure
        if not doubled and (key[2] or (key[:2], one.trigger) not in told):
            found.append(one)
    return found


def _key(one: Due, origins: dict[str, Origin]) -> tuple[str, str, str] | None:
    found = clause_of(one.ground, origins)
    if found is None or not isinstance(found[1], Requires):
        return None
    return found[0].id, found[1].duty, found[1].detail


def _duty(one: Due, origins: dict[str, Origin], words: Words) -> Duty:
    found = clause_of(one.ground, origins)
    assert found is not None and isinstance(found[1], Requires)  # noqa: S101, PT018 - see `_surest`
    clause = found[1]
    text = words.duties.get(clause.duty, clause.duty)
    text = f"{text}: {clause.detail}" if clause.detail else text
    atom = one.ground.atom
    if one.certain == "possibly":
        why = atom.note if atom and atom.note else "; ".join(d.why for d in clause.doubts)
        text = f"possibly (the text leaves it open): {text}" + (f" - {why}" if why else "")
    elif one.certain == "if" and atom is not None:
        needed = " and ".join(filter(None, (circumstances(atom.when, words), _above(clause))))
        doubted = " or if ".join(circumstances(exempt, words) for exempt in atom.unless)
        text += f" - if {needed}" if needed else ""
        text += f" (unclear if {doubted})" if doubted else ""
    return Duty(
        id=clause.duty,
        text=text,
        trigger=one.trigger,
        citations=citations(one.ground, origins),
        certain=one.certain != "possibly",
    )


def _above(clause: Requires) -> str:
    """Say above which size a duty is owed, or nothing."""
    if clause.threshold is None:
        return ""
    counted = (
        "monthly active users" if clause.limit == "mau" else f"{clause.unit} of yearly revenue"
    )
    return f"you have more than {clause.threshold:,} {counted}"


def mark_risks(marks: tuple[Ground, ...], origins: dict[str, Origin]) -> tuple[Risk, ...]:
    """Say what has not been read and may still say something."""
    found: list[Risk] = []
    for ground in marks:
        atom = ground.atom
        if not isinstance(atom, Mark):
            continue
        cited = citations(ground, origins)
        if atom.mark == "coarse":
            text = (
                f"nobody has read {atom.license} clause by clause ({atom.note}):"
                " its conditions and duties are not listed"
            )
        elif atom.mark == "signs":
            text = (
                f"nobody has read {atom.note} clause by clause: conditions and duties here are what"
                " patterns found in it, and there may be more"
            )
        elif atom.mark == "update":
            text = f"the licensor may change its terms, it seems, by {atom.note}"
        elif atom.mark == "likened":
            text = f"it is not the license through whose clauses it was read: {atom.note}"
        elif atom.mark == "intended-use":
            text = f"the publisher says what it was made for, which its terms do not: {atom.note}"
        else:
            text = f"the terms take in a text that has not been read: {atom.note}"
        found.append(Risk(id=atom.mark, text=text, citations=cited))
    return tuple(dict.fromkeys(found))
