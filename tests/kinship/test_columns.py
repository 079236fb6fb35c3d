"""Disguised copies are found again, and strangers are not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from howopen.kinship.arrays import Values
from howopen.kinship.columns import (
    compare_spectra,
    head_spectra,
    match_columns,
    match_heads,
    match_units,
    realign,
    rescaling,
    rotate_onto,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def normal(rng: np.random.Generator, *shape: int) -> Values:
    return rng.normal(size=shape).astype(np.float32)


def spiky(rng: np.random.Generator, rows: int, columns: int) -> Values:
    """Embeddings with one direction that all models share: how frequent a token is."""
    frequency = np.sort(rng.exponential(size=rows))[:, None]
    return (rng.normal(size=(rows, columns)) + frequency * rng.normal(size=columns)).astype("f4")


def disguised(
    rng: np.random.Generator, a: Values
) -> tuple[Values, NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    order, signs = rng.permutation(a.shape[1]), rng.choice([-1, 1], a.shape[1])
    scales = np.exp(rng.normal(size=a.shape[1]) / 2)
    return (a[:, order] * signs * scales).astype(np.float32), order, signs, scales


def test_a_permuted_flipped_and_rescaled_copy_is_found_with_its_map(
    rng: np.random.Generator,
) -> None:
    a = spiky(rng, 300, 64)
    b, order, signs, scales = disguised(rng, a)
    found = match_columns(a, b)
    assert found.decision == "copy"
    assert found.score > 0.999
    assert np.array_equal(found.order, np.argsort(order))
    assert np.array_equal(found.signs, signs[np.argsort(order)])
    assert np.allclose(found.scales, scales[np.argsort(order)], rtol=1e-3)
    assert np.allclose(realign(a, found) * scales, b, rtol=1e-3, atol=1e-4)


def test_a_copy_trained_further_is_kin(rng: np.random.Generator) -> None:
    a = spiky(rng, 300, 64)
    b = disguised(rng, a + normal(rng, 300, 64))[0]
    assert match_columns(a, b).decision == "kin"


def test_a_copy_with_more_columns_is_found(rng: np.random.Generator) -> None:
    a = normal(rng, 200, 32)
    wider = np.hstack([normal(rng, 200, 16), a[:, ::-1]])
    found = match_columns(a, wider)
    assert found.decision == "copy"
    assert np.array_equal(found.order, np.arange(47, 15, -1))


@pytest.mark.parametrize("rows", [20, 32, 64, 200, 600])
def test_strangers_that_share_the_frequency_of_tokens_are_not_matched(rows: int) -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        frequency = np.sort(rng.exponential(size=rows))[:, None] * 3
        a, b = (
            (rng.normal(size=(rows, 48)) + frequency * rng.normal(size=48)).astype("f4")
            for _ in (0, 1)
        )
        found = match_columns(a, b, seed)
        assert found.decision in {"none", "too-few-rows"}
        assert found.score < 0.35


def test_a_handful_of_rows_is_too_few(rng: np.random.Generator) -> None:
    assert match_columns(normal(rng, 6, 8), normal(rng, 6, 8)).decision == "too-few-rows"
    assert match_columns(normal(rng, 0, 8), normal(rng, 0, 8)).decision == "too-few-rows"


def test_rows_with_nan_and_constant_columns_do_no_harm(rng: np.random.Generator) -> None:
    a = normal(rng, 200, 16)
    b = a[:, ::-1].copy()
    a[3, 3], b[5, 5], a[:, 0] = np.nan, np.inf, 1.0
    assert match_columns(a, b).score > 0.9


def test_hidden_units_are_found_in_any_order_and_number(rng: np.random.Generator) -> None:
    a = normal(rng, 96, 128)
    kept = rng.permutation(96)[:60]
    found = match_units(a[kept], a)
    assert found.decision == "copy"
    assert np.array_equal(found.order, kept)
    assert match_units(normal(rng, 60, 128), a).decision == "none"


def test_heads_are_found_in_any_order(rng: np.random.Generator) -> None:
    a = normal(rng, 8 * 16, 64)
    order = rng.permutation(8)
    b = a.reshape(8, 16, 64)[order].reshape(128, 64)
    assert np.array_equal(match_heads(a, b, 8).order, np.argsort(order))
    assert match_heads(a, normal(rng, 128, 64), 8).decision == "none"


def test_a_rotated_copy_is_found_where_rows_suffice(rng: np.random.Generator) -> None:
    a = normal(rng, 200, 32)
    turn = np.linalg.qr(rng.normal(size=(32, 32)))[0].astype("f4")
    found = rotate_onto(a, a @ turn)
    assert found.decision == "rotated"
    assert np.allclose(found.rotation, turn, atol=1e-3)
    assert rotate_onto(a[:40], (a @ turn)[:40]).decision == "too-few-rows"
    assert rotate_onto(a, normal(rng, 200, 32)).decision == "none"


def test_embeddings_that_share_meaning_only_are_undecided(rng: np.random.Generator) -> None:
    meaning = normal(rng, 400, 32)
    a, b = (meaning + normal(rng, 400, 32) * np.float32(0.5) for _ in (0, 1))
    assert rotate_onto(a, b).decision == "undecided"


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [(0, 0, "none"), (0.4, 0, "rows"), (0, 0.4, "columns"), (0.4, 0.4, "both")],
)
@pytest.mark.parametrize("noise", [0, 0.3])
def test_factors_of_rows_and_columns_are_named(
    rng: np.random.Generator, rows: float, columns: float, expected: str, noise: float
) -> None:
    a = normal(rng, 64, 128)
    factors = np.exp(rng.normal(size=(64, 1)) * rows + rng.normal(size=128) * columns)
    found = rescaling(a, ((a + noise * normal(rng, 64, 128)) * factors).astype("f4"))
    assert found.decision == expected
    assert found.after > 0.93


def test_strangers_are_not_rescaled_copies(rng: np.random.Generator) -> None:
    assert rescaling(normal(rng, 64, 64), normal(rng, 64, 64)).decision == "unrelated"


def test_spectra_of_heads_survive_rotation_and_permutation_but_tell_strangers_apart(
    rng: np.random.Generator,
) -> None:
    scale = np.exp(-np.arange(64) / 16).astype("f4")
    q, k = normal(rng, 64, 64) * scale, normal(rng, 32, 64) * scale
    turn = np.linalg.qr(rng.normal(size=(64, 64)))[0].astype("f4")
    mixed = q.reshape(4, 16, 64)[[2, 3, 0, 1]].reshape(64, 64) @ turn
    keys = k.reshape(2, 16, 64)[::-1].reshape(32, 64) @ turn
    a = head_spectra(q, k, 4, 2)
    assert a.shape == (4, 16)
    found = compare_spectra(a, head_spectra(mixed, keys, 4, 2))
    assert found.decision == "same"
    assert found.order.tolist() == [2, 3, 0, 1]
    other = head_spectra(normal(rng, 64, 64), normal(rng, 32, 64), 4, 2)
    assert compare_spectra(a, other).decision == "different"


def test_random_matrices_of_one_size_do_not_count_as_the_same() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        a, b = (head_spectra(normal(rng, 64, 96), normal(rng, 64, 96), 2) for _ in (0, 1))
        assert compare_spectra(a, b).decision != "same"
