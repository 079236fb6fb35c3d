"""The verdict on a release: how far it can be had, on which terms, may it be run, how open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from howopen.answer import Answer, Depth, Truth, Verdict
from howopen.release import Access, Part, Presence, Release, ReleaseKind
from howopen.reports.blocks import Span, Tone, Words, words
from howopen.reports.clean import counted, line, shorten
from howopen.reports.labels import TRUTH_TONE
from howopen.reports.view import best_access, ground_of, only_name, weight_licenses, weights_of

if TYPE_CHECKING:
    from howopen.report import Report

_ACCESS: dict[Access | None, tuple[str, Tone]] = {
    None: ("no weights found", "quiet"),
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
    """One part of the verdict: a question, its answer in few words, and the ground of it."""

    asks: str
    says: str
    tone: Tone = ""
    more: str = ""


def tiles(report: Report) -> tuple[Tile, ...]:
    """Say the verdict in four parts; what cannot be said is left out."""
    found = (
        _access(report.release),
        _terms(report.release.parts),
        _use(report.answers),
        _open(report.verdicts),
    )
    return tuple(tile for tile in found if tile is not None)


def headline(report: Report) -> Words:
    """Say the verdict in one line."""
    name = line(report.release.name) or line(report.release.ref)
    spans = [Span(name, "strong"), Span(" - ")]
    for index, tile in enumerate(tiles(report)):
        spans += [Span("; " if index else ""), Span(tile.says, tile.tone)]
        if tile.more and index > 1:
            spans.append(Span(f" ({shorten(tile.more, 90)})"))
    return words(*spans)


def _access(release: Release) -> Tile:
    if release.kind is ReleaseKind.MODEL:
        says, tone = _ACCESS[best_access(release.parts)]
        spoken = weights_of(release.parts)
        if spoken and best_access(release.parts) is None:
            here = any(part.presence is Presence.HERE for part in spoken)
            says, tone = ("weights here", "good") if here else ("weights elsewhere", "warn")
        return Tile(asks="To be had", says=says, tone=tone)
    there = sum(part.presence is Presence.HERE for part in release.parts)
    return Tile(asks="To be had", says=f"{release.kind}, {counted(there, 'component')} here")


def _terms(parts: Sequence[Part]) -> Tile | None:
    labels = weight_licenses(parts)
    if not labels:
        return None
    if len(labels) == 1:
        name = shorten(only_name(parts, labels[0]), 100)
        more = labels[0] if name != labels[0] else ""
        return Tile(asks="Terms on the weights", says=name, more=more)
    some = ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")
    return Tile(asks="Terms on the weights", says=f"{len(labels)} different terms: {some}")


def _use(answers: Sequence[Answer]) -> Tile | None:
    """Say whether it may be run, and what stands in the way."""
    run = [answer for answer in answers if answer.action == "run"]
    truths = {answer.truth for answer in run}
    if not truths:
        return None
    if len(truths) > 1:
        return Tile(asks="May you run it", says="running it depends on which model", tone="warn")
    answer = max(run, key=lambda each: len(each.conditions))
    says = {
        Truth.YES: "you may run it",
        Truth.NO: "you may not run it",
        Truth.UNCLEAR: "whether you may run it is unclear",
        Truth.NA: "there is nothing to run",
    }[answer.truth]
    if commercial_too(answer):
        says += ", commercially too"
    if answer.truth is Truth.YES and answer.conditions:
        says += f", on {counted(len(answer.conditions), 'condition')}"
    tone = TRUTH_TONE[answer.truth]
    return Tile(asks="May you run it", says=says, tone=tone, more=shorten(ground_of(answer), 160))


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
