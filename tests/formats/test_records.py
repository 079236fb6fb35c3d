"""CTranslate2's records and thinc's MessagePack: arrays by range, lies refused."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError
from howopen.formats.ctranslate2 import read_ctranslate2
from howopen.formats.ranged import Ranged, TensorFile, bytes_reader
from howopen.formats.thinc import read_thinc
from howopen.formats.weights import Source, Weights, open_weights
from tests.formats.attempt import attempt

W = np.arange(12, dtype="<f4").reshape(3, 4) / 7


def _nowhere(path: str) -> Source:
    raise AssertionError(f"{path} was asked for")


def _open(data: bytes, path: str) -> Weights:
    return open_weights(path, Source(bytes_reader(data), len(data)), _nowhere)


def _text(value: str) -> bytes:
    return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"


def _record(name: str, array: np.ndarray, kind: int, version: int) -> bytes:
    told = struct.pack("<BI", kind, array.nbytes)
    if version < 4:
        told = struct.pack("<BI", array.itemsize, array.size)
    shape = struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
    return _text(name) + shape + told + array.tobytes()


def _ctranslate2(version: int = 6) -> bytes:
    whole = np.array([[-127, 64], [3, 127]], "i1")
    records = [
        _record("encoder/weight", W, 0, version),
        _record("decoder/weight", whole, 1, version),
        _record("decoder/weight_scale", np.array([2, 4], "<f4"), 0, version),
    ]
    head = struct.pack("<I", version) + _text("WhisperSpec") + struct.pack("<II", 3, len(records))
    return head + b"".join(records) + struct.pack("<I", 0)


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6])
def test_ctranslate2_s_records_are_read_and_scaled(version: int) -> None:
    weights = _open(_ctranslate2(version), "m/model.bin")
    assert weights.file.format == "ctranslate2"
    assert weights.file.metadata["spec"] == "WhisperSpec"
    first, second = weights.file.tensors
    assert np.array_equal(weights.rows(first), W)
    assert weights.rows(second).tolist() == [[-63.5, 32], [0.75, 31.75]]
    assert weights.rows(second, 1, 1).tolist() == [[0.75, 31.75]]
    assert weights.file.parameters == 16


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data[:-10], "ends|beyond"),
        (lambda data: data[:40], "ends|beyond"),
        (lambda data: data[:20] + data[20:].replace(struct.pack("<II", 3, 4), b"\xff" * 8),
         "impossible"),
        (lambda data: data.replace(struct.pack("<II", 3, 4), struct.pack("<II", 3, 5)), "fit"),
        (lambda data: data.replace(struct.pack("<II", 3, 3), struct.pack("<II", 3, 2**32 - 1)),
         "claims"),
    ],
)  # fmt: skip
def test_a_ctranslate2_file_that_lies_is_refused(
    change: Callable[[bytes], bytes], why: str
) -> None:
    data = change(_ctranslate2())
    assert data != _ctranslate2()
    with pytest.raises(FormatError, match=why):
        _open(data, "model.bin")


def _array(array: np.ndarray) -> dict[bytes, object]:
    return {
        b"nd": True, b"type": array.dtype.str, b"kind": b"", b"shape": list(array.shape),
        b"data": array.tobytes(),
    }  # fmt: skip


def _thinc(**params: object) -> bytes:
    nodes = [{"index": 0, "name": "hashembed", "dims": {"nO": 4}, "refs": {}}]
    told = {"nodes": nodes, "attrs": [{"seed": b"\x08"}], "params": [params], "shims": [[]]}
    return msgspec.msgpack.encode(told)


def test_thinc_s_arrays_are_read_by_range() -> None:
    big = np.arange(200_000, dtype="<f4").reshape(2, -1)
    data = _thinc(W=_array(W), E=_array(big), b=_array(np.arange(3, dtype=">f8")), d=None)
    asked: list[int] = []

    def read(start: int, length: int) -> bytes:
        asked.append(length)
        return data[start : start + length]

    assert read_thinc(read, len(data)).parameters == 200_015
    assert sum(asked) < 10_000
    weights = _open(data, "ner/model")
    found = {each.name: weights.rows(each).reshape(each.shape) for each in weights.file.tensors}
    assert list(found) == ["0.hashembed.W", "0.hashembed.E", "0.hashembed.b"]
    assert np.array_equal(found["0.hashembed.W"], W)
    assert found["0.hashembed.b"].tolist() == [0, 1, 2]
    assert np.array_equal(weights.rows(weights.file.tensors[1], 1, 1), big[1:])


def test_an_array_that_lies_is_told_and_its_neighbors_are_read() -> None:
    bad = _array(W) | {b"shape": [3, 5]}
    odd = _array(W) | {b"type": "<q9"}
    huge = _array(W) | {b"shape": [2**47, 2**47, 0]}
    found = _open(_thinc(bad=bad, odd=odd, huge=huge, good=_array(W)), "ner/model").file
    assert [each.name for each in found.tensors] == ["0.hashembed.good"]
    assert len(found.problems) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"\x84\xa5nodes",
        b"\x84\xa5nodes\xdd\xff\xff\xff\xff",
        b"\x84\xa5nodes" + b"\x91" * 100_000,
        b"\x84\xa5nodes\xc6\xff\xff\xff\xff",
        msgspec.msgpack.encode({"nodes": 1, "params": 2, "a": 3, "b": 4}),
        _thinc(W=_array(W))[:-40],
    ],
)
def test_a_thinc_file_that_lies_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        _open(data, "ner/model")


def _whole(read: Callable[[Ranged, int], TensorFile], data: bytes) -> TensorFile:
    return read(bytes_reader(data), len(data))


@given(st.integers(0, 300), st.binary(min_size=1, max_size=6))
def test_any_damage_is_read_or_a_format_error(at: int, damage: bytes) -> None:
    for read, data in ((read_thinc, _thinc(W=_array(W))), (read_ctranslate2, _ctranslate2())):
        hurt = data[:at] + damage + data[at + len(damage) :]
        found = attempt(partial(_whole, read), hurt)
        assert isinstance(found, TensorFile | FormatError)
        if isinstance(found, TensorFile):
            assert all(0 <= each.start <= each.stop <= len(hurt) for each in found.tensors)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_a_format_error(data: bytes) -> None:
    for read, each in (
        (read_thinc, data),
        (read_thinc, b"\x84\xa5nodes" + data),
        (read_ctranslate2, data),
        (read_ctranslate2, _ctranslate2()[:30] + data),
    ):
        found = attempt(partial(_whole, read), each)
        assert isinstance(found, TensorFile | FormatError)
