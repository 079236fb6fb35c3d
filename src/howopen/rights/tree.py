"""Terms as decisions see them: a tree of texts, each a set of atoms. Pure, hashable, small."""

from __future__ import annotations

from howopen.release import Noun
from howopen.rights.atoms import Atoms


class Leaf(Noun, frozen=True, kw_only=True, cache_hash=True, tag="leaf"):
    """One text with what it takes in. `label` is where explanations find its reading."""

    label: str
    atoms: Atoms


class Every(Noun, frozen=True, kw_only=True, cache_hash=True, tag="every"):
    """All of these bind together."""

    of: tuple[Node, ...]


class Choice(Noun, frozen=True, kw_only=True, cache_hash=True, tag="choice"):
    """The licensee may choose."""

    of: tuple[Node, ...]


class OneOf(Noun, frozen=True, kw_only=True, cache_hash=True, tag="one-of"):
    """One of these binds, and it is not known which; `why` says what leaves it open."""

    of: tuple[Node, ...]
    why: str = ""


class Parent(Noun, frozen=True, kw_only=True, cache_hash=True, tag="parent"):
    """Terms of a parent, which reach the child surely, or unclearly (`sure` is False)."""

    of: Node
    sure: bool
    kind: str | None = None
    why: str = ""


Node = Leaf | Every | Choice | OneOf | Parent


def leaves(node: Node) -> tuple[Leaf, ...]:
    """List all texts of a tree in order."""
    match node:
        case Leaf():
            return (node,)
        case Parent():
            return leaves(node.of)
        case _:
            return tuple(leaf for one in node.of for leaf in leaves(one))


def every(nodes: tuple[Node, ...]) -> Node:
    """Bind nodes together; one alone stays itself, and nested ones become flat."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.of if isinstance(node, Every) else (node,))
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Every(of=unique)
