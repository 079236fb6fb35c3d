"""`howopen explain TERM`: the documentation, offline."""

from __future__ import annotations

import click

from howopen.cli.options import Common, common
from howopen.cli.output import emit, formats


@click.command()
@click.argument("term")
@formats("text", "json", "markdown")
@common
def command(told: Common, term: str) -> None:
    """Explain a code, definition, clause or term, offline.

    TERM is a finding code (HO201), a definition (osaid-1.0), a license or clause (llama-2#1.b.v),
    an action, duty, component, relation or effect (share, give-copy, weights, adapter, reaches).
    """
    from howopen.reports.explain import explain  # noqa: PLC0415

    emit(told, explain(term, told.knowledge))
