"""ONNX: tensors inside the file or beside it, whole numbers with their scales, hints of use.

Weights lie as the graph uses them: that of a `MatMul` is transposed against torch's `Linear`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from howopen.formats.affine import Affine, AffineWeights
from howopen.formats.onnxgraph import Held, Model, Node, read_model
from howopen.formats.onnxscales import Key, Scale, Uses
from howopen.formats.onnxvalues import NBITS, NBits, OnnxWeights
from howopen.formats.protobuf import Window
from howopen.formats.ranged import Ranged, Tensor, TensorFile, unique_name
from howopen.formats.weights import Sibling, Source

#: fields of a tensor whose packed bytes are its values
_STRAIGHT = {(9, ""), (4, "F32"), (10, "F64"), (4, "C64"), (10, "C128")}
#: field of packed varints -> the types that are stored there
_VARINTS = {
    5: {"I32", "I16", "I8", "U16", "U8", "BOOL", "F16", "BF16", "F8_E4M3", "F8_E4M3FNUZ",
        "F8_E5M2", "F8_E5M2FNUZ", "F8_E8M0"},
    7: {"I64"},
    11: {"U32", "U64"},
}  # fmt: skip
#: No tensor of varints or of packed halves is decoded beyond this many bytes.
_MAX_WHOLE = 64_000_000


class _Read(NamedTuple):
    file: TensorFile
    scales: Mapping[str, Affine]
    blocks: Mapping[str, NBits]


def read_onnx(read: Ranged, size: int) -> TensorFile:
    """Read what an ONNX file holds, passing over the payloads of its tensors.

    Args:
        read: a ranged reader of the file.
        size: the size of the file in bytes.

    Raises:
        FormatError: when it is no ONNX file, is cut off, or contradicts itself.
    """
    return _read(read, size).file


def open_onnx(path: str, source: Source, sibling: Sibling) -> AffineWeights:
    """Open an ONNX file; see `howopen.formats.weights`."""
    found = _read(source.read, source.size)
    return OnnxWeights(found.file, source, sibling, found.scales, found.blocks)


def _read(read: Ranged, size: int) -> _Read:
    model = read_model(Window(read, size))
    uses = Uses(model.graphs)
    names = _names(model, uses)
    tensors: dict[Key, Tensor] = {}
    for key, held in uses.tensors.items():
        placed = _place(names[key], held, size)
        if isinstance(placed, Tensor):
            tensors[key] = placed
        elif placed:
            model.problems.append(f"tensor {held.name[:80]!r}: {placed}")
    blocks, parts = _blocks(uses, tensors)
    scales: dict[str, Affine] = {}
    for key in [each for each in tensors if each not in parts]:
        scale = uses.scale(key)
        if scale is not None and scale.scale in tensors:
            _scale(tensors, key, scale, scales, parts)
    parts |= uses.bookkeeping()
    held_back = {key for key, each in uses.tensors.items() if each.constant and _few(each)}
    shown = [
        (tensor, uses.hint(key))
        for key, tensor in tensors.items()
        if key not in parts and key not in held_back
    ]
    kept = tuple(_hinted(tensor, hint) for tensor, hint in shown)
    file = TensorFile(
        format="onnx", metadata=model.metadata, tensors=kept,
        parameters=sum(math.prod(each.shape) for each in kept if _counts(each)), header=(0, size),
        problems=tuple(dict.fromkeys(model.problems))[:1_000],
    )  # fmt: skip
    return _Read(file, scales, blocks)


def _counts(tensor: Tensor) -> bool:
    """Tell whether a tensor holds weights: floats, or whole numbers that stand for them."""
    scaled = tensor.packing in ("affine", "matmulnbits")
    matrix = len(tensor.shape) > 1 and tensor.dtype in ("I8", "U8", "I4", "U4")
    return scaled or matrix or tensor.dtype.startswith(("F", "BF"))


def _few(held: Held) -> bool:
    """Tell whether a constant is a number or a list of sizes, and no weights."""
    return math.prod(held.shape) <= 1 or held.dtype.startswith(("I64", "STRING"))


def _hinted(tensor: Tensor, hint: str) -> Tensor:
    return replace(tensor, hint=hint) if hint and hint != tensor.name else tensor


def _names(model: Model, uses: Uses) -> dict[Key, str]:
    """Name all tensors; one of an inner graph has that graph's name first where names repeat."""
    names: dict[Key, str] = {}
    taken: dict[str, int] = {}
    for key, held in uses.tensors.items():
        name = held.name or "tensor"
        if name in taken:
            name = f"{model.graphs[key[0]].name}/{name}"
        names[key] = unique_name(name, taken)
    return names


