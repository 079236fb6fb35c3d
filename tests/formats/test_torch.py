"""torch's files: tensors by range and bit for bit, nothing executed, lies refused."""

from __future__ import annotations

import contextlib
import pickle
import struct
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from howopen.errors import FormatError, HowopenError
from howopen.formats.ranged import TensorFile, bytes_reader
from howopen.formats.torchlegacy import open_torch_legacy, read_torch_legacy
from howopen.formats.torchzip import open_torch_zip, read_torch_zip
from howopen.formats.weights import Source, Weights, open_weights
from tests.formats.torchfiles import (
    Piece,
    call,
    legacy,
    named,
    number,
    numbers,
    storage,
    table,
    tensor,
    text,
    whole,
    zipped,
)

FLOATS = np.arange(60, dtype="<f4") / 7
HALVES = np.arange(12, dtype="<f2") / 3

PIECES = {
    "plain": Piece("0", (6, 10), (10, 1), length=60),
    "turned": Piece("0", (10, 6), (1, 10), length=60),
    "cut": Piece("0", (3, 5), (10, 1), offset=12, length=60),
    "stepped": Piece("0", (3, 4), (20, 3), length=60),
    "row": Piece("0", (10,), (1,), offset=20, length=60),
    "number": Piece("0", (), (), offset=59, length=60),
    "empty": Piece("0", (0, 3), (3, 1), length=60),
    "half": Piece("1", (3, 4), (4, 1), kind="Half", length=12),
}
EXPECTED = {
    "plain": FLOATS.reshape(6, 10),
    "turned": FLOATS.reshape(6, 10).T,
    "cut": FLOATS.reshape(6, 10)[1:4, 2:7],
    "stepped": FLOATS.reshape(6, 10)[::2, ::3],
    "row": FLOATS[20:30],
    "number": FLOATS[59],
    "empty": np.zeros((0, 3), "<f4"),
    "half": HALVES.reshape(3, 4).astype("<f4"),
}


def _body(legacy: bool = False) -> bytes:
    return table({name: tensor(piece, legacy) for name, piece in PIECES.items()})


ZIP = zipped(_body(), {"0": FLOATS.tobytes(), "1": HALVES.tobytes()})
LEGACY = legacy(_body(True), {"0": (60, FLOATS.tobytes()), "1": (12, HALVES.tobytes())})


def _nowhere(path: str) -> Source:
    raise AssertionError(f"{path} was asked for")


def _open(data: bytes, name: str = "a.pt") -> Weights:
    return open_weights(name, Source(bytes_reader(data), len(data)), _nowhere)


def _values(weights: Weights) -> dict[str, np.ndarray]:
    return {each.name: weights.rows(each).reshape(each.shape) for each in weights.file.tensors}


@pytest.mark.parametrize(("data", "kind"), [(ZIP, "torch"), (LEGACY, "torch-legacy")])
def test_tensors_are_read_bit_for_bit_whatever_their_strides(data: bytes, kind: str) -> None:
    weights = _open(data)
    found = _values(weights)
    assert weights.file.format == kind
    assert list(found) == list(EXPECTED)
    for name, expected in EXPECTED.items():
        assert found[name].tobytes() == np.ascontiguousarray(expected).tobytes(), name
    assert weights.file.problems == ()


@pytest.mark.parametrize("data", [ZIP, LEGACY])
def test_some_rows_are_those_of_the_whole(data: bytes) -> None:
    weights = _open(data)
    for each in weights.file.tensors:
        if len(each.shape) == 2 and each.shape[0] > 2:
            assert np.array_equal(weights.rows(each, 1, 2), weights.rows(each)[1:3])


