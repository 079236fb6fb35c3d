"""`howopen open REF`: every definition, every frame, and what is missing."""

from __future__ import annotations

import click

from howopen.cli.options import Common, common
from howopen.cli.output import emit, formats


@click.command()
@click.argument("ref")
@click.option("--by", "definitions", multiple=True, metavar="ID", help="Only this definition.")
@click.option("--frame", metavar="NAME", help="Only this reading of what source is.")
@click.option("--variant", metavar="NAME", help="Only this one of the several models.")
@formats("text", "json", "markdown")
@common
def command(
    told: Common,
    ref: str,
    definitions: tuple[str, ...],
    frame: str | None,
    variant: str | None,
) -> None:
    """Show how open a release is under every definition and frame."""
    from howopen.report import opened, released  # noqa: PLC0415 - the rooms are heavy

    release = released(ref, offline=told.offline, knowledge=told.knowledge).release
    found = opened(release, told.knowledge, definitions=definitions, frame=frame, variant=variant)
    emit(told, found)
