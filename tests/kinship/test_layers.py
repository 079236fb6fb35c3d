"""Layers dropped, repeated, stacked, inserted or reordered are mapped; strangers' are not."""

from collections.abc import Mapping

import numpy as np
import pytest

from howopen.kinship.arrays import Values
from howopen.kinship.layers import layer_map, layer_similarity

ROLES = ("attention.q", "attention.v", "mlp.up")


def layers(seed: int, count: int = 8) -> list[dict[str, Values]]:
    rng = np.random.default_rng(seed)
    return [{r: rng.normal(size=(12, 64)).astype("f4") for r in ROLES} for _ in range(count)]


def trained(layer: Mapping[str, Values], seed: int) -> dict[str, Values]:
    rng = np.random.default_rng(seed)
    return {r: (m + rng.normal(size=m.shape) * 0.5).astype("f4") for r, m in layer.items()}


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("same", (0, 1, 2, 3, 4, 5, 6, 7)),
        ("dropped", (0, 1, 4, 5, 7)),
        ("repeated", (0, 0, 1, 1, 2, 2, 3, 3)),
        ("stacked", (0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6, 7)),
        ("reordered", (1, 0, 3, 2, 5, 4, 7, 6)),
        ("inserted", (0, 1, None, 2, 3, None, 4, 5)),
        ("partial", (0, None, None, None, None, None)),
    ],
)
@pytest.mark.parametrize("further", [False, True])
def test_each_way_of_taking_layers_is_named(
    kind: str, of: tuple[int | None, ...], further: bool
) -> None:
    parent, fresh = layers(0), layers(99, 12)
    child = [fresh[i] if at is None else parent[at] for i, at in enumerate(of)]
    if further:
        child = [trained(layer, i) for i, layer in enumerate(child)]
    found = layer_map(layer_similarity(parent, child))
    assert (found.kind, found.of) == (kind, of)
    assert found.margin > 1


def test_strangers_have_no_layer_in_common() -> None:
    for seed in range(50):
        found = layer_map(layer_similarity(layers(seed), layers(1000 + seed)))
        assert (found.kind, found.matched) == ("none", 0.0)
        assert found.margin < 1


def test_the_null_of_an_entry_is_as_wide_as_said() -> None:
    entries = [layer_similarity(layers(s), layers(1000 + s)).r.ravel() for s in range(20)]
    said = layer_similarity(layers(0), layers(1)).sd
    assert np.std(np.concatenate(entries)) == pytest.approx(said, rel=0.15)


def test_without_a_common_role_nothing_is_said() -> None:
    other = [{"conv": np.ones((2, 2), np.float32)}]
    assert layer_map(layer_similarity(layers(0), other)).kind == "none"
    assert layer_map(layer_similarity([], other)).kind == "none"
