"""Parts and grants -> verdicts of definitions, frames, groups and the gradient."""

from howopen.openness.comparing import Comparison, Difference, compare
from howopen.openness.distance import with_distances
from howopen.openness.findings import find_openness
from howopen.openness.frames import FrameCell, FrameColumn, FrameRow, FrameTable, frames
from howopen.openness.gradient import Place, gradient
from howopen.openness.groups import Group, groups
from howopen.openness.rebuilding import Cost, Ingredient, Rebuilding, rebuilding
from howopen.openness.verdict import judge, verdicts

__all__ = [
    "Comparison",
    "Cost",
    "Difference",
    "FrameCell",
    "FrameColumn",
    "FrameRow",
    "FrameTable",
    "Group",
    "Ingredient",
    "Place",
    "Rebuilding",
    "compare",
    "find_openness",
    "frames",
    "gradient",
    "groups",
    "judge",
    "rebuilding",
    "verdicts",
    "with_distances",
]
