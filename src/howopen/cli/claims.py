"""`howopen claims REF` or `howopen claims TEXTFILE --about REF`: what is said, and is it true."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from howopen.cli.options import Common, common
from howopen.cli.output import emit, formats


@click.command()
@click.argument("text_or_ref")
@click.option("--about", metavar="REF", help="The release that the text speaks of.")
@formats("text", "json", "markdown")
@common
def command(told: Common, text_or_ref: str, about: str | None) -> None:
    """Find what is said of a release, and whether it is true.

    TEXT_OR_REF is a REF, whose own documents are read, or a text file or - with --about.
    """
    from howopen.report import inspect, read_claims  # noqa: PLC0415 - the rooms are heavy

    knowledge, offline = told.knowledge, told.offline
    if about is None and text_or_ref != "-":
        claims = inspect(text_or_ref, offline=offline, knowledge=knowledge).claims
        emit(told, claims)
        return
    report = inspect(about, offline=offline, knowledge=knowledge) if about else None
    source = sys.stdin.read() if text_or_ref == "-" else Path(text_or_ref)
    emit(told, read_claims(source, about=report, knowledge=knowledge))
