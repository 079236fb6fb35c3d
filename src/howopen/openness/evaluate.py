"""The one evaluator: a predicate and a release as a definition sees it -> a truth and why.

Several components in one predicate must all hold. Of a component's several parts, one that is
there makes it present; terms must hold on all that are there: the weakest link decides.
"""

from __future__ import annotations

from collections.abc import Callable

from howopen.answer import Answer, Reason, Truth
from howopen.errors import HowopenError
from howopen.knowledge.predicates import (
    AccessAtLeast,
    All,
    Any,
    Ask,
    Count,
    Covers,
    Licensed,
    Not,
    Permits,
    Predicate,
    Present,
    Stated,
    Unread,
    Unrestricted,
)
from howopen.openness.granted import over_parts
from howopen.openness.logic import all_of, any_of, at_least, negated
from howopen.openness.terms import Judged, in_classes, joined, unrestricted
from howopen.openness.view import View
from howopen.openness.words import (
    look,
    name_of,
    part_name,
    publish,
    where,
)
from howopen.release import (
    Access,
    Component,
    How,
    LicenseReading,
    Part,
    Presence,
)
from howopen.rights import component_terms, may_under

#: from least to most
ACCESS_ORDER = tuple(Access)

#: what would have to be done to reach a level of access
GIVE = {
    Access.WITHHELD: "have {}",
    Access.STAGED: "give {} to some people outside",
    Access.HOSTED: "let people use {} in a product",
    Access.API: "let people use {} through an interface",
    Access.GATED_DOWNLOAD: "let people download {}, if only after asking",
    Access.DOWNLOAD: "let anyone download {}",
}

#: ways of giving that leave room for others, unless a manifest, a hub or the user says that is all
_LOWER_BOUNDS = frozenset({Access.STAGED, Access.HOSTED, Access.API})
_SURE = frozenset({How.MANIFEST, How.HUB, How.USER})


def evaluate(test: Predicate, view: View) -> Judged:  # noqa: PLR0912 - one case a predicate
    """Evaluate a predicate."""
    match test:
        case Present():
            return _each(view, test, lambda one: _present(view, one, every=test.every))
        case AccessAtLeast():
            return _each(view, test, lambda one: _access(view, one, test.least))
        case Licensed():
            return _each(view, test, lambda one: _licensed(view, one, test))
        case Unrestricted():
            return _each(view, test, lambda one: _unrestricted(view, one, test))
        case Permits():
            return _each(view, test, lambda one: _permits(view, one, test.actions))
        case Covers():
            return _each(view, test, lambda one: _covers(view, one, test.topics))
        case All():
            return joined([evaluate(item, view) for item in test.tests], all_of)
        case Any():
            return joined([evaluate(item, view) for item in test.tests], any_of)
        case Count():
            judged = [evaluate(item, view) for item in test.tests]
            return joined(judged, lambda truths: at_least(test.least, truths))
        case Not():
            inner = evaluate(test.test, view)
            return Judged(truth=negated(inner.truth), reasons=inner.reasons)
        case Stated():
            return _each(view, test, lambda one: _stated(view, one, test))
        case Ask():
            return _asked(view, test)
        case Unread():
            text = f"the words of this rule were not read: {test.why}"
            wanted = "read the definition's own words and judge by them"
            return Judged(truth=Truth.UNCLEAR, reasons=(Reason(text=text),), missing=(wanted,))


def _asked(view: View, test: Ask) -> Judged:
    """Go by what a user or a manifest answers; files cannot show it."""
    reply = view.replies.get(test.id)
    if reply is None:
        text = f"files cannot show it: {test.question} (question {test.id})"
        return Judged(truth=Truth.UNCLEAR, reasons=(Reason(text=text),), missing=(test.settle,))
    missing = () if reply.truth is Truth.YES else (test.settle,)
    return Judged(truth=reply.truth, reasons=(reply.reason,), missing=missing)


#: predicates on components, one by one
_OnComponents = Present | AccessAtLeast | Licensed | Unrestricted | Permits | Covers | Stated


