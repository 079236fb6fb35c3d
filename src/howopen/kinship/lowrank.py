"""Is the difference between two matrices of low rank, and of which: merged LoRA and the like."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from howopen.kinship.arrays import Values, finite

Decision = Literal["zero", "lowrank", "full", "undecided"]

#: Largest singular value past the rank over the median past the rank: noise of rounding reaches
#: 2.8, updates by training start at 4.6 with a gap (see `rank_of`).
TAIL = 3.2
#: Rows needed for a rank to be read.
ROWS = 16


class Rank(NamedTuple):
    """The rank of a difference.

    Attributes:
        rank: how many singular values stand above the rest; 0 unless the decision is `lowrank`.
        energy: share of the squared difference in the first `rank` (or the likeliest rank).
        gap: singular value at the rank over the next.
        tail: largest singular value past the rank over the median past it.
        size: norm of the difference over the norm of the base.
        singular: singular values, falling, of the rows given.
        decision: `zero`, `lowrank`, `full`, or `undecided` where rounding hides it.
        margin: gap over the gap asked for.
        because: the decision as a sentence.
    """

    rank: int
    energy: float
    gap: float
    tail: float
    size: float
    singular: NDArray[np.float64]
    decision: Decision
    margin: float
    because: str


def rank_of(base: Values, child: Values, precision: float = 0.0) -> Rank:
    """Read the rank of `child - base` from some of the rows.

    A low-rank update leaves a step in the singular values, and behind the step nothing but the
    noise of rounding, which is flat. An update of all weights may have a step as well (its first
    direction often stands out), but its tail falls slowly: so both are asked for.

    Measured: full updates of a small language model (seven fine-tunes by AdamW and SGD of 3 to
    1,200 steps, 32 to 96 rows, float32 and bfloat16): 0 of 840 called low rank; Gaussian and heavy-
    tailed updates: 0 of 120. Rank 1 to 32 on query matrices of all-MiniLM-L6, 96 rows: exact in
    float32 down to a change of .2 % (100 of 100); in bfloat16 down to 5 % at any rank, down to .5 %
    up to rank 8; below that rounding hides it, and the answer is `undecided`. A rank above half of
    the rows is not seen.

    Args:
        base: sampled rows of one matrix, at least 16 and more than twice the rank looked for.
        child: the same rows of the other.
        precision: largest relative error of rounding to the stored type: 2**-8 for bfloat16,
            2**-11 for float16, 0 for float32.
    """
    base, child = finite(base, child)
    change = child.astype(np.float64) - base
    norm = float(np.linalg.norm(base))
    size = float(np.linalg.norm(change)) / max(norm, 1e-30)
    if not change.any():
        because = "no sampled value differs"
        return Rank(0, 0.0, 0.0, 0.0, 0.0, np.zeros(0), "zero", 1.0, because)
    singular = _singular(change)
    rank, margin, tail = _step(singular)
    energy = float(np.square(singular[:rank]).sum() / np.square(singular).sum())
    gap = float(singular[rank - 1] / max(singular[rank], 1e-300)) if rank < len(singular) else 0.0
    noise = 0.42 * precision * norm / np.sqrt(max(len(base), 1))
    drowned = float(np.median(singular[len(singular) // 2 :])) <= 1.5 * noise
    decision = _decide(min(change.shape), margin, drowned)
    because = _because(decision, rank, gap, tail)
    return Rank(
        rank if decision == "lowrank" else 0,
        energy,
        gap,
        tail,
        size,
        singular,
        decision,
        margin,
        because,
    )


def _singular(change: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the singular values, the largest first, from the Gram matrix of the shorter side.

    A few dozen rows make that some twenty times as fast as a decomposition; what is lost, singular
    values below 1e-8 of the largest, lies far under the rounding of any stored type.
    """
    short = change if change.shape[0] <= change.shape[1] else change.T
    values = np.linalg.eigvalsh(short @ short.T)[::-1]
    return np.asarray(np.sqrt(np.maximum(values, 0.0)), np.float64)


def _step(singular: NDArray[np.float64]) -> tuple[int, float, float]:
    """Return the likeliest rank, its gap over the gap asked for, and how steep the tail is.

    Noise of rounding in float32 is not told from zero: values below 1e-12 of the first count as it.
    """
    most = len(singular) // 2
    floored = np.maximum(singular, singular[0] * 1e-12)
    ranks = np.arange(1, most + 1)
    gaps = floored[:most] / floored[1 : most + 1]
    asked = 1.35 + 3.5 / ranks
    tails = np.array([floored[r] / np.median(floored[r:]) for r in ranks])
    flat = np.where(tails <= TAIL, gaps / asked, 0)
    best = int(np.argmax(flat)) if flat.any() else int(np.argmax(gaps / asked))
    return best + 1, float(flat[best]), float(tails[best])


