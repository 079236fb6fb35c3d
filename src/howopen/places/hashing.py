"""The sha256 of a file of a place, computed on demand and in pieces."""

from __future__ import annotations

import hashlib

from howopen.places.place import Place

_PIECE = 8_000_000


def sha256(place: Place, path: str) -> str:
    """Return a file's sha256 in hex: the place's own where it knows one, else computed.

    Raises:
        PlaceError: when the file is not there or cannot be read.
    """
    for entry in place.entries():
        if entry.path == path and entry.sha256:
            return entry.sha256
    size = place.size(path)
    digest = hashlib.sha256()
    for start in range(0, size, _PIECE):
        digest.update(place.read_range(path, start, min(_PIECE, size - start)))
    return digest.hexdigest()
