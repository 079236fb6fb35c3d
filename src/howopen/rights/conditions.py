"""What must be so for an answer to hold, in words, each condition with its citations."""

from __future__ import annotations

from msgspec.structs import replace

from howopen.answer import Circumstances, Citation, Condition
from howopen.knowledge.licenses import Limits, When
from howopen.rights.atoms import ASKED, Atom, Forbid, Mark, Permit
from howopen.rights.cite import citations, clause_of, distinct, place
from howopen.rights.compile import Origin
from howopen.rights.decision import NO, Decision, Open
from howopen.rights.facets import guarded
from howopen.rights.phrases import REST, affirm, circumstances, deny, uses
from howopen.rights.words import FACETS, Words

_WHOSE = {"licensee-and-affiliates": " (affiliates included)"}

#: what is said of circumstances for which a text leaves an answer open
_OPEN = " (there it is unclear)"

#: the same where a prohibition is what leaves it open, and may bite for some all the same
_AT_BEST = " (there it is unclear at best)"

#: the same where a threshold may not count what was counted, or not for this
_ABOVE = " (above that it is unclear)"


def conditions(
    decision: Decision, origins: dict[str, Origin], who: Circumstances, words: Words
) -> tuple[Condition, ...]:
    """Say what must be so for an answer to hold; what the asker has said is not said again."""
    told = _told(decision.open)
    found: dict[str, Condition] = {}
    for one in decision.open:
        if one.ranks:
            text = _values(one, decision.rank, words)
        else:
            text = _rule(_asked(one, who, words), told, origins, words)
        if not text:
            continue
        cited = _cited(one, origins)
        same = found.get(text)
        if same is not None:
            cited = distinct((*same.citations, *cited))
        found[text] = Condition(id=same.id if same else one.facet, text=text, citations=cited)
    return tuple(found.values())


def _asked(one: Open, who: Circumstances, words: Words) -> Open:
    """Leave out of a rule what the asker has said, and exemptions that are not theirs."""
    ground = one.grounds[0]
    if ground.atom is None:
        return one
    atom = ground.atom
    exempt = tuple(_unsaid(w, who) for w in atom.unless if guarded(w, who, words) is not False)
    left = replace(atom, when=_unsaid(atom.when, who), unless=exempt)
    return replace(one, grounds=(replace(ground, atom=left), *one.grounds[1:]))


def _unsaid(when: When, who: Circumstances) -> When:
    """Empty the facets that the asker has told; the kind is that of the question at hand."""
    told = [name for name in FACETS if name != "kind" and getattr(who, name) is not None]
    return replace(when, **dict.fromkeys(told, ()))


def _cited(one: Open, origins: dict[str, Origin]) -> tuple[Citation, ...]:
    places = {(ground.label, place(ground.atom)): ground for ground in one.grounds}
    return distinct(cited for ground in places.values() for cited in citations(ground, origins))


def _told(opens: tuple[Open, ...]) -> frozenset[str]:
    """List the facets that a condition of their own speaks of."""
    return frozenset(one.facet for one in opens if one.ranks)


def _values(one: Open, rank: int, words: Words) -> str:
    """Say which values of a facet the answer holds for."""
    good = [value for value, at in one.ranks if at >= rank]
    bad = [value for value, at in one.ranks if at < rank]
    if not bad or not good:
        return ""
    barred = [value for value in bad if one.at(value) == NO]
    unsettled = [value for value in bad if value not in barred]
    if any(value in REST for value in good) or len(bad) < len(good):
        if not barred:
            return f"if {deny(one.facet, unsettled, words)}{_AT_BEST if _forbids(one) else _OPEN}"
        said = f"if {deny(one.facet, barred, words)}"
    else:
        said = f"if {affirm(one.facet, good, words)}"
        said += f"; not for {uses(one.facet, barred, words)}" if barred else ""
    if not unsettled:
        return said
    doubt = f"unclear for {uses(one.facet, unsettled, words)}"
    return f"{said} ({doubt})" if one.facet == "field" else f"{said}; {doubt}"


def _forbids(one: Open) -> bool:
    return any(isinstance(ground.atom, Forbid) for ground in one.grounds)


def _rule(one: Open, told: frozenset[str], origins: dict[str, Origin], words: Words) -> str:
    """Say a condition that no single facet tells: a threshold, a registration, several facets."""
    ground = one.grounds[0]
    atom = ground.atom
    if isinstance(atom, Mark):
        return f"if a policy that the terms take in, and nobody has read, allows it: {atom.note}"
    found = clause_of(ground, origins)
    if isinstance(atom, Forbid) and atom.asks and (found is None or atom.asks.count(" ")):
        return f"if {atom.asks}"
    if found and isinstance(found[1], Limits) and isinstance(atom, Forbid):
        return _limit(atom, found[1], words)
    if isinstance(atom, Permit):
        return _permitted(atom, told, words)
    return _forbidden(atom, words) if atom is not None else ""


def _permitted(atom: Permit, told: frozenset[str], words: Words) -> str:
    """Say for whom a permission holds, as far as no other condition says it already."""
    needed = "" if _facets(atom.when) <= told else circumstances(atom.when, words)
    doubted = [one for one in atom.unless if len(_facets(one)) > 1 or not _facets(one) <= told]
    spared = " or ".join(said for one in doubted if (said := circumstances(one, words)))
    if needed:
        return f"if {needed}" + (f"; unclear if {spared}" if spared else "")
    return f"if it is not so that {spared}{_OPEN}" if spared else ""


def _forbidden(atom: Atom, words: Words) -> str:
    """Say which circumstances a prohibition must not meet."""
    met = circumstances(atom.when, words)
    spared = " or ".join(said for one in atom.unless if (said := circumstances(one, words)))
    if not met:
        return f"if {spared}" if spared else ""
    doubt = "" if atom.sure else _AT_BEST
    return f"if it is not so that {met}{doubt}" + (f", or if {spared}" if spared else "")


def _facets(when: When) -> frozenset[str]:
    return frozenset(facet for facet in FACETS if getattr(when, facet))


def _limit(atom: Forbid, limit: Limits, words: Words) -> str:
    when = circumstances(atom.when, words)
    says = limit.says.rstrip(".")
    doubt = "" if atom.sure else _AT_BEST
    if atom.asks in ASKED and when:
        return f"if this holds where {when}{doubt}: {says}"
    if not atom.measure:
        so = f"it is not so that {when}" if when else "this holds"
        return f"if {so}{doubt}: {says}"
    aside = f", or if it is not so that {when}" if when else ""
    return f"if {_measured(atom, limit)}{aside}" + ("" if atom.sure else _ABOVE)


def _measured(atom: Forbid, limit: Limits) -> str:
    """Say a threshold: what is counted, whose, when, and the largest number allowed."""
    whose = _WHOSE.get(limit.whose, "")
    unit = "" if limit.unit == "users" else limit.unit
    amount = f"{atom.threshold:,} {unit}".rstrip()
    if atom.measure == "revenue":
        return f"your yearly revenue{whose} is at most {amount}"
    if atom.measure == "mau":
        return f"your monthly active users{whose} are at most {amount}"
    before = f"the month before {limit.date}" if limit.date else "the month before its release"
    return f"your monthly active users{whose} in {before} were at most {amount}"
