"""A model and what the real tools packed of it: quantised, and the packed one is the child.

The packed files are `tests/fixtures/packed`; the originals are made so that they round to them.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from howopen.kinship import Kin, Kinship, kin, open_model
from howopen.places import open_place
from howopen.release import Direction
from tests.kinship import families as f

CASES = sorted((Path(__file__).parents[1] / "fixtures" / "packed").iterdir())
#: Formats whose grid is not looked through yet: the relation is told, not the direction.
OPEN = {"bnb-fp4-nested", "mlx-mxfp8", "scaled-fp8"}


def original(truth: f.Array) -> f.Array:
    """Move values by less than half of the way to the next level of their group."""
    rng = np.random.default_rng(0)
    groups = truth.reshape(-1, 32).astype(np.float64)
    steps = [np.diff(np.unique(group)).min() for group in groups]
    moved = groups + rng.uniform(-0.45, 0.45, groups.shape) * np.array(steps)[:, None]
    return np.asarray(moved.reshape(truth.shape), np.float32)


def packed_child(case: Path, tmp_path: Path, *, stranger: bool = False) -> Kinship:
    model = open_model(open_place(str(case)))
    model.open()
    truth = next(piece for piece in model.pieces if piece.name == "truth")
    packed = next(piece for piece in model.pieces if piece.tensor.packing)
    values = truth.read(0, truth.rows)
    if stranger:
        values = np.random.default_rng(5).permutation(values.ravel()).reshape(values.shape)
    net = {packed.name: original(values).reshape(packed.tensor.shape)}
    parent = f.write(tmp_path / "parent", net, config=False)
    shutil.copytree(case, tmp_path / "child")
    return kin(str(parent), str(tmp_path / "child"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_tool_packed_is_quantised(case: Path, tmp_path: Path) -> None:
    found = packed_child(case, tmp_path)
    assert found.verdict is Kin.QUANTISED
    wanted = Direction.UNDECIDED if case.name in OPEN else Direction.B_FROM_A
    assert found.direction is wanted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_packed_stranger_is_unrelated(case: Path, tmp_path: Path) -> None:
    assert packed_child(case, tmp_path, stranger=True).verdict is Kin.UNRELATED
