"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from howopen.answer import Circumstances, Truth
from howopen.cli.progress import progress
from howopen.knowledge.loader import Knowledge

Command = Callable[..., None]

#: Exit codes of `--exit-code`.
EXIT = {Truth.YES: 0, Truth.NA: 0, Truth.NO: 1, Truth.UNCLEAR: 3}


#: `--with`, for the commands that follow lineage.
with_parents = click.option(
    "--with",
    "parents",
    multiple=True,
    metavar="REF",
    help="Read the terms of a parent from this REF too. Repeatable.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every command was told: the format, how much, and with which knowledge."""

    form: str
    verbose: bool
    offline: bool
    knowledge: Knowledge


def common(command: Command) -> Command:
    """Add what every command understands; it arrives as one first argument."""

    @click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
    @click.option("-v", "--verbose", is_flag=True, help="The full proof, with quotes.")
    @click.option("--offline", is_flag=True, help="Refuse every network call.")
    @click.option(
        "--knowledge",
        "folders",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="Your own licenses and definitions, before ours. Repeatable.",
    )
    @click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
    @functools.wraps(command)
    def wrapped(
        *args: object,
        form: str,
        as_json: bool,
        verbose: bool,
        offline: bool,
        folders: tuple[Path, ...],
        debug: bool,
        **given: object,
    ) -> None:
        told = Common(
            form="json" if as_json else form,
            verbose=verbose,
            offline=offline,
            knowledge=Knowledge(*folders),
        )
        with progress():
            command(told, *args, **given)

    return wrapped


def circumstances(command: Command) -> Command:
    """Add the circumstances of a question about rights; they arrive as keywords."""
    for option in reversed(_CIRCUMSTANCES):
        command = option(command)
    return command


_CIRCUMSTANCES = [
    click.option(
        "--purpose",
        type=click.Choice(["commercial", "research", "personal", "internal"]),
        help="What it is for.",
    ),
    click.option(
        "--org",
        type=click.Choice(["person", "company", "academic", "government", "military"]),
        help="What you are.",
    ),
    click.option(
        "--role",
        type=click.Choice(["licensee", "end-user"]),
        help="Licensee, or end user of somebody's product.",
    ),
    click.option("--based-in", metavar="CC", help="Domicile or principal place of business."),
    click.option("--in", "used_in", metavar="CC", help="Where it is used (ISO 3166, or EU)."),
    click.option("--mau", type=click.IntRange(0), help="Monthly active users now."),
    click.option(
        "--mau-at-release",
        type=click.IntRange(0),
        help="Monthly active users, affiliates included, in the month before its release.",
    ),
    click.option("--revenue", type=click.IntRange(0), help="Yearly revenue in USD."),
    click.option("--field", metavar="NAME", help="Field of use (see `howopen explain fields`)."),
    click.option("--modality", metavar="NAME", help="text, image, audio, multimodal ..."),
    click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help="The date of the question; today when left out.",
    ),
]


def who_asks(given: dict[str, object]) -> Circumstances:
    """Build the circumstances from the options; what was not given stays unsaid."""
    from howopen.answer import circumstances_of  # noqa: PLC0415 - not needed for --help

    named = {key: value for key, value in given.items() if value is not None}
    as_of = named.get("as_of")
    if isinstance(as_of, dt.datetime):
        named["as_of"] = as_of.date()
    return circumstances_of(**named)


def exit_with(truth: Truth, *, wanted: bool) -> None:
    """Exit by the answer, where `--exit-code` asks for it."""
    if wanted:
        sys.exit(EXIT[truth])
