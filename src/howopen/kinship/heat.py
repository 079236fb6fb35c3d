"""Agreement of two models by role and layer: the numbers behind the heat map."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from howopen.kinship.result import Match
from howopen.release import Noun


class HeatRow(Noun, frozen=True, kw_only=True):
    """One role.

    Attributes:
        role: for example `attention.q`.
        cells: layer to the correlation there; -1 stands for outside layers.
        median: over the tensors of the role.
        least: smallest.
        most: largest.
        tensors: how many were compared.
    """

    role: str
    cells: Mapping[int, float]
    median: float
    least: float
    most: float
    tensors: int


class Heat(Noun, frozen=True, kw_only=True):
    """All roles that were compared, and the layers that occur, -1 for outside layers."""

    rows: tuple[HeatRow, ...] = ()
    layers: tuple[int, ...] = ()


def heat(matches: Sequence[Match]) -> Heat:
    """Gather the correlations of tensors by role and layer; several in one give their median."""
    held: dict[str, dict[int, list[float]]] = {}
    for match in matches:
        if match.r is not None:
            layer = -1 if match.layer is None else match.layer
            held.setdefault(match.role or "other", {}).setdefault(layer, []).append(match.r)
    rows = tuple(_row(role, by_layer) for role, by_layer in sorted(held.items()))
    layers = sorted({layer for row in rows for layer in row.cells})
    return Heat(rows=rows, layers=tuple(layers))


def _row(role: str, by_layer: Mapping[int, Sequence[float]]) -> HeatRow:
    every = [r for found in by_layer.values() for r in found]
    cells = {layer: statistics.median(found) for layer, found in sorted(by_layer.items())}
    return HeatRow(
        role=role,
        cells=cells,
        median=statistics.median(every),
        least=min(every),
        most=max(every),
        tensors=len(every),
    )
