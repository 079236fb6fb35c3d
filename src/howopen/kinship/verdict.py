"""From the evidence to a verdict: which relations hold, the closest first, and whether it is sure.

The thresholds are `knowledge/kinship.toml`. What r alone cannot tell is not told: twins trained
from one seed agree as well as a model and its heavily trained child (`shared-ancestry`).
"""

from __future__ import annotations

import statistics
from typing import NamedTuple

from howopen.kinship.case import Case
from howopen.kinship.pairing import VOCABULARY
from howopen.kinship.result import Kin

#: What holds for every model of which no relation was found.
NOT_EXCLUDED = (
    "no relation of the weights was found; that excludes neither distillation, which leaves no"
    " trace in weights, nor a relation of layers that were not sampled"
)
SIBLINGS = (
    "two models trained further from one parent look the same as a parent and its child;"
    " a third model would tell"
)
TWINS = (
    "training twice from one seed, and long training of a child, leave the same agreement: weights"
    " alone cannot tell which"
)


class Verdict(NamedTuple):
    """What follows from the evidence so far.

    Attributes:
        chain: relations that hold, the closest first; empty where nothing could be compared.
        sure: whether further rungs cannot change it.
        because: the reason as a sentence.
        caveats: what weights cannot tell here.
    """

    chain: tuple[Kin, ...]
    sure: bool
    because: str
    caveats: tuple[str, ...] = ()


def judge(case: Case) -> Verdict:
    """Judge the evidence that is there."""
    base = _base(case) if case.main else _by_columns(case)
    if not base.chain and not case.chain:
        return base
    chain = set(base.chain) | case.chain
    chain |= {Kin.VOCABULARY_CHANGED} if _vocabulary_changed(case) else set()
    chain |= {Kin.LAYERS_REARRANGED} if case.layer_kind and base.sure else set()
    if chain & _EDITS and set(base.chain) & _SAME:
        chain -= _SAME
    loose = [kin for kin in Kin if kin in chain & _LOOSE]
    chain -= set(loose if chain - _LOOSE else loose[1:])
    if not chain & set(base.chain):
        base = base._replace(because=(case.reasons or [base.because])[0], caveats=(), sure=True)
    return base._replace(chain=tuple(kin for kin in Kin if kin in chain))


def _by_columns(case: Case) -> Verdict:
    """Judge where no matrix of one place fits: by the columns of shared tokens alone."""
    if case.unmatched:
        return Verdict((Kin.UNRELATED,), False, case.unmatched, (NOT_EXCLUDED,))
    return Verdict((), False, "no matrix of one role was compared")


_SAME = frozenset({Kin.IDENTICAL, Kin.RE_ENCODED})
_EDITS = frozenset({Kin.VOCABULARY_CHANGED, Kin.LAYERS_REARRANGED, Kin.QUANTISED, Kin.PRUNED})
_LOOSE = frozenset({Kin.SHARED_ANCESTRY, Kin.WEAK_TRACE, Kin.UNRELATED})


def _base(case: Case) -> Verdict:
    """Judge the matrices that stand in one place, the closest relation first."""
    for rule in (_equal, _image, _pruned, _trained, _frozen, _partly, _ancestry, _outside, _weak):
        verdict = rule(case)
        if verdict is not None:
            return verdict
    because = (
        f"{len(case.main)} matrices agree no more than chance: median r {case.median_r:.4f},"
        f" joint z {case.joint_z:.1f}"
    )
    return Verdict((Kin.UNRELATED,), False, because, (NOT_EXCLUDED,))


def _equal(case: Case) -> Verdict | None:
    """Every sampled value is equal."""
    held = [*case.main, *(one for one in case.outside if one not in case.main)]
    if not all(one.exact for one in held) or case.vectors[0] < case.vectors[1]:
        return None
    weights = sum(one.agreement.n for one in held)
    amount = "all" if case.whole else f"all {weights:,} sampled"
    because = f"{amount} values of {len(held)} matrices are equal"
    caveats = (
        ()
        if case.whole
        else (
            f"{len(held)} of {len(case.pairing.pairs)} tensors were sampled;"
            " a full read proves the rest",
        )
    )
    extra = _extra(case)
    if extra.says and not case.layer_kind and not _vocabulary_changed(case):
        because += f"; {extra.says}"
        case.details["unshared"] = extra.says
        if extra.trained:
            return Verdict((Kin.DERIVED,), True, because, (*caveats, SIBLINGS))
    if cut := _positions_cut(case):
        because += f"; {cut}"
    kin = Kin.IDENTICAL if _same_form(case) else Kin.RE_ENCODED
    return Verdict((kin,), True, because, caveats)


