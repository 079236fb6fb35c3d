"""The role of a tensor: what it does in the network and in which layer, from its name.

The patterns are `knowledge/tensors.toml`. A name that no pattern knows keeps its own name as its
role: two files with the same names still compare.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from howopen.formats.ranged import Tensor
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tensors import TensorNames, tensor_names


class Named(NamedTuple):
    """What a name says.

    Attributes:
        role: canonical, such as `attention.q`; `name:...` where no pattern knows it.
        layer: the layer's number.
        expert: the expert's number in a mixture.
        stack: `encoder`, `decoder`, `vision`, `text`, or empty.
        part: `weight`, or what else of the layer it is: `bias`, `lora_a`, `lora_b`.
    """

    role: str
    layer: int | None = None
    expert: int | None = None
    stack: str = ""
    part: str = "weight"

    @property
    def known(self) -> bool:
        """Whether a pattern knew the name."""
        return not self.role.startswith("name:")


_PART = re.compile(
    r"[._](?:(bias)|(lora_A|lora_down|lora_a)|(lora_B|lora_up|lora_b)|(lora_magnitude_vector)"
    r"|(lora_embedding_A)|(lora_embedding_B))(?:[._](?:weight|default))*$"
)
_PARTS = ("bias", "lora_a", "lora_b", "magnitude", "lora_embedding_a", "lora_embedding_b")


class Roles:
    """Reads names by the patterns of `tensors.toml`."""

    def __init__(self, names: TensorNames) -> None:
        self._layer = re.compile(names.layer, re.IGNORECASE)
        self._expert = re.compile(names.expert, re.IGNORECASE)
        self._suffix = re.compile(names.suffix, re.IGNORECASE)
        self._prefix = re.compile(names.prefix, re.IGNORECASE)
        self._stacks = {key: re.compile(one, re.IGNORECASE) for key, one in names.stacks.items()}
        self._inner = _table(names.inner)
        self._outer = _table(names.outer)
        self._buffers = re.compile("|".join(names.exclude.buffers), re.IGNORECASE)
        self._types = frozenset(names.exclude.types)
        self._learned = re.compile(names.vectors.learned)
        self._moving = re.compile(names.vectors.moving)
        self._seen: dict[str, str] = {}
        self._ends: dict[str, bool] = {}

    def of(self, name: str) -> Named:
        """Read one name."""
        bare = name.replace("/", ".").lstrip(".")
        part = "weight"
        if found := _PART.search(bare):
            part = _PARTS[next(i for i, group in enumerate(found.groups()) if group)]
            bare = bare[: found.start()]
        bare = self._suffix.sub("", bare)
        layer = self._layer.search(bare)
        if layer is None:
            return self._outside(bare, part)
        tail = bare[layer.end() + 1 :]
        expert = self._expert.search(tail)
        if expert:
            tail = tail[: expert.start(1)] + "#" + tail[expert.end(1) :]
        return Named(
            role=self._known(self._inner, tail) or f"name:{tail}",
            layer=int(layer[1]),
            expert=int(expert[1]) if expert else None,
            stack=self._stack(bare[: layer.end(1)]),
            part=part,
        )

    def _outside(self, bare: str, part: str) -> Named:
        """Read a name outside layers."""
        short = self._prefix.sub("", bare)
        role = self._known(self._outer, short)
        stack = self._stack(bare) if role else ""
        return Named(role=role or f"name:{short}", stack=stack, part=part)

    def _stack(self, text: str) -> str:
        return next((key for key, one in self._stacks.items() if one.search(text)), "")

    def _known(self, table: list[tuple[str, re.Pattern[str]]], text: str) -> str:
        key = f"{id(table)}:{text}"
        if key not in self._seen:
            self._seen[key] = next((role for role, one in table if one.fullmatch(text)), "")
        return self._seen[key]

    def learned_vector(self, name: str) -> bool:
        """Tell whether a vector starts as a constant, so that what varies in it was learned."""
        end = ".".join(name.replace("/", ".").rsplit(".", 2)[-2:])
        return bool(self._learned.fullmatch(end)) and not self._moving.fullmatch(end)

    def fixed(self, tensor: Tensor) -> bool:
        """Tell whether a tensor is a buffer, or of a type that holds no learned numbers."""
        if tensor.dtype.upper() in self._types:
            return True
        end = ".".join(tensor.name.replace("/", ".").removesuffix(".weight").rsplit(".", 2)[-2:])
        if end not in self._ends:
            self._ends[end] = bool(self._buffers.fullmatch(end))
        return self._ends[end]


def _table(told: dict[str, tuple[str, ...]]) -> list[tuple[str, re.Pattern[str]]]:
    return [
        (role, re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE))
        for role, patterns in told.items()
    ]


@functools.lru_cache(maxsize=4)
def roles_of(knowledge: Knowledge) -> Roles:
    """Return the reader of names, built once for each knowledge."""
    return Roles(tensor_names(knowledge))
