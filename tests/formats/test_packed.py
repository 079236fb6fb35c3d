"""Packed weights: what the real tools wrote unpacks as they unpack it.

`tools/write_packed_fixtures.py` wrote the files.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from howopen.errors import FormatError
from howopen.formats.packed import unpacked
from howopen.formats.weights import Weights, open_file
from tests.formats.written import Log, folder, opened, sibling, source

CASES = sorted((Path(__file__).parents[1] / "fixtures" / "packed").iterdir())
Array = np.ndarray[tuple[int, ...], np.dtype[Any]]


def _one(files: dict[str, bytes], log: Log | None = None) -> tuple[Weights, Any]:
    weights = opened(files, "model.safetensors", log)
    (tensor,) = (each for each in weights.file.tensors if each.packing)
    return weights, tensor


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_tool_packed_unpacks_as_the_tool_unpacks_it(case: Path) -> None:
    weights, tensor = _one(folder(case))
    truth = next(each for each in weights.file.tensors if each.name == "truth")
    wanted = weights.rows(truth)
    assert weights.file.problems == ()
    assert {each.name for each in weights.file.tensors} == {tensor.name, "truth"}
    assert tensor.shape == truth.shape
    assert tensor.name in ("layer.weight", "layer.experts.down_proj")
    # compressed-tensors works out NVFP4 in bfloat16, hence its eight bits
    tolerance = 2**-8 if case.name == "nvfp4" else 2**-22
    assert np.allclose(weights.rows(tensor), wanted, rtol=tolerance, atol=0)
    assert np.allclose(weights.rows(tensor, 1, 1), wanted[1:2], rtol=tolerance, atol=0)
    assert weights.file.parameters == 2 * truth.shape[0] * wanted.shape[1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_row_costs_what_is_said_or_the_tensor_is_read_whole(case: Path) -> None:
    files = folder(case)
    log = Log()
    # without the head that is read at once, so that every read shows
    plain = open_file("model.safetensors", source(files["model.safetensors"]), sibling(files))
    bare = type(plain)(plain.file, source(files["model.safetensors"], log))
    weights = unpacked(bare, sibling(files))
    (tensor,) = (each for each in weights.file.tensors if each.packing)
    cost = weights.row_bytes(tensor)
    log.clear()
    weights.rows(tensor, 0, 1)
    first = log.bytes_read()
    log.clear()
    weights.rows(tensor, 0, 2)
    second = log.bytes_read()
    if cost:
        assert cost * 0.9 - 8 <= second - first <= cost * 1.1 + 8
    else:
        assert (first > tensor.stop - tensor.start, second) == (True, 0)


def _case(name: str) -> dict[str, bytes]:
    return folder(next(case for case in CASES if case.name == name))


def _arrays(files: dict[str, bytes]) -> dict[str, Array]:
    numpy_file = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    held: dict[str, Array] = numpy_file.load(files["model.safetensors"])
    return held


def _saved(held: Mapping[str, Any], config: object = None) -> dict[str, bytes]:
    numpy_file = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    files = {"model.safetensors": numpy_file.save({n: a.copy() for n, a in held.items()})}
    if config is not None:
        files["config.json"] = json.dumps(config).encode()
    return files


def test_the_second_version_of_gptq_stores_zeros_as_they_are() -> None:
    held = _arrays(_case("gptq-int4"))
    held["layer.qzeros"] = (held["layer.qzeros"].view("<u4") + 0x11111111).view("<i4")
    config = {"quantization_config": {"quant_method": "gptq", "checkpoint_format": "gptq_v2"}}
    weights, tensor = _one(_saved(held, config))
    assert np.array_equal(weights.rows(tensor), held["truth"])


def test_inputs_of_gptq_may_be_in_groups_in_any_order() -> None:
    held = _arrays(_case("gptq-int4"))
    order = np.random.default_rng(0).permutation(96)
    words = held["layer.qweight"].view("<u4")
    codes = ((words[:, None, :] >> np.arange(0, 32, 4)[:, None]) & 15).reshape(96, -1)[order]
    shifted = codes.reshape(12, 8, -1).astype("<u4") << np.arange(0, 32, 4, dtype="<u4")[:, None]
    held["layer.qweight"] = np.bitwise_or.reduce(shifted, axis=1).view("<i4")
    held["layer.g_idx"] = held["layer.g_idx"][order]
    weights, tensor = _one(_saved(held, {"quantization_config": {"bits": 4}}))
    assert np.array_equal(weights.rows(tensor), held["truth"][:, order])


def test_a_block_of_scales_may_be_cut_at_the_edge_as_deepseek_writes_it() -> None:
    rng = np.random.default_rng(1)
    ml_dtypes = pytest.importorskip("ml_dtypes", reason="the small floats are not installed")
    codes = rng.normal(size=(200, 300)).astype(ml_dtypes.float8_e4m3fn)
    scale = rng.uniform(1, 2, size=(2, 3)).astype(np.float32)
    wanted = codes.astype(np.float32) * np.kron(scale, np.ones((128, 128)))[:200, :300]
    held = {"a.weight": codes, "a.weight_scale_inv": scale, "b.weight": np.ones(2, np.float32)}
    weights, tensor = _one(_saved(held))
    assert tensor.dtype == "fp8_e4m3-scaled"
    assert np.allclose(weights.rows(tensor, 120, 20), wanted[120:140], rtol=1e-6)
    assert weights.row_bytes(tensor) == 300


@pytest.mark.parametrize(
    ("scale", "wanted"),
    [
        ((), [[2, 4, 6, 8], [10, 12, 14, 16]]),
        ((1,), [[2, 4, 6, 8], [10, 12, 14, 16]]),
        ((2,), [[2, 4, 6, 8], [15, 18, 21, 24]]),
        ((2, 1), [[2, 4, 6, 8], [15, 18, 21, 24]]),
        ((2, 2), [[2, 4, 9, 12], [20, 24, 35, 40]]),
        ((2, 4), [[2, 6, 12, 20], [30, 42, 56, 72]]),
    ],
)
def test_scales_may_be_one_or_by_row_or_by_group_of_columns(
    scale: tuple[int, ...], wanted: list[list[int]]
) -> None:
    codes = np.arange(1, 9, dtype=np.int8).reshape(2, 4)
    factors = np.arange(2, 2 + int(np.prod(scale)), dtype=np.float32).reshape(scale)
    weights, tensor = _one(_saved({"a.weight": codes, "a.weight_scale": factors}))
    assert weights.rows(tensor).tolist() == wanted
    assert weights.rows(tensor, 1, 1).tolist() == wanted[1:]


def test_modelopt_multiplies_with_its_second_scale() -> None:
    data = _case("nvfp4")["model.safetensors"]
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    start, stop = (
        8 + length + each for each in header["layer.weight_global_scale"]["data_offsets"]
    )
    outer = 1 / np.frombuffer(data[start:stop], "<f4")
    header["layer.weight"] = header.pop("layer.weight_packed")
    header["layer.weight_scale_2"] = header.pop("layer.weight_global_scale")
    raw = json.dumps(header).encode()
    data = data[:start] + outer.tobytes() + data[stop:]
    data = struct.pack("<Q", len(raw)) + raw + data[8 + length :]
    weights, tensor = _one({"model.safetensors": data})
    truth = next(each for each in weights.file.tensors if each.name == "truth")
    assert tensor.dtype == "nvfp4"
    assert np.allclose(weights.rows(tensor), weights.rows(truth), rtol=2**-7, atol=0)


def test_a_group_that_lies_in_two_shards_is_one_tensor() -> None:
    held = _arrays(_case("gptq-int4"))
    one = {name: each for name, each in held.items() if name.endswith("qweight")}
    two = {name: each for name, each in held.items() if name not in one}
    weight_map = dict.fromkeys(one, "1.safetensors") | dict.fromkeys(two, "2.safetensors")
    files = {
        "model.safetensors.index.json": json.dumps({"weight_map": weight_map}).encode(),
        "1.safetensors": _saved(one)["model.safetensors"],
        "2.safetensors": _saved(two)["model.safetensors"],
        "config.json": _case("gptq-int4")["config.json"],
    }
    weights = opened(files)
    tensor = next(each for each in weights.file.tensors if each.packing)
    assert np.array_equal(weights.rows(tensor), held["truth"])


def test_scales_that_a_reader_applies_itself_are_not_applied_twice() -> None:
    files = _case("scaled-int8")
    inner = open_file("model.safetensors", source(files["model.safetensors"]), sibling(files))
    assert unpacked(inner, sibling(files)) is not inner
    for form in ("onnx", "ctranslate2", "thinc", "gguf"):
        other = Weights(replace(inner.file, format=form), source(files["model.safetensors"]))
        assert unpacked(other, sibling(files)) is other


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("a.q_weight", "EXL2"),
        ("a.trellis", "EXL3"),
        ("a.Qidxs", "QuIP#"),
        ("a.codebooks", "AQLM"),
        ("a.W_q", "HQQ"),
    ],
)
def test_a_packing_of_unknown_layout_is_a_stated_gap(name: str, scheme: str) -> None:
    held = {name: np.ones((2, 2), np.int32)}
    weights = opened(_saved(held), "model.safetensors")
    assert f"tensor {name!r}: packed by {scheme}" in weights.file.problems[0]
    with pytest.raises(FormatError, match=f"{name}.*{scheme}"):
        weights.rows(weights.file.tensors[0])


def test_four_bit_floats_in_bytes_with_scales_of_eight_bit_floats_are_not_taken_for_integers() -> (
    None
):
    held = {"a.weight": np.ones((4, 4), np.int8), "a.weight_scale_inv": np.ones((4, 1), np.float32)}
    weights = opened(_saved(held), "model.safetensors")
    assert "type I8 with this scale" in weights.file.problems[0]


def test_the_version_of_gptq_that_is_assumed_is_said() -> None:
    weights, tensor = _one({"model.safetensors": _case("gptq-int4")["model.safetensors"]})
    (problem,) = weights.file.problems
    assert problem.startswith("tensor 'layer.weight' and its like: nothing tells the version")
    assert weights.rows(tensor).shape == (32, 96)


@pytest.mark.parametrize(
    ("case", "told"),
    [("gptq-int4", {"checkpoint_format": "marlin"}), ("awq-int4", {"version": "GEMV"})],
)
def test_a_variant_of_another_layout_is_a_stated_gap(case: str, told: dict[str, str]) -> None:
    files = _case(case) | {"config.json": json.dumps({"quantization_config": told}).encode()}
    weights = opened(files, "model.safetensors")
    assert "tensor 'layer.qweight'" in weights.file.problems[0]
    with pytest.raises(FormatError, match=r"layer\.qweight"):
        weights.rows(next(each for each in weights.file.tensors if each.packing))


def test_codes_of_mlx_without_a_configuration_are_not_guessed() -> None:
    files = {"model.safetensors": _case("mlx-int4")["model.safetensors"]}
    weights = opened(files)
    assert "nothing tells bits" in weights.file.problems[0]
    with pytest.raises(FormatError, match="nothing tells bits"):
        weights.rows(next(each for each in weights.file.tensors if each.packing))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_group_with_a_part_of_another_shape_never_yields_values_unseen(case: Path) -> None:
    files = folder(case)
    inner = open_file("model.safetensors", source(files["model.safetensors"]), sibling(files))
    names = [each.name for each in inner.file.tensors if each.name != "truth"]
    for name in names:
        _refused_or_equal(inner, name, files)


def _refused_or_equal(inner: Weights, name: str, files: dict[str, bytes]) -> None:
    """Give one part another shape: the group is refused by name, or that part did not matter."""
    wrong = tuple(
        replace(each, shape=(*each.shape[:-1], 7) if each.shape else (7,))
        if each.name == name
        else each
        for each in inner.file.tensors
    )
    broken = Weights(replace(inner.file, tensors=wrong), source(files["model.safetensors"]))
    weights = unpacked(broken, sibling(files))
    packed = [each for each in weights.file.tensors if each.packing]
    if weights.file.problems:
        assert "layer" in weights.file.problems[0]
        return
    # codes of one byte have the shape that the header gives them, whatever it is
    truth = inner.rows(next(each for each in inner.file.tensors if each.name == "truth"))
    for tensor in packed:
        if tensor.shape != (len(truth), truth.shape[1]):
            continue
        try:
            assert np.allclose(weights.rows(tensor), truth, rtol=2**-8, atol=1e-9)
        except FormatError as error:
            assert "layer" in error.message  # noqa: PT017 - either outcome is right
