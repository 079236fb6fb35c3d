"""Arrays of numpy: what numpy writes reads back equal; pickles, bombs and lies are refused."""

from __future__ import annotations

import io
import pickle
import struct
import time
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from howopen.errors import FormatError, TooLargeError
from howopen.formats import inflate
from tests.formats.written import Log, opened

ml_dtypes = pytest.importorskip("ml_dtypes", reason="the small floats are not installed")


def _npy(held: object, *, pickled: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asanyarray(held), allow_pickle=pickled)
    return stream.getvalue()


def _npz(*, packed: bool = False, **held: object) -> bytes:
    stream = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(stream, **held)  # type: ignore[arg-type] # any array
    return stream.getvalue()


_ARRAYS = arrays.arrays(
    dtype=arrays.integer_dtypes(endianness="?")
    | arrays.unsigned_integer_dtypes(endianness="?")
    | arrays.floating_dtypes(endianness="?", sizes=(16, 32, 64))
    | arrays.boolean_dtypes(),
    shape=arrays.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=4),
)


@given(_ARRAYS, st.booleans(), st.data())
def test_what_numpy_writes_reads_back_equal(
    held: np.ndarray[tuple[int, ...], np.dtype[np.generic]], turned: bool, data: st.DataObject
) -> None:
    held = held.T if turned else held
    with np.errstate(all="ignore"):
        wanted = held.astype(np.float32)
    rows = held.shape[0] if held.shape else 1
    wanted = wanted.reshape(rows, int(np.prod(held.shape[1:])))
    start = data.draw(st.integers(0, rows))
    count = data.draw(st.integers(0, rows - start))
    for files in (
        {"w.npy": _npy(held)},
        {"a.npz": _npz(x=np.ones(2), w=held)},
        {"a.npz": _npz(packed=True, x=np.ones(2), w=held)},
    ):
        weights = opened(files)
        tensor = next(each for each in weights.file.tensors if each.name == "w")
        assert tensor.shape == held.shape
        assert np.array_equal(weights.rows(tensor), wanted, equal_nan=True)
        part = weights.rows(tensor, start, count)
        assert np.array_equal(part, wanted[start : start + count], equal_nan=True)


def test_bfloat16_is_read_as_numpy_stores_it() -> None:
    held = np.arange(6, dtype=np.float32).reshape(2, 3).astype(ml_dtypes.bfloat16)
    weights = opened({"w.npy": _npy(held)})
    assert weights.file.tensors[0].dtype == "BF16"
    assert weights.rows(weights.file.tensors[0]).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_stored_member_is_read_by_range_and_a_packed_one_only_whole() -> None:
    held = np.random.default_rng(0).normal(size=(1000, 500)).astype(np.float32)
    log = Log()
    weights = opened({"a.npz": _npz(w=held)}, log=log)
    header = log.bytes_read()
    (tensor,) = weights.file.tensors
    assert header <= 200_000
    assert weights.row_bytes(tensor) == 2000
    log.clear()
    assert np.array_equal(weights.rows(tensor, 500, 4), held[500:504])
    assert log.bytes_read() <= 8000 + 512
    packed = opened({"a.npz": _npz(packed=True, w=held)})
    assert packed.row_bytes(packed.file.tensors[0]) == 0
    forward = [packed.rows(packed.file.tensors[0], start, 250) for start in (0, 250, 500, 750)]
    assert np.array_equal(np.concatenate(forward), held)
    assert np.array_equal(packed.rows(packed.file.tensors[0], 10, 5), held[10:15])


class _Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return print, ("executed",)


def test_pickled_objects_are_refused_and_never_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    held = np.array([_Bomb()], dtype=object)
    with pytest.raises(FormatError, match=r"w\.npy: .*pickled objects, which are never loaded"):
        opened({"w.npy": _npy(held, pickled=True)})
    weights = opened({"a.npz": _npz(w=held, x=np.ones(2))})
    assert [tensor.name for tensor in weights.file.tensors] == ["x"]
    assert "tensor 'w'" in weights.file.problems[0]
    assert "never loaded" in weights.file.problems[0]
    assert capsys.readouterr().out == ""
    pickle.loads(pickle.dumps(_Bomb()))  # noqa: S301 - shows that the bomb would have gone off
    assert capsys.readouterr().out == "executed\n"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2**60,)}", "not a table of Python"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99,)}", "cut off"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "no shape"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': [1]}", "no shape"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (True,)}", "no shape"),
        ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "plain numbers"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "plain numbers"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "plain|no numbers|pickled"),
        ("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,)}", "no numbers"),
        ("__import__('os').system('false')", "not a table"),
        ("[" * 4000, "not a table"),
        ("", "not a table"),
        ("1", "not a table"),
    ],
)
def test_a_header_that_lies_is_refused(header: str, why: str) -> None:
    raw = header.encode()
    data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(raw)) + raw + bytes(16)
    with pytest.raises(FormatError, match=why):
        opened({"w.npy": data})


