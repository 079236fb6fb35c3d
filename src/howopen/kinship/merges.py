"""Is a model a merge of others: least squares of its difference on theirs, method and weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from howopen.kinship.arrays import Values

Wide = NDArray[np.float64]
Method = Literal["linear", "slerp", "task-arithmetic", "ties", "dare", "none"]
Decision = Literal["merge", "one-parent", "independent", "undecided"]

#: Share of the squared difference that a merge explains, rounding set aside.
EXPLAINED = 0.95
#: Distance to the fit over the distance to the nearest parent, for a merge: combining must beat
#: every single parent by far. Siblings of the parents reach 0.8.
NEARER = 0.4
#: The same where no base is known, because a merge with an unknown third model is near as well.
NEARER_WITHOUT_BASE = 0.2
#: A parent takes part with a coefficient beyond this, and beyond six standard errors.
PART = 0.03
#: A descendant holds its parent's whole difference: the coefficient is this near to one. Siblings
#: trained on one text reach 0.91 (measured), so this is a sign of descent and no proof.
DESCENT = 0.05
#: Angle below which mergekit interpolates linearly: arccos 0.9995.
STRAIGHT = 0.0316


class Fit(NamedTuple):
    """Least squares of a child on parents.

    Attributes:
        coefficients: one for each parent.
        errors: standard error of each.
        r2: share of the squares explained (about zero, not about the mean).
        residual: norm of what is left over the distance of the child from its nearest parent.
        n: how many values.
    """

    coefficients: Wide
    errors: Wide
    r2: float
    residual: float
    n: int


def fit(child: Values, parents: Values, base: Values | None = None) -> Fit:
    """Fit `child - base` to the `parents - base`, or `child` to the parents where base is unknown.

    Args:
        child: `(n,)` sampled weights.
        parents: `(k, n)`, the same places.
        base: `(n,)`, the same places of the model that all were trained from.
    """
    y, x = _differences(child, parents, base)
    nearest = min((float(np.linalg.norm(child.astype(np.float64) - p)) for p in parents), default=0)
    return _least_squares(y, x, nearest)


def _differences(child: Values, parents: Values, base: Values | None) -> tuple[Wide, Wide]:
    """Return child and parents, less the base, in double precision."""
    zero = np.zeros(len(child)) if base is None else base.astype(np.float64)
    return child.astype(np.float64) - zero, np.atleast_2d(parents).astype(np.float64) - zero


def _least_squares(y: Wide, x: Wide, nearest: float) -> Fit:
    """Solve the normal equations, which are as small as there are parents."""
    gram = np.linalg.pinv(x @ x.T, hermitian=True)
    coefficients = gram @ (x @ y)
    rest = float(np.sum(np.square(y - coefficients @ x)))
    freedom = max(len(y) - len(x), 1)
    errors = np.sqrt(np.maximum(np.diag(gram), 0) * rest / freedom)
    r2 = 1 - rest / max(float(y @ y), 1e-300)
    return Fit(coefficients, errors, r2, float(np.sqrt(rest) / nearest) if nearest else 0.0, len(y))


class Merge(NamedTuple):
    """What a child is to several parents.

    Attributes:
        method: how they were merged; `none` unless the decision is `merge`. Linear and spherical
            interpolation of parents that lie close together are the same, and called `linear`.
        coefficients: weight of each parent's difference from the base (of each parent without
            a base).
        errors: standard error of each.
        r2: share of the squared difference that the method explains, rounding set aside.
        residual: distance to the fit over the distance to the nearest parent.
        density: share of each parent's difference that TIES or DARE kept; 1.0 otherwise.
        parent: index of the only parent, for `one-parent`; -1 otherwise.
        decision: `merge`; `one-parent` where it descends from one of them and no other takes
            part; `independent` where none takes part; `undecided`.
        margin: share explained over the share asked for.
        because: the decision as a sentence.
    """

    method: Method
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    r2: float
    residual: float
    density: float
    parent: int
    decision: Decision
    margin: float
    because: str


def merge_of(
    child: Values,
    parents: Values,
    base: Values | None = None,
    precision: float = 0.0,
    sizes: Sequence[int] = (),
) -> Merge:
    """Say whether a child is a merge of parents, by which method, and with which weights.

    Sources: task arithmetic, arXiv 2212.04089; TIES, arXiv 2306.01708; DARE, arXiv 2311.03099;
    SLERP and its threshold as in mergekit, arXiv 2403.13257.

    Measured: 32,768 weights of 16 MPNet matrices with heavy-tailed synthetic fine-tunes of 1 and 10
    %, and three real fine-tunes of a small language model, each in float32 and bfloat16: linear,
    SLERP (as linear at 1 %, where they are the same), task arithmetic, TIES and DARE found in all,
    weights within .02 (DARE of a 1 % change in bfloat16 within .15). No merge among 30 descendants,
    siblings, retrained merges, relatives that share a later ancestor, and strangers. Real fine-
    tunes of one base on one text look alike: .91 of one another's difference.

    Args:
        child: `(n,)` sampled weights, matrices of several layers strung together.
        parents: `(k, n)` the same places of the candidates.
        base: `(n,)` the same places of their common base; without it TIES and DARE, and a merge
            with a third model, are not seen.
        precision: largest relative error of rounding to the stored type: 2**-8 for bfloat16,
            2**-11 for float16, 0 for float32.
        sizes: lengths of the tensors in `n`, because TIES trims each tensor apart.
    """
    good = np.isfinite(child) & np.isfinite(parents).all(axis=0)
    good &= True if base is None else np.isfinite(base)
    if not good.all():
        child, parents, sizes = child[good], parents[:, good], ()
        base = None if base is None else base[good]
    plain = fit(child, parents, base)
    if len(child) < 64 * len(parents):
        return _answer(plain, "undecided", "too few weights were read", plain.r2)
    floor = _rounding(child, plain.coefficients, precision)
    y, x = _differences(child, parents, base)
    owner = _owner(child, parents)
    if owner >= 0:
        because = f"the child is parent {owner + 1}"
        return _answer(plain, "one-parent", because, 1.0, owner)
    if np.mean(np.square(y)) <= 4 * floor:
        because = "the difference from the base is none, or as small as rounding"
        return _answer(plain, "undecided", because, plain.r2)
    explained = _explained(y, plain.coefficients @ x, floor)
    parts = _parts(plain)
    reach = NEARER if base is not None else NEARER_WITHOUT_BASE
    if explained >= EXPLAINED and parts.sum() >= 2 and _nearness(y, x, plain, floor) <= reach:
        method = _linear_method(child, parents, base)
        return _merged(plain, method, explained, 1.0)
    sparse = None
    if base is not None and 0.02 < explained < EXPLAINED:
        sparse = _sparse(y, x, plain, floor, sizes)
    return sparse or _single(plain, parts, explained, known_base=base is not None)


def _rounding(child: Values, coefficients: Wide, precision: float) -> float:
    """Return the variance that rounding of child, parents and base leaves in a fit.

    A value is off by its type's spacing over the square root of 12; on average over a binade the
    spacing is 1.44 of `precision` times the value.
    """
    one = np.square(0.42 * precision) * float(np.mean(np.square(child, dtype=np.float64)))
    base = 1 - coefficients.sum()
    return float(one * (1 + np.square(coefficients).sum() + base * base))


def _explained(y: Wide, fitted: Wide, floor: float) -> float:
    """Return the share of squares explained, with the variance of rounding taken off both."""
    rest = max(float(np.mean(np.square(y - fitted))) - floor, 0.0)
    return 1 - rest / max(float(np.mean(np.square(y))) - floor, 1e-300)


def _parts(plain: Fit) -> NDArray[np.bool_]:
    """Say which parents take part."""
    size = np.abs(plain.coefficients)
    return np.asarray((size > PART) & (size > 6 * plain.errors))


def _nearness(y: Wide, x: Wide, plain: Fit, floor: float) -> float:
    """Return the distance to the fit over that to the nearest parent, rounding set aside."""
    rest = max(float(np.mean(np.square(y - plain.coefficients @ x))) - floor, 0.0)
    single = min(float(np.mean(np.square(y - parent))) for parent in x) - floor
    return float(np.sqrt(rest / single)) if single > 0 else 1.0


def _linear_method(child: Values, parents: Values, base: Values | None) -> Method:
    """Tell methods that weigh whole models apart, by what their weights sum to.

    With the base as one more term weights sum to one, unless a sphere was followed; the base's
    own weight is zero, unless differences were added.
    """
    terms = parents if base is None else np.vstack([parents, base[None]])
    whole = fit(child, terms)
    total, spread = _total(child, terms, whole)
    curved = _slerp_total(parents, whole.coefficients)
    if abs(curved - 1) > 4 * spread and abs(total - curved) < 0.25 * abs(curved - 1) + 4 * spread:
        return "slerp"
    if base is None:
        return "linear" if abs(total - 1) <= max(4 * spread, 0.02) else "task-arithmetic"
    weight = float(fit(child, parents, base).coefficients.sum())
    error = float(np.sqrt(np.sum(np.square(fit(child, parents, base).errors))))
    return "task-arithmetic" if abs(weight - 1) > max(4 * error, 0.02) else "linear"


def _total(child: Values, terms: Values, whole: Fit) -> tuple[float, float]:
    """Return the sum of weights and its standard error, terms being far from independent."""
    x = terms.astype(np.float64)
    rest = child.astype(np.float64) - whole.coefficients @ x
    cover = np.linalg.pinv(x @ x.T, hermitian=True) * float(rest @ rest) / max(len(rest), 1)
    return float(whole.coefficients.sum()), float(np.sqrt(max(cover.sum(), 0.0)))


def _slerp_total(parents: Values, coefficients: Wide) -> float:
    """Return what weights of two parents would sum to on a sphere; 1.0 where it makes no odds."""
    if len(parents) != 2:
        return 1.0
    a, b = (p.astype(np.float64) / max(float(np.linalg.norm(p)), 1e-300) for p in parents)
    angle = float(np.arccos(np.clip(a @ b, -1, 1)))
    if angle < STRAIGHT:
        return 1.0
    times = np.linspace(0.005, 0.995, 199)
    first, second = np.sin((1 - times) * angle), np.sin(times * angle)
    share = coefficients[1] / max(float(coefficients[:2].sum()), 1e-9)
    best = int(np.argmin(np.abs(second / (first + second) - share)))
    return float((first[best] + second[best]) / np.sin(angle))


def _merged(
    plain: Fit, method: Method, explained: float, density: float, weights: Wide | None = None
) -> Merge:
    """Return the answer that a child is a merge."""
    used = plain.coefficients if weights is None else weights
    shares = ", ".join(f"{c:.2f}" for c in used)
    because = f"{method} with weights {shares} explains {explained:.1%} of the difference"
    return Merge(
        method, tuple(map(float, used)), tuple(map(float, plain.errors)), explained,
        plain.residual, density, -1, "merge", explained / EXPLAINED, because,
    )  # fmt: skip


def _answer(
    plain: Fit, decision: Decision, because: str, explained: float, parent: int = -1
) -> Merge:
    """Return an answer other than a merge."""
    return Merge(
        "none", tuple(map(float, plain.coefficients)), tuple(map(float, plain.errors)), explained,
        plain.residual, 1.0, parent, decision, explained / EXPLAINED, because,
    )  # fmt: skip


def _dropped(plain: Fit, parent: int, explained: float, kept: float) -> Merge:
    """Return the answer for a child that holds one parent's difference with values dropped."""
    because = (
        f"{1 - kept:.0%} of parent {parent + 1}'s differences were dropped, the rest scaled up"
    )
    return _answer(plain, "one-parent", because, explained, parent)._replace(
        method="dare", density=kept
    )


