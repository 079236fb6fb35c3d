"""Models of a place: hashes that the place knows, reads that are counted, headers put off."""

from __future__ import annotations

import base64
import hashlib
import struct
import zipfile
from pathlib import Path

import numpy as np

from howopen.kinship import Kin, compare, kin, open_model
from howopen.kinship.result import Rung
from howopen.places import open_place
from tests.kinship import families as f


def wheel(path: Path, data: bytes) -> Path:
    """Write a wheel with one file of weights and its hash in RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kit/model.safetensors", data)
        archive.writestr("kit-1.dist-info/METADATA", "Name: kit\nVersion: 1\n")
        archive.writestr(
            "kit-1.dist-info/RECORD", f"kit/model.safetensors,sha256={digest},{len(data)}\n"
        )
    return path


def test_two_wheels_of_one_file_are_identical_by_their_records(tmp_path: Path) -> None:
    data = f.safetensors(f.network(1))
    found = kin(str(wheel(tmp_path / "a.whl", data)), str(wheel(tmp_path / "b.whl", data)))
    assert found.verdict is Kin.IDENTICAL
    assert found.rung is Rung.HASHES
    assert found.bytes_read == (0, 0)


def test_wheels_are_read_like_folders(tmp_path: Path) -> None:
    net = f.network(1)
    one = wheel(tmp_path / "a.whl", f.safetensors(net))
    two = wheel(tmp_path / "b.whl", f.safetensors(f.noisy(net, 0.05)))
    assert kin(str(one), str(two)).verdict is Kin.DERIVED


def test_blobs_of_the_hub_cache_are_known_by_their_names(tmp_path: Path) -> None:
    data = f.safetensors(f.network(1))
    digest = hashlib.sha256(data).hexdigest()
    folders = []
    for owner in ("one", "two"):
        root = tmp_path / f"models--{owner}--net"
        snapshot = root / "snapshots" / ("0" * 40)
        snapshot.mkdir(parents=True)
        (root / "blobs").mkdir()
        (root / "blobs" / digest).write_bytes(data)
        (snapshot / "model.safetensors").symlink_to(Path("../../blobs") / digest)
        folders.append(str(root))
    found = kin(*folders)
    assert found.rung is Rung.HASHES
    assert found.bytes_read == (0, 0)


def test_nothing_is_read_until_a_rung_needs_it(tmp_path: Path) -> None:
    folder = f.write(tmp_path / "a", f.network(1))
    model = open_model(open_place(str(folder)))
    assert model.meter.bytes_read == 0
    model.open()
    assert 0 < model.meter.bytes_read <= 70_000
    assert model.meter.header_bytes == model.meter.bytes_read


def test_bytes_and_requests_are_those_of_the_place(tmp_path: Path) -> None:
    net = f.network(1)
    places = [
        open_place(str(f.write(tmp_path / "a", net))),
        open_place(str(f.write(tmp_path / "b", f.noisy(net, 0.1)))),
    ]
    found = compare(open_model(places[0]), open_model(places[1]))
    assert found.bytes_read == (places[0].bytes_read, places[1].bytes_read)
    assert found.requests == sum(step.requests for step in found.steps)


def gguf(net: f.Net, heads: int) -> bytes:
    """Encode a network as GGUF, queries and keys in the order that llama.cpp stores."""

    def text(word: str) -> bytes:
        return struct.pack("<Q", len(word)) + word.encode()

    keys = text("general.architecture") + struct.pack("<I", 8) + text("llama")
    keys += text("llama.attention.head_count") + struct.pack("<II", 4, heads)
    parts = {
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down", "model.layers": "blk", "model.embed_tokens": "token_embd",
        "input_layernorm": "attn_norm", "model.norm": "output_norm",
    }  # fmt: skip
    infos, blobs, at = b"", [], 0
    for name, x in net.items():
        if "q_proj" in name or "k_proj" in name:
            shape = (heads, 2, x.shape[0] // heads // 2, x.shape[1])
            x = np.ascontiguousarray(x.reshape(shape).swapaxes(1, 2).reshape(x.shape))  # noqa: PLW2901
        for old, new in parts.items():
            name = name.replace(old, new)  # noqa: PLW2901
        sizes = struct.pack(f"<{x.ndim}Q", *x.shape[::-1])
        infos += text(name) + struct.pack("<I", x.ndim) + sizes + struct.pack("<IQ", 0, at)
        raw = x.astype(np.float32).tobytes()
        blobs.append(raw + bytes(-len(raw) % 32))
        at += len(blobs[-1])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(net), 2) + keys + infos
    return head + bytes(-len(head) % 32) + b"".join(blobs)


def test_queries_and_keys_of_gguf_are_read_in_their_order(tmp_path: Path) -> None:
    net = f.network(1)
    plain = f.write(tmp_path / "plain", net)
    (tmp_path / "gguf").mkdir()
    (tmp_path / "gguf" / "model.gguf").write_bytes(gguf(net, heads=4))
    found = kin(str(plain), str(tmp_path / "gguf"))
    assert found.verdict is Kin.RE_ENCODED
    layouts = {match.layout for match in found.matches if match.role.endswith((".q", ".k"))}
    assert layouts == {"heads permuted"}
