"""Which tensor of one model stands where which tensor of the other stands.

By role, layer and shape; where no pattern knows the names, by the names themselves; and what is
left over by content, in `content.py`.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from howopen.kinship.model import Model, Piece

#: Roles whose rows are the tokens of a vocabulary.
VOCABULARY = frozenset({"embedding.tokens", "head.tokens"})
#: Roles whose rows are positions, of which a copy may keep fewer.
POSITIONS = frozenset({"embedding.positions"})
#: Roles that lie outside the body of a network: alone they show no descent of its body.
OUTSIDE = ("embedding.", "head.")

Key = tuple[str, str, int | None, int | None, str]


class Pair(NamedTuple):
    """Two tensors in one place of two networks.

    Attributes:
        a: of the first model.
        b: of the second.
        layout: empty, `transposed`, `vocabulary` where the numbers of tokens differ, or `cut`
            where those of positions do.
    """

    a: Piece
    b: Piece
    layout: str = ""

    @property
    def role(self) -> str:
        """The role of both; that of the second where names were lost in the first."""
        return self.a.named.role if self.a.named.known else self.b.named.role

    @property
    def layer(self) -> int | None:
        """The layer of the first."""
        return self.a.named.layer

    @property
    def body(self) -> bool:
        """Whether it is part of the body: neither embedding nor head."""
        return not self.role.startswith(OUTSIDE)

    @property
    def matrix(self) -> bool:
        """Whether it may be evidence."""
        return self.a.matrix and self.b.matrix

    @property
    def seed(self) -> int:
        """A number that depends on nothing but the place in the network."""
        text = f"{self.role}/{self.layer}/{self.a.named.expert}/{self.a.columns}"
        return zlib.crc32(text.encode())


class Pairing(NamedTuple):
    """How two models were laid over one another.

    Attributes:
        pairs: tensors of one place and fitting shapes.
        unlike: tensors of one place whose shapes do not fit.
        left_a: tensors of the first that have no place in the second.
        left_b: tensors of the second that have no place in the first.
        layers: the numbers of layers of both.
    """

    pairs: tuple[Pair, ...]
    unlike: tuple[Pair, ...]
    left_a: tuple[Piece, ...]
    left_b: tuple[Piece, ...]
    layers: tuple[int, int]

    @property
    def complete(self) -> bool:
        """Whether every learned matrix of both has its place in the other."""
        left = any(piece.matrix for piece in (*self.left_a, *self.left_b))
        return not left and not any(pair.matrix for pair in self.unlike)


def align(a: Model, b: Model) -> Pairing:
    """Lay two models over one another by roles, layers and names."""
    stacked = _stacked(a.pieces) or _stacked(b.pieces)
    ours, theirs = _by_key(a.pieces, stacked), _by_key(b.pieces, stacked)
    pairs, unlike, left_a = [], [], []
    for key, mine in ours.items():
        other = theirs.get(key, [])
        if len(other) != len(mine):
            left_a += mine
            continue
        del theirs[key]
        for one, two in zip(mine, other, strict=True):
            layout = fit(one, two)
            if layout is None:
                unlike.append(Pair(one, two))
            else:
                pairs.append(Pair(one, two, layout))
    left_b = [piece for held in theirs.values() for piece in held]
    return Pairing(tuple(pairs), tuple(unlike), tuple(left_a), tuple(left_b), (depth(a), depth(b)))


def depth(model: Model) -> int:
    """Return how many layers a model has, by the numbers in the names of its matrices."""
    return len({(p.named.stack, p.named.layer) for p in model.pieces if p.named.layer is not None})


def _stacked(pieces: Iterable[Piece]) -> bool:
    return len({piece.named.stack for piece in pieces if piece.named.layer is not None}) > 1


def _by_key(pieces: Iterable[Piece], stacked: bool) -> dict[Key, list[Piece]]:
    found: dict[Key, list[Piece]] = {}
    for piece in pieces:
        named = piece.named
        stack = named.stack if stacked else ""
        key = (stack, named.role, named.layer, named.expert, named.part)
        found.setdefault(key, []).append(piece)
    return found


def fit(a: Piece, b: Piece) -> str | None:
    """Say how two tensors of one place fit: as they are, transposed, in part, or not at all."""
    if (a.rows, a.columns) == (b.rows, b.columns):
        return ""
    if (a.rows, a.columns) == (b.columns, b.rows) and min(a.rows, a.columns) > 1:
        return "transposed"
    if a.named.role in VOCABULARY and a.columns == b.columns:
        return "vocabulary"
    if a.named.role in POSITIONS and a.columns == b.columns and min(a.rows, b.rows) >= 8:
        return "cut"
    return None


def spread(pairs: Iterable[Pair], count: int) -> list[Pair]:
    """Choose pairs spread over roles and layers, the same ones for the same two networks."""
    held = sorted(pairs, key=lambda pair: (pair.seed, pair.a.name))[:4000]
    roles: Counter[str] = Counter()
    layers: Counter[int | None] = Counter()
    chosen: list[Pair] = []
    while held and len(chosen) < count:
        best = min(held, key=lambda pair: (roles[pair.role], layers[pair.layer]))
        held.remove(best)
        chosen.append(best)
        roles[best.role] += 1
        layers[best.layer] += 1
    return chosen
