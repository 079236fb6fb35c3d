"""Other ways in which a library may have stored a matrix: fused, gates or axes in other orders.

A way is tried where the plain one does not agree, and counts only where it stands out by content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.kinship.case import Case
from howopen.kinship.cuts import Cut
from howopen.kinship.model import Model, Piece
from howopen.kinship.pairing import Pair, fit
from howopen.kinship.sampling import Sampler, found_again

_RECURRENT = re.compile(r"(?:^|[\W_])(?:bi)?(lstm|gru|rnn)|weight_[ih]h(?:_|$)", re.IGNORECASE)
_GATES = {"lstm": (4,), "gru": (3,)}
GGUF = "gguf"
#: The parts of matrices that hold several.
FUSED = {
    "attention.qkv": ("attention.q", "attention.k", "attention.v"),
    "mlp.gate_up": ("mlp.gate", "mlp.up"),
}
#: Sizes of heads that are tried, the usual ones first.
HEADS = (64, 128, 32, 80, 96, 256, 16, 40, 48, 112, 160, 192, 8)


def spellings(pair: Pair, a: Model, b: Model) -> Iterator[Pair]:
    """Yield a pair in the other orders that its tensors may be stored in.

    Args:
        pair: as it is paired plainly.
        a: the first model.
        b: the second; axes and heads stand in other orders only where the formats differ.
    """
    for piece in recurrent(pair.b, pair.a.name):
        yield pair._replace(b=piece)
    if a.formats[:1] != b.formats[:1]:
        yield from _rotary(pair, a, b)
        yield from _kernels(pair)


def is_recurrent(pair: Pair) -> bool:
    """Tell whether a name says that a pair is of a recurrent network, whose gates have an order."""
    return any(_RECURRENT.search(piece.name) for piece in (pair.a, pair.b))


def _rotary(pair: Pair, a: Model, b: Model) -> Iterator[Pair]:
    """Yield queries or keys whose halves GGUF interleaves in each head, in their old order."""
    from howopen.kinship.layouts import ROTARY, rope_rows  # noqa: PLC0415 - numpy

    stored = pair.a if a.formats[:1] == (GGUF,) else pair.b
    heads = _heads(a if stored is pair.a else b, pair.role, stored.rows)
    if pair.layout or stored.cut or pair.role not in ROTARY or not heads:
        return
    rows = rope_rows(stored.rows, heads)[1]
    piece = stored.part(Cut("heads permuted", (stored.rows, stored.columns), rows))
    yield pair._replace(a=piece) if stored is pair.a else pair._replace(b=piece)


def _heads(model: Model, role: str, rows: int) -> int:
    """Return the number of heads that the header of a GGUF file tells; 0 where none fits."""
    name = model.metadata.get("general.architecture", "")
    keys = [f"{name}.attention.head_count"]
    if role == "attention.k":
        keys.insert(0, f"{name}.attention.head_count_kv")
    told = next((model.metadata[key] for key in keys if key in model.metadata), "")
    heads = int(told) if told.isdigit() else 0
    return heads if heads > 0 and rows % (2 * heads) == 0 else 0


def recurrent(piece: Piece, other: str = "") -> Iterator[Piece]:
    """Yield a matrix of a recurrent network with its gates in the order of another library.

    Args:
        piece: as it is stored.
        other: the name of a tensor that it may be, which may tell more than its own.
    """
    from howopen.kinship.layouts import gate_rows  # noqa: PLC0415 - numpy

    told = [found for name in (piece.name, other) if (found := _RECURRENT.search(name))]
    if not told or piece.cut or piece.rows < 3:
        return
    kinds = {(found[1] or "").lower() for found in told} & set(_GATES)
    for gates in _GATES[kinds.pop()] if len(kinds) == 1 else (4, 3):
        for name, rows in gate_rows(piece.rows, gates).items():
            yield piece.part(Cut(name, (piece.rows, piece.columns), rows))


def _kernels(pair: Pair) -> Iterator[Pair]:
    """Yield a pair of kernels with the axes of the second in other orders."""
    from howopen.kinship.layouts import kernel_places  # noqa: PLC0415 - numpy

    shape, stored = pair.a.tensor.shape, pair.b.tensor.shape
    plain = not (pair.b.tensor.packing or pair.b.tensor.strides or pair.a.cut or pair.b.cut)
    split = _split(shape, pair.a.rows)
    if len(shape) not in (3, 4) or not plain or split is None:
        return
    size = pair.b.rows, pair.b.columns
    for name, turned, rows, columns in kernel_places(shape, stored, split, pair.b.columns):
        piece = pair.b.part(Cut(name, size, rows, columns))
        yield pair._replace(b=piece, layout="transposed" if turned else "")


def _split(shape: tuple[int, ...], rows: int) -> int | None:
    """Return how many axes make up the rows; None where no number does."""
    count = 1
    for axis, size in enumerate(shape):
        count *= size
        if count == rows:
            return axis + 1
    return None


def kernels_unlike(unlike: Iterable[Pair]) -> list[Pair]:
    """Return pairs of kernels whose shapes fit once their axes are in another order."""
    return [fitting for pair in unlike for fitting in list(_kernels(pair))[:1]]


def fused(case: Case, sampler: Sampler) -> list[Pair]:
    """Pair the parts of fused matrices of one model with the matrices of the other.

    The order of the parts is that in which the first layer stands out, and the plainest where none
    does, so that strangers are compared as well.
    """
    found: list[Pair] = []
    for one, two, back in (
        (case.pairing.left_a, case.pairing.left_b, False),
        (case.pairing.left_b, case.pairing.left_a, True),
    ):
        best: dict[str, str] = {}
        for whole, parts in _wholes(one, two):
            ways = _ways(whole, parts, back=back)
            role = whole.named.role
            if role not in best and ways:
                best[role] = _told_apart(ways, sampler)
            found += ways.get(best.get(role, ""), [])
    return found


def _wholes(one: Iterable[Piece], two: Iterable[Piece]) -> Iterator[tuple[Piece, list[Piece]]]:
    """Yield each fused matrix with the other model's matrices that may be its parts."""
    held = {(p.named.stack, p.named.layer, p.named.role): p for p in two if p.matrix}
    for piece in one:
        named = piece.named
        if not piece.matrix or named.role not in FUSED:
            continue
        keys = [(named.stack, named.layer, role) for role in FUSED[named.role]]
        parts = [held[key] for key in keys if key in held]
        if len(parts) == len(keys):
            yield piece, parts


