"""What a sentence on terms speaks of: single models or data sets that it names, or everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from howopen.licenses.names import called, covered, named_in, pieces
from howopen.licenses.prose import DATA, WEIGHTS, Said
from howopen.release import Component, Part, Release

#: whose weights, where a sentence says so
_OF = re.compile(
    r"\b(?:weights?|checkpoints?|parameters)\s+(?:of|for)\s+(?:the\s+|our\s+)?"
    r"(?P<what>(?!all\b|this\b|these\b|both\b|our\b)[\w.+-]+)",
    re.IGNORECASE,
)
#: a file of weights
_FILE = re.compile(r"([\w.-]{2,80})\.(?:safetensors|gguf|onnx|ckpt|pth?|tar|bin)\b", re.IGNORECASE)
_GENERAL = re.compile(r"(?:models?|networks?|project|release|series|repository|package)$", re.I)
_DATA_WORD = (
    r"\s+(?:data(?:\s?(?:set|base))?s?|corpus|corpora|challenge|benchmark|images|collection)\b"
)


class Subject(NamedTuple):
    """One thing that a sentence speaks of; `strength` tells how exactly it is named."""

    variant: str | None
    part: str | None
    components: tuple[Component, ...]
    strength: int = 0


def subjects(said: Said, components: tuple[Component, ...], release: Release) -> list[Subject]:
    """Tell what a sentence speaks of.

    Args:
        said: the sentence.
        components: the components it speaks of, by its words or its file.
        release: its variants, and the data sets it names.

    Returns:
        The models or data sets that are named; else one subject for all; nothing where the
        sentence is on data that is not of this release. Weights of something that is none of its
        models are under that thing's own name, which no part has.
    """
    if components == DATA:
        named = [Subject(None, part.id, (), 1) for part in _data(said, release)]
        return named or ([] if said.loose else [Subject(None, None, DATA)])
    if components in {(), WEIGHTS}:
        found = named_in(said.subject, release.variants) or _of_file(said.subject, release)
        if found:
            return [Subject(ident, None, WEIGHTS, size) for ident, size in found.items()]
        of = _OF.search(said.subject)
        if of and _other(of.group("what"), release):
            return [Subject(of.group("what").lower(), None, WEIGHTS, 1)]
    return [Subject(None, None, components)]


def _of_file(subject: str, release: Release) -> dict[str, int]:
    """Return the models whose files a sentence names; else the files' names, which no part has."""
    found: dict[str, int] = {}
    for match in _FILE.finditer(subject):
        run = pieces(match.group(1))
        owners = {
            one.id: len(shape)
            for one in release.variants
            if (shape := pieces(one.name)) and len(shape) > 1 and run[: len(shape)] == shape
        }
        found |= owners or {match.group(1).lower(): len(run)}
    return found


def _other(what: str, release: Release) -> bool:
    """Return whether weights are those of something that is neither the release nor a family."""
    own = pieces(release.name)
    told = pieces(what)
    families = {shape[0] for one in release.variants if (shape := pieces(one.name))}
    return not (
        _GENERAL.search(what)
        or not told
        or told[0] in own
        or told[0] in families
        or covered(what, release.variants)
        or not release.variants
    )


def _data(said: Said, release: Release) -> Iterator[Part]:
    """Yield the data sets that a sentence names."""
    for part in release.parts:
        if part.component not in DATA or not part.name:
            continue
        first = next(iter(pieces(part.name)), "")
        family = len(first) >= 5 and re.search(
            rf"\b{re.escape(first)}\b{_DATA_WORD}", said.quote, re.IGNORECASE
        )
        if called(said.quote, [part.name]) or family:
            yield part
