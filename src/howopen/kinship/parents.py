"""One model held against several possible parents: best base, merges, deltas and adapters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from howopen.errors import HowopenError
from howopen.kinship.adapters import adapter_of
from howopen.kinship.case import Case
from howopen.kinship.model import Model, Piece
from howopen.kinship.pairing import spread
from howopen.kinship.result import Ingredient, Kin, Rung, Statistic
from howopen.kinship.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from howopen.kinship.ladder import Found
    from howopen.kinship.merges import Merge

    Values = NDArray[np.float32]

#: Matrices and bytes of each that a fit of parents reads.
MATRICES, BYTES = 10, 16_384


#: Relative spacing of values of a type.
_SPACING = {"BF16": 2.0**-8, "F16": 2.0**-11}


#: A parent with a smaller share has no part in a merge.
_NO_PART = 0.02


class Samples(NamedTuple):
    """Values of the same places of several models.

    Attributes:
        child: `(n,)`.
        parents: `(k, n)`.
        sizes: how many of the values are of each matrix.
        precision: relative spacing of the coarsest type.
    """

    child: Values
    parents: Values
    sizes: tuple[int, ...]
    precision: float


def judge_parents(found: list[Found]) -> Found:
    """Judge one model against all candidates and return the closest, with what they explain.

    Args:
        found: the child against each of them alone.
    """
    best = min(found, key=_distance)
    before = best.case.cost()
    if len(found) > 1:
        best.case.details["closest of"] = ", ".join(each.case.b.ref for each in found)
    told = adapter_of(found) or _delta(found) or _merge(found, best)
    if told is None:
        return best
    case = told.case
    case.step(Rung.STRUCTURE, told.verdict.because, before)
    return told._replace(rung=Rung.STRUCTURE)


def _distance(found: Found) -> tuple[int, float]:
    order = list(Kin)
    kin = found.verdict.chain[0] if found.verdict.chain else Kin.INCOMPARABLE
    return order.index(kin), -found.case.median_r


def sample(models: Sequence[Model], maps: Sequence[dict[str, Piece]]) -> Samples | None:
    """Read the same places of several models.

    Args:
        models: the child first.
        maps: for each model its tensors by the child's names.
    """
    import numpy as np  # noqa: PLC0415 - heavy

    common = set(maps[0]).intersection(*maps[1:])
    rows: list[list[Values]] = [[] for _ in models]
    sizes = []
    for name in _chosen(common, maps[0]):
        blocks = _read(name, maps)
        if blocks is None:
            continue
        sizes.append(blocks[0].size)
        for held, block in zip(rows, blocks, strict=True):
            held.append(block.reshape(-1))
    if not sizes:
        return None
    flat = np.stack([np.concatenate(held) for held in rows])
    spacing = max((_SPACING.get(p.tensor.dtype.upper(), 0.0) for p in maps[0].values()), default=0)
    return Samples(flat[0], flat[1:], tuple(sizes), spacing)


def _chosen(names: set[str], pieces: dict[str, Piece]) -> list[str]:
    from howopen.kinship.pairing import Pair  # noqa: PLC0415

    pairs = [Pair(pieces[name], pieces[name]) for name in sorted(names)]
    return [pair.a.name for pair in spread([p for p in pairs if p.body], MATRICES)]


def _read(name: str, maps: Sequence[dict[str, Piece]]) -> list[Values] | None:
    """Read the same rows of one tensor of all models."""
    pieces = [held[name] for held in maps]
    width = max(1, *(piece.row_bytes for piece in pieces))
    count = max(1, min(pieces[0].rows, BYTES // width))
    start = (pieces[0].rows - count) // 3
    try:
        return [piece.read(start, count) for piece in pieces]
    except HowopenError:
        return None


def places(case: Case) -> dict[str, Piece]:
    """Return the second model's matrices by the names of the first's."""
    return {pair.a.name: pair.b for pair in case.pairing.pairs if pair.matrix and pair.layout == ""}


def _gather(found: Sequence[Found]) -> Samples | None:
    """Read the same places of the child and of all candidates."""
    child = found[0].case.a
    own = {piece.name: piece for piece in child.pieces if piece.matrix}
    maps = [own, *(places(each.case) for each in found)]
    return sample([child, *(each.case.b for each in found)], maps)


def _merge(found: list[Found], best: Found) -> Found | None:
    """Fit the child by its related candidates, without a base and with each of them as base."""
    from howopen.kinship.merges import merge_of  # noqa: PLC0415 - numpy

    least = best.case.rules.thresholds.weak_r.value
    kin = [each for each in found if each.case.median_r >= least]
    exact = {Kin.IDENTICAL, Kin.RE_ENCODED, Kin.QUANTISED}
    if len(kin) < 2 or exact & set(best.verdict.chain):
        return None
    held = _gather(kin)
    if held is None:
        return None
    plain = merge_of(held.child, held.parents, None, held.precision, held.sizes)
    if plain.decision == "merge" and min(plain.coefficients) > -_NO_PART:
        parts = [index for index, share in enumerate(plain.coefficients) if share > _NO_PART]
        return _say_merge(best, kin, plain, parts, None)
    base = _hub(held.parents)
    rest = [index for index in range(len(kin)) if index != base]
    if len(rest) > 1:
        based = merge_of(
            held.child, held.parents[rest], held.parents[base], held.precision, held.sizes
        )
        if based.decision == "merge":
            return _say_merge(best, kin, based, rest, base)
    if plain.decision == "merge":
        return _say_merge(best, kin, plain, list(range(len(kin))), None)
    if plain.decision == "one-parent":
        best.case.note(plain.because)
    return None


def _hub(parents: Values) -> int:
    """Return the model in the middle of the others: the base of fine-tunes lies there."""
    import numpy as np  # noqa: PLC0415 - heavy

    apart = [np.square(parents - one, dtype=np.float64).sum() for one in parents]
    return int(np.argmin(apart))


def _say_merge(
    best: Found, kin: list[Found], told: Merge, parents: list[int], base: int | None
) -> Found:
    """Say which parents make up the child."""
    case = best.case
    shares = told.coefficients
    shares = shares if len(shares) == len(parents) else tuple(shares[index] for index in parents)
    case.ingredients = tuple(
        Ingredient(model=kin[index].case.b.ref, coefficient=round(float(share), 4))
        for index, share in zip(parents, shares, strict=True)
    )
    case.details["method"] = told.method
    if base is not None:
        case.details["base"] = kin[base].case.b.ref
    case.statistics.append(
        Statistic(
            name="r2 of the merge",
            value=round(float(told.r2), 4),
            n=len(kin),
            null="independent fine-tunes of one base: 0",
        )
    )
    case.clue("a", "what is merged was there before the merge")
    return best._replace(verdict=Verdict((Kin.MERGE,), True, told.because))


def _delta(found: list[Found]) -> Found | None:
    """Test whether one of three models is the difference of the other two."""
    if len(found) != 2 or all(each.case.median_r >= 0.5 for each in found):
        return None
    import numpy as np  # noqa: PLC0415 - heavy

    from howopen.kinship.deltas import delta_of  # noqa: PLC0415 - numpy

    held = _gather(found)
    if held is None:
        return None
    own = found[0].case.a.ref
    first, second = found[0].case.b.ref, found[1].case.b.ref
    x, (y, z) = held.child, held.parents
    smallest = min((x, y, z), key=lambda one: float(np.linalg.norm(one)))
    for delta, base, child, says, of in (
        (x, y, z, (own, first, second), found[0]),
        (x, z, y, (own, second, first), found[1]),
        (y, z, x, (first, second, own), found[1]),
        (z, y, x, (second, first, own), found[0]),
    ):
        told = delta_of(delta, base, child)
        if told.decision != "delta" or delta is not smallest:
            continue
        of.case.details["delta"] = f"{says[1]} + {says[0]} = {says[2]}"
        of.case.clue("a", "a difference is taken from, or added to, a model that was there before")
        kin = Kin.DELTA if delta is x else Kin.DERIVED
        return of._replace(verdict=Verdict((kin,), True, told.because))
    return None