def _positions_cut(case: Case) -> str:
    """Say how many rows of positions one model has less than the other, and note it."""
    pair = next((pair for pair in case.pairing.pairs if pair.layout == "cut"), None)
    if pair is None:
        return ""
    few, many = sorted((pair.a.rows, pair.b.rows))
    case.details["positions"] = f"positions cut from {many} to {few} rows"
    case.clue("a" if pair.a.rows == few else "b", "it has fewer positions", decides=False)
    return case.details["positions"]


class Extra(NamedTuple):
    """Learned matrices that only one model has.

    Attributes:
        says: a sentence; empty where there are none but a tied head.
        trained: whether they show that one was trained further: heads, or some in both.
    """

    says: str = ""
    trained: bool = False


def _extra(case: Case) -> Extra:
    """Look at the matrices that have no place in the other model."""
    whole = sum(p.a.rows * p.a.columns for p in case.pairing.pairs if p.matrix)
    said, heads = [], True
    for left, whose in ((case.pairing.left_a, "first"), (case.pairing.left_b, "second")):
        named = [p for p in left if p.matrix and not p.named.role.startswith("embedding.")]
        named = [p for p in named if p.named.role not in VOCABULARY]
        if sum(piece.rows * piece.columns for piece in named) > 0.002 * whole:
            said.append(f"the {whose} has {len(named)} more matrices, such as {named[0].name}")
            heads &= all(piece.named.role.startswith("head.") for piece in named)
    return Extra("; ".join(said), bool(said) and (heads or len(said) > 1))


def _same_form(case: Case) -> bool:
    """Whether container, shards, names and types are the same too."""
    a, b = case.a, case.b
    if a.formats != b.formats or len(a.pieces) != len(b.pieces):
        return False
    ours = {(p.name, p.tensor.dtype, p.tensor.shape) for p in a.pieces}
    return ours == {(p.name, p.tensor.dtype, p.tensor.shape) for p in b.pieces}


def _image(case: Case) -> Verdict | None:
    """One is the other at a lower precision."""
    from howopen.kinship.structure import images  # noqa: PLC0415 - numpy

    if "images" not in case.memo:
        case.memo["images"] = images(case)
    found = case.memo["images"]
    if found is None:
        return None
    because, fine_tuned = found
    if fine_tuned:
        return None
    return Verdict((Kin.QUANTISED,), True, because)


def _pruned(case: Case) -> Verdict | None:
    """One is the other with weights set to zero."""
    from howopen.kinship.structure import masks  # noqa: PLC0415 - numpy

    if "masks" not in case.memo:
        case.memo["masks"] = masks(case)
    found = case.memo["masks"]
    if found is None:
        return None
    because, survivors_equal = found
    chain = (Kin.PRUNED,) if survivors_equal else (Kin.DERIVED, Kin.PRUNED)
    return Verdict(chain, True, because)


def _trained(case: Case) -> Verdict | None:
    """Agreement in what was learned, or above what twins of one seed reach."""
    told = case.rules.thresholds
    learned, count = case.learned
    if case.joint_z < told.related_z.value:
        return None
    if count:
        enough = learned >= told.learned_r.value and case.median_r >= told.learned_matrices_r.value
        more = f"; {count} vectors that hold nothing of an initialisation agree at {learned:.3f}"
    else:
        enough, more = case.median_r >= told.derived_r.value, ""
    if not enough:
        return None
    chain = (Kin.QUANTISED, Kin.DERIVED) if _one_packed(case) else (Kin.DERIVED,)
    return Verdict(chain, True, _sentence(case) + more, (SIBLINGS,))


def _one_packed(case: Case) -> bool:
    """Whether one of them stores most of its body in fewer than 16 bits, and the other does not."""
    from howopen.kinship.structure import FINE  # noqa: PLC0415 - numpy

    shares = [
        statistics.mean(piece.tensor.dtype.upper() in FINE for piece in pieces)
        for pieces in zip(*((one.pair.a, one.pair.b) for one in case.body), strict=True)
    ]
    return len(shares) == 2 and min(shares) < 0.5 < max(shares)


