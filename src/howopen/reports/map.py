"""The map of a release in HTML: components by access, shaded by the class of their terms."""

from __future__ import annotations

from collections.abc import Iterable

from howopen.release import Access, Presence
from howopen.reports.labels import ACCESS, component_title
from howopen.reports.markup import Html, folded, join, tag, tree, unseen
from howopen.reports.parts import PartRow, looked, part_title
from howopen.reports.proof import part_nodes
from howopen.reports.shades import SHADES, Shade, shade_of
from howopen.reports.view import Page

#: A letter beside each shade, so that the map can be read without color and in print.
LETTERS: dict[Shade, str] = {
    "open": "O",
    "conditions": "C",
    "restricted": "R",
    "unstated": "–",
    "unknown": "?",
}

_HEADS: dict[Access | None, str] = {
    None: "not known",
    Access.WITHHELD: "kept back",
    Access.STAGED: "staged",
    Access.HOSTED: "hosted",
    Access.API: "API",
    Access.GATED_DOWNLOAD: "gated",
    Access.DOWNLOAD: "download",
}


def access_map(seen: Page) -> Html:
    """Draw the map with its legend, and say what is not there."""
    if not seen.parts:
        return join([tag("p", "No component was found."), absent(seen)])
    heads = [tag("th", "component", scope="col")]
    heads += [tag("th", tag("span", head), scope="col", class_="way") for head in _HEADS.values()]
    made = tag(
        "table",
        tag("caption", "Components by how far each can be had, shaded by its terms"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *map(_row, seen.parts)),
        class_="map",
    )
    return join([legend(row for row in seen.parts), made, absent(seen)])


def legend(rows: Iterable[PartRow]) -> Html:
    """Explain the shades that occur."""
    used = {shade_of(row.part.grant) for row in rows}
    items = [
        tag("li", mark(shade, ""), " ", said) for shade, said in SHADES.items() if shade in used
    ]
    return tag("ul", *items, class_="legend")


def mark(shade: Shade, said: str, *, away: bool = False) -> Html:
    """Draw one cell's mark; `away` is what lies elsewhere, drawn as an outline."""
    letter = tag("span", LETTERS[shade], aria_hidden="true")
    return tag("span", letter, unseen(said), class_=f"mark {shade}{' away' if away else ''}")


def _row(row: PartRow) -> Html:
    column = row.part.access or _guess(row.part.presence)
    cells = [tag("td", _mark(row, access)) if access is column else tag("td") for access in _HEADS]
    return tag("tr", tag("th", _head(row), scope="row"), *cells)


def _guess(presence: Presence) -> Access | None:
    return Access.DOWNLOAD if presence is Presence.HERE else None


def _mark(row: PartRow, access: Access | None) -> Html:
    how = "access not known" if access is None else ACCESS[access]
    said = f"{row.presence}, {how}; {row.license}"
    away = row.part.presence is not Presence.HERE
    return mark(shade_of(row.part.grant), said, away=away)


def _head(row: PartRow) -> Html:
    names = tag("span", part_title(row, 4), class_="names") if row.names else ""
    inherited = " (inherited)" if row.inherited else ""
    terms = tag("span", f"{row.presence} · {row.license}{inherited}", class_="terms")
    return folded(join([tag("b", row.title), " ", names, terms]), tree(part_nodes(row)))


def absent(seen: Page) -> Html:
    """Say what was looked for and not found, and where."""
    made = []
    for presence, says in (
        (Presence.SAID_ABSENT, "Said not to exist: "),
        (Presence.NOT_FOUND, "Looked for and not found: "),
    ):
        parts = [part for part in seen.absent if part.presence is presence]
        titles = ", ".join(dict.fromkeys(component_title(each.component) for each in parts))
        searched = tag("ul", *(tag("li", each) for each in looked(parts)), class_="proof")
        if parts:
            made.append(folded(join([tag("b", says), titles]), searched, class_="absent"))
    return join(made)
