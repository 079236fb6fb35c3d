"""`may(release, action, who) -> Answer`: the terms of a part and of its parents, applied."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Reason, Risk, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.actions import action_id
from howopen.knowledge.models import known_model
from howopen.release import Component, Part, Presence, Release, ReleaseKind
from howopen.rights.alike import alike, models_alike
from howopen.rights.asker import checked, contradiction, refusal
from howopen.rights.compile import Compiled, compile_part, published
from howopen.rights.conflicts import conflict
from howopen.rights.data import Held, data_risks, own_data, with_parents
from howopen.rights.decide import decide
from howopen.rights.explain import answer
from howopen.rights.footing import footing
from howopen.rights.lineage import ParentTerms, join, names_itself, parents_of
from howopen.rights.others import other_terms
from howopen.rights.pick import absent, first_of, pick, wanted_of
from howopen.rights.together import together
from howopen.rights.words import Words, words_of

ANYONE = Circumstances()

#: more groups of models than this are named and not answered
MAX_GROUPS = 12


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
        QuestionError: for circumstances that cannot be so together, or not of who does this.
    """
    known = knowledge or default()
    asked = action_id(known, action)
    words = words_of(known)
    against = contradiction(who, asked, known)
    if against is not None:
        raise refusal(against)
    given = checked(who, asked, known)
    parts = pick(release, words.actions[asked].component, component, variant)
    if not parts:
        return _nothing(asked, component, variant, words)
    groups = under_terms(release, parts, known, given.as_of)
    return _of_groups(release, groups, Asked(asked, given, known), variant)


def may_under(
    release: Release,
    groups: Sequence[Group],
    action: str,
    who: Circumstances = ANYONE,
    knowledge: Knowledge | None = None,
) -> Answer:
    """Answer from terms that are compiled already, without footing or what is at risk beside them.

    Truth, headline, reasons, conditions and duties are those of `may`.

    Args:
        release: what was released.
        groups: its parts, as `component_terms` gives them; at least one.
        action: an action or an alias of `actions.toml`.
        who: who asks, without a date.
        knowledge: licenses and vocabulary; ours when not given.

    Raises:
        UnknownTermError, QuestionError: as `may` does.
    """
    known = knowledge or default()
    asked = action_id(known, action)
    against = contradiction(who, asked, known)
    if against is not None:
        raise refusal(against)
    given = Asked(asked, checked(who, asked, known), known)
    return _joined(groups, [_decided(release, group, given) for group in groups], None)


def rights_table(
    release: Release,
    who: Circumstances = ANYONE,
    knowledge: Knowledge | None = None,
    *,
    variant: str | None = None,
) -> tuple[Answer, ...]:
    """Answer every action there is; those that this asker cannot take do not apply.

    Actions that are another's on data are asked of data sets only.
    """
    known = knowledge or default()
    found = []
    for action, about in words_of(known).actions.items():
        if about.like and release.kind is not ReleaseKind.DATASET:
            continue
        against = contradiction(who, action, known)
        if against is None:
            found.append(may(release, action, who, knowledge=known, variant=variant))
        else:
            text = f"Does not apply: {against.why}"
            found.append(
                Answer(action=action, truth=Truth.NA, headline=text, component=about.component)
            )
    return tuple(found)


def rights_by_variant(
    release: Release, who: Circumstances = ANYONE, knowledge: Knowledge | None = None
) -> tuple[Answer, ...]:
    """Answer every action for every model: one table for all models whose terms are alike.

    Where models differ, each answer names the first of its group as `variant` and all of them as
    `variants`; more than `MAX_GROUPS` groups are named and not answered.
    """
    known = knowledge or default()
    groups = _groups(release)
    if len(groups) < 2:
        names = groups[0] if groups else ()
        found = rights_table(release, who, known)
        return tuple(replace(one, variant=None, variants=names) for one in found)
    tables = [
        tuple(_for_group(one, group) for one in rights_table(release, who, known, variant=group[0]))
        for group in groups[:MAX_GROUPS]
    ]
    tables[-1] = tuple(_and_more(one, groups[MAX_GROUPS:]) for one in tables[-1])
    return tuple(one for table in tables for one in table)


def _groups(release: Release) -> list[tuple[str, ...]]:
    """Group the models of a release by their terms; those that are not there come last."""
    wanted = wanted_of(release, Component.WEIGHTS)
    own: dict[str | None, list[Part]] = {}
    for part in release.parts:
        own.setdefault(part.variant, []).append(part)
    shared = own.get(None, [])
    models = {
        one.id: first_of((*own.get(one.id, ()), *shared), wanted, one.id)
        for one in release.variants
    }
    groups = models_alike(release, models.items())
    return sorted(groups, key=lambda group: not models[group[0]])


