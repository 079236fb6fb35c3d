"""`howopen show REF`: the report."""

from __future__ import annotations

import click

from howopen.cli.options import Common, common, with_parents
from howopen.cli.output import destinations, emit, formats, save


@click.command()
@click.argument("ref")
@click.option(
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    help="Also write the report to a file. Repeatable.",
)
@with_parents
@formats("text", "json", "markdown", "html")
@common
def command(told: Common, ref: str, outputs: tuple[str, ...], parents: tuple[str, ...]) -> None:
    """Report on a release: what is there, on which terms, how open."""
    from howopen.report import inspect  # noqa: PLC0415 - the rooms are heavy

    wanted = destinations(outputs)
    # the way to the next level is shown where all is shown
    far = told.verbose or "html" in (told.form, *(form for form, _ in wanted))
    report = inspect(
        ref, offline=told.offline, knowledge=told.knowledge, parents=parents, distance=far
    )
    for form, path in wanted:
        save(told, report, form, path)
    emit(told, report)
