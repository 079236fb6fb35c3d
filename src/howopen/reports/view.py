"""What a report shows, in the order it shows it: the one model that every renderer reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from howopen.answer import Claim, Finding, Judgement, Verdict
from howopen.release import Direction, Gap, Part, Relation, Release
from howopen.reports.clean import counted, line
from howopen.reports.parts import PartRow, absent_parts, part_rows
from howopen.reports.rights import RightGroup, right_groups

if TYPE_CHECKING:
    from howopen.report import Report


class KinRow(msgspec.Struct, frozen=True, kw_only=True):
    """A relation in words: who, how, to whom."""

    who: str
    how: str
    whom: str
    relation: Relation


#: Claims made by the same words and judged alike.
Claims = tuple[Claim, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A report, grouped and worded, before any format."""

    report: object
    name: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[PartRow, ...]
    absent: tuple[Part, ...]
    kin: tuple[KinRow, ...]
    rights: tuple[RightGroup, ...]
    verdicts: tuple[Verdict, ...]
    claims: tuple[Claims, ...]
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
        absent=absent_parts(release.parts),
        kin=tuple(kin_row(each, release) for each in release.relations),
        rights=right_groups(report.answers, release.parts),
        verdicts=tuple(report.verdicts.values()),
        claims=claim_groups(report.claims),
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
        ("models", str(len(release.variants) or "")),
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


def kin_row(relation: Relation, release: Release) -> KinRow:
    """Word a relation: `this`, `fine-tune of`, `the other`."""
    who = relation.variant or ("this" if relation.a in (release.ref, "") else relation.a)
    kind = "derived from" if relation.kind == "derived" else f"{relation.kind} of"
    how = {
        Direction.A_FROM_B: kind,
        Direction.B_FROM_A: f"base of ({relation.kind})",
        Direction.UNDECIDED: f"{relation.kind}, direction undecided, to",
    }[relation.direction]
    return KinRow(who=line(who), how=line(how), whom=line(relation.b), relation=relation)


def claim_groups(claims: Iterable[Claim]) -> tuple[Claims, ...]:
    """Put what the same words claim, and is judged alike, together; the worst come first."""
    alike: dict[tuple[object, ...], list[Claim]] = {}
    for claim in sorted(claims, key=_claim_order):
        key = (claim.judgement, claim.path, claim.lines, claim.quote)
        alike.setdefault(key, []).append(claim)
    return tuple(map(tuple, alike.values()))


def _claim_order(claim: Claim) -> tuple[int, str, tuple[int, int]]:
    worst = [
        Judgement.CONTRADICTED,
        Judgement.OVERSTATED,
        Judgement.CANNOT_BE_TOLD,
        Judgement.BORNE_OUT,
    ]
    return (worst.index(claim.judgement), claim.path, claim.lines)
