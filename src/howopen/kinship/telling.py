"""From a finished case to what is returned: verdict, direction, relation, numbers and prices."""

from __future__ import annotations

from howopen.kinship.case import Case
from howopen.kinship.result import Kin, Kinship, Match, Rung, Statistic
from howopen.kinship.verdict import Verdict
from howopen.release import Direction, Evidence, Gap, How, Relation, Standing

#: The kind of relation that a verdict shows, an id of `relations.toml`.
_KINDS = {
    Kin.IDENTICAL: "copy",
    Kin.RE_ENCODED: "copy",
    Kin.QUANTISED: "quantised",
    Kin.DERIVED: "fine-tune",
    Kin.ADAPTER: "adapter",
    Kin.DELTA: "delta",
    Kin.MERGE: "merge",
    Kin.PRUNED: "pruned",
    Kin.VOCABULARY_CHANGED: "pruned",
    Kin.LAYERS_REARRANGED: "pruned",
    Kin.DISGUISED: "derived",
    Kin.SHARED_ANCESTRY: "related",
    Kin.WEAK_TRACE: "related",
}
#: Matches that are returned; a report shows no more.
MOST_MATCHES = 400


def finish(case: Case, verdict: Verdict, rung: Rung, architecture: str = "") -> Kinship:
    """Build the result of a case."""
    kin = verdict.chain[0] if verdict.chain else Kin.INCOMPARABLE
    because = verdict.because if verdict.chain else _why_not(case, verdict)
    direction, why = _direction(case, kin)
    return Kinship(
        a=case.a.ref,
        b=case.b.ref,
        verdict=kin,
        chain=verdict.chain or (kin,),
        direction=direction,
        direction_why=why,
        rung=rung,
        steps=tuple(case.steps),
        reasons=(because, *(one for one in case.reasons if one != because)),
        caveats=tuple(dict.fromkeys((*verdict.caveats, *_rungs(case, kin), *case.caveats))),
        statistics=(*_statistics(case), *case.statistics),
        matches=_matches(case),
        ingredients=case.ingredients,
        details=case.told(),
        architecture=architecture,
        tokenizer=case.tokens.says if case.tokens else "",
        relation=_relation(case, verdict.chain or (kin,), direction, because),
        bytes_read=(case.a.meter.bytes_read, case.b.meter.bytes_read),
        header_bytes=(case.a.meter.header_bytes, case.b.meter.header_bytes),
        requests=case.cost()[1],
        gaps=_gaps(case),
    )


def _why_not(case: Case, verdict: Verdict) -> str:
    """Say why nothing could be compared."""
    if verdict.because and not (case.a.pieces and case.b.pieces):
        return verdict.because
    fixed = {one.fixed for one in case.seen if one.fixed}
    if fixed:
        return "all that stands in the same place is no learned matrix: " + ", ".join(sorted(fixed))
    return "no matrix of one has a place in the other, and they share no table of tokens"


def _rungs(case: Case, kin: Kin) -> tuple[str, ...]:
    """Say which rungs ran, where nothing was found."""
    if kin not in (Kin.UNRELATED, Kin.WEAK_TRACE):
        return ()
    return ("rungs that ran: " + ", ".join(step.rung.value for step in case.steps),)


def _direction(case: Case, kin: Kin) -> tuple[Direction, str]:
    """Decide which comes from which, by what an operation must have lost."""
    if kin in (Kin.IDENTICAL, Kin.RE_ENCODED):
        return Direction.UNDECIDED, "equal values do not tell which was first"
    if kin in (Kin.UNRELATED, Kin.INCOMPARABLE):
        return Direction.UNDECIDED, ""
    if not case.clues:
        return (
            Direction.UNDECIDED,
            "neither has lost anything (precision, weights, tokens, layers) that the other has",
        )
    from howopen.kinship.directions import decide  # noqa: PLC0415 - numpy

    told = decide(case.clues)
    return told.direction, told.because


def _statistics(case: Case) -> tuple[Statistic, ...]:
    """Return the numbers that the verdict rests on."""
    main = case.main
    if not main:
        return ()
    null = "independent matrices: r has the deviation 1/sqrt((rows-1)(columns-1))"
    exact = sum(one.agreement.exact * one.agreement.n for one in main)
    weights = sum(one.agreement.n for one in main)
    return (
        Statistic(name="median r", value=round(case.median_r, 6), z=None, n=len(main), null=null),
        Statistic(
            name="joint z",
            value=round(case.joint_z, 2),
            z=round(case.joint_z, 2),
            n=len(main),
            null="Stouffer's sum over matrices",
        ),
        Statistic(
            name="equal values",
            value=round(exact / max(1, weights), 6),
            n=weights,
            null="strangers of float types share none but zeros",
        ),
    )


def _matches(case: Case) -> tuple[Match, ...]:
    """Return the tensors that were compared, evidence before what was excluded."""
    held = [*case.good, *([case.by_token] if case.by_token else [])]
    return tuple(one.match() for one in held[:MOST_MATCHES])


def _relation(
    case: Case, chain: tuple[Kin, ...], direction: Direction, because: str
) -> Relation | None:
    """Return the observed relation; none where the weights show none."""
    kin = chain[0]
    trained = kin is Kin.QUANTISED and Kin.DERIVED in chain
    kind = _KINDS.get(Kin.DERIVED if trained else kin)
    if kind is None:
        return None
    if kin is Kin.QUANTISED and not trained and case.details.get("image") == "cast":
        kind = "cast"
    evidence = tuple(
        Evidence(
            how=How.WEIGHTS,
            source=model.ref,
            revision=model.place.facts.revision,
            path=model.files[0] if model.files else None,
            quote=because,
        )
        for model in (case.a, case.b)
    )
    return Relation(
        kind=kind,
        a=case.a.ref,
        b=case.b.ref,
        direction=direction,
        standing=Standing.OBSERVED,
        evidence=evidence,
    )


def _gaps(case: Case) -> tuple[Gap, ...]:
    """Return what could not be read, of both, and the values that are no numbers."""
    found = [*case.a.gaps, *case.b.gaps]
    for one in case.seen:
        if one.agreement.masked:
            why = f"{one.agreement.masked} sampled values are no finite numbers and were left out"
            found.append(Gap(where=one.pair.a.name, why=why, weakens=("kinship",)))
    return tuple({(gap.where, gap.why): gap for gap in found}.values())
