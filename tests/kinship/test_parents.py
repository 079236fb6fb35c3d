"""One model against several: merges with their weights, deltas, adapters, and the closest base."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from howopen.kinship import Kin, kin
from howopen.release import Direction
from tests.kinship import families as f

BASE = f.network(1)
ONE, TWO = f.noisy(BASE, 0.05, 31), f.noisy(BASE, 0.05, 32)


def mix(*parts: tuple[float, f.Net]) -> f.Net:
    return {
        name: np.asarray(sum(share * net[name] for share, net in parts), np.float32)
        for name in BASE
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a base, two fine-tunes of it, and a stranger."""
    root = tmp_path_factory.mktemp("parents")
    for name, net in (("base", BASE), ("one", ONE), ("two", TWO), ("stranger", f.network(7))):
        f.write(root / name, net)
    return root


def refs(folder: Path, *names: str) -> list[str]:
    return [str(folder / name) for name in names]


def test_a_linear_merge_gives_its_weights(folder: Path, tmp_path: Path) -> None:
    child = f.write(tmp_path / "child", mix((0.3, ONE), (0.7, TWO)))
    found = kin(str(child), *refs(folder, "one", "two"))
    assert found.verdict is Kin.MERGE
    assert found.details["method"] == "linear"
    assert [part.coefficient for part in found.ingredients] == pytest.approx([0.3, 0.7], abs=0.01)
    assert found.direction is Direction.A_FROM_B


def test_a_base_that_takes_no_part_is_no_ingredient(folder: Path, tmp_path: Path) -> None:
    child = f.write(tmp_path / "child", mix((0.5, ONE), (0.5, TWO)))
    found = kin(str(child), *refs(folder, "one", "two", "base"))
    assert found.verdict is Kin.MERGE
    assert len(found.ingredients) == 2


def test_task_arithmetic_is_told_with_its_base(folder: Path, tmp_path: Path) -> None:
    child = f.write(tmp_path / "child", mix((-0.1, BASE), (0.6, ONE), (0.5, TWO)))
    found = kin(str(child), *refs(folder, "one", "two", "base"))
    assert found.verdict is Kin.MERGE
    assert found.details["base"].endswith("base")
    assert [part.coefficient for part in found.ingredients] == pytest.approx([0.6, 0.5], abs=0.02)


def test_a_fine_tune_of_one_parent_is_no_merge(folder: Path) -> None:
    found = kin(*refs(folder, "one", "two", "base"))
    assert found.verdict is Kin.DERIVED
    assert found.b.endswith("base")
    assert found.ingredients == ()


def test_the_related_candidate_is_found_among_strangers(folder: Path) -> None:
    found = kin(*refs(folder, "one", "stranger", "base"))
    assert found.verdict is Kin.DERIVED
    assert found.b.endswith("base")


def test_a_delta_is_found_with_base_and_child(folder: Path, tmp_path: Path) -> None:
    delta = f.write(tmp_path / "delta", {name: ONE[name] - BASE[name] for name in BASE})
    found = kin(str(delta), *refs(folder, "base", "one"))
    assert found.verdict is Kin.DELTA
    assert found.b.endswith("base")
    assert kin(str(delta), str(folder / "base")).verdict is Kin.UNRELATED
    child = kin(str(folder / "one"), str(folder / "base"), str(delta))
    assert child.verdict is Kin.DERIVED
    assert "delta" in child.details


def adapter(folder: Path) -> tuple[Path, f.Net]:
    """Write an adapter of rank 4 and return the base with it merged."""
    rng = np.random.default_rng(5)
    factors: f.Net = {}
    merged = dict(BASE)
    for name, x in BASE.items():
        if "q_proj" in name or "v_proj" in name:
            a = np.asarray(0.1 * rng.normal(size=(4, x.shape[1])), np.float32)
            b = np.asarray(0.1 * rng.normal(size=(x.shape[0], 4)), np.float32)
            stem = "base_model.model." + name.removesuffix(".weight")
            factors |= {f"{stem}.lora_A.weight": a, f"{stem}.lora_B.weight": b}
            merged[name] = x + 2 * (b @ a)
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(f.safetensors(factors))
    told = {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "base_model_name_or_path": "x/base"}
    (folder / "adapter_config.json").write_text(json.dumps(told))
    return folder, merged


def test_an_adapter_alone_shows_no_kinship_with_its_base(folder: Path, tmp_path: Path) -> None:
    path, _ = adapter(tmp_path / "adapter")
    found = kin(str(path), str(folder / "base"))
    assert found.verdict is Kin.INCOMPARABLE
    assert "8 of 8" in found.reasons[0]
    assert "x/base" in found.reasons[0]
    assert found.relation is None


def test_an_adapter_explains_the_model_it_was_merged_into(folder: Path, tmp_path: Path) -> None:
    path, merged = adapter(tmp_path / "adapter")
    child = f.write(tmp_path / "child", merged)
    found = kin(str(path), str(child), str(folder / "base"))
    assert found.verdict is Kin.ADAPTER
    assert found.b.endswith("base")
    assert found.direction is Direction.A_FROM_B
    other = kin(str(path), str(folder / "one"), str(folder / "base"))
    assert other.verdict is Kin.INCOMPARABLE
