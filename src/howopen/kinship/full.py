"""Every value of two models, streamed: which tensors are equal, and how far the others agree.

Bytes are compared as they are stored wherever both store a tensor in one type and order; only
tensors that differ are decoded. Memory stays bounded by one chunk of each model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from howopen.errors import HowopenError
from howopen.kinship.case import Case
from howopen.kinship.correlation import Agreement
from howopen.kinship.pairing import Pair
from howopen.kinship.result import Rung, Statistic
from howopen.kinship.sampling import Sampler, Seen
from howopen.kinship.verdict import Verdict, judge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from howopen.formats.weights import Values

#: Bytes compared, and values decoded, at once.
CHUNK, VALUES = 1 << 20, 1 << 20
#: Values of each model that are summed up at once.
IN_CACHE = 131_072
#: A transposed tensor is compared whole up to this many values.
TURNED = 64_000_000


def read_all(case: Case) -> Verdict:
    """Compare every tensor that has a place in both, and judge again."""
    before = case.cost()
    known = {(one.pair.a.name, one.pair.b.name): one for one in case.seen}
    sampler = Sampler(case.a, case.b, case.rules.sampling)
    held: list[Seen] = []
    buffers = Buffers()
    equal = flat = flat_equal = 0
    for plain in case.pairing.pairs:
        sampled = known.get((plain.a.name, plain.b.name))
        pair = sampled.pair if sampled else plain
        try:
            told = compare_all(pair, buffers)
            if told is not None and sampled is None and plain.matrix and told.r < 0.5:
                pair, told = _respelled(pair, told, sampler)
        except HowopenError as error:
            case.a.failed(pair.a.name, error)
            continue
        if told is None:
            continue
        equal += told.exact == 1.0
        if not pair.matrix:
            flat += not pair.a.fixed
            flat_equal += not pair.a.fixed and told.exact == 1.0
            continue
        held.append(_seen(case, pair, told, sampled))
    case.seen, case.vectors = held, (flat_equal, flat)
    case.whole = True
    case.memo.clear()
    case.statistics.append(
        Statistic(
            name="equal tensors",
            value=equal / max(1, len(case.pairing.pairs)),
            n=len(case.pairing.pairs),
        )
    )
    verdict = judge(case)
    says = f"{equal} of {len(case.pairing.pairs)} tensors are equal in every value"
    case.step(Rung.FULL, f"{says}; {verdict.because}", before)
    return verdict


def _respelled(pair: Pair, told: Agreement, sampler: Sampler) -> tuple[Pair, Agreement]:
    """Compare two tensors again, where a sample shows that one has other orders of rows or axes."""
    sampled = sampler.see(pair)
    if sampled is None or sampled.pair == pair:
        return pair, told
    return sampled.pair, compare_all(sampled.pair, Buffers()) or told


def _seen(case: Case, pair: Pair, told: Agreement, sampled: Seen | None) -> Seen:
    """Put the numbers of a whole tensor beside the rows of it that were sampled."""
    import numpy as np  # noqa: PLC0415 - heavy

    if sampled is not None:
        return sampled._replace(agreement=told)
    none = np.zeros((0, 0), np.float32)
    least = case.rules.sampling.least_values
    return Seen(pair, none, none, told, "too few values" if told.n < least else _fixed(pair))


def _fixed(pair: Pair) -> str:
    """Look at a few rows of a tensor that was not sampled before."""
    from howopen.kinship.exclusions import fixed_why  # noqa: PLC0415 - numpy

    count = min(pair.a.rows, max(4, 4096 // max(1, pair.a.columns)))
    return fixed_why(pair.a.read(0, count))


def compare_all(pair: Pair, buffers: Buffers) -> Agreement | None:
    """Compare all values of two tensors; None where their shapes only fit in part.

    Raises:
        FormatError: when values are not there or not documented.
    """
    if pair.layout == "transposed":
        return _turned(pair)
    rows = min(pair.a.rows, pair.b.rows)
    if pair.a.columns != pair.b.columns or rows == 0:
        return None
    if rows == pair.a.rows == pair.b.rows and _as_stored(pair, buffers):
        return Agreement(1.0, _z(1.0, rows, pair.a.columns), 1.0, rows * pair.a.columns)
    sums = _Sums(pair.a.columns)
    for start, count in _chunks(rows, pair.a.columns):
        sums.add(pair.a.read(start, count), pair.b.read(start, count))
    return sums.agreement()


def _chunks(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    count = max(1, VALUES // max(1, columns))
    for start in range(0, rows, count):
        yield start, min(count, rows - start)


def _as_stored(pair: Pair, buffers: Buffers) -> bool:
    """Tell whether the stored bytes of both are equal, without decoding them."""
    one, two = pair.a.tensor, pair.b.tensor
    if pair.a.cut or pair.b.cut:
        return False
    plain = not (one.packing or two.packing or one.strides or two.strides or one.big != two.big)
    size = one.stop - one.start
    if not plain or one.dtype != two.dtype or size != two.stop - two.start:
        return False
    for start in range(0, size, CHUNK):
        length = min(CHUNK, size - start)
        pair.a.weights.fill(one, start, memoryview(buffers.ours)[:length])
        pair.b.weights.fill(two, start, memoryview(buffers.theirs)[:length])
        # what lies behind a short last piece is of the piece before, and was equal
        if buffers.ours != buffers.theirs:
            buffers.clear()
            return False
    return True


class Buffers:
    """Two buffers of equal content that pieces of two models are read into, over and over."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Make the contents equal again."""
        self.ours, self.theirs = bytearray(CHUNK), bytearray(CHUNK)