def _for_group(found: Answer, group: tuple[str, ...]) -> Answer:
    """Let the answer for the first model of a group stand for all of them."""
    if len(group) == 1 or found.truth is not Truth.NA:
        return replace(found, variant=group[0], variants=group if len(group) > 1 else ())
    text = f"no {found.component} found for {len(group)} models, {group[0]} among them"
    return replace(
        found,
        variant=group[0],
        variants=group,
        headline=f"Does not apply: {text}",
        reasons=(Reason(text=text),),
    )


def _and_more(found: Answer, groups: list[tuple[str, ...]]) -> Answer:
    if not groups:
        return found
    names = ", ".join(name for group in groups for name in group)
    text = f"not answered here, ask by variant: models under {len(groups)} more sets of terms"
    return replace(found, reasons=(*found.reasons, Reason(text=f"{text}: {names}")))


def compiled_terms(
    release: Release, part: Part, knowledge: Knowledge, as_of: dt.date | None = None
) -> tuple[Compiled, tuple[ParentTerms, ...]]:
    """Compile the terms on a part and those of its parents."""
    own = compile_part(part, knowledge, as_of)
    parents = parents_of(release, knowledge, part.component, part.variant, as_of)
    return join(own, parents), parents


class Asked(NamedTuple):
    """A question: the action, who asks, and the knowledge to answer from."""

    action: str
    who: Circumstances
    knowledge: Knowledge


class Group:
    """Parts under the same terms, which are compiled once for all that is asked of them.

    Attributes:
        parts: the parts; an answer for the first holds for all.
        compiled: their terms with those of their parents.
        parents: what they were made from.
    """

    def __init__(
        self,
        parts: tuple[Part, ...],
        terms: tuple[Compiled, tuple[ParentTerms, ...]],
        own: Callable[[], tuple[Held, ...]],
        of: tuple[Release, Knowledge],
    ) -> None:
        self.parts = parts
        self.compiled, self.parents = terms
        self._own = own
        self._release, self._knowledge = of

    @functools.cached_property
    def data(self) -> tuple[Held, ...]:
        """The data they hold or were trained on, their parents' among it."""
        return tuple(with_parents(self._own(), self.parents, self._knowledge))

    @functools.cached_property
    def modality(self) -> str | None:
        """The modality that the release shows; None where it shows none."""
        return _modality_of(self._release, self.parents, self._knowledge, self.parts[0].variant)


def under_terms(
    release: Release, parts: Sequence[Part], knowledge: Knowledge, as_of: dt.date | None = None
) -> tuple[Group, ...]:
    """Group parts by their terms, and compile each.

    Args:
        release: the release.
        parts: its parts that are asked about.
        knowledge: licenses and known models.
        as_of: the date that picks editions.
    """
    own = functools.cache(lambda: own_data(release, knowledge))
    return tuple(
        Group(group, compiled_terms(release, group[0], knowledge, as_of), own, (release, knowledge))
        for group in alike(release, parts)
    )


def component_terms(
    release: Release, component: str, knowledge: Knowledge, variant: str | None = None
) -> tuple[Group, ...]:
    """Compile the terms on a component once, for many questions about it.

    Args:
        release: the release.
        component: which.
        knowledge: licenses and known models.
        variant: of which model; of all when left out.

    Raises:
        UnknownTermError: for a component or variant that is none.
    """
    parts = pick(release, component, component, variant)
    return under_terms(release, parts, knowledge)


def _of_groups(
    release: Release, groups: Sequence[Group], asked: Asked, variant: str | None
) -> Answer:
    """Answer once for all parts under the same terms, and join what differs."""
    return _joined(groups, [_of_group(release, group, asked) for group in groups], variant)


def _joined(groups: Sequence[Group], answers: list[Answer], variant: str | None) -> Answer:
    if len(groups) > 1:
        return replace(together(tuple(group.parts for group in groups), answers), variant=variant)
    names = tuple(dict.fromkeys(part.variant for part in groups[0].parts if part.variant))
    if len(names) > 1:
        return replace(answers[0], variant=variant, variants=names)
    return replace(answers[0], variant=variant or answers[0].variant)


