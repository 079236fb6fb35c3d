"""`howopen license FILE|REF`: which text, which edition, clause by clause, every departure."""

from __future__ import annotations

import click

from howopen.cli.options import Common, common
from howopen.cli.output import emit, formats


@click.command()
@click.argument("ref")
@formats("text", "json", "markdown")
@common
def command(told: Common, ref: str) -> None:
    """Say which license a text is, clause by clause.

    REF is a license file, or a release whose license files are all read.
    """
    from howopen.licenses.files import read_licenses  # noqa: PLC0415 - the rooms are heavy

    emit(told, read_licenses(ref, offline=told.offline, knowledge=told.knowledge))
