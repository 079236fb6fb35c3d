"""Which numbers scale which tensor of an ONNX file, from the nodes that use them.

Source: the operators' own descriptions, ONNX `Operators.md` and ONNX Runtime `ContribOperators.md`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from howopen.formats.onnxgraph import Graph, Held, Node

#: A value: the graph that defines it, and its name there.
Key = tuple[int, str]

#: operator -> input of the weight, of its scale, of its zero, axis along which scales differ
_DIRECT = {
    ("QLinearMatMul", 3): (4, 5, -1),
    ("QLinearConv", 3): (4, 5, 0),
    ("MatMulIntegerToFloat", 1): (3, 5, -1),
    ("DynamicQuantizeMatMul", 1): (2, 3, -1),
    ("QAttention", 1): (4, 7, -1),
    ("DynamicQuantizeLSTM", 1): (8, 9, None),
    ("DynamicQuantizeLSTM", 2): (10, 11, None),
}
#: operator whose result is scaled by a later product: input of the weight, of its zero, axis
_INTEGER = {"MatMulInteger": (1, 3, -1), "ConvInteger": (1, 3, 0)}
#: operators that hand a weight on, value for value
_PASSING = frozenset(
    {"Gather", "Transpose", "Reshape", "Identity", "Squeeze", "Unsqueeze", "Slice"}
)
#: operators on the way from a stored weight to where it is used
_BEFORE_USE = (_PASSING - {"Gather"}) | {"Cast", "DequantizeLinear", "Mul", "Sub"}
_STEPS = 6
#: Beyond these, who uses a value is not asked.
_MAX_USERS = 64
_WHOLE_NUMBERS = frozenset({"I8", "U8", "I4", "U4", "I16", "U16", "I32", "F8_E4M3", "F8_E5M2"})


class Scale(NamedTuple):
    """The tensors that scale another; an axis where scales differ along one."""

    scale: Key
    zero: Key | None
    axis: int | None
    block: int = 1


class Uses:
    """Who uses each value of the graphs of a file, and who makes it."""

    def __init__(self, graphs: list[Graph]) -> None:
        self.graphs = graphs
        self._numbers = {id(graph): number for number, graph in enumerate(graphs)}
        self.tensors: dict[Key, Held] = {
            (number, name): held
            for number, graph in enumerate(graphs)
            for name, held in graph.tensors.items()
        }
        self._users: dict[Key, list[tuple[int, Node, int]]] = {}
        self._makers: dict[Key, tuple[int, Node]] = {}
        for number, graph in enumerate(graphs):
            for node in graph.nodes:
                for index, name in enumerate(node.inputs):
                    self._users.setdefault(self.key(number, name), []).append((number, node, index))
                for name in node.outputs:
                    self._makers[(number, name)] = (number, node)

    def key(self, number: int, name: str) -> Key:
        """Return what a name means in a graph."""
        return self._numbers[id(self.graphs[number].home(name))], name

    def input(self, number: int, node: Node, index: int) -> Key | None:
        """Return an input of a node; None where it is left out."""
        there = len(node.inputs) > index and node.inputs[index]
        return self.key(number, node.inputs[index]) if there else None

    def users(self, key: Key) -> list[tuple[int, Node, int]]:
        """Return who uses a value: graph, node, and which of its inputs it is."""
        return self._users.get(key, [])[:_MAX_USERS]

    def constant(self, key: Key | None) -> Key | None:
        """Return a value if it is a tensor of the file, seen through copies of it."""
        for _ in range(_STEPS):
            if key is None or key in self.tensors:
                return key
            number, node = self._makers.get(key, (0, None))
            if node is None or node.op not in ("Identity", "Cast"):
                return None
            key = self.input(number, node, 0)
        return None

    def product(self, key: Key) -> Key | None:
        """Return the tensor that a value is multiplied with, directly or in a product of scales."""
        for number, node, index in self.users(key)[:_STEPS]:
            if node.op != "Mul" or len(node.inputs) != 2:
                continue
            other = self.input(number, node, 1 - index)
            found = self.constant(other)
            if found is not None or other is None:
                return found
            above, maker = self._makers.get(other, (0, None))
            if maker is not None and maker.op == "Mul":
                sides = [self.constant(self.input(above, maker, each)) for each in (0, 1)]
                held = [side for side in sides if side is not None]
                return held[0] if len(held) == 1 else None
        return None

    def scale(self, key: Key) -> Scale | None:
        """Return what scales a tensor; None where it is not known."""
        held = self.tensors[key]
        if held.dtype not in _WHOLE_NUMBERS:
            return None
        at, direct = key, True
        for _ in range(_STEPS):
            following: Key | None = None
            for number, node, index in self.users(at):
                found = self._scaled(number, node, index, held)
                if found is not None and (direct or self._single(found)):
                    return found
                if node.op in _PASSING and index == 0 and node.outputs:
                    following = self.key(number, node.outputs[0])
            if following is None:
                return None
            at, direct = following, False
        return None

    def _single(self, scale: Scale) -> bool:
        return self._lone(scale.scale)

    def _scaled(self, number: int, node: Node, index: int, held: Held) -> Scale | None:
        """Return what a node scales its input with."""
        if node.op == "DequantizeLinear" and index == 0:
            axis = node.numbers.get("axis", 1)
            block = max(1, node.numbers.get("block_size", 0))
            return self._of(number, node, (1, 2), axis, block)
        if (node.op, index) in _DIRECT:
            scale, zero, along = _DIRECT[node.op, index]
            return self._of(number, node, (scale, zero), along)
        if node.op == "QGemm" and index == 3:
            return self._of(number, node, (4, 5), 0 if node.numbers.get("transB") else -1)
        if node.op in _INTEGER and index == _INTEGER[node.op][0] and node.outputs:
            _, zero_at, along = _INTEGER[node.op]
            factor = self._after(self.key(number, node.outputs[0]))
            shift = self.constant(self.input(number, node, zero_at))
            return None if factor is None else Scale(factor, shift, along)
        if node.op == "Cast" and index == 0 and node.outputs:
            return self._cast(self.key(number, node.outputs[0]), held)
        return None

    def _of(
        self, number: int, node: Node, slots: tuple[int, int], axis: int | None, block: int = 1
    ) -> Scale | None:
        scale, zero = (self.constant(self.input(number, node, slot)) for slot in slots)
        return None if scale is None else Scale(scale, zero, axis, block)

    def _after(self, key: Key) -> Key | None:
        """Return what the result of an integer product is scaled with, after its cast."""
        for number, node, _ in self.users(key)[:_STEPS]:
            if node.op in ("Cast", "Reshape", "Identity") and node.outputs:
                found = self.product(self.key(number, node.outputs[0]))
                if found is not None:
                    return found
        return self.product(key)

    def _cast(self, key: Key, held: Held) -> Scale | None:
        """Return the scale of a weight that is cast, shifted and multiplied by plain nodes."""
        zero: Key | None = None
        for number, node, index in self.users(key)[:_STEPS]:
            if node.op == "Sub" and index == 0 and node.outputs:
                zero = self.constant(self.input(number, node, 1))
                if zero is None:
                    return None
                key = self.key(number, node.outputs[0])
        factor = self.product(key)
        if factor is None:
            return None
        return Scale(factor, zero, _axis(held.shape, self.tensors[factor].shape))

    def bookkeeping(self) -> set[Key]:
        """Return the tensors that scale activations: they are of the quantisation, not weights."""
        found: set[Key | None] = set()
        for number, graph in enumerate(self.graphs):
            for node in graph.nodes:
                plain = node.op in ("QuantizeLinear", "DequantizeLinear")
                if plain or node.op.startswith("QLinear") or node.op == "QGemm":
                    keys = [self.input(number, node, at) for at in range(1, len(node.inputs))]
                    held = [self.constant(key) for key in keys[:2]] if plain else keys
                    found.update(key for key in held if plain or self._lone(key))
        return {key for key in found if key is not None and key in self.tensors}

    def _lone(self, key: Key | None) -> bool:
        """Tell whether a value is a tensor of one number."""
        return key is not None and key in self.tensors and math.prod(self.tensors[key].shape) == 1

    def hint(self, key: Key) -> str:
        """Return where a tensor is used: the name of the node, or the path of its module."""
        found = ""
        for _ in range(_STEPS):
            users = self.users(key)
            if not users:
                break
            number, node, index = users[0]
            label = f"{node.scope}/{node.op}" if node.scope else node.name or node.op
            found = label + {1: ".W", 2: ".R", 3: ".B"}.get(index, "") * (node.op in _RECURRENT)
            if node.op not in _BEFORE_USE or not node.outputs:
                break
            key = self.key(number, node.outputs[0])
        return found[:300]


_RECURRENT = ("LSTM", "GRU", "RNN", "DynamicQuantizeLSTM")


def _axis(shape: tuple[int, ...], scale: tuple[int, ...]) -> int | None:
    """Return the one axis of a tensor along which its scales differ, by broadcasting."""
    along = [len(shape) - len(scale) + index for index, size in enumerate(scale) if size != 1]
    good = len(along) == 1 and along[0] >= 0
    return along[0] if good else None