def _single(plain: Fit, parts: NDArray[np.bool_], explained: float, *, known_base: bool) -> Merge:
    """Return the answer for a child that no merge explains."""
    size = np.abs(plain.coefficients)
    first = int(np.argmax(size))
    others = float(np.delete(size, first).max(initial=0.0))
    if not parts.any() or explained < 0.02:
        because = "no parent's difference takes part in the child's"
        return _answer(plain, "independent", because, explained)
    if abs(plain.coefficients[first] - 1) < DESCENT and others < 0.1:
        because = (
            f"parent {first + 1} takes part with {plain.coefficients[first]:.3f}, others do not"
        )
        return _answer(plain, "one-parent", because, explained, first)
    if size.max() < 0.1 and known_base:
        because = f"parents' differences take part with {size.max():.2f} at most"
        return _answer(plain, "independent", because, explained)
    because = (
        f"parents take part ({', '.join(f'{c:.2f}' for c in plain.coefficients)}) but explain only "
        f"{explained:.1%}: a merge trained further, or relatives of the parents"
    )
    return _answer(plain, "undecided", because, explained)


def _sparse(y: Wide, x: Wide, plain: Fit, floor: float, sizes: Sequence[int]) -> Merge | None:
    """Return the merge by TIES or DARE that explains the difference, if one does."""
    density, scale, merged = _ties(y, x, sizes)
    explained = _explained(y, merged, floor)
    better = 0.1 * (1 - _explained(y, plain.coefficients @ x, floor))
    if explained >= EXPLAINED and 1 - explained <= better:
        return _merged(plain, "ties", explained, density, scale)
    kept, weights, dropped = _dare(y, x, plain.coefficients)
    explained = _explained(y, dropped, floor)
    taking = np.abs(weights) > PART
    if (
        1 - explained <= min(1 - DARE_EXPLAINED, better)
        and taking.any()
        and kept[taking].max() < 0.97
    ):
        if taking.sum() == 1:
            return _dropped(plain, int(np.argmax(taking)), explained, float(kept[taking][0]))
        return _merged(plain, "dare", explained, float(kept[taking].mean()), weights)
    return None


