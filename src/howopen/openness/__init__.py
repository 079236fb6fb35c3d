"""Parts and grants -> verdicts of definitions, frames, groups and the gradient."""

from howopen.openness.findings import find_openness
from howopen.openness.frames import FrameCell, FrameColumn, FrameRow, FrameTable, frames
from howopen.openness.gradient import Place, gradient
from howopen.openness.groups import Group, groups
from howopen.openness.verdict import judge, verdicts

__all__ = [
    "FrameCell",
    "FrameColumn",
    "FrameRow",
    "FrameTable",
    "Group",
    "Place",
    "find_openness",
    "frames",
    "gradient",
    "groups",
    "judge",
    "verdicts",
]
