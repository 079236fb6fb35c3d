"""`howopen may ACTION REF`: yes, no or unclear, and why."""

from __future__ import annotations

import click

from howopen.cli.options import (
    Common,
    circumstances,
    common,
    exit_with,
    who_asks,
    with_parents,
)
from howopen.cli.output import emit, formats, warn


@click.command()
@click.argument("action")
@click.argument("ref")
@circumstances
@click.option("--component", metavar="NAME", help="The component meant, such as weights or code.")
@click.option("--variant", metavar="NAME", help="Which of the several models of a release.")
@click.option("--target", metavar="NAME", help="What is trained: own-derivative, other-llm ...")
@click.option("--kind", metavar="NAME", help="Kind of derivative: fine-tune, adapter, delta ...")
@click.option("--exit-code", is_flag=True, help='Exit 1 for "no", 3 for "could not decide".')
@with_parents
@formats("text", "json", "markdown")
@common
def command(
    told: Common,
    action: str,
    ref: str,
    component: str | None,
    variant: str | None,
    parents: tuple[str, ...],
    exit_code: bool,
    **given: object,
) -> None:
    """Answer whether you may do something with a release, and why.

    ACTION is run, study, benchmark, use-outputs, train-on-outputs, distil, fine-tune, merge,
    convert, share, share-derivative, host, embed, sublicense, relicense or use-name; of a data set
    also train-on-data.
    What you do not say becomes a condition of the answer.
    """
    from howopen.knowledge.actions import action_id  # noqa: PLC0415 - the rooms are heavy
    from howopen.reading import released  # noqa: PLC0415
    from howopen.rights import may  # noqa: PLC0415

    who = who_asks(given)
    action_id(told.knowledge, action)  # an unknown action fails before anything is read
    read = released(ref, offline=told.offline, knowledge=told.knowledge, parents=parents)
    warn(read.rooms.gaps, parents)
    release = read.release
    answer = may(
        release, action, who, knowledge=told.knowledge, component=component, variant=variant
    )
    emit(told, answer)
    exit_with(answer.truth, wanted=exit_code)
