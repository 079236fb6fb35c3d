"""Matching matrices whose names were lost by what is in them, as they are or transposed.

Every candidate of one shape is compared with every other; a pair counts only where it stands out
of all that were tried, and it is then compared again on rows that had no part in the choice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from howopen.kinship.case import Case
from howopen.kinship.correlation import centred
from howopen.kinship.model import Model, Piece
from howopen.kinship.pairing import Pair
from howopen.kinship.parts import recurrent
from howopen.kinship.sampling import Sampler

if TYPE_CHECKING:
    from howopen.formats.weights import Values
    from howopen.kinship.correlation import Wide


class Candidate(NamedTuple):
    """A pair that was tried: how far it stands out, and the tensors."""

    z: float
    pair: Pair


class Block(NamedTuple):
    """The first rows of a candidate."""

    piece: Piece
    values: Values


class Tried(NamedTuple):
    """What came of matching by content.

    Attributes:
        pairs: those that stand out.
        combinations: how many were tried.
        matrices: how many matrices of the model with fewer of them had a candidate.
    """

    pairs: list[Pair]
    combinations: int
    matrices: int


def by_content(case: Case, sampler: Sampler) -> Tried:
    """Pair what the names left over."""
    left_a = _loose(case.pairing.left_a, sampler.rules.candidates)
    left_b = _loose(case.pairing.left_b, 4 * sampler.rules.candidates)
    ours = _by_shape(_blocks(case.a, left_a, left_b, sampler))
    theirs = _by_shape(_blocks(case.b, left_b, left_a, sampler))
    least = case.rules.thresholds.content_z.value
    tried = 0
    found: list[Candidate] = []
    for (rows, columns), mine in ours.items():
        straight, turned = theirs.get((rows, columns), []), theirs.get((columns, rows), [])
        tried += len(mine) * (len(straight) + len(turned))
        found += _screen(mine, straight, "", least) + _screen(mine, turned, "transposed", least)
    had = [{b.piece.name for held in side.values() for b in held} for side in (ours, theirs)]
    return Tried(_unique(found), tried, min(len(names) for names in had))


def _loose(pieces: tuple[Piece, ...], most: int) -> list[Piece]:
    """Return learned matrices large enough to be told apart, the largest first."""
    held = [p for p in pieces if p.matrix and min(p.rows, p.columns) >= 16]
    return sorted(held, key=lambda p: (-p.rows * p.columns, p.name))[:most]


def _shape(piece: Piece) -> tuple[int, int]:
    low, high = sorted((piece.rows, piece.columns))
    return low, high


def _blocks(
    model: Model, pieces: list[Piece], others: list[Piece], sampler: Sampler
) -> list[Block]:
    """Read the first rows of each candidate that has a counterpart of its shape."""
    shapes = {_shape(piece) for piece in others}
    found = []
    for piece in pieces:
        if _shape(piece) not in shapes:
            continue
        # the gates of one of the two sides in all orders, those of the other as they are
        for way in (piece, *(recurrent(piece) if model is sampler.a else ())):
            block = sampler.read(model, way, 0, min(way.rows, sampler.rules.candidate_rows))
            if block is not None:
                found.append(Block(way, block))
    return found


def _by_shape(blocks: list[Block]) -> dict[tuple[int, int], list[Block]]:
    found: dict[tuple[int, int], list[Block]] = {}
    for block in blocks:
        found.setdefault((block.piece.rows, block.piece.columns), []).append(block)
    return found


def _screen(ours: list[Block], theirs: list[Block], layout: str, least: float) -> list[Candidate]:
    """Correlate every candidate with every other in one product; return those that stand out."""
    import numpy as np  # noqa: PLC0415 - heavy

    if not ours or not theirs:
        return []
    high, wide = len(ours[0].values), len(theirs[0].values)
    if layout:
        mine = [block.values[:, :wide] for block in ours]
        other = [block.values[:, :high].T for block in theirs]
    else:
        mine, other = ([block.values for block in blocks] for blocks in (ours, theirs))
    rows, columns = mine[0].shape
    z = _units(mine) @ _units(other).T * math.sqrt(max(1, (rows - 1) * (columns - 1)))
    return [
        Candidate(float(z[i, j]), Pair(ours[i].piece, theirs[j].piece, layout))
        for i, j in np.argwhere(z >= least)
    ]


def _units(blocks: list[Values]) -> Wide:
    """Return centred blocks as rows of length one; a flat one as zeros."""
    import numpy as np  # noqa: PLC0415 - heavy

    rows = np.stack([centred(block, np.isfinite(block)).reshape(-1) for block in blocks])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 0, rows / np.maximum(lengths, 1e-300), 0.0), np.float64)


def _unique(found: list[Candidate]) -> list[Pair]:
    """Keep the best pair of each tensor."""
    ours: set[str] = set()
    theirs: set[str] = set()
    kept = []
    for _, pair in sorted(found, key=lambda each: (-each.z, each.pair.a.name, each.pair.b.name)):
        if pair.a.name not in ours and pair.b.name not in theirs:
            ours.add(pair.a.name)
            theirs.add(pair.b.name)
            kept.append(pair)
    return kept
