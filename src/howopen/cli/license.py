"""`howopen license FILE|REF`: which text, which edition, every departure; `A B`: what B changed."""

from __future__ import annotations

import click

from howopen.cli.options import Common, common
from howopen.cli.output import emit, formats


@click.command()
@click.argument("ref")
@click.argument("other", required=False)
@formats("text", "json", "markdown")
@common
def command(told: Common, ref: str, other: str | None) -> None:
    """Say which license a text is, clause by clause, or compare two.

    REF is a license file, or a release whose license files are all read. With OTHER, say clause by
    clause what OTHER changed against REF; each is a license file, a release with one license
    file, REF#path, or the id of a license, such as llama-3.1 or gemma@2024-04-01.
    """
    # the rooms are heavy
    if other is None:
        from howopen.licenses.files import read_licenses  # noqa: PLC0415

        emit(told, read_licenses(ref, offline=told.offline, knowledge=told.knowledge))
        return
    from howopen.licenses.sides import compare_licenses  # noqa: PLC0415

    emit(told, compare_licenses(ref, other, offline=told.offline, knowledge=told.knowledge))
