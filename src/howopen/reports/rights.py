"""Answers as rows of the table of rights: by group of models, what is answered alike together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from howopen.answer import Answer, Citation, Condition, Truth
from howopen.knowledge import default
from howopen.knowledge.actions import actions_of
from howopen.release import Component, Part
from howopen.reports.clean import counted, few, line, shorten
from howopen.reports.labels import component_title
from howopen.reports.parts import weight_licenses

#: A row of the table of rights names at most so many clauses; the proof has them all.
MOST_CLAUSES = 3

#: From so many actions on, "all of them" is said and not each.
MANY = 6

_TRUTHS = [Truth.YES, Truth.UNCLEAR, Truth.NO, Truth.NA]


class RightRow(msgspec.Struct, frozen=True, kw_only=True):
    """Actions that get the same answer on the same ground."""

    truth: Truth
    actions: tuple[str, ...]
    about: str
    ground: str
    clauses: tuple[str, ...]
    answers: tuple[Answer, ...]
    whole: bool = False

    @property
    def asked(self) -> str:
        """The actions; all that were asked about are not listed."""
        if self.whole and len(self.actions) >= MANY:
            return f"all {len(self.actions)} actions"
        return ", ".join(self.actions)


class RightGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The table of rights of some models; `title` is empty where there is only one table."""

    title: str
    terms: str
    rows: tuple[RightRow, ...]


def right_groups(answers: Iterable[Answer], parts: Sequence[Part] = ()) -> tuple[RightGroup, ...]:
    """Make a table for each group of models; models whose tables read the same share one."""
    tables: dict[tuple[str, ...], list[Answer]] = {}
    for answer in answers:
        tables.setdefault(models_of(answer), []).append(answer)
    alike: dict[object, tuple[list[str], tuple[RightRow, ...]]] = {}
    for models, asked in tables.items():
        rows = right_rows(asked)
        read = tuple((row.truth, row.actions, row.about, row.ground, row.clauses) for row in rows)
        alike.setdefault(read if models else "whole", ([], rows))[0].extend(models)
    several = len(alike) > 1
    return tuple(
        RightGroup(
            title=_models(models) if several else "",
            terms=_terms(models, parts) if several else "",
            rows=rows,
        )
        for models, rows in alike.values()
    )


def _models(models: Sequence[str]) -> str:
    if not models:
        return "the release as a whole"
    return f"{len(models):,} models: {few(models)}" if len(models) > 1 else models[0]


def _terms(models: Sequence[str], parts: Sequence[Part]) -> str:
    """Say the terms on the weights of some models."""
    return few(weight_licenses([part for part in parts if part.variant in set(models)]))


def right_rows(answers: Sequence[Answer]) -> tuple[RightRow, ...]:
    """Group answers of the same truth on the same main ground, yes first."""
    alike: dict[tuple[int, str, str], list[Answer]] = {}
    for answer in answers:
        key = (_TRUTHS.index(answer.truth), about_label(answer), _main_ground(answer))
        alike.setdefault(key, []).append(answer)
    ordered = sorted(alike.items(), key=lambda item: item[0][:2])
    whole = len(ordered) == 1
    return tuple(_right_row(about, group, whole=whole) for (_, about, _), group in ordered)


def _right_row(about: str, group: list[Answer], *, whole: bool) -> RightRow:
    clauses = tuple(dict.fromkeys(ref for answer in group for ref in clauses_of(answer)))
    more = sorted({len(answer.conditions) - 1 for answer in group})
    ground = ground_of(max(group, key=lambda answer: len(answer.conditions)))
    if group[0].truth is Truth.YES and len(more) > 1:
        ground = f"{_main_ground(group[0])} (up to +{more[-1]})"
    return RightRow(
        truth=group[0].truth,
        actions=tuple(action_title(answer.action) for answer in group),
        about=about,
        ground=ground,
        clauses=clauses[:MOST_CLAUSES],
        answers=tuple(group),
        whole=whole,
    )


