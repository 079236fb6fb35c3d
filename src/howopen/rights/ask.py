"""`may(release, action, who) -> Answer`: the terms of a part and of its parents, applied."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Condition, Duty, Reason, Risk, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.actions import action_id
from howopen.knowledge.models import known_model
from howopen.release import Part, Release
from howopen.rights.compile import Compiled, compile_part
from howopen.rights.conflicts import conflict
from howopen.rights.data import data_risks
from howopen.rights.decide import decide
from howopen.rights.explain import answer
from howopen.rights.lineage import ParentTerms, join, parents_of
from howopen.rights.pick import pick
from howopen.rights.words import Words, checked, words_of

ANYONE = Circumstances()


def may(  # noqa: PLR0913 - the question as people ask it
    release: Release,
    action: str,
    who: Circumstances = ANYONE,
    *,
    knowledge: Knowledge | None = None,
    component: str | None = None,
    variant: str | None = None,
) -> Answer:
    """Answer whether somebody may do something with a release.

    Args:
        release: what was released, with the terms on its parts.
        action: an action or an alias of `actions.toml`.
        who: who asks, for what, where; what is not given becomes a condition.
        knowledge: licenses and vocabulary; ours when not given.
        component: the component asked about instead of the action's own.
        variant: the variant asked about.

    Raises:
        UnknownTermError: for an action, component, variant or circumstance that is none.
    """
    known = knowledge or default()
    asked = action_id(known, action)
    words = words_of(known)
    given = checked(who, asked, known)
    parts = pick(release, words.actions[asked].component, component, variant)
    if not parts:
        return _nothing(asked, component, variant, words, release)
    answers = [_of_part(release, part, Asked(asked, given, known)) for part in parts]
    found = answers[0] if len(answers) == 1 else _together(answers, parts)
    return replace(found, variant=variant or (found.variant if len(parts) == 1 else None))


def rights_table(
    release: Release,
    who: Circumstances = ANYONE,
    knowledge: Knowledge | None = None,
    *,
    variant: str | None = None,
) -> tuple[Answer, ...]:
    """Answer every action there is."""
    known = knowledge or default()
    return tuple(
        may(release, action, who, knowledge=known, variant=variant)
        for action in words_of(known).actions
    )


def compiled_terms(
    release: Release, part: Part, knowledge: Knowledge
) -> tuple[Compiled, tuple[ParentTerms, ...]]:
    """Compile the terms on a part and those of its parents."""
    own = compile_part(part, knowledge)
    parents = parents_of(release, knowledge, part.component, part.variant)
    return join(own, parents), parents


class Asked(NamedTuple):
    """A question: the action, who asks, and the knowledge to answer from."""

    action: str
    who: Circumstances
    knowledge: Knowledge


def _of_part(release: Release, part: Part, asked: Asked) -> Answer:
    action, who, knowledge = asked
    words = words_of(knowledge)
    compiled, parents = compiled_terms(release, part, knowledge)
    seen = replace(who, modality=who.modality or modality_of(release, parents, knowledge, words))
    decision = decide(compiled.node, action, seen, words)
    found = answer(decision, compiled, action, seen, words)
    clash = conflict(compiled, action)
    if clash is not None and found.truth is not Truth.NO:
        found = _clashing(found, *clash)
    risks = () if found.truth is Truth.NO else data_risks(release, knowledge, action, who.purpose)
    hearsay = () if found.truth is Truth.NO else _hearsay(parents)
    return replace(
        found,
        component=str(part.component),
        variant=part.variant,
        risks=(*found.risks, *hearsay, *risks),
    )


def modality_of(
    release: Release, parents: tuple[ParentTerms, ...], knowledge: Knowledge, words: Words
) -> str | None:
    """Tell a modality beyond text where the release shows one; text is never concluded."""
    models = [known_model(knowledge, release.ref), *(parent.model for parent in parents)]
    if any(model is not None and model.modality == "multimodal" for model in models):
        return "multimodal"
    tags = [one.value for one in release.declarations if one.key == "pipeline_tag"]
    return next((words.modalities[tag] for tag in tags if tag in words.modalities), None)


def _hearsay(parents: tuple[ParentTerms, ...]) -> tuple[Risk, ...]:
    """Warn of a parent nobody knows that only a configuration file names."""
    return tuple(
        Risk(
            id="named-in-config",
            text=f"a configuration file names {parent.ref}, whose terms are not known here",
            evidence=parent.relation.evidence,
        )
        for parent in parents
        if parent.hearsay
    )


def _clashing(found: Answer, truth: Truth, reason: Reason) -> Answer:
    """Let terms that cannot both be met outweigh what each alone would allow."""
    if truth is Truth.UNCLEAR and found.truth is Truth.UNCLEAR:
        return replace(found, reasons=(*found.reasons, reason))
    closed = {"conditions": (), "duties": (), "risks": ()} if truth is Truth.NO else {}
    headline = f"{'No' if truth is Truth.NO else 'Unclear'}: {reason.text}"
    settles = () if truth is Truth.NO else ("a license of one side that allows the other",)
    return replace(
        found, truth=truth, headline=headline, reasons=(reason,), settles=settles, **closed
    )


def _nothing(
    action: str, component: str | None, variant: str | None, words: Words, release: Release
) -> Answer:
    wanted = component or words.actions[action].component
    of = f" of {variant}" if variant else ""
    text = f"no {wanted.replace('-', ' ')}{of} found in this release or linked from it"
    return Answer(
        action=action,
        truth=Truth.NA,
        headline=f"Does not apply: {text}",
        component=wanted,
        variant=variant,
        reasons=(Reason(text=text),),
        settles=(f"the REF of a release that holds them, instead of {release.name}",),
    )


def _together(answers: list[Answer], parts: tuple[Part, ...]) -> Answer:
    """Answer for several variants at once: what all agree on, else unclear naming them."""
    named = [
        (part.variant or part.name or part.id, one)
        for part, one in zip(parts, answers, strict=True)
    ]
    reasons = tuple(
        Reason(text=f"{name}: {one.headline}", because=one.reasons) for name, one in named
    )
    first = answers[0]
    conditions: tuple[Condition, ...] = tuple(
        dict.fromkeys(c for a in answers for c in a.conditions)
    )
    duties: tuple[Duty, ...] = tuple(dict.fromkeys(d for a in answers for d in a.duties))
    joined = replace(
        first,
        conditions=conditions,
        duties=duties,
        risks=tuple(dict.fromkeys(risk for one in answers for risk in one.risks)),
        reasons=reasons,
        footing=tuple(dict.fromkeys(line for one in answers for line in one.footing)),
        settles=tuple(dict.fromkeys(line for one in answers for line in one.settles)),
        reading=max((one.reading for one in answers), key=lambda depth: depth == "coarse"),
    )
    if len({one.truth for one in answers}) == 1:
        told = f"{first.truth.capitalize()} for each of {len(named)} models; {named[0][0]}: "
        return replace(joined, headline=told + first.headline)
    told = "; ".join(f"{name}: {one.truth}" for name, one in named)
    return replace(
        joined,
        truth=Truth.UNCLEAR,
        headline=f"Unclear: the models of this release differ ({told})",
        settles=("which model is meant: name the variant", *joined.settles),
    )
