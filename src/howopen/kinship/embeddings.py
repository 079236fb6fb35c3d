"""Embedding rows of the same tokens: what survives edits of a vocabulary and dropped layers."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from howopen.errors import HowopenError
from howopen.formats.vocabulary import MAX_BYTES, gguf_vocabulary, read_vocabulary
from howopen.kinship.model import Model, Piece
from howopen.kinship.pairing import VOCABULARY, Pair
from howopen.kinship.sampling import Sampler, Seen, seen

if TYPE_CHECKING:
    from howopen.formats.weights import Values

#: Files that hold a vocabulary, the most telling first.
FILES = (
    "tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model",
    "sentencepiece.bpe.model", "vocabulary.json", "vocabulary.txt",
)  # fmt: skip
#: The most reads that scattered rows may take.
MAX_RUNS = 64


class Tokens(NamedTuple):
    """Numbers of tokens that two vocabularies share.

    Attributes:
        a: numbers in the first, climbing.
        b: numbers of the same tokens in the second.
        says: a sentence for the report.
        same: whether both vocabularies are one and the same.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    says: str
    same: bool = False


def vocabulary(model: Model) -> dict[str, int] | None:
    """Return a model's vocabulary; None where none is at hand."""
    try:
        if model.formats[:1] == ("gguf",):
            source = model.meter.source(model.place, model.files[0])
            return gguf_vocabulary(source.read, source.size)
        for name in FILES:
            path = model.path(name)
            if path is not None:
                return read_vocabulary(path, model.meter.file(model.place, path, MAX_BYTES))
    except HowopenError as error:
        model.failed("its vocabulary", error)
    return None


def has_vocabulary(model: Model) -> bool:
    """Tell whether a vocabulary is at hand; nothing is read."""
    return model.formats[:1] == ("gguf",) or any(model.path(name) for name in FILES)


def embedding(model: Model) -> Piece | None:
    """Return the table of token embeddings, the largest where there are several."""
    held = [p for p in model.pieces if p.named.role in VOCABULARY and p.matrix]
    inner = [piece for piece in held if piece.named.role == "embedding.tokens"]
    return max(inner or held, key=lambda piece: piece.rows * piece.columns, default=None)


def share_tokens(a: Model, b: Model, rows: tuple[int, int]) -> Tokens:
    """Find the tokens that two models share.

    Args:
        a: the first model.
        b: the second.
        rows: the rows of their tables; numbers beyond them are left out.
    """
    for model in (a, b):
        model.meter.weighing = False
    both_known = has_vocabulary(a) and has_vocabulary(b)
    ours, theirs = (vocabulary(a), vocabulary(b)) if both_known else (None, None)
    for model in (a, b):
        model.meter.weighing = True
    if ours is None or theirs is None:
        which = " and ".join(m.ref for m in (a, b) if not has_vocabulary(m)) or "one of them"
        count = min(rows)
        same = tuple(range(count))
        return Tokens(same, same, f"no vocabulary of {which} is at hand: rows are taken by number")
    both = sorted(
        (number, theirs[token])
        for token, number in ours.items()
        if token in theirs and number < rows[0] and theirs[token] < rows[1]
    )
    says = f"the vocabularies have {len(ours):,} and {len(theirs):,} tokens, {len(both):,} shared"
    return Tokens(
        tuple(pair[0] for pair in both), tuple(pair[1] for pair in both), says, ours == theirs
    )


class Run(NamedTuple):
    """Rows that follow one another in both tables: first row of each, and how many."""

    a: int
    b: int
    rows: int


def runs_of(tokens: Tokens, wanted: int) -> list[Run]:
    """Choose shared tokens in as few reads as possible, spread over the vocabulary.

    Args:
        tokens: what is shared.
        wanted: how many rows.
    """
    runs = _runs(tokens)
    piece = max(8, wanted // 4)
    long = [run for run in runs if run.rows >= piece]
    if long:
        return _from_long(long, piece, wanted)
    held = sorted(runs, key=lambda run: (-run.rows, zlib.crc32(b"%d" % run.a)))[:MAX_RUNS]
    return [run._replace(rows=min(run.rows, wanted)) for run in held]


def _runs(tokens: Tokens) -> list[Run]:
    """Return all runs of rows that follow one another in both tables."""
    import numpy as np  # noqa: PLC0415 - heavy

    ours, theirs = np.asarray(tokens.a, np.int64), np.asarray(tokens.b, np.int64)
    breaks = np.flatnonzero((np.diff(ours) != 1) | (np.diff(theirs) != 1)) + 1
    starts = np.concatenate(([0], breaks)) if len(ours) else breaks
    rows = np.diff(np.concatenate((starts, [len(ours)])))
    found = zip(ours[starts].tolist(), theirs[starts].tolist(), rows.tolist(), strict=True)
    return [Run(*run) for run in found]


def _from_long(long: list[Run], piece: int, wanted: int) -> list[Run]:
    """Cut pieces out of long runs, evenly over all rows that they hold."""
    total = sum(run.rows for run in long)
    count = max(1, min(-(-wanted // piece), total // piece))
    chosen = []
    for step in range(count):
        at = int((step + 0.5) / count * total)
        for run in long:
            if at < run.rows:
                offset = min(at, run.rows - piece)
                chosen.append(Run(run.a + offset, run.b + offset, piece))
                break
            at -= run.rows
    return chosen


def token_rows(
    sampler: Sampler, pair: Pair, tokens: Tokens, wanted: int
) -> tuple[Values, Values] | None:
    """Read the rows of shared tokens of both tables; None where there are none to read."""
    import numpy as np  # noqa: PLC0415 - heavy

    ours, theirs, count = [], [], 0
    for run in runs_of(tokens, wanted):
        if count >= wanted:
            break
        one = sampler.read(sampler.a, pair.a, run.a, run.rows)
        two = sampler.read(sampler.b, pair.b, run.b, run.rows)
        if one is None or two is None:
            return None
        ours.append(one)
        theirs.append(two)
        count += run.rows
    if not ours:
        return None
    return np.concatenate(ours), np.concatenate(theirs)


def see_tokens(sampler: Sampler, pair: Pair, tokens: Tokens) -> Seen | None:
    """Compare the embedding rows of shared tokens; None where the widths differ."""
    if pair.a.columns != pair.b.columns:
        return None
    rows = token_rows(sampler, pair, tokens, sampler.rules.tokens)
    if rows is None:
        return None
    return seen(pair, rows[0], rows[1], sampler.rules.least_values)
