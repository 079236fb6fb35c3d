"""Deltas are recognised with their child; without it they are plausible at most."""

import numpy as np
import pytest

from howopen.kinship.arrays import Values
from howopen.kinship.deltas import delta_of, may_be_delta


@pytest.fixture
def trio() -> tuple[Values, Values, Values]:
    rng = np.random.default_rng(0)
    base = rng.normal(size=(32, 64)).astype(np.float32)
    change = (rng.normal(size=(32, 64)) * 0.1).astype(np.float32)
    return base, base + change, change


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_a_delta_and_its_scale_are_found(trio: tuple[Values, Values, Values], scale: float) -> None:
    base, child, change = trio
    stored = (change * scale).astype(np.float16).astype(np.float32)
    found = delta_of(stored, base, child)
    assert found.decision == "delta"
    assert found.scale == pytest.approx(1 / scale, rel=0.01)


def test_the_delta_of_a_sibling_or_a_model_is_none(trio: tuple[Values, Values, Values]) -> None:
    base, child, change = trio
    noise = np.random.default_rng(1).normal(size=change.shape)
    sibling = np.asarray(change + 0.02 * noise, np.float32)
    assert delta_of(sibling, base, child).decision == "none"
    assert delta_of(child, base, child).decision == "none"
    assert delta_of(change, base, base).decision == "none"


def test_without_a_child_no_more_than_plausible_is_said(
    trio: tuple[Values, Values, Values],
) -> None:
    base, child, change = trio
    assert may_be_delta(change, base).decision == "plausible"
    assert may_be_delta(change, base, np.full((8, 1), 0.01, np.float32)).decision == "plausible"
    assert may_be_delta(change, base, np.ones((8, 1), np.float32)).decision == "none"
    assert may_be_delta(child, base).decision == "none"
    assert may_be_delta(base * 0, base).decision == "none"


def test_nan_rows_are_left_out(trio: tuple[Values, Values, Values]) -> None:
    base, child, change = (x.copy() for x in trio)
    change[3], child[5] = np.nan, np.inf
    assert delta_of(change, base, child).decision == "delta"
