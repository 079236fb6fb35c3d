"""Merges are found with method and weights; descent, siblings and strangers are no merges."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from howopen.kinship.arrays import Values
from howopen.kinship.grids import FLOAT_TYPES, round_to
from howopen.kinship.merges import by_layer, merge_of

BF16 = next(kind for kind in FLOAT_TYPES if kind.name == "bfloat16")
SIZES = (4096, 4096)


def tuned(base: Values, size: float, seed: int) -> Values:
    change = np.random.default_rng(seed).standard_t(4, size=base.shape)
    return np.asarray((base + size * base.std() * change).astype(np.float32), np.float32)


@pytest.fixture(scope="module")
def family() -> tuple[Values, Values, Values]:
    base = np.random.default_rng(0).normal(size=sum(SIZES)).astype(np.float32)
    return base, tuned(base, 0.1, 1), tuned(base, 0.1, 2)


def ties(
    base: Values,
    parents: Sequence[Values],
    density: float,
    weights: Sequence[float],
    scale: float = 1.0,
) -> Values:
    """TIES as its paper tells it: trim, elect a sign, average those that agree."""
    parts = []
    for start in (0, 4096):
        part = (np.array(parents) - base)[:, start : start + 4096]
        cut = np.quantile(np.abs(part), 1 - density, axis=1, keepdims=True)
        part = np.where(np.abs(part) >= cut, part, 0)
        weighted = part * np.array(weights)[:, None]
        agree = (np.sign(part) == np.sign(weighted.sum(0))) & (part != 0)
        total = (agree * np.array(weights)[:, None]).sum(0)
        parts.append(scale * (weighted * agree).sum(0) / np.maximum(total, 1e-9))
    return np.asarray((base + np.concatenate(parts)).astype(np.float32), np.float32)


def dare(base: Values, parents: Sequence[Values], drop: float, weights: Sequence[float]) -> Values:
    rng = np.random.default_rng(5)
    change = sum(
        w * (p - base) * (rng.random(len(base)) > drop) / (1 - drop)
        for w, p in zip(weights, parents, strict=True)
    )
    return (base + change).astype(np.float32)


def slerp(one: Values, two: Values, t: float) -> Values:
    angle = np.arccos(one @ two / np.linalg.norm(one) / np.linalg.norm(two))
    return np.asarray(
        (np.sin((1 - t) * angle) * one + np.sin(t * angle) * two) / np.sin(angle), np.float32
    )


@pytest.mark.parametrize("stored", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    ("make", "method", "weights"),
    [
        (lambda b, f, g: 0.3 * f + 0.7 * g, "linear", (0.3, 0.7)),
        (lambda b, f, g: b + 0.6 * (f - b) + 0.5 * (g - b), "task-arithmetic", (0.6, 0.5)),
        (lambda b, f, g: slerp(f, g, 0.4), "slerp", (0.6, 0.4)),
        (lambda b, f, g: ties(b, (f, g), 0.3, (0.5, 0.5)), "ties", (0.5, 0.5)),
        (lambda b, f, g: ties(b, (f, g), 0.5, (0.3, 0.7), 0.8), "ties", (0.24, 0.56)),
        (lambda b, f, g: dare(b, (f, g), 0.7, (0.5, 0.5)), "dare", (0.5, 0.5)),
    ],
)
def test_method_and_weights_of_a_merge_are_read(
    family: tuple[Values, Values, Values],
    make: Callable[[Values, Values, Values], Values],
    method: str,
    weights: Sequence[float],
    stored: str,
) -> None:
    base, one, two = family
    precision = 0.0
    if stored == "bfloat16":
        base, one, two = (round_to(x, BF16) for x in family)
        precision = 2.0**-8
    child = make(base, one, two).astype(np.float32)
    child = round_to(child, BF16) if precision else child
    found = merge_of(child, np.array([one, two]), base, precision, SIZES)
    assert (found.decision, found.method) == ("merge", method)
    assert found.coefficients == pytest.approx(weights, abs=0.03)


def test_a_third_candidate_that_took_no_part_gets_no_weight(
    family: tuple[Values, Values, Values],
) -> None:
    base, one, two = family
    found = merge_of(0.4 * one + 0.6 * two, np.array([one, tuned(base, 0.1, 3), two]), base)
    assert found.decision == "merge"
    assert found.coefficients == pytest.approx((0.4, 0, 0.6), abs=0.01)


def test_weights_are_read_without_a_base(family: tuple[Values, Values, Values]) -> None:
    _, one, two = family
    found = merge_of(0.3 * one + 0.7 * two, np.array([one, two]))
    assert (found.decision, found.method) == ("merge", "linear")
    assert found.coefficients == pytest.approx((0.3, 0.7), abs=0.01)


def test_a_descendant_of_one_parent_is_told_from_a_merge(
    family: tuple[Values, Values, Values],
) -> None:
    base, one, two = family
    found = merge_of(tuned(one, 0.05, 9), np.array([two, one]), base)
    assert (found.decision, found.parent) == ("one-parent", 1)
    assert merge_of(one, np.array([two, one]), base).parent == 1
    dropped = merge_of(dare(base, (one,), 0.7, (1,)), np.array([two, one]), base)
    assert (dropped.decision, dropped.method, dropped.parent) == ("one-parent", "dare", 1)
    assert dropped.density == pytest.approx(0.3, abs=0.03)


def test_siblings_strangers_and_retrained_merges_are_no_merges(
    family: tuple[Values, Values, Values],
) -> None:
    base, one, two = family
    parents = np.array([one, two])
    for seed in range(10):
        assert merge_of(tuned(base, 0.1, 50 + seed), parents, base).decision == "independent"
        stranger = np.random.default_rng(100 + seed).normal(size=len(base)).astype(np.float32)
        assert merge_of(stranger, parents, base).decision == "independent"
        assert merge_of(stranger, parents).decision != "merge"
        assert merge_of(tuned(base, 0.1, 50 + seed), parents).decision == "undecided"
    assert (
        merge_of(tuned((one + two) * np.float32(0.5), 0.05, 7), parents, base).decision
        == "undecided"
    )
    assert merge_of(base, parents, base).decision == "undecided"


def test_relatives_that_share_a_later_ancestor_are_no_merge(
    family: tuple[Values, Values, Values],
) -> None:
    """Their differences from the far base explain nearly all, but no better than one alone."""
    base = family[0]
    later = tuned(base, 0.3, 20)
    parents = np.array([tuned(later, 0.01, 21), tuned(later, 0.01, 22)])
    for seed in range(10):
        found = merge_of(tuned(later, 0.01, 30 + seed), parents, base)
        assert found.r2 > 0.95
        assert found.decision == "undecided"


def test_a_difference_below_rounding_is_undecided(family: tuple[Values, Values, Values]) -> None:
    base = round_to(family[0], BF16)
    one, two = (round_to(tuned(base, 0.0003, s), BF16) for s in (1, 2))
    child = round_to((one + two) * np.float32(0.5), BF16)
    assert merge_of(child, np.array([one, two]), base, 2.0**-8).decision == "undecided"


def test_layers_show_passthrough_gradients_and_even_weights(
    family: tuple[Values, Values, Values],
) -> None:
    base, one, two = family
    cut = [slice(i * 1024, (i + 1) * 1024) for i in range(8)]
    parents = [np.array([one[c], two[c]]) for c in cut]
    bases = [base[c] for c in cut]
    owners = (0, 0, 1, 1, 0, 1, 1, 1)
    franken = by_layer([(one, two)[o][c] for o, c in zip(owners, cut, strict=True)], parents)
    assert (franken.kind, franken.parents) == ("passthrough", owners)
    even = by_layer([0.4 * p[0] + 0.6 * p[1] for p in parents], parents, bases)
    assert even.kind == "uniform"
    steps = np.linspace(0.1, 0.9, 8)
    graded = by_layer(
        [t * p[0] + (1 - t) * p[1] for t, p in zip(steps, parents, strict=True)], parents
    )
    assert graded.kind == "graded"
    assert np.allclose(graded.coefficients[:, 0], steps, atol=0.02)
    strangers = by_layer([tuned(b, 0.1, 60 + i) for i, b in enumerate(bases)], parents, bases)
    assert strangers.kind == "none"
    assert by_layer([p[0] for p in parents], parents).kind == "one-parent"
