"""`howopen rights REF`: the whole table, and what a publisher of a derivative may and must do."""

from __future__ import annotations

import click

from howopen.cli.options import Common, circumstances, common, who_asks, with_parents
from howopen.cli.output import emit, formats


@click.command()
@click.argument("ref")
@circumstances
@click.option("--variant", metavar="NAME", help="Which of the several models of a release.")
@click.option("--publishing", is_flag=True, help="What publishing it takes, given its parents.")
@click.option(
    "--of-derivative", "kind", metavar="KIND", help="What publishing a derivative of it takes."
)
@click.option("--survival", is_flag=True, help="What is left of it without its publisher.")
@with_parents
@formats("text", "json", "markdown")
@common
def command(
    told: Common,
    ref: str,
    variant: str | None,
    parents: tuple[str, ...],
    publishing: bool,
    kind: str | None,
    survival: bool,
    **given: object,
) -> None:
    """Show all that may be done with a release, and what is owed."""
    from howopen.report import released  # noqa: PLC0415 - the rooms are heavy
    from howopen.rights import publishing as publish  # noqa: PLC0415
    from howopen.rights import releasing, rights_by_variant, rights_table  # noqa: PLC0415
    from howopen.rights import survival as survives  # noqa: PLC0415

    who = who_asks(given)
    knowledge = told.knowledge
    release = released(ref, offline=told.offline, knowledge=knowledge, parents=parents).release
    if survival:
        emit(told, survives(release, knowledge, variant=variant))
    elif kind:
        emit(told, publish(release, knowledge, kind, variant=variant, who=who))
    elif publishing:
        emit(told, releasing(release, knowledge, variant=variant, who=who))
    elif variant:
        emit(told, rights_table(release, who, knowledge, variant=variant))
    else:
        emit(told, rights_by_variant(release, who, knowledge))
