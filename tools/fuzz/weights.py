"""Fuzz the readers of weights with atheris: nothing but our own errors, in bounded time and memory.

    python tools/fuzz/weights.py --format safetensors --seconds 600
    python tools/fuzz/weights.py --format torch --seeds FOLDER --seconds 600

Run it where atheris and howopen are installed. `--format all` takes each format in turn. Seeds
are small files as the real writers write them; more can be given as a folder. What is found is
kept in `--found` and printed; each finding becomes a test.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

#: a single file may take this many seconds of CPU, as atheris slows Python down several times
SECONDS = 5
MEGABYTES = 700

#: format -> name of the file that is fuzzed
NAMES = {
    "safetensors": "model.safetensors",
    "gguf": "model.gguf",
    "npy": "model.npy",
    "npz": "model.npz",
    "index": "model.safetensors.index.json",
    "packed": "model.safetensors",
    "torch": "model.pt",
    "onnx": "model.onnx",
    "ctranslate2": "model.bin",
    "thinc": "tok2vec/model",
}


def seeds(form: str) -> Iterator[bytes]:
    """Write small files of a format."""
    np = importlib.import_module("numpy")
    held = {"a": np.ones((2, 3), np.float32), "b.weight": np.zeros(4, np.float16)}
    if form in ("safetensors", "index"):
        written: bytes = importlib.import_module("safetensors.numpy").save(held, {"format": "pt"})
        yield (
            written
            if form == "safetensors"
            else json.dumps(
                {"metadata": {"total_size": 9}, "weight_map": {"a": "x.safetensors", "b": "../y"}}
            ).encode()
        )
    elif form in ("npy", "npz"):
        for save in (np.savez, np.savez_compressed) if form == "npz" else ():
            stream = io.BytesIO()
            save(stream, **held)
            yield stream.getvalue()
        for array in held.values() if form == "npy" else ():
            stream = io.BytesIO()
            np.save(stream, array)
            yield stream.getvalue()
    elif form == "gguf":
        yield _gguf(np)
    elif form == "onnx":
        yield _onnx(np)
    elif form == "torch":
        yield from _torch()
    elif form == "ctranslate2":
        yield importlib.import_module("tests.formats.test_records")._ctranslate2()
    elif form == "packed":
        for case in sorted((ROOT / "tests" / "fixtures" / "packed").iterdir()):
            config = case / "config.json"
            told = config.read_bytes() if config.exists() else b"{}"
            yield len(told).to_bytes(2, "little") + told + (case / "model.safetensors").read_bytes()


def _onnx(np: Any) -> bytes:
    """Write an ONNX file with one node and its weights."""
    onnx = importlib.import_module("onnx")
    weights = onnx.numpy_helper.from_array(np.ones((3, 4), np.float32), "w")
    node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"])
    kinds = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, size])
        for name, size in (("x", 3), ("y", 4))
    ]
    graph = onnx.helper.make_graph([node], "g", kinds[:1], kinds[1:], [weights])
    written: bytes = onnx.helper.make_model(graph).SerializeToString()
    return written


def _torch() -> Iterator[bytes]:
    """Write a state of torch in both of its containers, without torch."""
    files = importlib.import_module("tests.formats.torchfiles")
    piece = files.Piece("0", (3, 4), (4, 1), length=12)
    yield files.zipped(files.table({"w": files.tensor(piece)}), {"0": bytes(48)})
    body = files.table({"w": files.tensor(piece, True)})
    yield files.legacy(body, {"0": (12, bytes(48))})


def _gguf(np: Any) -> bytes:
    """Write a GGUF file with a vocabulary and tensors of two types."""
    gguf = importlib.import_module("gguf")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gguf"
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_token_list(["a", "b", "c"])
        writer.add_tensor("w", np.ones((2, 32), np.float32))
        kind = gguf.GGMLQuantizationType.Q4_0
        writer.add_tensor("q", np.zeros((2, 18), np.uint8), raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path.read_bytes()


def target(form: str) -> Callable[[bytes], None]:
    """Make the function that is fuzzed: open a file and read some of every tensor."""
    written = importlib.import_module("tests.formats.written")
    inner: bytes = next(seeds("safetensors"))

    def one(data: bytes) -> None:
        files = {NAMES[form]: data}
        if form == "packed":
            length = int.from_bytes(data[:2], "little")
            files = {NAMES[form]: data[2 + length :], "config.json": data[2 : 2 + length]}
        elif form == "index":
            files["x.safetensors"] = inner
        began = time.process_time()
        written.exhausted(files, NAMES[form])
        took = time.process_time() - began
        if took > SECONDS:
            raise RuntimeError(f"{took:.1f} s for {len(data)} bytes")

    return one


def fuzz(form: str, seconds: int, more: Path | None, found: Path) -> None:
    """Fuzz one format in this process; atheris ends it."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["howopen"]):
        importlib.import_module("howopen.formats.weights")
        for name in ("safetensors", "gguf", "npy", "sharded", "packed", "words", "codes", "values"):
            importlib.import_module(f"howopen.formats.{name}")
        _import_others()
    with tempfile.TemporaryDirectory() as corpus:
        files = list(seeds(form)) + [file.read_bytes() for file in (more.iterdir() if more else ())]
        for number, data in enumerate(files):
            (Path(corpus) / f"seed-{number}").write_bytes(data)
        options = [
            f"-max_total_time={seconds}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-artifact_prefix={found}/{form}-",
            "-timeout=20",
            "-max_len=40000",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, corpus], target(form))
        atheris.Fuzz()


def _import_others() -> None:
    """Import the readers of other formats, where they are."""
    for name in ("torchzip", "torchlegacy", "pickles", "members", "onnx", "ctranslate2", "thinc"):
        try:
            importlib.import_module(f"howopen.formats.{name}")
        except ImportError:
            print(f"no reader {name}")


def main() -> None:
    """Fuzz one format, or all of them one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=["all", *NAMES], default="all")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seeds", type=Path)
    parser.add_argument("--found", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    if given.format != "all":
        fuzz(given.format, given.seconds, given.seeds, given.found)
        return
    for form in NAMES:
        told = ["--seconds", str(given.seconds), "--found", str(given.found)]
        subprocess.run([sys.executable, __file__, "--format", form, *told], check=False)


if __name__ == "__main__":
    main()
