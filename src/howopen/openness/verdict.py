"""A definition and a release -> a verdict: criteria judged, the level reached, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from howopen.answer import Criterion, Reason, Truth, Verdict
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.definitions import Definition, Level, Rule, current_ids, definition_of
from howopen.knowledge.predicates import Predicate
from howopen.openness.asked import Reply, answered, replies_of
from howopen.openness.evaluate import evaluate
from howopen.openness.frames import brief, frame_roles
from howopen.openness.logic import all_of
from howopen.openness.terms import Judged
from howopen.openness.view import Shared, View, closed_world
from howopen.release import Release, ReleaseKind


def verdicts(
    release: Release,
    knowledge: Knowledge,
    *,
    only: Sequence[str] | None = None,
    variant: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> dict[str, Verdict]:
    """Judge a release under every definition, or under those named.

    Args:
        release: with its grants concluded.
        knowledge: definitions and licenses.
        only: ids of definitions; those in force when left out, without retired editions.
        variant: judge only this variant and what all variants share.
        answers: to questions (`monetised`) and criteria (`osaid-1.0#training-code`) that files
            cannot decide: `yes`, `no`, or of a scored criterion `open`, `partial`, `closed`.

    Raises:
        UnknownTermError: for an unknown definition, variant, question or criterion, with near ones.
        QuestionError: for an answer that is no word for one.
    """
    known = [item.id for item in release.variants]
    if variant is not None and variant not in known:
        raise unknown_term("variant", variant, known)
    replies = replies_of(release, answers, knowledge)
    shared = Shared()
    found = {}
    for ident in current_ids(knowledge) if only is None else only:
        definition = definition_of(knowledge, ident)
        found[ident] = judge(
            definition, release, knowledge, variant=variant, replies=replies, shared=shared
        )
    return found


def judge(  # noqa: PLR0913 - the release, how it is asked about, and what was asked before
    definition: Definition,
    release: Release,
    knowledge: Knowledge,
    *,
    variant: str | None = None,
    replies: Mapping[str, Reply] | None = None,
    shared: Shared | None = None,
) -> Verdict:
    """Judge a release under one definition; a data set is none of the things it is made for."""
    text = definition.text
    if release.kind is ReleaseKind.DATASET:
        version = _version(definition, knowledge)
        level = "does not apply to data sets"
        return Verdict(
            definition=text.id, title=text.title, version=version, level=level, truth=Truth.NA
        )
    told = replies_of(release, None, knowledge) if replies is None else replies
    view = view_of(definition, release, knowledge, variant, told, shared or Shared())
    graded = {rule.id: _criterion(definition, rule, view) for rule in definition.rules}
    criteria = {name: criterion for name, (criterion, _) in graded.items()}
    if text.score:
        shares = [graded[rule.id][1] for rule in definition.rules if not rule.informs]
        return _scored(definition, knowledge, criteria, shares)
    verdict = _concluded(definition, knowledge, criteria)
    return replace(verdict, frame=text.frame) if text.frame else verdict


def view_of(  # noqa: PLR0913 - a field of the view each
    definition: Definition,
    release: Release,
    knowledge: Knowledge,
    variant: str | None,
    replies: Mapping[str, Reply],
    shared: Shared,
) -> View:
    """See a release as a definition does."""
    text = definition.text
    unfound = text.unfound if closed_world(shared.index(release), replies) else "unclear"
    types = tuple(text.component_types.items())
    seen = (text.scope_rule, unfound, types, variant)
    return View(
        release=release,
        knowledge=knowledge,
        scope_rule=text.scope_rule,
        unfound=unfound,
        types=text.component_types,
        roles=frame_roles(knowledge, text.frame) if text.frame else {},
        variant=variant,
        replies=replies,
        judged=shared.judged.setdefault(seen, {}),
        shared=shared,
    )


def _concluded(
    definition: Definition, knowledge: Knowledge, criteria: Mapping[str, Criterion]
) -> Verdict:
    if definition.text.outcomes is not None:
        return _bar(definition, knowledge, criteria)
    return _levels(definition, knowledge, criteria)


#: the least and the most of a criterion that is met
Share = tuple[float, float]

_SHARES: Mapping[Truth, Share] = {Truth.YES: (1.0, 1.0), Truth.NO: (0.0, 0.0)}
_HALVES: Mapping[Truth, Share] = {Truth.YES: (0.5, 0.5), Truth.NO: (0.0, 0.0)}


def _criterion(definition: Definition, rule: Rule, view: View) -> tuple[Criterion, Share]:
    if rule.holds is None:
        reason = Reason(text=rule.why)
        none = Criterion(id=rule.id, title=rule.title, truth=Truth.NA, reasons=(reason,))
        return none, (0.0, 0.0)
    judged, share = _graded(definition, rule, rule.holds, view)
    reasons, missing = judged.reasons, (rule.missing,) if rule.missing else judged.missing
    if rule.why:
        reasons = tuple(map(brief, reasons)) or (Reason(text=rule.why),)
    criterion = Criterion(
        id=rule.id,
        title=rule.title,
        truth=judged.truth,
        reasons=reasons,
        score=share[0] if definition.text.score and share[0] == share[1] else None,
        missing=() if judged.truth in {Truth.YES, Truth.NA} else missing,
    )
    return criterion, share


def _graded(
    definition: Definition, rule: Rule, holds: Predicate, view: View
) -> tuple[Judged, Share]:
    """Judge a criterion and its share; an answer to it settles what is unclear, and no more."""
    judged = evaluate(holds, view)
    share = _SHARES.get(judged.truth, (0.0, 1.0))
    if judged.truth is not Truth.YES and rule.partly is not None:
        half = evaluate(rule.partly, view)
        least, most = _HALVES.get(half.truth, (0.0, 0.5))
        share = (least, most if judged.truth is Truth.NO else 1.0)
        judged = replace(judged, reasons=tuple(dict.fromkeys((*judged.reasons, *half.reasons))))
    reply = answered(definition, rule.id, view.replies)
    if reply is None:
        return judged, share
    judged = replace(judged, reasons=tuple(dict.fromkeys((reply.reason, *judged.reasons))))
    if share[0] == share[1] or not share[0] <= reply.share <= share[1]:
        return judged, share
    return replace(judged, truth=reply.truth), (reply.share, reply.share)


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


def _scored(
    definition: Definition,
    knowledge: Knowledge,
    criteria: Mapping[str, Criterion],
    shares: Sequence[Share],
) -> Verdict:
    """Add up the criteria; where some are unclear, say between what the score lies."""
    text = definition.text
    of = 1 if text.score == "mean" else len(shares)
    least, most = (sum(each) * of / len(shares) for each in zip(*shares, strict=True))
    said = f"{least:.3g}" if least == most else f"{least:.3g} to {most:.3g}"
    return Verdict(
        definition=text.id,
        title=text.title,
        version=_version(definition, knowledge),
        level=f"{said} of {of}",
        truth=Truth.NA,
        score=least if least == most else None,
        criteria=tuple(criteria.values()),
        missing=_missing([criteria[rule.id] for rule in definition.rules if not rule.informs]),
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
    needed = needs_of(definition, following) if following else () if sure else tuple(criteria)
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
        counted = _counted(definition, needs_of(definition, level), criteria)
        truths.append(all_of([truth for _, truth in counted]))
    return truths


def needs_of(definition: Definition, level: Level) -> tuple[str, ...]:
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
        counted = _counted(definition, needs_of(definition, level), criteria)
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
