"""Two blocks of weights against each other: do they agree more than independent ones could?

The statistic is the correlation after columns' and rows' means are taken away (double-centring):
strangers that share only the structure of their rows or columns then have r around 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float32]
    Wide = NDArray[np.float64]


class Agreement(NamedTuple):
    """How far two blocks agree.

    Attributes:
        r: their correlation after double-centring, 0 where one of them is flat.
        z: r in standard deviations of the null, the more careful of two.
        exact: the share of values that are equal; two that are no numbers are.
        n: how many values were compared.
        masked: how many were left out because they are not finite.
    """

    r: float
    z: float
    exact: float
    n: int
    masked: int = 0


NOTHING = Agreement(0.0, 0.0, 0.0, 0)


def agree(a: Values, b: Values) -> Agreement:
    """Compare two blocks of one shape, `(rows, columns)`.

    Under independence r has the standard deviation `1 / sqrt((rows - 1)(columns - 1))` for
    entries without structure. Columns that move together make it wider; that width is estimated
    from pairs of rows that do not belong together, and the smaller z of the two is returned.
    """
    import numpy as np  # noqa: PLC0415 - heavy

    if a.shape != b.shape or a.ndim != 2 or a.size == 0:
        return NOTHING
    good = np.isfinite(a) & np.isfinite(b)
    masked = int(a.size - np.count_nonzero(good))
    exact = float(np.count_nonzero((a == b) | (np.isnan(a) & np.isnan(b)))) / a.size
    if masked == a.size:
        return Agreement(0.0, 0.0, 0.0, 0, masked)
    x, y = centred(a, good), centred(b, good)
    r = _ratio(float(np.vdot(x, y)), math.sqrt(float(np.vdot(x, x)) * float(np.vdot(y, y))))
    theory = r * math.sqrt(max(1, (a.shape[0] - 1) * (a.shape[1] - 1)))
    z = min(theory, mismatched_z(x, y), key=abs)
    return Agreement(r, z, exact, a.size - masked, masked)


def centred(values: Values, good: NDArray[np.bool_] | None = None) -> Wide:
    """Take away the means of columns, then of rows; what is not `good` counts as the mean."""
    import numpy as np  # noqa: PLC0415 - heavy

    x = values.astype(np.float64)
    if good is not None and not good.all():
        x = np.where(good, x, 0.0)
        x = np.where(good, x, x.sum() / max(1, int(good.sum())))
    peak = float(np.abs(x).max(initial=0.0))
    if peak > 0:
        x /= peak
    x -= x.mean(axis=0, keepdims=True)
    x -= x.mean(axis=1, keepdims=True)
    return x


def mismatched_z(x: Wide, y: Wide) -> float:
    """Return z of the sum of products of rows, with its spread taken from mismatched rows.

    Row i of `x` and row j of `y` are independent for i != j if the matrices are; the mean square
    of their cosines is the variance that matched ones have under independence.
    """
    import numpy as np  # noqa: PLC0415 - heavy

    rows = x.shape[0]
    if rows < 3:
        return math.inf
    products = x @ y.T
    norms = np.outer((x * x).sum(axis=1), (y * y).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        cosines = np.where(norms > 0, products / np.sqrt(norms), 0.0)
    # centred columns sum to nothing, so that mismatched rows of equal matrices lean to one side
    off = float(np.var(cosines[~np.eye(rows, dtype=bool)]))
    spread = math.sqrt(max(off, 1.0 / x.shape[1] ** 2) * float(np.trace(norms)))
    return _ratio(float(np.trace(products)), spread)


def together(zs: list[float]) -> float:
    """Combine independent z values into one (Stouffer 1949): their sum over the root of how many.

    >>> together([3.0, 3.0, 3.0, 3.0])
    6.0
    """
    return sum(zs) / math.sqrt(len(zs)) if zs else 0.0


def _ratio(over: float, under: float) -> float:
    return over / under if under > 0 and math.isfinite(under) else 0.0
