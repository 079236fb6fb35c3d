"""Trees of terms made of statements: choices as written, otherwise all of them; never a guess."""

from __future__ import annotations

from collections.abc import Iterable

from howopen.release import AllOf, AnyOf, Evidence, LicenseReading, Single, Statement, Terms


def seen_in(chosen: Iterable[Statement]) -> tuple[Evidence, ...]:
    """Return where statements were seen, each place once."""
    return tuple(dict.fromkeys(one.evidence for one in chosen))


def joined(chosen: list[Statement]) -> Terms:
    """Join what the winning sources say: choices as written, otherwise all of them."""
    groups: list[Terms] = []
    for sight in seen_in(chosen):
        held = [one for one in chosen if one.evidence == sight]
        leaves: list[Terms] = [Single(reading=reading) for reading in _distinct(held)]
        if len(leaves) == 1:
            joined = leaves[0]
        elif held[0].choice:
            joined = AnyOf(of=tuple(leaves))
        else:
            joined = AllOf(of=tuple(leaves))
        if not any(_same(joined, other) for other in groups):
            groups.append(joined)
    if len(groups) == 1:
        return groups[0]
    return AllOf(of=tuple(groups)) if chosen[0].rank == "text" else _undecided(chosen)


def _undecided(chosen: list[Statement]) -> Terms:
    """Say that labels of equal weight disagree; no license is made of several."""
    ids = [ident for one in chosen for ident in (one.reading.license, *one.reading.near) if ident]
    why = "several places of equal weight name different licenses"
    reading = LicenseReading(
        license=None,
        via=chosen[0].reading.via,
        near=tuple(dict.fromkeys(ids)),
        why=why,
        evidence=seen_in(chosen),
    )
    return Single(reading=reading)


def _distinct(held: list[Statement]) -> list[LicenseReading]:
    found: list[LicenseReading] = []
    for one in held:
        if one.reading not in found:
            found.append(one.reading)
    return found


def _same(one: Terms, two: Terms) -> bool:
    """Return whether two sources say the same license; the first keeps its place."""
    if isinstance(one, Single) and isinstance(two, Single):
        a, b = one.reading, two.reading
        if a == b:
            return True
        same = a.license is not None and (a.license, a.edition) == (b.license, b.edition)
        return same and not (a.departures or b.departures)
    return ids_of(one) == ids_of(two) and None not in ids_of(one)


def ids_of(terms: Terms | None) -> tuple[str | None, ...]:
    """Return the license ids of a tree of terms, in order."""
    if terms is None:
        return ()
    if isinstance(terms, Single):
        return (terms.reading.license,)
    return tuple(ident for one in terms.of for ident in ids_of(one))


def readings_of_terms(terms: Terms | None) -> tuple[LicenseReading, ...]:
    """Return the readings of a tree of terms, in order."""
    if terms is None:
        return ()
    if isinstance(terms, Single):
        return (terms.reading,)
    return tuple(reading for one in terms.of for reading in readings_of_terms(one))


#: how people write that they give no license
_NONE_GIVEN = frozenset({"unlicensed", "no license", "no licence", "not licensed", "none"})


def says_unlicensed(reading: LicenseReading) -> bool:
    """Tell whether a source says that no license is given, which is not that it is unknown."""
    return reading.license is None and reading.name.strip().casefold() in _NONE_GIVEN
