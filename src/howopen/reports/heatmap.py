"""The heat map of two models' agreement, a role a row and a layer a column: as SVG and as PNG."""

from __future__ import annotations

import io

from howopen.kinship.heat import Heat
from howopen.reports.clean import shorten
from howopen.reports.markup import Html, tag

_LABEL, _CELL, _TOP, _LEGEND = 150, 22, 26, 34
#: Wider maps have narrower cells, so that a hundred layers still fit a page.
_WIDEST = 640

_INK = "#1b1d21"

#: Colors from no agreement to equality; chosen to differ in lightness too, for grey and for print.
_RAMP = ((243, 244, 246), (190, 214, 236), (108, 164, 212), (43, 105, 166), (13, 50, 92))


def color(r: float) -> tuple[int, int, int]:
    """Return the color of a correlation; below zero is as pale as zero.

    >>> color(0.0), color(1.0)
    ((243, 244, 246), (13, 50, 92))
    """
    at = min(1.0, max(0.0, r)) * (len(_RAMP) - 1)
    low = min(int(at), len(_RAMP) - 2)
    pairs = zip(_RAMP[low], _RAMP[low + 1], strict=True)
    red, green, blue = (round(a + (b - a) * (at - low)) for a, b in pairs)
    return red, green, blue


def _dark(r: float) -> bool:
    """Tell whether the color of a correlation wants white ink."""
    return r > 0.55


def _width(found: Heat) -> int:
    return max(9, min(_CELL * 2, _WIDEST // max(1, len(found.layers))))


def layer_name(layer: int) -> str:
    """Name a column; what lies outside layers has its own."""
    return "-" if layer < 0 else str(layer)


def svg(found: Heat, title: str) -> Html:
    """Draw the map as inline SVG; every cell says its number on hover and to a screen reader."""
    if not found.rows:
        return Html("")
    cell = _width(found)
    width = _LABEL + cell * len(found.layers) + 8
    height = _TOP + _CELL * len(found.rows) + _LEGEND
    every = max(1, 26 // cell)
    heads = [
        tag("text", layer_name(layer), x=str(_LABEL + at * cell + cell // 2), y="18", class_="axis")
        for at, layer in enumerate(found.layers)
        if at % every == 0
    ]
    cells = [part for at, _ in enumerate(found.rows) for part in _line(found, at, cell)]
    return tag(
        "svg",
        tag("title", title),
        *heads,
        *cells,
        *_legend(_TOP + _CELL * len(found.rows) + 12),
        viewBox=f"0 0 {max(width, 330)} {height}",
        width=str(max(width, 330)),
        height=str(height),
        role="img",
        class_="heat",
    )


def _line(found: Heat, at: int, cell: int) -> list[Html]:
    row, top = found.rows[at], _TOP + _CELL * at
    made = [tag("text", shorten(row.role, 22), x=str(_LABEL - 8), y=str(top + 15), class_="role")]
    for column, layer in enumerate(found.layers):
        if layer not in row.cells:
            continue
        r, left = row.cells[layer], _LABEL + column * cell
        where = "outside layers" if layer < 0 else f"layer {layer}"
        said = tag("title", f"{row.role}, {where}: r = {r:.3f}")
        box = {"x": str(left), "y": str(top), "width": str(cell - 1), "height": str(_CELL - 1)}
        made.append(tag("rect", said, fill="#{:02x}{:02x}{:02x}".format(*color(r)), **box))
        if cell >= 30:
            middle = {"x": str(left + cell // 2), "y": str(top + 15)}
            shade = "light" if _dark(r) else "dark"
            made.append(tag("text", f"{r:.2f}", class_=f"cell {shade}", **middle))
    return made


def _legend(top: int) -> list[Html]:
    made = [tag("text", "r = 0", x=str(_LABEL - 8), y=str(top + 10), class_="role")]
    for step in range(11):
        fill = "#{:02x}{:02x}{:02x}".format(*color(step / 10))
        x = str(_LABEL + step * 12)
        made.append(tag("rect", x=x, y=str(top), width="12", height="12", fill=fill))
    return [*made, tag("text", "1", x=str(_LABEL + 11 * 12 + 12), y=str(top + 10), class_="axis")]


def png(found: Heat, title: str) -> bytes:
    """Draw the map as a PNG picture, twice the size of the SVG so that it prints well."""
    cell, rows = _width(found), max(1, len(found.rows))
    width = max(330, _LABEL + cell * len(found.layers) + 8)
    canvas = _Canvas(width, 24 + _TOP + _CELL * rows + _LEGEND)
    canvas.write(8, 12, shorten(title, width // 6), anchor="lm")
    top, every = 24 + _TOP, max(1, 26 // cell)
    for at, layer in enumerate(found.layers):
        if at % every == 0:
            canvas.write(_LABEL + at * cell + cell / 2, top - 10, layer_name(layer))
    for at, row in enumerate(found.rows):
        canvas.write(_LABEL - 8, top + at * _CELL + _CELL / 2, shorten(row.role, 22), anchor="rm")
        for column, layer in enumerate(found.layers):
            if layer in row.cells:
                canvas.cell(_LABEL + column * cell, top + at * _CELL, cell, row.cells[layer])
    if not found.rows:
        canvas.write(_LABEL, top + 11, "no tensors were compared", anchor="lm")
    canvas.legend(top + _CELL * rows + 10)
    return canvas.encoded()


class _Canvas:
    """A white picture that is drawn on in the units of the SVG."""

    _scale = 2

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - only a picture needs it

        self._picture = Image.new("RGB", (width * self._scale, height * self._scale), "white")
        self._draw = ImageDraw.Draw(self._picture)
        self._font = ImageFont.load_default(size=11 * self._scale)

    def write(self, x: float, y: float, said: str, ink: str = _INK, anchor: str = "mm") -> None:
        place = (x * self._scale, y * self._scale)
        self._draw.text(place, said, fill=ink, font=self._font, anchor=anchor)

    def block(self, x: int, y: int, wide: int, tall: int, r: float) -> None:
        corners = (x, y, x + wide, y + tall)
        left, top, right, bottom = (each * self._scale for each in corners)
        self._draw.rectangle((left, top, right - 1, bottom - 1), fill=color(r))

    def cell(self, x: int, y: int, wide: int, r: float) -> None:
        self.block(x, y, wide - 1, _CELL - 1, r)
        if wide >= 30:
            ink = "#ffffff" if _dark(r) else _INK
            self.write(x + wide / 2, y + _CELL / 2, f"{r:.2f}", ink)

    def legend(self, y: int) -> None:
        for step in range(11):
            self.block(_LABEL + step * 12, y, 12, 12, step / 10)
        self.write(_LABEL - 8, y + 6, "r = 0", anchor="rm")
        self.write(_LABEL + 11 * 12 + 6, y + 6, "1", anchor="lm")

    def encoded(self) -> bytes:
        held = io.BytesIO()
        self._picture.save(held, "PNG")
        return held.getvalue()
