"""The statistic against its theory: strangers give z of mean 0 and deviation 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from howopen.kinship.correlation import agree, together
from howopen.kinship.exclusions import fixed_why
from howopen.kinship.full import _Sums


@pytest.mark.parametrize(("rows", "columns"), [(4, 1024), (16, 256), (64, 64)])
def test_strangers_give_the_deviation_that_theory_says(rows: int, columns: int) -> None:
    rng = np.random.default_rng(rows)
    told = [
        agree(*(rng.normal(size=(rows, columns)).astype(np.float32) for _ in "ab"))
        for _ in range(600)
    ]
    deviation = np.std([one.r for one in told]) * np.sqrt((rows - 1) * (columns - 1))
    assert deviation == pytest.approx(1.0, abs=0.1)
    assert np.mean([one.r for one in told]) == pytest.approx(0.0, abs=0.01)
    assert max(abs(one.z) for one in told) < 5


def test_shared_means_of_rows_and_columns_are_no_agreement() -> None:
    rng = np.random.default_rng(1)
    zs = []
    for _ in range(200):
        means = rng.normal(size=(24, 1)) * 5 + rng.normal(size=(1, 200)) * 5
        a, b = (np.asarray(means + rng.normal(size=(24, 200)), np.float32) for _ in "ab")
        zs.append(agree(a, b).z)
    assert max(map(abs, zs)) < 5
    assert np.std(zs) < 1.3


def test_columns_that_move_together_make_z_smaller_than_theory_would() -> None:
    rng = np.random.default_rng(2)
    mix = rng.normal(size=(6, 256))
    zs, theory = [], []
    for _ in range(300):
        a, b = (np.asarray(rng.normal(size=(32, 6)) @ mix, np.float32) for _ in "ab")
        told = agree(a, b)
        zs.append(told.z)
        theory.append(told.r * np.sqrt(31 * 255))
    assert np.std(theory) > 4
    assert np.std(zs) < 1.5


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(4, 40), columns=st.integers(8, 120), seed=st.integers(0, 10**6),
    scale=st.floats(0.01, 100), shift=st.floats(-10, 10),
)  # fmt: skip
def test_scale_and_shift_change_nothing(
    rows: int, columns: int, seed: int, scale: float, shift: float
) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(rows, columns)).astype(np.float32)
    b = np.asarray(a + rng.normal(size=a.shape), np.float32)
    moved = np.asarray(b * scale + shift, np.float32)
    assert agree(a, moved).r == pytest.approx(agree(a, b).r, abs=2e-3)


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(3, 50), columns=st.integers(3, 90), seed=st.integers(0, 10**6))
def test_streaming_gives_the_same_r_as_all_at_once(rows: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(rows, columns)).astype(np.float32)
    b = np.asarray(0.5 * a + rng.normal(size=a.shape), np.float32)
    sums = _Sums(columns)
    cut = int(rng.integers(1, rows))
    sums.add(a[:cut], b[:cut])
    sums.add(a[cut:], b[cut:])
    assert sums.agreement().r == pytest.approx(agree(a, b).r, abs=1e-4)


def test_values_that_are_no_numbers_do_not_spread() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=(16, 100)).astype(np.float32)
    b = a.copy()
    b[0, 0], b[3, 4] = np.nan, np.inf
    told = agree(a, b)
    assert told.masked == 2
    assert told.r > 0.99
    assert told.exact == pytest.approx(1 - 2 / 1600)


def test_huge_values_do_not_overflow() -> None:
    a = np.random.default_rng(4).normal(size=(8, 64)).astype(np.float32) * np.float32(1e37)
    assert agree(a, a).r == pytest.approx(1.0)


def test_independent_z_add_up_over_the_root_of_their_number() -> None:
    assert together([2.0] * 9) == pytest.approx(6.0)
    assert together([]) == 0.0


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.ones((8, 64)), "one number"),
        (np.eye(64), "one number"),
        (np.tile(np.arange(64.0), (8, 1)), "ramp"),
        (np.cos(2 * np.pi * np.outer(np.arange(1, 17), np.arange(128)) / 128), "waves"),
        (
            np.hanning(128) * np.sin(2 * np.pi * np.outer(np.arange(1, 17), np.arange(128)) / 128),
            "waves",
        ),
        (np.sin(np.outer(np.arange(3, 19), np.exp(-np.arange(64) / 9))), "sinusoids"),
        (np.where(np.random.default_rng(1).random((8, 64)) > 0.5, -np.inf, 0), "one number"),
    ],
)
def test_fixed_tables_are_recognised(values: NDArray[np.float64], says: str) -> None:
    assert says in fixed_why(values.astype(np.float32))


def test_learned_looking_values_are_not_taken_for_fixed_ones() -> None:
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(300):
        smooth = np.cumsum(rng.normal(size=(12, 80)), axis=1)
        spiked = np.outer(rng.normal(size=12), rng.normal(size=80)) + rng.normal(size=(12, 80))
        for values in (rng.normal(size=(12, 80)), rng.uniform(-1, 1, (12, 80)), smooth, spiked):
            wrong += bool(fixed_why(values.astype(np.float32)))
    assert wrong == 0
