"""Low-rank updates are told from full ones, and adapters are applied as their papers say."""

import numpy as np
import pytest

from howopen.kinship.arrays import Values
from howopen.kinship.grids import FLOAT_TYPES, round_to
from howopen.kinship.lowrank import apply_dora, apply_lora, common_rank, fits, rank_of

BF16 = next(kind for kind in FLOAT_TYPES if kind.name == "bfloat16")


def normal(rng: np.random.Generator, *shape: int) -> Values:
    return rng.normal(size=shape).astype(np.float32)


def lora(
    rng: np.random.Generator, rank: int, size: float, shape: tuple[int, int] = (96, 128)
) -> Values:
    """An update whose directions weigh unequally, as trained ones do."""
    weights = np.exp(-1.5 * np.arange(rank) / rank)
    change = rng.normal(size=(shape[0], rank)) * weights @ rng.normal(size=(rank, shape[1]))
    return np.asarray(
        (change * size * np.sqrt(np.prod(shape)) / np.linalg.norm(change)).astype(np.float32),
        np.float32,
    )


@pytest.mark.parametrize("rank", [1, 4, 8, 16, 32])
@pytest.mark.parametrize("stored", ["float32", "bfloat16"])
def test_the_rank_of_a_merged_lora_is_read(rank: int, stored: str) -> None:
    rng = np.random.default_rng(rank)
    base = normal(rng, 96, 128)
    child = base + lora(rng, rank, 0.1)
    precision = 0.0
    if stored == "bfloat16":
        base, child, precision = round_to(base, BF16), round_to(child, BF16), 2.0**-8
    found = rank_of(base, child, precision)
    assert (found.decision, found.rank) == ("lowrank", rank)


@pytest.mark.parametrize("steps", [1, 3, 30])
def test_full_updates_are_not_of_low_rank(steps: int) -> None:
    """Updates whose singular values fall by a power law: steeper than any Gaussian one."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        base = normal(rng, 48, 64)
        left, right = (np.linalg.qr(rng.normal(size=(n, n)))[0] for n in (48, 64))
        falling = (1 + np.arange(48)) ** (-1.0 / steps)
        change = left * falling @ right[:48]
        found = rank_of(base, (base + change / 10).astype("f4"))
        assert found.decision == "full"
        assert found.rank == 0


def test_no_difference_and_few_rows_are_said_so() -> None:
    base = normal(np.random.default_rng(0), 32, 64)
    assert rank_of(base, base).decision == "zero"
    assert rank_of(base[:8], base[:8] + 1).decision == "undecided"
    assert rank_of(base[:0], base[:0]).decision == "zero"


def test_an_update_below_rounding_is_undecided() -> None:
    rng = np.random.default_rng(1)
    base = round_to(normal(rng, 96, 128), BF16)
    child = round_to(base + lora(rng, 16, 0.001), BF16)
    assert rank_of(base, child, 2.0**-8).decision == "undecided"


def test_one_rank_in_all_matrices_is_a_lora_and_several_are_not() -> None:
    rng = np.random.default_rng(2)
    base = normal(rng, 96, 128)
    same = [rank_of(base, base + lora(rng, 8, 0.1)) for _ in range(4)]
    mixed = [rank_of(base, base + lora(rng, r, 0.1)) for r in (1, 8, 16, 2)]
    full = [rank_of(base, base + normal(rng, 96, 128) * np.float32(0.1)) for _ in range(4)]
    assert common_rank([*same, rank_of(base, base)])[:3] == (8, 1.0, 4)
    assert common_rank(mixed).decision == "undecided"
    assert common_rank([*full, same[0]]).decision == "full"
    assert common_rank([rank_of(base, base)]).decision == "zero"


def test_an_adapter_adds_what_its_rank_allows() -> None:
    rng = np.random.default_rng(3)
    down, up = normal(rng, 4, 32), normal(rng, 24, 4)
    assert fits(down.shape, up.shape, (24, 32))
    assert not fits(down.shape, up.shape, (32, 24))
    assert np.allclose(apply_lora(down, up, 8), 2 * up @ down)
    assert np.allclose(apply_lora(down, up, 8, rslora=True), 4 * up @ down, rtol=1e-5)


def test_dora_sets_the_length_of_rows() -> None:
    rng = np.random.default_rng(4)
    magnitude = np.arange(1, 25, dtype=np.float32)
    merged = apply_dora(normal(rng, 24, 32), normal(rng, 24, 32), magnitude)
    assert np.allclose(np.linalg.norm(merged, axis=1), magnitude, rtol=1e-5)
