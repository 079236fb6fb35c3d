"""Layouts: one matrix stored transposed, permuted, fused with others, or shifted, and the way back.

A view says which stored values make up a logical matrix. It is data (axes, rows, shift), so that a
reader may fetch only the stored rows that sampled logical rows need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from howopen.kinship.arrays import Values

Rows = NDArray[np.intp]


class View(NamedTuple):
    """One way to read a stored tensor as a logical matrix.

    Attributes:
        name: what was done to it, such as `transposed` or `heads permuted`; empty for nothing.
        shape: the stored shape.
        axes: order in which the stored axes are taken.
        rows: which rows to take after that, in logical order; None for all as they are.
        shift: what is added to each value.
    """

    name: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    rows: Rows | None = None
    shift: float = 0.0

    @property
    def by_rows(self) -> bool:
        """Whether logical rows are whole stored rows, so that a few can be read alone."""
        return self.axes[:1] == (0,) and self.axes == tuple(sorted(self.axes))

    def stored_rows(self, start: int, count: int) -> Rows:
        """Return the stored rows that hold some logical rows; only where `by_rows`."""
        if self.rows is None:
            return np.arange(start, start + count, dtype=np.intp)
        return self.rows[start : start + count]

    def apply(self, stored: Values) -> Values:
        """Return the logical matrix: two axes, inner ones flattened."""
        turned = stored.reshape(self.shape).transpose(self.axes)
        flat = turned.reshape(turned.shape[0], -1)
        return np.asarray((flat if self.rows is None else flat[self.rows]) + self.shift, np.float32)

    def invert(self, logical: Values) -> Values:
        """Return the stored tensor that `apply` turns into a logical matrix.

        Stored rows that the view does not take (a part of a fused tensor) are left zero.
        """
        turned_shape = tuple(self.shape[axis] for axis in self.axes)
        flat = np.zeros((turned_shape[0], prod(turned_shape[1:])), np.float32)
        flat[slice(None) if self.rows is None else self.rows] = logical - np.float32(self.shift)
        return np.asarray(flat.reshape(turned_shape).transpose(np.argsort(self.axes)), np.float32)


def plain(shape: tuple[int, ...]) -> View:
    """Return the view that takes a tensor as it is stored."""
    return View("", shape, tuple(range(len(shape))))


def transposed(shape: tuple[int, ...]) -> View:
    """Return the view of a matrix stored as `(in, out)`, such as GPT-2's Conv1D or ONNX MatMul."""
    return View("transposed", shape, (1, 0))


