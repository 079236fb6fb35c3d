"""What is said of a model's origin held against what its weights show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from howopen.answer import Finding, Gravity
from howopen.kinship.choosing import holds_weights
from howopen.kinship.opening import open_model
from howopen.kinship.result import Kin, Kinship
from howopen.knowledge.findings import code_of
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.relations import relations_of
from howopen.knowledge.tensors import tensor_names
from howopen.places import Place
from howopen.release import Direction, Evidence, How, Relation, Release, Standing

_SCHEME = re.compile(r"^(?:hf|pypi):")
#: Verdicts that bear no relation out and contradict none.
_SILENT = (Kin.INCOMPARABLE, Kin.WEAK_TRACE)


def relate(
    release: Release, kinships: Sequence[Kinship], knowledge: Knowledge
) -> tuple[Release, tuple[Finding, ...]]:
    """Hold what weights show against what a release declares.

    Declared and observed stay apart: a relation that both give is `both`, one that the weights
    speak against is `contradicted`, one that only they show is `observed`. A relation that weights
    cannot show, such as distillation, is never contradicted by them.

    Args:
        release: with its declared relations.
        kinships: comparisons of this release, as `a`, with releases at hand, as `b`.
        knowledge: kinds of relation and finding codes.

    Returns:
        The release with its relations, and what to act on.
    """
    relations, findings = list(release.relations), list[Finding]()
    for kinship in kinships:
        places = [at for at, each in enumerate(relations) if _same(each.b, kinship.b)]
        if not places and len(relations) == 1 and kinship.relation is not None:
            places = [0] if _unnamed(relations[0]) else []
        for at in places:
            relations[at], found = _held_against(relations[at], kinship, knowledge)
            findings += found
        if not places and kinship.relation is not None and kinship.verdict not in _SILENT:
            relations.append(kinship.relation)
            findings.append(_undeclared(kinship, knowledge))
    return replace(release, relations=tuple(relations)), tuple(findings)


def compare_places(a: Place, b: Place, knowledge: Knowledge) -> Kinship | None:
    """Compare the weights of two places; None where one of them holds none.

    Raises:
        HowopenError: when one of them holds several models, or cannot be read.
    """
    from howopen.kinship.ladder import compare  # noqa: PLC0415 - needs numpy

    rules = tensor_names(knowledge).copies
    if not (holds_weights(a, rules) and holds_weights(b, rules)):
        return None
    models = [open_model(place, knowledge=knowledge) for place in (a, b)]
    return compare(models[0], models[1], knowledge=knowledge)


def _same(name: str, other: str) -> bool:
    return _plain(name) == _plain(other)


def _plain(name: str) -> str:
    base = _SCHEME.sub("", name).partition("#")[0].partition("@")[0]
    return base.rstrip("/").lower()


def _unnamed(relation: Relation) -> bool:
    """Tell whether a relation names no release: `base_model: ./checkpoint`."""
    return relation.b.startswith((".", "/")) or "/" not in relation.b


def _held_against(
    declared: Relation, kinship: Kinship, knowledge: Knowledge
) -> tuple[Relation, tuple[Finding, ...]]:
    """Combine one declared relation with what the weights say of the same two releases."""
    seen = evidence_of(kinship)
    both = (*declared.evidence, seen)
    observed = kinship.relation
    if kinship.verdict is Kin.UNRELATED and _shows_in_weights(declared.kind, knowledge):
        found = _finding("HO301", declared, kinship, knowledge)
        return replace(declared, standing=Standing.CONTRADICTED, evidence=both), (found,)
    if observed is None or kinship.verdict in _SILENT or kinship.verdict is Kin.SHARED_ANCESTRY:
        return replace(declared, evidence=both), ()
    if observed.direction not in (Direction.UNDECIDED, declared.direction):
        found = _finding("HO303", declared, kinship, knowledge)
        return replace(declared, standing=Standing.CONTRADICTED, evidence=both), (found,)
    told = relations_of(knowledge).kinds.get(declared.kind)
    alike = declared.kind == observed.kind or (told is not None and observed.kind in told.among)
    findings = () if alike else (_finding("HO304", declared, kinship, knowledge),)
    return replace(declared, kind=observed.kind, standing=Standing.BOTH, evidence=both), findings


def _shows_in_weights(kind: str, knowledge: Knowledge) -> bool:
    """Tell whether a kind of relation would be seen in weights; those of an adapter are new."""
    if kind in ("adapter", "delta"):
        return False
    known = relations_of(knowledge).kinds.get(kind)
    return known is not None and bool(known.verdicts or known.among)


def evidence_of(kinship: Kinship) -> Evidence:
    """Say a comparison as evidence: its verdict with the numbers that carry it."""
    numbers = "; ".join(
        f"{one.name} {one.value:.3g}" + ("" if one.z is None else f" (z {one.z:.1f})")
        for one in kinship.statistics[:3]
    )
    read = f"{sum(kinship.bytes_read):,} bytes read"
    quote = ", ".join(filter(None, (f"{kinship.verdict} by {kinship.rung}", numbers, read)))
    return Evidence(how=How.WEIGHTS, source=kinship.a, quote=quote)


def _undeclared(kinship: Kinship, knowledge: Knowledge) -> Finding:
    about = code_of(knowledge, "HO302")
    return Finding(
        code="HO302",
        gravity=Gravity(about.gravity),
        text=f"the weights show {kinship.verdict} with {kinship.b}, which is not declared",
        sides=(evidence_of(kinship),),
        subject=kinship.b,
        remedy=about.remedy,
    )


_TEXTS = {
    "HO301": "it is declared to be {kind} of {parent}, and no weight relation was found",
    "HO303": "it is declared to come from {parent}, and the weights say the reverse",
    "HO304": "it is declared to be {kind} of {parent}, and the weights show {verdict}",
}


def _finding(code: str, declared: Relation, kinship: Kinship, knowledge: Knowledge) -> Finding:
    about = code_of(knowledge, code)
    kind = relations_of(knowledge).kinds.get(declared.kind)
    text = _TEXTS[code].format(
        kind=kind.title if kind else declared.kind, parent=declared.b, verdict=kinship.verdict
    )
    return Finding(
        code=code,
        gravity=Gravity(about.gravity),
        text=text,
        sides=(*declared.evidence[:1], evidence_of(kinship)),
        subject=declared.b,
        remedy=about.remedy,
    )