def action_title(action: str) -> str:
    """Say an action in the words of the vocabulary."""
    known = actions_of(default()).actions.get(action)
    return known.title if known is not None else line(action).replace("-", " ")


def trigger_label(trigger: str) -> str:
    """Say when a duty falls due in the words of the vocabulary."""
    return line(actions_of(default()).triggers.get(trigger, trigger.replace("-", " ")))


def about_label(answer: Answer) -> str:
    """Say which component an answer is about, where that is not the weights."""
    return "" if answer.component == Component.WEIGHTS else component_title(answer.component)


def models_of(answer: Answer) -> tuple[str, ...]:
    """List the models an answer holds for alike; none where it holds for the whole release."""
    return tuple(line(name) for name in answer.variants or (answer.variant or "",) if name)


def models_label(answer: Answer) -> str:
    """Name the models an answer holds for alike: at most three, and how many more."""
    return few(models_of(answer))


def ground_of(answer: Answer) -> str:
    """Say the main ground of an answer in a table: its first condition, else its headline."""
    more = len(answer.conditions) - 1
    count = f" (+{more})" if answer.truth is Truth.YES and more > 0 else ""
    return _main_ground(answer) + count


def _main_ground(answer: Answer) -> str:
    if answer.truth is not Truth.YES:
        return untold(untold(answer.headline, answer.truth), "does not apply").removesuffix(".")
    if answer.conditions:
        return f"if {shorten(_lower(line(main_condition(answer).text)), 160)}"
    if not answer.duties:
        return ""
    owed = dict.fromkeys(line(duty.text).split(":")[0] for duty in answer.duties)
    said = counted(len(answer.duties), "duty", "duties")
    return shorten(f"{said}: {'; '.join(owed)}", 140)


def untold(headline: str, truth: str) -> str:
    """Drop the truth from the beginning of a headline, where it is shown beside it.

    >>> untold("No: it is forbidden.", Truth.NO)
    'it is forbidden.'
    """
    text = line(headline)
    said = (
        text[: len(truth)].casefold() == truth and not text[len(truth) : len(truth) + 1].isalpha()
    )
    return text[len(truth) :].lstrip(" :,-") if said else text


def main_condition(answer: Answer) -> Condition:
    """Pick the condition to show first."""
    return conditions_of(answer)[0]


def conditions_of(answer: Answer) -> tuple[Condition, ...]:
    """Order the conditions: the purpose first, fields of use last, for they are a long list."""

    def weight(condition: Condition) -> tuple[bool, bool, bool]:
        ident = condition.id
        return (ident == "field", "purpose" not in ident, len(condition.text) > 160)

    return tuple(sorted(answer.conditions, key=weight))


def _lower(text: str) -> str:
    return text.removeprefix("if ").removesuffix(".")


def cited(answer: Answer) -> list[Citation]:
    """List the clauses that reasons of an answer, and the reasons just below them, rest on."""
    found = [each for reason in answer.reasons for each in reason.citations]
    below = [reason for each in answer.reasons for reason in each.because]
    return found + [each for reason in below for each in reason.citations]


def clauses_of(answer: Answer) -> tuple[str, ...]:
    """List the clauses that decide an answer, main ones first."""
    if answer.truth is Truth.YES:
        found = list(main_condition(answer).citations) if answer.conditions else []
    else:
        found = cited(answer)
    return tuple(dict.fromkeys(map(ref_label, found)))[:2]


def ref_label(citation: Citation) -> str:
    """Say a clause by its license and number; a text nobody has read by clause has no number."""
    return line(citation.ref).removesuffix("#")


def parent_terms(answers: Iterable[Answer]) -> tuple[str, ...]:
    """List the licenses that answers rest on because of what a release comes from."""
    found = (
        each
        for answer in answers
        for each in (
            *cited(answer),
            *(each for condition in answer.conditions for each in condition.citations),
        )
        if each.via
    )
    return tuple(dict.fromkeys(line(each.license) for each in found))
