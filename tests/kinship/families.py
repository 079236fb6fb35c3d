"""Families of small networks with known kinship, written as release folders.

The parent is a trained-looking transformer: matrices with spiked spectra, rows of unlike size,
tokens of unlike frequency. Everything is seeded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Net = dict[str, Array]

WIDTH, INNER, TOKENS, LAYERS = 96, 256, 600, 4


def network(
    seed: int, *, width: int = WIDTH, layers: int = LAYERS, tokens: int = TOKENS, inner: int = INNER
) -> Net:
    """Make a network: independent for each seed."""
    rng = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> Array:
        bulk = rng.normal(0, 1 / np.sqrt(columns), (rows, columns))
        spikes = (
            rng.normal(0, 1, (rows, 3)) @ np.diag([2.0, 1.0, 0.5]) @ rng.normal(0, 1, (3, columns))
        )
        return np.asarray(bulk + spikes / np.sqrt(rows * columns), np.float32)

    net: Net = {"model.embed_tokens.weight": matrix(tokens, width)}
    for layer in range(layers):
        at = f"model.layers.{layer}."
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            net[f"{at}self_attn.{name}.weight"] = matrix(width, width)
        net[f"{at}mlp.gate_proj.weight"] = matrix(inner, width)
        net[f"{at}mlp.up_proj.weight"] = matrix(inner, width)
        net[f"{at}mlp.down_proj.weight"] = matrix(width, inner)
        net[f"{at}input_layernorm.weight"] = np.asarray(
            1 + 0.1 * rng.normal(size=width), np.float32
        )
    net["model.norm.weight"] = np.ones(width, np.float32)
    return net


def noisy(net: Net, share: float, seed: int = 9) -> Net:
    """Move every value by noise of a share of its matrix's size, as training on would."""
    rng = np.random.default_rng(seed)
    return {
        name: np.asarray(x + share * x.std() * rng.normal(size=x.shape), np.float32)
        for name, x in net.items()
    }


def twins(share: float, seeds: tuple[int, int] = (21, 22)) -> tuple[Net, Net]:
    """Make two networks trained apart from one initialisation, whose gains start as ones."""
    start = network(20)
    one, two = noisy(start, share, seeds[0]), noisy(start, share, seeds[1])
    for net, seed in ((one, seeds[0]), (two, seeds[1])):
        rng = np.random.default_rng(seed)
        for name, x in net.items():
            if x.ndim == 1:
                net[name] = np.asarray(1 + share * rng.normal(size=x.shape), np.float32)
    return one, two


def int8(net: Net) -> Net:
    """Round every row to 255 even steps and back."""
    return {name: _rows_to_int8(x) if x.ndim == 2 else x for name, x in net.items()}


def _rows_to_int8(x: Array) -> Array:
    step = np.abs(x).max(axis=1, keepdims=True) / 127
    return np.asarray(np.rint(x / step) * step, np.float32)


def pruned(net: Net, share: float) -> Net:
    """Set the smallest weights of each matrix to zero."""
    return {
        name: np.where(np.abs(x) < np.quantile(np.abs(x), share), np.float32(0), x)
        if x.ndim == 2
        else x
        for name, x in net.items()
    }


def permuted(net: Net, seed: int = 3) -> Net:
    """Return the same function with its residual width, and its inner units, in another order."""
    rng = np.random.default_rng(seed)
    width = net["model.norm.weight"].shape[0]
    order = rng.permutation(width)
    found: Net = {}
    for name, x in net.items():
        if x.ndim == 1 or "o_proj" in name or "down_proj" in name:
            found[name] = x[order]
        else:
            found[name] = x[:, order]
    for layer in range(LAYERS):
        inner = rng.permutation(net[f"model.layers.{layer}.mlp.up_proj.weight"].shape[0])
        for part in ("gate_proj", "up_proj"):
            name = f"model.layers.{layer}.mlp.{part}.weight"
            found[name] = found[name][inner]
        name = f"model.layers.{layer}.mlp.down_proj.weight"
        found[name] = found[name][:, inner]
    return found


def lora(net: Net, rank: int = 4, size: float = 0.3) -> Net:
    """Add a product of low rank to the queries and values."""
    rng = np.random.default_rng(5)
    found = dict(net)
    for name, x in net.items():
        if "q_proj" in name or "v_proj" in name:
            change = rng.normal(size=(x.shape[0], rank)) @ rng.normal(size=(rank, x.shape[1]))
            found[name] = np.asarray(x + size * x.std() * change / change.std(), np.float32)
    return found


def longer(net: Net, extra: int) -> Net:
    """Add rows for new tokens."""
    name = "model.embed_tokens.weight"
    rows = np.random.default_rng(6).normal(0, 0.02, (extra, net[name].shape[1]))
    return {**net, name: np.concatenate([net[name], rows.astype(np.float32)])}


def without_layers(net: Net, kept: tuple[int, ...]) -> Net:
    """Keep some layers and number them anew."""
    found = {name: x for name, x in net.items() if ".layers." not in name}
    for new, old in enumerate(kept):
        for name, x in net.items():
            if name.startswith(f"model.layers.{old}."):
                found[name.replace(f".layers.{old}.", f".layers.{new}.")] = x
    return found


def write(folder: Path, net: Net, dtype: str = "F32", *, config: bool = True) -> Path:
    """Write a network as a folder with `model.safetensors` and `config.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(safetensors(net, dtype))
    if config:
        told = {"model_type": "llama", "hidden_size": WIDTH, "num_hidden_layers": LAYERS}
        (folder / "config.json").write_text(json.dumps(told))
    return folder


def safetensors(net: Mapping[str, NDArray[np.generic]], dtype: str = "F32") -> bytes:
    """Encode a network; `dtype` is the type of all floats."""
    header, pieces, at = {}, [], 0
    for name, x in net.items():
        raw, kind = _encode(x, dtype)
        header[name] = {"dtype": kind, "shape": list(x.shape), "data_offsets": [at, at + len(raw)]}
        pieces.append(raw)
        at += len(raw)
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + b"".join(pieces)


def _encode(x: NDArray[np.generic], dtype: str) -> tuple[bytes, str]:
    if x.dtype == np.int64:
        return x.tobytes(), "I64"
    if dtype == "BF16":
        bits = x.astype(np.float32).view(np.uint32)
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16).tobytes(), dtype
    return x.astype(
        {"F32": np.float32, "F16": np.float16, "F64": np.float64}[dtype]
    ).tobytes(), dtype


def sharded(folder: Path, net: Net, count: int) -> Path:
    """Write a network in several files with an index."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(net)
    where = {}
    for index in range(count):
        part = {name: net[name] for name in names[index::count]}
        file = f"model-{index + 1:05d}-of-{count:05d}.safetensors"
        (folder / file).write_bytes(safetensors(part))
        where.update(dict.fromkeys(part, file))
    index_file = folder / "model.safetensors.index.json"
    index_file.write_text(json.dumps({"metadata": {}, "weight_map": where}))
    return folder
