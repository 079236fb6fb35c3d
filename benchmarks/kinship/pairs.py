"""Real pairs with known truth: verdict, bytes, time and memory, beside the leading kit in one run.

    python benchmarks/kinship/pairs.py CACHE [--peer PROVENANCEKIT] [--only WORD] [--json FILE]

Packages are fetched from the package index by name and version; nothing of them is kept in the
tree. `--peer` is the `provenancekit` command of an environment with cisco-ai-provenance-kit; it
reads folders with `config.json` and safetensors, and gets every pair that comes as two of those.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from howopen.errors import HowopenError
from howopen.places import Place, open_place, split_ref

Net: TypeAlias = dict[str, NDArray[Any]]

_CHUNK = 8_000_000


class Ran(NamedTuple):
    """One command: its exit code, output, wall and CPU seconds, peak memory in MB."""

    code: int
    output: str
    wall: float
    cpu: float
    memory: float


def run(command: list[str], seconds: int = 900) -> Ran:
    """Run a command and measure it."""
    began, peak = time.perf_counter(), 0.0
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, _high_water(process.pid))
            if time.perf_counter() - began > seconds:
                process.kill()
            time.sleep(0.004)
        out.seek(0)
        text = out.read().decode(errors="replace")
    _, status, used = ended
    wall, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    return Ran(os.waitstatus_to_exitcode(status), text, wall, cpu, peak)


def _high_water(pid: int) -> float:
    """Return the peak resident memory so far in MB; that of rusage counts the parent's too."""
    try:
        told = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) / 1e3 if found else 0.0


class Joined(msgspec.Struct, frozen=True, rename={"as_": "as"}):
    """Packages that hold the parts of one file.

    Attributes:
        parts: their REFs, in order.
        like: what the path of a part contains.
        as_: the name of the whole file.
    """

    parts: tuple[str, ...]
    like: str
    as_: str


class Pair(msgspec.Struct, frozen=True):
    """One pair of `pairs.toml`."""

    name: str
    a: str
    b: str
    verdicts: tuple[str, ...]
    established: str
    direction: str = ""
    folders: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True):
    """All of `pairs.toml`."""

    joined: dict[str, Joined]
    pair: tuple[Pair, ...]


class Cache:
    """Where files are put together, unpacked and made, outside the tree."""

    def __init__(self, folder: Path, table: Table) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.table = table

    def ref(self, told: str) -> str:
        """Return the REF that the command line is given."""
        scheme, _, name = told.partition(":")
        if scheme == "joined":
            return str(self._joined(self.table.joined[name]))
        return str(self._made(name)) if scheme == "made" else told

    def directory(self, told: str) -> Path:
        """Return a folder for a peer that reads folders."""
        if told.startswith(("joined:", "made:")):
            return Path(self.ref(told))
        base, inner = split_ref(told)
        target = self.folder / re.sub(r"\W+", "-", told)
        if not (target / "model.safetensors").exists():
            place = open_place(base)
            for entry in place.entries():
                folder, _, name = entry.path.rpartition("/")
                if folder == inner:
                    target.mkdir(parents=True, exist_ok=True)
                    _copy(place, entry.path, target / name)
        return target

    def _joined(self, told: Joined) -> Path:
        """Put the parts of one file together, and unpack it where it is a zip."""
        target = self.folder / told.as_
        if not target.exists():
            whole = target.with_suffix(".partial")
            whole.unlink(missing_ok=True)
            for ref in told.parts:
                place = open_place(ref)
                parts = [each.path for each in place.entries() if told.like in each.path]
                _copy(place, max(parts, key=place.size), whole)
            whole.rename(target)
        if target.suffix != ".zip":
            return target
        unpacked = target.with_suffix("")
        if not unpacked.is_dir():
            shutil.unpack_archive(target, unpacked)
        return next(path.parent for path in unpacked.rglob("model.safetensors"))

    def _made(self, kind: str) -> Path:
        """Make a random twin of MiniLM-L6, or a copy of the same function in another order."""
        target = self.folder / f"made-{kind}"
        if (target / "model.safetensors").exists():
            return target
        source = self.directory(next(pair.folders[0] for pair in self.table.pair if pair.folders))
        net = load_file(source / "model.safetensors")
        rng = np.random.default_rng(7)
        net = random_twin(net, rng) if kind == "random" else permuted(net, rng)
        weights = shutil.ignore_patterns("*.safetensors")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=weights)
        held = {name: np.ascontiguousarray(x) for name, x in net.items()}
        save_file(held, target / "model.safetensors")
        return target


def _copy(place: Place, path: str, target: Path) -> None:
    """Append a file of a place to a file here."""
    with target.open("ab") as file:
        for start in range(0, place.size(path), _CHUNK):
            file.write(place.read_range(path, start, _CHUNK))


