"""Tensors in a pickle that torch wrote: names, shapes, types, and where in which storage.

Source of the layout: torch's `_utils.py` (the `_rebuild_*` functions) and `serialization.py`
(persistent ids); they are read as records, never called.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from howopen.formats.pickles import Call, Global, Persistent, Table

#: Names nest no deeper and grow no longer than this.
_MAX_DEPTH = 64
_MAX_NAME = 1_000
#: A tensor has at most this many dimensions, as in torch.
_MAX_RANK = 64
#: Beyond this many places that lead to a tensor, the rest is left out and said to be.
_MAX_TENSORS = 200_000
#: No more than this many containers are entered, and no more problems are told.
_MAX_HELD = 200_000
_MAX_PROBLEMS = 100
#: All names together are no longer than this.
_MAX_NAMES = 32_000_000
#: A tensor of more values is none that was ever trained.
_MAX_VALUES = 1 << 48

_STORAGES = {
    "Float": "F32", "Double": "F64", "Half": "F16", "BFloat16": "BF16", "Long": "I64",
    "Int": "I32", "Short": "I16", "Char": "I8", "Byte": "U8", "Bool": "BOOL",
    "ComplexFloat": "C64", "ComplexDouble": "C128", "QInt8": "I8", "QUInt8": "U8", "QInt32": "I32",
    "Untyped": "", "_Untyped": "",
}  # fmt: skip
_DTYPES = {
    "float32": "F32", "float": "F32", "float64": "F64", "double": "F64", "float16": "F16",
    "half": "F16", "bfloat16": "BF16", "int64": "I64", "int32": "I32", "int16": "I16",
    "int8": "I8", "uint8": "U8", "uint16": "U16", "uint32": "U32", "uint64": "U64", "bool": "BOOL",
    "complex64": "C64", "complex128": "C128", "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2", "float8_e4m3fnuz": "F8_E4M3FNUZ", "float8_e5m2fnuz": "F8_E5M2FNUZ",
    "float8_e8m0fnu": "F8_E8M0",
}  # fmt: skip
#: bytes of one value
WIDTHS = {
    "F32": 4, "F64": 8, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1,
    "U16": 2, "U32": 4, "U64": 8, "BOOL": 1, "C64": 8, "C128": 16, "F8_E4M3": 1, "F8_E5M2": 1,
    "F8_E4M3FNUZ": 1, "F8_E5M2FNUZ": 1, "F8_E8M0": 1,
}  # fmt: skip

#: Keys under which training keeps what is not the model.
_TRAINING = re.compile(
    r"(?:.*_)?optim(?:izer)?s?(?:_.*)?|lr_schedulers?|schedulers?|(?:grad_)?scaler|loops|rng_states?",
    re.IGNORECASE,
)
#: An attribute in which recurrent modules keep their parameters a second time.
_TWICE = "_flat_weights"
#: Attributes in which a module keeps its tensors and its parts; state dicts leave them out.
_INNER = frozenset({"_parameters", "_buffers", "_modules"})


class Storage(NamedTuple):
    """A storage: its key, the type of its values (empty for bytes), and how many there are.

    `view` is the offset, in values, at which a view of an old file's storage starts.
    """

    key: str
    dtype: str
    length: int
    view: int = 0


class Quantised(NamedTuple):
    """How whole numbers stand for values: `(value - zero) * scale`, per tensor or along an axis."""

    scale: Found | float
    zero: Found | float
    axis: int | None = None


class Found(NamedTuple):
    """A tensor: its path, type, shape, strides (empty when contiguous) and place in a storage.

    `offset` is counted in values.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    storage: Storage
    offset: int
    quantised: Quantised | None = None

    @property
    def reach(self) -> int:
        """How many values of the storage lie between its first and after its last."""
        if 0 in self.shape:
            return 0
        if not self.strides:
            return math.prod(self.shape)
        steps = zip(self.shape, self.strides, strict=True)
        return 1 + sum((size - 1) * step for size, step in steps)


class State(NamedTuple):
    """All tensors of a pickle, how many belong to training only, and what was not understood."""

    tensors: tuple[Found, ...]
    training: int
    problems: tuple[str, ...]


def find_tensors(root: object) -> State:
    """Find all tensors below the root of a pickle; never raises.

    Names are the keys and attributes on the way, joined by dots, as a state dict has them.
    """
    found: list[Found] = []
    problems: dict[str, None] = {}
    count = training = length = 0
    for name, node, of_training in _walk(root, problems):
        count, length = count + 1, length + len(name)
        if count > _MAX_TENSORS or length > _MAX_NAMES:
            problems[f"only its first {count - 1:,} tensors are read"] = None
            break
        if of_training:
            training += 1
            continue
        told = _tensor(name, node)
        if isinstance(told, Found):
            found.append(told)
        elif len(problems) < _MAX_PROBLEMS:
            problems[f"tensor {name[:80]!r}: {told}"] = None
    return State(tuple(found), training, tuple(problems))


