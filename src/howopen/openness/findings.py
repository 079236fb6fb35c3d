"""What about the openness of a release is worth acting on, beside the verdicts (HO5xx)."""

from __future__ import annotations

from collections.abc import Iterator

from howopen.answer import Finding, Gravity, Truth
from howopen.knowledge import Knowledge
from howopen.knowledge.classes import classes_of
from howopen.knowledge.findings import code_of
from howopen.knowledge.predicates import Licensed
from howopen.openness.asked import DECLARED, problem_of
from howopen.openness.terms import in_classes, over
from howopen.openness.view import (
    FOUND,
    index_of,
    may_be_stated_elsewhere,
    named_apart,
    readings,
    said,
)
from howopen.release import Access, Component, Evidence, Part, Presence, Release

#: open by any body's ruling
OPEN = Licensed(of=("weights",), classes=("osi", "fsf", "open-definition"))

CODE = (Component.INFERENCE_CODE, Component.TRAINING_CODE, Component.ARCHITECTURE)


def find_openness(release: Release, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Find what is odd about how open the weights are."""
    found = [part for part in release.parts if part.presence in FOUND]
    weights = list(named_apart(part for part in found if part.component is Component.WEIGHTS))
    return (
        *_gated(weights, knowledge),
        *_disputed(weights, knowledge),
        *_uneven(release, weights, knowledge),
        *_nowhere(weights, knowledge),
        *_code_only(release, weights, knowledge),
        *_unasked(release, knowledge),
    )


def _unasked(release: Release, knowledge: Knowledge) -> Iterator[Finding]:
    for item in release.declarations:
        if item.key.startswith(DECLARED):
            problem = problem_of(item.key.removeprefix(DECLARED), item.value, knowledge)
            if problem is not None:
                text = f"{problem.message}; {problem.hint}"
                yield _finding(knowledge, "HO506", text, "", (item.evidence,))


def _open(part: Part, knowledge: Knowledge) -> Truth:
    if part.grant is None or part.grant.terms is None:
        return Truth.NO
    return over(part.grant.terms, lambda one: in_classes(one, OPEN, knowledge)).truth


def _gated(weights: list[Part], knowledge: Knowledge) -> Iterator[Finding]:
    for part in weights:
        if part.access is Access.GATED_DOWNLOAD and _open(part, knowledge) is Truth.YES:
            text = f"{_name(part)}: {_terms(part)}, yet only for download after asking or agreeing"
            yield _finding(knowledge, "HO501", text, part.id, (*_grant(part), *part.evidence[:2]))


def _disputed(weights: list[Part], knowledge: Knowledge) -> Iterator[Finding]:
    seen: set[str] = set()
    for part in weights:
        for reading in readings(part.grant.terms if part.grant else None):
            if reading.license is None or reading.license in seen:
                continue
            seen.add(reading.license)
            found = classes_of(knowledge, reading.license)
            if found.osi is not found.fsf:
                osi = "approved by the OSI" if found.osi else "not on the OSI's list"
                fsf = "free by the FSF" if found.fsf else "not on the FSF's list"
                text = f"{_name(part)}: {reading.license} is {osi} and {fsf}"
                yield _finding(knowledge, "HO502", text, part.id, reading.evidence[:1])


def _uneven(release: Release, weights: list[Part], knowledge: Knowledge) -> Iterator[Finding]:
    index, by_truth = index_of(release), dict[Truth, list[Part]]()
    for part in weights:
        bare = part.grant is None or part.grant.terms is None
        if not (bare and may_be_stated_elsewhere(index, part)):
            by_truth.setdefault(_open(part, knowledge), []).append(part)
    if len({Truth.YES, Truth.NO} & by_truth.keys()) < 2:
        return
    good, bad = by_truth[Truth.YES], by_truth[Truth.NO]
    text = (
        f"open: {', '.join(sorted({_name(part) for part in good})[:8])}; "
        f"not open: {', '.join(sorted({_name(part) for part in bad})[:8])}"
    )
    yield _finding(knowledge, "HO503", text, good[0].id, (*_grant(good[0]), *_grant(bad[0])))


def _nowhere(weights: list[Part], knowledge: Knowledge) -> Iterator[Finding]:
    for part in weights:
        lost = part.presence is Presence.ELSEWHERE and not part.urls and part.access is None
        if lost and _open(part, knowledge) is Truth.YES:
            text = f"{_name(part)}: {_terms(part)}, but nothing here says where they can be had"
            yield _finding(knowledge, "HO504", text, part.id, (*_grant(part), *part.evidence[:1]))


def _code_only(release: Release, weights: list[Part], knowledge: Knowledge) -> Iterator[Finding]:
    code = [part for part in release.parts if part.component in CODE and part.presence in FOUND]
    free = [part for part in code if _open(part, knowledge) is Truth.YES]
    shut = [part for part in weights if _restricted(part, knowledge)]
    pairs = ((one, two) for one in free for two in shut if _together(one, two))
    pair = next(pairs, None)
    if pair is None:
        return
    code_part, weights_part = pair
    text = " and ".join(f"{_name(part)} under {_terms(part)}" for part in pair)
    sides = (*_grant(code_part), *_grant(weights_part))
    yield _finding(knowledge, "HO505", text, weights_part.id, sides)


def _together(code: Part, weights: Part) -> bool:
    """Tell whether code and weights belong to the same model, or the code to all."""
    return code.variant in {None, weights.variant}


def _restricted(part: Part, knowledge: Knowledge) -> bool:
    stated = part.grant is not None and part.grant.terms is not None
    return stated and _open(part, knowledge) is Truth.NO


def _name(part: Part) -> str:
    own = part.variant or part.name
    return part.component.replace("-", " ") + (f" of {own}" if own else "")


def _terms(part: Part) -> str:
    return said(part.grant.terms if part.grant else None)


def _grant(part: Part) -> tuple[Evidence, ...]:
    return part.grant.evidence[:1] if part.grant else ()


def _finding(
    knowledge: Knowledge, code: str, text: str, subject: str, sides: tuple[Evidence, ...]
) -> Finding:
    known = code_of(knowledge, code)
    return Finding(
        code=code,
        gravity=Gravity(known.gravity),
        text=text,
        sides=sides,
        subject=subject,
        remedy=known.remedy,
    )
