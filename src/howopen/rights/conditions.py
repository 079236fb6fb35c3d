"""Conditions, duties and risks of a decision, in words, each with its citations."""

from __future__ import annotations

from collections.abc import Iterable

from howopen.answer import Citation, Condition, Duty, Risk
from howopen.knowledge.licenses import Limits, Requires, When
from howopen.rights.atoms import Forbid, Mark, Permit
from howopen.rights.cite import citation, clause_of
from howopen.rights.compile import Origin
from howopen.rights.decision import NO, Due, Ground, Open
from howopen.rights.words import FACETS, Words

#: how each facet reads in "if ... is ..."
NAMES = {
    "purpose": "the purpose",
    "org": "who asks",
    "role": "your role",
    "based_in": "where you are based",
    "used_in": "where it is used",
    "field": "the field of use",
    "modality": "the model's modality",
    "target": "what is trained",
    "kind": "the kind of derivative",
}

#: how values read that are no plain words
TITLES = {
    "own-derivative": "a derivative of this model",
    "other-llm": "another large language model",
    "other-model": "another model",
    "not-a-language-model": "no language model",
    "internal": "internal use",
    "person": "a person",
    "company": "a company",
    "academic": "an academic body",
    "government": "an authority",
    "military": "the military",
}

#: values that stand for all that no clause names
REST = ("other", "ZZ")

_WHOSE = {"licensee-and-affiliates": " (affiliates included)"}


def conditions(
    opens: tuple[Open, ...], rank: int, origins: dict[str, Origin], words: Words
) -> tuple[Condition, ...]:
    """Say what must be so for an answer to hold."""
    found: dict[str, Condition] = {}
    for one in opens:
        condition = _condition(one, rank, origins, words)
        if condition is None:
            continue
        same = found.get(condition.text)
        if same is not None:
            joined = _unique((*same.citations, *condition.citations))
            condition = Condition(id=same.id, text=same.text, citations=joined)
        found[condition.text] = condition
    return tuple(found.values())


def _condition(one: Open, rank: int, origins: dict[str, Origin], words: Words) -> Condition | None:
    cited = _unique(citation(ground, origins) for ground in one.grounds)
    if one.ranks:
        text = _values(one, rank, words)
        return Condition(id=one.facet, text=text, citations=cited) if text else None
    ground = one.grounds[0]
    return Condition(id=one.facet, text=_rule(ground, one.facet, origins, words), citations=cited)


def _values(one: Open, rank: int, words: Words) -> str:
    """Say which values of a facet the answer holds for."""
    good = [value for value, at in one.ranks if at >= rank]
    bad = [value for value, at in one.ranks if at < rank]
    if not bad or not good:
        return ""
    name = NAMES[one.facet]
    unsettled = [value for value in bad if one.at(value) != NO]
    barred = [value for value in bad if one.at(value) == NO]
    unclear = f"; unclear for {_list(unsettled, one.facet, words)}" if unsettled else ""
    if any(value in REST for value in good) or len(bad) < len(good):
        rest = [value for value in bad if value not in REST]
        return f"if {name} is not {_list(rest, one.facet, words)}{unclear if barred else ''}"
    no = f"; not for {_list(barred, one.facet, words)}" if barred else ""
    return f"if {name} is {_list(good, one.facet, words)}{no}{unclear}"


def _list(values: list[str], facet: str, words: Words) -> str:
    titles = words.fields if facet == "field" else TITLES
    shown = [titles.get(value, value) for value in values if value not in REST]
    if len(shown) < 2:
        return "".join(shown)
    mark = "; " if facet == "field" else ", "
    return mark.join(shown[:-1]) + " or " + shown[-1]


