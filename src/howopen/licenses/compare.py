"""Two license texts set against each other: what one changed against the other, clause by clause.

What a changed clause does is said where both texts were read clause by clause; elsewhere changed
numbers, negations and signs of terms count as operative, and what nobody has judged is said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from howopen.licenses.comparison import ClauseChange, LicenseComparison, Status
from howopen.licenses.effects import EffectChange, Fact, effect_changes
from howopen.licenses.judging import Judge, Text
from howopen.licenses.passages import Passages

#: Below this share of words in common two texts are different licenses.
ALIKE = 0.3


#: what is read of a license at the depth `operative`; the rest may be there and was not looked for
READ = ("grants", "forbids", "limits", "requires", "reaches", "binds")


def compare(a: Text, b: Text) -> LicenseComparison:
    """Compare two texts clause by clause.

    Args:
        a: the first, against which the second is held.
        b: the second.
    """
    both = a.license is not None and b.license is not None
    open_ = a.open | b.open
    read = READ if both and _depths(a, b) != {"deep"} else None
    sure = (
        [fact for fact in one.facts if fact.subject not in open_ and _was_read(fact, read)]
        for one in (a, b)
    )
    effects = effect_changes(*sure) if both else ()
    judge = Judge(a, b, effects)
    clauses = judge.clauses()
    alike = _alike(a.passages, b.passages, judge.differing)
    if alike < ALIKE or not (a.passages.ids and b.passages.ids):
        return _unlike(a, b, alike, effects)
    outside = tuple(one for one in effects if one not in judge.used)
    counts = _counts(clauses)
    operative = counts[True] + len(outside)
    return LicenseComparison(
        a=a.compared,
        b=b.compared,
        says=_says(operative, counts[False], counts[None], clauses),
        alike=alike,
        operative=operative,
        wording=counts[False],
        unjudged=counts[None],
        clauses=clauses,
        elsewhere=outside,
        notes=tuple(_notes(a, b)),
    )


def _depths(a: Text, b: Text) -> set[str]:
    return {one.license.depth for one in (a, b) if one.license is not None}


def _was_read(fact: Fact, effects: tuple[str, ...] | None) -> bool:
    return effects is None or fact.effect in effects


def _counts(clauses: tuple[ClauseChange, ...]) -> Counter[bool | None]:
    """Count the changed clauses that are operative, only wording, or not judged, each once."""
    found: dict[tuple[str | None, str | None], bool | None] = {}
    for one in clauses:
        if one.status not in (Status.SAME, Status.MOVED):
            ref = (one.ref_a, one.ref_b)
            before = found.get(ref, False)
            found[ref] = True if before or one.operative else before and one.operative
            if not found[ref] and None in (before, one.operative):
                found[ref] = None
    return Counter(found.values())


def _unlike(a: Text, b: Text, alike: float, effects: tuple[EffectChange, ...]) -> LicenseComparison:
    """Compare different licenses by what they do, as far as both were read."""
    read = a.license is not None and b.license is not None
    what = f"they differ in {len(effects)} effects" if read else "what they do was not compared"
    empty = " and ".join(one.compared.source for one in (a, b) if not one.passages.ids)
    return LicenseComparison(
        a=a.compared,
        b=b.compared,
        says=f"no words to compare in {empty}"
        if empty
        else f"two different texts, with hardly a clause in common; {what}",
        alike=alike,
        operative=len(effects),
        wording=0,
        unjudged=0,
        clauses=(),
        elsewhere=effects,
        notes=tuple(_notes(a, b)),
    )


def _alike(a: Passages, b: Passages, differing: int) -> float:
    total = len(a.ids) + len(b.ids)
    if not total:
        return 1.0
    share = 1.0 - differing / total
    return min(round(share, 4), 0.9999) if differing else 1.0


def _says(operative: int, wording: int, unjudged: int, clauses: tuple[ClauseChange, ...]) -> str:
    moved = sum(one.status is Status.MOVED for one in clauses)
    rest = f"; moved: {moved}" if moved else ""
    if not (operative or wording or unjudged):
        return f"the same words{rest}"
    if not (operative or unjudged):
        return f"nothing operative changed; wording only: {wording}{rest}"
    open_ = f"; not judged: {unjudged}" if unjudged else ""
    return f"operative changes: {operative}; wording only: {wording}{open_}{rest}"


def _notes(a: Text, b: Text) -> Iterator[str]:
    for one in (a, b):
        who = one.compared.source
        if not one.compared.text:
            yield f"{who}: no text at hand; compared by our index and clauses, without quotes"
        if one.license is None:
            yield f"{who}: nobody has read it clause by clause; changes are judged by their words"
        elif one.compared.modified:
            yield f"{who}: departs from the published text; what it changes is judged by its words"
        for taken in one.license.incorporates if one.license else ():
            yield f"{who}: clause {taken.clause} takes in {taken.license}, a text of its own"
