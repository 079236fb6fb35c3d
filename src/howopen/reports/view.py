"""What a report shows, in the order it shows it: the one model that every renderer reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from howopen.answer import Answer, Claim, Condition, Finding, Judgement, Truth, Verdict
from howopen.knowledge import default
from howopen.knowledge.actions import actions_of
from howopen.release import (
    Access,
    Component,
    Direction,
    Evidence,
    Gap,
    Part,
    Presence,
    Relation,
    Release,
    Scope,
)
from howopen.reports.clean import counted, line, shorten
from howopen.reports.labels import component_title, grant_label, presence_label, readings

if TYPE_CHECKING:
    from howopen.report import Report

_COMPONENTS = list(Component)
_NOT_HERE = (Presence.NOT_FOUND, Presence.SAID_ABSENT)


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """Parts of one component that stand alike: same presence, access and terms."""

    component: Component
    title: str
    names: tuple[str, ...]
    presence: str
    license: str
    inherited: bool
    parts: tuple[Part, ...]

    @property
    def part(self) -> Part:
        """The first of the parts; all say the same of presence, access and terms."""
        return self.parts[0]

    @property
    def where(self) -> tuple[Evidence, ...]:
        """Where the parts were seen."""
        return tuple(each for part in self.parts for each in part.evidence)

    @property
    def license_where(self) -> tuple[Evidence, ...]:
        """Where their terms were seen."""
        grants = [part.grant for part in self.parts if part.grant is not None]
        return tuple(dict.fromkeys(each for grant in grants for each in grant.evidence))


class KinRow(msgspec.Struct, frozen=True, kw_only=True):
    """A relation in words: who, how, to whom."""

    who: str
    how: str
    whom: str
    relation: Relation


class RightRow(msgspec.Struct, frozen=True, kw_only=True):
    """Actions that get the same answer on the same ground."""

    truth: Truth
    actions: tuple[str, ...]
    about: str
    ground: str
    clauses: tuple[str, ...]
    answers: tuple[Answer, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A report, grouped and worded, before any format."""

    report: object
    name: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[PartRow, ...]
    absent: tuple[Part, ...]
    kin: tuple[KinRow, ...]
    rights: tuple[RightRow, ...]
    verdicts: tuple[Verdict, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]


def page(report: Report) -> Page:
    """Group and word a report."""
    release = report.release
    return Page(
        report=report,
        name=line(release.name) or line(release.ref),
        facts=_facts(report),
        parts=part_rows(release.parts),
        absent=tuple(part for part in release.parts if part.presence in _NOT_HERE),
        kin=tuple(kin_row(each, release) for each in release.relations),
        rights=right_rows(report.answers),
        verdicts=tuple(report.verdicts.values()),
        claims=tuple(sorted(report.claims, key=_claim_order)),
        findings=report.findings,
        gaps=report.gaps,
    )


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    release = report.release
    files, size = len(release.files), sum(file.size for file in release.files)
    said = [
        ("read from", line(release.ref)),
        ("revision", line(release.revision or "")[:12]),
        ("publisher", line(release.publisher or "")),
        ("released", str(release.released or "")),
        ("variants", str(len(release.variants) or "")),
        ("holds", f"{counted(files, 'file')}, {bytes_label(size)}" if files else ""),
        ("as of", str(report.as_of)),
    ]
    return tuple((name, value) for name, value in said if value)


def bytes_label(size: float) -> str:
    """Say a size in bytes as a reader would.

    >>> bytes_label(2_500_000)
    '2.5 MB'
    """
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def part_rows(parts: Iterable[Part]) -> tuple[PartRow, ...]:
    """Group the parts that are there, or somewhere, in the order of the vocabulary."""
    alike: dict[tuple[int, str, str, bool], list[Part]] = {}
    for part in parts:
        if part.presence not in _NOT_HERE:
            order = _COMPONENTS.index(part.component)
            key = (order, presence_label(part), grant_label(part.grant), _inherited(part))
            alike.setdefault(key, []).append(part)
    return tuple(_part_row(group) for _, group in sorted(alike.items(), key=lambda item: item[0]))


def _part_row(parts: list[Part]) -> PartRow:
    first = parts[0]
    names = (line(part.name or part.variant or "") for part in parts)
    return PartRow(
        component=first.component,
        title=component_title(first.component),
        names=tuple(dict.fromkeys(filter(None, names))),
        presence=presence_label(first),
        license=grant_label(first.grant),
        inherited=_inherited(first),
        parts=tuple(parts),
    )


def part_title(row: PartRow, most: int = 3) -> str:
    """Say the names of a row's parts, the first of many."""
    more = len(row.names) - most
    shown = [shorten(name, 60) for name in row.names[:most]]
    return ", ".join(shown) + (f" +{more}" if more > 0 else "")


def _inherited(part: Part) -> bool:
    return part.grant is not None and part.grant.scope is Scope.INHERITED


def kin_row(relation: Relation, release: Release) -> KinRow:
    """Word a relation: `this`, `fine-tune of`, `the other`."""
    who = relation.variant or ("this" if relation.a in (release.ref, "") else relation.a)
    how = {
        Direction.A_FROM_B: f"{relation.kind} of",
        Direction.B_FROM_A: f"base of ({relation.kind})",
        Direction.UNDECIDED: f"{relation.kind}, direction undecided, to",
    }[relation.direction]
    return KinRow(who=line(who), how=line(how), whom=line(relation.b), relation=relation)


