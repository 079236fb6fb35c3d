"""Names of models in file names, rows and sentences, and which variants of a release they mean.

Files and sentences shorten names: `LICENSE-SDXL1.0` is for `SDXL-base-1.0`, a sentence on Qwen-7B
also for Qwen-7B-Chat. A short name covers a longer one when all its pieces stand there in order,
from the first one on, and none of its numbers is another.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from howopen.release import Release, Variant

_PIECE = re.compile(r"\d+(?:\.\d+)*|[a-z]+")
#: a point that file names and addresses cannot have: `Qwen-1_8B`
_POINT = re.compile(r"(?<=\d)_(?=\d)")
#: words, with ideographs and their punctuation between them
_WORD = re.compile(r"[^\s,;:()\u3000-\u9fff\uff00-\uffef]+")
_MOST_WORDS = 4


def pieces(name: str) -> tuple[str, ...]:
    """Split a name into runs of letters and whole numbers.

    >>> pieces("FLUX.1 Fill [dev]"), pieces("SDXL1.0")
    (('flux', '1', 'fill', 'dev'), ('sdxl', '1.0'))
    """
    return tuple(_PIECE.findall(_POINT.sub(".", name.lower())))


def covers(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Return whether a name means a longer one too.

    >>> covers(pieces("Qwen-7B"), pieces("Qwen-7B-Chat"))
    True
    >>> covers(pieces("Qwen-7B"), pieces("Qwen-1.7B")), covers(pieces("SVD"), pieces("SV3D"))
    (False, False)
    """
    if not short or not long or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(piece in rest for piece in short)


def covered(short: str, variants: Iterable[Variant]) -> tuple[str, ...]:
    """Return the ids of all variants that a name covers."""
    wanted = pieces(short)
    return tuple(
        one.id
        for one in variants
        if covers(wanted, pieces(one.name)) or covers(wanted, pieces(one.id))
    )


def named_in(text: str, variants: tuple[Variant, ...]) -> dict[str, int]:
    """Return the variants that a passage names, and how many pieces of each name it gives.

    A name must have two pieces at least: a family's bare name means no one of its members.
    """
    words = [word.strip("*`\"'") for word in _WORD.findall(text)]
    found: dict[str, int] = {}
    shapes = [(one.id, pieces(one.name), pieces(one.id)) for one in variants]
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + _MOST_WORDS) + 1):
            run = pieces(" ".join(words[start:stop]))
            if stop - start > 1 and not pieces(words[stop - 1]):
                break
            for ident, name, code in shapes:
                whole = run in (name, code)
                part = len(run) > 1 and _telling(run) and (covers(run, name) or covers(run, code))
                if whole or part:
                    found[ident] = max(found.get(ident, 0), 99 if whole else len(run))
    return found


def _telling(run: tuple[str, ...]) -> bool:
    """Return whether pieces hold a number, as names of single models nearly all do."""
    return any(piece[0].isdigit() for piece in run)


def called(text: str, names: Iterable[str]) -> bool:
    """Return whether a passage calls something by one of its names, however it is spelled.

    >>> called("Silero VAD has no strings attached", ["silero-vad"])
    True
    """
    lower = text.lower()
    return any(_spelled(name).search(lower) for name in names)


def called_at(text: str, names: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return where a passage calls something by one of its names.

    >>> called_at("The Silero VAD is free", ["silero-vad"])
    ((4, 14),)
    """
    lower = text.lower()
    return tuple(match.span() for name in names for match in _spelled(name).finditer(lower))


@functools.lru_cache(maxsize=256)
def _spelled(name: str) -> re.Pattern[str]:
    """Return a pattern of a name's pieces; a name of under four letters tells nothing."""
    parts = pieces(name)
    if len("".join(parts)) < 4:
        return re.compile(r"(?!)")
    return re.compile(
        r"(?<![a-z0-9])" + r"[\W_]{0,2}".join(map(re.escape, parts)) + r"(?![a-z0-9])"
    )


def own_names(release: Release) -> tuple[str, ...]:
    """Return what a release calls itself: its name, and the titles it declares."""
    titles = [
        one.value
        for one in release.declarations
        if one.key == "title" and one.variant is None and len(one.value) <= 60
    ]
    return tuple(dict.fromkeys((release.name.rsplit("/", 1)[-1], *titles)))
