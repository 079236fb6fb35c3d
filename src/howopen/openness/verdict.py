"""A definition and a release -> a verdict: criteria judged, the level reached, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from howopen.answer import Answer, Criterion, Truth, Verdict
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.definitions import Definition, Level, Rule, definition_ids, definition_of
from howopen.openness.evaluate import evaluate
from howopen.openness.logic import all_of
from howopen.openness.view import View, closed_world
from howopen.release import Release, ReleaseKind


def verdicts(
    release: Release,
    knowledge: Knowledge,
    *,
    only: Sequence[str] | None = None,
    variant: str | None = None,
) -> dict[str, Verdict]:
    """Judge a release under every definition, or under those named.

    Args:
        release: with its grants concluded.
        knowledge: definitions and licenses.
        only: ids of definitions.
        variant: judge only this variant and what all variants share.

    Raises:
        UnknownTermError: for an unknown definition or variant, with near ones.
    """
    known = [item.id for item in release.variants]
    if variant is not None and variant not in known:
        raise unknown_term("variant", variant, known)
    answers: dict[tuple[str, str], Answer | None] = {}
    found = {}
    for ident in definition_ids(knowledge) if only is None else only:
        definition = definition_of(knowledge, ident)
        found[ident] = judge(definition, release, knowledge, variant=variant, answers=answers)
    return found


def judge(
    definition: Definition,
    release: Release,
    knowledge: Knowledge,
    *,
    variant: str | None = None,
    answers: dict[tuple[str, str], Answer | None] | None = None,
) -> Verdict:
    """Judge a release under one definition; a data set is none of the things it is made for."""
    text = definition.text
    if release.kind is ReleaseKind.DATASET:
        version = _version(definition, knowledge)
        level = "does not apply to data sets"
        return Verdict(
            definition=text.id, title=text.title, version=version, level=level, truth=Truth.NA
        )
    view = View(
        release=release,
        knowledge=knowledge,
        scope_rule=text.scope_rule,
        unfound=text.unfound if closed_world(release) else "unclear",
        types=text.component_types,
        variant=variant,
        answers={} if answers is None else answers,
    )
    criteria = {rule.id: _criterion(rule, view) for rule in definition.rules}
    if text.outcomes is not None:
        return _bar(definition, knowledge, criteria)
    return _levels(definition, knowledge, criteria)


def _criterion(rule: Rule, view: View) -> Criterion:
    judged = evaluate(rule.holds, view)
    own = (rule.missing,) if rule.missing else judged.missing
    return Criterion(
        id=rule.id,
        title=rule.title,
        truth=judged.truth,
        reasons=judged.reasons,
        missing=() if judged.truth in {Truth.YES, Truth.NA} else own,
    )


def _bar(
    definition: Definition, knowledge: Knowledge, criteria: Mapping[str, Criterion]
) -> Verdict:
    """Conclude a definition without levels: it is met, not met, or undetermined."""
    text = definition.text
    assert text.outcomes is not None  # noqa: S101 - the loader checked it
    counted = [criteria[rule.id] for rule in definition.rules if not rule.informs]
    truth = all_of([item.truth for item in counted])
    words = {Truth.YES: text.outcomes.yes, Truth.NO: text.outcomes.no}
    return Verdict(
        definition=text.id,
        title=text.title,
        version=_version(definition, knowledge),
        level=words.get(truth, text.outcomes.unclear),
        truth=truth,
        criteria=tuple(criteria.values()),
        missing=_missing(counted),
        next_level="" if truth is Truth.YES else text.outcomes.yes,
    )


def _levels(
    definition: Definition, knowledge: Knowledge, criteria: Mapping[str, Criterion]
) -> Verdict:
    """Conclude a definition with levels: the highest that is surely reached."""
    text = definition.text
    truths = _reached(definition, criteria)
    sure = [index for index, truth in enumerate(truths) if truth is Truth.YES]
    reached = sure[-1] if sure else -1
    level = _said(text.level, reached, truths) if sure else _no_level(definition, truths)
    following = _following(definition, reached)
    needed = _needs(definition, following) if following else () if sure else tuple(criteria)
    extra = _progress(definition, criteria) if text.progress else ()
    return Verdict(
        definition=text.id,
        title=text.title,
        version=_version(definition, knowledge),
        level=level,
        truth=_bar_truth(definition, truths),
        criteria=(*criteria.values(), *extra),
        missing=_missing([criteria[name] for name in needed]),
        next_level=following.title if following else "",
    )


def _following(definition: Definition, reached: int) -> Level | None:
    """Return the next level up; where none is sure and levels do not add up, none is the next."""
    levels = definition.text.level
    if reached < 0 and not definition.text.cumulative:
        return None
    return levels[reached + 1] if reached + 1 < len(levels) else None


def _version(definition: Definition, knowledge: Knowledge) -> str:
    return f"{definition.text.version} (knowledge {knowledge.version})"


def _said(levels: Sequence[Level], reached: int, truths: Sequence[Truth]) -> str:
    level = levels[reached]
    open_ended = level.at_least and Truth.UNCLEAR in truths[reached + 1 : reached + 2]
    return f"at least {level.title}" if open_ended else level.title


def _no_level(definition: Definition, truths: Sequence[Truth]) -> str:
    """Say that no level is sure; where the terms rule out the bar, say up to which it may go."""
    text = definition.text
    if Truth.UNCLEAR not in truths:
        return text.none
    highest = max(index for index, truth in enumerate(truths) if truth is not Truth.NO)
    bounded = text.cumulative and text.bar and _bar_truth(definition, truths) is Truth.NO
    return f"undetermined, at most {text.level[highest].title}" if bounded else "undetermined"


def _reached(definition: Definition, criteria: Mapping[str, Criterion]) -> list[Truth]:
    """Tell of each level whether it is reached, those below included where they add up."""
    truths: list[Truth] = []
    for level in definition.text.level:
        counted = _counted(definition, _needs(definition, level), criteria)
        truths.append(all_of([truth for _, truth in counted]))
    return truths


def _needs(definition: Definition, level: Level) -> tuple[str, ...]:
    """List the criteria of a level, with those of the levels below where they add up."""
    if not definition.text.cumulative:
        return level.needs
    levels = definition.text.level
    below = levels[: levels.index(level) + 1]
    return tuple(dict.fromkeys(name for item in below for name in item.needs))


def _counted(
    definition: Definition, needs: Sequence[str], criteria: Mapping[str, Criterion]
) -> list[tuple[str, Truth]]:
    """List criteria that count with their truths; one that another stands in for holds, or drops.

    The Model Openness Tool lets a research paper stand in for the technical report; where the paper
    is required itself, the report is no longer counted.
    """
    instead = {rule.id: rule.instead for rule in definition.rules}
    counted = []
    for name in needs:
        truth, other = criteria[name].truth, instead[name]
        if truth is not Truth.YES and other and criteria[other].truth is Truth.YES:
            if other in needs:
                continue
            truth = Truth.YES
        counted.append((name, truth))
    return counted


def _progress(definition: Definition, criteria: Mapping[str, Criterion]) -> tuple[Criterion, ...]:
    """Add a criterion a level, scored by the share of criteria met; none above an unmet level."""
    found: list[Criterion] = []
    blocked = False
    for level in definition.text.level:
        counted = _counted(definition, _needs(definition, level), criteria)
        truth = all_of([truth for _, truth in counted])
        share = sum(truth is Truth.YES for _, truth in counted) / max(1, len(counted))
        lacking = tuple(name for name, own in counted if own is not Truth.YES)
        score = 0.0 if blocked else share
        found.append(
            Criterion(id=level.id, title=level.title, truth=truth, score=score, missing=lacking)
        )
        blocked = blocked or share < 1
    return tuple(found)


def _bar_truth(definition: Definition, truths: Sequence[Truth]) -> Truth:
    bar = definition.text.bar
    if not bar:
        return Truth.NA
    index = next(i for i, level in enumerate(definition.text.level) if level.id == bar)
    return truths[index]


def _missing(criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """List what is missing: first what surely fails, then what is unclear."""
    lacking = [item for item in criteria if item.truth is Truth.NO]
    lacking += [item for item in criteria if item.truth is Truth.UNCLEAR]
    return tuple(dict.fromkeys(text for item in lacking for text in item.missing))
