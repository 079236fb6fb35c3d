"""Permuted, flipped and rescaled copies: columns are matched where one axis is known.

An axis is known where its places mean the same in both models: the tokens of an embedding, the
input channels of a first layer, the classes of a last one. The other axis may be permuted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from howopen.kinship.case import Case
from howopen.kinship.embeddings import Tokens, embedding, share_tokens, token_rows
from howopen.kinship.model import Model, Piece
from howopen.kinship.pairing import Pair
from howopen.kinship.result import Kin, Statistic
from howopen.kinship.sampling import Sampler

if TYPE_CHECKING:
    from howopen.formats.weights import Values
    from howopen.kinship.columns import Columns

#: Agreement of inner products that is worth a sentence although it decides nothing.
NEARLY = 0.9
#: A known axis needs this many places, half to match and half to score.
LEAST = 48


class Anchor(NamedTuple):
    """Two tables whose rows mean the same in both models.

    Attributes:
        name: what they are.
        a: rows of the first.
        b: the same rows of the second.
        tokens: whether the rows are tokens. First layers of strangers that hear or see the same
            things learn alike filters (two releases of one speech detector, trained apart: .45),
            so that other rows only tell copies.
    """

    name: str
    a: Values
    b: Values
    tokens: bool = False


def columns(case: Case, sampler: Sampler) -> str:
    """Look for a permuted copy; return what was found as a sentence, and add it to the case."""
    from howopen.kinship.columns import match_columns  # noqa: PLC0415 - numpy

    said = []
    for anchor in anchors(case, sampler):
        found = match_columns(anchor.a, anchor.b)
        said.append(f"columns of {anchor.name}: {found.because}")
        if found.decision == "copy" or (found.decision == "kin" and anchor.tokens):
            _add(case, anchor, found)
            break
        if anchor.tokens and _rotated(case, anchor):
            break
        if anchor.tokens and found.decision == "none":
            case.unmatched = f"the columns of {anchor.name} do not match: {found.because}"
    return "; ".join(said) or "no axis is known to be the same in both"


def _add(case: Case, anchor: Anchor, found: Columns) -> None:
    """Say that columns were found again; moved ones are a disguise."""
    import numpy as np  # noqa: PLC0415 - heavy

    case.statistics.append(
        Statistic(
            name=f"held-out score of the columns of {anchor.name}",
            value=round(float(found.score), 4),
            z=round(float(found.z), 1),
            n=int(found.rows),
            null="the same matching with the held-out rows permuted",
        )
    )
    if anchor.a.shape[1] != anchor.b.shape[1]:
        _narrowed(case, anchor, found)
        return
    here = found.order >= 0
    moved = float(np.mean((found.order != np.arange(len(found.order)))[here])) if here.any() else 0
    flipped = float(np.mean(np.asarray(found.signs)[here] < 0)) if here.any() else 0
    if moved < 0.05 and flipped < 0.05:
        case.chain.add(Kin.SHARED_ANCESTRY)
        case.note(
            f"the columns of {anchor.name} are the other's, in place (score {found.score:.3f})"
        )
        return
    kin = Kin.DISGUISED if found.decision == "copy" else Kin.SHARED_ANCESTRY
    case.chain.add(kin)
    case.details["disguise"] = f"{moved:.0%} of columns moved, {flipped:.0%} changed sign"
    case.note(f"the columns of {anchor.name} are the other's in another order: {found.because}")
    if kin is Kin.SHARED_ANCESTRY:
        case.note("they were disguised and agree less than a copy's, so they were trained further")


def _narrowed(case: Case, anchor: Anchor, found: Columns) -> None:
    """Say that one model has some of the other's columns: its width was pruned."""
    wide, narrow = sorted((anchor.a.shape[1], anchor.b.shape[1]), reverse=True)
    copy = found.decision == "copy"
    case.chain.add(Kin.PRUNED if copy else Kin.SHARED_ANCESTRY)
    case.details["width"] = f"{narrow} of {wide} columns"
    case.note(f"one model has {narrow} of the {wide} columns of the other: {found.because}")
    smaller = "a" if anchor.a.shape[1] == narrow else "b"
    case.clue(smaller, f"columns of the other are missing in {smaller}", decides=copy)


