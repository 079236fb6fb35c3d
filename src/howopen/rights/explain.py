"""Turn a decision into an answer: the headline, the proof tree, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Citation, Condition, Depth, Reason
from howopen.knowledge.actions import Action
from howopen.knowledge.licenses import Disclaims, Doubt, Grants
from howopen.rights.atoms import Forbid, Mark, Permit, Reach
from howopen.rights.beside import Scene, beside, taken_in
from howopen.rights.cite import citation, citations, clause_of
from howopen.rights.compile import UNSEEN, UNSTATED, Compiled, Origin
from howopen.rights.conditions import conditions
from howopen.rights.decide import decide
from howopen.rights.decision import NO, TRUTHS, UNCLEAR, YES, Decision, Ground
from howopen.rights.duties import duties, mark_risks
from howopen.rights.facets import guarded
from howopen.rights.grounds import reached, stated
from howopen.rights.lineage import UNKNOWN_PARENT
from howopen.rights.tree import Every, Node, Parent
from howopen.rights.words import Words

#: more reasons than this are counted, not shown
MAX_REASONS = 12

#: more parents without known terms than this are said in one reason
FEW = 3

#: circumstances that a headline names where only some of them leave an answer open
TELLING = ("purpose", "kind", "target")

#: a longer condition is counted in the headline, not said
SHORT = 130


#: marks of texts that nobody has read clause by clause
COARSE = ("coarse", "signs")

BESIDE = "its publisher's license alone would not do: what it is made from is under terms as well"

UNLICENSED = "nothing states terms for it, and publicly visible is not licensed"


def answer(
    decision: Decision, compiled: Compiled, action: str, who: Circumstances, words: Words
) -> Answer:
    """Explain a decision about one component.

    The caller fills in the component, the variant, the footing, and what parents and data add.
    """
    origins = compiled.origins
    about = words.actions[action]
    held = conditions(decision, origins, who, words)
    scene = Scene(origins, about, who, words)
    reasons = (
        *_reasons(decision, scene),
        *_above(decision, compiled.node, action, scene),
        *_editions(compiled),
    )
    coarse = any(isinstance(m.atom, Mark) and m.atom.mark in COARSE for m in decision.marks)
    return Answer(
        action=action,
        truth=decision.truth,
        headline=_headline(decision, reasons, about, held, coarse=coarse),
        component=about.component,
        as_of=who.as_of,
        conditions=held,
        duties=duties(decision.due, origins, words),
        risks=mark_risks(decision.marks, origins),
        reading=Depth.COARSE if coarse else Depth.CLAUSE,
        reasons=reasons,
        settles=_settles(decision, origins) if decision.rank == UNCLEAR else (),
    )


def _headline(
    decision: Decision,
    reasons: tuple[Reason, ...],
    about: Action,
    held: tuple[Condition, ...],
    *,
    coarse: bool,
) -> str:
    """Say the verdict and its main ground in one line."""
    ground = reasons[0].text if reasons else "nothing forbids it"
    note = " on a coarse reading" if coarse else ""
    if decision.rank == NO:
        return f"No{note}: {ground}"
    if decision.rank == UNCLEAR:
        return f"Unclear{_only(held)}: {ground}"
    said = ground.partition(": ")[0]
    return f"Yes{note}{_provided(held)}: you may {about.says}; {said}"


def _only(held: tuple[Condition, ...]) -> str:
    """Say for what alone an answer is no worse than unclear."""
    told = [c.text for c in held if c.id in TELLING and len(c.text) <= SHORT]
    return f" {told[0]}" if told else ""


def _provided(held: tuple[Condition, ...]) -> str:
    """Say the condition that tells most, and how many there are beside it."""
    if not held:
        return ""
    short = [one.text for one in held if len(one.text) <= SHORT]
    if not short and held[0].id == "field":
        short = [held[0].text.partition(": ")[0]]
    if not short:
        return f", on {len(held)} condition{'s' * (len(held) > 1)}"
    rest = len(held) - 1
    more = f" (and {rest} more condition{'s' * (rest > 1)})" if rest else ""
    return f", {short[0]}{more}"


def _reasons(decision: Decision, scene: Scene) -> tuple[Reason, ...]:
    found = [_split(decision, scene.origins)] if decision.split else []
    found.extend(_grounded(decision, scene))
    found.extend(beside(decision, scene) if decision.rank != NO else ())
    if decision.chosen:
        found.append(_chosen(decision, scene.origins))
    unique = tuple(dict.fromkeys(found))
    if len(unique) <= MAX_REASONS:
        return unique
    rest = f"and {len(unique) - MAX_REASONS} more reasons of this kind"
    return (*unique[:MAX_REASONS], Reason(text=rest, because=unique[MAX_REASONS:]))


def _above(decision: Decision, node: Node, action: str, scene: Scene) -> tuple[Reason, ...]:
    """Say what parents' terms add where nothing licenses the release itself."""
    unlicensed = all(ground.label == UNSTATED for ground in decision.grounds)
    parts = node.of if isinstance(node, Every) else ()
    parents = [one for one in parts if isinstance(one, Parent)]
    if decision.rank != NO or not unlicensed or not parents:
        return ()
    below = [
        reason
        for parent in parents
        for reason in _grounded(decide(parent, action, scene.who, scene.words), scene)
    ]
    return (Reason(text=BESIDE, because=tuple(dict.fromkeys(below[:MAX_REASONS]))),)


