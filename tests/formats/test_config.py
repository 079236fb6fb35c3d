"""Configuration files and adapters: kind, facts and lines."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError
from howopen.formats.adapter import read_adapter
from howopen.formats.config import read_config
from howopen.formats.jsonfile import key_lines


def test_a_transformers_config_is_read_with_lines() -> None:
    data = b"""{
  "_name_or_path": "meta-llama/Llama-2-7b-hf",
  "architectures": [
    "LlamaForCausalLM"
  ],
  "model_type": "llama",
  "rope_scaling": {"type": "linear",
    "factor": 2.0},
  "tie": false,
  "torch_dtype": "bfloat16"
}"""
    found = read_config(data)
    assert (found.kind, found.model_type) == ("transformers", "llama")
    assert found.architectures == ("LlamaForCausalLM",)
    assert (found.name_or_path, found.dtype) == ("meta-llama/Llama-2-7b-hf", "bfloat16")
    assert found.facts["rope_scaling.factor"] == "2.0"
    assert found.facts["tie"] == "false"
    assert found.lines["architectures"] == (3, 5)
    assert found.lines["rope_scaling.factor"] == (8, 8)
    assert found.lines["rope_scaling"] == (7, 8)
    assert found.lines["torch_dtype"] == (10, 10)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"_class_name": "XPipeline", "_diffusers_version": "1"}, "diffusers-pipeline"),
        ({"_class_name": "UNet2D", "_diffusers_version": "1"}, "diffusers-component"),
        ({"monai_version": "1.4.0", "license": "x"}, "monai"),
        ({"tokenizer_class": "A", "model_max_length": 3}, "tokenizer"),
        ({"peft_type": "LORA", "r": 8}, "adapter"),
        ({"weight_map": {}}, "index"),
        ({"some": "thing"}, "other"),
        ({}, "other"),
    ],
)  # fmt: skip
def test_the_kind_is_told_by_content(told: dict[str, object], kind: str) -> None:
    assert read_config(json.dumps(told).encode()).kind == kind


HUGE = b'{"a": ' + b"9" * 10_000 + b"}"


def test_a_byte_order_mark_and_nan_are_forgiven() -> None:
    assert read_config(b"\xef\xbb\xbf" + b'{"x": NaN, "model_type": "a"}').model_type == "a"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"3", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a" 1}', HUGE]
)
def test_what_is_no_json_object_is_a_format_error(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_config(data)


def test_an_adapter_names_its_base() -> None:
    data = b'{\n"base_model_name_or_path": "a/b",\n"peft_type": "LORA",\n"r": 16\n}'
    found = read_adapter(data)
    assert (found.base_model, found.peft_type, found.rank) == ("a/b", "LORA", 16)
    assert found.lines["base_model_name_or_path"] == (2, 2)


@pytest.mark.parametrize(("rank", "read"), [(True, None), (-3, None), ("8", None), (2**40, None)])
def test_an_odd_rank_is_no_rank(rank: object, read: int | None) -> None:
    assert read_adapter(json.dumps({"peft_type": "LORA", "r": rank}).encode()).rank is read


def test_a_config_of_something_else_is_no_adapter() -> None:
    with pytest.raises(FormatError, match="not an adapter"):
        read_adapter(b'{"model_type": "llama"}')


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), _JSON, min_size=1))
def test_every_key_of_any_config_has_its_lines(told: dict[str, object]) -> None:
    text = json.dumps(told, indent=1)
    rows = text.split("\n")
    lines = key_lines(text)
    plain = [key for key in told if "." not in key and json.dumps(key)[1:-1] == key]
    for key in plain:
        start, stop = lines[key]
        assert rows[start - 1].startswith(f' "{key}":')
        nested = "\n".join(rows[start - 1 : stop])
        value = nested.removeprefix(f' "{key}":').strip().removesuffix(",")
        assert json.loads(value) == told[key]
    read_config(text.encode())


@given(st.text(alphabet='{}[]":,\\ \na1', max_size=80))
def test_lines_of_broken_json_never_fail(text: str) -> None:
    assert all(start <= stop for start, stop in key_lines(text).values())
