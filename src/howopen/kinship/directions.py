"""Which of two related models is the child: clues that decide, and hints that do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from howopen.kinship.arrays import Values
from howopen.kinship.grids import Image
from howopen.kinship.layers import LayerMap
from howopen.kinship.zeros import Masked, Removed
from howopen.release import Direction

Side = Literal["a", "b"]


class Clue(NamedTuple):
    """One reason to take one of two models for the child.

    Attributes:
        child: which one it speaks for.
        decides: whether it decides alone: information was lost, which cannot come back.
        says: the reason as a sentence.
    """

    child: Side
    decides: bool
    says: str


class Verdict(NamedTuple):
    """Which is the child.

    Attributes:
        direction: as reports take it.
        margin: clues that decide for it less those against it.
        because: the reasons, or why it is undecided.
    """

    direction: Direction
    margin: int
    because: str


def decide(clues: Iterable[Clue]) -> Verdict:
    """Weigh clues: only those that decide count, and they must agree.

    Hints never decide, however many they are: of the weight norm and the kurtosis of weights, one
    was right twice and the other once of two trials (facts/lineage, 5.6).

    Args:
        clues: from the functions of this module.
    """
    clues = list(clues)
    deciding = [c for c in clues if c.decides]
    sides = {c.child for c in deciding}
    if len(sides) == 1:
        direction = Direction.A_FROM_B if sides == {"a"} else Direction.B_FROM_A
        return Verdict(direction, len(deciding), "; ".join(c.says for c in deciding))
    if sides:
        because = "clues contradict one another: " + "; ".join(c.says for c in deciding)
        return Verdict(Direction.UNDECIDED, 0, because)
    hints = "; ".join(c.says for c in clues)
    because = "nothing was lost on either side that would show the order"
    return Verdict(Direction.UNDECIDED, 0, because + (f" (hints: {hints})" if hints else ""))


def from_image(image: Image) -> list[Clue]:
    """Return the clue of a cast or quantised image: rounding loses what cannot be restored."""
    if image.child == "" or image.decision not in {"cast", "quantised", "near"}:
        return []
    because = f"{image.child} holds the other's values, rounded ({image.kind})"
    return [Clue(image.child, image.decision != "near", because)]


def from_zeros(masked: Masked) -> list[Clue]:
    """Return the clue of values set to zero.

    A pruned model may be trained densely again, but then its zeros fill with small values that
    the other did not have; where survivors are equal the zeros came last.
    """
    if masked.child == "" or masked.decision != "pruned":
        return []
    return [Clue(masked.child, True, f"values of the other are zero in {masked.child}")]


def from_removed(removed: Removed, smaller: Side) -> list[Clue]:
    """Return the clue of rows cut away: the smaller is the child, unless the larger was grown."""
    if removed.decision != "subset":
        return []
    return [Clue(smaller, removed.score >= 0.3, f"rows of the other are missing in {smaller}")]


def from_vocabulary(rows_a: int, rows_b: int, shared: int) -> list[Clue]:
    """Return the clue of a vocabulary that holds all of another's and more.

    Extension by tokens that hold no row of the parent is what fine-tuning does; trimming is what
    compression does, so the clue is a hint unless few rows were added to nearly all of the other's.

    Args:
        rows_a: tokens of `a`.
        rows_b: tokens of `b`.
        shared: tokens that both have and whose rows agree.
    """
    small, large = sorted((rows_a, rows_b))
    if small == large or shared < 0.99 * small:
        return []
    larger: Side = "a" if rows_a > rows_b else "b"
    added = large - small
    if added <= 0.05 * small:
        return [Clue(larger, True, f"{larger} has the other's vocabulary and {added} more tokens")]
    return [Clue(larger, False, f"{larger} has the other's vocabulary and {added} more tokens")]


def from_layers(layers: LayerMap) -> list[Clue]:
    """Return the clue of a layer map of `b` onto `a`: repeated layers give the copy away.

    Fewer layers are a hint only: a deeper model may have been grown from the shallow one, although
    layers that differ from each other in `a` and are missing in `b` were most likely dropped.
    """
    if layers.kind in {"repeated", "stacked"}:
        return [Clue("b", True, "b holds layers of a more than once")]
    if layers.kind == "inserted":
        return [Clue("b", False, "b has layers between those of a")]
    if layers.kind == "dropped":
        return [Clue("b", False, "b lacks layers of a")]
    return []


def from_norms(a: Values, b: Values) -> list[Clue]:
    """Return hints: trained weights mostly grow in norm, and the later model has the larger.

    Weak: weight decay turns it round. Never decides.
    """
    norms = [float(np.linalg.norm(x.astype(np.float64))) for x in (a, b)]
    if not min(norms) or abs(norms[0] / norms[1] - 1) < 0.01:
        return []
    child: Side = "a" if norms[0] > norms[1] else "b"
    return [
        Clue(child, False, f"the weights of {child} are {max(norms) / min(norms):.2f} times larger")
    ]


class Star(NamedTuple):
    """Whether several related models stand around one of them.

    Attributes:
        hub: index of the model in the middle; -1 where there is none.
        cosine: largest cosine between two of the others' differences from the hub.
        runner_up: the same for the next best hub.
        decision: `hub` or `undecided`.
        margin: threshold over the hub's cosine.
        because: the decision as a sentence.
    """

    hub: int
    cosine: float
    runner_up: float
    decision: Literal["hub", "undecided"]
    margin: float
    because: str


#: Cosine between differences from a hub that fine-tunes of one base keep below, and that any other
#: centre exceeds.
ALONG, ACROSS = 0.25, 0.4


def star(distances: NDArray[np.float64], names: Sequence[str] = ()) -> Star:
    """Find the model in the middle of at least four: its differences are at right angles.

    Squared distances add up through a hub: d2(i, j) = d2(i, h) + d2(h, j) where fine-tunes of h
    move in directions of their own. At most one of the others is the hub's own parent, and that
    one cannot be told from its children: so a star says who is central, and of which model most
    of the others are children, but not the direction of one given pair.

    Measured: 300 stars of five models with arms of very unequal length: the hub found in 194, none
    wrongly; 900 strangers, chains and siblings without their base: none. Real siblings trained on
    one text move alike (cosine .88) and stay undecided.

    Args:
        distances: `(n, n)` squared distances between models, from the same sampled weights.
        names: of the models, for the sentence.
    """
    n = len(distances)
    if n < 4:
        because = "fewer than four models: a chain and a star look the same"
        return Star(-1, 1.0, 1.0, "undecided", 0.0, because)
    cosines = np.array([_widest(distances, hub) for hub in range(n)])
    order = np.argsort(cosines)
    hub, best, second = int(order[0]), float(cosines[order[0]]), float(cosines[order[1]])
    name = names[hub] if names else str(hub)
    if best <= ALONG and second >= ACROSS:
        because = f"differences from {name} are at right angles (cosine {best:.2f} at most)"
        return Star(hub, best, second, "hub", ALONG / max(best, 1e-9), because)
    because = f"no model is central: cosines {best:.2f} and {second:.2f} at the two most central"
    return Star(-1, best, second, "undecided", ALONG / max(best, 1e-9), because)


def _widest(distances: NDArray[np.float64], hub: int) -> float:
    """Return the largest absolute cosine between two differences from a hub."""
    others = [i for i in range(len(distances)) if i != hub]
    arms = np.sqrt(np.maximum(distances[hub, others], 1e-300))
    inner = (
        distances[hub, others][:, None] + distances[hub, others] - distances[np.ix_(others, others)]
    ) / 2
    cosines = inner / np.outer(arms, arms)
    return float(np.abs(cosines[np.triu_indices(len(others), 1)]).max())