def _ways(whole: Piece, parts: list[Piece], *, back: bool) -> dict[str, list[Pair]]:
    """Return the ways to cut a fused matrix into parts of the other's shapes."""
    from howopen.kinship.layouts import fused as cuts  # noqa: PLC0415 - numpy

    shape = (whole.rows, whole.columns)
    widths = parts[0].rows, parts[min(1, len(parts) - 1)].rows
    found: dict[str, list[Pair]] = {}
    for size in HEADS if len(parts) > 2 else (1,):
        if any(rows % size for rows in widths):
            continue
        for name, views in cuts(
            whole.named.role, shape, widths[0] // size, widths[1] // size
        ).items():
            # only where parts are interleaved does the size of a head matter
            label = name if name.endswith(("one after the other", "in turn")) else f"{name}, {size}"
            pairs = []
            for view, part in zip(views, parts, strict=True):
                turned = view.axes == (1, 0)
                rows, columns = (None, view.rows) if turned else (view.rows, None)
                piece = whole.part(Cut(view.name, shape, rows, columns))
                piece = piece._replace(named=part.named)
                pair = Pair(part, piece) if back else Pair(piece, part)
                across = (piece.columns, piece.rows) == (part.rows, part.columns)
                # square parts fit both ways, but a matrix stored by columns is turned
                layout = "transposed" if turned and across else fit(pair.a, pair.b)
                if layout is not None:
                    pairs.append(pair._replace(layout=layout))
            if len(pairs) == len(parts):
                found.setdefault(label, pairs)
    return found


def _told_apart(ways: dict[str, list[Pair]], sampler: Sampler) -> str:
    """Return the way whose parts agree best, the first where none agrees."""
    if len(ways) == 1:
        return next(iter(ways))
    scores: dict[str, float] = {}
    for name, pairs in ways.items():
        seen = [sampler.see_plainly(pair) for pair in pairs[:2]]
        hits = [one for one in seen if one is not None and found_again(one)]
        if len(hits) == len(seen):
            scores[name] = sum(one.r for one in hits)
    return max(scores, key=lambda name: scores[name]) if scores else next(iter(ways))
