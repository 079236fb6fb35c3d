"""The lineage of a release as an inline SVG picture: it, and what it comes from or gave rise to."""

from __future__ import annotations

from collections.abc import Sequence

from howopen.release import Direction, Standing
from howopen.reports.clean import shorten
from howopen.reports.markup import Html, tag, text
from howopen.reports.view import KinRow

#: More relations than this are left to the table below the picture.
MOST = 8

_WIDTH, _TOP, _STEP, _BOX, _INDENT = 340, 8, 64, 36, 34


def picture(name: str, kin: Sequence[KinRow]) -> Html:
    """Draw the release above its relations, one branch each; narrow enough for a phone."""
    shown = kin[:MOST]
    height = _TOP + _BOX + _STEP * len(shown) + 8
    branches = [part for index, row in enumerate(shown) for part in _branch(index, row)]
    spine = _line(_INDENT // 2, _TOP + _BOX, _INDENT // 2, height - 8 - _BOX // 2, "spine")
    return tag(
        "svg",
        tag("title", f"Lineage of {name}"),
        tag("desc", "The table below says the same in words."),
        spine,
        *_box(0, _TOP, _WIDTH - 2, name, "self"),
        *branches,
        viewBox=f"0 0 {_WIDTH} {height}",
        width=str(_WIDTH),
        height=str(height),
        role="img",
        class_="lineage",
    )


def _branch(index: int, row: KinRow) -> list[Html]:
    top = _TOP + _BOX + _STEP * index + 24
    middle = top + _BOX // 2
    kind = _CLASS[row.relation.standing]
    return [
        _line(_INDENT // 2, middle, _INDENT, middle, f"edge {kind}"),
        *_arrow(row.relation.direction, middle, kind),
        tag("text", _caption(row), x=str(_INDENT), y=str(top - 5), class_=f"how {kind}"),
        *_box(_INDENT, top, _WIDTH - _INDENT - 2, row.whom, kind),
    ]


_CLASS = {
    Standing.DECLARED: "declared",
    Standing.OBSERVED: "observed",
    Standing.BOTH: "both",
    Standing.CONTRADICTED: "contradicted",
}


def _caption(row: KinRow) -> str:
    who = "" if row.who == "this" else f"{shorten(row.who, 18)}: "
    return f"{who}{row.how} ({row.relation.standing})"


def _line(x1: int, y1: int, x2: int, y2: int, class_: str) -> Html:
    return tag("line", x1=str(x1), y1=str(y1), x2=str(x2), y2=str(y2), class_=class_)


def _arrow(direction: Direction, middle: int, kind: str) -> list[Html]:
    """Point from the origin to what came of it."""
    if direction is Direction.UNDECIDED:
        return []
    x, turn = (_INDENT // 2 + 2, 7) if direction is Direction.A_FROM_B else (_INDENT - 1, -7)
    points = f"{x},{middle} {x + turn},{middle - 4} {x + turn},{middle + 4}"
    return [tag("polygon", points=points, class_=kind)]


def _box(x: int, y: int, width: int, label: str, class_: str) -> list[Html]:
    shown = shorten(label, (width - 20) // 7)
    return [
        tag(
            "g",
            tag("title", text(label)),
            tag(
                "rect",
                x=str(x + 1),
                y=str(y),
                width=str(width),
                height=str(_BOX),
                rx="6",
                class_=class_,
            ),
            tag("text", shown, x=str(x + 11), y=str(y + 23), class_="name"),
        )
    ]
