"""Roles from names, files of one model, vocabularies: what is paired before any weight is read."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError
from howopen.formats.ranged import Tensor, bytes_reader
from howopen.formats.vocabulary import gguf_vocabulary, read_vocabulary
from howopen.kinship.embeddings import Tokens, runs_of
from howopen.kinship.model import as_matrix
from howopen.kinship.roles import roles_of
from howopen.knowledge.loader import default

ROLES = roles_of(default())


@pytest.mark.parametrize(
    ("name", "role", "layer"),
    [
        ("model.layers.3.self_attn.q_proj.weight", "attention.q", 3),
        ("bert.encoder.layer.11.attention.self.key.weight", "attention.k", 11),
        ("encoder.layer.0.attention.attn.v.weight", "attention.v", 0),
        ("encoder.layer.2.attention.output.dense.weight", "attention.o", 2),
        ("encoder.layer.2.output.dense.weight", "mlp.down", 2),
        ("encoder.layer.2.intermediate.dense.weight", "mlp.up", 2),
        ("distilbert.transformer.layer.5.ffn.lin2.weight", "mlp.down", 5),
        ("transformer.h.7.attn.c_attn.weight", "attention.qkv", 7),
        ("h.7.mlp.c_proj.weight", "mlp.down", 7),
        ("gpt_neox.layers.1.attention.query_key_value.weight", "attention.qkv", 1),
        ("blk.4.attn_output.weight", "attention.o", 4),
        ("blk.4.ffn_gate.weight", "mlp.gate", 4),
        ("token_embd.weight", "embedding.tokens", None),
        ("model.embed_tokens.weight", "embedding.tokens", None),
        ("0.auto_model.embeddings.word_embeddings.weight", "embedding.tokens", None),
        ("lm_head.weight", "head.tokens", None),
        ("model.decoder.layers.2.encoder_attn.q_proj.weight", "cross.q", 2),
        ("model.layers.0.block_sparse_moe.experts.5.w2.weight", "moe.down", 0),
        ("encoder/layer_3/ffn/linear_0/weight", "mlp.up", 3),
        ("vit.encoder.layer.1.attention.attention.query.weight", "attention.q", 1),
        ("blocks.1.attn.qkv.weight", "attention.qkv", 1),
        ("encoder.blocks.0.mlp.0.weight", "mlp.up", 0),
    ],
)
def test_a_name_tells_its_role(name: str, role: str, layer: int | None) -> None:
    found = ROLES.of(name)
    assert (found.role, found.layer) == (role, layer)


def test_factors_of_an_adapter_keep_the_role_of_their_matrix() -> None:
    found = ROLES.of("base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight")
    assert (found.role, found.layer, found.part) == ("attention.q", 1, "lora_a")


@pytest.mark.parametrize(
    "name",
    [
        "rotary_emb.inv_freq", "model.layers.0.self_attn.rotary_emb.inv_freq",
        "stft.forward_basis_buffer", "embeddings.position_ids", "bn1.num_batches_tracked",
        "h.0.attn.masked_bias", "mel_filters",
    ],
)  # fmt: skip
def test_fixed_buffers_are_known_by_name(name: str) -> None:
    tensor = Tensor(name=name, dtype="F32", shape=(4, 4), start=0, stop=64)
    assert ROLES.fixed(tensor)


@pytest.mark.parametrize("name", ["model.landscape.weight", "blk.0.ffn_up.weight", "fc.weight"])
def test_learned_tensors_are_not_taken_for_buffers(name: str) -> None:
    assert not ROLES.fixed(Tensor(name=name, dtype="F32", shape=(4, 4), start=0, stop=64))


@pytest.mark.parametrize(
    ("shape", "matrix"),
    [
        ((64, 32, 3, 3), (64, 288)), ((8, 1024, 512), (8192, 512)), ((7,), (7, 1)),
        ((), (1, 1)), ((0, 5), (0, 0)), ((2,) * 8, (8, 32)),
    ],
)  # fmt: skip
def test_any_shape_is_seen_as_a_matrix(shape: tuple[int, ...], matrix: tuple[int, int]) -> None:
    assert as_matrix(Tensor(name="x", dtype="F32", shape=shape, start=0, stop=0)) == matrix


def test_vocabularies_of_all_kinds_read_alike() -> None:
    words = ["[PAD]", "the", "##ing"]
    table = {word: number for number, word in enumerate(words)}
    told = {"model": {"vocab": table}, "added_tokens": [{"id": 3, "content": "<new>"}]}
    assert read_vocabulary("a/tokenizer.json", json.dumps(told).encode()) == {**table, "<new>": 3}
    unigram = {"model": {"vocab": [[word, -1.5] for word in words]}}
    assert read_vocabulary("tokenizer.json", json.dumps(unigram).encode()) == table
    assert read_vocabulary("vocab.json", json.dumps(table).encode()) == table
    assert read_vocabulary("vocab.txt", "\n".join(words).encode()) == table
    pieces = b"".join(_piece(word) for word in words)
    assert read_vocabulary("spiece.model", pieces) == table


def _piece(word: str) -> bytes:
    inner = b"\x0a" + bytes([len(word)]) + word.encode() + b"\x15\x00\x00\x80\x3f"
    return b"\x0a" + bytes([len(inner)]) + inner


def test_tokens_in_the_header_of_a_gguf_file_are_read() -> None:
    def text(word: str) -> bytes:
        return struct.pack("<Q", len(word)) + word.encode()

    words = ["a", "bc", "d"]
    body = text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, len(words))
    data = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + body + b"".join(map(text, words))
    assert gguf_vocabulary(bytes_reader(data), len(data)) == {"a": 0, "bc": 1, "d": 2}


@given(st.binary(max_size=300), st.sampled_from(["tokenizer.json", "spiece.model", "vocab.txt"]))
def test_a_broken_vocabulary_is_an_error_or_empty(data: bytes, name: str) -> None:
    try:
        found = read_vocabulary(name, data)
    except FormatError:
        return
    assert all(isinstance(number, int) for number in found.values())


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), unique=True, max_size=200),
    st.integers(1, 64),
)
def test_runs_hold_only_shared_tokens(pairs: list[tuple[int, int]], wanted: int) -> None:
    held = sorted(dict(pairs).items())
    tokens = Tokens(tuple(a for a, _ in held), tuple(b for _, b in held), "")
    known = set(held)
    for run in runs_of(tokens, wanted):
        assert all((run.a + step, run.b + step) in known for step in range(run.rows))