def _decide(rows: int, margin: float, drowned: bool) -> Decision:
    """Decide on a step."""
    if rows < ROWS:
        return "undecided"
    if margin >= 1:
        return "lowrank"
    return "undecided" if drowned else "full"


def _because(decision: Decision, rank: int, gap: float, tail: float) -> str:
    """Say what was seen."""
    if decision == "lowrank":
        return f"{rank} singular values stand {gap:.1f} times above a flat rest (tail {tail:.1f})"
    if decision == "undecided":
        return "the difference is as small as rounding, or too few rows were read"
    return f"singular values of the difference fall without a step into noise (tail {tail:.1f})"


class CommonRank(NamedTuple):
    """The rank that the changed matrices of a model share.

    Attributes:
        rank: the common rank, 0 unless the decision is `lowrank`.
        share: share of changed matrices that have it.
        changed: how many matrices changed.
        decision: `zero`, `lowrank`, `full`, or `undecided`.
        because: the decision as a sentence.
    """

    rank: int
    share: float
    changed: int
    decision: Decision
    because: str


def common_rank(ranks: list[Rank]) -> CommonRank:
    """Return the rank that most of a model's changed matrices share: how a merged LoRA looks.

    One matrix may be of low rank by chance of training; one rank in all of at least three, or in
    three quarters of them, is not.

    Args:
        ranks: from `rank_of`, for several matrices of one pair of models.
    """
    changed = [r for r in ranks if r.decision != "zero"]
    if not changed:
        return CommonRank(0, 0.0, 0, "zero", "no sampled matrix differs")
    readable = [r for r in changed if r.decision != "undecided"]
    low = [r.rank for r in readable if r.decision == "lowrank"]
    rank = max(set(low), key=low.count) if low else 0
    share = low.count(rank) / len(readable) if low else 0.0
    if low and share >= 0.75 and (low.count(rank) >= 3 or len(readable) == low.count(rank)):
        because = f"{low.count(rank)} of {len(changed)} changed matrices differ by rank {rank}"
        return CommonRank(rank, share, len(changed), "lowrank", because)
    if not readable or 2 * len(low) >= len(readable):
        because = "ranks differ between matrices, or rounding hides them"
        return CommonRank(0, share, len(changed), "undecided", because)
    because = (
        f"{len(readable) - len(low)} of {len(changed)} changed matrices differ in all directions"
    )
    return CommonRank(0, share, len(changed), "full", because)


def fits(lora_a: tuple[int, ...], lora_b: tuple[int, ...], base: tuple[int, ...]) -> bool:
    """Say whether the two factors of an adapter have the shape that a base matrix needs.

    Args:
        lora_a: shape of A, `(rank, in)`.
        lora_b: shape of B, `(out, rank)`.
        base: shape of the base matrix, `(out, in)`; inner dimensions are flattened.
    """
    inner = int(np.prod(base[1:])) if len(base) > 1 else 0
    flat_a = int(np.prod(lora_a[1:])) if len(lora_a) > 1 else 0
    return len(lora_b) >= 2 and lora_b[0] == base[0] and flat_a == inner and lora_a[0] == lora_b[1]


def apply_lora(
    lora_a: Values, lora_b: Values, alpha: float, rank: int | None = None, *, rslora: bool = False
) -> Values:
    """Return what an adapter adds to its base: B A alpha / rank.

    Source: Hu et al., LoRA, arXiv 2106.09685, section 4.1; with `rslora` the divisor is the
    square root of the rank (Kalajdzievski, arXiv 2312.03732).

    Args:
        lora_a: `(rank, in)`.
        lora_b: `(out, rank)`.
        alpha: `lora_alpha` of the adapter's configuration.
        rank: the rank that scales; that of the factors when left out.
        rslora: the configuration's `use_rslora`.

    Returns:
        `(out, in)`.
    """
    divisor = float(rank or len(lora_a))
    scale = alpha / (np.sqrt(divisor) if rslora else divisor)
    return np.asarray((lora_b @ lora_a) * scale, np.float32)


def apply_dora(base: Values, delta: Values, magnitude: Values) -> Values:
    """Return a base with a DoRA adapter merged: its direction moved, its row lengths set.

    Source: Liu et al., DoRA, arXiv 2402.09353, equation 5; one magnitude for each output, as PEFT
    stores `lora_magnitude_vector`. The change is then not of low rank: rows are rescaled.

    Args:
        base: `(out, in)`.
        delta: from `apply_lora`.
        magnitude: `(out,)`.
    """
    moved = base + delta
    length = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-30)
    return np.asarray(moved / length * magnitude.reshape(-1, 1), np.float32)
