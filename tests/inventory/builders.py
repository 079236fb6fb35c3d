"""Small real files to build releases from: safetensors, GGUF, folders."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from howopen.inventory import Inventory, take
from howopen.knowledge import default
from howopen.places import open_place
from howopen.release import Part, Presence


def inventory(folder: Path) -> Inventory:
    return take(open_place(folder), default())


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    return folder


def parts(found: Inventory, component: str) -> list[Part]:
    return [part for part in found.release.parts if part.component.value == component]


def presences(found: Inventory, component: str) -> set[str]:
    return {part.presence.value for part in parts(found, component)}


def present(found: Inventory) -> set[str]:
    there = (Presence.HERE, Presence.ELSEWHERE)
    return {part.component.value for part in found.release.parts if part.presence in there}


def safetensors(metadata: dict[str, str] | None = None) -> bytes:
    header: dict[str, object] = {
        "model.embed.weight": {"dtype": "F16", "shape": [4, 2], "data_offsets": [0, 16]},
        "model.norm.weight": {"dtype": "F16", "shape": [2], "data_offsets": [16, 20]},
    }
    if metadata:
        header["__metadata__"] = metadata
    encoded = json.dumps(header).encode()
    return struct.pack("<Q", len(encoded)) + encoded + bytes(20)


def gguf(metadata: dict[str, str]) -> bytes:
    def string(text: str) -> bytes:
        return struct.pack("<Q", len(text)) + text.encode()

    keys = b""
    for key, value in metadata.items():
        if value.isdigit():
            keys += string(key) + struct.pack("<II", 4, int(value))
        else:
            keys += string(key) + struct.pack("<I", 8) + string(value)
    tensor = string("token_embd.weight") + struct.pack("<IQQIQ", 2, 2, 4, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(metadata)) + keys + tensor
    return head + bytes(-len(head) % 32) + bytes(32)
