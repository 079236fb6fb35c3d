"""The two sides of a comparison: a license file, the license file of a release, or a known id."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from howopen.errors import RefError, unknown_term
from howopen.formats.text import decode
from howopen.knowledge.licenses import License, license_of
from howopen.knowledge.loader import Knowledge, default
from howopen.knowledge.tags import license_title
from howopen.licenses.clauses import locate
from howopen.licenses.compare import compare
from howopen.licenses.comparison import Compared, LicenseComparison
from howopen.licenses.effects import Fact, facts_of
from howopen.licenses.index import Reference, load
from howopen.licenses.judging import Text
from howopen.licenses.outline import ref_key
from howopen.licenses.passages import Passages, of_reference, of_text
from howopen.licenses.patterns import signs_of
from howopen.licenses.reading import read_with
from howopen.licenses.words import Words
from howopen.release import LicenseReading, Sign

#: what may be meant as the id of a license, and is no other REF
_ID = re.compile(r"[\w.+-]+(?:@[\w.+-]+)?")


def compare_licenses(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    offline: bool = False,
    knowledge: Knowledge | None = None,
) -> LicenseComparison:
    """Compare two licenses clause by clause: what the second changed against the first.

    Args:
        a: a license file, a release with one license file, `REF#path`, or the id of a license that
            we know, such as `llama-3` or `gemma@2024-04-01`.
        b: the other.
        offline: refuse every network call.
        knowledge: what is known; ours when not given.

    Raises:
        RefError: when one names nothing, or several license files or editions.
        PlaceError: when a file cannot be read.
    """
    known = knowledge or default()
    return compare(_side(a, known, offline=offline), _side(b, known, offline=offline))


def _side(ref: str | os.PathLike[str], knowledge: Knowledge, *, offline: bool) -> Text:
    told = os.fspath(ref)
    reference = None if Path(told).exists() else _known(told, knowledge)
    if reference is not None:
        return published(reference, knowledge)
    if not Path(told).exists() and _ID.fullmatch(told):
        raise _unknown(told, knowledge)
    return written(_text_of(told, offline=offline, knowledge=knowledge), told, knowledge)


def _unknown(told: str, knowledge: Knowledge) -> RefError:
    """Name the licenses whose ids are like one that we do not know."""
    near = difflib.get_close_matches(told, sorted(load(knowledge).by_id), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "give a file, or the id of a license"
    return RefError(f"neither a file nor a license that we know: {told[:200]!r}", hint=hint)


def _known(told: str, knowledge: Knowledge) -> Reference | None:
    """Return the published text that an id names, None where it names none.

    Raises:
        RefError: when the id has several editions and none is given.
    """
    ident, _, edition = told.partition("@")
    by_id = load(knowledge).by_id
    same = by_id.get(ident) or next(
        (texts for name, texts in by_id.items() if name.casefold() == ident.casefold()), ()
    )
    texts = [one for one in same if not edition or one.edition == edition]
    editions = sorted({one.ident for one in same if one.edition})
    if same and not texts:
        raise unknown_term(
            f"edition of {ident}", edition, [one.rpartition("@")[2] for one in editions]
        )
    if len({one.edition for one in texts}) > 1:
        hint = "say which: " + ", ".join(editions)
        raise RefError("that license has several editions", path=told, hint=hint)
    return texts[0] if texts else None


def _text_of(ref: str, *, offline: bool, knowledge: Knowledge) -> str:
    """Read the one license file that a REF means.

    Raises:
        RefError: when it has none, or several.
    """
    from howopen.inventory.roles import Roles  # noqa: PLC0415 - not needed for a file
    from howopen.knowledge.components import components_of  # noqa: PLC0415
    from howopen.places import open_place, split_ref  # noqa: PLC0415
    from howopen.release import FileRole  # noqa: PLC0415

    place = open_place(ref, offline=offline)
    _, inner = split_ref(ref)
    entries = place.entries()
    if inner or len(entries) == 1:
        return decode(place.read(inner or entries[0].path)).text
    roles = Roles(components_of(knowledge))
    paths = [one.path for one in entries if roles.of(one.path) is FileRole.LICENSE_TEXT]
    if len(paths) != 1:
        shown = ", ".join(f"{ref}#{path}" for path in paths[:5])
        found = "several license files" if paths else "no license file"
        hint = f"name one: {shown}" if paths else "name a file: REF#path"
        raise RefError(f"{found} in this release", path=place.ref, hint=hint)
    return decode(place.read(paths[0])).text


def written(text: str, source: str, knowledge: Knowledge) -> Text:
    """Make a side of a text.

    Args:
        text: the whole text of a license file.
        source: what to call it.
        knowledge: what is known.
    """
    words = Words(text)
    found = [one.reading for one in read_with(words, load(knowledge), knowledge)]
    reading = next((one for one in found if one.license), found[0])
    license_ = _license(reading.license, reading.edition, knowledge)
    passages = of_text(words)
    facts = facts_of(license_, knowledge) if license_ else ()
    kept = set(_kept(facts, reading))
    signs = signs_of(words.text, knowledge)
    return Text(
        Compared(
            source=source,
            license=reading.license,
            edition=reading.edition,
            name=reading.name,
            modified=reading.modified,
            near=reading.near if reading.license is None else (),
            read=license_ is not None,
        ),
        passages,
        license_,
        tuple(fact for fact in facts if fact in kept),
        tuple(_refs_of(passages, reading)),
        tuple(_signs_of(passages, signs)),
        tuple(_taken(license_, knowledge)),
        frozenset(fact.subject for fact in facts if fact not in kept),
        frozenset(_changed(passages, reading)),
    )


def published(reference: Reference, knowledge: Knowledge) -> Text:
    """Make a side of a published text of which we have only hashes."""
    license_ = _license(reference.id, reference.edition, knowledge)
    located = locate(reference, knowledge)
    passages = of_reference(reference, (one.start for one in located))
    spans = [
        frozenset(
            one.ref
            for one in located
            if one.start <= passages.at[row.stop - 1] and passages.at[row.start] < one.stop
        )
        for row in passages.rows
    ]
    return Text(
        Compared(
            source=reference.ident,
            license=reference.id,
            edition=reference.edition,
            name=reference.entry.name or license_title(knowledge, reference.id),
            modified=False,
            text=False,
            read=license_ is not None,
        ),
        passages,
        license_,
        facts_of(license_, knowledge) if license_ else (),
        tuple(spans),
        (frozenset(),) * len(passages.rows),
        tuple(_taken(license_, knowledge)),
    )


def _license(ident: str | None, edition: str | None, knowledge: Knowledge) -> License | None:
    return license_of(knowledge, ident, edition) if ident else None


def _taken(license_: License | None, knowledge: Knowledge) -> Iterator[tuple[str, Passages]]:
    """Yield the texts that a license takes in and that we have."""
    index = load(knowledge)
    for taken in license_.incorporates if license_ else ():
        for reference in index.texts_of(taken.license)[:1]:
            yield taken.license, of_reference(reference)


def _kept(facts: Iterable[Fact], reading: LicenseReading) -> Iterator[Fact]:
    """Yield the facts of clauses that this copy does not change."""
    changed = [ref_key(one.clause) for one in reading.departures if one.clause]
    for fact in facts:
        key = ref_key(fact.ref)
        if not any(key[: len(one)] == one[: len(key)] for one in changed):
            yield fact


def _changed(passages: Passages, reading: LicenseReading) -> Iterator[int]:
    """Yield the passages on whose lines, or right beside, a copy departs."""
    for at, row in enumerate(passages.rows):
        first, last = passages.lines(row.start, row.stop) or (0, 0)
        if any(
            one.lines[0] <= last + 1 and first - 1 <= one.lines[1] for one in reading.departures
        ):
            yield at


def _refs_of(passages: Passages, reading: LicenseReading) -> Iterator[frozenset[str]]:
    """Yield for each passage the refs of the clauses whose lines it is in."""
    for row in passages.rows:
        first, last = passages.lines(row.start, row.stop) or (0, 0)
        yield frozenset(
            one.ref for one in reading.clauses if one.lines[0] <= last and first <= one.lines[1]
        )


def _signs_of(passages: Passages, signs: Iterable[Sign]) -> Iterator[frozenset[Sign]]:
    for row in passages.rows:
        first, last = passages.lines(row.start, row.stop) or (0, 0)
        yield frozenset(one for one in signs if one.lines[0] <= last and first <= one.lines[1])
