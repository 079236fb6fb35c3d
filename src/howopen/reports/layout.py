"""Which page is laid out for which thing."""

from __future__ import annotations

from collections.abc import Sequence

from howopen.answer import Answer, Claim
from howopen.release import LicenseReading
from howopen.reports.blocks import Block, Line, Section, words


def blocks_of(thing: object, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay out a thing.

    Raises:
        TypeError: for a thing that no page is laid out for.
    """
    if isinstance(thing, Sequence) and not isinstance(thing, str):
        return _several(thing, verbose=verbose)
    return _one(thing, verbose=verbose)


def _several(things: Sequence[object], *, verbose: bool) -> tuple[Block, ...]:
    from howopen.reports import answers as pages  # noqa: PLC0415

    if not things:
        return (Line(words=words("Nothing was found."), lead=True),)
    answers = [each for each in things if isinstance(each, Answer)]
    if answers:
        return pages.rights_blocks(answers)
    claims = [each for each in things if isinstance(each, Claim)]
    if claims:
        return pages.claim_blocks(claims)
    if len(things) == 1:
        return _one(things[0], verbose=verbose)
    return tuple(_titled(each, verbose=verbose) for each in things)


def _titled(thing: object, *, verbose: bool) -> Block:
    """Put one of several things under the path of the file it was read from."""
    from howopen.reports.labels import place_of  # noqa: PLC0415

    seen = thing.evidence if isinstance(thing, LicenseReading) else ()
    title = place_of(seen[0]) if seen else "a text"
    blocks = (
        Line(words=each.words) if isinstance(each, Line) else each
        for each in _one(thing, verbose=verbose)
    )
    return Section(title=title, verbatim=True, blocks=tuple(blocks))


def _one(thing: object, *, verbose: bool) -> tuple[Block, ...]:
    from howopen.reports import answers as pages  # noqa: PLC0415
    from howopen.reports.explain import Explanation  # noqa: PLC0415

    if isinstance(thing, Answer):
        return pages.answer_blocks(thing, verbose=verbose)
    if isinstance(thing, LicenseReading):
        return pages.license_blocks(thing, verbose=verbose)
    if isinstance(thing, Explanation):
        from howopen.reports.pages import explanation_blocks  # noqa: PLC0415

        return explanation_blocks(thing)
    return _whole(thing, verbose=verbose)


def _whole(thing: object, *, verbose: bool) -> tuple[Block, ...]:
    from howopen.report import Opened, Report  # noqa: PLC0415
    from howopen.reports import answers as pages  # noqa: PLC0415
    from howopen.reports.pages import publishing_blocks  # noqa: PLC0415
    from howopen.reports.sections import report_blocks  # noqa: PLC0415
    from howopen.rights.publishing import Publishing  # noqa: PLC0415
    from howopen.rights.survival import Survival  # noqa: PLC0415

    if isinstance(thing, Report):
        return report_blocks(thing, verbose=verbose)
    if isinstance(thing, Opened):
        return pages.open_blocks(thing, verbose=verbose)
    if isinstance(thing, Publishing):
        return publishing_blocks(thing)
    if isinstance(thing, Survival):
        from howopen.reports.survival import survival_blocks  # noqa: PLC0415

        return survival_blocks(thing)
    return _compared(thing, verbose=verbose)


def _compared(thing: object, *, verbose: bool) -> tuple[Block, ...]:
    from howopen.licenses.comparison import LicenseComparison  # noqa: PLC0415
    from howopen.reports.compare import comparison_blocks  # noqa: PLC0415

    if isinstance(thing, LicenseComparison):
        return comparison_blocks(thing, verbose=verbose)
    return _kinship(thing, verbose=verbose)


def _kinship(thing: object, *, verbose: bool) -> tuple[Block, ...]:
    from howopen.kinship.lookup import Added, Nearest  # noqa: PLC0415
    from howopen.kinship.result import Kinship  # noqa: PLC0415
    from howopen.reports import kin  # noqa: PLC0415

    if isinstance(thing, Kinship):
        return kin.kin_blocks(thing, verbose=verbose)
    if isinstance(thing, Nearest):
        return kin.nearest_blocks(thing)
    if isinstance(thing, Added):
        return kin.added_blocks(thing)
    raise TypeError(f"no page is laid out for {type(thing).__name__}")