def _grounded(decision: Decision, scene: Scene) -> list[Reason]:
    """Give each ground its reason; the first of each text says where it stands and why it binds."""
    strangers = [one for one in decision.grounds if one.label.startswith(UNKNOWN_PARENT)]
    crowd = strangers if len(strangers) > FEW else []
    found, told = _strangers(crowd, scene), set()
    for ground in decision.grounds:
        if ground in crowd:
            continue
        reason = _reason(ground, decision.rank, scene)
        origin = scene.origins.get(ground.label)
        if origin is not None and ground.label not in told:
            beneath = (*stated(origin), *reached(origin))
            reason = replace(reason, because=(*reason.because, *beneath))
        told.add(ground.label)
        found.append(reason)
    return found


def _strangers(crowd: list[Ground], scene: Scene) -> list[Reason]:
    """Say of many parents whose terms are unknown how many they are, each by name below."""
    if not crowd:
        return []
    names = ", ".join(scene.origins[one.label].via for one in crowd[:FEW])
    text = f"the terms of {len(crowd)} parents are not known here: {names} and more"
    return [Reason(text=text, because=tuple(_reason(one, UNCLEAR, scene) for one in crowd))]


def _editions(compiled: Compiled) -> tuple[Reason, ...]:
    """Say why this edition of several was read."""
    notes = [origin.note for origin in compiled.origins.values() if origin.note]
    return tuple(Reason(text=note) for note in dict.fromkeys(notes))


def _reason(ground: Ground, rank: int, scene: Scene) -> Reason:
    origins, atom = scene.origins, ground.atom
    via = _via(origins.get(ground.label))
    if ground.label == UNSTATED and atom is None:
        return Reason(text=UNLICENSED)
    if atom is None:
        text = f"nothing in {_title(ground.label, origins)} lets you {scene.about.says}{via}"
        return Reason(text=text, citations=_silence(ground, origins))
    cited = citations(ground, origins)
    if isinstance(atom, Mark):
        return Reason(
            text=f"the terms take in a policy that was not read: {atom.note}", citations=cited
        )
    found = clause_of(ground, origins)
    if found is None:
        return Reason(text=f"{atom.note or ground.label}{via}", citations=cited)
    license_, clause = found
    doubts = _doubts(ground, clause, scene)
    because = [Reason(text=f'"{doubt.words}": {doubt.why}') for doubt in doubts]
    if atom.note and rank != YES:
        because.append(Reason(text=atom.note))
    if rank == NO and any("end-user" in exempt.role for exempt in atom.unless):
        because.append(Reason(text="end users of a licensee's product are exempt"))
    because.extend(taken_in(ground, origins))
    verb = _verb(ground, rank, doubted=bool(doubts))
    if isinstance(clause, Disclaims) and verb == "forbids it":
        verb = "gives no right to the names"
    words = " and ".join(f"“{one.words}”" for one in doubts[:2])
    open_ = f" ({words} left open)" if words and verb == "leaves it open" else ""
    if license_.depth == "coarse":
        said = _SEEMS.get(verb, verb)
        text = f"{clause.ref} of {license_.name} {said}{via}: {clause.says}"
    else:
        text = f"clause {clause.ref} of {license_.name} {verb}{open_}{via}: {clause.says}"
    return Reason(text=text, citations=cited, because=tuple(because))


#: verbs of what was only read by patterns, or is a sentence beside a license
_SEEMS = {
    "forbids it": "seems to forbid it",
    "permits it only to others or for other purposes": "seems to be for other purposes",
}


