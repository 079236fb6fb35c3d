"""The `howopen` command: finds the subcommand, runs it, turns errors into exit code 2."""

from __future__ import annotations

import difflib
import gc
import os
import sys
from importlib import import_module

import click

from howopen import __version__
from howopen.errors import HowopenError

#: Each command, its module, and its one line in `--help` (tested to equal its own first line).
COMMANDS = {
    "show": ("howopen.cli.show", "Report on a release: what is there, on which terms, how open."),
    "may": ("howopen.cli.may", "Answer whether you may do something with a release, and why."),
    "rights": ("howopen.cli.rights", "Show all that may be done with a release, and what is owed."),
    "open": ("howopen.cli.open", "Show how open a release is under every definition and frame."),
    "claims": ("howopen.cli.claims", "Find what is said of a release, and whether it is true."),
    "license": (
        "howopen.cli.license",
        "Say which license a text is, clause by clause, or compare two.",
    ),
    "kin": ("howopen.cli.kin", "Say whether weights are related, how, and which comes from which."),
    "explain": ("howopen.cli.explain", "Explain a code, definition, clause or term, offline."),
}

EPILOG = """\b
REF is a folder, a file, pypi:name[==version], hf:owner/name[@revision] (or a bare owner/name),
or a manifest. `howopen REF` is `howopen show REF`. REF#path names one file in it.
\b
Examples:
  howopen ./my-model
  howopen may share pypi:silero-vad==6.2.3 --purpose commercial
  howopen open hf:allenai/OLMo-2-1124-7B --by osaid-1.0
\b
Exit codes: 0 answered or reported; 2 usage, or nothing readable;
with --exit-code also 1 for "no" and 3 for "could not decide".
"""


class LazyGroup(click.Group):
    """A group that imports a command when it is called, and takes a bare REF for `show`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module; its `command` is the command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - a fact about our own table
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `show` before a first argument that is no command."""
        first = next((arg for arg in args if not arg.startswith("-")), None)
        if first is not None and first not in COMMANDS and "--help" not in args:
            _mistyped(first, args)
            args = ["show", *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _mistyped(first: str, args: list[str]) -> None:
    """Refuse a word that looks like a command and is none, where it names no file either.

    Raises:
        UsageError: with the near commands.
    """
    plain = first.isalpha() and not os.path.lexists(first)
    near = difflib.get_close_matches(first, COMMANDS, n=2, cutoff=0.6)
    others = [arg for arg in args[args.index(first) + 1 :] if not arg.startswith("-")]
    if plain and (near or others):
        hint = "did you mean " + " or ".join(near) if near else "known: " + ", ".join(COMMANDS)
        raise click.UsageError(f"{first!r} is no command and no file ({hint})")


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="howopen")
def cli() -> None:
    """Say what an AI release holds, what you may do with it, and how open it is.

    Every answer comes from the release's own bytes, with its evidence: file, lines, words.
    """


def main() -> None:
    """Run the command line and exit."""
    gc.set_threshold(100_000)  # what a command makes it mostly keeps, so there is little to collect
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        # the reader of a pipe, such as `head`, has gone; Python would complain once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except HowopenError as error:
        if "--debug" in sys.argv:
            raise
        click.echo(f"howopen: {error}", err=True)
        sys.exit(2)
