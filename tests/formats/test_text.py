"""Text, cards and their YAML: what is read, what is refused, and the lines of everything."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError
from howopen.formats.card import MAX_FRONT, read_card
from howopen.formats.text import decode
from howopen.formats.yamlfile import Yaml, read_yaml
from tests.formats.attempt import attempt


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("Lizenz für".encode(), "Lizenz für", "utf-8"),
        (b"\xef\xbb\xbfhi", "hi", "utf-8"),
        ("hi ho".encode("utf-16"), "hi ho", "utf-16-le"),
        ("\ufeffhi ho".encode("utf-16-be"), "hi ho", "utf-16-be"),
        ("plain text".encode("utf-16-le"), "plain text", "utf-16-le"),
        (b"caf\xe9 \x93quoted\x94", "café “quoted”", "cp1252"),
        (b"\x81\xe9", "\x81é", "latin-1"),
        (b"a\r\nb\rc\n", "a\nb\nc\n", "utf-8"),
        (b"bell\x07 and \x0c feed", "bell\x07 and \x0c feed", "utf-8"),
        (b"", "", "utf-8"),
    ],
)
def test_a_document_is_decoded(data: bytes, text: str, encoding: str) -> None:
    found = decode(data)
    assert (found.text, found.encoding) == (text, encoding)


def test_doubt_about_an_encoding_is_noted() -> None:
    assert decode(b"plain").note == ""
    assert "not UTF-8" in decode(b"caf\xe9 au lait").note
    assert "cut off" in decode("für Ä".encode()[:-1]).note
    assert "binary" in decode(b"\x00\x01\x02\xff" * 100).note


@given(st.binary(max_size=2000))
def test_decoding_never_fails_and_keeps_line_numbers(data: bytes) -> None:
    found = decode(data)
    assert "\r" not in found.text
    if found.encoding in ("cp1252", "latin-1"):
        ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
        assert found.text.count("\n") == ends


def test_a_card_is_split_and_its_keys_have_lines() -> None:
    card = read_card(
        "---\n"
        "license: other\n"
        "license_name: llama3.1\n"
        "language: no\n"
        "version: 1.0\n"
        "datasets:\n"
        "- a/b\n"
        "- c/d\n"
        "model-index:\n"
        "- name: x\n"
        "  results: []\n"
        "extra_gated_prompt: |\n"
        "  one\n"
        "  two\n"
        "\n"
        "base_model: null\n"
        "---\n"
        "# Title\n"
    )
    assert card.problem == ""
    assert card.front["language"] == "no"
    assert card.front["version"] == "1.0"
    assert card.front["base_model"] is None
    assert card.front["datasets"] == ["a/b", "c/d"]
    assert card.key_lines["license_name"] == (3, 3)
    assert card.key_lines["datasets"] == (6, 8)
    assert card.key_lines["datasets[1]"] == (8, 8)
    assert card.key_lines["model-index[0].name"] == (10, 10)
    assert card.key_lines["extra_gated_prompt"] == (12, 14)
    assert (card.body, card.body_line) == ("# Title\n", 18)


@pytest.mark.parametrize("text", ["# Title\n", "", "--- not\n", "---\n\nText under a rule.\n"])
def test_a_document_without_front_matter_is_all_body(text: str) -> None:
    card = read_card(text)
    assert (card.front, card.body, card.body_line, card.problem) == ({}, text, 1, "")


BOMB = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n"


@pytest.mark.parametrize(
    ("hostile", "why"),
    [
        (BOMB, "anchors"),
        ("x: !!python/object/apply:os.system ['true']\n", "tag"),
        ("x: !custom 1\n", "tag"),
        ("x: " + "[" * 500 + "]" * 500 + "\n", "too deep"),
        ("x: [unclosed\n", "not YAML"),
        ("? [a, b]\n: c\n", "key is a list"),
        ("x: \x07bell\n", "not YAML"),
    ],
)
def test_hostile_front_matter_is_said_and_its_simple_lines_salvaged(hostile: str, why: str) -> None:
    card = read_card(f"---\nlicense: mit # really\nbase_model:\n- q/w\n{hostile}---\nbody\n")
    assert why in card.problem
    assert card.front["license"] == "mit"
    assert card.front["base_model"] == ["q/w"]
    assert card.key_lines["license"] == (2, 2)
    assert card.key_lines["base_model[0]"] == (4, 4)
    assert card.body == "body\n"


def test_a_short_list_in_broken_front_matter_is_salvaged() -> None:
    card = read_card("---\r\nlicense: [mit, 'apache-2.0'] # two\r\ntitle: a: b\r\n---\r\nHi")
    assert card.problem == "not YAML: mapping values are not allowed in this context (line 3)"
    assert card.front == {"license": ["mit", "apache-2.0"], "title": "a: b"}
    assert card.key_lines["license[1]"] == (2, 2)
    assert (card.body, card.body_line) == ("Hi", 5)


def test_a_key_that_stands_twice_is_said() -> None:
    card = read_card("---\nlicense: mit\nlicense: llama2\n---\n")
    assert "license" in card.problem
    assert card.key_lines["license"] == (3, 3)


def test_front_matter_without_an_end_is_capped_and_said() -> None:
    start = time.perf_counter()
    card = read_card("---\nlicense: mit\n" + "x: y\n" * 1_500_000)
    assert time.perf_counter() - start < 1
    assert f"{MAX_FRONT:,}" in card.problem
    assert card.front["license"] == "mit"


@given(st.text(alphabet=st.sampled_from("-:\n ab[]{}&*!|>'\"#%@`~,?\t."), max_size=200))
def test_a_card_never_fails_and_loses_no_line(front: str) -> None:
    text = f"---\n{front}\n---\nbody"
    card = read_card(text)
    assert text.split("\n", card.body_line - 1)[-1] == card.body
    last = text.count("\n") + 1
    assert all(1 <= start <= stop <= last for start, stop in card.key_lines.values())


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_yaml_is_read_or_refused_with_a_format_error(text: str) -> None:
    found = attempt(lambda data: read_yaml(data.decode("utf-8", "replace")), text.encode())
    assert isinstance(found, Yaml | FormatError)
