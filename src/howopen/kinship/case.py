"""All that was found out about two models so far; rungs add to it, the verdict is read from it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from howopen.kinship.correlation import together
from howopen.kinship.embeddings import Tokens
from howopen.kinship.model import Model
from howopen.kinship.pairing import Pairing
from howopen.kinship.result import Ingredient, Kin, Rung, Statistic, Step
from howopen.kinship.sampling import Seen
from howopen.knowledge.kinship import KinshipRules

if TYPE_CHECKING:
    from howopen.kinship.directions import Clue


@dataclass(kw_only=True)
class Case:
    """Two models and the evidence gathered.

    Attributes:
        a: the first model.
        b: the second.
        rules: samples and thresholds.
        pairing: which tensors belong together.
        seen: blocks that were compared.
        tokens: tokens that both vocabularies have.
        by_token: the embedding rows of those tokens.
        vectors: one-dimensional tensors compared: equal ones, and all.
        unmatched: that no column of shared tokens was found again, as a sentence.
        learned: the median correlation of learned vectors, and how many were compared.
        layers: for each layer of `b` the layer of `a`, where the layers were mapped.
        layer_kind: how the layers were rearranged, empty where they were not.
        mapped: blocks of layers that the map laid over one another.
        chain: relations that rungs found by structure.
        clues: what speaks for a direction.
        steps: rungs that ran.
        reasons: sentences.
        caveats: sentences.
        details: further findings as words.
        statistics: numbers that rungs add.
        ingredients: parents of a merge.
        whole: whether every value of both was read.
        memo: what was computed from the blocks once; cleared when blocks are added.
    """

    a: Model
    b: Model
    rules: KinshipRules
    pairing: Pairing
    seen: list[Seen] = field(default_factory=list)
    tokens: Tokens | None = None
    by_token: Seen | None = None
    vectors: tuple[int, int] = (0, 0)
    unmatched: str = ""
    learned: tuple[float, int] = (0.0, 0)
    layers: tuple[int | None, ...] = ()
    layer_kind: str = ""
    mapped: list[Seen] = field(default_factory=list)
    chain: set[Kin] = field(default_factory=set)
    clues: list[Clue] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    caveats: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    statistics: list[Statistic] = field(default_factory=list)
    ingredients: tuple[Ingredient, ...] = ()
    whole: bool = False
    memo: dict[str, tuple[str, bool] | None] = field(default_factory=dict)

    @property
    def good(self) -> list[Seen]:
        """Blocks that may be evidence; where layers were mapped, those of the map."""
        held = [one for one in self.seen if not one.fixed]
        if self.layer_kind:
            held = [one for one in held if one.pair.layer is None]
            held += [one for one in self.mapped if not one.fixed]
        return held

    @property
    def body(self) -> list[Seen]:
        """Evidence from the body of the network."""
        return [one for one in self.good if one.pair.body]

    @property
    def outside(self) -> list[Seen]:
        """Evidence from embeddings and heads; rows of the same tokens, not number."""
        held = [one for one in self.good if not one.pair.body]
        if self.by_token is None or self.by_token.fixed:
            return held
        return [one for one in held if one.pair.role != self.by_token.pair.role] + [self.by_token]

    @property
    def main(self) -> list[Seen]:
        """What carries the verdict: the body where it has enough matrices, else everything."""
        least = int(self.rules.thresholds.matrices.value)
        return self.body if len(self.body) >= least else [*self.body, *self.outside]

    @property
    def median_r(self) -> float:
        """The median correlation of what carries the verdict; 0 where nothing does."""
        return statistics.median([one.r for one in self.main]) if self.main else 0.0

    @property
    def joint_z(self) -> float:
        """All matrices of the verdict together against independence."""
        return together([one.z for one in self.main])

    def related(self, held: list[Seen]) -> list[Seen]:
        """Return the blocks that agree more than strangers' do."""
        told = self.rules.thresholds
        return [
            one for one in held if one.r >= told.related_r.value and one.z >= told.related_z.value
        ]

    def step(self, rung: Rung, says: str, before: tuple[int, int]) -> None:
        """Note that a rung ran, and what it cost since `before`."""
        now = self.cost()
        self.steps.append(
            Step(rung=rung, says=says, bytes_read=now[0] - before[0], requests=now[1] - before[1])
        )

    def cost(self) -> tuple[int, int]:
        """Return bytes and requests of both models so far."""
        ours, theirs = self.a.meter, self.b.meter
        return ours.bytes_read + theirs.bytes_read, ours.requests + theirs.requests

    def note(self, reason: str) -> None:
        """Add a reason, once."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def clue(self, child: str, says: str, *, decides: bool = True) -> None:
        """Add what speaks for one of the two, `a` or `b`, being the child."""
        from howopen.kinship.directions import Clue  # noqa: PLC0415 - numpy

        self.hints([Clue("a" if child == "a" else "b", decides, says)])

    def hints(self, clues: list[Clue]) -> None:
        """Add clues, each once."""
        self.clues += [clue for clue in clues if clue not in self.clues]

    def told(self) -> Mapping[str, str]:
        """Return the details."""
        return dict(self.details)
