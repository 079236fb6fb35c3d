"""`howopen open REF`: every definition, every frame, what is missing, and how far it is."""

from __future__ import annotations

import click

from howopen.cli.options import Common, common
from howopen.cli.output import emit, formats


@click.command()
@click.argument("ref")
@click.option("--by", "definitions", multiple=True, metavar="ID", help="Only this definition.")
@click.option("--frame", metavar="NAME", help="Only this reading of what source is.")
@click.option("--variant", metavar="NAME", help="Only this one of the several models.")
@click.option("--distance", is_flag=True, help="The smallest set of changes to the next level.")
@click.option("--to", metavar="LEVEL", help="The smallest set of changes to this level or score.")
@click.option(
    "--compare",
    "comparing",
    nargs=2,
    metavar="ID ID",
    help="Which criteria make the difference between two definitions.",
)
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="KEY=VALUE",
    help="Answer what files cannot show, such as monetised=no. Repeatable.",
)
@formats("text", "json", "markdown")
@common
def command(
    told: Common,
    ref: str,
    definitions: tuple[str, ...],
    frame: str | None,
    variant: str | None,
    distance: bool,
    to: str | None,
    comparing: tuple[str, str] | None,
    answers: tuple[str, ...],
) -> None:
    """Show how open a release is under every definition and frame."""
    from howopen.reading import released  # noqa: PLC0415 - the rooms are heavy
    from howopen.report import opened  # noqa: PLC0415

    replies = pairs(answers)
    read = released(ref, offline=told.offline, knowledge=told.knowledge)
    found = opened(
        read.release,
        told.knowledge,
        definitions=definitions,
        frame=frame,
        variant=variant,
        answers=replies,
        distance=distance,
        to=to,
        comparing=comparing,
        documents=read.documents,
    )
    emit(told, found)


def pairs(given: tuple[str, ...]) -> dict[str, str]:
    """Read the `--answer KEY=VALUE` options.

    Raises:
        UsageError: when one is not of that form.
    """
    found = {}
    for answer in given:
        key, equals, value = answer.partition("=")
        if not (equals and key.strip() and value.strip()):
            raise click.UsageError(f"--answer {answer}: write KEY=VALUE, such as monetised=no")
        found[key.strip()] = value.strip()
    return found
