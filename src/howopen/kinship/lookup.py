"""Filling a library of sketches from REFs, and looking an unknown model up in one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from howopen.errors import HowopenError
from howopen.kinship.library import Candidate, Library
from howopen.kinship.opening import open_model
from howopen.kinship.result import Kinship
from howopen.kinship.sketch import Sketch, sketch
from howopen.knowledge.loader import Knowledge
from howopen.places import open_place, split_ref
from howopen.release import Gap, Noun

#: A nearest model at least this far from strangers is compared weight by weight; strangers reach
#: it once in 10^15 pairs.
VERIFY_Z = 8.0


class Added(Noun, frozen=True, kw_only=True):
    """What an addition to a library did.

    Attributes:
        library: the folder.
        added: REFs that are new.
        known: REFs that were there already.
        models: how many models the library holds now.
        bytes_read: bytes of all models that were read.
        gaps: REFs that could not be sketched, and why.
    """

    library: str
    added: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    models: int = 0
    bytes_read: int = 0
    gaps: tuple[Gap, ...] = ()


class Nearest(Noun, frozen=True, kw_only=True):
    """The models of a library that are nearest to one.

    Attributes:
        ref: the model that was looked up.
        library: the folder.
        models: how many models were searched.
        candidates: the nearest, the most alike first.
        kinship: the first candidate compared weight by weight, where it is at hand and stands out.
        bytes_read: bytes read to sketch the model.
        gaps: what could not be read.
    """

    ref: str
    library: str
    models: int
    candidates: tuple[Candidate, ...] = ()
    kinship: Kinship | None = None
    bytes_read: int = 0
    gaps: tuple[Gap, ...] = ()


def add_to_library(
    folder: Path, refs: Sequence[str], *, offline: bool = False, knowledge: Knowledge | None = None
) -> Added:
    """Sketch models and add them to a library; one that cannot be read does not stop the others.

    Args:
        folder: the library; made when it is not there.
        refs: REFs of models.
        offline: refuse every network call.
        knowledge: patterns of names; our own when left out.
    """
    made, gaps = list[Sketch](), list[Gap]()
    for ref in refs:
        try:
            made.append(sketch_of(ref, offline=offline, knowledge=knowledge))
        except HowopenError as error:
            why, hint = error.message, error.hint
            gaps.append(Gap(where=ref, why=why, weakens=("kinship",), hint=hint))
    library = Library(folder)
    fresh = frozenset(library.add(made))
    return Added(
        library=str(folder),
        added=tuple(one.ref for one in made if one.ref in fresh),
        known=tuple(one.ref for one in made if one.ref not in fresh),
        models=len(library),
        bytes_read=sum(one.bytes_read for one in made),
        gaps=tuple(gaps),
    )


def sketch_of(ref: str, *, offline: bool = False, knowledge: Knowledge | None = None) -> Sketch:
    """Sketch the model that a REF names.

    Raises:
        HowopenError: when the REF names nothing, or several models, or none can be read.
    """
    place = open_place(ref, offline=offline)
    return sketch(open_model(place, split_ref(ref)[1], knowledge=knowledge))


def find_in_library(
    folder: Path,
    ref: str,
    *,
    offline: bool = False,
    knowledge: Knowledge | None = None,
    most: int = 10,
) -> Nearest:
    """Find what a model is made from among the models of a library.

    Args:
        folder: the library.
        ref: REF of the model.
        offline: refuse every network call.
        knowledge: patterns of names; our own when left out.
        most: how many candidates to return.

    Raises:
        HowopenError: when the model cannot be sketched or there is no library.
    """
    asked = sketch_of(ref, offline=offline, knowledge=knowledge)
    library = Library(folder)
    candidates = library.nearest(asked, most)
    kinship: Kinship | None = None
    gaps: tuple[Gap, ...] = ()
    best = next((one for one in candidates if one.ref != asked.ref), None)
    if best is not None and best.z >= VERIFY_Z:
        kinship, gaps = _verified(asked.ref, best.ref, offline, knowledge)
    return Nearest(
        ref=asked.ref,
        library=str(folder),
        models=len(library),
        candidates=candidates,
        kinship=kinship,
        bytes_read=asked.bytes_read,
        gaps=gaps,
    )


def _verified(
    ref: str, best: str, offline: bool, knowledge: Knowledge | None
) -> tuple[Kinship | None, tuple[Gap, ...]]:
    """Compare a model with the best candidate where that lies on this machine.

    A candidate elsewhere is not fetched: the library only says where it was.
    """
    from howopen.kinship.asking import kin  # noqa: PLC0415 - the ladder is heavy

    try:
        return kin(ref, best, offline=True, knowledge=knowledge), ()
    except HowopenError as error:
        hint = f"compare them: howopen kin {ref} {best}"
        why = f"not compared weight by weight: {error.message}"
        return None, (Gap(where=best, why=why, weakens=("kinship",), hint=hint),)
