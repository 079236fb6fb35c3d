"""Small releases that several tests build in a folder of their own."""

from __future__ import annotations

import json
import struct
from pathlib import Path

CARD = """---
license: {license}
library_name: transformers
datasets:
- allenai/c4
---
# Small model

A small language model.

## Training data

It was trained on [C4](https://huggingface.co/datasets/allenai/c4).

## Limitations

It makes mistakes.
"""


def safetensors(tensors: int = 2) -> bytes:
    """Build a safetensors file of a few tiny tensors."""
    header = {
        f"model.layers.{n}.weight": {
            "dtype": "F16",
            "shape": [2, 2],
            "data_offsets": [8 * n, 8 * (n + 1)],
        }
        for n in range(tensors)
    }
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + bytes(8 * tensors)


def small_model(folder: Path, *, license_tag: str = "apache-2.0") -> Path:
    """Build a release: card, configuration, weights."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(CARD.format(license=license_tag))
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").write_bytes(safetensors())
    return folder
