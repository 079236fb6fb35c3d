"""`kin`: from REFs to a verdict."""

from __future__ import annotations

from howopen.kinship.ladder import compare
from howopen.kinship.model import Model
from howopen.kinship.opening import open_model
from howopen.kinship.result import Kinship
from howopen.knowledge.loader import Knowledge
from howopen.places.opening import open_place, split_ref


def kin(
    a: str,
    b: str,
    *others: str,
    offline: bool = False,
    full: bool = False,
    knowledge: Knowledge | None = None,
) -> Kinship:
    """Say how the weights of two models are related, or of one and several possible parents.

    Args:
        a: REF of the first model; `REF#path` names one file of a place with several models.
        b: REF of the second.
        others: REFs of further models; the first is then held against all of them.
        offline: whether the network must not be touched.
        full: read everything, not samples.
        knowledge: thresholds and names; our own when left out.

    Raises:
        RefError: when a REF names nothing, no weights, or several models.
        PlaceError: when a place cannot be read.
        FormatError: when an index of shards names a file outside its folder.
    """
    held = [_open(ref, offline, knowledge) for ref in (a, b, *others)]
    return compare(held[0], held[1], against=held[2:], full=full, knowledge=knowledge)


def _open(ref: str, offline: bool, knowledge: Knowledge | None) -> Model:
    """Open the model that a REF names."""
    place = open_place(ref, offline=offline)
    return open_model(place, split_ref(ref)[1], knowledge=knowledge)
