"""What an ONNX file holds beside payloads: graphs, their nodes, and where each tensor lies.

Source of the layout: ONNX's own `onnx.proto` (ModelProto, GraphProto, NodeProto, TensorProto).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from howopen.errors import FormatError, TooLargeError
from howopen.formats.protobuf import BYTES, VARINT, Field, Window, fields, signed, varint

#: Graphs inside the branches and bodies of nodes nest no deeper than this.
_MAX_DEPTH = 16
_MAX_RANK = 64
_MAX_NODES = 300_000
#: A tensor of more values is none that was ever trained.
_MAX_VALUES = 1 << 48
#: Lists of dimensions and of attribute numbers longer than this are refused.
_MAX_LIST = 4_096

#: data type -> name, bits of a value
DTYPES = {
    1: ("F32", 32), 2: ("U8", 8), 3: ("I8", 8), 4: ("U16", 16), 5: ("I16", 16), 6: ("I32", 32),
    7: ("I64", 64), 8: ("STRING", 0), 9: ("BOOL", 8), 10: ("F16", 16), 11: ("F64", 64),
    12: ("U32", 32), 13: ("U64", 64), 14: ("C64", 64), 15: ("C128", 128), 16: ("BF16", 16),
    17: ("F8_E4M3", 8), 18: ("F8_E4M3FNUZ", 8), 19: ("F8_E5M2", 8), 20: ("F8_E5M2FNUZ", 8),
    21: ("U4", 4), 22: ("I4", 4), 23: ("F4", 4), 24: ("F8_E8M0", 8), 25: ("U2", 2), 26: ("I2", 2),
}  # fmt: skip

_FLOATS, _INT32, _INT64, _RAW, _DOUBLES, _UINT64 = 4, 5, 7, 9, 10, 11
_TYPED = frozenset({_FLOATS, _INT32, _INT64, _DOUBLES, _UINT64})


class Held(NamedTuple):
    """A tensor as the file describes it.

    Attributes:
        name: as written.
        shape: its dimensions.
        dtype: its type's name; `onnx-N` where it is none that is known.
        bits: of a value; 0 where that is not known.
        spans: where its bytes lie in the file, each with the number of the field.
        external: keys and values that say where they lie in another file.
        elsewhere: whether they lie in another file.
        constant: whether it is the value of a node and not an initializer.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    bits: int
    spans: tuple[tuple[int, int, int], ...]
    external: dict[str, str]
    elsewhere: bool
    constant: bool = False


class Node(NamedTuple):
    """A node: what it does, its name, its values, its integer attributes, and its module's path."""

    op: str
    name: str
    inputs: list[str]
    outputs: list[str]
    numbers: dict[str, int]
    scope: str


class Graph:
    """A graph, with the graph around it; names are looked up from the inside outwards."""

    def __init__(self, name: str, outer: Graph | None) -> None:
        self.name = name
        self.outer = outer
        self.tensors: dict[str, Held] = {}
        self.nodes: list[Node] = []
        self.values: set[str] = set()

    def home(self, name: str) -> Graph:
        """Return the graph that defines a value; the outermost where none does."""
        graph = self
        while name not in graph.values and graph.outer is not None:
            graph = graph.outer
        return graph


class Model(NamedTuple):
    """All graphs of a file, its own keys and values, what was not understood, and nodes so far."""

    graphs: list[Graph]
    metadata: dict[str, str]
    problems: list[str]
    nodes: list[int]


def read_model(window: Window) -> Model:
    """Read all graphs of an ONNX file, without the payloads of large tensors.

    Raises:
        FormatError: when it is no ONNX model, is cut off or nests too deep.
    """
    model = Model([], {}, [], [0])
    told = {2: "producer_name", 3: "producer_version", 4: "domain", 6: "doc_string"}
    found = False
    for field in fields(window, 0, window.size):
        if field.number == 7 and field.wire == BYTES:
            found = True
            _graph(window, field, Graph("", None), model, 0)
        elif field.number in told and field.wire == BYTES:
            model.metadata[told[field.number]] = window.text(field)
        elif field.number == 1 and field.wire == VARINT:
            model.metadata["ir_version"] = str(field.value)
        elif field.number == 14 and field.wire == BYTES:
            key, value = _pair(window, field)
            model.metadata[key] = value
        elif field.number == 25 and field.wire == BYTES:
            model.problems.append("functions inside the file are not searched for tensors")
    if not found:
        raise FormatError("not an ONNX model: it holds no graph")
    return model


def _pair(window: Window, field: Field) -> tuple[str, str]:
    """Read a key and a value."""
    held = {1: "", 2: ""}
    for each in fields(window, field.start, field.stop):
        if each.number in held and each.wire == BYTES:
            held[each.number] = window.text(each, 10_000)
    return held[1], held[2]


def _graph(window: Window, whole: Field, graph: Graph, model: Model, depth: int) -> None:
    """Read a graph, its tensors and its nodes, and the graphs inside them."""
    if depth > _MAX_DEPTH:
        raise FormatError(f"graphs nest deeper than {_MAX_DEPTH} levels")
    model.graphs.append(graph)
    for field in fields(window, whole.start, whole.stop):
        if field.wire != BYTES:
            continue
        if field.number == 1:
            _node(window, field, graph, model, depth)
        elif field.number == 5:
            _add(graph, _tensor(window, field), model)
        elif field.number == 15:
            model.problems.append("a sparse initializer is not read")


