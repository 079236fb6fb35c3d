"""Whether terms hold on the parts of a component: on all of them, and on what they were made from.

Parts under the same terms are judged once and told together.
"""

from __future__ import annotations

from collections.abc import Callable

from howopen.answer import Reason, Truth
from howopen.openness.logic import all_of
from howopen.openness.terms import Judged, joined, over
from howopen.openness.view import Alike, View, may_be_stated_elsewhere, said
from howopen.openness.words import (
    MOST_NAMED,
    find_out,
    name_of,
    of_these,
    own_name,
    part_name,
    some,
)
from howopen.release import Component, Evidence, Grant, LicenseReading, Scope


def over_parts(
    view: View,
    component: Component,
    judge: Callable[[LicenseReading], Judged],
    *,
    unlicensed: Truth,
) -> Judged:
    """Judge the terms on all parts of a component that were found.

    Args:
        view: the release as a definition sees it.
        component: of which at least one part was found.
        judge: tells of one license whether it will do.
        unlicensed: what follows where nothing states terms.
    """
    groups = view.alike(component)
    judged = [_terms_of(view, each, judge, unlicensed) for each in groups]
    whole = joined(judged, all_of)
    told = list(zip(groups, judged, strict=True))
    holding = [part for each, own in told if own.truth is Truth.YES for part in each.parts]
    if whole.truth is Truth.YES or not holding:
        return whole
    names = sorted({part_name(part) for part in holding})
    others = Reason(text="the terms differ: it does hold for " + some(names))
    wanting = [part for each, own in told if own.truth is not Truth.YES for part in each.parts]
    lacking = [own_name(part) for part in wanting]
    missing = tuple(of_these(text, component, lacking) for text in whole.missing)
    return Judged(truth=whole.truth, reasons=(*whole.reasons, others), missing=missing)


def _terms_of(
    view: View,
    group: Alike,
    judge: Callable[[LicenseReading], Judged],
    unlicensed: Truth,
) -> Judged:
    """Judge the terms on parts that are under the same."""
    part = group.parts[0]
    grant = view.grant(part)
    if grant is None:
        text = f"{group.name}: its terms were not looked for"
        reason = Reason(text=text, evidence=part.evidence[:2])
        return Judged(truth=Truth.UNCLEAR, reasons=(reason,), missing=(find_out(part),))
    if grant.terms is None:
        return _bare(view, group, grant, unlicensed)
    inner = _with_lineage(view, group, over(grant.terms, judge), judge)
    how = " (inherited from the release)" if grant.scope is Scope.INHERITED else ""
    text = f"{group.name}: {said(grant.terms)}{how}"
    reason = Reason(text=text, evidence=_wherever(view, group, grant), because=inner.reasons)
    if inner.truth is Truth.YES:
        return Judged(truth=inner.truth, reasons=(reason,))
    missing = inner.missing or (f"license the {name_of(part.component)} under an open license",)
    return Judged(truth=inner.truth, reasons=(reason,), missing=missing)


def _wherever(view: View, group: Alike, grant: Grant) -> tuple[Evidence, ...]:
    """Say where the terms of a group are stated: where its first three parts differ, for each."""
    grants = [view.grant(part) for part in group.parts[1:MOST_NAMED]]
    others = [one.evidence[0] for one in grants if one is not None and one.evidence]
    if not others:
        return grant.evidence[:3]
    return tuple(dict.fromkeys((*grant.evidence[:1], *others, *grant.evidence[1:])))[:3]


def _with_lineage(
    view: View, group: Alike, own: Judged, judge: Callable[[LicenseReading], Judged]
) -> Judged:
    """Take back what a label says where a parent's terms say less: a child grants no more.

    Definitions that count a repository's license on everything (`global`) ask for the label alone.
    """
    if own.truth is not Truth.YES or view.scope_rule != "as-found":
        return own
    for parent in view.parents(group.parts[0]):
        for origin in parent.compiled.origins.values():
            if origin.reading is None:
                continue
            theirs = judge(origin.reading)
            if theirs.truth is not Truth.YES:
                sure = parent.reached == "yes" and theirs.truth is Truth.NO
                text = f"{group.name}: its parent {parent.ref} is under {parent.key}"
                seen = parent.relation.evidence[:2]
                reason = Reason(
                    text=f"{text}, whatever the label says: {parent.why}",
                    evidence=seen,
                    because=theirs.reasons,
                )
                missing = (f"have {parent.ref} released under an open license",)
                truth = Truth.NO if sure else Truth.UNCLEAR
                return Judged(truth=truth, reasons=(reason,), missing=missing)
    return own


def _bare(view: View, group: Alike, grant: Grant, unlicensed: Truth) -> Judged:
    """Judge a part without terms: nothing is granted here; elsewhere they may still be stated."""
    part = group.parts[0]
    evidence = grant.evidence or part.evidence[:2]
    if may_be_stated_elsewhere(view.index, part):
        where = f"at {part.urls[0]}" if part.urls else "where it lies"
        text = f"{group.name}: nothing here states terms for it; those {where} were not read"
        reason = Reason(text=text, evidence=evidence)
        return Judged(truth=Truth.UNCLEAR, reasons=(reason,), missing=(find_out(part),))
    text = f"{group.name}: nothing states terms for it, so nothing is granted"
    wanted = f"license the {name_of(part.component)} under an open license"
    reason = Reason(text=text, evidence=evidence)
    return Judged(truth=unlicensed, reasons=(reason,), missing=(wanted,))
