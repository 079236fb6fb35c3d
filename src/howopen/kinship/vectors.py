"""Vectors: equal ones, and those in which all that varies was learned.

Vectors are no evidence against strangers: gains of one design correlate whoever trained them. They
tell something else. Twins trained from one seed share their initialisation, which lies in the
matrices; gains and offsets of normalisation start as a constant, so that in them only what was
learned can agree - and twins learn it anew, while a fine-tune keeps it.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from howopen.kinship.case import Case
from howopen.kinship.pairing import Pair, spread
from howopen.kinship.result import Statistic
from howopen.kinship.sampling import Sampler

if TYPE_CHECKING:
    from howopen.formats.weights import Values

#: Vectors longer than this are not read, shorter than this say nothing.
LONGEST, SHORTEST = 65_536, 16
#: How many times its type's spacing a vector must vary, to be more than rounding.
ABOVE_ROUNDING = 4.0
#: Relative spacing of values of a type.
_SPACING = {"BF16": 2.0**-8, "F16": 2.0**-11}


def compare_vectors(case: Case, sampler: Sampler) -> None:
    """Compare vectors, for what the matrices leave open."""
    flat = [pair for pair in case.pairing.pairs if _is_vector(pair)]
    if case.good and all(one.exact for one in case.good):
        _equal(case, sampler, flat)
    elif case.median_r >= case.rules.thresholds.learned_matrices_r.value:
        _learned(case, sampler, [pair for pair in flat if pair.a.rows >= SHORTEST])


def _is_vector(pair: Pair) -> bool:
    return (
        pair.a.columns == pair.b.columns == 1
        and 0 < pair.a.rows == pair.b.rows <= LONGEST
        and not pair.a.fixed
        and not pair.b.fixed
    )


def _equal(case: Case, sampler: Sampler, flat: list[Pair]) -> None:
    """Count equal vectors: training that left matrices alone shows in them."""
    equal = total = 0
    for pair in spread(flat, case.rules.sampling.vectors):
        held = _read(case, sampler, pair)
        if held:
            total += 1
            equal += bool((held[0] == held[1]).all())
    case.vectors = equal, total


def _learned(case: Case, sampler: Sampler, flat: list[Pair]) -> None:
    """Correlate vectors that start as a constant."""
    roles = case.a.roles
    named = [pair for pair in flat if roles.learned_vector(pair.a.name)]
    found = []
    for pair in spread(named, case.rules.sampling.vectors):
        held = _read(case, sampler, pair)
        r = None if held is None else _correlation(pair, *held)
        if r is not None:
            found.append(r)
    if len(found) < 2:
        return
    case.learned = statistics.median(found), len(found)
    case.statistics.append(
        Statistic(
            name="learned vectors",
            value=round(case.learned[0], 4),
            n=len(found),
            null="twins of one seed: .79 at most",
        )
    )


def _read(case: Case, sampler: Sampler, pair: Pair) -> tuple[Values, Values] | None:
    one = sampler.read(case.a, pair.a, 0, pair.a.rows)
    two = sampler.read(case.b, pair.b, 0, pair.b.rows)
    return None if one is None or two is None else (one.reshape(-1), two.reshape(-1))


def _correlation(pair: Pair, a: Values, b: Values) -> float | None:
    """Return the correlation of two vectors; None where they hardly vary, or hold no numbers."""
    import numpy as np  # noqa: PLC0415 - heavy

    x, y = a.astype(np.float64), b.astype(np.float64)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    for piece, held in ((pair.a, x), (pair.b, y)):
        spacing = _SPACING.get(piece.tensor.dtype.upper(), 1e-7)
        if held.std() <= ABOVE_ROUNDING * spacing * float(np.abs(held).mean()):
            return None
    x, y = x - x.mean(), y - y.mean()
    length = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / length if length > 0 else None