def _add(graph: Graph, held: Held, model: Model) -> None:
    if held.name in graph.tensors:
        model.problems.append(f"tensor {held.name[:80]!r} is there twice; the first is read")
        return
    graph.tensors[held.name] = held
    graph.values.add(held.name)


def _node(window: Window, whole: Field, graph: Graph, model: Model, depth: int) -> None:
    node = Node("", "", [], [], {}, "")
    held: list[tuple[str, Held]] = []
    for field in fields(window, whole.start, whole.stop):
        if field.wire != BYTES:
            continue
        if field.number == 1:
            node.inputs.append(window.text(field))
        elif field.number == 2:
            node.outputs.append(window.text(field))
        elif field.number == 3:
            node = node._replace(name=window.text(field))
        elif field.number == 4:
            node = node._replace(op=window.text(field, 80))
        elif field.number == 5:
            label = f"{node.name or node.op or 'node'}"
            held += _attribute(window, field, graph, model, depth, node.numbers, label)
        elif field.number == 9:
            node = node._replace(scope=_scope(*_pair(window, field)) or node.scope)
    model.nodes[0] += 1
    if model.nodes[0] > _MAX_NODES:
        raise TooLargeError(f"graphs of more than {_MAX_NODES:,} nodes are not read")
    graph.nodes.append(node)
    graph.values.update(node.outputs)
    for attribute, tensor in held:
        if node.op == "Constant" and attribute == "value" and node.outputs:
            _add(graph, tensor._replace(name=node.outputs[0], constant=True), model)


def _attribute(  # noqa: PLR0913 - the place in the tree, and what is collected there
    window: Window,
    whole: Field,
    graph: Graph,
    model: Model,
    depth: int,
    numbers: dict[str, int],
    label: str,
) -> list[tuple[str, Held]]:
    """Read an attribute: a number, a tensor, or graphs, which are entered."""
    name = ""
    number: int | None = None
    tensors: list[Held] = []
    inner: list[Field] = []
    for field in fields(window, whole.start, whole.stop):
        if field.number == 1 and field.wire == BYTES:
            name = window.text(field, 80)
        elif field.number == 3 and field.wire == VARINT:
            number = signed(field.value)
        elif field.number == 5 and field.wire == BYTES:
            tensors.append(_tensor(window, field))
        elif field.number in (6, 11) and field.wire == BYTES:
            inner.append(field)
    if number is not None:
        numbers[name] = number
    for field in inner:
        _graph(window, field, Graph(f"{label}.{name}", graph), model, depth + 1)
    return [(name, tensor) for tensor in tensors]


_SCOPES = re.compile(r"'([^']{0,200})'")


def _scope(key: str, value: str) -> str:
    """Return the path of the module that a node comes from, as torch's exporter notes it."""
    if key != "pkg.torch.onnx.name_scopes":
        return ""
    scopes = _SCOPES.findall(value[:10_000])
    return str(scopes[-2]) if len(scopes) > 1 else ""


def _tensor(window: Window, whole: Field) -> Held:
    """Read what a tensor is and where its payload lies; the payload itself is passed over."""
    name, kind, elsewhere = "", 0, False
    shape: list[int] = []
    spans: list[tuple[int, int, int]] = []
    external: dict[str, str] = {}
    for field in fields(window, whole.start, whole.stop):
        if field.number == 1:
            shape += _numbers(window, field)
        elif field.number == 2 and field.wire == VARINT:
            kind = field.value
        elif field.number == 8 and field.wire == BYTES:
            name = window.text(field)
        elif field.number == _RAW and field.wire == BYTES:
            spans.append((_RAW, field.start, field.stop))
        elif field.number in _TYPED:
            # one number with its own tag is no packed span
            number = field.number if field.wire == BYTES else -field.number
            if len(spans) < _MAX_LIST:
                spans.append((number, field.start, field.stop))
        elif field.number == 13 and field.wire == BYTES:
            key, value = _pair(window, field)
            external[key] = value
        elif field.number == 14 and field.wire == VARINT:
            elsewhere = field.value == 1
    good = len(shape) <= _MAX_RANK and all(0 <= size < _MAX_VALUES for size in shape)
    if not good or math.prod(max(size, 1) for size in shape) > _MAX_VALUES:
        raise FormatError(f"tensor {name[:80]!r} has an impossible shape")
    dtype, bits = DTYPES.get(kind, (f"onnx-{kind}", 0))
    return Held(name, tuple(shape), dtype, bits, tuple(spans), external, elsewhere)


def _numbers(window: Window, field: Field) -> Iterator[int]:
    """Yield the numbers of a repeated field, packed or not."""
    if field.wire == VARINT:
        yield signed(field.value)
    elif field.wire == BYTES and field.stop - field.start <= _MAX_LIST:
        data, at = window.take(field.start, field.stop - field.start), 0
        while at < len(data):
            value, at = varint(data, at)
            yield signed(value)
    else:
        raise FormatError("a tensor's dimensions are no list of numbers")
