"""Headers of weights files: what real writers write is read, and lies are refused."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError, TooLargeError
from howopen.formats.gguf import GGML_TYPES, read_gguf
from howopen.formats.ranged import TensorFile, bytes_reader
from howopen.formats.safetensors import read_index, read_safetensors
from tests.formats.attempt import attempt


def _safetensors(header: object, data: bytes = b"") -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def _read(data: bytes) -> TensorFile:
    return read_safetensors(bytes_reader(data), len(data))


def _read_gguf(data: bytes) -> TensorFile:
    return read_gguf(bytes_reader(data), len(data))


GOOD = _safetensors(
    {
        "__metadata__": {"format": "pt", "license": "mit"},
        "w": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]},
        "b": {"dtype": "F32", "shape": [], "data_offsets": [12, 16]},
    },
    bytes(16),
)


def test_a_safetensors_header_is_read() -> None:
    found = _read(GOOD)
    start = len(GOOD) - 16
    assert found.metadata == {"format": "pt", "license": "mit"}
    assert [(t.name, t.dtype, t.shape, t.start, t.stop) for t in found.tensors] == [
        ("w", "BF16", (2, 3), start, start + 12),
        ("b", "F32", (), start + 12, start + 16),
    ]
    assert (found.parameters, found.header) == (7, (0, start))


def test_only_the_header_is_read() -> None:
    asked = []

    def read(start: int, length: int) -> bytes:
        asked.append((start, length))
        return GOOD[start : start + length]

    read_safetensors(read, len(GOOD))
    assert asked == [(0, 8), (8, len(GOOD) - 24)]


#: a tensor that fits four bytes
_ENTRY = b'{"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}'


def _tensor(**changes: object) -> bytes:
    told = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], **changes}
    return _safetensors({"w": told}, bytes(4))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "too short"),
        (b"\x00" * 8, "too short"),
        (struct.pack("<Q", 2**63) + b"{}", "claims"),
        (struct.pack("<Q", 2**64 - 1), "claims"),
        (struct.pack("<Q", 1000) + b"{}", "claims"),
        (GOOD[:-16], "beyond the end"),
        (GOOD[:20], "claims"),
        (_safetensors(b"[1, 2]"), "not a JSON object"),
        (_safetensors(b"\xff\xfe{{"), "not JSON"),
        (_safetensors(b"[" * 100_000), "not a JSON object"),
        (_safetensors({"w": 1}), "not described"),
        (_safetensors({"__metadata__": 3}), "__metadata__"),
        (_safetensors(b'{"w": {"data_offsets": "\x80"}}'), "'w' is not described in JSON"),
        (_safetensors(b'{"__metadata__": {"a": "\x80"}}'), "__metadata__"),
        (_safetensors(b'{"\x80": {}}'), "not JSON"),
        (_tensor(shape=[-1]), "lacks"),
        (_tensor(shape=[2**70]), "lacks"),
        (_tensor(shape=[2**62, 2**62]), "does not fit"),
        (_tensor(shape=[True]), "lacks"),
        (_tensor(shape="12"), "lacks"),
        (_tensor(dtype=3), "lacks"),
        (_tensor(data_offsets=[4, 0]), "before it starts"),
        (_tensor(data_offsets=[0, 2**63 - 1]), "does not fit"),
        (_tensor(data_offsets=[96, 100]), "beyond the end"),
        (_safetensors(b'{"w": %s, "w": %s}' % (_ENTRY, _ENTRY), bytes(8)), "stands twice"),
        (_safetensors(b'{"w": %s, "\\u0077": %s}' % (_ENTRY, _ENTRY), bytes(8)), "stands twice"),
        (
            _safetensors(b'{"w": {"dtype": "F32", "shape": [%s]}}' % (b"1, " * 30_000 + b"1")),
            "'w' is described in 90",
        ),
        (_safetensors(b'{"w\\n": [%s]}' % (b"1, " * 1_400_000 + b"1")), "odd, and too long"),
        (_tensor(data_offsets=[0]), "lacks"),
        (_tensor(shape=[2]), "does not fit"),
        (
            _safetensors(
                {
                    "a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
                    "b": {"dtype": "U8", "shape": [4], "data_offsets": [2, 6]},
                },
                bytes(6),
            ),
            "overlaps",
        ),
    ],
)
def test_a_safetensors_file_that_lies_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        _read(data)


def test_a_safetensors_file_without_metadata_is_read_as_mlx_writes_it() -> None:
    assert _read(_safetensors(b'{"__metadata__": null, "w": %s}' % _ENTRY, bytes(4))).metadata == {}


def test_what_is_whole_in_a_cut_off_safetensors_file_is_read() -> None:
    found = _read(GOOD[:-1])
    assert [tensor.name for tensor in found.tensors] == ["w"]
    assert found.problems == ("tensor 'b' lies beyond the end of the file",)
    assert found.parameters == 7


def test_a_header_over_the_format_s_cap_is_too_large() -> None:
    with pytest.raises(TooLargeError):
        read_safetensors(bytes_reader(struct.pack("<Q", 2**40)), 2**50)


@given(st.binary(max_size=300))
def test_any_bytes_are_safetensors_or_a_format_error(data: bytes) -> None:
    for each in (data, _safetensors(data)):
        assert isinstance(attempt(_read, each), TensorFile | FormatError)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["w", "b", "__metadata__"]),
        st.fixed_dictionaries(
            {},
            optional={
                "dtype": st.sampled_from(["F32", "BF16", "X"]) | _JSON,
                "shape": st.lists(st.integers(-1, 2**65), max_size=3) | _JSON,
                "data_offsets": st.lists(st.integers(-1, 40), min_size=2, max_size=2) | _JSON,
            },
        )
        | _JSON,
    )
)
def test_any_header_is_safetensors_or_a_format_error(header: dict[str, object]) -> None:
    data = _safetensors(header, bytes(40))
    found = attempt(_read, data)
    if isinstance(found, TensorFile):
        assert all(0 <= t.start <= t.stop <= len(data) for t in found.tensors)


def test_an_index_of_shards_is_read() -> None:
    told = {"metadata": {"total_size": 10}, "weight_map": {"a": "2.st", "b": "1.st", "c": "2.st"}}
    found = read_index(json.dumps(told).encode())
    assert found.shards == ("1.st", "2.st")
    assert found.total_size == 10
    with pytest.raises(FormatError, match="weight_map"):
        read_index(b"{}")


def _string(text: str, order: str = "<") -> bytes:
    raw = text.encode()
    return struct.pack(order + "Q", len(raw)) + raw


def _gguf(order: str = "<", version: int = 3, alignment: int = 32) -> bytes:
    """Write a GGUF file with a string, a number, two arrays and two tensors."""

    def pack(code: str, *values: float) -> bytes:
        return struct.pack(order + code, *values)

    tokens = [f"token{index}" for index in range(100)]
    head = b"GGUF" + pack("IQQ", version, 2, 5)
    head += _string("general.license", order) + pack("I", 8) + _string("apache-2.0", order)
    head += _string("general.alignment", order) + pack("II", 4, alignment)
    head += _string("general.tags", order) + pack("IIQ", 9, 8, 2)
    head += _string("x", order) + _string("y", order)
    head += _string("tokenizer.ggml.tokens", order) + pack("IIQ", 9, 8, len(tokens))
    head += b"".join(_string(token, order) for token in tokens)
    head += _string("tokenizer.ggml.scores", order) + pack("IIQ", 9, 6, 200) + bytes(800)
    head += _string("q", order) + pack("IQQIQ", 2, 64, 3, 8, 0)
    head += _string("f", order) + pack("IQIQ", 1, 5, 0, 224)
    return head + bytes(-len(head) % alignment) + bytes(224 + 20)


@pytest.mark.parametrize(("order", "version"), [("<", 3), (">", 3), ("<", 2)])
@pytest.mark.parametrize("alignment", [32, 8])
def test_a_gguf_header_is_read(order: str, version: int, alignment: int) -> None:
    data = _gguf(order, version, alignment)
    found = read_gguf(bytes_reader(data), len(data))
    base = len(data) - 244
    assert found.metadata == {
        "general.license": "apache-2.0",
        "general.alignment": str(alignment),
        "general.tags": "x, y",
        "tokenizer.ggml.tokens": "[100 x string]",
        "tokenizer.ggml.scores": "[200 x float32]",
    }
    assert [(t.name, t.dtype, t.shape, t.start, t.stop) for t in found.tensors] == [
        ("q", "Q8_0", (3, 64), base, base + 204),
        ("f", "F32", (5,), base + 224, base + 244),
    ]
    assert found.parameters == 197
    assert found.header[1] <= base


def test_what_the_format_s_own_writer_writes_is_read(tmp_path: Path) -> None:
    gguf = pytest.importorskip("gguf", reason="the GGUF writer is not installed")
    numpy = pytest.importorskip("numpy")
    writer = gguf.GGUFWriter(tmp_path / "a.gguf", "llama")
    writer.add_license("apache-2.0")
    writer.add_token_list([f"t{index}" for index in range(500)])
    writer.add_tags(["one", "two"])
    writer.add_tensor("a.weight", numpy.ones((3, 64), numpy.float32))
    quantised = gguf.quants.quantize(
        numpy.ones((4, 64), numpy.float32), gguf.GGMLQuantizationType.Q4_0
    )
    kind = gguf.GGMLQuantizationType.Q4_0
    writer.add_tensor("b.weight", quantised, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    data = (tmp_path / "a.gguf").read_bytes()
    found = _read_gguf(data)
    assert found.metadata["general.license"] == "apache-2.0"
    assert found.metadata["general.tags"] == "one, two"
    assert [(t.name, t.dtype, t.shape) for t in found.tensors] == [
        ("a.weight", "F32", (3, 64)),
        ("b.weight", "Q4_0", (4, 64)),
    ]
    first, second = found.tensors
    assert data[first.start : first.stop] == numpy.ones((3, 64), numpy.float32).tobytes()
    assert data[second.start : second.stop] == quantised.tobytes()


def test_block_sizes_are_those_of_the_format_s_own_library() -> None:
    gguf = pytest.importorskip("gguf", reason="the GGUF library is not installed")
    ours = {name: (block, width) for name, block, width in GGML_TYPES.values()}
    theirs = {kind.name: sizes for kind, sizes in gguf.GGML_QUANT_SIZES.items()}
    assert {name: theirs[name] for name in ours} == ours
    assert {kind: name for kind, (name, _, _) in GGML_TYPES.items()} == {
        kind.value: kind.name for kind in gguf.GGMLQuantizationType if kind.value in GGML_TYPES
    }


@pytest.mark.parametrize("length", [0, 3, 4, 20, 60, 300, 1000, 2000])
def test_a_gguf_file_that_is_cut_off_is_refused(length: int) -> None:
    data = _gguf()[:length]
    with pytest.raises(FormatError):
        read_gguf(bytes_reader(data), len(data))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: b"GGML" + data[4:], "first bytes"),
        (lambda data: data[:4] + struct.pack("<I", 1) + data[8:], "version 1"),
        (lambda data: data[:8] + struct.pack("<Q", 2**63) + data[16:], "claims"),
        (lambda data: data[:16] + struct.pack("<Q", 2**63) + data[24:], "claims"),
        (lambda data: data[:24] + struct.pack("<Q", 2**63) + data[32:], "claims"),
        (lambda data: data.replace(struct.pack("<IQ", 8, 100), struct.pack("<IQ", 8, 2**62)),
         "claims"),
        (lambda data: data.replace(struct.pack("<IQ", 8, 100), struct.pack("<IQ", 8, 2_000_001))
         + bytes(2_000_000), "claims an array of 2,000,001 strings"),
        (lambda data: data.replace(struct.pack("<IQ", 6, 200), struct.pack("<IQ", 6, 1000)),
         "ends inside"),
        (lambda data: data.replace(struct.pack("<QQI", 64, 3, 8), struct.pack("<QQI", 2**62, 3, 8)),
         "impossible"),
        (lambda data: data[:-41], "beyond the end"),
        (lambda data: data.replace(_string("f") + struct.pack("<IQIQ", 1, 5, 0, 224),
                                   _string("q") + struct.pack("<IQIQ", 1, 5, 0, 224)),
         "'q' stands twice"),
        (lambda data: data.replace(struct.pack("<QIQ", 5, 0, 224), struct.pack("<QIQ", 5, 0, 192)),
         "'f' overlaps"),
        (lambda data: data.replace(_string("general.tags"), _string("general.license")),
         "key 'general.license' stands twice"),
    ],
)  # fmt: skip
def test_a_gguf_file_that_lies_is_refused(change: Callable[[bytes], bytes], why: str) -> None:
    data = change(_gguf())
    assert data != _gguf()
    with pytest.raises(FormatError, match=why):
        read_gguf(bytes_reader(data), len(data))


def test_what_is_whole_in_a_cut_off_gguf_file_is_read() -> None:
    found = _read_gguf(_gguf()[:-1])
    assert [tensor.name for tensor in found.tensors] == ["q"]
    assert found.problems == ("tensor 'f' lies beyond the end of the file",)


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=12))
def test_any_damage_to_gguf_is_read_or_a_format_error(at: int, damage: bytes) -> None:
    data = _gguf()
    data = data[:at] + damage + data[at + len(damage) :]
    found = attempt(_read_gguf, data)
    if isinstance(found, TensorFile):
        assert all(0 <= t.start <= t.stop <= len(data) for t in found.tensors)


@given(st.binary(max_size=300))
def test_any_bytes_are_gguf_or_a_format_error(data: bytes) -> None:
    for each in (data, b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + data):
        assert isinstance(attempt(_read_gguf, each), TensorFile | FormatError)
