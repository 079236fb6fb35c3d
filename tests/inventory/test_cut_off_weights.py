"""Weights that are cut off: what their header says is kept, and what is lost is a gap."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from tests.inventory.builders import inventory, write


def test_a_file_that_is_cut_off_keeps_its_header_and_names_what_is_lost(tmp_path: Path) -> None:
    header = json.dumps(
        {
            name: {"dtype": "F32", "shape": [4], "data_offsets": [start, start + 16]}
            for name, start in (("a", 0), ("b", 16), ("c", 32))
        }
    ).encode()
    data = struct.pack("<Q", len(header)) + header + bytes(20)
    found = inventory(write(tmp_path, {"model.safetensors": data}))
    facts = {fact.name: fact.value for part in found.release.parts for fact in part.facts}
    assert facts["parameters"] == "12"
    (gap,) = found.gaps
    assert gap.where == "model.safetensors"
    assert "tensor 'b' lies beyond the end of the file (and 1 more)" in gap.why
    assert gap.weakens == ("weights",)