def _each(view: View, test: _OnComponents, judge: Callable[[Component], Judged]) -> Judged:
    components = view.components(test.of)
    if not components:
        text = "this reading of the words has nothing in that place"
        return Judged(truth=Truth.NA, reasons=(Reason(text=text),))
    asked = tuple(getattr(test, name) for name in test.__struct_fields__ if name != "of")
    judged = []
    for component in components:
        key = (type(test).__name__, asked, component)
        if key not in view.judged:
            view.judged[key] = judge(component)
        judged.append(view.judged[key])
    return joined(judged, all_of)


def _present(view: View, component: Component, *, every: bool = False) -> Judged:
    found = view.found(component)
    if not found or (every and len(found) < len(view.parts(component))):
        return _absent(view, component)
    reasons = tuple(
        Reason(text=f"{part_name(part)}: {where(part)}", evidence=part.evidence[:3])
        for part in found[:6]
    )
    return Judged(truth=Truth.YES, reasons=reasons)


def _absent(view: View, component: Component) -> Judged:
    """Say how a component is not there: kept back, said not to exist, or not found."""
    parts = view.parts(component)
    words = {
        Presence.SAID_WITHHELD: "the release says that it keeps it back",
        Presence.SAID_ABSENT: "the release says that there is none",
    }
    stated = next((part for part in parts if part.presence in words), None)
    if stated is not None:
        text = f"{name_of(component)}: {words[stated.presence]}"
        reason = Reason(text=text, evidence=stated.evidence[:3])
        return Judged(truth=Truth.NO, reasons=(reason,), missing=(publish(component),))
    text = f"{name_of(component)}: not found where we looked"
    reason = Reason(text=text, evidence=view.searched(component)[:3])
    return Judged(truth=Truth(view.unfound), reasons=(reason,), missing=(publish(component),))


def _access(view: View, component: Component, least: Access) -> Judged:
    known = [part for part in view.parts(component) if part.access is not None]
    best = max(known, key=lambda part: ACCESS_ORDER.index(_level(part)), default=None)
    if best is not None:
        return _reached(best, least)
    kept = next(
        (part for part in view.parts(component) if part.presence is Presence.SAID_WITHHELD), None
    )
    if kept is not None:
        return _absent(view, component)
    found = view.found(component)
    if not found:
        return _absent(view, component)
    if any(part.presence is Presence.HERE for part in found):
        return _present(view, component)
    text = f"{part_name(found[0])}: {where(found[0])}; how far it can be had was not seen"
    reason = Reason(text=text, evidence=found[0].evidence[:3])
    return Judged(truth=Truth.UNCLEAR, reasons=(reason,), missing=(look(found[0]),))


def _level(part: Part) -> Access:
    return part.access or Access.WITHHELD


def _reached(part: Part, least: Access) -> Judged:
    """Compare the access that was seen; seeing an interface does not rule out a download."""
    level = _level(part)
    text = f"{part_name(part)}: {level.replace('-', ' ')}"
    evidence = part.evidence[:3]
    if ACCESS_ORDER.index(level) >= ACCESS_ORDER.index(least):
        return Judged(truth=Truth.YES, reasons=(Reason(text=text, evidence=evidence),))
    wanted = GIVE[least].format(f"the {name_of(part.component)}")
    if level in _LOWER_BOUNDS and not any(item.how in _SURE for item in part.evidence):
        text += " was seen; whether more is given was not"
        reason = Reason(text=text, evidence=evidence)
        return Judged(truth=Truth.UNCLEAR, reasons=(reason,), missing=(look(part),))
    reason = Reason(text=text, evidence=evidence)
    return Judged(truth=Truth.NO, reasons=(reason,), missing=(wanted,))


def _licensed(view: View, component: Component, rule: Licensed) -> Judged:
    if not view.found(component):
        return _absent(view, component)
    return over_parts(
        view,
        component,
        lambda reading: in_classes(reading, rule, view.knowledge),
        unlicensed=Truth(rule.unlicensed),
    )


def _unrestricted(view: View, component: Component, rule: Unrestricted) -> Judged:
    judge: Callable[[LicenseReading], Judged] = lambda reading: unrestricted(  # noqa: E731
        reading, rule.by, view.knowledge
    )
    if not view.found(component):
        return _absent(view, component)
    found = over_parts(view, component, judge, unlicensed=Truth.NO)
    wanted = tuple(text.replace(*_UNRESTRICT) for text in found.missing)
    return Judged(truth=found.truth, reasons=found.reasons, missing=wanted)