@pytest.mark.parametrize("reader", [read_torch_zip, read_torch_legacy])
def test_the_header_costs_no_bytes_of_large_storages(
    reader: Callable[..., TensorFile],
) -> None:
    many = np.zeros(1_000_000, "<f4").tobytes()
    piece = {"w": tensor(Piece("0", (1000, 1000), (1000, 1), length=10**6))}
    old = legacy(table({"w": tensor(Piece("0", (1000, 1000), (1000, 1), length=10**6), True)}),
                 {"0": (10**6, many)})  # fmt: skip
    data = zipped(table(piece), {"0": many}) if reader is read_torch_zip else old
    asked: list[int] = []

    def read(start: int, length: int) -> bytes:
        asked.append(length)
        return data[start : start + length]

    assert reader(read, len(data)).parameters == 10**6
    assert sum(asked) < 400_000
    assert len(asked) <= 8


def test_one_name_many_times_takes_bounded_time() -> None:
    one = tensor(Piece("0", (60,), (1,), length=60))
    body = b"}(" + text("w") + one + b"q\x01" + (text("w") + b"h\x01") * 20_000 + b"u"
    start = time.process_time()
    found = _open(zipped(body, {"0": FLOATS.tobytes()})).file
    assert len({each.name for each in found.tensors}) == 20_001
    assert found.parameters == 60
    assert time.process_time() - start < 10


def test_tied_tensors_count_once() -> None:
    one = tensor(Piece("0", (60,), (1,), length=60))
    found = _open(zipped(table({"a": one, "b": one}), {"0": FLOATS.tobytes()})).file
    assert [each.name for each in found.tensors] == ["a", "b"]
    assert found.parameters == 60


def test_a_checkpoint_s_optimizer_is_counted_and_left_out() -> None:
    one = tensor(Piece("0", (60,), (1,), length=60))
    body = table({"state_dict": table({"scaler.w": one}), "optimizer": table({"exp_avg": one})})
    found = _open(zipped(body, {"0": FLOATS.tobytes()})).file
    assert [each.name for each in found.tensors] == ["state_dict.scaler.w"]
    assert found.metadata == {"torch.training_tensors": "1"}
    plain = _open(zipped(table({"scaler.weight": one}), {"0": FLOATS.tobytes()})).file
    assert [each.name for each in plain.tensors] == ["scaler.weight"]


def test_a_pickled_module_gives_the_names_of_its_state_dict() -> None:
    weight = call("torch._utils._rebuild_parameter", tensor(Piece("0", (60,), (1,), length=60)),
                  b"\x88", call("collections.OrderedDict"))  # fmt: skip
    inner = named("my.Layer") + b")\x81" + table({"_parameters": table({"weight": weight})}) + b"b"
    outer = named("my.Net") + b")\x81" + table({"_modules": table({"0": inner})}) + b"b"
    found = _open(zipped(outer, {"0": FLOATS.tobytes()})).file
    assert [each.name for each in found.tensors] == ["0.weight"]
    assert "my.Net, my.Layer" in found.problems[0]
    assert found.metadata["pickle.names"] == "my.Net, my.Layer"


def test_torchscript_is_named_by_attribute_path_and_shows_its_constants() -> None:
    weight = tensor(Piece("0", (60,), (1,), length=60))
    layer = (
        named("__torch__.nn.___torch_mangle_3.Conv") + b")\x81" + table({"weight": weight}) + b"b"
    )
    module = named("__torch__.Net") + b")\x81" + table({"training": b"\x89", "conv": layer}) + b"b"
    constant = b"(" + tensor(Piece("0", (12,), (1,), kind="Half", length=12)) + b"t"
    extra = {
        "constants.pkl": whole(constant),
        "constants/0": HALVES.tobytes(),
        "code/__torch__.py": b"import os",
    }
    weights = _open(zipped(module, {"0": FLOATS.tobytes()}, extra), "a.jit")
    assert weights.file.format == "torchscript"
    assert [each.name for each in weights.file.tensors] == ["conv.weight", "constants.0"]
    assert weights.file.problems == ()
    assert _values(weights)["constants.0"].tobytes() == HALVES.astype("<f4").tobytes()


def _quantised(*parameters: bytes) -> bytes:
    piece = Piece("q", (2, 3), (3, 1), kind="QInt8", length=6)
    parts = storage(piece), number(0), numbers((2, 3)), numbers((3, 1))
    scheme = b"(" + b"".join(parameters) + b"t"
    hooks = call("collections.OrderedDict")
    return call("torch._utils._rebuild_qtensor", *parts, scheme, b"\x89", hooks)


