"""What the structure of differences tells about sampled blocks: images, masks, rank, layers.

The functions on arrays are in the files named after them; this one feeds them what was sampled.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from howopen.kinship.case import Case
from howopen.kinship.pairing import Pair, spread
from howopen.kinship.result import Kin, Statistic
from howopen.kinship.sampling import Sampler, Seen

if TYPE_CHECKING:
    from howopen.formats.weights import Values

#: Types of 16 bits and more: equal values in them are no accident of a coarse grid.
FINE = frozenset({"F64", "F32", "F16", "BF16", "FLOAT64", "FLOAT32", "FLOAT16", "BFLOAT16"})
#: What a low-rank update leaves of a difference, over the size of the weights: rounding alone.
#: Twins of one seed may differ most in one direction, but also by their own noise in all others
#: (a real pair of releases: .7 of the weights' size).
LEFT = 0.01
#: Most blocks whose grids and masks are looked at, and most layers that are mapped.
MOST = 6
MOST_LAYERS = 160


def images(case: Case) -> tuple[str, bool] | None:
    """Say whether one model is the other, cast or quantised.

    Returns:
        A sentence, and whether the image was trained a little before it was rounded; None where
        neither is an image.
    """
    from howopen.kinship.directions import from_image  # noqa: PLC0415 - numpy
    from howopen.kinship.grids import image_of  # noqa: PLC0415 - numpy

    least = case.rules.thresholds.same_r.value
    held = [one for one in case.good if one.r >= least and not one.exact and one.a.size]
    equal = [one for one in case.main if one.exact]
    if not held or len(held) + len(equal) < 0.8 * len(case.main):
        return None
    if not any(_may_be_image(one) for one in held[:2]):
        return None
    found = [image_of(one.a, one.b) for one in held[:MOST]]
    hits = [one for one in found if one.decision in ("cast", "quantised")]
    near = [one for one in found if one.decision == "near"]
    if len(hits) + len(near) < 0.7 * len(found):
        return None
    told = hits or near
    kinds = statistics.mode(one.kind for one in told)
    case.details["precision"] = kinds
    case.details["image"] = "cast" if told[0].decision == "cast" else "quantised"
    children = {one.child for one in told} - {""}
    if len(children) == 1:
        case.hints(from_image(next(one for one in told if one.child)))
    best = told[0].because
    because = f"in {len(hits)} of {len(found)} matrices that differ, {best}"
    fine_tuned = len(near) > len(hits)
    if fine_tuned:
        case.chain.add(Kin.QUANTISED)
        case.note(
            f"one lies on a grid ({kinds}), and the other was not rounded to its nearest points"
        )
    return because, fine_tuned


def _may_be_image(one: Seen) -> bool:
    """Tell cheaply whether a closer look for a cast or a grid can find one."""
    from howopen.kinship.grids import cast_of  # noqa: PLC0415 - numpy

    if not is_fine(one):
        return True
    if any(cast_of(x, y).decision == "cast" for x, y in ((one.a, one.b), (one.b, one.a))):
        return True
    return _coarse(one.a) or _coarse(one.b)


def _coarse(block: Values) -> bool:
    """Tell whether values are few, or whole steps apart, in groups of 32 that share a row."""
    import numpy as np  # noqa: PLC0415 - heavy

    groups = block[:8, : block.shape[1] // 32 * 32].astype(np.float64).reshape(-1, 32)
    groups = groups[np.isfinite(groups).all(axis=1)]
    if not len(groups):
        return bool(np.unique(block).size < 0.5 * block.size)
    ranked = np.sort(groups, axis=1)
    gaps = np.diff(ranked, axis=1)
    span = np.maximum(ranked[:, -1:] - ranked[:, :1], 1e-300)
    apart = gaps > 2e-6 * span
    if float(np.median(apart.sum(axis=1))) < 18:
        return True
    kept = apart.any(axis=1)
    ranked, gaps, apart = ranked[kept], gaps[kept], apart[kept]
    step = np.where(apart, gaps, np.inf).min(axis=1, keepdims=True)
    offsets = ranked - ranked[:, :1]
    for parts in (1, 2, 3):
        steps = offsets / (step / parts)
        even = np.abs(steps - np.rint(steps)).max(axis=1) < 0.1
        if float(np.mean(even & (steps[:, -1] < 256 * parts))) > 0.3:
            return True
    return False


def is_fine(one: Seen) -> bool:
    """Tell whether both are of float types with 16 bits or more, in which equal values tell."""
    return {x.tensor.dtype.upper() for x in (one.pair.a, one.pair.b)} <= FINE


def masks(case: Case) -> tuple[str, bool] | None:
    """Say whether one model is the other with weights set to zero.

    Returns:
        A sentence, and whether the weights that are left are equal; None where it is not.
    """
    least = case.rules.thresholds.related_r.value
    held = [one for one in case.main if one.r >= least and one.a.size and _zeros_differ(case, one)]
    if len(held) < max(1, len(case.main) // 2):
        return None
    from howopen.kinship.directions import from_zeros  # noqa: PLC0415 - numpy
    from howopen.kinship.zeros import masked  # noqa: PLC0415 - numpy

    found = [masked(one.a, one.b) for one in held[:MOST]]
    hits = [one for one in found if one.decision == "pruned"]
    if len(hits) < 0.7 * len(found):
        return None
    first = hits[0]
    share = statistics.median([max(one.share_a, one.share_b) for one in hits])
    case.details["zeros"] = f"{share:.3f}"
    if first.pattern:
        case.details["pattern"] = first.pattern
    case.hints(from_zeros(first))
    equal = statistics.median([one.exact for one in hits]) >= 0.98
    because = f"in {len(hits)} of {len(found)} matrices, {first.because}"
    return because, equal


def _zeros_differ(case: Case, one: Seen) -> bool:
    import numpy as np  # noqa: PLC0415 - heavy

    ours, theirs = float(np.mean(one.a == 0)), float(np.mean(one.b == 0))
    return abs(ours - theirs) >= case.rules.thresholds.pruned_zeros.value


def rank(case: Case, sampler: Sampler) -> None:
    """Look whether the differences of two matrices have a low rank, as a merged LoRA leaves it."""
    from howopen.kinship.lowrank import rank_of  # noqa: PLC0415 - numpy

    found = []
    for pair in _for_rank(case):
        width = max(pair.a.row_bytes, pair.b.row_bytes, 1)
        rules = sampler.rules
        count = min(pair.a.rows, rules.rank_rows, max(16, rules.rank_bytes // width))
        start = pair.seed % (pair.a.rows - count + 1)
        one = sampler.read(case.a, pair.a, start, count)
        two = sampler.read(case.b, pair.b, start, count)
        if one is None or two is None:
            return
        told = rank_of(one, two, _precision(pair))
        if told.decision != "lowrank" or told.size * math.sqrt(max(0.0, 1 - told.energy)) > LEFT:
            return
        found.append(told)
    if len(found) < 2:
        return
    case.details["rank"] = str(max(one.rank for one in found))
    case.details["update"] = "low rank, as a merged LoRA leaves it"
    case.chain.add(Kin.DERIVED)
    case.note(found[0].because)
    case.statistics.append(
        Statistic(name="rank of the difference", value=found[0].rank, n=len(found), null="full")
    )


def _for_rank(case: Case) -> list[Pair]:
    """Choose two matrices that differ and can be read by rows, the best correlated first."""
    held = [
        one
        for one in case.body
        if not one.exact and one.pair.layout == "" and one.pair.a.row_bytes and one.pair.b.row_bytes
    ]
    held = [one for one in held if min(one.pair.a.rows, one.pair.a.columns) >= 32]
    return [one.pair for one in sorted(held, key=lambda one: -one.r)[:2]]


def _precision(pair: Pair) -> float:
    steps = {"BF16": 2.0**-8, "F16": 2.0**-11}
    return max(steps.get(one.tensor.dtype.upper(), 0.0) for one in (pair.a, pair.b))


def units(case: Case, sampler: Sampler) -> None:
    """Look whether the rows of smaller matrices are rows of the larger ones in their place."""
    from howopen.kinship.directions import from_removed  # noqa: PLC0415 - numpy
    from howopen.kinship.zeros import removed  # noqa: PLC0415 - numpy

    limit = sampler.rules.column_bytes
    held = [pair for pair in case.pairing.unlike if pair.body and pair.matrix]
    held = [p for p in held if p.a.columns == p.b.columns and p.a.rows != p.b.rows]
    held = [p for p in held if max(x.tensor.stop - x.tensor.start for x in (p.a, p.b)) <= limit]
    found = []
    for pair in spread(held, 2):
        one = sampler.read(case.a, pair.a, 0, pair.a.rows)
        two = sampler.read(case.b, pair.b, 0, pair.b.rows)
        if one is None or two is None:
            return
        small, large = sorted((one, two), key=len)
        found.append((pair, removed(large, small), len(small)))
    if not found or any(told.decision != "subset" for _, told, _ in found):
        return
    pair, told, left = found[0]
    case.chain.add(Kin.PRUNED)
    case.details["units"] = f"{left} of {max(pair.a.rows, pair.b.rows)} rows of {pair.role}"
    case.note(f"{pair.a.name}: {told.because}")
    case.hints(from_removed(told, "a" if pair.a.rows == left else "b"))


def layers(case: Case, sampler: Sampler) -> None:
    """Find out which layer of one model is which of the other, where their numbers differ."""
    from howopen.kinship.directions import from_layers  # noqa: PLC0415 - numpy
    from howopen.kinship.layers import layer_map, layer_similarity  # noqa: PLC0415 - numpy

    roles = _layer_roles(case)
    ours, theirs = _layer_blocks(case, sampler, roles)
    if len(ours) < 2 or len(theirs) < 2:
        return
    found = layer_map(layer_similarity(list(ours.values()), list(theirs.values())))
    names_a, names_b = list(ours), list(theirs)
    if found.kind in ("none", "same"):
        return
    case.details["layer map"] = _map_words(found.of, names_a, names_b)
    case.layer_kind = found.kind
    case.details["layers"] = found.kind
    case.layers = tuple(None if at is None else names_a[at] for at in found.of)
    case.note(found.because)
    case.hints(from_layers(found))
    _lay_over(case, ours, theirs, names_b)


def _layer_roles(case: Case) -> list[str]:
    """Choose two roles that stand in most layers of both, with rows of one width."""
    counts: dict[str, list[int]] = {}
    for index, model in enumerate((case.a, case.b)):
        for piece in model.pieces:
            named = piece.named
            if piece.matrix and named.layer is not None and named.expert is None:
                counts.setdefault(f"{named.role}|{piece.rows}x{piece.columns}", [0, 0])[index] += 1
    both = {key: min(pair) for key, pair in counts.items() if min(pair) > 1}
    return sorted(both, key=lambda key: (-both[key], key))[:2]


def _layer_blocks(
    case: Case, sampler: Sampler, roles: list[str]
) -> tuple[dict[int, dict[str, Values]], dict[int, dict[str, Values]]]:
    """Read one block of each role of each layer of both models."""
    held: tuple[dict[int, dict[str, Values]], dict[int, dict[str, Values]]] = ({}, {})
    for model, found in zip((case.a, case.b), held, strict=True):
        for piece in model.pieces:
            key = f"{piece.named.role}|{piece.rows}x{piece.columns}"
            layer = piece.named.layer
            if key not in roles or layer is None or len(found) > MOST_LAYERS or not piece.matrix:
                continue
            count = sampler.count(Pair(piece, piece), piece.rows)
            block = sampler.read(model, piece, (piece.rows - count) // 2, count)
            if block is not None:
                found.setdefault(layer, {})[key] = block
    return ({k: held[0][k] for k in sorted(held[0])}, {k: held[1][k] for k in sorted(held[1])})


def _lay_over(
    case: Case,
    ours: dict[int, dict[str, Values]],
    theirs: dict[int, dict[str, Values]],
    names_b: list[int],
) -> None:
    """Compare the layers that the map lays over one another."""
    from howopen.kinship.sampling import seen  # noqa: PLC0415

    pieces = [
        {(f"{p.named.role}|{p.rows}x{p.columns}", p.named.layer): p for p in model.pieces}
        for model in (case.a, case.b)
    ]
    least = case.rules.sampling.least_values
    for layer_b, layer_a in zip(names_b, case.layers, strict=True):
        for key in () if layer_a is None else theirs[layer_b]:
            if layer_a is not None and key in ours[layer_a]:
                pair = Pair(pieces[0][key, layer_a], pieces[1][key, layer_b])
                case.mapped.append(seen(pair, ours[layer_a][key], theirs[layer_b][key], least))


def _map_words(of: tuple[int | None, ...], names_a: list[int], names_b: list[int]) -> str:
    told = [
        f"{b}<-{names_a[at] if at is not None else '?'}" for b, at in zip(names_b, of, strict=True)
    ]
    return " ".join(told[:200])
