"""ONNX: tensors inline, beside and inside graphs; scales; payloads not read; lies refused."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from howopen.errors import FormatError, HowopenError
from howopen.formats import protobuf
from howopen.formats.onnx import read_onnx
from howopen.formats.ranged import TensorFile, bytes_reader
from howopen.formats.weights import Source, Weights, open_weights
from tests.formats.attempt import attempt
from tests.formats.protofiles import (
    block,
    floats,
    graph,
    held,
    inner,
    integer,
    model,
    node,
    number,
    tensor,
    varint,
)

FLOAT, UINT8, INT8, INT64, BOOL, HALF, DOUBLE, BF16, UINT4, INT4 = 1, 2, 3, 7, 9, 10, 11, 16, 21, 22


def _nowhere(path: str) -> Source:
    raise AssertionError(f"{path} was asked for")


def _open(data: bytes, sibling: Callable[[str], Source] = _nowhere) -> Weights:
    return open_weights("a/model.onnx", Source(bytes_reader(data), len(data)), sibling)


def _values(weights: Weights) -> dict[str, np.ndarray]:
    return {each.name: weights.rows(each).reshape(each.shape) for each in weights.file.tensors}


W = np.arange(12, dtype="<f4").reshape(3, 4) / 7
Q = np.arange(-6, 6, dtype="i1").reshape(3, 4)


def _w(name: str = "w") -> bytes:
    return tensor(name, W.shape, FLOAT, W.tobytes())


def test_every_way_to_store_values_is_read() -> None:
    tensors = [
        _w("raw"),
        tensor("floats", (3, 4), FLOAT, more=block(4, W.tobytes())),
        tensor("doubles", (3,), DOUBLE, more=block(10, np.array([1, 2.5, -3]).tobytes())),
        tensor("longs", (3,), INT64, more=block(7, varint(5) + varint(-2) + varint(300))),
        tensor("bytes", (3,), INT8, more=block(5, varint(5) + varint(-2) + varint(-128))),
        tensor("halves", (2,), HALF, more=block(5, varint(0x3C00) + varint(0xC000))),
        tensor("brain", (2,), BF16, more=block(5, varint(0x3F80) + varint(0xC000))),
        tensor("eighths", (2,), 17, more=block(5, varint(0x38) + varint(0xC0))),
        tensor("four", (3, 3), INT4, bytes([0x21, 0xF3, 0x87, 0x10, 0x0E])),
        tensor("unsigned", (3,), UINT4, bytes([0x21, 0x0F])),
        tensor("single", (), FLOAT, floats([2.5])),
        tensor("empty", (0, 4), FLOAT),
        tensor("flags", (2,), BOOL, b"\x01\x00"),
    ]
    found = _values(_open(model(graph([], tensors))))
    assert np.array_equal(found["raw"], W)
    assert np.array_equal(found["floats"], W)
    assert found["doubles"].tolist() == [1, 2.5, -3]
    assert found["longs"].tolist() == [5, -2, 300]
    assert found["bytes"].tolist() == [5, -2, -128]
    assert found["halves"].tolist() == found["brain"].tolist() == [1, -2]
    assert found["four"].tolist() == [[1, 2, 3], [-1, 7, -8], [0, 1, -2]]
    assert found["unsigned"].tolist() == [1, 2, 15]
    assert found["single"].tolist() == 2.5
    assert found["flags"].tolist() == [1, 0]
    assert found["empty"].shape == (0, 4)
    assert np.array_equal(found["eighths"], [1, -2])


def test_rows_of_packed_halves_of_bytes_start_anywhere() -> None:
    weights = _open(
        model(graph([], [tensor("f", (3, 3), INT4, bytes([0x21, 0xF3, 0x87, 0x10, 14]))]))
    )
    only = weights.file.tensors[0]
    assert weights.rows(only, 1, 1).tolist() == [[-1, 7, -8]]
    assert weights.row_bytes(only) == 2


def _quantised(nodes: list[bytes], *more: bytes) -> Weights:
    tensors = [
        tensor("w_q", Q.shape, INT8, Q.tobytes()),
        tensor("scale", (), FLOAT, floats([0.5])),
        tensor("rows", (3,), FLOAT, floats([1, 2, 4])),
        tensor("columns", (4,), FLOAT, floats([1, 2, 4, 8])),
        tensor("line", (1, 4), FLOAT, floats([1, 2, 4, 8])),
        tensor("zero", (), INT8, b"\x02"),
        *more,
    ]
    return _open(model(graph(nodes, tensors)))


_ROWS = np.array([[1], [2], [4]])
_COLUMNS = np.array([1, 2, 4, 8])


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([node("DequantizeLinear", ["w_q", "scale", "zero"], ["w"])], (Q - 2.0) * 0.5),
        ([node("DequantizeLinear", ["w_q", "rows"], ["w"], more=integer("axis", 0))], Q * _ROWS),
        ([node("DequantizeLinear", ["w_q", "columns"], ["w"])], Q * _COLUMNS),
        (
            [
                node("Gather", ["w_q", "i"], ["rows_q"]),
                node("DequantizeLinear", ["rows_q", "scale", "zero"], ["w"]),
            ],
            (Q - 2.0) * 0.5,
        ),
        (
            [
                node("MatMulInteger", ["x", "w_q", "xz", "zero"], ["y"]),
                node("Cast", ["y"], ["yf"]),
                node("Mul", ["x_scale", "columns"], ["both"]),
                node("Mul", ["yf", "both"], ["out"]),
            ],
            (Q - 2.0) * _COLUMNS,
        ),
        ([node("QLinearConv", ["x", "s", "z", "w_q", "rows", "zero", "a", "b"], ["y"])],
         (Q - 2.0) * _ROWS),
        ([node("QLinearMatMul", ["x", "s", "z", "w_q", "columns", "zero", "a", "b"], ["y"])],
         (Q - 2.0) * _COLUMNS),
        ([node("Cast", ["w_q"], ["w_f"]), node("Mul", ["w_f", "line"], ["w"])], Q * _COLUMNS),
        (
            [
                node("Cast", ["w_q"], ["w_f"]),
                node("Sub", ["w_f", "zero"], ["w_s"]),
                node("Mul", ["w_s", "scale"], ["w"]),
            ],
            (Q - 2.0) * 0.5,
        ),
    ],
)  # fmt: skip
def test_whole_numbers_come_out_as_values(nodes: list[bytes], expected: np.ndarray) -> None:
    weights = _quantised(nodes)
    only = next(each for each in weights.file.tensors if each.name == "w_q")
    assert only.packing == "affine"
    assert np.array_equal(weights.rows(only), expected.astype("f4"))
    assert np.array_equal(weights.rows(only, 1, 2), expected[1:].astype("f4"))
    used = {"scale", "rows", "columns", "line"} & {each.name for each in weights.file.tensors}
    assert len(used) == 3


def test_blocks_along_an_axis_share_a_scale() -> None:
    held = np.arange(-16, 16, dtype="i1").reshape(8, 4)
    scales = np.arange(1, 9, dtype="f4").reshape(2, 4)
    tensors = [
        tensor("q", (8, 4), INT8, held.tobytes()),
        tensor("s", (2, 4), FLOAT, scales.tobytes()),
    ]
    use = node(
        "DequantizeLinear", ["q", "s"], ["w"], more=integer("axis", 0) + integer("block_size", 4)
    )
    weights = _open(model(graph([use], tensors)))
    expected = held * scales.repeat(4, axis=0)
    only = weights.file.tensors[0]
    assert np.array_equal(weights.rows(only), expected)
    assert np.array_equal(weights.rows(only, 3, 3), expected[3:6])


def test_an_integer_tensor_without_a_known_scale_keeps_its_numbers() -> None:
    weights = _quantised([node("Gather", ["w_q", "i"], ["a"])])
    only = next(each for each in weights.file.tensors if each.name == "w_q")
    assert only.packing == ""
    assert np.array_equal(weights.rows(only), Q)


@pytest.mark.parametrize("zeros", [False, True])
def test_matrices_of_four_bits_in_blocks(zeros: bool) -> None:
    rng = np.random.default_rng(1)
    numbers = rng.integers(0, 16, (3, 2, 16), dtype=np.uint8)
    packed = numbers[..., ::2] | numbers[..., 1::2] << 4
    scales = rng.random((3, 2)).astype("f4")
    zero = rng.integers(0, 16, (3, 2), dtype=np.uint8)
    tensors = [
        tensor("B", packed.shape, UINT8, packed.tobytes()),
        tensor("S", (6,), FLOAT, scales.tobytes()),
        tensor("Z", (3,), UINT8, (zero[:, 0] | zero[:, 1] << 4).tobytes()),
    ]
    sizes = b"".join(
        integer(*each) for each in [("K", 30), ("N", 3), ("bits", 4), ("block_size", 16)]
    )
    inputs = ["x", "B", "S", "Z"] if zeros else ["x", "B", "S"]
    weights = _open(model(graph([node("MatMulNBits", inputs, ["y"], "/q/MatMul", sizes)], tensors)))
    shift = zero[..., None].astype("f4") if zeros else np.float32(8)
    expected = ((numbers - shift) * scales[..., None]).reshape(3, 32)[:, :30]
    only = weights.file.tensors[0]
    assert (only.shape, only.packing, only.hint) == ((3, 30), "matmulnbits", "/q/MatMul")
    assert np.array_equal(weights.rows(only), expected)
    assert np.array_equal(weights.rows(only, 1, 1), expected[1:2])
    assert weights.row_bytes(only) == 16


def test_tensors_of_inner_graphs_and_of_constants_are_found() -> None:
    then = graph([], [_w("w"), _w("only")])
    other = graph([node("Constant", [], ["c"], more=held("value", _w("ignored")))], [])
    branch = node(
        "If", ["x"], ["y"], "If_0", inner("then_branch", then) + inner("else_branch", other)
    )
    found = _open(model(graph([branch], [_w("w")]))).file
    assert [each.name for each in found.tensors] == ["w", "If_0.then_branch/w", "only", "c"]
    assert found.parameters == 48


def test_a_hint_says_where_a_tensor_without_a_name_is_used() -> None:
    path = "/encoder/layer.0/attention/self/query/MatMul"
    scopes = block(
        9, block(1, "pkg.torch.onnx.name_scopes") + block(2, "['', 'encoder.1', 'linear']")
    )
    nodes = [
        node("Transpose", ["onnx::MatMul_1"], ["t"], "Transpose_3"),
        node("MatMul", ["x", "t"], ["y"], path),
        node("MatMul", ["y", "val_9"], ["z"], "node_9", scopes),
        node("LSTM", ["z", "val_w", "val_r"], ["o"], "/rnn"),
    ]
    names = ["onnx::MatMul_1", "val_9", "val_w", "val_r"]
    found = _open(model(graph(nodes, [_w(name) for name in names]))).file
    hints = [each.hint for each in found.tensors]
    assert hints == [path, "encoder.1/MatMul", "/rnn.W", "/rnn.R"]


def _external(location: str, offset: str = "4", length: str = "48") -> bytes:
    pairs = {"location": location, "offset": offset, "length": length}
    told = b"".join(block(13, block(1, key) + block(2, value)) for key, value in pairs.items())
    return model(graph([], [tensor("w", W.shape, FLOAT, more=told + number(14, 1))]))


def test_values_in_another_file_are_read_there() -> None:
    data = b"head" + W.tobytes()
    asked: list[str] = []

    def sibling(path: str) -> Source:
        asked.append(path)
        return Source(bytes_reader(data), len(data))

    weights = _open(_external("./sub/model.onnx_data"), sibling)
    assert np.array_equal(weights.rows(weights.file.tensors[0], 1, 2), W[1:])
    assert asked == ["sub/model.onnx_data"]


@pytest.mark.parametrize(
    "location", ["../x", "/etc/passwd", "a/../../x", "C:\\x", "C:/x", "", "a\\..\\x", "file:///x"]
)
def test_a_file_outside_the_folder_is_refused(location: str) -> None:
    found = _open(_external(location)).file
    assert found.tensors == ()
    assert "outside the folder" in found.problems[0]


def test_another_file_that_is_too_short_is_an_error_with_its_name() -> None:
    weights = _open(_external("d.bin"), lambda _: Source(bytes_reader(b"1234567"), 7))
    with pytest.raises(FormatError, match=r"d\.bin.*cut off"):
        weights.rows(weights.file.tensors[0])


def test_payloads_are_not_read() -> None:
    large = np.zeros((1000, 1000), "<f4").tobytes()
    tensors = [tensor(f"w{index}", (1000, 1000), FLOAT, large) for index in range(8)]
    data = model(graph([], tensors))
    asked: list[int] = []

    def read(start: int, length: int) -> bytes:
        asked.append(length)
        return data[start : start + length]

    assert read_onnx(read, len(data)).parameters == 8_000_000
    assert sum(asked) < 20_000
    assert len(asked) <= 12


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (tensor("w", (3, 5), FLOAT, W.tobytes()), "does not fit"),
        (tensor("w", (3, 4), 99, W.tobytes()), "type onnx-99"),
        (tensor("w", (3, 4), FLOAT), "not in the file"),
        (tensor("w", (3, 4), FLOAT, W.tobytes(), block(4, W.tobytes())), "several pieces"),
        (tensor("w", (3,), FLOAT, more=block(5, varint(1) * 3)), "in a way that is not read"),
    ],
)
def test_a_tensor_that_lies_is_told_and_its_neighbors_are_read(body: bytes, why: str) -> None:
    found = _open(model(graph([], [body, _w("good")]))).file
    assert [each.name for each in found.tensors] == ["good"]
    assert why in found.problems[0]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no format|not an ONNX|holds no graph"),
        (model(graph([], [_w()]))[:-30], "ends|beyond|reaches"),
        (model(graph([], [tensor("w", (2**63,), FLOAT)])), "impossible shape"),
        (model(graph([], [tensor("w", (2**40, 2**40, 0), FLOAT)])), "impossible shape"),
        (model(graph([], [tensor("w", (1,) * 70, FLOAT)])), "impossible shape"),
        (b"\x08\x08" + b"\xff" * 30, "number without an end"),
        (b"\x08\x08\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "reaches beyond"),
        (b"\x08\x08\x0b", "wire type"),
        (b"\x08\x08\x00\x00", "without a number"),
    ],
)
def test_a_file_that_lies_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(FormatError, match=why) as told:
        _open(data)
    assert told.value.path == "a/model.onnx"


def test_values_that_do_not_fit_their_shape_are_refused_when_read() -> None:
    weights = _open(model(graph([], [tensor("w", (4,), INT64, more=block(7, varint(1) * 3))])))
    with pytest.raises(FormatError, match="does not fit its values"):
        weights.rows(weights.file.tensors[0])


def test_graphs_that_nest_too_deep_are_refused() -> None:
    body = graph([], [_w()])
    for _ in range(20):
        body = graph([node("If", ["x"], ["y"], "", inner("then_branch", body))], [])
    with pytest.raises(FormatError, match="nest deeper"):
        _open(model(body))


def test_too_many_fields_are_refused_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protobuf, "MAX_FIELDS", 100_000)
    start = time.process_time()
    with pytest.raises(FormatError, match="fields"):
        _open(number(1, 8) + block(7, number(3, 1) * 200_000))
    assert time.process_time() - start < 10


def test_a_value_with_many_users_takes_bounded_time() -> None:
    nodes = [node("Reshape", ["w_q" if each % 2 else "a"], ["a"]) for each in range(3_000)]
    nodes += [node("Cast", ["a"], ["a"]) for _ in range(3_000)]
    tensors = [tensor(f"w_{each}", (1,), INT8, b"1") for each in range(3_000)]
    start = time.process_time()
    assert len(_open(model(graph(nodes, tensors))).file.tensors) == 3_000
    assert time.process_time() - start < 10


def test_many_tensors_of_one_name_take_bounded_time() -> None:
    branch = inner("then_branch", graph([], [tensor("w", (1,), FLOAT, b"abcd")]))
    start = time.process_time()
    found = _open(model(graph([node("If", ["x"], ["y"], "", branch)] * 5_000, []))).file
    assert len({each.name for each in found.tensors}) == 5_000
    assert time.process_time() - start < 10


def test_too_many_nodes_are_refused() -> None:
    with pytest.raises(FormatError, match="nodes"):
        _open(number(1, 8) + block(7, block(1, b"") * 300_001))


GOOD = model(
    graph(
        [
            node("DequantizeLinear", ["q", "s", "z"], ["w"], "n"),
            node("MatMulNBits", ["x", "B", "S"], ["y"], "m", integer("K", 16) + integer("N", 1)
                 + integer("block_size", 16)),
            node("If", ["c"], ["o"], "i", inner("then_branch", graph([], [_w("t")]))),
        ],
        [
            _w("w0"), tensor("q", Q.shape, INT8, Q.tobytes()),
            tensor("s", (4,), FLOAT, floats([1] * 4)), tensor("z", (), INT8, b"\1"),
            tensor("B", (1, 1, 8), UINT8, bytes(8)),
            tensor("S", (1,), FLOAT, floats([1])),
            tensor("v", (2,), INT64, more=block(7, b"\x05\x06")),
        ],
    )
)  # fmt: skip


def _tried(data: bytes) -> bool:
    """Tell whether a file was read, or refused with a message; any other error escapes."""
    try:
        weights = _open(data, lambda _: Source(bytes_reader(data), len(data)))
        for each in weights.file.tensors:
            with contextlib.suppress(FormatError):
                weights.rows(each)
    except HowopenError as error:
        return bool(error.message)
    return True


@settings(max_examples=200)
@given(st.integers(0, len(GOOD)), st.binary(min_size=1, max_size=6))
def test_any_damage_is_read_or_a_howopen_error(at: int, damage: bytes) -> None:
    assert _tried(GOOD[:at] + damage + GOOD[at + len(damage) :])


@given(st.binary(max_size=300))
def test_any_bytes_are_onnx_or_a_format_error(data: bytes) -> None:
    for each in (data, number(1, 8) + block(7, data), model(graph([], [data]))):
        found = attempt(lambda raw: read_onnx(bytes_reader(raw), len(raw)), each)
        assert isinstance(found, TensorFile | FormatError)


def test_what_the_format_s_own_library_writes_is_read() -> None:
    onnx = pytest.importorskip("onnx", reason="the ONNX library is not installed")
    rng = np.random.default_rng(0)
    arrays = {
        "a": rng.random((5, 7)).astype("f4"), "b": rng.random((3,)), "c": np.arange(4),
        "d": rng.random((2, 2)).astype("f2"), "e": np.array([True, False]),
    }  # fmt: skip
    made = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["a"], ["y"])], "g", [],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [5, 7])],
        [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )  # fmt: skip
    found = _values(_open(onnx.helper.make_model(made).SerializeToString()))
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].tobytes() == array.astype("f4").tobytes(), name