def _verb(ground: Ground, rank: int, *, doubted: bool) -> str:
    """Say what a clause does to the question."""
    if isinstance(ground.atom, Reach):
        return "does not reach this" if ground.atom.sure else "leaves open whether it reaches this"
    if isinstance(ground.atom, Forbid):
        verb = (
            "leaves it open" if rank == UNCLEAR and (doubted or not ground.weak) else "forbids it"
        )
    elif rank == NO:
        verb = "permits it only to others or for other purposes"
    else:
        surely = rank == YES or ground.weak or (ground.atom is not None and ground.atom.sure)
        verb = "permits it" if surely else "may permit it"
    return f"may not reach this, but {verb}" if ground.weak else verb


def _doubts(ground: Ground, clause: object, scene: Scene) -> tuple[Doubt, ...]:
    """List the doubts of a clause that these circumstances raise."""
    if ground.atom is None or ground.atom.sure:
        return ()
    doubts: tuple[Doubt, ...] = getattr(clause, "doubts", ())
    return tuple(one for one in doubts if guarded(one.when, scene.who, scene.words) is not False)


def _split(decision: Decision, origins: dict[str, Origin]) -> Reason:
    """Say how the texts differ, one of which binds."""
    told = "; ".join(f"{_title(label, origins)}: {TRUTHS[rank]}" for label, rank in decision.split)
    return Reason(text=f"{decision.why or 'which text binds is not known'} ({told})")


def _chosen(decision: Decision, origins: dict[str, Origin]) -> Reason:
    names = ", ".join(_title(label, origins) for label in dict.fromkeys(decision.chosen))
    return Reason(text=f"of the licenses you may choose from, {names} serves best")


def _title(label: str, origins: dict[str, Origin]) -> str:
    origin = origins.get(label)
    text = next(iter(origin.texts.values()), None) if origin else None
    if text is None:
        return label
    edition = f" {text.license.edition}" if text.license.edition else ""
    return f"{text.license.name}{edition}"


def _via(origin: Origin | None) -> str:
    return f" (via {origin.via})" if origin and origin.via and origin.texts else ""


def _silence(ground: Ground, origins: dict[str, Origin]) -> tuple[Citation, ...]:
    """Cite the grants of a text, whose silence is the ground."""
    origin = origins.get(ground.label)
    if origin is None:
        return ()
    found = [
        citation(Ground(label=ground.label, atom=Permit(license=key, clause=index)), origins)
        for key, text in list(origin.texts.items())[:1]
        for index, clause in enumerate(text.license.clause)
        if isinstance(clause, Grants)
    ]
    return _cited(found)


def _cited(found: Iterable[Citation | None]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _settles(decision: Decision, origins: dict[str, Origin]) -> tuple[str, ...]:
    """Say what would settle an unclear answer."""
    found = [_settle(ground, origins) for ground in decision.grounds]
    if len(found) > MAX_REASONS:
        rest = f"and {len(found) - MAX_REASONS} more of this kind"
        found = [*found[:MAX_REASONS], rest]
    if decision.split:
        found.insert(0, "which of the licenses or editions is meant")
    return tuple(dict.fromkeys(one for one in found if one))


def _settle(ground: Ground, origins: dict[str, Origin]) -> str:
    origin = origins.get(ground.label)
    if ground.label.startswith(UNKNOWN_PARENT) and origin:
        return f"the terms of {origin.via}: give its REF, or name its license"
    if ground.label == UNSEEN and origin:
        return f"the terms at {origin.via}" if origin.via else "a REF of the place where it lies"
    if origin is None or origin.reading is None:
        return "a statement of terms by the publisher"
    if not origin.texts:
        name = origin.reading.name or origin.reading.license or "its license"
        return f"the text of {name}, read clause by clause"
    if isinstance(ground.atom, Mark):
        return f"the policy that the terms take in: {ground.atom.note}"
    name = _title(ground.label, origins)
    if next(iter(origin.texts.values())).license.depth == "coarse":
        return f"{name}, read clause by clause"
    if ground.weak:
        return f"whether {name} reaches this: ask its licensor"
    if ground.atom is None:
        return f"what the licensor of {name} says, whose text is silent"
    if ground.atom.note and ground.atom.clause < 0:
        return "what the publisher says of the changed words: compare with the published text"
    return _ask(ground, origins)


def _ask(ground: Ground, origins: dict[str, Origin]) -> str:
    found = clause_of(ground, origins)
    if found is None:
        return ""
    license_, clause = found
    doubts: tuple[Doubt, ...] = getattr(clause, "doubts", ())
    words = ", ".join(f'"{doubt.words}"' for doubt in doubts)
    meant = (
        f"what {words} means in clause {clause.ref}" if words else f"what clause {clause.ref} means"
    )
    return f"what the licensor says of {license_.name}: {meant}"
