"""How fast weights are read and decoded, against the page cache and the libraries of the formats.

    python benchmarks/readers.py

Writes files of random values to a temporary folder, reads each of them whole in pieces of rows,
and prints gigabytes of stored bytes a second of CPU time beside a plain read of the same file in
the same run; for GGML types beside the `gguf` package decoding the same bytes.
"""

from __future__ import annotations

import json
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np

from howopen.formats.values import block_of, decode
from howopen.formats.weights import Source, Weights, open_weights
from howopen.places.folder import read_local

SIZE = 64 << 20
PIECE = 2 << 20
TYPES = {"F32": 4, "BF16": 2, "F16": 2, "F8_E4M3": 1, "I8": 1}
QUANTISED = ("Q4_0", "Q8_0", "Q4_K", "Q6_K", "IQ4_XS", "MXFP4")


def best(run: Callable[[], object], times: int = 3) -> float:
    """Return the least CPU time of some runs, in seconds."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        run()
        spent.append(time.process_time() - began)
    return min(spent)


def write(path: Path) -> None:
    """Write a safetensors file with one tensor of each type."""
    header, end = {}, 0
    for name, width in TYPES.items():
        shape = [8192, SIZE // 8192 // width]
        header[name] = {"dtype": name, "shape": shape, "data_offsets": [end, end + SIZE]}
        end += SIZE
    raw = json.dumps(header).encode()
    values = np.random.default_rng(1).integers(0, 250, size=SIZE, dtype=np.uint8).tobytes()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(raw)) + raw)
        for _ in TYPES:
            file.write(values)


def plain(path: Path) -> None:
    """Read as many bytes as one tensor has, with nothing around it."""
    buffer = bytearray(PIECE)
    with path.open("rb", buffering=0) as file:
        for _ in range(SIZE // len(buffer)):
            file.readinto(buffer)


def whole(weights: Weights, number: int) -> None:
    """Decode one tensor whole, in pieces of rows."""
    tensor = weights.file.tensors[number]
    count = max(1, PIECE // weights.row_bytes(tensor))
    for start in range(0, tensor.shape[0], count):
        weights.rows(tensor, start, min(count, tensor.shape[0] - start))


def raw(weights: Weights) -> None:
    """Read one tensor as stored."""
    for start in range(0, SIZE, PIECE):
        weights.raw(weights.file.tensors[0], start, PIECE)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        write(path)
        source = Source(lambda start, n: read_local(path, path.name, start, n), path.stat().st_size)
        weights = open_weights(path.name, source, lambda name: source)
        cache = best(lambda: plain(path))
        print(f"plain read       {SIZE / cache / 1e9:6.2f} GB/s")
        took = best(lambda: raw(weights))
        print(
            f"as stored        {SIZE / took / 1e9:6.2f} GB/s  {cache / took:6.0%} of a plain read"
        )
        for number, tensor in enumerate(weights.file.tensors):
            took = best(lambda number=number: whole(weights, number))  # type: ignore[misc] # bound now
            told = f"{SIZE / took / 1e9:6.2f} GB/s  {cache / took:6.0%} of a plain read"
            print(f"{tensor.dtype:<16} {told}")
    for name in QUANTISED:
        values, width = block_of(name)
        rows = np.random.default_rng(2).integers(0, 250, size=(1024, 16 * width), dtype=np.uint8)
        ours = best(lambda: decode(name, rows.tobytes()))  # noqa: B023 - run at once
        kind = gguf.GGMLQuantizationType[name]
        with np.errstate(all="ignore"):
            theirs = best(lambda: gguf.quants.dequantize(rows, kind))  # noqa: B023 - run at once
        speed = 1024 * 16 * values / ours / 1e6
        print(
            f"{name:<16} {speed:6.0f} million values/s  {theirs / ours:6.1f} times the gguf package"
        )


if __name__ == "__main__":
    main()
