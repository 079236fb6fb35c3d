"""Time and memory of `howopen --help` and of a local `show`, against bare interpreter start-up.

Each command is a fresh process; the smallest of several wall times is printed with its ratio to
`python -c pass` in the same run, and the peak memory (resident set) of the process.

Usage: python benchmarks/startup.py [FOLDER] [-n RUNS]
Without FOLDER a Llama-2-like release is made: card, config, weights of a few tensors, and the real
license text where ../shared has it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "license-texts"

CARD = """---
license: llama2
base_model: meta-llama/Llama-2-7b-hf
datasets:
- allenai/c4
---
# A model

## Training data

Two trillion tokens of publicly available data.

## Limitations

It may be wrong.
"""


def release(folder: Path) -> Path:
    """Make a Llama-2-like release."""
    (folder / "README.md").write_text(CARD)
    (folder / "config.json").write_text(
        json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]})
    )
    header = json.dumps(
        {
            f"model.layers.{n}.self_attn.{role}_proj.weight": {
                "dtype": "F16",
                "shape": [8, 8],
                "data_offsets": [128 * (4 * n + k), 128 * (4 * n + k + 1)],
            }
            for n in range(32)
            for k, role in enumerate("qkvo")
        }
    ).encode()
    data = len(header).to_bytes(8, "little") + header + bytes(128 * 128)
    (folder / "model.safetensors").write_bytes(data)
    text = SHARED / "llama2.LICENSE.txt"
    if text.is_file():
        shutil.copy(text, folder / "LICENSE.txt")
    return folder


def measure(command: list[str], runs: int) -> tuple[float, float]:
    """Run a command several times; return its least wall time in s and its peak memory in MB."""
    best, peak = float("inf"), 0
    for _ in range(runs):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        best = min(best, time.perf_counter() - start)
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"failed: {' '.join(command)}")
        peak = max(peak, usage.ru_maxrss)
    return best, peak / 1024


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("-n", "--runs", type=int, default=7)
    options = parser.parse_args()
    howopen = str(Path(sys.executable).with_name("howopen"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = str(options.folder or release(Path(scratch)))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "howopen --help": [howopen, "--help"],
            "howopen show": [howopen, "show", folder],
            "howopen show --json": [howopen, "show", folder, "--json"],
            "howopen may run": [howopen, "may", "run", folder],
        }
        base = measure(commands["python -c pass"], options.runs)[0]
        print(f"{'command':22}{'wall':>9}{'x start':>9}{'peak':>9}")
        for name, command in commands.items():
            wall, peak = measure(command, options.runs)
            print(f"{name:22}{wall * 1000:6.0f} ms{wall / base:9.1f}{peak:6.0f} MB")


if __name__ == "__main__":
    main()
