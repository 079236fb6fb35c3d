"""How a command's result reaches the user: in the chosen format, on stdout or in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from howopen.cli.options import Common
from howopen.cli.progress import stop
from howopen.errors import HowopenError
from howopen.reports import FORMATS, picture, render

if TYPE_CHECKING:
    from howopen.release import Gap


def formats(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add `--format` with the formats a command can write."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to write the answer.",
    )


def emit(told: Common, thing: object) -> None:
    """Write a result to stdout, in the chosen format."""
    text = render(thing, told.form, verbose=told.verbose)
    stop()
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def warn(gaps: Sequence[Gap], parents: Sequence[str]) -> None:
    """Tell on stderr what could not be read of parents that were asked to be read."""
    for gap in gaps if parents else ():
        if "rights" in gap.weakens:
            told = gap.why if gap.why.startswith(gap.where) else f"{gap.where}: {gap.why}"
            hint = f" ({gap.hint})" if gap.hint and gap.hint not in told else ""
            click.echo(f"howopen: {told}{hint}", err=True)


def destinations(
    outputs: tuple[str, ...], known: Sequence[str] = FORMATS
) -> list[tuple[str, Path]]:
    """Read the `-o FORMAT=PATH` options, before anything else is done.

    Args:
        outputs: the options as given.
        known: the formats that the command can write.

    Raises:
        UsageError: when one is not of that form.
    """
    wanted = []
    for output in outputs:
        form, equals, path = output.partition("=")
        if not (equals and path and form in known):
            raise click.UsageError(
                f"-o {output}: write FORMAT=PATH with a format of {', '.join(known)}"
            )
        wanted.append((form, Path(path)))
    return wanted


def save(told: Common, thing: object, form: str, path: Path) -> None:
    """Write a result to a file.

    Raises:
        HowopenError: when the file cannot be written.
    """
    if form == "png":
        data = picture(thing)
    else:
        data = render(thing, form, width=100, color=False, verbose=told.verbose).encode()
    try:
        path.write_bytes(data)
    except OSError as error:
        raise HowopenError(
            f"cannot write: {error.strerror}", path=str(path), hint="choose another path for -o"
        ) from error
