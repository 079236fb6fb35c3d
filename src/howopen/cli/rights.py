"""`howopen rights REF`: the whole table, and what a publisher of a derivative may and must do."""

from __future__ import annotations

import click

from howopen.answer import Answer, Circumstances
from howopen.cli.options import Common, circumstances, common, who_asks, with_parents
from howopen.cli.output import emit, formats, warn
from howopen.release import Release


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
@formats("text", "json", "markdown", "odrl")
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
    from howopen.reading import released  # noqa: PLC0415 - the rooms are heavy
    from howopen.rights import publishing as publish  # noqa: PLC0415
    from howopen.rights import releasing, rights_by_variant, rights_table  # noqa: PLC0415
    from howopen.rights import survival as survives  # noqa: PLC0415

    if told.form == "odrl" and (survival or publishing or kind):
        raise click.UsageError("--format odrl writes the table: ask for no other page with it")
    who = who_asks(given)
    knowledge = told.knowledge
    read = released(ref, offline=told.offline, knowledge=knowledge, parents=parents)
    warn(read.rooms.gaps, parents)
    release = read.release
    if survival:
        emit(told, survives(release, knowledge, variant=variant))
    elif kind:
        emit(told, publish(release, knowledge, kind, variant=variant, who=who))
    elif publishing:
        emit(told, releasing(release, knowledge, variant=variant, who=who))
    elif variant:
        _table(told, release, rights_table(release, who, knowledge, variant=variant), who)
    else:
        _table(told, release, rights_by_variant(release, who, knowledge), who)


def _table(told: Common, release: Release, answers: tuple[Answer, ...], who: Circumstances) -> None:
    """Write a table of answers, or the policy that says the same."""
    if told.form != "odrl":
        emit(told, answers)
        return
    from howopen.reports.odrl import policy  # noqa: PLC0415 - seldom needed

    emit(told, policy(release, answers, who, told.knowledge))
