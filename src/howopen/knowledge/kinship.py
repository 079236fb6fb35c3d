"""How much is sampled, and from which numbers on a relation is said (`kinship.toml`), typed."""

from __future__ import annotations

import datetime as dt

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Sampling(Data, frozen=True, kw_only=True):
    """How much of two models is read; numbers of rows, bytes and tensors, see the file."""

    matrices: int
    bytes: int
    least_rows: int
    most_rows: int
    least_values: int
    vectors: int
    tokens: int
    column_tokens: int
    column_bytes: int
    whole_bytes: int
    rank_rows: int
    rank_bytes: int
    candidates: int
    candidate_rows: int


class Threshold(Data, frozen=True, kw_only=True):
    """A number from which on something is said, and how often that is wrong.

    Attributes:
        value: the number.
        pairs: over how many independent pairs it was measured.
        false_positives: how many of them lie beyond it.
        source: what was measured.
    """

    value: float
    pairs: int
    false_positives: int
    source: str


class Thresholds(Data, frozen=True, kw_only=True):
    """All thresholds.

    Attributes:
        related_r: one matrix is related.
        related_z: and this far from chance.
        weak_r: the median of all matrices is more than chance.
        weak_z: and all together are this far from it.
        derived_r: the median is above what twins of one seed reach, where vectors do not tell.
        learned_r: vectors that hold nothing of an initialisation agree.
        learned_matrices_r: and the median of matrices does.
        frozen_share: this share of the values was never changed.
        same_r: one matrix may be an image of the other.
        content_z: two matrices without names belong together.
        pruned_zeros: zeros are looked at.
        matrices: how many matrices carry a verdict.
    """

    related_r: Threshold
    related_z: Threshold
    weak_r: Threshold
    weak_z: Threshold
    derived_r: Threshold
    learned_r: Threshold
    learned_matrices_r: Threshold
    frozen_share: Threshold
    same_r: Threshold
    content_z: Threshold
    pruned_zeros: Threshold
    matrices: Threshold


class KinshipRules(Data, frozen=True, kw_only=True):
    """The file `kinship.toml`."""

    read: dt.date
    sampling: Sampling
    thresholds: Thresholds


def kinship_rules(knowledge: Knowledge) -> KinshipRules:
    """Read how much is sampled and what the thresholds are."""
    return knowledge.table("kinship.toml", KinshipRules)