def test_quantised_tensors_come_out_as_their_values() -> None:
    held = np.array([[-3, 0, 5], [127, -128, 1]], "i1")
    scales, zeros = np.array([0.5, 0.25]), np.array([1, -2], "<i8")
    one = _quantised(named("torch.per_tensor_affine"), b"G" + struct.pack(">d", 0.125), number(3))
    rows = _quantised(
        named("torch.per_channel_affine"), tensor(Piece("s", (2,), (1,), kind="Double", length=2)),
        tensor(Piece("z", (2,), (1,), kind="Long", length=2)), number(0),
    )  # fmt: skip
    data = zipped(
        table({"one": one, "rows": rows}),
        {"q": held.tobytes(), "s": scales.tobytes(), "z": zeros.tobytes()},
    )
    found = _values(_open(data))
    assert np.array_equal(found["one"], (held.astype("f4") - 3) * np.float32(0.125))
    wanted = (held.astype("f4") - zeros[:, None]) * scales[:, None]
    assert np.array_equal(found["rows"], wanted.astype("f4"))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (tensor(Piece("0", (7, 10), (10, 1), length=60)), "beyond the end of its storage"),
        (tensor(Piece("0", (60,), (1,), offset=1, length=60)), "beyond the end of its storage"),
        (tensor(Piece("0", (60,), (1,), length=10**6)), None),
        (tensor(Piece("0", (10**6,), (1,), length=10**6)), "beyond the end of its storage"),
        (tensor(Piece("0", (2**50,), (0,), length=60)), "no sizes"),
        (tensor(Piece("0", (1000, 10), (0, 1), length=60)), "overlap"),
        (tensor(Piece("0", (-3,), (1,), length=60)), "no sizes"),
        (tensor(Piece("0", (2**70,), (1,), length=60)), "no sizes"),
        (tensor(Piece("0", (3,) * 65, (1,) * 65, length=60)), "no sizes"),
        (tensor(Piece("0", (3, 4), (1,), length=60)), "no sizes"),
        (tensor(Piece("0", (3,), (1,), offset=-1, length=60)), "offset"),
        (tensor(Piece("0", (3,), (1,), kind="Evil", length=60)), "kind that is not known"),
        (tensor(Piece("../0", (3,), (1,), length=60)), "not in the archive"),
        (call("torch._utils._rebuild_sparse_tensor", number(1)), "is not read"),
        (call("torch._utils._rebuild_tensor_v2"), "is not read"),
    ],
)
def test_a_tensor_that_lies_is_told_and_its_neighbors_are_read(
    body: bytes, why: str | None
) -> None:
    good = tensor(PIECES["plain"])
    data = zipped(table({"bad": body, "good": good}), {"0": FLOATS.tobytes()})
    found = _open(data).file
    assert "good" in [each.name for each in found.tensors]
    if why is not None:
        assert [each.name for each in found.tensors] == ["good"]
        assert len(found.problems) == 1
        assert why in found.problems[0]
        assert "'bad'" in found.problems[0]


def test_a_pickle_that_would_run_a_command_is_read_and_told(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    evil = call("os.system", text(f"touch {marker}"))
    data = zipped(table({"w": tensor(PIECES["plain"]), "x": evil}), {"0": FLOATS.tobytes()})
    found = _open(data).file
    assert found.problems == ("this pickle calls os.system; it was not executed",)
    assert [each.name for each in found.tensors] == ["w"]
    plain = pickle.dumps({"a": 1}, 2)[:-1] + b"0" + evil + b"."
    other = _open(plain, "model.pkl").file
    assert (other.format, other.tensors) == ("pickle", ())
    assert any("os.system" in problem for problem in other.problems)
    assert not marker.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data[:-30], "zip archive"),
        (lambda data: data[: len(data) // 2], "zip archive"),
        (lambda data: data.replace(b"archive/data.pkl", b"archive/deta.pkl"), "data.pkl"),
    ],
)
def test_a_zip_that_is_broken_is_refused(change: Callable[[bytes], bytes], why: str) -> None:
    data = change(ZIP)
    assert data != ZIP
    with pytest.raises(FormatError, match=why) as told:
        _open(data)
    assert told.value.path == "a.pt"