def right_rows(answers: Iterable[Answer]) -> tuple[RightRow, ...]:
    """Group answers of the same truth on the same main ground, yes first."""
    alike: dict[tuple[int, str, str], list[Answer]] = {}
    for answer in answers:
        key = (_TRUTHS.index(answer.truth), about_label(answer), ground_of(answer))
        alike.setdefault(key, []).append(answer)
    ordered = sorted(alike.items(), key=lambda item: item[0][:2])
    return tuple(_right_row(about, ground, group) for (_, about, ground), group in ordered)


def _right_row(about: str, ground: str, group: list[Answer]) -> RightRow:
    clauses = tuple(dict.fromkeys(ref for answer in group for ref in clauses_of(answer)))
    return RightRow(
        truth=group[0].truth,
        actions=tuple(action_title(answer.action) for answer in group),
        about=about,
        ground=ground,
        clauses=clauses[:MOST_CLAUSES],
        answers=tuple(group),
    )


#: A row of the table of rights names at most so many clauses; the proof has them all.
MOST_CLAUSES = 3

_TRUTHS = [Truth.YES, Truth.UNCLEAR, Truth.NO, Truth.NA]


def action_title(action: str) -> str:
    """Say an action in the words of the vocabulary."""
    known = actions_of(default()).actions.get(action)
    return known.title if known is not None else line(action).replace("-", " ")


def trigger_label(trigger: str) -> str:
    """Say when a duty falls due in the words of the vocabulary."""
    return line(actions_of(default()).triggers.get(trigger, trigger.replace("-", " ")))


def about_label(answer: Answer) -> str:
    """Say what an answer is about, where that is not the weights of the whole release."""
    component = "" if answer.component == Component.WEIGHTS else component_title(answer.component)
    return ", ".join(filter(None, (component, models_label(answer))))


def models_label(answer: Answer) -> str:
    """Name the models an answer holds for alike: at most three, and how many more.

    >>> models_label(Answer(action="run", truth=Truth.YES, headline="", component="weights"))
    ''
    """
    names = [line(name) for name in answer.variants or (answer.variant or "",)]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(filter(None, names[:3])) + more


def ground_of(answer: Answer) -> str:
    """Say the main ground of an answer in a table: its first condition, else its headline."""
    if answer.truth is Truth.YES and answer.conditions:
        more = len(answer.conditions) - 1
        first = shorten(_lower(line(main_condition(answer).text)), 160)
        return f"if {first}" + (f" (+{more})" if more else "")
    if answer.truth is Truth.YES:
        return counted(len(answer.duties), "duty", "duties") if answer.duties else ""
    return _lower(untold(answer.headline, answer.truth))


def untold(headline: str, truth: Truth) -> str:
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


def clauses_of(answer: Answer) -> tuple[str, ...]:
    """List the clauses that decide an answer, main ones first."""
    if answer.truth is Truth.YES:
        cited = list(main_condition(answer).citations) if answer.conditions else []
    else:
        cited = [each for reason in answer.reasons for each in reason.citations]
        cited += [
            each
            for reason in answer.reasons
            for below in reason.because
            for each in below.citations
        ]
    return tuple(dict.fromkeys(line(each.ref) for each in cited))[:2]


def _claim_order(claim: Claim) -> tuple[int, str, tuple[int, int]]:
    worst = [
        Judgement.CONTRADICTED,
        Judgement.OVERSTATED,
        Judgement.CANNOT_BE_TOLD,
        Judgement.BORNE_OUT,
    ]
    return (worst.index(claim.judgement), claim.path, claim.lines)


def looked(absent: Iterable[Part]) -> tuple[str, ...]:
    """Say where parts that were not found were looked for."""
    quotes = (each.quote for part in absent for each in part.evidence)
    return tuple(dict.fromkeys(shorten(quote, 120) for quote in quotes if quote))


def best_access(parts: Iterable[Part]) -> Access | None:
    """Say how far the weights can be had: the furthest access of any of them."""
    order = list(Access)
    found = [order.index(part.access) for part in weights_of(parts) if part.access is not None]
    return order[max(found)] if found else None


def weights_of(parts: Iterable[Part]) -> list[Part]:
    """List the weights of a release: parameters, deltas and adapters that exist."""
    held = (Component.WEIGHTS, Component.DELTA, Component.ADAPTER)
    return [part for part in parts if part.component in held and part.presence not in _NOT_HERE]


def weight_licenses(parts: Iterable[Part]) -> tuple[str, ...]:
    """List the licenses on the weights, by name; `no license stated` is one of them."""
    return tuple(dict.fromkeys(grant_label(part.grant) for part in weights_of(parts)))


def only_name(parts: Iterable[Part], label: str) -> str:
    """Say the full name of a license where its label is a single license, else the label."""
    for part in parts:
        if part.grant is not None and grant_label(part.grant) == label:
            found = list(readings(part.grant.terms))
            if len(found) == 1 and found[0].name and found[0].license:
                return found[0].name
    return label