#: what restricts is to be dropped, whether or not the license that is left counts as open
_UNRESTRICT = ("under an open license", "under terms that restrict no such use")


def _covers(view: View, component: Component, topics: tuple[str, ...]) -> Judged:
    """Judge by the facts `covers` that the inventory read from the component's documents."""
    found = view.found(component)
    if not found:
        return _absent(view, component)
    facts = [fact for part in found for fact in part.facts if fact.name == "covers"]
    held = {fact.value for fact in facts}
    lacking = [topic for topic in topics if topic not in held]
    if not lacking:
        evidence = tuple(item for fact in facts for item in fact.evidence)
        text = f"{name_of(component)} covers {', '.join(topics)}"
        return Judged(truth=Truth.YES, reasons=(Reason(text=text, evidence=evidence[:3]),))
    wanted = ", ".join(lacking)
    text = f"{name_of(component)}: whether it covers {wanted} was not seen; a reader must judge"
    reason = Reason(text=text, evidence=found[0].evidence[:2])
    missing = (f"read whether the {name_of(component)} covers {wanted}",)
    return Judged(truth=Truth.UNCLEAR, reasons=(reason,), missing=missing)


def _stated(view: View, component: Component, test: Stated) -> Judged:
    """Judge by a fact that the inventory read, such as the format of weights."""
    found = view.found(component)
    if not found:
        return _absent(view, component)
    return joined([_stated_of(part, test) for part in found], all_of)


def _stated_of(part: Part, test: Stated) -> Judged:
    facts = [fact for fact in part.facts if fact.name == test.name]
    words = {word.strip().casefold() for fact in facts for word in fact.value.split(",")}
    evidence = tuple(item for fact in facts for item in fact.evidence) or part.evidence
    if not words:
        text = f"{part_name(part)}: its {test.name} was not seen"
        wanted = f"say the {test.name} of the {name_of(part.component)}"
        reason = Reason(text=text, evidence=evidence[:2])
        return Judged(truth=Truth.UNCLEAR, reasons=(reason,), missing=(wanted,))
    said = f"{part_name(part)}: its {test.name} is {', '.join(sorted(words))}"
    among = {value.casefold() for value in test.values}
    if words & among:
        return Judged(truth=Truth.YES, reasons=(Reason(text=said, evidence=evidence[:2]),))
    reason = Reason(text=f"{said}, which is not among those listed", evidence=evidence[:2])
    wanted = f"give the {name_of(part.component)} as {' or '.join(test.values[:3])}"
    return Judged(truth=Truth.UNCLEAR, reasons=(reason,), missing=(wanted,))


#: actions as verbs that take what is done to as their object
_DONE = {
    "share": "pass on",
    "share-derivative": "publish changed copies of",
    "host": "offer a service with",
}


def _permits(view: View, component: Component, actions: tuple[str, ...]) -> Judged:
    if not view.found(component):
        return _absent(view, component)
    return joined([_may(view, component, action) for action in actions], all_of)


def _may(view: View, component: Component, action: str) -> Judged:
    key = (component.value, action)
    if key not in view.shared.answers:
        view.shared.answers[key] = _ask_rights(view, component, action)
    answer = view.shared.answers[key]
    missing = (f"let anyone {_DONE.get(action, action)} the {name_of(component)}",)
    if answer is None:
        text = f"the terms on the {name_of(component)} could not be asked about: {action}"
        return Judged(truth=Truth.UNCLEAR, reasons=(Reason(text=text),), missing=missing)
    reason = Reason(text=answer.headline, because=answer.reasons[:2])
    limits = answer.conditions
    if answer.truth is Truth.YES and limits:
        text = f"{answer.headline} - only {limits[0].text}"
        reason = Reason(text=text, citations=limits[0].citations)
        return Judged(truth=Truth.NO, reasons=(reason,), missing=missing)
    return Judged(
        truth=answer.truth,
        reasons=(reason,),
        missing=() if answer.truth is Truth.YES else missing,
    )


def _ask_rights(view: View, component: Component, action: str) -> Answer | None:
    release, knowledge = view.release, view.knowledge
    try:
        if component not in view.shared.groups:
            found = component_terms(release, component.value, knowledge, view.variant)
            view.shared.groups[component] = found
        return may_under(release, view.shared.groups[component], action, knowledge=knowledge)
    except HowopenError:
        return None
