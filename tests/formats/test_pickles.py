"""Pickles: described, never run; any bytes are read or refused, in bounded time and memory."""

from __future__ import annotations

import os
import pickle
import pickletools
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError, TooLargeError
from howopen.formats import pickles
from howopen.formats.picklenames import foreign_names, is_harmful, say_foreign
from howopen.formats.pickles import Call, Global, Persistent, Pickle, Table, read_pickle
from howopen.formats.ranged import bytes_reader
from howopen.formats.torchstate import State, find_tensors
from tests.formats.attempt import attempt


def _read(data: bytes) -> Pickle:
    return read_pickle(bytes_reader(data), len(data))


class _Marker:
    """An object whose pickle creates a file when it is loaded."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


def _marking(path: Path) -> dict[str, bytes]:
    """Pickles that make a file by each opcode that calls, builds or imports something."""
    command = f"touch {path}"
    raw = command.encode()
    line = f"S'{command}'\n".encode()
    return {
        "REDUCE": pickle.dumps(_Marker(os.system, command), 2),
        "REDUCE of protocol 4": pickle.dumps(_Marker(os.system, command), 4),
        "INST": b"(" + line + b"ios\nsystem\n.",
        "OBJ": b"(cos\nsystem\n" + line + b"o.",
        "NEWOBJ": b"\x80\x02csubprocess\nPopen\n" + line + b"\x85\x81.",
        "NEWOBJ_EX": b"\x80\x04csubprocess\nPopen\n" + line + b"\x85}\x92.",
        "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93" + line + b"\x85R.",
        "eval": pickle.dumps(_Marker(eval, f"open({str(path)!r}, 'w')"), 2),
        "open": pickle.dumps(_Marker(open, str(path), "w"), 2),
        "subprocess": pickle.dumps(_Marker(subprocess.call, ["touch", str(path)]), 2),
        "BUILD": b"\x80\x02cos\nsystem\n)R}X\x05\x00\x00\x00statecos\nsystem\nsb.",
        "a call of a call": b"\x80\x02c__builtin__\ngetattr\n(cos\n__name__\nX"
        + struct.pack("<I", len(raw)) + raw + b"tR(tR.",
    }  # fmt: skip


def test_no_dangerous_opcode_is_executed_and_each_is_reported(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    for opcode, data in _marking(marker).items():
        found = _read(data)
        assert not marker.exists(), opcode
        assert any(is_harmful(name) for name in found.names), opcode
        assert "not executed" in say_foreign(found.names)[0], opcode


def test_these_pickles_would_have_run_something(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    pickle.loads(_marking(marker)["open"]).close()  # noqa: S301 - shows that the test above can fail
    assert marker.exists()


def test_extension_codes_and_out_of_band_buffers_are_inert() -> None:
    assert _read(b"\x80\x02\x82\x05.").names == ("copyreg extension 5",)
    assert say_foreign(_read(b"\x80\x02\x82\x05.").names)
    assert _read(b"\x80\x05\x97\x98.").root == pickles.Opaque("a buffer outside the pickle")


def test_nodes_say_what_would_be_built() -> None:
    found = _read(pickle.dumps({"a": [1, (2.5, None)], "b": b"x"}, 4))
    assert isinstance(found.root, Table)
    assert found.root.text_keys() == {"a": [1, (2.5, None)], "b": b"x"}
    call = _read(b"\x80\x02cmy\nNet\n)\x81}X\x01\x00\x00\x00wK\x01sb.").root
    assert isinstance(call, Call)
    assert (call.name, call.arguments) == ("my.Net", ())
    assert isinstance(call.state, Table)
    assert call.state.text_keys() == {"w": 1}


def test_several_pickles_lie_one_after_the_other() -> None:
    data = pickle.dumps(1, 2) + pickle.dumps("two", 2)
    first = _read(data)
    assert read_pickle(bytes_reader(data), len(data), first.stop).root == "two"


def test_what_python_pickles_is_read_in_every_protocol() -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        told = [{"k": (1, -2, 3.5, "é", b"b", True, None)}, {4}, 2**70]
        found = _read(pickle.dumps(told, protocol))
        assert isinstance(found.root, list), protocol
        assert isinstance(found.root[0], Table), protocol
        assert found.root[2] == 2**70


_MANY = 200_000

_BOMBS: dict[str, bytes] = {
    "dictionaries": b"\x80\x02](" + b"}" * _MANY + b"e.",
    "nested lists": b"\x80\x02" + b"]" * (_MANY // 2) + b"a" * (_MANY // 2 - 1) + b".",
    "nested tuples": b"\x80\x02)" + b"\x85" * _MANY + b".",
    "tuples that double": b"\x80\x02)" + b"2\x86" * (_MANY // 2) + b".",
    "nested calls": b"\x80\x02cos\nsystem\nq\x000)" + b"\x85q\x01h\x00h\x01R" * (_MANY // 5) + b".",
    "nested references": b"\x80\x02)" + b"Q" * _MANY + b".",
    "long names again and again": b"\x80\x04\x8d" + struct.pack("<Q", 10**7) + b"a" * 10**7
    + b"\x94" + b"h\x00h\x00\x930" * (_MANY // 5) + b"N.",
    "one tensor in many places": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R" + b"q\x010]("
    + b"h\x01" * _MANY + b"e.",
    "scales of scales": b"\x80\x02ctorch._utils\n_rebuild_qtensor\nq\x000ctorch\n"
    b"per_channel_affine\nq\x010N" + b"q\x02h\x00(NK\x00))(h\x01h\x02h\x02K\x00ttR" * (_MANY // 16)
    + b".",
}  # fmt: skip


@pytest.mark.parametrize("bomb", _BOMBS)
def test_a_bomb_takes_bounded_time(bomb: str) -> None:
    start = time.process_time()
    found = attempt(_read, _BOMBS[bomb])
    if isinstance(found, Pickle):
        assert isinstance(find_tensors(found.root), State)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FormatError),
        (b".", FormatError),
        (b"\x80\x02", FormatError),
        (b"\x80\x02(.", FormatError),
        (b"\x80\x02R.", FormatError),
        (b"\x80\x02h\x05.", FormatError),
        (b"\x80\x02Np999999999999999999999\n.", FormatError),
        (b"\x80\x02(K\x01K\x02K\x03d.", FormatError),
        (b"\x80\x04\x8d" + struct.pack("<Q", 2**60) + b"abc.", FormatError),
        (b"\x80\x02\x8b" + struct.pack("<i", 2**30) + b"abc.", FormatError),
        (b"\x80\x02\x8b" + struct.pack("<i", -5) + b"abc.", FormatError),
        (b"I" + b"9" * 100_000 + b"\n.", FormatError),
        (b"\xffN.", FormatError),
        (b"\x80\x02" + b"N" * (pickles.MAX_OPCODES + 5) + b".", TooLargeError),
        (b"c" + b"a" * (pickles.MAX_BYTES + 100), TooLargeError),
    ],
)
def test_a_pickle_that_lies_is_refused(data: bytes, error: type[FormatError]) -> None:
    with pytest.raises(error):
        _read(data)


def test_a_frame_that_lies_about_its_length_is_passed_over() -> None:
    assert _read(b"\x80\x04\x95" + struct.pack("<Q", 2**60) + b"K\x07.").root == 7


def test_names_are_told_apart() -> None:
    names = ["torch.FloatStorage", "__torch__.os.system", "my.Net", "builtins.eval", "torch.load"]
    assert foreign_names(names) == ("builtins.eval", "torch.load", "my.Net")
    assert say_foreign(["evil\nname.\x1b[31m"])[0].isprintable()
    assert say_foreign([f"m.f{index}" for index in range(9)])[0].count("and 4 more") == 1


_OPCODES = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes]
_PIECES = st.one_of(
    st.sampled_from(_OPCODES),
    st.binary(max_size=4),
    st.sampled_from(
        [b"cos\nsystem\n", b"X\x01\x00\x00\x00a", b"K\x01", b"q\x00h\x00", b"(", b"tR"]
    ),
    st.sampled_from([b"ctorch._utils\n_rebuild_tensor_v2\n", b"ctorch\nFloatStorage\n", b")R"]),
)


@given(st.lists(_PIECES, max_size=40))
def test_any_opcodes_are_a_pickle_or_a_format_error(pieces: list[bytes]) -> None:
    found = attempt(_read, b"".join(pieces) + b".")
    assert isinstance(found, Pickle | FormatError)
    if isinstance(found, Pickle):
        assert isinstance(find_tensors(found.root), State)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_pickle_or_a_format_error(data: bytes) -> None:
    assert isinstance(attempt(_read, data), Pickle | FormatError)


def test_references_are_collected() -> None:
    assert _read(b"\x80\x02K\x01QK\x02Q\x86.").outside == (Persistent(1), Persistent(2))
    assert _read(b"cos\nsystem\n.").root == Global("os.system")
