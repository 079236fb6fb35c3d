"""Reads a few rows of two tensors in one place, within a budget, and compares them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from howopen.errors import HowopenError
from howopen.kinship.correlation import NOTHING, Agreement, agree
from howopen.kinship.exclusions import fixed_why
from howopen.kinship.model import Model, Piece
from howopen.kinship.pairing import Pair
from howopen.kinship.result import Match
from howopen.knowledge.kinship import Sampling

if TYPE_CHECKING:
    from howopen.formats.weights import Values


class Seen(NamedTuple):
    """Two blocks that were compared.

    Attributes:
        pair: the tensors they are of.
        a: rows of the first.
        b: the same rows of the second, in the first's layout.
        agreement: how far they agree.
        fixed: why they are no evidence; empty where they are.
        start: the first row.
    """

    pair: Pair
    a: Values
    b: Values
    agreement: Agreement
    fixed: str = ""
    start: int = 0

    @property
    def r(self) -> float:
        """The correlation."""
        return self.agreement.r

    @property
    def z(self) -> float:
        """The correlation against independence."""
        return self.agreement.z

    @property
    def exact(self) -> bool:
        """Whether every value is equal."""
        return self.agreement.exact == 1.0

    def match(self) -> Match:
        """Return it as evidence."""
        told = self.agreement
        return Match(
            a=self.pair.a.name,
            b=self.pair.b.name,
            role=self.pair.role,
            layer=self.pair.layer,
            r=round(told.r, 6),
            z=round(told.z, 2),
            exact=round(told.exact, 6),
            weights=told.n,
            layout=", ".join(filter(None, (self.pair.layout, *_cuts(self.pair)))),
        )


def _cuts(pair: Pair) -> list[str]:
    """Say which parts of stored tensors a pair consists of."""
    return [piece.cut.name for piece in (pair.a, pair.b) if piece.cut]


def found_again(one: Seen) -> bool:
    """Tell whether blocks agree so far beyond chance that one of several tries may do so."""
    return not one.fixed and (one.z > 8.0 or one.agreement.exact > 0.99)


def _gated(pair: Pair) -> bool:
    from howopen.kinship.parts import is_recurrent  # noqa: PLC0415 - it imports this

    return is_recurrent(pair)


class Sampler:
    """Reads blocks of two models.

    Args:
        a: the first model.
        b: the second.
        rules: how much is read.

    Attributes:
        turned: whether one model stores its matrices turned, as far as shapes show it.
    """

    def __init__(self, a: Model, b: Model, rules: Sampling) -> None:
        self.a, self.b, self.rules = a, b, rules
        self.turned = False

    def see(self, pair: Pair) -> Seen | None:
        """Compare rows of a pair; None, and a gap, where they cannot be read."""
        found = self.see_plainly(pair)
        if found is None or found.exact or (found.r >= 0.5 and not _gated(pair)):
            return found
        for spelling in self._spellings(pair):
            other = self.see_plainly(spelling)
            if other is not None and found_again(other) and other.r > found.r:
                return other
        return found

    def _spellings(self, pair: Pair) -> Iterator[Pair]:
        """Yield the ways in which a pair may be stored besides the plain one."""
        from howopen.kinship.parts import spellings  # noqa: PLC0415 - it imports this

        unlike = self.a.formats[:1] != self.b.formats[:1]
        if (unlike or self.turned) and pair.layout == "" and pair.a.rows == pair.a.columns:
            yield pair._replace(layout="transposed")
        yield from spellings(pair, self.a, self.b)

    def see_plainly(self, pair: Pair) -> Seen | None:
        """Compare rows of a pair in one layout; None, and a gap, where they cannot be read."""
        read = self._transposed if pair.layout == "transposed" else self._straight
        blocks = read(pair)
        if blocks is None:
            return None
        start, one, two = blocks
        return seen(pair, one, two, self.rules.least_values, start)

    def _straight(self, pair: Pair) -> tuple[int, Values, Values] | None:
        """Read the same rows of both."""
        rows = min(pair.a.rows, pair.b.rows)
        count = self.count(pair, rows)
        start = pair.seed % (rows - count + 1)
        if _gated(pair) and rows >= 12:
            # where gates lie that no two libraries have in one place, be they three or four
            start, count = -(-rows // 3), min(count, rows // 6)
        one = self.read(self.a, pair.a, start, count)
        two = self.read(self.b, pair.b, start, count)
        return None if one is None or two is None else (start, one, two)

    def _transposed(self, pair: Pair) -> tuple[int, Values, Values] | None:
        """Read rows of both; where they cross lies a block that both hold."""
        high = min(pair.a.rows, self.rules.candidate_rows)
        wide = min(pair.b.rows, self.rules.candidate_rows)
        down, across = pair.seed % (pair.a.rows - high + 1), pair.seed % (pair.b.rows - wide + 1)
        one = self.read(self.a, pair.a, down, high)
        two = self.read(self.b, pair.b, across, wide)
        if one is None or two is None:
            return None
        return down, one[:, across : across + wide], two[:, down : down + high].T

    def count(self, pair: Pair, rows: int) -> int:
        """Return how many rows of a pair are read within the budget."""
        width = max(pair.a.row_bytes, pair.b.row_bytes, 1)
        wanted = -(-self.rules.bytes // width)
        return min(rows, max(self.rules.least_rows, min(wanted, self.rules.most_rows)))

    def read(self, model: Model, piece: Piece, start: int, count: int) -> Values | None:
        """Read rows of a tensor; None, and a gap, where that fails or costs too much."""
        whole = piece.row_bytes == 0
        size = piece.tensor.stop - piece.tensor.start
        if whole and size > self.rules.whole_bytes:
            model.gap(piece.name, f"it can only be read whole, and has {size:,} bytes")
            return None
        try:
            return piece.read(start, count)
        except HowopenError as error:
            model.failed(piece.name, error)
            return None


def seen(pair: Pair, a: Values, b: Values, least: int, start: int = 0) -> Seen:
    """Compare two blocks, and say why they are no evidence where they are none."""
    if a.shape != b.shape:
        return Seen(pair, a, b, NOTHING, "their shapes differ", start)
    told = agree(a, b)
    if told.n < least or min(a.shape) < 2:
        return Seen(pair, a, b, told, "too few values", start)
    # a block that agrees with a learned one is learned
    fixed = fixed_why(a) or (fixed_why(b) if told.r < 0.5 else "")
    return Seen(pair, a, b, told, fixed, start)
