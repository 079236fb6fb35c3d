"""Deltas: releases that hold only the difference between a fine-tune and its base."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from howopen.kinship.arrays import Values, agreement, cosine, finite

#: Cosine of the delta with child - base, and what may be left over, for a delta.
SAME, LEFT = 0.99, 0.15


class Delta(NamedTuple):
    """Whether a sample is the difference between two models.

    Attributes:
        r: cosine of the delta with child - base; without a child, its correlation with the base.
        residual: norm of base + delta - child over the norm of child - base; without a child, the
            size of the delta over that of the base.
        scale: what the delta must be multiplied with, 1.0 for a plain difference.
        decision: `delta`, `plausible` (no more can be said without the child), or `none`.
        margin: how far within the threshold.
        because: the decision as a sentence.
    """

    r: float
    residual: float
    scale: float
    decision: Literal["delta", "plausible", "none"]
    margin: float
    because: str


def delta_of(delta: Values, base: Values, child: Values) -> Delta:
    """Say whether base + delta = child, also where the delta is scaled.

    Measured: four fine-tunes of a small language model, three matrices each, float32 and bfloat16:
    cosine 1.000, left over .0016 at most; the delta of a sibling trained on the same text .95 at
    most.

    Args:
        delta: `(rows, columns)`.
        base: the same places.
        child: the same places.
    """
    delta, base, child = finite(delta, base, child)
    change = child - base
    size = float(np.linalg.norm(change))
    if not size or not delta.any():
        return Delta(0.0, 0.0, 0.0, "none", 0.0, "child and base, or the delta, hold no difference")
    r = cosine(delta, change)
    scale = r * size / float(np.linalg.norm(delta))
    residual = float(np.linalg.norm(delta * scale - change)) / size
    if r >= SAME and residual <= LEFT and delta.size >= 256:
        because = f"the difference of the two agrees with it at {r:.4f}, times {scale:.3f}"
        return Delta(r, residual, scale, "delta", LEFT / max(residual, 1e-9), because)
    because = f"the difference of the two agrees with it at {r:.3f} only"
    return Delta(r, residual, scale, "none", r / SAME, because)


#: A delta's weights are this much smaller than its base's, and its gains lie this near to zero.
SMALLER, GAINS = 0.35, 0.25


def may_be_delta(x: Values, base: Values, gains: Values | None = None) -> Delta:
    """Say whether a sample could be a difference from a base, where the child is not at hand.

    What speaks for it: weights far smaller than the base's, and norm gains about zero, where
    every model has them about one or more. What can not be said: that it is the difference from
    *this* base. A delta hardly correlates with its base, and any small stranger looks alike, so
    the answer is never more than `plausible`.

    Measured: the same deltas: `plausible` for 9 of 12 (not for those half the size of their base
    and more); four models in place of a delta: `none`.

    Args:
        x: `(rows, columns)`.
        base: the same places of the supposed base.
        gains: norm gains of the supposed delta, where it has them.
    """
    x, base = finite(x, base)
    size = float(np.linalg.norm(x)) / max(float(np.linalg.norm(base)), 1e-30)
    r = agreement(x, base)
    small = 0 < size <= SMALLER and abs(r) < 0.5
    near_zero = gains is None or float(np.median(np.abs(gains))) <= GAINS
    if small and near_zero:
        told = "" if gains is None else " and gains about zero"
        because = (
            f"weights {size:.3f} times the base's{told}: it may be a difference from some base"
        )
        return Delta(r, size, 0.0, "plausible", SMALLER / size, because)
    because = f"weights {size:.2f} times the base's, r {r:.2f}: no difference from it"
    return Delta(r, size, 0.0, "none", SMALLER / max(size, 1e-9), because)