def _ties(y: Wide, x: Wide, sizes: Sequence[int]) -> tuple[float, Wide, Wide]:
    """Return the density, the parents' weights and the difference of the best TIES merge.

    Each difference is trimmed to its largest values tensor by tensor, a sign is elected by weight,
    and those that agree are averaged; all are kept at one density.
    """
    best: tuple[float, float, Wide] = (np.inf, 1.0, np.zeros(len(x)))
    cuts = np.cumsum(sizes)[:-1] if sum(sizes) == len(y) else np.zeros(0, np.intp)
    some = np.arange(0, len(y), max(len(y) // 16_384, 1))
    fewer_cuts = np.searchsorted(some, cuts)
    for density in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        trimmed = _trimmed(x[:, some], density, fewer_cuts)
        for weights in _weightings(len(x)):
            merged = _elected(trimmed, weights)
            scale = float(merged @ y[some]) / max(float(merged @ merged), 1e-300)
            rest = float(np.sum(np.square(y[some] - scale * merged)))
            if rest < best[0]:
                best = (rest, density, scale * weights)
    _, density, weights = best
    total = max(float(weights.sum()), 1e-12)
    return density, weights, total * _elected(_trimmed(x, density, cuts), weights / total)


def _trimmed(x: Wide, density: float, cuts: NDArray[np.intp]) -> Wide:
    """Return differences with all but the largest values of each tensor set to zero."""
    parts = []
    for part in np.split(x, cuts, axis=1):
        size = np.abs(part)
        lowest = np.quantile(size, 1 - density, axis=1, keepdims=True)
        parts.append(np.where(size >= lowest, part, 0))
    return np.concatenate(parts, axis=1)


def _weightings(k: int) -> Iterator[Wide]:
    """Yield weights to try: equal ones, and for two parents steps of a tenth."""
    if k != 2:
        yield np.full(k, 1 / k)
        return
    for first in np.linspace(0.2, 0.8, 7):
        yield np.array([first, 1 - first])


def _elected(trimmed: Wide, weights: Wide) -> Wide:
    """Return the weighted mean of the values that have the elected sign."""
    weighted = trimmed * weights[:, None]
    agree = (np.sign(trimmed) == np.sign(weighted.sum(axis=0))) & (trimmed != 0)
    total = (agree * weights[:, None]).sum(axis=0)
    return np.asarray(np.sum(weighted * agree, axis=0) / np.maximum(total, 1e-12))


#: Choosing for each value which parents were dropped explains up to 0.80 of a stranger.
DARE_EXPLAINED = 0.985


def _dare(y: Wide, x: Wide, coefficients: Wide) -> tuple[Wide, Wide, Wide]:
    """Return kept shares, weights and difference of the best merge with values dropped at random.

    Each parent's value is either dropped or scaled by weight / (1 - p); which of them is chosen
    value by value, and the scales are fitted, in turn.
    """
    some, all_x, all_y = slice(0, 20_000), x, y
    x, y = x[:, some], y[some]
    best: tuple[float, Wide] = (np.inf, coefficients)
    for kept in (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9):
        scales = coefficients / kept
        for _ in range(6):
            x_kept = x * _chosen(y, x, scales)
            scales = np.linalg.pinv(x_kept @ x_kept.T, hermitian=True) @ (x_kept @ y)
        rest = float(np.sum(np.square(y - scales @ (x * _chosen(y, x, scales)))))
        if rest < best[0]:
            best = (rest, scales)
    chosen = _chosen(all_y, all_x, best[1])
    shares = chosen.mean(axis=1)
    return shares, best[1] * shares, best[1] @ (all_x * chosen)


def _chosen(y: Wide, x: Wide, scales: Wide) -> Wide:
    """Return for each value which parents were kept: those whose sum comes nearest."""
    masks = np.array(list(product((0.0, 1.0), repeat=len(x)))) if len(x) <= 3 else _singles(len(x))
    sums = (masks * scales) @ x
    return np.asarray(masks[np.argmin(np.abs(y - sums), axis=0)].T)


def _singles(k: int) -> Wide:
    """Return masks that keep no parent, one, or all: enough where there are many."""
    return np.vstack([np.zeros(k), np.eye(k), np.ones(k)])


class Layerwise(NamedTuple):
    """How weights of parents run through the layers.

    Attributes:
        coefficients: `(layers, k)`.
        residuals: distance to the fit over that to the nearest parent, for each layer; 0.0 where
            a layer is one parent's.
        kind: `uniform` weights; `graded` ones that change from layer to layer; `passthrough`
            where each layer is one parent's and not all are of one; `one-parent`; or `none`.
        parents: for `passthrough`, the parent of each layer.
        margin: how clear the worst layer is: over one is clear.
        because: the decision as a sentence.
    """

    coefficients: Wide
    residuals: Wide
    kind: Literal["uniform", "graded", "passthrough", "one-parent", "none"]
    parents: tuple[int, ...]
    margin: float
    because: str


#: A layer is one parent's where it is this near to it, over the distance between parents.
SAME_LAYER = 0.02


def by_layer(
    children: Sequence[Values], parents: Sequence[Values], base: Sequence[Values] | None = None
) -> Layerwise:
    """Fit each layer apart: frankenmerges and merges with a gradient of weights.

    Measured: the tests' eight layers: passthrough, even weights and gradients of .1 to .9 read
    within .02; strangers `none`.

    Args:
        children: for each layer `(n,)` sampled weights.
        parents: for each layer `(k, n)`, the same layer of each candidate.
        base: for each layer `(n,)`, where a common base is known.
    """
    bases: Sequence[Values | None] = base if base is not None else [None] * len(children)
    fits = [fit(c, p, b) for c, p, b in zip(children, parents, bases, strict=True)]
    coefficients = np.array([f.coefficients for f in fits])
    owners = [_owner(c, p) for c, p in zip(children, parents, strict=True)]
    if all(owner >= 0 for owner in owners):
        kind: Literal["passthrough", "one-parent"] = (
            "passthrough" if len(set(owners)) > 1 else "one-parent"
        )
        because = f"each layer is one parent's: {' '.join(str(o + 1) for o in owners)}"
        return Layerwise(coefficients, np.zeros(len(fits)), kind, tuple(owners), 1.0, because)
    residuals = np.array([0.0 if o >= 0 else f.residual for f, o in zip(fits, owners, strict=True)])
    worst = float(residuals.max())
    if worst > NEARER:
        because = f"a layer is {worst:.2f} as far from the fit as from its nearest parent"
        return Layerwise(coefficients, residuals, "none", (), NEARER / worst, because)
    spread = float(np.ptp(coefficients, axis=0).max())
    noise = 8 * float(np.max([f.errors for f in fits]))
    steady = spread <= max(0.03, noise)
    because = f"weights differ by at most {spread:.2f} between layers"
    return Layerwise(
        coefficients,
        residuals,
        "uniform" if steady else "graded",
        (),
        NEARER / max(worst, 1e-9),
        because,
    )


def _owner(child: Values, parents: Values) -> int:
    """Return the parent that a layer is, -1 where it is none or the parents are the same there."""
    distances = [float(np.linalg.norm(child.astype(np.float64) - p)) for p in parents]
    apart = max(float(np.linalg.norm(parents[0].astype(np.float64) - p)) for p in parents)
    nearest = int(np.argmin(distances))
    return nearest if distances[nearest] <= SAME_LAYER * apart and apart > 0 else -1