def _frozen(case: Case) -> Verdict | None:
    """Values that neither of them ever changed, in matrices that training shaped."""
    if len(case.related(case.main)) < max(1, len(case.main) // 2):
        return None
    from howopen.kinship.structure import is_fine  # noqa: PLC0415 - numpy

    fine = [one for one in case.body if is_fine(one)]
    if len(fine) < 2:
        return None
    share = statistics.median([one.agreement.exact for one in fine])
    whole = [one for one in fine if one.exact]
    if share < case.rules.thresholds.frozen_share.value and len(whole) < 2:
        return None
    because = (
        f"{_sentence(case)}; {len(whole)} of {len(fine)} matrices are equal in every sampled value,"
        f" the median share of equal values is {share:.1%}"
    )
    case.details["equal values"] = f"{share:.4f}"
    return Verdict((Kin.DERIVED,), True, because, (SIBLINGS,))


def _partly(case: Case) -> Verdict | None:
    """Some matrices are the other's, and the rest are strangers: parts were taken over."""
    told = case.rules.thresholds
    strong = [
        one for one in case.body if one.r >= told.derived_r.value and one.z >= told.related_z.value
    ]
    if len(strong) < 3 or case.median_r >= told.related_r.value:
        return None
    because = (
        f"{len(strong)} of {len(case.body)} matrices are the other's (r from"
        f" {min(one.r for one in strong):.3f}), the rest agree no more than strangers"
    )
    case.details["parts"] = ", ".join(sorted({one.pair.a.name for one in strong})[:12])
    return Verdict((Kin.DERIVED,), True, because, (SIBLINGS,))


def _ancestry(case: Case) -> Verdict | None:
    """Agreement that both twins and children reach."""
    told = case.rules.thresholds
    if case.median_r < told.related_r.value or case.joint_z < 2 * told.related_z.value:
        return None
    learned, count = case.learned
    more = f"; what {count} vectors learned agrees at {learned:.3f} only" if count else ""
    return Verdict((Kin.SHARED_ANCESTRY,), False, _sentence(case) + more, (TWINS,))


def _outside(case: Case) -> Verdict | None:
    """Only embeddings agree, or single matrices."""
    embeddings = case.related(case.outside)
    single = case.related(case.body)
    tokens = [one for one in embeddings if one.pair.role in VOCABULARY]
    if tokens or len(embeddings) >= 2:
        best = max(tokens or embeddings, key=lambda one: one.z)
        because = (
            f"{best.pair.role} agrees with r {best.r:.3f} (z {best.z:.0f}), while"
            f" {len(case.body) - len(single)} of {len(case.body)} matrices of the body do not:"
            " both hold rows of one ancestor"
        )
        return Verdict((Kin.SHARED_ANCESTRY,), False, because, (TWINS,))
    if len(single) >= 3:
        because = (
            f"{len(single)} of {len(case.body)} matrices agree with r from"
            f" {min(one.r for one in single):.3f}, the rest do not"
        )
        return Verdict((Kin.SHARED_ANCESTRY,), False, because, (TWINS,))
    if single or embeddings:
        best = max([*single, *embeddings], key=lambda one: one.z)
        because = (
            f"only {best.pair.a.name} agrees (r {best.r:.3f}, z {best.z:.0f}); one matrix may be a"
            " fixed table that strangers share"
        )
        return Verdict((Kin.WEAK_TRACE,), False, because, (NOT_EXCLUDED,))
    return None


def _weak(case: Case) -> Verdict | None:
    """More than chance allows, less than a relation shows."""
    told = case.rules.thresholds
    if case.median_r < told.weak_r.value or case.joint_z < told.weak_z.value:
        return None
    return Verdict((Kin.WEAK_TRACE,), False, _sentence(case), (TWINS,))


def _sentence(case: Case) -> str:
    rs = [one.r for one in case.main]
    return (
        f"{len(rs)} matrices of one role agree with median r {case.median_r:.4f}"
        f" ({min(rs):.3f} to {max(rs):.3f}), joint z {case.joint_z:.0f}"
    )


def _vocabulary_changed(case: Case) -> bool:
    """Whether related tables of tokens hold other numbers of rows, or the same in another order."""
    tables = [p for p in case.pairing.pairs if p.layout == "vocabulary" and p.matrix]
    if not tables:
        return False
    held = [one for one in case.outside if one.pair.role in VOCABULARY]
    return bool(case.related(held))
