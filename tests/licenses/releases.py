"""Small releases around the made-up Fixture Community License, in folders."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from tests.support import fixture_policy, fixture_text


def weights() -> bytes:
    """Return a tiny safetensors file."""
    header = json.dumps(
        {"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, separators=(",", ":")
    ).encode()
    return struct.pack("<Q", len(header)) + header + bytes(8)


def release(folder: Path, **files: str) -> Path:
    """Write a release: weights, a config, and the given files (`__` in a name is a dot)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(weights())
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "_name_or_path": "x/y"}
    (folder / "config.json").write_text(json.dumps(config))
    for name, text in files.items():
        path = folder / name.replace("__", ".").replace("--", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def card(tag: str, prose: str = "A model.") -> str:
    """Return a card with a license tag."""
    return f"---\nlicense: {tag}\n---\n# Fixture model\n\n{prose}\n"


def honest(folder: Path) -> Path:
    """Write the honest release: card and text agree."""
    return release(
        folder,
        README__md=card("fixture-community"),
        LICENSE__txt=fixture_text(),
        USE_POLICY__md=fixture_policy(),
    )


def laundered(folder: Path) -> Path:
    """Write the laundered release: the card claims Apache-2.0 over the same text and weights."""
    prose = "Fully open source, for any commercial use. The model is released under Apache 2.0."
    return release(
        folder,
        README__md=card("apache-2.0", prose),
        LICENSE__txt=fixture_text(),
        USE_POLICY__md=fixture_policy(),
    )