def _rotated(case: Case, anchor: Anchor) -> bool:
    """Look whether the inner products of tokens are the other's, and say what follows."""
    from howopen.kinship.columns import SAME_PRODUCTS, products_agree  # noqa: PLC0415 - numpy

    told = products_agree(anchor.a, anchor.b)
    if told < NEARLY:
        return False
    rows, columns = len(anchor.a), anchor.b.shape[1]
    same = f"the inner products of {rows} shared tokens agree at {told:.3f}"
    if told < SAME_PRODUCTS:
        case.caveats.append(
            f"{same}, as after a rotation and further training; {4 * columns:,} rows would be"
            " needed to tell that from one meaning learned twice"
        )
        return False
    case.chain.add(Kin.DISGUISED)
    case.details["disguise"] = "columns rotated"
    case.statistics.append(
        Statistic(
            name="inner products of shared tokens",
            value=round(told, 4),
            n=rows,
            null="strangers with one vocabulary: .67 at most",
        )
    )
    case.note(f"{same}, and its columns do not: one is the other, rotated")
    return True


def anchors(case: Case, sampler: Sampler) -> list[Anchor]:
    """Return tables with a known axis, read within the budget."""
    held = []
    token = _tokens(case, sampler)
    if token:
        held.append(token)
    else:
        held += [one for one in (_first(case, sampler), _last(case, sampler)) if one]
    return held


def _tokens(case: Case, sampler: Sampler) -> Anchor | None:
    """Return embedding rows of shared tokens."""
    ours, theirs = embedding(case.a), embedding(case.b)
    if ours is None or theirs is None:
        return None
    tokens = case.tokens or share_tokens(case.a, case.b, (ours.rows, theirs.rows))
    case.tokens = tokens
    pair = Pair(ours, theirs)
    wanted = _wanted(sampler, pair, len(tokens.a))
    rows = token_rows(sampler, pair, tokens, wanted) if wanted >= LEAST else None
    return Anchor("embeddings of shared tokens", *rows, tokens=True) if rows else None


def _wanted(sampler: Sampler, pair: Pair, shared: int) -> int:
    """Return how many rows to read: more for wide tables, within the bytes allowed."""
    width = max(pair.a.row_bytes, pair.b.row_bytes, 1)
    return min(shared, sampler.rules.column_tokens, sampler.rules.column_bytes // width)


def _first(case: Case, sampler: Sampler) -> Anchor | None:
    """Return the first matrices, turned so that their inputs are rows."""
    pair = _edge(case, 0)
    blocks = _whole(case, sampler, pair) if pair and pair.a.columns == pair.b.columns else None
    if pair is None or blocks is None:
        return None
    turned = blocks[0].T, blocks[1].T
    return Anchor(f"the first matrix {pair.a.name}", *_some(turned, sampler))


def _last(case: Case, sampler: Sampler) -> Anchor | None:
    """Return the last matrices; their rows are outputs."""
    pair = _edge(case, -1)
    blocks = _whole(case, sampler, pair) if pair and pair.a.rows == pair.b.rows else None
    if pair is None or blocks is None:
        return None
    return Anchor(f"the last matrix {pair.a.name}", *_some(blocks, sampler))


def _some(blocks: tuple[Values, Values], sampler: Sampler) -> tuple[Values, Values]:
    """Return as many rows of both as there are tokens in a match of embeddings, evenly chosen."""
    import numpy as np  # noqa: PLC0415 - heavy

    count = min(len(blocks[0]), sampler.rules.column_tokens)
    at = np.linspace(0, len(blocks[0]) - 1, count).astype(np.intp)
    return blocks[0][at], blocks[1][at]


def _edge(case: Case, index: int) -> Pair | None:
    """Return the first or last learned matrices of both."""
    ours, theirs = _matrices(case.a), _matrices(case.b)
    return Pair(ours[index], theirs[index]) if ours and theirs else None


def _matrices(model: Model) -> list[Piece]:
    return [piece for piece in model.pieces if piece.matrix]


def _whole(case: Case, sampler: Sampler, pair: Pair) -> tuple[Values, Values] | None:
    """Read two small matrices whole."""
    from howopen.kinship.exclusions import fixed_why  # noqa: PLC0415 - numpy

    limit = sampler.rules.column_bytes
    if any(p.tensor.stop - p.tensor.start > limit for p in (pair.a, pair.b)):
        return None
    one = sampler.read(case.a, pair.a, 0, pair.a.rows)
    two = sampler.read(case.b, pair.b, 0, pair.b.rows)
    if one is None or two is None or fixed_why(one) or fixed_why(two):
        return None
    return one, two


def share(case: Case, rows: tuple[int, int]) -> Tokens:
    """Return the tokens that both share, looked up once."""
    if case.tokens is None:
        case.tokens = share_tokens(case.a, case.b, rows)
    return case.tokens
