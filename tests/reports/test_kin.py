"""Comparisons of weights as text, HTML and pictures."""

from __future__ import annotations

import io

import pytest

from howopen.errors import UnknownTermError
from howopen.kinship.heat import heat
from howopen.kinship.library import Candidate
from howopen.kinship.lookup import Nearest
from howopen.kinship.result import Kin, Kinship, Match, Rung, Statistic, Step
from howopen.release import Direction
from howopen.reports import picture, render
from howopen.reports.heatmap import color, svg
from howopen.reports.kin import SAYS, headline

MATCHES = tuple(
    Match(a=f"{layer}.{role}", b=f"{layer}.{role}", role=role, layer=layer, r=0.1 * layer, z=9.0)
    for role in ("attention.q", "mlp.up")
    for layer in range(8)
)


def found(verdict: Kin = Kin.DERIVED, **more: object) -> Kinship:
    """Make a comparison."""
    given: dict[str, object] = {
        "a": "./child", "b": "hf:o/base", "verdict": verdict, "rung": Rung.ROWS,
        "matches": MATCHES, "bytes_read": (180_000, 190_000), "header_bytes": (12_000, 11_000),
        "requests": 26, "reasons": ("16 matrices agree",), "caveats": ("siblings look the same",),
        "statistics": (Statistic(name="median r", value=0.99, z=140.0, n=16, null="N(0, 1)"),),
        "steps": (Step(rung=Rung.ROWS, says="16 of 16", bytes_read=370_000, requests=26),),
    }  # fmt: skip
    return Kinship(**{**given, **more})  # type: ignore[arg-type]  # given by the test


def test_every_verdict_has_words_for_known_and_unknown_direction() -> None:
    assert set(SAYS) == set(Kin)
    for verdict in Kin:
        for direction in Direction:
            said = headline(found(verdict, direction=direction))
            assert "./child" in said
            assert "hf:o/base" in said


def test_the_direction_decides_who_is_named_first() -> None:
    forth = headline(found(Kin.QUANTISED, direction=Direction.A_FROM_B))
    back = headline(found(Kin.QUANTISED, direction=Direction.B_FROM_A))
    assert forth.index("./child") < forth.index("hf:o/base")
    assert back.index("hf:o/base") < back.index("./child")


def test_the_price_and_the_caveats_are_always_shown() -> None:
    shown = render(found(), width=100, color=False)
    assert "180 kB of the first and 190 kB of the second in 26 reads" in shown
    assert "23 kB of it headers" in shown
    assert "siblings look the same" in shown


def test_the_heat_map_has_a_cell_for_each_role_and_layer() -> None:
    drawn = svg(heat(MATCHES), "a & b")
    assert drawn.count("<rect") == 16 + 11
    assert "attention.q, layer 3: r = 0.300" in drawn
    assert "a &amp; b" in drawn


def test_colors_grow_darker_with_agreement() -> None:
    shades = [sum(color(step / 20)) for step in range(21)]
    assert shades == sorted(shades, reverse=True)
    assert color(-0.5) == color(0.0)


def test_the_picture_is_a_png_wide_enough_for_its_layers() -> None:
    from PIL import Image  # noqa: PLC0415

    data = picture(found())
    drawn = Image.open(io.BytesIO(data))
    assert drawn.format == "PNG"
    assert drawn.width > 2 * 150 + 8 * 20
    assert len(drawn.getcolors(100_000) or ()) > 20


def test_a_comparison_of_nothing_still_has_a_picture() -> None:
    assert picture(found(Kin.INCOMPARABLE, matches=()))[:4] == b"\x89PNG"


def test_only_a_comparison_has_a_picture() -> None:
    with pytest.raises(UnknownTermError):
        picture("a text")


def test_the_page_holds_the_map_and_escapes_names() -> None:
    page = render(found(a="<script>alert(1)</script>"), "html")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert 'class="heat"' in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


def test_a_library_says_when_nobody_stands_out() -> None:
    stranger = Candidate(ref="m1", agreement=0.51, z=2.1, bits=16384, chance=3.0)
    shown = render(Nearest(ref="x", library="db", models=200, candidates=(stranger,)), color=False)
    assert "none of 200 models is nearer than chance brings strangers" in shown
