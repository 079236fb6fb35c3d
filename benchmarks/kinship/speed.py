"""What comparing weights costs, as ratios against limits measured in the same run.

    python benchmarks/kinship/speed.py FOLDER [--full-gb 1.0]

FOLDER takes about 3 GB of made files: a pair of 100 MB, a pair of 14 GB that is sparse (rows that
are looked at hold real numbers, everything else is a hole), and a pair that is read whole.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks.kinship.pairs import Ran, run
from numpy.typing import NDArray

from howopen.places import Place, open_place

_BUFFER = 1 << 20
#: Bytes of a sparse file that are filled at once.
_BLOCK = 65_536


def layout(
    width: int, inner: int, layers: int, tokens: int
) -> Iterator[tuple[str, tuple[int, int]]]:
    """List the matrices of a decoder, named as Hugging Face names them."""
    yield "model.embed_tokens.weight", (tokens, width)
    for layer in range(layers):
        at = f"model.layers.{layer}."
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            yield f"{at}self_attn.{name}.weight", (width, width)
        yield f"{at}mlp.gate_proj.weight", (inner, width)
        yield f"{at}mlp.up_proj.weight", (inner, width)
        yield f"{at}mlp.down_proj.weight", (width, inner)
    yield "lm_head.weight", (tokens, width)


def header(shapes: list[tuple[str, tuple[int, int]]], dtype: str, size: int) -> tuple[bytes, int]:
    """Encode the header of a safetensors file; return it with the bytes of all tensors."""
    told: dict[str, object] = {}
    at = 0
    for name, shape in shapes:
        length = shape[0] * shape[1] * size
        told[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + length]}
        at += length
    head = json.dumps(told).encode()
    return len(head).to_bytes(8, "little") + head, at


def bf16(x: NDArray[np.float32]) -> bytes:
    """Encode numbers as bfloat16."""
    return (x.view(np.uint32) >> 16).astype(np.uint16).tobytes()


def dense(folder: Path, megabytes: float) -> tuple[Path, Path, Path]:
    """Write a base, the same base again, and a fine-tune of it, in float32."""
    paths = [folder / f"{name}-{megabytes:.0f}" for name in ("base", "copy", "tuned")]
    layers = max(1, round((megabytes * 1e6 / 4 - 2 * 8000 * 768) / (4 * 768**2 + 3 * 768 * 2048)))
    shapes = list(layout(768, 2048, layers, 8000))
    head, _ = header(shapes, "F32", 4)
    if not all((path / "model.safetensors").exists() for path in paths):
        for path in paths:
            path.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(1)
        files = [(path / "model.safetensors").open("wb") for path in paths]
        for file in files:
            file.write(head)
        for _, shape in shapes:
            x = rng.standard_normal(shape, np.float32) * np.float32(0.02)
            tuned = x + rng.standard_normal(shape, np.float32) * np.float32(0.001)
            for file, values in zip(files, (x, x, tuned), strict=True):
                file.write(values.tobytes())
        for file in files:
            file.close()
    return paths[0], paths[1], paths[2]


def sparse(folder: Path) -> tuple[Path, Path]:
    """Write a pair of 14 GB with real numbers where the ladder looks, found by looking."""
    base, tuned = folder / "sparse-base", folder / "sparse-tuned"
    shapes = list(layout(4096, 11008, 32, 32000))
    head, size = header(shapes, "BF16", 2)
    files = [path / "model.safetensors" for path in (base, tuned)]
    if all(file.exists() for file in files):
        return base, tuned
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as held:
            held.write(head)
            held.truncate(len(head) + size)
    filled = set(range(len(head) // _BLOCK + 1))
    while fresh := _looked_at((base, tuned)) - filled:
        _fill(files, fresh, len(head), len(head) + size)
        filled |= fresh
    return base, tuned


class _Watched:
    """Notes which blocks of a place are read."""

    def __init__(self, place: Place) -> None:
        self._read = place.read_range
        self.blocks: set[int] = set()

    def __call__(self, path: str, start: int, length: int) -> bytes:
        self.blocks.update(range(start // _BLOCK, (start + length) // _BLOCK + 1))
        return self._read(path, start, length)


def _looked_at(pair: tuple[Path, Path]) -> set[int]:
    """Compare two folders; return the blocks that were read of either."""
    from howopen.kinship import compare, open_model  # noqa: PLC0415

    places = [open_place(str(path)) for path in pair]
    watched = [_Watched(place) for place in places]
    for place, watch in zip(places, watched, strict=True):
        place.read_range = watch  # type: ignore[method-assign]  # to note what is read
    compare(*(open_model(place) for place in places))
    return watched[0].blocks | watched[1].blocks


def _fill(files: list[Path], blocks: set[int], start: int, end: int) -> None:
    """Write numbers into blocks of 64 KB: normal ones, and the same moved by five per cent."""
    for block in sorted(blocks):
        rng = np.random.default_rng(block)
        low, high = max(start, block * _BLOCK), min(end, (block + 1) * _BLOCK)
        low += (low - start) % 2
        x = rng.standard_normal((high - low) // 2, np.float32) * np.float32(0.02)
        moved = x + rng.standard_normal(len(x), np.float32) * np.float32(0.001)
        for file, values in zip(files, (x, moved), strict=True):
            with file.open("r+b") as held:
                held.seek(low)
                held.write(bf16(values))


def best(command: list[str], times: int = 5) -> Ran:
    """Run a command several times; return the fastest."""
    return min((run(command) for _ in range(times)), key=lambda ran: ran.wall)


def kin(a: Path, b: Path, *more: str) -> list[str]:
    """Return the command line that compares two folders."""
    return [sys.executable, "-m", "howopen", "kin", str(a), str(b), "--json", *more]


def quick(title: str, a: Path, b: Path, floor: float) -> None:
    """Print what one sampled comparison costs."""
    ran = best(kin(a, b))
    found = json.loads(ran.output)
    read = found["bytes_read"]
    size = (a / "model.safetensors").stat().st_size
    print(
        f"{title:24}{found['verdict']:18}{read[0] / 1e3:8.0f} kB +{read[1] / 1e3:7.0f} kB"
        f"{sum(read) / 2 / size:11.5%} of the bytes{ran.wall - floor:7.3f} s above {floor:.3f} s"
        f"{ran.memory:6.0f} MB"
    )


def cached_read(paths: list[Path]) -> float:
    """Return bytes a second of reading files from the page cache into one buffer."""
    buffer, size = bytearray(_BUFFER), 0
    began = time.perf_counter()
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                size += count
    return size / (time.perf_counter() - began)


def plain_numpy(a: Path, b: Path) -> float:
    """Return the seconds of the plain computation of the same statistic with numpy."""
    began = time.perf_counter()
    with (a / "model.safetensors").open("rb") as one, (b / "model.safetensors").open("rb") as two:
        length = int.from_bytes(one.read(8), "little")
        told = json.loads(one.read(length))
        for each in told.values():
            start, stop = (8 + length + at for at in each["data_offsets"])
            x, y = (np.frombuffer(os.pread(f.fileno(), stop - start, start), np.float32)
                    .reshape(each["shape"]) for f in (one, two))  # fmt: skip
            x, y = (m - m.mean(0) - m.mean(1, keepdims=True) + m.mean() for m in (x, y))
            _ = float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()))
    return time.perf_counter() - began


def whole(folder: Path, gigabytes: float) -> None:
    """Print what reading everything costs, against the page cache and against plain numpy."""
    base, copy, tuned = dense(folder, gigabytes * 1e3)
    files = [path / "model.safetensors" for path in (base, copy, tuned)]
    total = 2 * files[0].stat().st_size
    cached_read(files)
    limit = max(cached_read(files[:2]) for _ in range(3))
    start = best(kin(base, copy), 3).wall
    same = best(kin(base, copy, "--full"), 3).wall - start
    rate = total / max(same, 1e-3)
    print(
        f"\nidentity of {total / 2e9:.1f} GB, all bytes: {rate / 1e9:.1f} GB/s above the start,"
        f" {rate / limit:.0%} of reading from the page cache ({limit / 1e9:.1f} GB/s)"
    )
    full = best(kin(base, tuned, "--full"), 3).wall - start
    plain = min(plain_numpy(base, tuned) for _ in range(3))
    print(f"all statistics: {plain / max(full, 1e-3):.1f} times as fast as the plain numpy one")


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full-gb", type=float, default=1.0)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    floor = best([sys.executable, "-c", "import numpy"]).wall
    base, _, tuned = dense(asked.folder, 100)
    quick("fine-tune, 100 MB", base, tuned, floor)
    quick("fine-tune, 14 GB sparse", *sparse(asked.folder), floor)
    whole(asked.folder, asked.full_gb)


if __name__ == "__main__":
    main()