def _walk(root: object, problems: dict[str, None]) -> Iterator[tuple[str, Call, bool]]:
    """Yield every call that builds a tensor, its path, and whether it is of training only.

    Each container is entered once, so that no nesting of copies takes longer than its pickle.
    """
    seen: set[int] = set()
    levels: list[tuple[str, bool, Iterator[tuple[str, object]]]] = [("", False, iter([("", root)]))]
    while levels:
        above, training, children = levels[-1]
        for key, node in children:
            name = _join(above, key)
            if isinstance(node, Call) and _is_tensor(node):
                yield name, node, training
            elif isinstance(node, Call | Table | list | tuple) and id(node) not in seen:
                if len(levels) > _MAX_DEPTH or len(name) > _MAX_NAME or len(seen) > _MAX_HELD:
                    problems["what lies too deep, or is too much, is not read"] = None
                    continue
                seen.add(id(node))
                of_training = training or (len(levels) == 2 and _for_training(root, key))
                levels.append((name, of_training, _children(node)))
                break
        else:
            levels.pop()


def _for_training(root: object, key: str) -> bool:
    """Tell whether a key of a checkpoint holds what only training needs, such as an optimizer."""
    return isinstance(root, Table) and bool(_TRAINING.fullmatch(key))


def _join(name: str, key: str) -> str:
    if key in _INNER or not key:
        return name
    return f"{name}.{key}" if name else key


def _children(node: object) -> Iterator[tuple[str, object]]:
    """Yield what a node holds, by key, by attribute or by number."""
    if isinstance(node, Table):
        for key, child in node.pairs:
            if isinstance(key, str | int) and key != _TWICE:
                yield _key(key), child
    elif isinstance(node, list | tuple):
        for index, child in enumerate(node):
            if isinstance(child, Call | Table | list | tuple):
                yield str(index), child
    elif isinstance(node, Call):
        yield from _children(node.table)
        yield from _children(node.items)
        yield "", node.state
        if isinstance(node.arguments, tuple) and node.name not in _NOT_ENTERED:
            for child in node.arguments:
                yield "", child


#: torch's own calls whose arguments hold no tensors of the model
_NOT_ENTERED = frozenset({"torch.Size", "torch.device", "numpy.dtype"})


def _key(key: str | int) -> str:
    """Return a key as part of a name; a number of any length is a bounded text."""
    if isinstance(key, int):
        return str(key) if abs(key) < 2**63 else "number"
    return key[:_MAX_NAME]


_PARAMETERS = frozenset(
    {
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_parameter_with_state",
        "torch.nn.parameter.Parameter",
    }
)
_PLAIN = frozenset(
    f"torch._utils._rebuild_{each}"
    for each in ("tensor", "tensor_v2", "tensor_v3", "qtensor", "device_tensor_from_numpy")
)
_SCALED = frozenset({"torch._utils._rebuild_qtensor"})
_REBUILD = re.compile(r"torch\._utils\._rebuild_\w+|torch\._tensor\._rebuild_from_type_v2")


def _is_tensor(node: Call) -> bool:
    return bool(_REBUILD.fullmatch(node.name)) or node.name == "torch.nn.parameter.Parameter"


def _tensor(name: str, node: object, *, scales: bool = False) -> Found | str:
    """Return what a call builds, or why that is not known; `scales` have none of their own."""
    for _ in range(8):
        if not isinstance(node, Call) or not isinstance(node.arguments, tuple):
            break
        arguments = node.arguments
        if node.name in _PARAMETERS and arguments:
            node = arguments[0]
        elif node.name == "torch._tensor._rebuild_from_type_v2" and len(arguments) >= 3:
            node = Call(arguments[0], arguments[2])
        elif node.name in _PLAIN and len(arguments) >= 4 and not (scales and node.name in _SCALED):
            return _view(name, node.name.rsplit("_rebuild_", 1)[1], arguments)
        else:
            return f"what {node.name[:60] or 'a computed name'} builds is not read"
    return "it is not built by torch's own functions"


