"""Is one matrix a cast or a quantised image of another: exact types, grids, and rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from howopen.kinship.arrays import Values, cosine, finite


class FloatType(NamedTuple):
    """A binary floating-point type.

    Attributes:
        name: as formats call it.
        mantissa: stored bits of the significand.
        lowest: exponent of the smallest normal number.
        largest: largest finite value.
    """

    name: str
    mantissa: int
    lowest: int
    largest: float


#: Narrowest first. Sources: OCP 8-bit floating point specification 1.0 (E5M2, E4M3); IEEE 754
#: binary16; bfloat16 as the upper half of binary32.
FLOAT_TYPES = (
    FloatType("float8_e5m2", 2, -14, 57344.0),
    FloatType("float8_e4m3", 3, -6, 448.0),
    FloatType("bfloat16", 7, -126, 3.3895313892515355e38),
    FloatType("float16", 10, -14, 65504.0),
)

#: Quantiles of the normal distribution, as QLoRA lists them (arXiv 2305.14314, appendix E).
NF4 = (
    -1.0, -0.6961928, -0.52507305, -0.39491749, -0.28444138, -0.18477343, -0.09105004, 0.0,
    0.0795803, 0.1609302, 0.2461123, 0.33791524, 0.44070983, 0.562617, 0.72295684, 1.0,
)  # fmt: skip
#: E2M1, the 4-bit floats of OCP microscaling formats 1.0, table 5.
FP4 = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
#: Sizes of groups that share a scale, largest first; 0 means a whole row.
GROUPS = (0, 256, 128, 64, 32, 16)


def round_to(x: Values, kind: FloatType) -> Values:
    """Return values rounded to a type, to the nearest, ties to even, saturating at its largest."""
    wide = x.astype(np.float64)
    _, exponent = np.frexp(wide)
    step = np.ldexp(1.0, np.maximum(exponent - 1, kind.lowest) - kind.mantissa)
    return np.asarray(np.clip(np.rint(wide / step) * step, -kind.largest, kind.largest), np.float32)


def float_type(x: Values) -> str:
    """Return the narrowest of `FLOAT_TYPES` that holds every value exactly, or `float32`.

    Values of a float32 tensor that are all exact in bfloat16 were once stored so: by chance each
    value is with probability 2**-16.
    """
    good = x[np.isfinite(x)]
    for kind in FLOAT_TYPES:
        if np.array_equal(round_to(good, kind), good):
            return kind.name
    return "float32"


class Cast(NamedTuple):
    """Whether one tensor is the other, rounded to a type.

    Attributes:
        dtype: the type, empty where none fits.
        share: share of values that are exactly the rounded ones.
        decision: `equal`, `cast` or `none`.
        margin: share over the share asked for.
        because: the decision as a sentence.
    """

    dtype: str
    share: float
    decision: Literal["equal", "cast", "none"]
    margin: float
    because: str


#: Share of values that must be exactly the rounded ones. The rest leaves room for other rounding
#: of ties and of subnormals.
EXACT = 0.999


def cast_of(a: Values, b: Values) -> Cast:
    """Say whether `b` is `a` rounded to a narrower float type.

    Measured: casts of 24,576 MPNet weights to all four types: share 1.0; of a copy 1 % away: .0 to
    .84.

    Args:
        a: sampled values.
        b: the same places of the other.
    """
    a, b = finite(a, b)
    if a.size and np.array_equal(a, b):
        return Cast("", 1.0, "equal", 1.0 / EXACT, "all sampled values are equal")
    best, name = 0.0, ""
    for kind in FLOAT_TYPES:
        share = float(np.mean(round_to(a, kind) == b)) if a.size else 0.0
        best, name = max((best, name), (share, kind.name))
    if best >= EXACT and a.size >= 64:
        because = f"{best:.2%} of sampled values are the other's, rounded to {name}"
        return Cast(name, best, "cast", best / EXACT, because)
    because = f"at most {best:.2%} of sampled values are the other's, rounded to a float type"
    return Cast("", best, "none", best / EXACT, because)


class Grid(NamedTuple):
    """Whether values lie on the grid of a quantiser.

    Attributes:
        kind: `integer` (evenly spaced), `ternary`, `binary`, `nf4`, `fp4`, `codebook` (few
            distinct values, unevenly spaced), or `none`.
        group: how many values of a row share a scale; 0 a whole row, -1 the whole tensor.
        levels: most distinct values in a group.
        share: share of groups that lie on the grid.
        margin: share over the share asked for.
        because: what was seen, as a sentence.
    """

    kind: str
    group: int
    levels: int
    share: float
    margin: float
    because: str


#: Share of groups that must lie on a grid.
ON_GRID = 0.98
#: How far, in steps, a value may lie from its grid point.
OFF = 0.08
#: Groups looked at.
SAMPLED = 64


def grid_of(x: Values) -> Grid:
    """Find the largest groups of values that lie on a grid of at most 256 levels.

    A row of trained float32 weights holds as many distinct values as it has; a quantised one few,
    or evenly spaced ones. The step is found from the values, so no header is needed.

    Measured: 84 blocks of all-MiniLM-L6 and MPNet, and 720 of normal, Laplace and uniform values in
    float32, bfloat16 and float16: none on a grid. Found: integers of 2 to 8 bits, by tensor, row or
    groups of 32 to 128, also stored in bfloat16 or float16 (8 bits then as `codebook`), NF4, FP4,
    ternary, binary, scaled FP8, and GGUF's Q8_0, Q5_0, Q5_1, Q4_0, Q4_1, TQ1_0, TQ2_0, MXFP4.
    K-quants and IQ types were not at hand to be measured.

    Args:
        x: `(rows, columns)` as dequantised; whole rows from their start, so that groups align.
    """
    (x,) = _tamed(*finite(x))
    found = [(group, _kind_of(blocks)) for group, blocks in _groupings(x)]
    for kinds in (("binary", "ternary"), ("fp4", "nf4"), ("integer",), ("codebook",)):
        for group, shares in found:
            kind = next((k for k in kinds if shares.share.get(k, 0.0) >= ON_GRID), "")
            if kind:
                share, levels = shares.share[kind], shares.levels
                size = {0: "a row", -1: "all rows"}.get(group, f"{group} values")
                because = (
                    f"{share:.1%} of groups of {size} lie on a grid of {levels} levels ({kind})"
                )
                return Grid(kind, group, levels, share, share / ON_GRID, because)
    return Grid("none", 0, 0, 0.0, 0.0, "values lie on no grid of at most 256 levels")


def _groupings(x: Values) -> Iterator[tuple[int, Values]]:
    """Yield ways to cut rows into groups that may share a scale, the largest groups first."""
    if x.size >= 1024:
        yield -1, x.reshape(1, -1)
    for group in GROUPS:
        size = group or x.shape[1]
        if size >= 16 and x.shape[1] % size == 0 and x.size >= 8 * size:
            yield group, x.reshape(-1, size)[:SAMPLED]


class _Kinds(NamedTuple):
    """The share of groups that lie on each kind of grid, and the levels that groups have."""

    share: dict[str, float]
    levels: int


def _kind_of(blocks: Values) -> _Kinds:
    """Try groups against each kind of grid."""
    some = blocks[np.abs(blocks).max(axis=1) > 0]
    if not len(some):
        return _Kinds({}, 0)
    distinct = [_levels(block) for block in some]
    most = int(np.percentile([len(d) for d in distinct], 98))
    if most > 256:
        return _Kinds({}, most)
    lain = [_lies_on(d, some.shape[1]) for d in distinct]
    return _Kinds({k: float(np.mean([k in v for v in lain])) for k in set().union(*lain)}, most)


def _levels(block: Values) -> Values:
    """Return distinct values, those that differ by float32 rounding only taken as one."""
    levels = np.unique(block).astype(np.float64)
    apart = np.diff(levels, prepend=-np.inf) > 2e-6 * (levels[-1] - levels[0])
    return np.asarray(levels[apart], np.float32)


def _lies_on(levels: Values, size: int) -> set[str]:
    """Return the kinds of grid on which the distinct values of one group lie.

    A group of zeros only, or of one value, lies on any grid and so is no evidence against one.
    """
    kinds = set()
    if len(levels) <= 2:
        kinds |= {"binary", "ternary", "fp4", "nf4", "integer", "codebook"}
        return (
            kinds if len(levels) < 2 or np.isclose(levels[0], -levels[-1]) else kinds - {"binary"}
        )
    if (
        len(levels) == 3
        and abs(levels[1]) < 1e-3 * levels[2]
        and np.isclose(levels[0], -levels[2], rtol=0.02)
    ):
        kinds.add("ternary")
    # a symmetric grid of seven levels lies in FP4 as well, but shows four sizes at most
    sizes = _levels(np.abs(levels))
    if 5 <= len(sizes) <= 8 and _on_table(sizes, FP4):
        kinds.add("fp4")
    if len(levels) <= 16 and _on_table(levels, NF4):
        kinds.add("nf4")
    if len(levels) <= 256 and _evenly(levels, size):
        kinds.add("integer")
    if len(levels) <= min(256, size // 3) and size >= 512:
        kinds.add("codebook")
    return kinds


def _on_table(levels: Values, table: tuple[float, ...]) -> bool:
    """Say whether values, times some factor, are in a table whose top their peak is."""
    known = np.asarray(table)
    peak = levels[np.argmax(np.abs(levels))]
    for top in known[np.abs(known) >= 0.5 * np.abs(known).max()]:
        scaled = levels / peak * top
        gaps = np.abs(scaled[:, None] - known).min(axis=1)
        if gaps.max() < 0.004 * np.abs(known).max():
            return True
    return False


def _evenly(levels: Values, size: int) -> bool:
    """Say whether distinct values are whole steps apart, at most 255 steps in all.

    The fit must be too good for chance: random values all lie within `OFF` of a step with
    probability (2 OFF) ** values, times the steps that were tried.
    """
    offsets = (levels - levels[0]).astype(np.float64)
    step = _step_of(levels)
    chance = len(levels) * np.log(2 * OFF) + np.log(1024.0 * size)
    few = len(levels) <= size // 3
    return bool(step > 0 and offsets[-1] / step <= 255.5 and (few or chance < -5))


def _step_of(levels: Values) -> float:
    """Return the largest step of which all distinct values are whole multiples; 0 without one."""
    offsets = (levels - levels[0]).astype(np.float64)
    shortest = float(np.diff(offsets).min())
    if not 255.5 * 4 * shortest > offsets[-1] > 0:
        return 0.0
    for parts in (1, 2, 3):
        step = _refined(offsets, shortest / parts)
        away = np.abs(offsets / step - np.rint(offsets / step))
        if away.max() < OFF:
            return step
    return 0.0


def _refined(offsets: NDArray[np.float64], step: float) -> float:
    """Return a step fitted to all offsets, from the shortest to the longest."""
    for offset in offsets[1:]:
        count = round(offset / step)
        if abs(offset / step - count) < 0.25:
            step = offset / count
    return step


class Image(NamedTuple):
    """Whether one tensor is a cast or quantised image of the other.

    Attributes:
        decision: `equal`; `cast`; `quantised`; `near` where the image lies on a grid and most
            values within a step, so that the other was rounded with spread errors, or trained a
            little before it was rounded; or `none`.
        kind: the type or grid of the image.
        child: `a` or `b`, whichever is the image; empty where that is open.
        nearest: share of values that were rounded to the nearest grid point, or cast exactly.
        within: share of values that lie within one step of their image.
        error: norm of the difference over the norm of the other.
        margin: the deciding share over the share asked for.
        because: the decision as a sentence.
    """

    decision: Literal["equal", "cast", "quantised", "near", "none"]
    kind: str
    child: Literal["a", "b", ""]
    nearest: float
    within: float
    error: float
    margin: float
    because: str


#: Share of values that must be rounded to the nearest point, and that must lie within a step.
NEAREST, WITHIN = 0.97, 0.9
#: Cosine below which an image has too little to do with a source: one bit a value keeps 0.8, the
#: coarsest quantiser of GGUF on weights not made for it 0.5.
ALIKE = 0.35


def image_of(a: Values, b: Values) -> Image:
    """Say whether one of two aligned samples is the other at a lower precision, and which.

    A quantised image lies on a grid on which the other does not, and each of its values is the
    grid point next to the other's value.

    Measured: the same quantisers of an MPNet matrix: `quantised` in 25 of 25 with the right
    direction, share at the nearest point .986 and more. A copy that was trained by 1 % before:
    still `quantised` at 4 bits (.98), `near` or `none` at 8; by 3 % `near` at 4 bits; by 30 %
    `none`, but for ternary and binary, which hide that much: the weights cannot tell.

    Args:
        a: `(rows, columns)`.
        b: the same places of the other.
    """
    a, b = finite(a, b)
    if a.size and np.array_equal(a, b):
        because = "all sampled values are equal"
        return Image("equal", "", "", 1.0, 1.0, 0.0, 1.0, because)
    for x, y, child in ((a, b, "b"), (b, a, "a")):
        cast = cast_of(x, y)
        if cast.decision == "cast":
            side, share = _side(child), cast.share
            return Image(
                "cast", cast.dtype, side, share, share, _error(x, y), cast.margin, cast.because
            )
    return _quantised(*_tamed(a, b))


def _tamed(*arrays: Values) -> tuple[Values, ...]:
    """Return arrays scaled by one power of two to at most one, so that nothing overflows."""
    peak = max((float(np.abs(x).max(initial=0.0)) for x in arrays), default=0.0)
    shift = -int(np.frexp(peak)[1]) if peak else 0
    return tuple(np.asarray(np.ldexp(x.astype(np.float64), shift), np.float32) for x in arrays)


def _side(name: str) -> Literal["a", "b", ""]:
    """Return a name as the type that `Image.child` has."""
    return "a" if name == "a" else "b" if name == "b" else ""


def _quantised(a: Values, b: Values) -> Image:
    """Return the image whose values are next to the other's on a grid of its own.

    Where both lie on grids, the image is the one with the fewer levels; with equal grids the
    direction stays open.
    """
    grids = grid_of(a), grid_of(b)
    on_grid = [i for i in (0, 1) if grids[i].kind != "none"]
    if len(on_grid) == 2:
        on_grid.sort(key=lambda i: grids[i].levels)
    for i in on_grid[:1]:
        image, source, grid = (a, b)[i], (b, a)[i], grids[i]
        nearest, within = (_close(source, image, grid, reach) for reach in (0.51, 1.01))
        child = "" if grids[0][:3] == grids[1][:3] else "ab"[i]
        because = (
            f"{grid.because}; {nearest:.1%} of values were rounded to the nearest point, "
            f"{within:.1%} lie within a step"
        )
        error, side = _error(source, image), _side(child)
        if cosine(source, image) < ALIKE:
            continue
        if nearest >= NEAREST:
            margin = nearest / NEAREST
            return Image("quantised", grid.kind, side, nearest, within, error, margin, because)
        if within >= WITHIN:
            margin = within / WITHIN
            return Image("near", grid.kind, side, nearest, within, error, margin, because)
    because = "neither is the other, rounded"
    return Image("none", "", "", 0.0, 0.0, _error(a, b), 0.0, because)


def _close(source: Values, image: Values, grid: Grid, reach: float) -> float:
    """Return the share of values that lie within `reach` of the way to the next grid points.

    Values beyond the ends of the grid count: a quantiser clips them.
    """
    size = {0: image.shape[1], -1: image.size}.get(grid.group, grid.group)
    good = [
        _in_cell(s, i, grid.kind == "integer", reach)
        for s, i in zip(source.reshape(-1, size)[:SAMPLED], image.reshape(-1, size), strict=False)
    ]
    return float(np.mean(np.concatenate(good)))


def _in_cell(source: Values, image: Values, even: bool, reach: float) -> NDArray[np.bool_]:
    """Say for each value whether it lies within reach of its image."""
    levels = _levels(image)
    if len(levels) == 1:
        return np.asarray(np.isclose(source, image))
    at = np.searchsorted((levels[1:] + levels[:-1]) / 2, image)
    below = image - levels[np.maximum(at - 1, 0)]
    above = levels[np.minimum(at + 1, len(levels) - 1)] - image
    if even:
        below = above = np.full_like(image, _step_of(levels))
    low = np.where(at > 0, image - reach * below, -np.inf)
    high = np.where(at < len(levels) - 1, image + reach * above, np.inf)
    return np.asarray((source >= low) & (source <= high))


def _error(source: Values, image: Values) -> float:
    """Return the norm of the difference over the norm of the source."""
    length = float(np.linalg.norm(source.astype(np.float64)))
    return float(np.linalg.norm(image.astype(np.float64) - source)) / max(length, 1e-30)
