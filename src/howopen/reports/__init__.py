"""A report, or what any of the commands found, in the format one asks for.

`render(thing, format)` takes the object itself; `json` is always the encoding of that object.
"""

from __future__ import annotations

from howopen.errors import unknown_term

__all__ = ["FORMATS", "PAGES", "picture", "render"]

#: Formats of a report.
FORMATS = ("text", "json", "markdown", "html")

#: Formats of everything else.
PAGES = ("text", "json", "markdown")


def render(
    thing: object,
    format: str = "text",
    *,
    width: int | None = None,
    color: bool | None = None,
    verbose: bool = False,
) -> str:
    """Render a report, an answer, verdicts, claims, readings of licenses or an explanation.

    Args:
        thing: a `Report`, `Answer`, `Opened`, `Publishing`, `LicenseReading`, `Explanation`, or a
            tuple of answers, claims or readings.
        format: one of `FORMATS` for a report, else of `PAGES`; `odrl` for a policy made by
            `howopen.reports.odrl`.
        width: columns of text; the terminal's when left out.
        color: color in text; when left out, only on a terminal and without NO_COLOR.
        verbose: with the full proof; HTML always has it.

    Raises:
        UnknownTermError: for an unknown format.
        TypeError: for a thing that no page is laid out for.
    """
    # Each renderer is imported when it is used: rich alone takes longer than all the others.
    if format == "odrl" and isinstance(thing, dict):
        from howopen.reports import odrl  # noqa: PLC0415

        return odrl.write(thing)
    if format == "json":
        from howopen.reports import json  # noqa: PLC0415

        return json.write(thing)
    if format == "html":
        return _document(thing)
    if format not in PAGES:
        raise unknown_term("format", format, FORMATS)
    from howopen.reports.layout import blocks_of  # noqa: PLC0415

    blocks = blocks_of(thing, verbose=verbose)
    if format == "markdown":
        from howopen.reports import markdown  # noqa: PLC0415

        return markdown.write(blocks, verbose=verbose)
    from howopen.reports import terminal  # noqa: PLC0415

    return terminal.write(blocks, width=width, color=color, verbose=verbose)


def picture(thing: object) -> bytes:
    """Draw a comparison of weights as a PNG: the heat map of agreement by role and layer.

    Raises:
        UnknownTermError: for a thing that has no picture.
    """
    from howopen.kinship.heat import heat  # noqa: PLC0415
    from howopen.kinship.result import Kinship  # noqa: PLC0415
    from howopen.reports import heatmap  # noqa: PLC0415

    if not isinstance(thing, Kinship):
        raise unknown_term("format of this answer", "png", PAGES)
    return heatmap.png(heat(thing.matches), f"{thing.a} and {thing.b}")


def _document(thing: object) -> str:
    from howopen.kinship.result import Kinship  # noqa: PLC0415
    from howopen.report import Report  # noqa: PLC0415
    from howopen.reports import html  # noqa: PLC0415

    if isinstance(thing, Kinship):
        from howopen.reports.kin import document  # noqa: PLC0415

        return document(thing)
    if not isinstance(thing, Report):
        raise unknown_term("format of this answer", "html", PAGES)
    return html.render(thing)
