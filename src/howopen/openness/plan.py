"""A definition's predicates over a release -> a formula over what could be changed.

Each thing that a change could make different is a variable: whether a component is there, its
terms, how far it can be had, what it says, and the answer to a question. What an option of a
variable comes to is asked of the evaluator itself, on a release made up of that one component; so
whatever the evaluator holds of licenses holds here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from howopen.answer import Reason, Truth
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
    Unrestricted,
)
from howopen.knowledge.remedies import choices, usual_for
from howopen.openness.cheapest import Every, Formula, Narrow, Option, Some
from howopen.openness.evaluate import ACCESS_ORDER, evaluate
from howopen.openness.terms import Judged
from howopen.openness.view import View
from howopen.release import (
    Access,
    Component,
    Evidence,
    Fact,
    Grant,
    How,
    LicenseReading,
    Part,
    Presence,
    Release,
    ReleaseKind,
    Scope,
    Single,
)

#: as it is now; a component made to be there; one taken away or never there; said or answered so
AS_IS, THERE, GONE, SO, NOT_SO = "as is", "there", "gone", "so", "not so"

#: in place of a component: a question
QUESTION = "question"

#: What could be different: of which component or question, and in what.
What: TypeAlias = tuple[str, str]

#: predicates on one component, with what of it they look at
_LOOKS: dict[type, str] = {
    AccessAtLeast: "access",
    Licensed: "terms",
    Unrestricted: "terms",
    Permits: "terms",
    Covers: "says",
    Stated: "form",
}

_Leaf: TypeAlias = Present | AccessAtLeast | Licensed | Unrestricted | Permits | Covers | Stated


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What one criterion wants of a variable, and what the evaluator says of it now."""

    criterion: str
    test: Predicate
    allowed: frozenset[Option]
    judged: Judged