def rope_rows(rows: int, heads: int) -> tuple[Rows, Rows]:
    """Return the row order of GGUF's llama q and k, and its inverse.

    GGUF holds the halves of a head interleaved: rows 0, n/2, 1, n/2 + 1 ... of each head as Hugging
    Face has them (`permute` of llama.cpp's convert_hf_to_gguf.py).

    Args:
        rows: rows of the matrix.
        heads: heads of q, or key heads of k.

    Returns:
        For each GGUF row its Hugging Face row, and for each Hugging Face row its GGUF row.
    """
    size = rows // heads
    order = np.arange(rows, dtype=np.intp).reshape(heads, 2, size // 2).swapaxes(1, 2).ravel()
    return order, np.argsort(order)


def rope_views(shape: tuple[int, ...], heads: int) -> tuple[View, View]:
    """Return views of q or k from GGUF in the order of Hugging Face, and the other way round."""
    to_gguf, to_hf = rope_rows(shape[0], heads)
    axes = tuple(range(len(shape)))
    return (
        View("heads interleaved", shape, axes, to_hf),
        View("heads split in halves", shape, axes, to_gguf),
    )


#: Roles whose rows GGUF permutes.
ROTARY = frozenset({"attention.q", "attention.k"})


def candidates(
    role: str,
    shape_a: tuple[int, ...],
    shape_b: tuple[int, ...],
    heads: int | None = None,
    kv_heads: int | None = None,
) -> Iterator[View]:
    """Yield the views of `b` that could be the matrix `a`, the likeliest first.

    Args:
        role: canonical role, such as `attention.q`.
        shape_a: shape of the logical tensor.
        shape_b: shape of the stored one.
        heads: attention heads, where known.
        kv_heads: key and value heads; as many as `heads` when left out.
    """
    rows, columns = shape_a[0], prod(shape_a[1:])
    if shape_b[0] == rows and prod(shape_b) == rows * columns:
        yield plain(shape_b)
    if len(shape_b) == 1 and "norm" in role and shape_a == shape_b:
        yield plain(shape_b)._replace(name="norm plus one", shift=1.0)
        yield plain(shape_b)._replace(name="norm less one", shift=-1.0)
    if len(shape_b) == 2 and shape_b == (columns, rows):
        yield transposed(shape_b)
    count = (kv_heads or heads) if role == "attention.k" else heads
    if role in ROTARY and count and shape_b[0] == rows and rows % (2 * count) == 0:
        yield from rope_views(shape_b, count)
    yield from _convolutions(shape_a, shape_b)


#: Orders of the axes of a stored 4-D kernel that give (out, in, height, width).
KERNELS = {
    "height and width swapped": (0, 1, 3, 2),
    "HWIO": (3, 2, 0, 1),
    "OHWI": (0, 3, 1, 2),
    "IOHW": (1, 0, 2, 3),
}
#: The same for 3-D kernels, to (out, in, width).
SHORT_KERNELS = {"WIO": (2, 1, 0), "OWI": (0, 2, 1), "IOW": (1, 0, 2)}


def _convolutions(shape_a: tuple[int, ...], shape_b: tuple[int, ...]) -> Iterator[View]:
    """Yield orders of axes that give a kernel its shape."""
    if len(shape_a) != len(shape_b):
        return
    orders: dict[int, Mapping[str, tuple[int, ...]]] = {4: KERNELS, 3: SHORT_KERNELS}
    for name, axes in orders.get(len(shape_b), {}).items():
        if tuple(shape_b[axis] for axis in axes) == tuple(shape_a):
            yield View(name, shape_b, axes)


def fused(
    role: str, shape: tuple[int, ...], heads: int, kv_heads: int | None = None
) -> Mapping[str, tuple[View, ...]]:
    """Return the ways to cut a fused matrix: layout to its parts, q, k, v or gate, up.

    Sources: Hugging Face transformers, models gpt_neox and bloom (three rows of each head next to
    one another), gpt2 (one after the other, stored `(in, out)`), phi3 (one after the other, fewer
    key heads), falcon (`new_decoder_architecture`: queries of a group, then its key and value),
    gpt_oss (gate and up in turn).

    Args:
        role: `attention.qkv` or `mlp.gate_up`.
        shape: the stored shape; its longer side by the count of heads is where parts lie.
        heads: query heads; ignored for `mlp.gate_up`.
        kv_heads: key and value heads; as many as `heads` when left out.
    """
    found: dict[str, tuple[View, ...]] = {}
    for stored in (plain(shape), transposed(shape)) if len(shape) == 2 else (plain(shape),):
        rows = shape[stored.axes[0]]
        for name, parts in _cuts(role, rows, heads, kv_heads or heads):
            label = ", ".join(filter(None, (stored.name, name)))
            found[label] = tuple(
                stored._replace(name=f"{label}, part {i + 1}", rows=part)
                for i, part in enumerate(parts)
            )
    return found


def _cuts(role: str, rows: int, heads: int, kv: int) -> Iterator[tuple[str, tuple[Rows, ...]]]:
    """Yield names of layouts and the rows of each part."""
    all_rows = np.arange(rows, dtype=np.intp)
    if role == "mlp.gate_up":
        if rows % 2 == 0:
            yield "one after the other", (all_rows[: rows // 2], all_rows[rows // 2 :])
            yield "in turn", (all_rows[::2], all_rows[1::2])
        return
    if role != "attention.qkv" or heads % kv or rows % (heads + 2 * kv):
        return
    size = rows // (heads + 2 * kv)
    ends = heads * size, (heads + kv) * size
    yield (
        "one after the other",
        (all_rows[: ends[0]], all_rows[ends[0] : ends[1]], all_rows[ends[1] :]),
    )
    groups = all_rows.reshape(kv, heads // kv + 2, size)
    name = "head by head" if kv == heads else "group by group"
    yield name, (groups[:, :-2].ravel(), groups[:, -2].ravel(), groups[:, -1].ravel())


#: Orders of the gates of recurrent networks: which block of one library stands where in another.
#: torch has i, f, g, o (LSTM) and r, z, n (GRU); ONNX has i, o, f, c and z, r, h.
#: Sources: torch.nn.LSTM and torch.nn.GRU, "Attributes"; ONNX operators LSTM and GRU, input W.
GATES: Mapping[int, Mapping[str, tuple[int, ...]]] = {
    4: {"gates of torch as in ONNX": (0, 3, 1, 2), "gates of ONNX as in torch": (0, 2, 3, 1)},
    3: {"gates in the other order of GRU": (1, 0, 2)},
}


def gate_rows(rows: int, gates: int) -> Mapping[str, Rows]:
    """Return the orders of rows that take the gates of one library to those of another.

    The two of LSTM undo one another, that of GRU undoes itself.

    Args:
        rows: rows of the matrix, those of each gate together.
        gates: 4 for LSTM, 3 for GRU; another number has no other order.
    """
    if gates not in GATES or rows % gates:
        return {}
    blocks = np.arange(rows, dtype=np.intp).reshape(gates, -1)
    return {name: blocks[list(order)].ravel() for name, order in GATES[gates].items()}


def kernel_places(
    shape: tuple[int, ...], stored: tuple[int, ...], split: int, width: int
) -> Iterator[tuple[str, bool, Rows, Rows]]:
    """Yield the orders of axes in which a stored kernel is a matrix with moved rows and columns.

    Args:
        shape: shape of the logical kernel, as it would be stored plainly.
        stored: shape of the stored one.
        split: how many of the logical axes make the rows of its matrix.
        width: columns of the stored kernel's matrix.

    Yields:
        The name, whether the stored matrix is turned, and its row and its column for each row and
        column of the logical matrix (for a turned one: of its transpose).
    """
    orders: dict[int, Mapping[str, tuple[int, ...]]] = {4: KERNELS, 3: SHORT_KERNELS}
    if len(shape) != len(stored):
        return
    strides = [prod(stored[axis + 1 :]) for axis in range(len(stored))]
    for name, axes in orders.get(len(stored), {}).items():
        if tuple(stored[axis] for axis in axes) != tuple(shape):
            continue
        steps = [strides[axis] for axis in axes]
        down, across = (
            _offsets(shape[:split], steps[:split]),
            _offsets(shape[split:], steps[split:]),
        )
        if not (down % width).any() and across.max(initial=0) < width:
            yield name, False, down // width, across
        elif not (across % width).any() and down.max(initial=0) < width:
            yield name, True, across // width, down


def _offsets(shape: tuple[int, ...], steps: list[int]) -> Rows:
    """Return the distance of each place from the first, in row-major order of the places."""
    found = np.zeros(1, np.intp)
    for size, step in zip(shape, steps, strict=True):
        found = (found[:, None] + np.arange(size, dtype=np.intp) * step).ravel()
    return found
