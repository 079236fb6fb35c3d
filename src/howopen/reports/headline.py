"""The verdict on a release: how far it can be had, on which terms, may it be run, how open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from howopen.answer import Answer, Depth, Finding, Gravity, Truth, Verdict
from howopen.release import Access, Component, How, Presence, Release, ReleaseKind
from howopen.reports.blocks import Span, Tone, Words, words
from howopen.reports.clean import counted, few, line, shorten
from howopen.reports.labels import TRUTH_TONE, place_of
from howopen.reports.parts import best_access, only_name, weight_licenses, weights_of
from howopen.reports.rights import ground_of, models_of, parent_terms

if TYPE_CHECKING:
    from howopen.report import Report

_ACCESS: dict[Access | None, tuple[str, Tone]] = {
    None: ("no weights here", "quiet"),
    Access.DOWNLOAD: ("weights for download", "good"),
    Access.GATED_DOWNLOAD: ("weights for download after agreeing", ""),
    Access.API: ("usable through an API", "warn"),
    Access.HOSTED: ("usable inside a product", "warn"),
    Access.STAGED: ("given to chosen people", "warn"),
    Access.WITHHELD: ("weights kept back", "bad"),
}

#: The definition whose outcome the headline gives: the Open Source AI Definition of the OSI.
OPEN_SOURCE = "osaid-1.0"


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the verdict: a question, its answer in few words, and the ground of it.

    `said` is how the line of the verdict says it, where the answer alone would not be understood.
    """

    asks: str
    says: str
    tone: Tone = ""
    more: str = ""
    said: str = ""


def tiles(report: Report) -> tuple[Tile, ...]:
    """Say the verdict in four parts; what cannot be said is left out."""
    found = (
        _access(report.release),
        _terms(report),
        _use(report.answers, len(report.release.variants)),
        _open(report.verdicts),
    )
    return tuple(tile for tile in found if tile is not None)


def headline(report: Report) -> Words:
    """Say the verdict in one line; the grounds are below it."""
    name = shorten(report.release.name or report.release.ref, 80)
    spans = [Span(name, "strong"), Span(" - ")]
    for index, tile in enumerate(tiles(report)):
        spans += [Span("; " if index else ""), Span(shorten(tile.said or tile.says, 90), tile.tone)]
    return words(*spans)


def alert(findings: Sequence[Finding]) -> Words:
    """Say which statements of a release are untrue: how many, by what, and the first of them."""
    errors = [finding for finding in findings if finding.gravity is Gravity.ERROR]
    if not errors:
        return ()
    said = {(place_of(e.sides[0]), e.sides[0].quote): e.sides[0] for e in errors if e.sides}
    ordered = sorted(said.values(), key=lambda each: (each.path or "", each.lines or (0, 0)))
    quotes = [f"“{shorten(each.quote, 48)}” ({place_of(each)})" for each in ordered]
    number = len(said) + sum(not each.sides for each in errors)
    verb = "is" if number == 1 else "are"
    text = f"{counted(number, 'statement')} {verb} contradicted by {_contradicts(errors)}"
    return words(Span(text, "bad"), f": {few(quotes, 2)}" if quotes else "")


def _contradicts(errors: Sequence[Finding]) -> str:
    """Say what speaks against the statements: the license text, where it does against each."""
    against = [{side.how for side in each.sides[1:]} for each in errors]
    texts = all(How.LICENSE_TEXT in hows for hows in against)
    return "the license text" if texts else "the release itself"


def _access(release: Release) -> Tile:
    asks = "To be had"
    if release.kind is not ReleaseKind.MODEL:
        there = sum(part.presence is Presence.HERE for part in release.parts)
        return Tile(asks=asks, says=f"{release.kind}, {counted(there, 'component')} here")
    found, best = weights_of(release.parts), best_access(release.parts)
    says, tone = _ACCESS[best]
    if any(part.presence is Presence.HERE for part in found) and best in (None, Access.DOWNLOAD):
        says, tone = _held(release), "good"
    elif found and best is None:
        says, tone = "weights elsewhere", "warn"
    elif not found and _said_absent(release):
        says = "said to have no weights"
    return Tile(asks=asks, says=says, tone=tone)


def _held(release: Release) -> str:
    """Name what is here, where that is only a difference to another model's weights."""
    held = {part.component for part in weights_of(release.parts)}
    if held == {Component.ADAPTER}:
        return "adapter here"
    return "delta weights here" if held == {Component.DELTA} else "weights here"


def _said_absent(release: Release) -> bool:
    weights = [part for part in release.parts if part.component is Component.WEIGHTS]
    return any(part.presence is Presence.SAID_ABSENT for part in weights)