def test_big_endian_and_tar_files_say_so() -> None:
    body = table({"w": tensor(PIECES["plain"])})
    big = zipped(body, {"0": FLOATS.tobytes()}).replace(b"little", b"big   ")
    with pytest.raises(FormatError, match="highest byte first"):
        _open(big)
    with pytest.raises(FormatError, match="tar files"):
        _open(b"sys_info".ljust(257, b"\0") + b"ustar" + bytes(500), "old.pth")


def test_compressed_storages_are_a_gap_and_a_compressed_pickle_is_read() -> None:
    data = zipped(table({"w": tensor(PIECES["plain"])}), {"0": bytes(240)},
                  method=zipfile.ZIP_DEFLATED)  # fmt: skip
    found = _open(data).file
    assert found.tensors == ()
    assert "compressed" in found.problems[0]


def test_a_pickle_that_unpacks_to_too_much_is_refused() -> None:
    bomb = b"N" * 70_000_000
    data = zipped(bomb, {}, method=zipfile.ZIP_DEFLATED)
    assert len(data) < 200_000
    with pytest.raises(FormatError, match="over"):
        _open(data)


def test_a_local_header_that_moves_the_bytes_is_refused_when_they_are_used() -> None:
    at = ZIP.index(b"PK\x03\x04", ZIP.index(b"archive/byteorder"))
    moved = bytearray(ZIP)
    moved[at + 28 : at + 30] = struct.pack("<H", 8)
    weights = _open(bytes(moved))
    with pytest.raises(FormatError, match="disagree"):
        weights.rows(weights.file.tensors[0])


def test_members_over_one_another_are_refused() -> None:
    entry = ZIP.index(b"PK\x01\x02", ZIP.index(b"PK\x01\x02") + 4)
    lying = bytearray(ZIP)
    lying[entry + 20 : entry + 28] = struct.pack("<II", 5_000, 5_000)
    with pytest.raises(FormatError, match="over another"):
        _open(bytes(lying))


@pytest.mark.parametrize("cut", [10, 100, 300, len(LEGACY) - 1])
def test_an_old_file_that_is_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(FormatError):
        _open(LEGACY[:cut], "old.pth")


def test_an_old_file_whose_counts_lie_is_refused_when_they_are_used() -> None:
    at = LEGACY.index(FLOATS.tobytes()) - 8
    weights = _open(LEGACY[:at] + struct.pack("<q", 7) + LEGACY[at + 8 :], "old.pth")
    with pytest.raises(FormatError, match="7 values"):
        weights.rows(weights.file.tensors[0])


def _tried(opened: Callable[[], Weights]) -> bool:
    """Tell whether a file was read, or refused with a message; any other error escapes."""
    try:
        weights = opened()
        for each in weights.file.tensors:
            assert 0 <= each.start <= each.stop
            with contextlib.suppress(FormatError):
                weights.rows(each)
    except HowopenError as error:
        return bool(error.message)
    return True


@settings(max_examples=150)
@given(st.integers(0, len(ZIP)), st.binary(min_size=1, max_size=8), st.sampled_from([ZIP, LEGACY]))
def test_any_damage_is_read_or_a_howopen_error(at: int, damage: bytes, data: bytes) -> None:
    hurt = data[:at] + damage + data[at + len(damage) :]
    source = Source(bytes_reader(hurt), len(hurt))
    opened = open_torch_zip if data is ZIP else open_torch_legacy
    assert _tried(lambda: opened("a.pt", source, _nowhere))


@given(st.binary(max_size=300))
def test_any_bytes_after_a_magic_are_read_or_a_howopen_error(data: bytes) -> None:
    for each in (b"PK\x03\x04" + data, b"\x80\x02" + data, LEGACY[:60] + data):
        assert _tried(partial(_open, each))