@pytest.mark.parametrize(
    "data",
    [
        b"\x93NUMPY",
        b"\x93NUMPY\x04\x00\x10\x00" + bytes(20),
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + bytes(20),
        b"\x93NUMPY\x01\x00\xff\xff" + bytes(20),
    ],
)
def test_a_header_that_is_cut_off_or_huge_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"w\.npy"):
        opened({"w.npy": data})


def test_complex_numbers_and_words_are_listed_and_their_values_refused() -> None:
    weights = opened({"a.npz": _npz(c=np.ones(2, np.complex64), s=np.array(["ab", "c"]))})
    assert {tensor.dtype for tensor in weights.file.tensors} == {"C64", "numpy-U2"}
    for tensor in weights.file.tensors:
        with pytest.raises(FormatError, match="not decoded"):
            weights.rows(tensor)


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_a_zip_bomb_costs_only_what_is_asked_for() -> None:
    rows = 1 << 16
    header = _npy(np.zeros((1, 256), np.float32))[:128].replace(b"(1, 256)", b"(%d, 256)" % rows)
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    million = bytes(1 << 20)
    packed = pack.compress(header[:128]) + b"".join(pack.compress(million) for _ in range(64))
    packed += pack.flush()
    data = _stored_as_deflated("w.npy", packed, 128 + (64 << 20))
    weights = opened({"a.npz": data})
    (tensor,) = weights.file.tensors
    assert tensor.shape == (rows, 256)
    tracemalloc.start()
    began = time.process_time()
    assert not weights.rows(tensor, rows - 8, 8).any()
    assert time.process_time() - began < 2
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def _stored_as_deflated(name: str, packed: bytes, size: int) -> bytes:
    """Write an archive with one member whose packed bytes and claimed size are given."""
    local = struct.pack(
        "<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(packed), size, len(name), 0
    )
    body = local + name.encode() + packed
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(packed), size, len(name),
        0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    entry += name.encode()
    return body + entry + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(body), 0)


def test_a_member_that_holds_less_than_it_claims_is_named() -> None:
    whole = _npy(np.ones((100, 100), np.float32))
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = pack.compress(whole[:5000]) + pack.flush()
    weights = opened({"a.npz": _stored_as_deflated("w.npy", packed, len(whole))})
    (tensor,) = weights.file.tensors
    assert weights.rows(tensor, 0, 2).all()
    with pytest.raises(FormatError, match="'w' is cut off"):
        weights.rows(tensor)


def test_damaged_packed_bytes_are_named() -> None:
    data = bytearray(_zip({"w.npy": _npy(np.ones(100)), "x.npy": _npy(np.ones(3))}))
    # the first bits of a deflated block: a kind that does not exist
    data[30 + len("w.npy")] = 0xFF
    weights = opened({"a.npz": bytes(data)})
    assert [tensor.name for tensor in weights.file.tensors] == ["x"]
    assert "tensor 'w': its member 'w.npy' is damaged" in weights.file.problems[0]


def test_a_member_is_not_unpacked_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "MAX_UNPACKED", 1000)
    weights = opened({"a.npz": _zip({"w.npy": _npy(np.ones(1000))})})
    with pytest.raises(TooLargeError, match="not unpacked beyond"):
        weights.rows(weights.file.tensors[0])


def test_an_archive_without_arrays_and_one_packed_otherwise_are_refused() -> None:
    with pytest.raises(FormatError, match="without arrays"):
        opened({"a.npz": _zip({"readme.txt": b"x"})})
    with pytest.raises(FormatError, match=r"'w'.*packed in a way"):
        opened({"a.npz": _zip({"w.npy": _npy(np.ones(3))}, zipfile.ZIP_BZIP2)})
    with pytest.raises(FormatError, match=r"a\.npz"):
        opened({"a.npz": _npz(w=np.ones(3))[:-30]})
