"""A solution of the search, told as changes: what to do, who can do it, and why it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from howopen.answer import Change, Reason, Truth
from howopen.knowledge.classes import classes_of
from howopen.knowledge.predicates import Ask, Covers, Permits, Predicate, Stated, Unrestricted
from howopen.knowledge.remedies import usual_for
from howopen.openness.cheapest import Option, Solution
from howopen.openness.evaluate import ACCESS_ORDER, GIVE
from howopen.openness.holders import Holder
from howopen.openness.plan import AS_IS, GONE, QUESTION, THERE, Plan, Wanted, What
from howopen.openness.words import name_of, some
from howopen.release import Access, Component

#: of licenses that would do, so many are named
MOST_LICENSES = 4

#: families of licenses for works that anyone may use, change and share
_OPEN_FAMILIES = frozenset({"open-data", "public-domain"})


def described(
    plan: Plan,
    found: Solution,
    holder: Callable[[What, Option], Holder],
    criterion: str = "",
) -> tuple[Change, ...]:
    """Tell a solution as changes, what is surely needed first, else as the criteria ask for it.

    Where it is a solution for one criterion, what others would ask of the same is left out.
    """
    changes = []
    for key, wanted in plan.wanted.items():
        allowed = found.allowed[key]
        if AS_IS in allowed or (key[0] != QUESTION and _comes_along(plan, key)):
            continue
        own = [item for item in wanted if criterion in ("", item.criterion)]
        asked = own if own and key[0] != QUESTION else wanted
        changes.append(_change(plan, key, asked, found, holder))
    return tuple(sorted(changes, key=lambda change: change.perhaps))


def _comes_along(plan: Plan, key: What) -> bool:
    """Tell whether publishing a component settles this too."""
    return key[1] != "presence" and not plan.there(key[0])


def _change(
    plan: Plan,
    key: What,
    wanted: Sequence[Wanted],
    found: Solution,
    holder: Callable[[What, Option], Holder],
) -> Change:
    owner, aspect = key
    allowed = found.allowed[key]
    served = [item for item in wanted if not item.allowed.isdisjoint(allowed)]
    short = [item for item in served if AS_IS not in item.allowed] or served
    licenses = _licenses(plan, owner, _terms(plan, key, found))
    option = licenses[0] if aspect == "terms" and licenses else min(allowed, key=str)
    who = holder(key, option)
    truths = [item.judged.truth for item in short]
    return Change(
        id=_ident(key, allowed),
        text=_text(plan, key, found, short),
        by=who.by,
        who=who.who,
        perhaps=Truth.NO not in truths,
        component=None if owner == QUESTION else Component(owner),
        licenses=licenses[:MOST_LICENSES] if aspect in {"terms", "presence"} else (),
        criteria=tuple(dict.fromkeys(item.criterion for item in short)),
        reasons=_reasons(short),
    )


def _ident(key: What, allowed: frozenset[Option]) -> str:
    owner, aspect = key
    if owner == QUESTION:
        return f"settle:{aspect}"
    does = {"terms": "license", "access": "open", "says": "state", "form": "reformat"}
    if aspect == "presence":
        return f"{'withdraw' if GONE in allowed else 'publish'}:{owner}"
    return f"{does[aspect]}:{owner}"


def _reasons(wanted: Iterable[Wanted]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for item in wanted for reason in item.judged.reasons))


def _terms(plan: Plan, key: What, found: Solution) -> frozenset[Option]:
    """Return the licenses that the terms of a component may become; empty where none matters."""
    if key[1] == "terms":
        return found.allowed[key]
    terms = found.allowed.get((key[0], "terms"), frozenset({AS_IS}))
    matters = key[1] == "presence" and THERE in found.allowed[key] and not plan.there(key[0])
    return terms if matters and AS_IS not in terms else frozenset()


def _licenses(plan: Plan, component: str, terms: frozenset[Option]) -> tuple[str, ...]:
    usual = [ident for ident in usual_for(plan.view.knowledge, component) if ident in terms]
    return tuple(usual) or tuple(sorted(map(str, terms)))


def _text(plan: Plan, key: What, found: Solution, short: Sequence[Wanted]) -> str:
    owner, aspect = key
    missing = tuple(dict.fromkeys(text for item in short for text in item.judged.missing))
    if owner == QUESTION:
        return _question(short)
    match aspect:
        case "presence":
            return _publish(plan, key, found, short)
        case "terms":
            return _license(plan, key, found, short, missing)
        case "access":
            return _open(plan, owner, found.allowed[key], missing)
        case _:
            return _says(owner, short)


def _question(short: Sequence[Wanted]) -> str:
    test = short[0].test
    if isinstance(test, Ask):
        return test.change if test.change and Truth.NO in _truths(short) else test.settle
    return next(iter(short[0].judged.missing), "settle what the definition asks")


def _publish(plan: Plan, key: What, found: Solution, short: Sequence[Wanted]) -> str:
    owner = key[0]
    name = name_of(Component(owner))
    if GONE in found.allowed[key]:
        return f"keep back the {name}" if plan.there(owner) else f"state that there is no {name}"
    if plan.there(owner):
        return f"publish the rest of the {name}"
    says = [topic for item in short if isinstance(item.test, Covers) for topic in item.test.topics]
    about = f", saying {some(list(dict.fromkeys(says)))}" if says else ""
    given = _access_asked(plan, owner, found)
    terms = _terms(plan, key, found)
    under = f" under {kind_of(plan, terms, _tests(plan, (owner, 'terms')))}" if terms else ""
    if given is not None and ACCESS_ORDER.index(given) < ACCESS_ORDER.index(Access.GATED_DOWNLOAD):
        return GIVE[given].format(f"the {name}") + under
    where = ", or say where it is" if Truth.NO not in _truths(short) else ""
    return f"publish the {name}{about}{under}{where}"


def _tests(plan: Plan, key: What) -> list[Predicate]:
    """List what looks at the terms: also where the component is not there yet."""
    component = key[0]
    presence = plan.wanted.get((component, "presence"), [])
    return [item.test for item in (*plan.wanted.get(key, []), *presence)]


def _truths(wanted: Iterable[Wanted]) -> list[Truth]:
    return [item.judged.truth for item in wanted]


def _access_asked(plan: Plan, component: str, found: Solution) -> Access | None:
    """Return how far a component must be had at least; None where that does not matter."""
    key = (component, "access")
    allowed = found.allowed.get(key, frozenset())
    return None if allowed == frozenset(plan.options(key)) else _least_access(allowed)


def _least_access(allowed: frozenset[Option]) -> Access | None:
    return next((level for level in ACCESS_ORDER if level in allowed), None)


def _license(
    plan: Plan, key: What, found: Solution, short: Sequence[Wanted], missing: Sequence[str]
) -> str:
    """Ask for other terms; where those in force are unknown, first for finding them out."""
    name = name_of(Component(key[0]))
    tests = [item.test for item in short]
    under = kind_of(plan, found.allowed[key], tests)
    if Truth.NO not in _truths(short) and missing:
        asked = [text for text in missing if text.startswith("find out")]
        more = f" and {len(asked) - 1} more" if len(asked) > 1 else ""
        settle = f"{asked[0]}{more}" if asked else f"settle the terms of the {name}"
        return f"{settle}; it takes {under}"
    thing = next((text for text in missing if text.startswith("license the")), "")
    what = thing.removeprefix("license ").partition(" under ")[0] or f"the {name}"
    return f"{'put' if under == 'a license' else 'license'} {what} under {under}"


def kind_of(plan: Plan, terms: frozenset[Option], tests: Sequence[Predicate]) -> str:
    """Say what licenses have in common, by whose ruling; or what they must allow."""
    known = [classes_of(plan.view.knowledge, str(ident)) for ident in terms]
    if all(each.osi for each in known):
        return "an OSI-approved license"
    if all(each.osi or each.fsf or each.open_definition for each in known):
        return "an open license"
    if all(
        each.mot_open or each.open_definition or each.family in _OPEN_FAMILIES for each in known
    ):
        return "an open license"
    if any(isinstance(test, Unrestricted) for test in tests):
        return "terms that restrict no such use"
    if any(isinstance(test, Permits) for test in tests):
        return "terms that allow it"
    return "a license"


def _open(plan: Plan, owner: str, allowed: frozenset[Option], missing: Sequence[str]) -> str:
    name = name_of(Component(owner))
    if missing and missing[0].startswith(("see whether", "say where")):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        return missing[0] + more
    level = _least_access(allowed) or Access.DOWNLOAD
    gated = any(part.access is Access.GATED_DOWNLOAD for part in plan.view.found(Component(owner)))
    ungate = ", without asking or agreeing first" if gated and level is Access.DOWNLOAD else ""
    return GIVE[level].format(f"the {name}") + ungate


def _says(owner: str, short: Sequence[Wanted]) -> str:
    name = name_of(Component(owner))
    topics = [
        topic for item in short if isinstance(item.test, Covers) for topic in item.test.topics
    ]
    if topics:
        return f"say in the {name}: {', '.join(dict.fromkeys(topics))}"
    values = [
        value for item in short if isinstance(item.test, Stated) for value in item.test.values
    ]
    return f"give the {name} as {some(list(dict.fromkeys(values)))}"
