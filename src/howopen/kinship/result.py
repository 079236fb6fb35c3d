"""What a comparison of weights returns: a verdict, its evidence, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from howopen.release import Direction, Gap, Noun, Relation


class Kin(StrEnum):
    """How the weights of two models are related, the closest first."""

    #: the same bytes in every tensor
    IDENTICAL = "identical"
    #: the same values in another container, sharding, naming or layout
    RE_ENCODED = "re-encoded"
    #: the same values at a lower precision: cast or quantised
    QUANTISED = "quantised"
    #: trained further from the other
    DERIVED = "derived"
    #: a small addition to the other, such as a LoRA
    ADAPTER = "adapter"
    #: the difference between a fine-tune and its base
    DELTA = "delta"
    #: a weighted sum of several models
    MERGE = "merge"
    #: weights of the other set to zero or cut away
    PRUNED = "pruned"
    #: rows of the vocabulary added, removed or reordered
    VOCABULARY_CHANGED = "vocabulary-changed"
    #: layers of the other dropped, repeated or stacked
    LAYERS_REARRANGED = "layers-rearranged"
    #: a permuted, rotated or rescaled copy
    DISGUISED = "disguised"
    #: one initialisation or one ancestor; which of them cannot be told
    SHARED_ANCESTRY = "shared-ancestry"
    #: more than chance allows, less than a relation shows
    WEAK_TRACE = "weak-trace"
    #: no weight relation was found, which does not exclude distillation
    UNRELATED = "unrelated"
    #: nothing could be compared, and why
    INCOMPARABLE = "incomparable"


class Rung(StrEnum):
    """A step of the ladder, the cheapest first; the ladder stops where a verdict is certain."""

    #: hashes that the places know: no bytes of weights
    HASHES = "hashes"
    #: names, shapes, types and roles of tensors
    HEADERS = "headers"
    #: sampled rows of matrices of one role
    ROWS = "rows"
    #: embedding rows of the same tokens
    EMBEDDINGS = "embeddings"
    #: matching of columns, to see through permutation, rotation and rescaling
    COLUMNS = "columns"
    #: differences: merges, low rank, zeros, grids, layer maps
    STRUCTURE = "structure"
    #: everything, on request
    FULL = "full"


class Step(Noun, frozen=True, kw_only=True):
    """One rung that ran.

    Attributes:
        rung: which.
        says: what it found, as a sentence.
        bytes_read: bytes of both models that it read.
        requests: reads or network requests that it made.
    """

    rung: Rung
    says: str
    bytes_read: int = 0
    requests: int = 0


class Statistic(Noun, frozen=True, kw_only=True):
    """One number, against what independence would give.

    Attributes:
        name: for example `median r`.
        value: the number.
        z: standard deviations from the null's mean, None where there is no null.
        n: how many values or tensors it rests on.
        null: the null it is held against, in words with its source.
    """

    name: str
    value: float
    z: float | None = None
    n: int = 0
    null: str = ""


class Match(Noun, frozen=True, kw_only=True):
    """Two tensors that were compared.

    Attributes:
        a: name in the first model.
        b: name in the second.
        role: canonical role, such as `attention.q`.
        layer: layer number, None outside layers.
        r: double-centred correlation of the sampled rows, None where it was not computed.
        z: r against independence.
        exact: share of sampled values that are equal, 0 to 1.
        weights: how many values were compared.
        layout: what was done to align them: `transposed`, `heads permuted`, or empty.
    """

    a: str
    b: str
    role: str
    layer: int | None = None
    r: float | None = None
    z: float | None = None
    exact: float | None = None
    weights: int = 0
    layout: str = ""


class Ingredient(Noun, frozen=True, kw_only=True):
    """A parent and its share in a merge; the coefficient multiplies the parent's difference."""

    model: str
    coefficient: float


class Kinship(Noun, frozen=True, kw_only=True):
    """How the weights of two models are related, with the evidence and its price.

    Attributes:
        a: REF of the first model.
        b: REF of the second.
        verdict: the closest relation that holds.
        chain: all relations that hold, the closest first: a quantised merge has two.
        direction: which comes from which.
        direction_why: why, or why it is undecided.
        rung: where the ladder stopped.
        steps: the rungs that ran, with bytes and requests.
        reasons: sentences that lead to the verdict.
        caveats: what weights cannot tell here.
        statistics: numbers with their nulls.
        matches: tensors compared.
        ingredients: parents with coefficients, for a merge.
        details: rank, method, layer map, sparsity, and so on, as words.
        architecture: what configuration and shapes say, apart from weights.
        tokenizer: what vocabularies say, apart from weights.
        relation: the observed relation, as rights and reports take it; None for no relation.
        bytes_read: bytes read of `a` and of `b`, weights and headers.
        header_bytes: how many of them were headers and tokenizers.
        requests: reads or network requests made.
        gaps: what could not be read or decoded.
    """

    a: str
    b: str
    verdict: Kin
    chain: tuple[Kin, ...] = ()
    direction: Direction = Direction.UNDECIDED
    direction_why: str = ""
    rung: Rung
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    matches: tuple[Match, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    details: Mapping[str, str] = {}
    architecture: str = ""
    tokenizer: str = ""
    relation: Relation | None = None
    bytes_read: tuple[int, int] = (0, 0)
    header_bytes: tuple[int, int] = (0, 0)
    requests: int = 0
    gaps: tuple[Gap, ...] = ()
