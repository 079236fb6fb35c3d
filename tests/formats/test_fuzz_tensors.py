"""Whatever happens to a file of weights, it is read or refused with one of our errors.

`tools/fuzz/weights.py` does the same for hours; what it found stands here as tests of its own.
"""

from __future__ import annotations

import importlib.util
import io
import json
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from howopen.errors import HowopenError
from howopen.formats.weights import Weights
from tests.formats.written import exhausted, folder, opened

PACKED = sorted((Path(__file__).parents[1] / "fixtures" / "packed").iterdir())


def _safetensors(header: object, length: int = 64) -> bytes:
    raw = json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + bytes(length)


def _files() -> dict[str, bytes]:
    """Write one small valid file of each format."""
    entry = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
    held = {"a.safetensors": _safetensors({"w": entry, "__metadata__": {"a": "b"}}, 16)}
    for name, save in (("a.npz", np.savez), ("b.npz", np.savez_compressed)):
        stream = io.BytesIO()
        save(stream, w=np.ones((4, 3), np.float32), x=np.ones(3, np.int8))
        held[name] = stream.getvalue()
    stream = io.BytesIO()
    np.save(stream, np.ones((4, 3), ">f4"))
    held["a.npy"] = stream.getvalue()
    held["a.gguf"] = _gguf()
    weight_map = {"w": "a.safetensors", "x": "b.safetensors"}
    held["a.safetensors.index.json"] = json.dumps({"weight_map": weight_map}).encode()
    return held


def _gguf() -> bytes:
    def string(text: str) -> bytes:
        return struct.pack("<Q", len(text)) + text.encode()

    head = b"GGUF" + struct.pack("<IQQ", 3, 2, 2)
    head += string("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + string("a") * 2
    head += string("general.alignment") + struct.pack("<II", 4, 32)
    head += string("q") + struct.pack("<IQQIQ", 2, 32, 2, 2, 0)
    head += string("f") + struct.pack("<IQIQ", 1, 5, 0, 64)
    return head + bytes(-len(head) % 32) + bytes(64 + 20)


FILES = _files()
_LOUD = st.sampled_from(
    [struct.pack("<Q", number) for number in (0, 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)]
    + [b"\xff\xff\xff\xff", b"\0\0\0\0", b"[[[[", b'"', b"-1", b"9" * 30, b"PK\x05\x06"]
)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_any_damage_to_a_file_is_read_or_refused_in_bounded_time(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    held = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(held)))
        damage = data.draw(_LOUD | st.binary(max_size=12))
        if data.draw(st.booleans()):
            held[at : at + len(damage)] = damage
        else:
            held[at:at] = damage
    if data.draw(st.booleans()):
        del held[data.draw(st.integers(0, len(held))) :]
    began = time.process_time()
    found = exhausted({**FILES, name: bytes(held)}, name)
    assert time.process_time() - began < 1
    assert isinstance(found, Weights | HowopenError)


_F32 = {"dtype": "F32", "shape": [0]}
_U8 = {"dtype": "U8", "shape": [0]}
_NUMBER = st.integers(-1, 70) | st.sampled_from([2**31, 2**62, 2**63 - 1, 2**70])


@given(
    st.dictionaries(
        st.sampled_from(
            ["w.weight", "w.qweight", "w.qzeros", "w.scales", "w.g_idx", "w.weight_packed",
             "w.weight_scale", "w.weight_scale_inv", "w.weight_zero_point", "w.weight_shape",
             "w.SCB", "w.weight.absmax", "w.weight.quant_map", "w.weight_global_scale",
             "w.weight.quant_state.bitsandbytes__nf4", "w_blocks", "w_scales", "w.biases",
             "w.weight_scale_2", "w.weight_format"]
        ),
        st.fixed_dictionaries(
            {
                "dtype": st.sampled_from(
                    ["F32", "I32", "U32", "I8", "U8", "F8_E4M3", "F16", "I64"]
                ),
                "shape": st.lists(st.integers(0, 9) | st.sampled_from([16, 32]), max_size=4),
            }
        ),
        max_size=6,
    ),
    st.dictionaries(
        st.sampled_from(["bits", "group_size", "checkpoint_format", "w", "mode", "config_groups",
                         "weight_block_size"]),
        _NUMBER | st.lists(_NUMBER, max_size=3) | st.sampled_from(["gptq_v2", "mxfp4", "affine"])
        | st.dictionaries(st.sampled_from(["bits", "group_size", "mode", "weights"]), _NUMBER),
    ),
)  # fmt: skip
@example({"w.weight_packed": _U8, "w.weight_scale": _U8}, {})
@example({"w.weight_packed": _U8, "w.weight_scale": {"dtype": "F32", "shape": []}}, {})
@example({"w.scales": _F32, "w.weight": {"dtype": "U32", "shape": [0]}}, {"mode": []})
@settings(max_examples=300, deadline=None)
def test_any_parts_of_packed_groups_are_read_or_refused(
    parts: dict[str, dict[str, object]], config: dict[str, object]
) -> None:
    size = {"F32": 4, "I32": 4, "U32": 4, "I8": 1, "U8": 1, "F8_E4M3": 1, "F16": 2, "I64": 8}
    end, header = 0, {}
    for name, told in parts.items():
        shape = told["shape"]
        assert isinstance(shape, list)
        start, end = end, end + int(np.prod(shape)) * size[str(told["dtype"])]
        header[name] = {**told, "data_offsets": [start, end]}
    files = {
        "a.safetensors": _safetensors(header, min(end, 1 << 20)),
        "config.json": json.dumps({"quantization_config": config}).encode(),
    }
    assert isinstance(exhausted(files), Weights | HowopenError)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_to_a_packed_file_is_read_or_refused(data: st.DataObject) -> None:
    files = folder(data.draw(st.sampled_from(PACKED)))
    name = data.draw(st.sampled_from(sorted(files)))
    held = bytearray(files[name])
    at = data.draw(st.integers(0, min(len(held), 700)))
    held[at : at + 1] = data.draw(_LOUD | st.binary(max_size=6))
    assert isinstance(
        exhausted({**files, name: bytes(held)}, "model.safetensors"), Weights | HowopenError
    )


def test_the_fuzzer_still_runs_its_seeds() -> None:
    """The harness is no test, but one that no longer starts would be worth nothing."""
    fuzz = importlib.import_module("tools.fuzz.weights")
    for form in ("safetensors", "npy", "npz", "index", "packed"):
        if form != "packed" and importlib.util.find_spec("safetensors") is None:
            pytest.skip("safetensors is not installed")
        one = fuzz.target(form)
        for seed in fuzz.seeds(form):
            one(seed)


def test_an_empty_archive_is_refused() -> None:
    """Found by the fuzzer: a directory without members."""
    found = exhausted({"a.npz": b"PK\x05\x06" + bytes(18)})
    assert isinstance(found, HowopenError)


@pytest.mark.parametrize("shape", [(2**62, 0), (0, 2**62), (2**40, 2**20, 0), (0,) * 8])
def test_an_empty_tensor_of_impossible_sides_is_empty_or_refused(shape: tuple[int, ...]) -> None:
    """Found by the fuzzer: numpy has no arrays of such shapes, empty as they are."""
    entry = {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}
    weights = opened({"a.safetensors": _safetensors({"w": entry}, 0)})
    (tensor,) = weights.file.tensors
    try:
        assert weights.rows(tensor).size == 0
    except HowopenError as error:
        assert "'w'" in error.message  # noqa: PT017 - either outcome is right
