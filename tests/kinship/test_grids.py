"""Casts and quantised images are recognised by their values alone, and trained weights are not."""

import math
from collections.abc import Callable, Sequence

import ml_dtypes
import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from howopen.kinship.arrays import Values
from howopen.kinship.grids import (
    FLOAT_TYPES,
    FP4,
    NF4,
    FloatType,
    cast_of,
    float_type,
    grid_of,
    image_of,
    round_to,
)

KNOWN = {
    "float8_e5m2": ml_dtypes.float8_e5m2,
    "float8_e4m3": ml_dtypes.float8_e4m3fn,
    "bfloat16": ml_dtypes.bfloat16,
    "float16": np.float16,
}


@pytest.fixture
def trained() -> Values:
    """Heavy-tailed values with rows of unequal size, as trained matrices have them."""
    rng = np.random.default_rng(11)
    rows = np.exp(rng.normal(size=(24, 1)) / 3)
    return (rng.standard_t(6, size=(24, 768)) * rows * 0.04).astype(np.float32)


def integers(x: Values, bits: int, *, even: bool = True) -> NDArray[np.floating]:
    """Round rows to whole steps of their largest value (even), or of their range."""
    if even:
        step = np.abs(x).max(axis=1, keepdims=True) / (2 ** (bits - 1) - 1)
        return np.asarray(np.rint(x / step) * step, np.float64)
    low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    step = (high - low) / (2**bits - 1)
    return np.asarray(np.rint((x - low) / step) * step + low, np.float64)


def table(x: Values, levels: Sequence[float], top: float) -> NDArray[np.floating]:
    scale = np.abs(x).max(axis=1, keepdims=True) / top
    known = np.unique(np.concatenate([np.array(levels), -np.array(levels)]) if top > 1 else levels)
    return np.asarray(
        known[np.abs((x / scale)[..., None] - known).argmin(axis=-1)] * scale, np.float64
    )


def grouped(x: Values, size: int, how: Callable[[Values], NDArray[np.floating]]) -> Values:
    return how(x.reshape(-1, size)).reshape(x.shape).astype(np.float32)


def ggml(x: Values, name: str) -> Values:
    kind = GGMLQuantizationType[name]
    return quants.dequantize(quants.quantize(x, kind), kind).reshape(x.shape).astype(np.float32)


QUANTISERS: dict[str, tuple[Callable[[Values], Values], str]] = {
    "int8 by row": (lambda x: integers(x, 8).astype("f4"), "integer"),
    "int8 of all": (lambda x: grouped(x, x.size, lambda y: integers(y, 8)), "integer"),
    "int4 by 128": (lambda x: grouped(x, 128, lambda y: integers(y, 4)), "integer"),
    "int3 by 128": (lambda x: grouped(x, 128, lambda y: integers(y, 3)), "integer"),
    "uint4 by 64": (lambda x: grouped(x, 64, lambda y: integers(y, 4, even=False)), "integer"),
    "uint8 by 64": (lambda x: grouped(x, 64, lambda y: integers(y, 8, even=False)), "integer"),
    "nf4": (lambda x: grouped(x, 64, lambda y: table(y, NF4, 1)), "nf4"),
    "fp4": (lambda x: grouped(x, 32, lambda y: table(y, FP4, 6)), "fp4"),
    "binary": (lambda x: (np.sign(x) * np.abs(x).mean(1, keepdims=True)).astype("f4"), "binary"),
    "Q8_0": (lambda x: ggml(x, "Q8_0"), "integer"),
    "Q5_0": (lambda x: ggml(x, "Q5_0"), "integer"),
    "Q5_1": (lambda x: ggml(x, "Q5_1"), "integer"),
    "Q4_0": (lambda x: ggml(x, "Q4_0"), "integer"),
    "Q4_1": (lambda x: ggml(x, "Q4_1"), "integer"),
    "TQ2_0": (lambda x: ggml(x, "TQ2_0"), "ternary"),
    "MXFP4": (lambda x: ggml(x, "MXFP4"), "fp4"),
}


@pytest.mark.parametrize("name", QUANTISERS)
def test_a_quantised_image_is_found_with_its_kind_and_direction(trained: Values, name: str) -> None:
    quantise, kind = QUANTISERS[name]
    image = quantise(trained)
    found = image_of(trained, image)
    assert (found.decision, found.kind, found.child) == ("quantised", kind, "b")
    assert image_of(image, trained).child == "a"


@pytest.mark.parametrize("name", ["int8 by row", "int4 by 128", "nf4", "Q8_0", "Q4_0"])
def test_an_image_of_another_model_is_not_an_image_of_this(trained: Values, name: str) -> None:
    quantise = QUANTISERS[name][0]
    stranger = np.random.default_rng(12).permutation(trained.ravel()).reshape(trained.shape)
    assert image_of(trained, quantise(stranger)).decision == "none"
    change = trained.std() * np.random.default_rng(13).normal(size=trained.shape)
    retrained = (trained + 0.3 * change).astype(np.float32)
    assert image_of(trained, quantise(retrained)).decision == "none"


@pytest.mark.parametrize("kind", FLOAT_TYPES, ids=lambda kind: kind.name)
def test_a_cast_is_found_with_its_type_and_direction(trained: Values, kind: FloatType) -> None:
    cast = trained.astype(KNOWN[kind.name]).astype(np.float32)
    found = cast_of(trained, cast)
    assert (found.dtype, found.decision) == (kind.name, "cast")
    assert image_of(cast, trained)[:3] == ("cast", kind.name, "a")
    assert float_type(cast) == kind.name
    assert float_type(trained) == "float32"


@given(arrays(np.float32, 40, elements=st.floats(-400, 400, width=32)))
def test_rounding_agrees_with_ml_dtypes(values: Values) -> None:
    for kind in FLOAT_TYPES:
        ours = round_to(values, kind)
        theirs = values.astype(KNOWN[kind.name]).astype(np.float32)
        assert np.array_equal(ours, theirs)


def test_casts_of_other_values_and_equal_values_are_told_apart(trained: Values) -> None:
    assert image_of(trained, trained).decision == "equal"
    other = (trained * 1.01).astype(np.float16).astype(np.float32)
    assert image_of(trained, other).decision == "none"
    assert cast_of(trained[:0], trained[:0]).decision == "none"


def test_trained_values_lie_on_no_grid_whatever_their_type() -> None:
    """0 of 720 in a wider run; here a sample of it."""
    rng = np.random.default_rng(14)
    for shape in ((16, 64), (8, 96), (8, 256), (32, 32)):
        for draw in (rng.normal, rng.laplace, lambda size: rng.uniform(-1, 1, size)):
            values = np.asarray(draw(size=shape), np.float32)
            for stored in (
                values,
                round_to(values, FLOAT_TYPES[2]),
                round_to(values, FLOAT_TYPES[3]),
            ):
                assert grid_of(stored).kind == "none"


def test_two_images_of_one_model_are_ordered_by_their_levels(trained: Values) -> None:
    eight, four = QUANTISERS["Q8_0"][0](trained), QUANTISERS["Q4_0"][0](trained)
    assert image_of(eight, four).child == "b"
    assert image_of(four, eight).child == "a"


@settings(max_examples=25, deadline=None)
@given(arrays(np.float32, (4, 32), elements=st.floats(width=32)))
def test_no_values_break_the_search(values: Values) -> None:
    found = image_of(values, values[::-1].copy())
    assert math.isfinite(found.nearest)
    assert grid_of(values).levels >= 0
