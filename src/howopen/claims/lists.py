"""The things of a list in a sentence: `the training code, all weights and two data sets`.

A piece of the list means what its last words before a preposition mean: weights, code, data, a
mere name, or another thing such as a demo. The words stand in `knowledge/acts.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.knowledge.acts import Lexicon


def things(
    text: str, start: int, end: int, words: Lexicon, *, whole: bool = False
) -> Iterator[tuple[str, int]]:
    """Name the things of a list, and where each ends.

    Args:
        text: the sentence.
        start: where the list begins.
        end: where it ends.
        words: the lexicon.
        whole: whether what follows a preposition tells whose a thing is: `weights of Llama`.
    """
    found = list(_read(text, start, end, words, whole=whole))
    following = [*found, ("", 0, False)][1:]
    for (thing, at, _), (after, _, same) in zip(found, following, strict=True):
        taken = thing == "name" and same and after in {"other", "data", "code", "project"}
        if thing not in {"", "other"} and not taken:
            yield thing, at


def _read(
    text: str, start: int, end: int, words: Lexicon, *, whole: bool
) -> Iterator[tuple[str, int, bool]]:
    """Read a list piece by piece: its thing, where it ends, whether the name before is of it.

    Names that follow `code for A` are more of what the code is for: `code for A, B and C`.
    """
    told = named = False
    for chunk, at, joined in _chunks(text, start, end, words):
        part = words.partitive.match(chunk)
        begin = part.end() if part else 0
        cut = words.cut.search(chunk, begin)
        if cut and chunk[begin : cut.start()].strip() in _BARE:
            cut = None
        noun = chunk[begin : cut.start()] if cut else chunk[begin:]
        own = words.determined.match(noun) is not None
        if told and not own and joined in _AND:
            continue
        apposed = joined == "," and words.apposed.match(chunk) is not None
        if told and apposed:
            continue
        if told and joined == "with" and not noun.lstrip().startswith("its "):
            continue
        if named and not own and not cut and _thing(noun, words) == "name":
            continue
        named = cut is not None and _thing(chunk[cut.end() :], words) == "name"
        told = cut is not None or (told and joined not in {",", "with"})
        if words.foreign.search(chunk if whole else noun) or (whole and words.owned.search(chunk)):
            continue
        thing = _thing(noun, words)
        if not joined and noun.strip() in _BESIDE:
            continue
        if part and not thing:
            thing = _thing(part.group().removesuffix(" of "), words)
        if joined not in _LOOSELY or thing in {"code", "weights"}:
            shared = joined == "and" and not own
            yield thing, at + begin + len(noun.rstrip()), apposed or shared


#: before these a word such as `trained` is no end of a thing: `its trained and tuned models`
_BARE = frozenset({"its", "the", "our", "their"})

#: what joins the things of a phrase as well as those of the list
_AND = frozenset({"and", "&"})

#: words that mean code only beside other things
_BESIDE = frozenset({"scripts", "recipes"})

#: what joins a list only where a thing surely follows
_LOOSELY = frozenset({"with", "or", "plus", "+"})


def _chunks(text: str, start: int, end: int, words: Lexicon) -> Iterator[tuple[str, int, str]]:
    """Split a list at its commas and `and`s: each piece, its offset, and what joins it."""
    joined = ""
    at = start
    for mark in words.split.finditer(text, start, end):
        yield text[at : mark.start()], at, joined
        joined, at = mark.group().strip(), mark.end()
    yield text[at:end], at, joined


#: signs around a phrase that are not of it
_ENDS = re.compile(r"^[^\w]+|[^\w)+]+$")


#: the name of a file after what it is: `a training script train.py`
_FILE = re.compile(r"(?<= )\S+\.(?:py|sh|ipynb|jsonl?)$")


def _thing(noun: str, words: Lexicon) -> str:
    """Tell what a noun phrase means by its last words: a thing, `other`, or nothing."""
    noun = _ENDS.sub("", _FILE.sub("", " ".join(noun.split())))
    thing = next((thing for thing, last in words.things.items() if last.search(noun)), "")
    if thing != "name":
        return thing
    kinds = (kind for kind in ("data", "code", "other") if words.within[kind].search(noun))
    return next(kinds, thing)
