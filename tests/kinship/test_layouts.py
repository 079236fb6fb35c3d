"""Every layout can be undone, and candidates hold the one that was used."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.kinship.layouts import candidates, fused, plain, rope_rows, transposed

SIZES = st.sampled_from([1, 2, 4])


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.data())
def test_every_candidate_is_invertible(
    out: int, inner: int, height: int, width: int, data: st.DataObject
) -> None:
    shape = data.draw(
        st.sampled_from([(out, inner, height, width), (out, inner, height), (out, inner), (out,)])
    )
    stored_shape = tuple(data.draw(st.permutations(shape)))
    role = data.draw(st.sampled_from(["conv", "attention.q", "norm"]))
    stored = np.random.default_rng(0).normal(size=stored_shape).astype(np.float32)
    for view in candidates(role, shape, stored_shape, heads=1):
        logical = view.apply(stored)
        assert logical.shape == (shape[0], int(np.prod(shape[1:])))
        assert np.allclose(view.invert(logical), stored, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "axes"),
    [
        ("HWIO", (2, 3, 1, 0)),
        ("height and width swapped", (0, 1, 3, 2)),
        ("OHWI", (0, 2, 3, 1)),
        ("IOHW", (1, 0, 2, 3)),
    ],
)
def test_a_kernel_in_another_order_is_among_the_candidates(
    name: str, axes: tuple[int, ...]
) -> None:
    kernel = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    stored = np.ascontiguousarray(kernel.transpose(axes))
    views = {v.name: v for v in candidates("conv", kernel.shape, stored.shape)}
    assert np.array_equal(views[name].apply(stored), kernel.reshape(2, -1))


@given(SIZES, st.sampled_from([2, 4, 8]))
def test_gguf_rows_of_q_go_back_to_where_they_were(heads: int, size: int) -> None:
    """As llama.cpp's converter writes them."""
    rows = heads * size
    q = np.arange(rows * 3, dtype=np.float32).reshape(rows, 3)
    gguf = q.reshape(heads, 2, size // 2, 3).swapaxes(1, 2).reshape(rows, 3)
    to_gguf, to_hf = rope_rows(rows, heads)
    assert np.array_equal(q[to_gguf], gguf)
    assert np.array_equal(gguf[to_hf], q)
    views = {v.name: v for v in candidates("attention.q", q.shape, gguf.shape, heads)}
    assert np.array_equal(views["heads interleaved"].apply(gguf), q)
    assert np.array_equal(views["heads split in halves"].apply(q), gguf)


def test_rows_are_read_alone_where_a_view_allows_it() -> None:
    stored = np.arange(48, dtype=np.float32).reshape(16, 3)
    for view in candidates("attention.k", (16, 3), (16, 3), heads=8, kv_heads=2):
        assert view.by_rows
        assert np.array_equal(stored[view.stored_rows(3, 5)], view.apply(stored)[3:8])
    assert not transposed((16, 3)).by_rows
    assert plain((16, 3, 2, 2)).by_rows


def test_a_norm_may_be_shifted_by_one() -> None:
    gain = np.array([0.25, -0.5], np.float32)
    shifted = {v.name: v for v in candidates("attention.norm", (2,), (2,))}
    assert np.array_equal(shifted["norm plus one"].apply(gain)[:, 0], gain + 1)
    assert np.array_equal(shifted["norm less one"].apply(gain)[:, 0], gain - 1)


@pytest.mark.parametrize("kv", [1, 2, 4])
@given(st.integers(1, 3))
def test_parts_of_a_fused_matrix_share_its_rows_out(kv: int, size: int) -> None:
    heads, rows = 4, (4 + 2 * kv) * size
    stored = np.random.default_rng(size).normal(size=(rows, 5)).astype(np.float32)
    layouts = fused("attention.qkv", stored.shape, heads, kv)
    assert len(layouts) >= 2
    for parts in layouts.values():
        if parts[0].axes != (0, 1):
            continue
        assert sorted(np.concatenate([p.rows for p in parts])) == list(range(rows))
        assert np.array_equal(sum(p.invert(p.apply(stored)) for p in parts), stored)


def test_fused_layouts_are_those_of_known_models() -> None:
    q, k, v = (np.full((8, 2), i, np.float32) for i in (0, 1, 2))
    neox = np.stack([x.reshape(4, 2, 2) for x in (q, k, v)], axis=1).reshape(24, 2)
    gpt2 = np.vstack([q, k, v]).T
    for stored, name in ((neox, "head by head"), (gpt2, "transposed, one after the other")):
        parts = fused("attention.qkv", stored.shape, 4)[name]
        assert [float(p.apply(stored).mean()) for p in parts] == [0, 1, 2]
    few = np.vstack([q[:4], k[:2], v[:2], q[4:], k[:2], v[:2]])
    parts = fused("attention.qkv", few.shape, 4, 2)["group by group"]
    assert [p.apply(few).shape[0] for p in parts] == [8, 4, 4]
    assert [float(p.apply(few).mean()) for p in parts] == [0, 1, 2]
    gates = fused("mlp.gate_up", (6, 2), 1)
    assert gates["in turn"][1].stored_rows(0, 3).tolist() == [1, 3, 5]
    assert gates["one after the other"][1].stored_rows(0, 3).tolist() == [3, 4, 5]
