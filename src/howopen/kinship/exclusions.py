"""What is never evidence of kinship: buffers that no training changes, and flat or tiny tensors.

Window functions, Fourier bases, sinusoidal positions, masks and ramps are the same in strangers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float32]

#: A row whose power lies in five neighboring frequencies to this share is a wave, not learned.
#: Of a random row of 64 values they hold some 30 %, and less of longer ones.
WAVE = 0.98
#: The relative residual below which columns follow the recurrence of a sinusoid.
SINUSOID = 1e-4


def fixed_why(values: Values) -> str:
    """Say why a block's content is a fixed buffer or flat, or nothing where it may be learned.

    Args:
        values: contiguous rows, `(rows, columns)`.
    """
    import numpy as np  # noqa: PLC0415 - heavy

    good = values[np.isfinite(values)]
    if good.size == 0:
        return "no finite value"
    levels, counts = np.unique(good[:: max(1, good.size // 4096)], return_counts=True)
    if counts.max() >= 0.98 * counts.sum():
        return "nearly all values are one number"
    if levels.size <= 2:
        return "only two values"
    finite = np.where(np.isfinite(values), values, 0.0).astype(np.float64)
    if _ramp(finite) or _ramp(finite.T):
        return "a linear ramp"
    if _waves(finite):
        return "its rows are waves: a Fourier basis"
    if _sinusoids(finite):
        return "its columns are sinusoids: fixed positions"
    if _filters(finite):
        return "its rows are overlapping bands: a filter bank"
    return ""


def _ramp(values: NDArray[np.float64]) -> bool:
    """Tell whether every row climbs in even steps."""
    import numpy as np  # noqa: PLC0415 - heavy

    if values.shape[1] < 4:
        return False
    steps = np.diff(values, axis=1)
    scale = float(np.abs(values).max()) or 1.0
    return bool(np.abs(steps - steps.mean(axis=1, keepdims=True)).max() < 1e-5 * scale)


def _waves(values: NDArray[np.float64]) -> bool:
    """Tell whether nearly every row has its power in a few neighboring frequencies."""
    import numpy as np  # noqa: PLC0415 - heavy

    if values.shape[1] < 32:
        return False
    power = np.abs(np.fft.rfft(values, axis=1)) ** 2
    power = power[power.sum(axis=1) > 0]
    if not len(power):
        return False
    windows = np.sum([power[:, at : power.shape[1] - 4 + at] for at in range(5)], axis=0)
    shares = windows.max(axis=1) / power.sum(axis=1)
    # rows of a basis differ in frequency; smooth learned filters all lie among the lowest
    distinct = len(np.unique(power.argmax(axis=1)))
    return bool(np.median(shares) >= WAVE and distinct >= max(3, 0.4 * len(power)))


def _sinusoids(values: NDArray[np.float64]) -> bool:
    """Tell whether columns follow `x[t+1] + x[t-1] = c x[t]`, the recurrence of a sinusoid."""
    import numpy as np  # noqa: PLC0415 - heavy

    if values.shape[0] < 6 or values.shape[1] < 8:
        return False
    middle, sides = values[1:-1], values[2:] + values[:-2]
    squares = (middle * middle).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(squares > 0, (middle * sides).sum(axis=0) / squares, 0.0)
    left = ((sides - factor * middle) ** 2).sum(axis=0)
    power = (sides**2).sum(axis=0)
    held = power > 0
    return bool(held.any() and np.median(left[held] / power[held]) < SINUSOID)


def _filters(values: NDArray[np.float64]) -> bool:
    """Tell whether rows are non-negative bumps of one piece each, as in a mel filter bank."""
    import numpy as np  # noqa: PLC0415 - heavy

    if values.shape[1] < 16 or values.min() < 0 or np.count_nonzero(values) > 0.5 * values.size:
        return False
    starts = np.count_nonzero(np.diff((values > 0).astype(np.int8), axis=1) == 1, axis=1)
    return bool((starts <= 1).mean() > 0.95 and values.any())