class Plan(msgspec.Struct, kw_only=True):
    """What could be changed to meet some criteria.

    Attributes:
        view: the release as the definition sees it.
        listed: ids of licenses that the definition has lists of.
        supposed: what the evaluator said of made-up components, kept between definitions.
        wanted: by variable, what criteria want of it.
        denied: by criterion and predicate, who answered that it does not hold.
    """

    view: View
    listed: frozenset[str] = frozenset()
    supposed: dict[tuple[object, ...], Truth] = msgspec.field(default_factory=dict)
    wanted: dict[What, list[Wanted]] = msgspec.field(default_factory=dict)
    denied: dict[tuple[str, Predicate], Reason] = msgspec.field(default_factory=dict)

    def formula(self, test: Predicate, criterion: str, *, holds: bool = True) -> Formula | None:
        """Say what makes a predicate hold, or not hold; None where it does not apply."""
        match test:
            case All() | Any():
                several = self._several(test.tests, criterion, holds=holds)
                if several is None:
                    return None
                return Every(several) if isinstance(test, All) is holds else Some(several)
            case Count():
                several = self._several(test.tests, criterion, holds=holds) or ()
                least = test.least if holds else len(several) - test.least + 1
                return Some(several, least)
            case Not():
                return self.formula(test.test, criterion, holds=not holds)
            case Present() | AccessAtLeast() | Licensed() | Unrestricted() | Permits():
                return self._components(test, criterion, holds=holds)
            case Covers() | Stated():
                return self._components(test, criterion, holds=holds)
            case _:
                key = (QUESTION, test.id if isinstance(test, Ask) else repr(test))
                judged = evaluate(test, self.view)
                return self._want(key, {SO if holds else NOT_SO}, test, criterion, judged, holds)

    def options(self, key: What) -> tuple[Option, ...]:
        """List what a variable may become."""
        owner, aspect = key
        if owner == QUESTION:
            return (AS_IS, SO, NOT_SO)
        match aspect:
            case "presence":
                return (AS_IS, THERE, GONE)
            case "terms":
                return (AS_IS, *choices(self.view.knowledge, self.listed))
            case "access":
                return (AS_IS, *ACCESS_ORDER)
            case _:
                return (AS_IS, SO)

    def there(self, component: str) -> bool:
        """Tell whether a component was found."""
        return bool(self.view.found(Component(component)))

    def _several(
        self, tests: Sequence[Predicate], criterion: str, *, holds: bool
    ) -> tuple[Formula, ...] | None:
        found = [self.formula(test, criterion, holds=holds) for test in tests]
        applying = tuple(each for each in found if each is not None)
        return applying or None

    def _want(  # noqa: PLR0913 - the six belong together, and are only handed on
        self,
        key: What,
        options: set[Option],
        test: Predicate,
        criterion: str,
        judged: Judged,
        holds: bool,
    ) -> Narrow:
        told = self.denied.get((criterion, test))
        if told is not None and judged.truth is Truth.UNCLEAR:
            judged = replace(judged, truth=Truth.NO, reasons=(told, *judged.reasons))
        now = Truth.YES if holds else Truth.NO
        allowed = frozenset(options | ({AS_IS} if judged.truth is now else set()))
        wanted = Wanted(criterion=criterion, test=test, allowed=allowed, judged=judged)
        self.wanted.setdefault(key, []).append(wanted)
        return Narrow(key, allowed)

    def _components(self, test: _Leaf, criterion: str, *, holds: bool) -> Formula | None:
        components = self.view.components(test.of)
        each = tuple(self._component(test, one, criterion, holds=holds) for one in components)
        if not each:
            return None
        return Every(each) if holds else Some(each)

    def _component(
        self, test: _Leaf, component: Component, criterion: str, *, holds: bool
    ) -> Formula:
        """Say what makes a predicate hold of one component: of how it is now, or once published."""
        single = replace(test, of=(component.value,))
        judged = evaluate(single, self.view)
        presence = (component.value, "presence")
        if isinstance(single, Present):
            options: set[Option] = {THERE} if holds else {GONE}
            return self._want(presence, options, single, criterion, judged, holds)
        key = (component.value, _LOOKS[type(single)])
        wanted = Truth.YES if holds else Truth.NO
        # what a license permits is read clause by clause, which only usual ones are worth
        permits = isinstance(single, Permits)
        tried = usual_for(self.view.knowledge, component) if permits else self.options(key)
        given = {one for one in tried if self._suppose(single, key, one) is wanted} - {AS_IS}
        ways: list[Formula] = []
        if self.there(component.value):
            own = self._want(key, given, single, criterion, judged, holds)
            kept = Narrow(presence, frozenset({AS_IS, THERE}))
            self.wanted.setdefault(presence, [])
            ways.append(Every((kept, own)))
        else:
            bare = {AS_IS} if self._suppose(single, key, AS_IS) is wanted else set()
            own = Narrow(key, frozenset(given | bare))
            self.wanted.setdefault(key, [])
            need = self._want(presence, {THERE}, single, criterion, judged, holds)
            ways.append(Every((Narrow(presence, frozenset({THERE})), own)))
            if AS_IS in need.allowed:
                ways.append(Narrow(presence, frozenset({AS_IS})))
        if not holds:
            ways.append(Narrow(presence, frozenset({GONE})))
        return Some(tuple(ways)) if len(ways) > 1 else ways[0]

    def _suppose(self, test: _Leaf, key: What, option: Option) -> Truth:
        """Ask the evaluator of a component that is there, with one thing about it so."""
        if isinstance(test, Covers | Stated):
            return Truth.YES if option == SO else Truth.UNCLEAR
        asked = tuple(getattr(test, name) for name in test.__struct_fields__ if name != "of")
        view = self.view
        sees = (view.scope_rule, tuple(view.types.items()))
        # what a license permits may hang on the component; the class it is in does not
        own = key[0] if isinstance(test, Permits) else ""
        known = (type(test).__name__, asked, own, sees, option)
        if known not in self.supposed:
            part = supposed_part(Component(key[0]), key[1], option)
            release = Release(
                ref="supposed", kind=ReleaseKind.MODEL, name="supposed", parts=(part,)
            )
            alone = View(
                release=release,
                knowledge=view.knowledge,
                scope_rule=view.scope_rule,
                unfound=view.unfound,
                types=view.types,
                roles=view.roles,
            )
            self.supposed[known] = evaluate(test, alone).truth
        return self.supposed[known]


def supposed_part(component: Component, aspect: str, option: Option) -> Part:
    """Make up a part that is there for download, unlicensed, but for one thing."""
    seen = Evidence(how=How.USER, source="supposed", quote=f"{component} {aspect}: {option}")
    grant = Grant(scope=Scope.UNSTATED)
    if aspect == "terms" and option != AS_IS:
        grant = supposed_grant(str(option))
    access = Access(str(option)) if aspect == "access" and option != AS_IS else Access.DOWNLOAD
    facts = (Fact(name=aspect, value=str(option), evidence=(seen,)),) if aspect == "says" else ()
    return Part(
        id=component.value,
        component=component,
        presence=Presence.HERE,
        access=access,
        grant=grant,
        facts=facts,
        evidence=(seen,),
    )


def supposed_grant(license_id: str) -> Grant:
    """Make up a grant of an unchanged license."""
    seen = Evidence(how=How.USER, source="supposed", quote=f"under {license_id}")
    reading = LicenseReading(
        license=license_id, name=license_id, via="known", modified=False, evidence=(seen,)
    )
    return Grant(scope=Scope.STATED, terms=Single(reading=reading), evidence=(seen,))
