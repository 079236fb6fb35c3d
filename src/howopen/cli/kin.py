"""`howopen kin REF REF...`: are the weights related; `--index`: which known model is nearest."""

from __future__ import annotations

from pathlib import Path

import click

from howopen.cli.options import Common, common
from howopen.cli.output import destinations, emit, formats, save


@click.command()
@click.argument("refs", nargs=-1, required=True)
@click.option(
    "--index",
    "library",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DB",
    help="A library of sketches: find the models nearest to REF in it.",
)
@click.option("--add", is_flag=True, help="With --index: add each REF to the library.")
@click.option("--full", is_flag=True, help="Read all weights, not samples.")
@click.option(
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    help="Also write to a file: text, json, markdown, html or png. Repeatable.",
)
@formats("text", "json", "markdown", "html")
@common
def command(
    told: Common,
    refs: tuple[str, ...],
    library: Path | None,
    add: bool,
    full: bool,
    outputs: tuple[str, ...],
) -> None:
    """Say whether weights are related, how, and which comes from which.

    The first REF is compared with every other one; several others are taken as possible parents of
    a merge, too. A REF#path names one file of weights in a place that holds several models.
    """
    wanted = destinations(outputs, (*PICTURES, "text", "json", "markdown", "html"))
    found = _asked(told, refs, library, add=add, full=full)
    for form, path in wanted:
        save(told, found, form, path)
    emit(told, found)


#: Formats that are pictures.
PICTURES = ("png",)


def _asked(
    told: Common, refs: tuple[str, ...], library: Path | None, *, add: bool, full: bool
) -> object:
    """Do what the options ask for.

    Raises:
        UsageError: when they contradict each other.
    """
    from howopen.kinship import kin  # noqa: PLC0415 - heavy
    from howopen.kinship.lookup import add_to_library, find_in_library  # noqa: PLC0415

    if library is None:
        if add:
            raise click.UsageError("--add needs --index DB: the library to add to")
        if len(refs) < 2:
            raise click.UsageError("give two REFs to compare, or --index DB to look one up in")
        return kin(*refs, offline=told.offline, full=full, knowledge=told.knowledge)
    if full:
        raise click.UsageError("--full reads two models whole; a library holds sketches")
    if add:
        return add_to_library(library, refs, offline=told.offline, knowledge=told.knowledge)
    if len(refs) != 1:
        raise click.UsageError("one REF is looked up at a time; --add adds several")
    return find_in_library(library, refs[0], offline=told.offline, knowledge=told.knowledge)