def _place(name: str, held: Held, size: int) -> Tensor | str:
    """Say where a tensor's bytes lie, or why they cannot be read; empty for one of texts."""
    if held.dtype == "STRING":
        return ""
    if not held.bits:
        return f"its type {held.dtype} is not known"
    length = (math.prod(held.shape) * held.bits + 7) // 8
    if held.elsewhere:
        return _outside(name, held, length)
    if length == 0:
        return Tensor(name=name, dtype=held.dtype, shape=held.shape, start=0, stop=0)
    if not held.spans:
        return "its values are not in the file"
    if len(held.spans) > 1:
        return "its values lie in several pieces, which is not read"
    kind, start, stop = held.spans[0]
    if (kind, "" if kind == 9 else held.dtype) in _STRAIGHT:
        if stop - start != length:
            return "its shape does not fit its bytes"
        return Tensor(name=name, dtype=held.dtype, shape=held.shape, start=start, stop=stop)
    if held.dtype in _VARINTS.get(kind, ()) and stop - start <= _MAX_WHOLE:
        return Tensor(
            name=name, dtype=held.dtype, shape=held.shape, start=start, stop=stop, packing="varint"
        )
    return "its values are stored in a way that is not read"


def _outside(name: str, held: Held, length: int) -> Tensor | str:
    """Place a tensor in another file, which must lie in the same folder or below it."""
    path = held.external.get("location", "")
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or ".." in parts or ":" in parts[0]:
        return f"its file {path[:80]!r} lies outside the folder"
    told = [held.external.get(key, default) for key, default in (("offset", "0"), ("length", ""))]
    if any(text and not (text.isascii() and text.isdigit() and len(text) < 19) for text in told):
        return "its place in the other file is no number"
    start = int(told[0] or 0)
    if told[1] and int(told[1]) != length:
        return "its shape does not fit its bytes"
    return Tensor(
        name=name, dtype=held.dtype, shape=held.shape, start=start, stop=start + length,
        path="/".join(part for part in parts if part not in ("", ".")),
    )  # fmt: skip


def _scale(
    tensors: dict[Key, Tensor],
    key: Key,
    scale: Scale,
    scales: dict[str, Affine],
    parts: set[Key],
) -> None:
    """Note how the numbers of a tensor become values."""
    zero = tensors.get(scale.zero) if scale.zero is not None else None
    tensors[key] = replace(tensors[key], packing=tensors[key].packing or "affine")
    scales[tensors[key].name] = Affine(
        scale=tensors[scale.scale],
        zero=0.0 if zero is None else zero,
        axis=scale.axis,
        block=scale.block,
    )
    parts.add(scale.scale)
    if scale.zero is not None:
        parts.add(scale.zero)


def _blocks(uses: Uses, tensors: dict[Key, Tensor]) -> tuple[dict[str, NBits], set[Key]]:
    """Find the matrices of `MatMulNBits`, and the tensors that are parts of them."""
    found: dict[str, NBits] = {}
    parts: set[Key] = set()
    for number, graph in enumerate(uses.graphs):
        for node in graph.nodes:
            if node.op == "MatMulNBits":
                keys = [uses.constant(uses.input(number, node, index)) for index in range(1, 5)]
                _block(node, keys, tensors, found, parts)
    return found, parts


def _block(
    node: Node,
    keys: list[Key | None],
    tensors: dict[Key, Tensor],
    found: dict[str, NBits],
    parts: set[Key],
) -> None:
    """Expose one matrix with its unpacked shape `(N, K)`; one that is reordered stays packed."""
    weight, scale, zero = (tensors.get(key) if key else None for key in keys[:3])
    bits, block, rows, columns = (
        node.numbers.get(name, default)
        for name, default in (("bits", 4), ("block_size", 0), ("N", 0), ("K", 0))
    )
    if weight is None or scale is None or keys[0] is None or keys[3] is not None:
        return
    if bits not in NBITS or not 16 <= block <= 1 << 16 or rows < 1 or columns < 1:
        return
    places = -(-columns // block)
    fits = weight.stop - weight.start == rows * places * block * bits // 8
    if not fits or weight.dtype != "U8" or math.prod(scale.shape) != rows * places:
        return
    if zero is not None:
        total = math.prod(zero.shape)
        packed = -(-places * bits // 8) if zero.dtype == "U8" else places
        if total != rows * packed:
            return
        zero = replace(zero, shape=(rows, packed))
    dtype = f"U{bits}"
    tensors[keys[0]] = replace(weight, dtype=dtype, shape=(rows, columns), packing="matmulnbits")
    found[weight.name] = NBits(bits, block, replace(scale, shape=(rows, places)), zero)
    parts.update(key for key in keys[1:3] if key is not None)
