"""Hashes that the places know: equal files are equal models, and not one byte is read."""

from __future__ import annotations

from howopen.kinship.model import Model


def same_files(a: Model, b: Model) -> bool:
    """Tell whether the places know the sha256 of every file of both, and they are the same set."""
    ours, theirs = a.hashes(), b.hashes()
    whole = len(ours) == len(a.files) > 0 and len(theirs) == len(b.files) > 0
    return whole and sorted(ours.values()) == sorted(theirs.values())


def one_file(a: Model, b: Model) -> bool:
    """Tell whether both are the very same files of one folder."""
    same = a.place.ref == b.place.ref and a.place.facts.revision == b.place.facts.revision
    return same and a.files == b.files


def hashes_say(a: Model, b: Model) -> str:
    """Say what the places' hashes tell, as a sentence."""
    ours, theirs = a.hashes(), b.hashes()
    if not ours or not theirs:
        which = " and ".join(one.ref for one, held in ((a, ours), (b, theirs)) if not held)
        return f"no hash of a file of weights is known of {which}"
    shared = set(ours.values()) & set(theirs.values())
    if shared:
        return f"{len(shared)} of {len(ours)} and {len(theirs)} files have equal sha256"
    return "the files' sha256 differ"
