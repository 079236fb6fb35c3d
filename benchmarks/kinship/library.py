"""The library of sketches: does a child find its base first, and what does a million cost.

    python benchmarks/kinship/train.py FOLDER                 # once, where torch is installed
    python -m benchmarks.kinship.library FOLDER SCRATCH [--models 1000000]

Every trained stranger of the null model goes into one library. Each of them is then changed in six
ways, and looked up; so are the fine-tunes that were really trained. Beside it a library of random
sketches of the wanted size is asked, against the time of reading the bytes that are searched.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from howopen.kinship.library import HEAD, Library, State, Stored
from howopen.kinship.lookup import add_to_library, sketch_of
from howopen.kinship.sketch import BYTES, SLOTS, Sketch

Array = NDArray[Any]
Change = Callable[[Array, np.random.Generator], Array]


def _noise(x: Array, rng: np.random.Generator) -> Array:
    return np.asarray(x + 0.5 * x.std() * rng.standard_normal(x.shape, np.float32))


def _int4(x: Array, rng: np.random.Generator) -> Array:
    step = np.abs(x).max(axis=-1, keepdims=True) / 7 + 1e-12
    return np.asarray(np.rint(x / step) * step)


def _pruned(x: Array, rng: np.random.Generator) -> Array:
    return np.where(np.abs(x) < np.quantile(np.abs(x), 0.7), 0, x)


def _low_rank(x: Array, rng: np.random.Generator) -> Array:
    flat = x.reshape(len(x), -1)
    change = rng.standard_normal((len(flat), 4)) @ rng.standard_normal((4, flat.shape[1]))
    return np.asarray(x + (0.5 * x.std() / change.std() * change).reshape(x.shape))


def _longer(x: Array, rng: np.random.Generator) -> Array:
    if len(x) < 1000:
        return x
    return np.concatenate([x, rng.normal(0, x.std(), (64, *x.shape[1:]))])


CHANGES: dict[str, Change] = {
    "cast to 16 bits": lambda x, rng: x.astype(np.float16),
    "rounded to 4 bits": _int4,
    "50 % noise": _noise,
    "70 % pruned": _pruned,
    "low rank, half as large": _low_rank,
    "longer vocabulary": _longer,
}


def families(folder: Path, scratch: Path) -> None:
    """Print how often a child finds its base at rank one."""
    database = scratch / "library"
    shutil.rmtree(database, ignore_errors=True)
    bases = sorted(folder.glob("*/independent-*"))
    add_to_library(database, [str(path) for path in bases])
    held = Library(database)
    print(
        f"{len(held)} trained models in the library\n"
        f"{'child':28}{'asked':>7}{'rank 1':>8}{'least z':>9}"
    )
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    least: dict[str, float] = {}

    def look(kind: str, path: Path, base: Path) -> None:
        first = held.nearest(sketch_of(str(path)), 1)[0]
        asked[kind] += 1
        found[kind] += first.ref == str(base)
        least[kind] = min(least.get(kind, first.z), first.z)

    for number, base in enumerate(bases):
        rng = np.random.default_rng(number)
        net = load_file(base / "model.safetensors")
        for kind, change in CHANGES.items():
            child = scratch / "child"
            child.mkdir(parents=True, exist_ok=True)
            save_file(_changed(net, change, rng), child / "model.safetensors")
            look(kind, child, base)
    for path in sorted(folder.glob("*/tune-*")):
        look("really trained further", path, path.parent / "independent-00")
    for kind, count in asked.items():
        print(f"{kind:28}{count:7}{found[kind]:8}{least[kind]:9.1f}")
    print(f"rank 1: {sum(found.values())} of {sum(asked.values())}, "
          f"{sum(found.values()) / sum(asked.values()):.2%}")  # fmt: skip


def _changed(net: dict[str, Array], change: Change, rng: np.random.Generator) -> dict[str, Array]:
    return {
        name: np.ascontiguousarray(change(x, rng)).astype(np.float32)
        if x.ndim > 1 and x.dtype.kind == "f"
        else x
        for name, x in net.items()
    }


def million(scratch: Path, models: int) -> None:
    """Print the time of one question to a library of random sketches."""
    database = scratch / f"random-{models}"
    if not (database / "library.json").exists():
        _random_library(database, models)
    held = Library(database)
    filled = tuple(f"t{slot}" for slot in range(SLOTS))
    row = np.memmap(database / "sketches.bin", np.uint8, "r")[BYTES * (models // 2) :][:BYTES]
    rng = np.random.default_rng(5)
    bits = np.unpackbits(row) ^ (rng.random(BYTES * 8) < 0.3)
    wanted = Sketch(ref="wanted", bits=np.packbits(bits).tobytes(), filled=filled)
    times, limits = [], []
    for _ in range(4):
        began = time.perf_counter()
        first = held.nearest(wanted, 10)[0]
        times.append(time.perf_counter() - began)
        began = time.perf_counter()
        int(np.fromfile(database / "heads.bin", np.uint64).sum())
        limits.append(time.perf_counter() - began)
    assert first.ref == f"m{models // 2}", first  # noqa: S101 - a benchmark of wrong answers is none
    cold, warm = times[0], min(times[1:])
    print(
        f"\none of {models:,} sketches, 30 % of its bits turned: found at z {first.z:.0f} in"
        f" {warm:.2f} s (first time {cold:.2f} s); {warm / min(limits):.1f} times as long as"
        f" reading the {models * SLOTS * HEAD / 1e6:.0f} MB that are searched"
    )


def _random_library(database: Path, models: int) -> None:
    database.mkdir(parents=True)
    rng = np.random.default_rng(0)
    filled = tuple(f"t{slot}" for slot in range(SLOTS))
    told, step = 0, 50_000
    with (
        (database / "sketches.bin").open("wb") as sketches,
        (database / "heads.bin").open("wb") as heads,
        (database / "models.jsonl").open("wb") as lines,
    ):
        for start in range(0, models, step):
            count = min(step, models - start)
            bits = rng.integers(0, 256, (count, SLOTS, BYTES // SLOTS), dtype=np.uint8)
            sketches.write(bits.tobytes())
            heads.write(np.ascontiguousarray(bits[:, :, :HEAD]).tobytes())
            for number in range(start, start + count):
                line = msgspec.json.encode(Stored(ref=f"m{number}", filled=filled)) + b"\n"
                told += lines.write(line)
    (database / "masks.bin").write_bytes(b"\xff\xff" * models)
    state = State(count=models, told=told)
    (database / "library.json").write_bytes(msgspec.json.encode(state))


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--models", type=int, default=1_000_000)
    asked = parser.parse_args()
    asked.scratch.mkdir(parents=True, exist_ok=True)
    families(asked.folder, asked.scratch)
    million(asked.scratch, asked.models)


if __name__ == "__main__":
    main()
