"""Fused matrices, gates and axes in the orders of other libraries, through the whole ladder."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from howopen.kinship import Kin, Kinship, kin
from howopen.kinship.cuts import Cut
from howopen.kinship.layouts import KERNELS, fused, gate_rows, kernel_places, plain
from tests.kinship import families as f

HEADS, KEYS = 6, 3
SIZE = f.WIDTH // HEADS


def compared(tmp_path: Path, a: f.Net, b: f.Net, *, full: bool = False) -> Kinship:
    one, two = f.write(tmp_path / "a", a), f.write(tmp_path / "b", b, config=False)
    return kin(str(one), str(two), full=full)


def grouped(net: f.Net) -> f.Net:
    """Leave fewer key heads than query heads."""
    return {
        name: x[: KEYS * SIZE] if "k_proj" in name or "v_proj" in name else x
        for name, x in net.items()
    }


def joined(net: f.Net, way: str, *, turned: bool = False) -> f.Net:
    """Fuse queries, keys and values as `layouts.fused` names it, and gates with ups."""
    found = {name: x for name, x in net.items() if not any(p in name for p in ("q_", "k_", "v_"))}
    for layer in range(f.LAYERS):
        at = f"model.layers.{layer}.self_attn."
        parts = [net[f"{at}{name}_proj.weight"] for name in "qkv"]
        rows = sum(len(part) for part in parts)
        cuts = fused("attention.qkv", (rows, f.WIDTH), HEADS, len(parts[1]) // SIZE)
        whole = sum(view.invert(part) for view, part in zip(cuts[way], parts, strict=True))
        whole = np.asarray(whole, np.float32)
        found[f"{at}qkv_proj.weight"] = np.ascontiguousarray(whole.T) if turned else whole
    return found


@pytest.mark.parametrize(
    ("way", "turned"),
    [
        ("one after the other", False),
        ("one after the other", True),
        ("head by head", False),
    ],
)
def test_fused_queries_keys_and_values_are_re_encoded(
    tmp_path: Path, way: str, turned: bool
) -> None:
    net = f.network(1)
    found = compared(tmp_path, net, joined(net, way, turned=turned))
    assert found.verdict is Kin.RE_ENCODED
    parts = [match for match in found.matches if "part" in match.layout]
    assert {match.role for match in parts} == {"attention.q", "attention.k", "attention.v"}
    assert all(way in match.layout and match.exact == 1.0 for match in parts)


def test_groups_of_queries_with_their_key_and_value_are_re_encoded(tmp_path: Path) -> None:
    net = grouped(f.network(1))
    found = compared(tmp_path, joined(net, "group by group"), net)
    assert found.verdict is Kin.RE_ENCODED
    assert any("group by group" in match.layout for match in found.matches)


def test_fused_gates_in_turn_are_re_encoded_and_a_full_read_proves_it(tmp_path: Path) -> None:
    net = f.network(1)
    other = {name: x for name, x in net.items() if "gate_proj" not in name and "up_" not in name}
    for layer in range(f.LAYERS):
        at = f"model.layers.{layer}.mlp."
        pair = net[f"{at}gate_proj.weight"], net[f"{at}up_proj.weight"]
        other[f"{at}gate_up_proj.weight"] = np.stack(pair, axis=1).reshape(-1, f.WIDTH)
    for full in (False, True):
        found = compared(tmp_path / str(full), net, other, full=full)
        assert found.verdict is Kin.RE_ENCODED
        assert any("in turn, part 2" in match.layout for match in found.matches)


def test_a_stranger_with_fused_matrices_stays_one(tmp_path: Path) -> None:
    found = compared(tmp_path, f.network(1), joined(f.network(2), "head by head"))
    assert found.verdict is Kin.UNRELATED


def recurrent(seed: int, gates: int, kind: str) -> f.Net:
    rng = np.random.default_rng(seed)
    net: f.Net = {}
    for layer in range(3):
        for part in ("weight_ih", "weight_hh"):
            x = rng.normal(size=(gates * 64, 64)).astype(np.float32)
            net[f"{kind}.{part}_l{layer}"] = x
    return net


@pytest.mark.parametrize(("kind", "gates"), [("lstm", 4), ("gru", 3)])
def test_gates_in_the_order_of_onnx_are_re_encoded(tmp_path: Path, kind: str, gates: int) -> None:
    net = recurrent(1, gates, kind)
    order = next(iter(gate_rows(gates * 64, gates).values()))
    named = {name: x[order][None] for name, x in net.items()}
    lost = {f"onnx::{kind.upper()}_{i}": x for i, x in enumerate(named.values())}
    for number, other in enumerate((named, lost)):
        found = compared(tmp_path / str(number), net, other)
        assert found.verdict is Kin.RE_ENCODED
        assert all("gates" in match.layout for match in found.matches)
    assert compared(tmp_path / "s", net, recurrent(2, gates, kind)).verdict is Kin.UNRELATED


def test_orders_of_gates_undo_one_another() -> None:
    first, second = gate_rows(8, 4).values()
    assert first[second].tolist() == list(range(8))
    (swap,) = gate_rows(6, 3).values()
    assert swap[swap].tolist() == list(range(6))
    assert gate_rows(7, 3) == {}


@pytest.mark.parametrize("name", list(KERNELS))
@pytest.mark.parametrize("inner", [3, 40])
def test_kernels_in_another_order_are_the_same_matrix(name: str, inner: int) -> None:
    kernel = np.random.default_rng(0).normal(size=(48, inner, 3, 5)).astype(np.float32)
    stored = np.ascontiguousarray(kernel.transpose(np.argsort(KERNELS[name])))
    width = stored.size // stored.shape[0]
    flat = stored.reshape(-1, stored.shape[-1] if name == "HWIO" else width)
    logical = kernel.reshape(48, -1)
    ways = {
        way: (turned, Cut(way, (flat.shape[0], flat.shape[1]), rows, columns))
        for way, turned, rows, columns in kernel_places(
            kernel.shape, stored.shape, 1, flat.shape[1]
        )
    }
    if name == "IOHW":
        assert name not in ways
        return
    turned, cut = ways[name]
    read = cut.read(lambda at, n: flat[at : at + n], 0, cut.size[0])
    assert np.array_equal(read.T if turned else read, logical)
    part = cut.read(lambda at, n: flat[at : at + n], 1, 2)
    assert np.array_equal(part, read[1:3])


def test_kernels_of_tensorflow_are_re_encoded(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    net = {
        f"features.conv{i}.weight": rng.normal(size=(48, 40, 3, 3)).astype(np.float32)
        for i in range(6)
    }
    stored: dict[str, Any] = {name: x.transpose(2, 3, 1, 0) for name, x in net.items()}
    np.savez(tmp_path / "b.npz", **stored)
    one = f.write(tmp_path / "a", net, config=False)
    found = kin(str(one), str(tmp_path / "b.npz"))
    assert found.verdict is Kin.RE_ENCODED
    assert all("HWIO" in match.layout for match in found.matches)
    swapped: dict[str, Any] = {name: x.transpose(0, 1, 3, 2) for name, x in net.items()}
    np.savez(tmp_path / "c.npz", **swapped)
    assert kin(str(one), str(tmp_path / "c.npz")).verdict is Kin.RE_ENCODED


def test_a_plain_view_of_a_matrix_cuts_nothing() -> None:
    assert plain((3, 4)).rows is None
    assert Cut("", (3, 4)).size == (3, 4)