def random_twin(net: Net, rng: np.random.Generator) -> Net:
    """Replace every tensor by normal numbers of its mean and deviation."""
    return {
        name: rng.normal(x.mean(), x.std() + 1e-9, x.shape).astype(x.dtype)
        if x.dtype.kind == "f"
        else x
        for name, x in net.items()
    }


def permuted(net: Net, rng: np.random.Generator) -> Net:
    """Reorder BERT's hidden width and the inner units of each layer; the function is the same."""
    order = rng.permutation(net["embeddings.word_embeddings.weight"].shape[1])
    units: dict[str, NDArray[np.intp]] = {}
    found: Net = {}
    for name, x in net.items():
        placed = _placed(name, x, order)
        layer = re.match(r"encoder\.layer\.\d+\.(?=intermediate|output\.dense\.weight)", name)
        if layer:
            inner = "intermediate" in name
            fresh = rng.permutation(x.shape[0] if inner else x.shape[1])
            unit = units.setdefault(layer.group(), fresh)
            placed = placed[unit] if inner else placed[:, unit]
        found[name] = placed
    return found


def _placed(name: str, x: NDArray[Any], order: NDArray[np.intp]) -> NDArray[Any]:
    """Reorder the hidden width of one tensor."""
    if re.search(r"_embeddings\.weight|(query|key|value|intermediate\.dense)\.weight", name):
        return x[:, order]
    if re.search(r"output\.dense\.(weight|bias)|LayerNorm", name):
        return x[order]
    if "pooler.dense" in name:
        return x[order][:, order] if x.ndim == 2 else x[order]
    return x


def ours(a: str, b: str) -> tuple[Ran, dict[str, Any]]:
    """Run `howopen kin` on a pair."""
    ran = run([sys.executable, "-m", "howopen", "kin", a, b, "--json"])
    if ran.code:
        return ran, {"verdict": "incomparable", "reasons": ["it ended with an error"]}
    return ran, json.loads(ran.output)


def theirs(command: str, a: str, b: str) -> tuple[Ran, str]:
    """Run the peer on two folders; return its verdict as it prints it."""
    ran = run([command, "compare", a, b, "--json", "--no-cache"])
    found = re.search(r'"(?:verdict|label|decision|interpretation)"\s*:\s*"([^"]+)"', ran.output)
    return ran, found.group(1) if found else f"no verdict (exit {ran.code})"


def main() -> None:
    """Run all pairs and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("cache", type=Path)
    parser.add_argument("--peer", help="the provenancekit command of its own environment")
    parser.add_argument("--only", default="", help="only pairs whose name contains this")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    told = (Path(__file__).parent / "pairs.toml").read_bytes()
    table = msgspec.toml.decode(told, type=Table)
    cache = Cache(asked.cache, table)
    print(f"{'pair':42}{'verdict':18}{'rung':11}{'kB a+b':>14}{'s':>6}{'CPU s':>7}{'MB':>6}  peer")
    rows = [
        row
        for pair in table.pair
        if asked.only.lower() in pair.name.lower()
        for row in [_row(pair, cache, asked.peer)]
    ]
    right = sum(bool(row["right"]) for row in rows)
    print(f"\nright: {right} of {len(rows)}")
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))


def _row(pair: Pair, cache: Cache, peer: str | None) -> dict[str, object]:
    try:
        # the same unpacked files for both tools where both can read them
        folders = [str(cache.directory(each)) for each in pair.folders]
        a, b = folders or (cache.ref(pair.a), cache.ref(pair.b))
    except HowopenError as error:
        print(f"{pair.name:42}not fetched: {error}")
        return {"name": pair.name, "right": False, "error": str(error)}
    ran, found = ours(a, b)
    verdict, read = str(found["verdict"]), found.get("bytes_read") or [0, 0]
    right = verdict in pair.verdicts
    if pair.direction:
        right = right and found.get("direction") == pair.direction
    size = "+".join(f"{each / 1e3:,.0f}" for each in read)
    row = f"{pair.name:42}{verdict:18}{found.get('rung', '')!s:11}{size:>14}{ran.wall:6.2f}"
    row += f"{ran.cpu:7.2f}{ran.memory:6.0f}  "
    held: dict[str, object] = {
        "name": pair.name,
        "right": right,
        "ours": found,
        "ran": ran._asdict(),
    }
    if peer and pair.folders:
        beside, said = theirs(peer, *folders)
        row += f"{said} ({beside.wall:.1f} s, {beside.cpu:.1f} CPU s, {beside.memory:.0f} MB)"
        held |= {"peer": said, "peer_ran": beside._asdict()}
    elif peer:
        row += "cannot read the container"
    print(
        row
        + (
            ""
            if right
            else f"\n  WRONG: wanted {' or '.join(pair.verdicts)}: {found.get('reasons')}"
        )
    )
    return held


if __name__ == "__main__":
    main()