def _rule(ground: Ground, facet: str, origins: dict[str, Origin], words: Words) -> str:
    """Say a condition that no single facet tells: a threshold, a registration, several facets."""
    atom = ground.atom
    found = clause_of(ground, origins)
    if isinstance(atom, Forbid) and atom.asks and (found is None or atom.asks.count(" ")):
        return f"if {atom.asks}"
    if found and isinstance(found[1], Limits) and isinstance(atom, Forbid):
        return _limit(atom, found[1], words)
    circumstances = _when(atom.when, words) if atom is not None else ""
    exempt = [_when(one, words) for one in atom.unless] if atom is not None else []
    but = "".join(f", but not if {one}" for one in exempt if one)
    if isinstance(atom, Permit):
        return f"if {circumstances}{but}" if circumstances else f"unless {' or if '.join(exempt)}"
    doubt = " (there it is unclear)" if atom is not None and not atom.sure else ""
    return f"unless {circumstances}{doubt}{but}"


def _limit(atom: Forbid, limit: Limits, words: Words) -> str:
    when = _when(atom.when, words)
    aside = f", or unless {when}" if when else ""
    if not atom.measure:
        asked = f"unless {when}: {limit.says}" if when else f"within this limit: {limit.says}"
        return asked.rstrip(".")
    whose = _WHOSE.get(limit.whose, "")
    amount = f"{atom.threshold:,} {limit.unit}".rstrip()
    if atom.measure == "revenue":
        return f"if your yearly revenue{whose} is at most {amount}{aside}"
    if atom.measure == "mau":
        return f"if your monthly active users{whose} are at most {amount}{aside}"
    before = f"the month before {limit.date}" if limit.date else "the month before its release"
    return f"if your monthly active users{whose} in {before} were at most {amount}{aside}"


def _when(when: When, words: Words) -> str:
    parts = []
    for facet in FACETS:
        values: tuple[str, ...] = getattr(when, facet)
        if values:
            shown = [v.replace("!", "not ") for v in values]
            parts.append(f"{NAMES[facet]} is {_list(shown, facet, words)}")
    return " and ".join(parts)


def duties(due: tuple[Due, ...], origins: dict[str, Origin], words: Words) -> tuple[Duty, ...]:
    """Say what must be done, each duty once for each trigger and detail."""
    found: dict[tuple[str, str], Duty] = {}
    for one in due:
        duty = _duty(one, origins, words)
        if duty is None:
            continue
        same = found.get((duty.text, duty.trigger))
        cited = _unique((*(same.citations if same else ()), *duty.citations))
        found[duty.text, duty.trigger] = Duty(
            id=duty.id, text=duty.text, trigger=duty.trigger, citations=cited
        )
    return tuple(found.values())


def _duty(one: Due, origins: dict[str, Origin], words: Words) -> Duty | None:
    found = clause_of(one.ground, origins)
    if found is None or not isinstance(found[1], Requires):
        return None
    clause = found[1]
    text = words.duties.get(clause.duty, clause.duty)
    text = f"{text}: {clause.detail}" if clause.detail else text
    atom = one.ground.atom
    if one.certain == "possibly":
        why = atom.note if atom and atom.note else "; ".join(d.why for d in clause.doubts)
        text = f"possibly (the text leaves it open): {text}" + (f" - {why}" if why else "")
    elif one.certain == "if" and atom is not None:
        needed = _when(atom.when, words)
        doubted = " or if ".join(_when(exempt, words) for exempt in atom.unless)
        text += f" - if {needed}" if needed else ""
        text += f" (unclear if {doubted})" if doubted else ""
    cited = _unique((citation(one.ground, origins),))
    return Duty(id=clause.duty, text=text, trigger=one.trigger, citations=cited)


def mark_risks(marks: tuple[Ground, ...], origins: dict[str, Origin]) -> tuple[Risk, ...]:
    """Say what has not been read and may still say something."""
    found: list[Risk] = []
    for ground in marks:
        atom = ground.atom
        if not isinstance(atom, Mark):
            continue
        cited = _unique((citation(ground, origins),))
        if atom.mark == "coarse":
            text = (
                f"nobody has read {atom.license} clause by clause ({atom.note}):"
                " its conditions and duties are not listed"
            )
        else:
            text = f"the terms take in a text that has not been read: {atom.note}"
        found.append(Risk(id=atom.mark, text=text, citations=cited))
    return tuple(dict.fromkeys(found))


def _unique(values: Iterable[Citation | None]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))
