"""Direction is decided by what was lost, never by hints, and a star shows its centre."""

import numpy as np
from numpy.typing import NDArray

from howopen.kinship.arrays import Values
from howopen.kinship.directions import (
    Clue,
    decide,
    from_image,
    from_layers,
    from_norms,
    from_removed,
    from_vocabulary,
    from_zeros,
    star,
)
from howopen.kinship.grids import FLOAT_TYPES, image_of, round_to
from howopen.kinship.layers import layer_map, layer_similarity
from howopen.kinship.zeros import masked, removed
from howopen.release import Direction


def normal(seed: int, *shape: int) -> Values:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def squared(models: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(np.square(models[:, None] - models[None]).sum(axis=-1), np.float64)


def test_rounding_and_zeros_show_the_child() -> None:
    a = normal(0, 16, 64)
    cast = round_to(a, FLOAT_TYPES[2])
    assert decide(from_image(image_of(a, cast))).direction is Direction.B_FROM_A
    assert decide(from_image(image_of(cast, a))).direction is Direction.A_FROM_B
    pruned = np.where(np.abs(a) < 0.5, 0, a)
    assert decide(from_zeros(masked(pruned, a))).direction is Direction.A_FROM_B
    assert (
        decide(from_removed(removed(normal(1, 48, 64), normal(1, 48, 64)[:20]), "b")).direction
        is Direction.B_FROM_A
    )


def test_clues_that_contradict_one_another_decide_nothing() -> None:
    found = decide([Clue("a", True, "one"), Clue("b", True, "other")])
    assert found.direction is Direction.UNDECIDED
    assert "contradict" in found.because


def test_hints_never_decide_however_many() -> None:
    a = normal(1, 8, 8)
    hints = from_norms(a, a * 2) * 5 + from_vocabulary(1000, 3000, 1000)
    assert len(hints) == 6
    found = decide(hints)
    assert found.direction is Direction.UNDECIDED
    assert "hints" in found.because
    assert from_norms(a, a) == []


def test_a_few_added_tokens_show_the_child() -> None:
    assert decide(from_vocabulary(32_000, 32_008, 32_000)).direction is Direction.B_FROM_A
    assert from_vocabulary(32_000, 32_000, 32_000) == []
    assert from_vocabulary(32_000, 32_008, 20_000) == []


def test_repeated_layers_show_the_child_and_missing_ones_hint() -> None:
    layers = [{"mlp.up": normal(i, 12, 64)} for i in range(6)]
    doubled = layer_map(layer_similarity(layers, [x for x in layers for _ in (0, 1)]))
    assert decide(from_layers(doubled)).direction is Direction.B_FROM_A
    fewer = layer_map(layer_similarity(layers, layers[::2]))
    assert decide(from_layers(fewer)).direction is Direction.UNDECIDED


def test_the_hub_of_a_star_is_found() -> None:
    base = normal(2, 4000)
    tuned = [base + normal(3 + i, 4000) * 0.1 * (1 + i / 4) for i in range(4)]
    found = star(squared(np.array([tuned[0], base, *tuned[1:]])), ["w", "base", "x", "y", "z"])
    assert (found.decision, found.hub) == ("hub", 1)
    assert "base" in found.because


def test_strangers_siblings_without_their_base_and_chains_have_no_hub() -> None:
    for seed in range(30):
        base = normal(seed, 4000)
        steps = normal(seed + 100, 5, 4000) * 0.1
        assert star(squared(normal(seed, 5, 4000))).decision == "undecided"
        assert star(squared(base + steps)).decision == "undecided"
        assert star(squared(base + np.cumsum(steps, axis=0))).decision == "undecided"
    assert star(squared(normal(0, 3, 100))).decision == "undecided"
