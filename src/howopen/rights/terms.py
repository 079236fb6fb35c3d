"""Walk a tree of terms."""

from __future__ import annotations

from howopen.release import Grant, LicenseReading, Single, Terms


def readings(grant: Grant | None) -> tuple[LicenseReading, ...]:
    """List the licenses of a grant in order."""
    return () if grant is None or grant.terms is None else _leaves(grant.terms)


def _leaves(terms: Terms) -> tuple[LicenseReading, ...]:
    if isinstance(terms, Single):
        return (terms.reading,)
    return tuple(reading for one in terms.of for reading in _leaves(one))