def _view(name: str, kind: str, arguments: tuple[object, ...]) -> Found | str:
    """Check storage, offset, sizes and strides, the first four arguments."""
    storage = read_storage(arguments[0])
    shape, strides = _sizes(arguments[2]), _sizes(arguments[3])
    offset = arguments[1]
    if storage is None:
        return "its storage is of a kind that is not known"
    if shape is None or strides is None or len(shape) != len(strides):
        return "its shape or its strides are no sizes"
    if not isinstance(offset, int) or isinstance(offset, bool) or not 0 <= offset < 2**62:
        return "its offset is no size"
    dtype = storage.dtype
    if kind == "tensor_v3":
        dtype = _dtype(arguments[6]) if len(arguments) > 6 else ""
    if dtype not in WIDTHS:
        return "its type is not known"
    quantised = None
    if kind == "qtensor":
        quantised = _quantised(name, arguments[4]) if len(arguments) > 4 else None
        if quantised is None:
            return "its quantisation is of a kind that is not known"
    plain = _plain_strides(shape)
    return _checked(
        Found(name, dtype, shape, () if _same(shape, strides, plain) else strides, storage,
              offset + storage.view, quantised)
    )  # fmt: skip


def _checked(found: Found) -> Found | str:
    """Check that all values lie inside the storage, each in its own place."""
    width = WIDTHS[found.dtype]
    held = found.storage.length // (1 if found.storage.dtype else width)
    if found.reach and found.offset - found.storage.view + found.reach > held:
        return "it reaches beyond the end of its storage"
    if math.prod(found.shape) > max(found.reach, 0):
        return "its values overlap one another"
    return found


def _same(shape: tuple[int, ...], strides: tuple[int, ...], plain: tuple[int, ...]) -> bool:
    """Tell whether strides are those of a contiguous tensor, where they matter at all."""
    triples = zip(shape, strides, plain, strict=True)
    return 0 in shape or all(size == 1 or have == want for size, have, want in triples)


def _plain_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    steps, step = [], 1
    for size in reversed(shape):
        steps.append(step)
        step *= max(size, 1)
    return tuple(reversed(steps))


def _sizes(node: object) -> tuple[int, ...] | None:
    """Return a shape or strides; `torch.Size` wraps them in a call."""
    if isinstance(node, Call) and node.name == "torch.Size" and isinstance(node.arguments, tuple):
        node = node.arguments[0] if len(node.arguments) == 1 else ()
    if not isinstance(node, tuple | list) or len(node) > _MAX_RANK:
        return None
    held = tuple(each for each in node if isinstance(each, int) and 0 <= each < 2**62)
    product = math.prod(max(each, 1) for each in held)
    return held if len(held) == len(node) and product < _MAX_VALUES else None


def read_storage(node: object) -> Storage | None:
    """Read a persistent id: `("storage", type, key, location, count[, view])`."""
    if not isinstance(node, Persistent) or not isinstance(node.key, tuple) or len(node.key) < 5:
        return None
    what, kind, key, _, count, *rest = node.key
    if what != "storage" or not isinstance(kind, Global) or not isinstance(key, str | int):
        return None
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 2**62:
        return None
    dtype = _STORAGES.get(kind.name.rsplit(".", 1)[-1].removesuffix("Storage"))
    if dtype is None or not kind.name.startswith("torch."):
        return None
    view = rest[0] if rest else None
    if view is None:
        return Storage(_key(key), dtype, count)
    offset = view[1] if isinstance(view, tuple) and len(view) == 3 else None
    held = view[2] if isinstance(view, tuple) and len(view) == 3 else None
    whole = all(isinstance(each, int) and 0 <= each <= count for each in (offset, held))
    if not whole or not isinstance(offset, int) or not isinstance(held, int):
        return None
    return Storage(_key(key), dtype, count, offset) if offset + held <= count else None


def _dtype(node: object) -> str:
    name = node.name if isinstance(node, Global) else ""
    return _DTYPES.get(name.removeprefix("torch."), "") if name.startswith("torch.") else ""


def _quantised(name: str, node: object) -> Quantised | None:
    """Read the parameters of `_rebuild_qtensor`."""
    if not isinstance(node, tuple) or not node or not isinstance(node[0], Global):
        return None
    if node[0].name == "torch.per_tensor_affine" and len(node) == 3:
        scale, zero = node[1], node[2]
        if isinstance(scale, float) and isinstance(zero, int):
            return Quantised(scale, float(max(-(2**31), min(zero, 2**31))))
    if node[0].name.startswith("torch.per_channel_affine") and len(node) == 4:
        scales = _tensor(f"{name}.scale", node[1], scales=True)
        zeros = _tensor(f"{name}.zero_point", node[2], scales=True)
        axis = node[3]
        if isinstance(scales, Found) and isinstance(zeros, Found) and isinstance(axis, int):
            return Quantised(scales, zeros, axis)
    return None
