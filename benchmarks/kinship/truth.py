"""What is true of a pair, established without howopen: the formats' own loaders, values compared.

    python benchmarks/kinship/truth.py FILE FILE

Run it where torch, onnx and safetensors are installed. Layout is ignored: every float array is
compared as the sorted list of its values, exactly and after rounding to 16 bits, and arrays that
match nothing are correlated with those of their shape.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.float64]]

#: Smaller arrays match by accident.
LEAST = 64


def load(path: Path) -> Arrays:
    """Load all float arrays of a file with its format's own library."""
    if path.suffix == ".onnx":
        return _onnx(path)
    if path.suffix == ".safetensors":
        from safetensors.numpy import load_file  # noqa: PLC0415

        return _floats(load_file(path))
    import torch  # noqa: PLC0415

    if path.suffix == ".jit":
        module = torch.jit.load(str(path), map_location="cpu")
        return _floats({name: held.numpy() for name, held in module.state_dict().items()})
    held = torch.load(path, map_location="cpu", weights_only=True)
    held = held.get("state_dict", held) if isinstance(held, dict) else held.state_dict()
    return _floats({name: one.numpy() for name, one in held.items() if hasattr(one, "numpy")})


def _floats(arrays: dict[str, NDArray[np.generic]]) -> Arrays:
    return {
        name: np.asarray(one, np.float64)
        for name, one in arrays.items()
        if np.issubdtype(one.dtype, np.floating) and one.size >= LEAST
    }


def _onnx(path: Path) -> Arrays:
    """Load initializers and constants of a graph and of all graphs inside it."""
    import onnx  # noqa: PLC0415
    from onnx import numpy_helper  # noqa: PLC0415

    found: dict[str, NDArray[np.generic]] = {}

    def walk(graph: onnx.GraphProto, prefix: str) -> None:
        for one in graph.initializer:
            found[prefix + one.name] = numpy_helper.to_array(one)
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.HasField("t"):
                    found[f"{prefix}{node.output[0]}"] = numpy_helper.to_array(attribute.t)
                if attribute.HasField("g"):
                    walk(attribute.g, f"{prefix}{node.name}.{attribute.name}/")

    walk(onnx.load(str(path)).graph, "")
    return _floats(found)


def digest(array: NDArray[np.float64], kind: type[np.floating]) -> str:
    """Hash the sorted values of an array at a precision."""
    with np.errstate(over="ignore"):
        return hashlib.sha256(np.sort(array.astype(kind), axis=None).tobytes()).hexdigest()


def correlations(a: Arrays, b: Arrays) -> list[tuple[float, str, str]]:
    """Correlate arrays of equal shape, or transposed; the largest of each array of the first."""
    found = []
    for name, x in a.items():
        best = (0.0, name, "")
        for other, y in b.items():
            for z in (y, y.T):
                if z.shape == x.shape and x.std() and z.std():
                    r = float(np.corrcoef(x.ravel(), z.ravel())[0, 1])
                    best = max(best, (r, name, other), key=lambda one: abs(one[0]))
        if best[2]:
            found.append(best)
    return found


def main() -> None:
    """Print what two files have in common."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("a", type=Path)
    parser.add_argument("b", type=Path)
    asked = parser.parse_args()
    a, b = load(asked.a), load(asked.b)
    weights = sum(one.size for one in a.values())
    for kind in (np.float32, np.float16):
        held = {digest(one, kind) for one in b.values()}
        same = [name for name, one in a.items() if digest(one, kind) in held]
        share = sum(a[name].size for name in same) / max(1, weights)
        print(f"{kind.__name__}: {len(same)} of {len(a)} arrays ({len(b)}), {share:.1%} of weights")
    rs = correlations(a, b)
    for r, name, other in sorted(rs, key=lambda one: -abs(one[0]))[:6]:
        print(f"  r {r:+.4f} {name} ~ {other} {a[name].shape}")
    matrices = [abs(r) for r, name, _ in rs if a[name].ndim > 1]
    if matrices:
        print(f"  {len(matrices)} matrices, median |r| {np.median(matrices):.4f}")


if __name__ == "__main__":
    main()