def _terms(report: Report) -> Tile | None:
    """Say the terms on the weights; where there are none, the terms in the release."""
    parts = report.release.parts
    labels = weight_licenses(parts)
    if not labels:
        return None
    here = bool(weights_of(parts))
    asks = "Terms on the weights" if here else "Terms in the release"
    above = [name for name in parent_terms(report.answers) if name not in labels]
    parents = f"with terms of a parent: {few(above)}" if above else ""
    if len(labels) > 1:
        says = f"terms differ by model: {few(labels)}"
        return Tile(asks=asks, says=says, more=parents)
    name = shorten(only_name(parts, labels[0]), 100)
    more = [labels[0] if name != labels[0] else "", parents]
    said = f"{name}, {parents}" if parents else name
    return Tile(
        asks=asks,
        says=name,
        more="; ".join(filter(None, more)),
        said=said if here else f"terms: {name}",
    )


def _use(answers: Sequence[Answer], models: int) -> Tile | None:
    """Say whether it may be run, and what stands in the way."""
    run = [answer for answer in answers if answer.action == "run"]
    if not run:
        return None
    if len({answer.truth for answer in run}) > 1:
        return _mixed(run, models)
    answer = max(run, key=lambda each: len(each.conditions))
    says = {
        Truth.YES: "you may run it",
        Truth.NO: "you may not run it",
        Truth.UNCLEAR: "whether you may run it is unclear",
        Truth.NA: "there is nothing to run",
    }[answer.truth]
    if all(map(commercial_too, run)):
        says += ", commercially too"
    same = len({ground_of(each) for each in run}) == 1
    if answer.truth is Truth.YES and answer.conditions:
        differ = "conditions that differ by model"
        says += f", on {counted(len(answer.conditions), 'condition') if same else differ}"
    more = shorten(ground_of(answer), 160) if same else ""
    return Tile(asks="May you run it", says=says, tone=TRUTH_TONE[answer.truth], more=more)


def _mixed(run: Sequence[Answer], models: int) -> Tile:
    """Say of how many models it may be run, where that differs."""
    number: Counter[Truth] = Counter()
    for answer in run:
        number[answer.truth] += max(len(models_of(answer)), 1)
    commercial = sum(max(len(models_of(each)), 1) for each in run if commercial_too(each))
    total = max(models, number.total())
    if number[Truth.YES]:
        says = f"you may run {number[Truth.YES]} of {total:,} models"
        some = "" if commercial == number[Truth.YES] else f" {commercial} of them"
        says += f",{some} commercially too" if commercial else ""
    elif number[Truth.UNCLEAR]:
        says = f"whether you may run {number[Truth.UNCLEAR]} of {total:,} models is unclear"
    else:
        says = f"you may not run {number[Truth.NO]} of {total:,} models"
    if number[Truth.NA]:
        says += f"; {number[Truth.NA]} are not here"
    rest = []
    for truth in (Truth.NO, Truth.UNCLEAR):
        names = [name for answer in run if answer.truth is truth for name in models_of(answer)]
        rest += [f"{truth}: {few(names)}"] if names else []
    return Tile(asks="May you run it", says=says, tone="warn", more=shorten("; ".join(rest), 160))


def commercial_too(answer: Answer) -> bool:
    """Tell whether a yes holds for commercial purposes: the purpose, not given, made no difference.

    What the asker did not say becomes a condition; so a yes that was read clause by clause and has
    no condition on the purpose holds for any.
    """
    if answer.truth is not Truth.YES or answer.reading is not Depth.CLAUSE:
        return False
    return not any("purpose" in condition.id for condition in answer.conditions)


def _lacks(verdict: Verdict) -> str:
    """Say what a verdict hangs on: what a criterion that fails would need, before what is open."""
    if verdict.truth is Truth.YES:
        return ""
    failing = [each for each in verdict.criteria if each.truth is Truth.NO and each.missing]
    return failing[0].missing[0] if failing else next(iter(verdict.missing), "")


def _open(verdicts: Mapping[str, Verdict]) -> Tile | None:
    verdict = verdicts.get(OPEN_SOURCE)
    if verdict is None or verdict.truth is Truth.NA:
        return None
    says = {
        Truth.YES: "open source AI: no failing found",
        Truth.NO: "not open source AI",
        Truth.UNCLEAR: "open source AI: undetermined",
    }[verdict.truth]
    why = _lacks(verdict)
    return Tile(
        asks="Is it open source AI",
        says=says,
        tone=TRUTH_TONE[verdict.truth],
        more=f"{line(verdict.title)}: {shorten(why, 120)}" if why else line(verdict.title),
    )
