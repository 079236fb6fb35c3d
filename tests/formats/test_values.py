"""Values: every plain type and every GGML type come out as the libraries that define them say."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError, TooLargeError
from howopen.formats.gguf import GGML_TYPES
from howopen.formats.ranged import Tensor, TensorFile
from howopen.formats.values import BLOCKS, block_of, decode
from howopen.formats.weights import HEAD, MAX_VALUES, Weights
from tests.formats.written import Log, opened, source

if TYPE_CHECKING:
    from howopen.formats.weights import Values

ml_dtypes = pytest.importorskip("ml_dtypes", reason="the small floats are not installed")
gguf = pytest.importorskip("gguf", reason="the GGUF library is not installed")

#: our name -> numpy's or ml_dtypes' type
TYPES = {
    "F32": np.float32, "F16": np.float16, "F64": np.float64, "I8": np.int8, "U8": np.uint8,
    "I16": np.int16, "U16": np.uint16, "I32": np.int32, "U32": np.uint32, "I64": np.int64,
    "U64": np.uint64, "BOOL": np.bool_, "BF16": ml_dtypes.bfloat16,
    "F8_E4M3": ml_dtypes.float8_e4m3fn, "F8_E5M2": ml_dtypes.float8_e5m2,
    "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz, "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
    "F8_E8M0": ml_dtypes.float8_e8m0fnu,
}  # fmt: skip


def _same(ours: Values, theirs: object) -> bool:
    return np.array_equal(ours, np.asarray(theirs), equal_nan=True)


@pytest.mark.parametrize("dtype", [name for name in TYPES if BLOCKS[name][1] == 1])
def test_all_values_of_a_byte_are_those_of_their_library(dtype: str) -> None:
    raw = bytes([0, 1]) if dtype == "BOOL" else bytes(range(256))
    assert _same(decode(dtype, raw), np.frombuffer(raw, TYPES[dtype]).astype(np.float32))


@pytest.mark.parametrize("dtype", ["F16", "BF16", "I16", "U16"])
def test_all_values_of_two_bytes_are_those_of_their_library(dtype: str) -> None:
    raw = np.arange(65_536, dtype="<u2").tobytes()
    assert _same(decode(dtype, raw), np.frombuffer(raw, TYPES[dtype]).astype(np.float32))
    turned = np.arange(65_536, dtype=">u2").tobytes()
    assert _same(decode(dtype, turned, big=True), decode(dtype, raw))


@pytest.mark.parametrize("dtype", ["F32", "F64", "I32", "U32", "I64", "U64"])
def test_wide_values_are_cast_and_overflow_to_infinity_in_silence(dtype: str) -> None:
    held = np.array([0, 1, 2**30 + 1, 127], dtype=TYPES[dtype])
    assert decode(dtype, held.tobytes()).tolist() == held.astype(np.float32).tolist()
    assert decode("F64", np.array([1e300, np.nan]).tobytes())[0] == np.inf


def test_floats_of_four_bits_are_those_of_their_library() -> None:
    raw = bytes(range(256))
    codes = np.stack([np.arange(256) & 15, np.arange(256) >> 4], axis=1).ravel().astype(np.uint8)
    theirs = codes.view(ml_dtypes.float4_e2m1fn).astype(np.float32)
    assert _same(decode("F4", raw), theirs)


@pytest.mark.parametrize("dtype", ["C64", "F6_E2M3", "Q4_0_4_4", "", "ggml-99"])
def test_a_type_of_unknown_layout_is_refused_by_name(dtype: str) -> None:
    with pytest.raises(FormatError, match="not decoded"):
        decode(dtype, bytes(8))


def test_a_cut_block_is_refused() -> None:
    with pytest.raises(FormatError, match="no whole number"):
        decode("Q4_0", bytes(17))


#: types that the library can write
_WRITABLE = ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "BF16", "TQ1_0", "TQ2_0", "MXFP4")
#: types that the library does not decode
_OWN = ("Q8_K", "Q1_0")


@pytest.mark.parametrize("dtype", _WRITABLE)
def test_what_the_gguf_library_quantises_is_what_it_decodes(dtype: str) -> None:
    kind = gguf.GGMLQuantizationType[dtype]
    values = np.random.default_rng(5).normal(size=(4, 512)).astype(np.float32)
    held = gguf.quants.quantize(values, kind)
    ours = decode(dtype, held.tobytes()).reshape(values.shape)
    assert _same(ours, gguf.quants.dequantize(held, kind))
    assert np.corrcoef(ours.ravel(), values.ravel())[0, 1] > 0.5


@pytest.mark.parametrize(
    "dtype", sorted({name for name, block, _ in GGML_TYPES.values() if block > 1} - {*_OWN, "Q8_1"})
)
def test_every_ggml_type_is_decoded_as_the_gguf_library_does(dtype: str) -> None:
    _, width = block_of(dtype)
    held = np.random.default_rng(6).integers(0, 256, size=(3, width), dtype=np.uint8)
    with np.errstate(all="ignore"):
        theirs = gguf.quants.dequantize(held, gguf.GGMLQuantizationType[dtype])
    assert _same(decode(dtype, held.tobytes()).reshape(3, -1), theirs)


def test_the_types_that_no_package_decodes_follow_their_blocks() -> None:
    raw = np.float32(0.25).tobytes() + bytes(range(256)) + bytes(32)
    assert decode("Q8_K", raw).tolist() == [code / 4 for code in [*range(128), *range(-128, 0)]]
    raw = np.float16(2).tobytes() + b"\x01" + bytes(14) + b"\x80"
    assert decode("Q1_0", raw).tolist() == [2, *[-2] * 126, 2]


def test_every_type_of_the_format_has_a_decoder_but_the_one_whose_size_is_disputed() -> None:
    types = {name: (values, width) for name, values, width in GGML_TYPES.values()}
    assert set(types) - set(BLOCKS) == {"Q8_1"}
    for name, (values, width) in types.items() - {("Q8_1", (32, 40))}:
        assert len(decode(name, bytes(width))) == values


def _safetensors(tensors: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]) -> bytes:
    writer = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    written: bytes = writer.save(tensors)
    return written


@given(
    st.sampled_from(["F32", "F16", "F64", "BF16", "I8", "U8", "I16", "I32", "I64", "BOOL"]),
    st.lists(st.integers(0, 5), max_size=8),
    st.data(),
)
def test_a_file_of_safetensors_reads_back_equal(
    dtype: str, shape: list[int], data: st.DataObject
) -> None:
    shape = shape if np.prod(shape, dtype=object) < 5_000 else shape[:2]
    rng = np.random.default_rng(len(shape))
    held = rng.integers(0, 100, size=shape).astype(TYPES[dtype])
    written = _safetensors({"w": held, "other": np.ones(3, np.float32)})
    weights = opened({"a.safetensors": written})
    tensor = next(each for each in weights.file.tensors if each.name == "w")
    rows = shape[0] if shape else 1
    assert (tensor.dtype, tensor.shape) == (dtype, tuple(shape))
    start = data.draw(st.integers(0, rows))
    count = data.draw(st.integers(0, rows - start))
    wanted = held.astype(np.float32).reshape(rows, int(np.prod(shape[1:])))
    assert _same(weights.rows(tensor), wanted)
    assert _same(weights.rows(tensor, start, count), wanted[start : start + count])
    assert weights.raw(tensor, 0, tensor.stop - tensor.start) == held.tobytes()


def test_only_the_bytes_of_the_rows_are_read() -> None:
    held = np.arange(200_000, dtype=np.float16).reshape(1000, 200)
    log = Log()
    weights = opened({"a.safetensors": _safetensors({"w": held})}, log=log)
    assert log == [("a.safetensors", 0, HEAD)]
    (tensor,) = weights.file.tensors
    assert weights.row_bytes(tensor) == 400
    log.clear()
    assert _same(weights.rows(tensor, 900, 8), held[900:908])
    assert log.bytes_read() == 8 * 400


def _written(path: Path, kind: str, values: Values) -> bytes:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_token_list([f"t{index}" for index in range(300)])
    chosen = gguf.GGMLQuantizationType[kind]
    if chosen.name in ("F32", "F16"):
        writer.add_tensor("w", values.astype(TYPES[kind]))
    else:
        writer.add_tensor("w", gguf.quants.quantize(values, chosen), raw_dtype=chosen)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["F32", "F16", *_WRITABLE])
def test_a_file_of_the_gguf_library_reads_back_as_it_reads_it(kind: str, tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(6, 512)).astype(np.float32)
    path = tmp_path / "a.gguf"
    data = _written(path, kind, values)
    log = Log()
    weights = opened({"a.gguf": data}, log=log)
    (tensor,) = weights.file.tensors
    theirs = gguf.GGUFReader(path).tensors[0]
    wanted = gguf.quants.dequantize(theirs.data, theirs.tensor_type).reshape(6, 512)
    assert tensor.shape == (6, 512)
    assert _same(weights.rows(tensor), wanted)
    assert _same(weights.rows(tensor, 2, 3), wanted[2:5])
    assert weights.row_bytes(tensor) * 6 == tensor.stop - tensor.start
    assert weights.tokens() == tuple(f"t{index}" for index in range(300))


def test_rows_that_are_no_whole_blocks_are_cut_out_of_the_blocks_around_them() -> None:
    values = np.arange(96, dtype=np.float32) - 48
    held = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0).tobytes()
    tensor = Tensor(name="w", dtype="Q8_0", shape=(12, 8), start=0, stop=len(held))
    file = TensorFile(format="gguf", metadata={}, tensors=(tensor,), parameters=96, header=(0, 0))
    weights = Weights(file, source(held))
    whole = decode("Q8_0", held).reshape(12, 8)
    assert weights.row_bytes(tensor) == 0
    assert _same(weights.rows(tensor, 3, 6), whole[3:9])


def test_values_in_another_order_are_read_by_their_steps() -> None:
    held = np.arange(24, dtype=np.float32)
    tensor = Tensor(name="w", dtype="F32", shape=(4, 6), start=0, stop=96, strides=(1, 4))
    file = TensorFile(format="torch", metadata={}, tensors=(tensor,), parameters=24, header=(0, 0))
    weights = Weights(file, source(held.tobytes()))
    assert _same(weights.rows(tensor, 1, 2), held.reshape(6, 4).T[1:3])
    assert weights.row_bytes(tensor) == 0


@pytest.mark.parametrize("steps", [(-1, 4), (1, 2**60), (5, 4)])
def test_steps_that_leave_the_tensor_are_refused(steps: tuple[int, int]) -> None:
    tensor = Tensor(name="w", dtype="F32", shape=(4, 6), start=0, stop=96, strides=steps)
    file = TensorFile(format="torch", metadata={}, tensors=(tensor,), parameters=24, header=(0, 0))
    with pytest.raises(FormatError, match="'w'"):
        Weights(file, source(bytes(200))).rows(tensor)


def test_rows_that_are_not_there_and_too_many_are_refused() -> None:
    big = Tensor(name="w", dtype="F32", shape=(2**40, 2), start=0, stop=2**43)
    file = TensorFile(format="x", metadata={}, tensors=(big,), parameters=1, header=(0, 0))
    weights = Weights(file, source(b""))
    with pytest.raises(TooLargeError, match=f"{MAX_VALUES:,}"):
        weights.rows(big)
    with pytest.raises(FormatError, match="no rows 5 to 4"):
        weights.rows(big, 5, -1)
    with pytest.raises(FormatError, match="is cut off"):
        weights.rows(big, 0, 1)
    with pytest.raises(FormatError, match="no bytes"):
        weights.raw(big, 2**43, 1)


def test_infinities_and_not_a_number_are_passed_on() -> None:
    held = np.array([np.nan, np.inf, -np.inf, 1], np.float32)
    weights = opened({"a.safetensors": _safetensors({"w": held})})
    assert _same(weights.rows(weights.file.tensors[0])[:, 0], held)


def test_a_file_of_no_known_format_is_refused_with_its_name() -> None:
    with pytest.raises(FormatError, match=r"a\.txt: no format"):
        opened({"a.txt": b"hello"})
    with pytest.raises(FormatError, match=r"a\.safetensors: "):
        opened({"a.safetensors": b"hello"})


def test_a_format_is_known_by_its_first_bytes_whatever_its_name() -> None:
    held = np.ones((2, 2), np.float32)
    assert opened({"weights": _safetensors({"w": held})}).file.format == "safetensors"
    stream = io.BytesIO()
    np.save(stream, held)
    assert opened({"weights.dat": stream.getvalue()}).file.format == "npy"


def _index(weight_map: dict[str, str]) -> bytes:
    return json.dumps({"metadata": {}, "weight_map": weight_map}).encode()


INDEX = "model.safetensors.index.json"


def test_shards_are_read_as_one_file() -> None:
    one, two = np.ones((2, 3), np.float32), np.full((4, 3), 2, np.float16)
    files = {
        INDEX: _index({"a": "x-1.safetensors", "b": "x-2.safetensors"}),
        "x-1.safetensors": _safetensors({"a": one}),
        "x-2.safetensors": _safetensors({"b": two}),
    }
    weights = opened(files)
    assert weights.file.format == "safetensors"
    assert weights.file.parameters == 18
    assert [(each.name, each.path) for each in weights.file.tensors] == [
        ("a", "x-1.safetensors"),
        ("b", "x-2.safetensors"),
    ]
    second = weights.file.tensors[1]
    assert _same(weights.rows(second, 1, 2), two[1:3])
    assert weights.raw(second, 0, 6) == two.tobytes()[:6]
    assert weights.row_bytes(second) == 6


def test_what_is_lost_of_shards_is_said_and_the_rest_is_read() -> None:
    whole = _safetensors({"a": np.ones((2, 3), np.float32), "c": np.ones((2, 3), np.float32)})
    weight_map = {"a": "x-1.st", "c": "x-1.st", "d": "x-1.st", "b": "x-2.st"}
    weights = opened({INDEX: _index(weight_map), "x-1.st": whole[:-1]})
    assert [each.name for each in weights.file.tensors] == ["a"]
    told = " | ".join(weights.file.problems)
    assert "x-2.st, with 1 tensors: no such file" in told
    assert "tensor 'c' lies beyond the end" in told
    assert "tensor 'd' of the index is not in its file" in told


@pytest.mark.parametrize(
    "outside",
    ["../x.st", "/etc/passwd", "a/../../x.st", "..", "C:\\x.st", "a\0b", "s3://b/x.st", "", "."],
)
def test_an_index_that_points_outside_is_refused_by_tensor_and_file(outside: str) -> None:
    data = _index({"a": outside})
    with pytest.raises(FormatError, match=r"index\.json: tensor 'a' is said to lie outside"):
        opened({INDEX: data, outside: _safetensors({"a": np.ones(2, np.float32)})}, INDEX)


def test_an_index_of_itself_ends() -> None:
    with pytest.raises(FormatError, match="names an index"):
        opened({INDEX: _index({"a": INDEX})})


def test_an_index_without_files_is_refused() -> None:
    with pytest.raises(FormatError, match="with 1 tensors: no such file"):
        opened({INDEX: _index({"a": "x.st"})})


def test_a_gguf_of_the_other_byte_order_is_read_where_its_types_are_plain(tmp_path: Path) -> None:
    values = np.arange(64, dtype=np.float32).reshape(2, 32)
    writer = gguf.GGUFWriter(tmp_path / "a.gguf", "llama", endianess=gguf.GGUFEndian.BIG)
    writer.add_tensor("w", values)
    writer.add_tensor("q", np.zeros((2, 34), np.uint8), raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    weights = opened({"a.gguf": (tmp_path / "a.gguf").read_bytes()})
    plain, packed = weights.file.tensors
    assert _same(weights.rows(plain), values)
    with pytest.raises(FormatError, match="highest byte first"):
        weights.rows(packed)


def test_a_header_of_lies_costs_no_memory() -> None:
    header = json.dumps(
        {"w": {"dtype": "X", "shape": [2**62] * 64, "data_offsets": [0, 0]}}
    ).encode()
    weights = opened({"a.safetensors": struct.pack("<Q", len(header)) + header})
    with pytest.raises(FormatError, match="'w'"):
        weights.rows(weights.file.tensors[0], 0, 1)
