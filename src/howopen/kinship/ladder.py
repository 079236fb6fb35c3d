"""The ladder: from hashes to everything, one rung at a time, until the verdict is sure."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from msgspec.structs import replace

from howopen.kinship.adapters import fit_words, is_adapter
from howopen.kinship.architecture import architecture_says
from howopen.kinship.case import Case
from howopen.kinship.content import by_content
from howopen.kinship.disguise import columns, share
from howopen.kinship.embeddings import embedding, see_tokens
from howopen.kinship.hashes import hashes_say, one_file, same_files
from howopen.kinship.model import Model
from howopen.kinship.pairing import Pair, Pairing, align, spread
from howopen.kinship.parts import fused, kernels_unlike
from howopen.kinship.result import Kin, Kinship, Rung
from howopen.kinship.sampling import Sampler
from howopen.kinship.telling import finish
from howopen.kinship.vectors import compare_vectors
from howopen.kinship.verdict import Verdict, judge
from howopen.knowledge.kinship import KinshipRules, Sampling, kinship_rules
from howopen.knowledge.loader import Knowledge, default

_NO_PAIRS = Pairing((), (), (), (), (0, 0))


def compare(  # noqa: PLR0913 - the options of the command line, each by name
    a: Model,
    b: Model,
    *,
    against: Sequence[Model] = (),
    budget: Sampling | None = None,
    full: bool = False,
    knowledge: Knowledge | None = None,
) -> Kinship:
    """Say how the weights of two models are related.

    Args:
        a: the first model.
        b: the second.
        against: further models that may be parents of the first, such as the base of a merge.
        budget: how much is read; that of `kinship.toml` when left out.
        full: read everything, not samples.
        knowledge: thresholds and names; our own when left out.

    Raises:
        FormatError: when an index of shards names a file outside its folder.
    """
    rules = kinship_rules(knowledge or default())
    rules = replace(rules, sampling=budget) if budget else rules
    found = examine(a, b, rules)
    if against and not (full and found.rung is Rung.HASHES):
        from howopen.kinship.parents import judge_parents  # noqa: PLC0415 - numpy

        others = [examine(a, other, rules) for other in against]
        with quiet():
            found = judge_parents([found, *others])
    if full and (found.case.a.pieces and found.case.b.pieces):
        from howopen.kinship.full import read_all  # noqa: PLC0415 - numpy

        with quiet():
            found = found._replace(rung=Rung.FULL, verdict=read_all(found.case))
    return finish(found.case, found.verdict, found.rung, found.architecture)


class Found(NamedTuple):
    """What the ladder found for one pair: the case, the verdict, and the rung where it stopped."""

    case: Case
    verdict: Verdict
    rung: Rung
    architecture: str = ""


def examine(a: Model, b: Model, rules: KinshipRules) -> Found:
    """Climb the ladder for one pair.

    Raises:
        FormatError: when an index of shards names a file outside its folder.
    """
    case = Case(a=a, b=b, rules=rules, pairing=_NO_PAIRS)
    verdict = _hashes(case)
    if verdict:
        return Found(case, verdict, Rung.HASHES)
    architecture = _headers(case)
    if not a.pieces or not b.pieces:
        return Found(case, _nothing_read(a, b), Rung.HEADERS, architecture)
    low = [model for model in (a, b) if is_adapter(model)]
    if low:
        says = fit_words(low[0], b if low[0] is a else a)
        return Found(case, Verdict((Kin.INCOMPARABLE,), True, says), Rung.HEADERS, architecture)
    with quiet():
        rung, verdict = _climb(case, rules)
    return Found(case, verdict, rung, architecture)


def quiet() -> AbstractContextManager[object]:
    """Keep numpy from warning of values that are no numbers; they are masked and counted."""
    import numpy as np  # noqa: PLC0415 - heavy

    return np.errstate(all="ignore")


def _climb(case: Case, rules: KinshipRules) -> tuple[Rung, Verdict]:
    """Climb from sampled rows on, until the verdict is sure."""
    sampler = Sampler(case.a, case.b, rules.sampling)
    for model in (case.a, case.b):
        model.meter.weighing = True
    verdict = Verdict((), sure=False, because="")
    stopped = Rung.ROWS
    for rung, climb in (
        (Rung.ROWS, _rows),
        (Rung.EMBEDDINGS, _embeddings),
        (Rung.COLUMNS, _columns),
        (Rung.STRUCTURE, _structure),
    ):
        before = case.cost()
        says = climb(case, sampler, verdict)
        if says:
            verdict, stopped = judge(case), rung
            case.step(rung, f"{says}; {verdict.because}", before)
    return stopped, verdict


def _layers_differ(case: Case) -> bool:
    ours, theirs = case.pairing.layers
    return ours != theirs and min(ours, theirs) > 1


def _rank_open(case: Case) -> bool:
    """Whether a difference is there whose rank could tell how it came about."""
    held = case.memo.get("images"), case.memo.get("masks")
    told = case.rules.thresholds
    related = case.median_r >= told.related_r.value
    return related and not any(held) and any(not one.exact for one in case.body)


def _hashes(case: Case) -> Verdict | None:
    """Rung 1: what the places know without reading."""
    a, b = case.a, case.b
    if same_files(a, b):
        because = f"the sha256 of all {len(a.hashes())} files of weights are equal"
    elif one_file(a, b):
        because = "both are the very same files"
    else:
        case.step(Rung.HASHES, hashes_say(a, b), case.cost())
        return None
    case.step(Rung.HASHES, because, case.cost())
    return Verdict((Kin.IDENTICAL,), True, because)


def _headers(case: Case) -> str:
    """Rung 2: names, shapes and roles; return what is said of the architecture."""
    before = case.cost()
    case.a.open()
    case.b.open()
    case.pairing = align(case.a, case.b)
    says = architecture_says(case.a, case.b, case.pairing)
    case.step(Rung.HEADERS, says, before)
    return says


def _nothing_read(a: Model, b: Model) -> Verdict:
    """Say that nothing of a model could be read."""
    which = " and ".join(model.ref for model in (a, b) if not model.pieces)
    return Verdict((Kin.INCOMPARABLE,), True, f"no weights of {which} could be read")


def _rows(case: Case, sampler: Sampler, _: Verdict) -> str:
    """Rung 3: rows of matrices of one role; by content where names are lost."""
    matrices = [pair for pair in case.pairing.pairs if pair.matrix and pair.layout != "vocabulary"]
    sampler.turned = any(pair.layout == "transposed" for pair in matrices)
    matrices += _reordered(case, sampler)
    _look(case, sampler, matrices)
    said = f"{len(case.seen)} of {len(matrices)} matrices of one place were sampled"
    if _names_lost(case) or _some_left(case):
        said += _content(case, sampler)
    compare_vectors(case, sampler)
    return said


def _reordered(case: Case, sampler: Sampler) -> list[Pair]:
    """Pair the parts of fused matrices, and kernels whose axes are in another order."""
    kernels, parts = kernels_unlike(case.pairing.unlike), fused(case, sampler)
    names = {pair.a.name for pair in kernels}
    unlike = tuple(pair for pair in case.pairing.unlike if pair.a.name not in names)
    case.pairing = _joined(case.pairing._replace(unlike=unlike), [*kernels, *parts])
    if parts:
        case.details["fused"] = f"{len(parts)} matrices are parts of fused ones of the other model"
    return [*kernels, *parts]


def _content(case: Case, sampler: Sampler) -> str:
    """Pair what is left over by what is in it; return what came of it."""
    tried = by_content(case, sampler)
    case.pairing = _joined(case.pairing, tried.pairs)
    _look(case, sampler, tried.pairs)
    found, of = len(tried.pairs), tried.combinations
    if found or _names_lost(case):
        case.details["paired by content"] = f"{found} matrices, of {of} combinations tried"
    if not found and tried.matrices >= case.rules.thresholds.matrices.value:
        case.unmatched = (
            f"{tried.matrices} matrices have shapes that the other has as well, and none agrees"
            f" with any of them more than chance ({of} combinations tried)"
        )
    return f"; {found} more pairs were found by content among {of} combinations"


def _some_left(case: Case) -> bool:
    """Whether matrices are left over on both sides of two models that are related."""
    sides = (case.pairing.left_a, case.pairing.left_b)
    return bool(case.related(case.main)) and all(any(p.matrix for p in side) for side in sides)


def _look(case: Case, sampler: Sampler, pairs: list[Pair]) -> None:
    """Sample pairs until there are enough that may be evidence; what fails is replaced."""
    wanted = case.rules.sampling.matrices
    chosen = spread(pairs, 3 * wanted)
    # in the order of the file, since a compressed one is read from its start to each place
    chosen[:wanted] = sorted(chosen[:wanted], key=lambda pair: pair.a.tensor.start)
    good = 0
    for pair in chosen:
        if good >= wanted:
            break
        one = sampler.see(pair)
        if one is not None:
            case.seen.append(one)
            good += not one.fixed


def _names_lost(case: Case) -> bool:
    """Whether so few matrices have a place in both that names cannot be what pairs them."""
    body = [pair for pair in case.pairing.pairs if pair.matrix and pair.body]
    left = min(
        sum(1 for piece in side if piece.matrix)
        for side in (case.pairing.left_a, case.pairing.left_b)
    )
    return left > len(body)


def _joined(pairing: Pairing, pairs: list[Pair]) -> Pairing:
    """Move pairs found by content out of what was left over."""
    ours, theirs = {pair.a.name for pair in pairs}, {pair.b.name for pair in pairs}
    return pairing._replace(
        pairs=(*pairing.pairs, *pairs),
        left_a=tuple(piece for piece in pairing.left_a if piece.name not in ours),
        left_b=tuple(piece for piece in pairing.left_b if piece.name not in theirs),
    )


def _embeddings(case: Case, sampler: Sampler, verdict: Verdict) -> str:
    """Rung 4: embedding rows of the same tokens, where numbers of rows do not tell which are."""
    ours, theirs = embedding(case.a), embedding(case.b)
    if ours is None or theirs is None or ours.columns != theirs.columns:
        return ""
    by_number = case.related([one for one in case.seen if one.pair.a.name == ours.name])
    if ours.rows == theirs.rows and (by_number or verdict.sure):
        return ""
    tokens = share(case, (ours.rows, theirs.rows))
    if not tokens.a:
        return tokens.says
    layout = "vocabulary" if ours.rows != theirs.rows or not tokens.same else ""
    case.by_token = see_tokens(sampler, Pair(ours, theirs, layout), tokens)
    if case.by_token and case.related([case.by_token]):
        from howopen.kinship.directions import from_vocabulary  # noqa: PLC0415 - numpy

        case.hints(from_vocabulary(ours.rows, theirs.rows, len(tokens.a)))
    return tokens.says


def _columns(case: Case, sampler: Sampler, verdict: Verdict) -> str:
    """Rung 5: columns in another order, where nothing was found in place."""
    if verdict.sure or verdict.chain[:1] not in ((), (Kin.UNRELATED,), (Kin.WEAK_TRACE,)):
        return ""
    return columns(case, sampler)


def _structure(case: Case, sampler: Sampler, verdict: Verdict) -> str:
    """Rung 6: layers in another order, and the rank of the difference."""
    from howopen.kinship.structure import layers, rank, units  # noqa: PLC0415 - numpy

    said = []
    low = not verdict.sure and case.median_r < case.rules.thresholds.related_r.value
    if _layers_differ(case) or (low and min(case.pairing.layers) > 1):
        layers(case, sampler)
        case.memo.clear()
        said.append("layers were laid over one another")
    if case.pairing.unlike and Kin.PRUNED not in case.chain:
        units(case, sampler)
        said.append("rows of matrices of unlike size were matched")
    if _rank_open(case):
        rank(case, sampler)
        said.append("the rank of a difference was looked at")
    return "; ".join(said)
