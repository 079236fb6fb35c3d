"""A report as one HTML file: no network, no script, readable on a phone and in print."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING

from howopen.answer import Truth
from howopen.reports import html_sections as part
from howopen.reports.headline import alert, tiles
from howopen.reports.map import access_map
from howopen.reports.markup import Html, join, tag, words
from howopen.reports.sections import ADVICE, frame_note
from howopen.reports.survival import TITLE
from howopen.reports.view import Page, page

if TYPE_CHECKING:
    from howopen.report import Report

#: Nothing is loaded and nothing runs; only the style in the page itself applies.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(report: Report) -> str:
    """Render a report as a whole HTML document."""
    seen = page(report)
    sections = _sections(report, seen)
    body = tag(
        "body",
        tag("a", "Skip to the components", href="#components", class_="skip"),
        _header(report, seen),
        _contents(sections),
        tag("main", *(made for _, _, made in sections)),
        _footer(report),
    )
    return f"<!doctype html>\n{tag('html', head(seen.name), body, lang='en')}\n"


def notebook(report: Report) -> str:
    """Render a report for a notebook: the document in a frame of its own, its style kept apart."""
    return tag(
        "iframe",
        srcdoc=render(report),
        title="howopen report",
        sandbox="allow-same-origin",
        style="width:100%;height:42rem;border:0",
    )


@functools.cache
def style() -> str:
    """Read the style sheet."""
    return files("howopen.reports").joinpath("style.css").read_text(encoding="utf-8")


def head(name: str) -> Html:
    """Build the head of a page."""
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{name} - howopen"),
        tag("style", Html(style())),
    )


def _header(report: Report, seen: Page) -> Html:
    facts = [join([tag("dt", name), tag("dd", value)]) for name, value in seen.facts]
    cells = [
        tag(
            "div",
            tag("dt", tile.asks),
            tag("dd", tag("b", tile.says), tag("span", tile.more) if tile.more else ""),
            class_=f"tile {tile.tone or 'plain'}",
        )
        for tile in tiles(report)
    ]
    return tag(
        "header",
        tag("p", "howopen", class_="brand"),
        tag("h1", seen.name),
        _alert(report),
        tag("dl", *cells, class_="tiles"),
        tag("dl", *facts, class_="facts"),
    )


def _alert(report: Report) -> Html:
    """Say what is untrue before anything else, with the way to the proof of it."""
    said = alert(report.findings)
    if not said:
        return Html("")
    more = tag("a", "See the findings", href="#findings")
    return tag("p", words(said), ". ", more, class_="alert", role="note")


def _contents(sections: list[tuple[str, str, Html]]) -> Html:
    links = [tag("li", tag("a", title, href=f"#{ident}")) for ident, title, _ in sections]
    return tag("nav", tag("ul", *links), aria_label="Sections")


def _sections(report: Report, seen: Page) -> list[tuple[str, str, Html]]:
    """Build the sections that have something to say, in the order of the page."""
    frames = report.frame_table
    told: list[tuple[str, str, Html, str]] = [("components", "Components", access_map(seen), "")]
    if seen.kin:
        told.append(("lineage", "Lineage", part.lineage(seen.name, seen.kin), ""))
    if report.kinships:
        from howopen.reports.kin import in_report  # noqa: PLC0415 - only where weights were read

        drawn = join(map(in_report, report.kinships))
        told.append(("weights", "What the weights say", drawn, ""))
    if seen.rights:
        note = "if nothing is known of you"
        told.append(("rights", "What you may do", part.rights(seen.rights), note))
    if report.survival is not None and report.survival.truth is not Truth.NA:
        told.append(("survival", TITLE, part.survival(report.survival), ""))
    if seen.verdicts:
        note = "each square is a criterion: filled holds, hollow does not, half is unclear"
        told.append(("open", "How open", part.openness(seen.verdicts), note))
    if report.groups:
        told.append(("groups", "For whom", part.groups(report.groups), ""))
    if report.rebuilding is not None and report.rebuilding.truth is not Truth.NA:
        made = part.rebuilding(report.rebuilding)
        told.append(("rebuilding", "Could the public build it again", made, ""))
    if frames is not None and frames.rows:
        told.append(("frames", "What counts as source", part.frame_table(frames), frame_note()))
    if seen.claims:
        told.append(("claims", "Claims", part.claims(seen.claims), ""))
    if seen.findings:
        told.append(("findings", "Findings", part.findings(seen.findings), ""))
    if seen.gaps:
        told.append(("gaps", "What could not be read", part.gaps(seen.gaps), ""))
    return [
        (ident, title, part.section(ident, title, made, note=note))
        for ident, title, made, note in told
    ]


def _footer(report: Report) -> Html:
    made = f"howopen {report.tool_version}, knowledge {report.knowledge_version}, {report.as_of}. "
    return tag("footer", tag("p", made, ADVICE))