def _turned(pair: Pair) -> Agreement | None:
    """Compare a tensor with a transposed one, whole."""
    if pair.a.rows * pair.a.columns > TURNED:
        return None
    sums = _Sums(pair.a.columns)
    sums.add(pair.a.read(0, pair.a.rows), pair.b.read(0, pair.b.rows).T)
    return sums.agreement()


class _Totals(NamedTuple):
    """Sums over all values: of products, and of squares of either."""

    xy: float = 0.0
    xx: float = 0.0
    yy: float = 0.0


class _Sums:
    """Gathers what the double-centred correlation needs, chunk by chunk.

    With row sums p, q, column sums u, v and totals s, t of X and Y of R rows and C columns, the
    centred product is `<X,Y> - <p,q>/C - <u,v>/R + s t/(R C)`.
    """

    def __init__(self, columns: int) -> None:
        import numpy as np  # noqa: PLC0415 - heavy

        self.rows = 0
        self.columns = columns
        self.totals = _Totals()
        self.by_rows = _Totals()
        self.u: NDArray[np.float64] = np.zeros(columns)
        self.v: NDArray[np.float64] = np.zeros(columns)
        self.equal = self.masked = 0

    def add(self, x: Values, y: Values) -> None:
        """Add rows of both, as many at a time as a cache holds."""
        step = max(1, IN_CACHE // max(1, x.shape[1]))
        for start in range(0, len(x), step):
            self._add(x[start : start + step], y[start : start + step])

    def _add(self, x: Values, y: Values) -> None:
        import numpy as np  # noqa: PLC0415 - heavy

        good = None
        self.equal += int(np.count_nonzero(x == y))
        total = float(np.vdot(x, x)) + float(np.vdot(y, y))
        if not math.isfinite(total):
            good = np.isfinite(x) & np.isfinite(y)
            self.masked += int(x.size - np.count_nonzero(good))
            self.equal += int(np.count_nonzero(np.isnan(x) & np.isnan(y)))
            limit = np.float32(1e15)
            x = np.clip(np.where(good, x, 0), -limit, limit)
            y = np.clip(np.where(good, y, 0), -limit, limit)
        one = np.ones(x.shape[1], np.float32)
        p, q = (x @ one).astype(np.float64), (y @ one).astype(np.float64)
        down = np.ones(x.shape[0], np.float32)
        self.u += down @ x
        self.v += down @ y
        xy, xx, yy = (float(np.vdot(i, j)) for i, j in ((x, y), (x, x), (y, y)))
        self.totals = _Totals(self.totals.xy + xy, self.totals.xx + xx, self.totals.yy + yy)
        mine = (float(p @ q), float(p @ p), float(q @ q))
        self.by_rows = _Totals(*(a + b for a, b in zip(self.by_rows, mine, strict=True)))
        self.rows += len(x)

    def agreement(self) -> Agreement:
        """Return what all values say."""
        u, v, rows, columns = self.u, self.v, self.rows, self.columns
        s, t = float(u.sum()), float(v.sum())
        by_columns = (float(u @ v), float(u @ u), float(v @ v))
        ends = (s * t, s * s, t * t)
        xy, xx, yy = (
            total - row / columns - column / rows + end / (rows * columns)
            for total, row, column, end in zip(
                self.totals, self.by_rows, by_columns, ends, strict=True
            )
        )
        length = math.sqrt(max(xx, 0.0) * max(yy, 0.0))
        r = max(-1.0, min(1.0, xy / length)) if length > 0 else 0.0
        count = rows * columns - self.masked
        exact = self.equal / max(1, rows * columns)
        return Agreement(r, _z(r, rows, columns), exact, count, self.masked)


def _z(r: float, rows: int, columns: int) -> float:
    return r * math.sqrt(max(1, (rows - 1) * (columns - 1)))
