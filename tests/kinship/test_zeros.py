"""Pruning leaves zeros or missing rows; quantisers' zeros and strangers' are no pruning."""

import numpy as np
import pytest

from howopen.kinship.arrays import Values
from howopen.kinship.zeros import masked, pattern, removed


@pytest.fixture
def dense() -> Values:
    return np.random.default_rng(3).normal(size=(32, 256)).astype(np.float32)


def sparse(x: Values, n: int, m: int) -> Values:
    groups = x.reshape(-1, m).copy()
    np.put_along_axis(groups, np.argsort(np.abs(groups), axis=1)[:, : m - n], 0, axis=1)
    return groups.reshape(x.shape)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_magnitude_pruning_is_found_with_its_direction(dense: Values, share: float) -> None:
    pruned = np.where(np.abs(dense) < np.quantile(np.abs(dense), share), 0, dense)
    found = masked(dense, pruned)
    assert (found.decision, found.child, found.magnitude) == ("pruned", "b", 1.0)
    assert found.share_b == pytest.approx(share, abs=0.01)
    assert masked(pruned, dense).child == "a"


def test_random_pruning_and_later_training_are_seen(dense: Values) -> None:
    rng = np.random.default_rng(4)
    mask = rng.random(dense.shape) > 0.5
    trained = (dense + rng.normal(size=dense.shape) * 0.3) * mask
    found = masked(dense, trained.astype(np.float32))
    assert found.decision == "pruned"
    assert found.magnitude == pytest.approx(0.5, abs=0.03)
    assert found.exact < 0.01


@pytest.mark.parametrize(("n", "m"), [(2, 4), (4, 8), (1, 4), (2, 8), (8, 16)])
def test_patterns_are_named(dense: Values, n: int, m: int) -> None:
    assert masked(dense, sparse(dense, n, m)).pattern == f"{n}:{m}"


def test_unstructured_zeros_show_no_pattern(dense: Values) -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        mask = rng.random(dense.shape) > rng.choice([0.3, 0.5, 0.6, 0.75, 0.9])
        assert pattern(dense * mask) == ""


def test_strangers_zeros_and_zeros_of_a_grid_are_no_pruning(dense: Values) -> None:
    rng = np.random.default_rng(5)
    stranger = rng.normal(size=dense.shape) * (rng.random(dense.shape) > 0.5)
    assert masked(dense, stranger.astype(np.float32)).decision == "undecided"
    step = np.abs(dense).max() / 7
    assert masked(dense, (np.rint(dense / step) * step).astype("f4")).decision == "undecided"
    assert masked(dense, dense).decision == "none"
    assert masked(dense[:0], dense[:0]).decision == "none"


def test_rows_cut_away_are_found_with_their_places() -> None:
    rng = np.random.default_rng(6)
    full = rng.normal(size=(160, 96)).astype(np.float32)
    kept = np.sort(rng.permutation(160)[:100])
    found = removed(full, full[kept])
    assert (found.decision, found.ordered, found.blocks) == ("subset", True, 1)
    assert np.array_equal(found.kept, kept)
    heads = np.repeat(np.array([0, 2, 3, 7, 9]) * 16, 16) + np.tile(np.arange(16), 5)
    assert removed(full, full[heads]).blocks == 16
    assert removed(full, rng.normal(size=(100, 96)).astype("f4")).decision == "none"