def _decided(release: Release, group: Group, asked: Asked) -> Answer:
    """Say what the terms on a group decide."""
    action, who, knowledge = asked
    words = words_of(knowledge)
    part, compiled = group.parts[0], group.compiled
    seen = replace(who, modality=who.modality or group.modality)
    decision = decide(compiled.node, action, seen, words)
    found = answer(decision, compiled, action, seen, words)
    clash = conflict(compiled, action)
    if clash is not None and found.truth is not Truth.NO:
        found = clashing(found, *clash)
    return replace(found, component=str(part.component), variant=part.variant)


def _of_group(release: Release, group: Group, asked: Asked) -> Answer:
    """Say what the terms on a group decide, how firmly, and what is at risk beside them."""
    action, who, knowledge = asked
    part, compiled, parents = group.parts[0], group.compiled, group.parents
    found = _decided(release, group, asked)
    alive: tuple[Risk, ...] = ()
    if found.truth is not Truth.NO:
        data = data_risks(release, knowledge, action, who.purpose, lambda: group.data)
        alive = (*_lineal(release, parents), *data)
    return replace(
        found,
        footing=footing(compiled, part.component, action, words_of(knowledge), knowledge),
        risks=(
            *found.risks,
            *alive,
            *other_terms(release, part, knowledge, action),
            *_timely(release, compiled, who),
            *_lone(part),
        ),
    )


def _modality_of(
    release: Release, parents: tuple[ParentTerms, ...], knowledge: Knowledge, variant: str | None
) -> str | None:
    """Tell a modality beyond text where the release shows one; text is never concluded."""
    words = words_of(knowledge)
    models = [known_model(knowledge, release.ref), *(parent.model for parent in parents)]
    if any(model is not None and model.modality == "multimodal" for model in models):
        return "multimodal"
    tags = [one.value for one in release.declarations if one.key == "pipeline_tag"]
    told = [words.modalities[tag] for tag in tags if tag in words.modalities]
    names = [one.name for one in release.variants if one.id == variant]
    pieces = re.split(r"[^a-z]+", " ".join([release.name, variant or "", *names]).lower())
    told += [words.name_words[piece] for piece in pieces if piece in words.name_words]
    return next(iter(told), None)


def _lone(part: Part) -> tuple[Risk, ...]:
    """Warn that an answer is about terms alone, with nothing found that they are on."""
    what = str(part.component).replace("-", " ")
    if part.presence is Presence.ELSEWHERE and not (part.urls or part.access):
        text = f"{what}: nothing says where they can be had, so there may be nothing to do it with"
        return (Risk(id="nowhere", text=text, evidence=part.evidence[:1]),)
    if not absent(part):
        return ()
    text = f"no {what} were found here: this is what the terms say of whatever they are put on"
    return (Risk(id="nothing-here", text=text),)


def _timely(release: Release, compiled: Compiled, who: Circumstances) -> tuple[Risk, ...]:
    """Warn of a question about a date at which the model or its terms were not yet there."""
    if who.as_of is None:
        return ()
    dates = {f"this edition of {name} was published": date for name, date in published(compiled)}
    if release.released is not None:
        dates[f"{release.name} was released"] = release.released
    return tuple(
        Risk(id="before-release", text=f"{who.as_of} lies before {what} on {date}")
        for what, date in dates.items()
        if who.as_of < date
    )


def _lineal(release: Release, parents: tuple[ParentTerms, ...]) -> tuple[Risk, ...]:
    """Warn of lineage that tells nothing: a release that names itself, a parent by hearsay."""
    circles = tuple(
        Risk(
            id="own-parent",
            text=f"it names itself as its parent ({one.b}): what it comes from is not stated",
            evidence=one.evidence,
        )
        for one in names_itself(release)
    )
    return (*circles, *_hearsay(parents))


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


def clashing(found: Answer, truth: Truth, reason: Reason) -> Answer:
    """Let terms that cannot both be met outweigh what each alone would allow."""
    if truth is Truth.UNCLEAR and found.truth is Truth.UNCLEAR:
        return replace(found, reasons=(*found.reasons, reason))
    closed = {"conditions": (), "duties": (), "risks": ()} if truth is Truth.NO else {}
    headline = f"{'No' if truth is Truth.NO else 'Unclear'}: {reason.text}"
    settles = () if truth is Truth.NO else ("a license of one side that allows the other",)
    return replace(
        found, truth=truth, headline=headline, reasons=(reason,), settles=settles, **closed
    )


def _nothing(action: str, component: str | None, variant: str | None, words: Words) -> Answer:
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
        settles=("the REF of a release that holds them",),
    )
