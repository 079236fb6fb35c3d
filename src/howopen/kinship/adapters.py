"""Adapters: low-rank factors that fit a base, and models into which they were merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from howopen.errors import HowopenError
from howopen.kinship.model import Model, Piece
from howopen.kinship.result import Kin, Statistic
from howopen.kinship.verdict import Verdict

if TYPE_CHECKING:
    from howopen.kinship.ladder import Found

#: Matrices in which an adapter is applied, and rows of each.
MATRICES, ROWS = 6, 32
#: Share of a child's change that an adapter must explain.
EXPLAINED = 0.9

Place = tuple[str, int | None, int | None, str]


class Factors(NamedTuple):
    """The two factors of one matrix of an adapter."""

    a: Piece
    b: Piece


def is_adapter(model: Model) -> bool:
    """Tell whether a model holds nothing but low-rank factors and what is trained beside them."""
    parts = [piece.named.part for piece in model.pieces if piece.matrix]
    low = sum(part.startswith("lora_") for part in parts)
    return low > 0 and low >= 0.5 * len(parts)


def factors(model: Model) -> dict[Place, Factors]:
    """Return the factors of an adapter by the place that they change."""
    held: dict[Place, dict[str, Piece]] = {}
    for piece in model.pieces:
        if piece.named.part in ("lora_a", "lora_b"):
            held.setdefault(place(piece), {})[piece.named.part] = piece
    return {
        key: Factors(pair["lora_a"], pair["lora_b"]) for key, pair in held.items() if len(pair) == 2
    }


def place(piece: Piece) -> Place:
    """Return what tells a matrix's place in a network."""
    named = piece.named
    return named.role, named.layer, named.expert, named.stack


def fit_words(adapter: Model, base: Model) -> str:
    """Say how far an adapter's shapes fit a base: evidence of architecture only."""
    matrices = {place(piece): piece for piece in base.pieces if piece.matrix}
    held = factors(adapter)
    fit = 0
    for key, pair in held.items():
        target = matrices.get(key)
        if target and (target.rows, target.columns) == (pair.b.rows, pair.a.columns):
            fit += 1
    said = adapter.adapter.get("base_model_name_or_path", "")
    declared = f"; it says that it is for {said}" if said else ""
    return (
        f"{fit} of {len(held)} pairs of low-rank factors fit matrices of {base.ref}{declared};"
        " factors hold no weight of their base: give a model into which they were merged"
    )


def adapter_of(found: list[Found]) -> Found | None:
    """Test whether base + adapter = child among three models, whichever the adapter is.

    Returns:
        The comparison with the base, with its verdict; None where the adapter does not explain it.
    """
    first = found[0].case.a
    models = [first, *(each.case.b for each in found)]
    adapters = [model for model in models if is_adapter(model)]
    others = [model for model in models if not is_adapter(model)]
    if len(adapters) != 1 or len(others) != 2:
        return None
    tried = [_explained(adapters[0], one, two) for one, two in (others, others[::-1])]
    told = max(tried, key=lambda each: each.share)
    if told.share < EXPLAINED:
        return None
    of = next((each for each in found if each.case.b is told.base), found[0])
    case = of.case
    case.details["adapter"] = f"{told.base.ref} + {adapters[0].ref} = {told.child.ref}"
    case.statistics.append(
        Statistic(
            name="change explained by the adapter", value=round(told.share, 4), n=told.matrices
        )
    )
    because = (
        f"the product of the factors of {adapters[0].ref} explains {told.share:.1%} of what tells"
        f" {told.child.ref} from {told.base.ref}, in {told.matrices} matrices"
    )
    own = adapters[0] is first
    if own or told.child is first:
        case.clue("a", "an adapter, and a model into which it was merged, come after their base")
    return of._replace(verdict=Verdict((Kin.ADAPTER if own else Kin.DERIVED,), True, because))


class Explained(NamedTuple):
    """How much of the change from a base to a child an adapter explains, in how many matrices."""

    share: float
    base: Model
    child: Model
    matrices: int


def _explained(adapter: Model, base: Model, child: Model) -> Explained:
    """Return the share of the change from base to child that an adapter explains."""
    import numpy as np  # noqa: PLC0415 - heavy

    ours = {place(piece): piece for piece in base.pieces if piece.matrix}
    theirs = {place(piece): piece for piece in child.pieces if piece.matrix}
    left = whole = 0.0
    count = 0
    for key, pair in sorted(factors(adapter).items(), key=lambda each: str(each[0])):
        if key not in ours or key not in theirs or count >= MATRICES:
            continue
        rows = min(ROWS, ours[key].rows)
        try:
            change = theirs[key].read(0, rows) - ours[key].read(0, rows)
            added = _scale(adapter, pair) * (pair.b.read(0, rows) @ pair.a.read(0, pair.a.rows))
        except (HowopenError, ValueError):
            continue
        if change.shape != added.shape or not np.isfinite(change).all():
            continue
        count += 1
        left += float(np.square(change - added, dtype=np.float64).sum())
        whole += float(np.square(change, dtype=np.float64).sum())
    share = 1 - left / whole if whole > 0 else 0.0
    return Explained(share, base, child, count)


def _scale(adapter: Model, pair: Factors) -> float:
    """Return what the product of the factors is multiplied with: alpha over the rank."""
    rank = pair.a.rows
    try:
        alpha = float(adapter.adapter.get("lora_alpha", rank))
        divisor = float(adapter.adapter.get("r", rank))
    except ValueError:
        return 1.0
    if adapter.adapter.get("use_rslora", "").lower() == "true":
        divisor = divisor**0.5
    return alpha / divisor if divisor else 1.0
