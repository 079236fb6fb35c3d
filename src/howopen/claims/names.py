"""By which names a text calls a release: its own, and those that the text itself gives."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from howopen.release import How, Release

#: Of the titles that metadata declare, so many are taken for names.
MAX_TITLES = 40


def own_names(release: Release) -> tuple[str, ...]:
    """List the names by which its own documents may call a release: whole, and without sizes."""
    raw = [release.name, *(variant.name for variant in release.variants)]
    told = (item for item in release.declarations if item.key == "title")
    titles = (item.value for item in told if item.evidence.how is not How.CARD_PROSE)
    raw += itertools.islice(titles, MAX_TITLES)
    return tuple(dict.fromkeys(text for name in raw for text in spellings(name)))


#: the first title of a text, and what stands before its name; so far down it is looked for
_TITLE = re.compile(
    r"^(?:\#[ ]+|.{0,100}?<h1[^>]{0,200}>\s{0,9}(?:<[^>]{0,200}>)?)"
    r"\W{0,9}(?:model card (?:for|of) )?(.{2,80})",
    re.IGNORECASE | re.MULTILINE,
)
_TOP = 5_000

#: titles of documents about something else than a model
_NO_MODEL = re.compile(
    r"cookbook|guide|tutorial|docs?\b|examples?|benchmark|evaluation|\bopen\b|\bfirst\b", re.I
)


def title_names(body: str) -> tuple[str, ...]:
    """List the names that a text's own first title gives: what stands before a colon or dash."""
    title = _TITLE.search(body[:_TOP])
    name = re.split(r"[:\]<]| [-–—(|]|\*", title.group(1), maxsplit=1)[0].strip() if title else ""
    named = any(char.isupper() or char.isdigit() for char in name[1:])
    if not named or len(name.split()) > 4 or _NO_MODEL.search(name):
        return ()
    return tuple(dict.fromkeys(spellings(name)))


#: who or what a sentence speaks of: a name before its verb, or what its maker gives
_SUBJECT = re.compile(
    r"(?:^|[.!?:]\s+|,\s+|\b[Ww]e (?:introduce|present|release|announce|propose)d? )"
    r"(?:[Tt]he |[Oo]ur )?(?P<name>[A-Z][\w.-]*[^\W_](?:[ -]v?\d[\w.]*){0,2})"
    r"(?=(?:['’]s)? (?:models?|weights|series|family|is|are|was|were|has|can|may|comes"
    r"|ships|builds|derives|meets|complies|offers)\b"
    r"|,? an? open\b)",
    re.MULTILINE,
)

#: capitals at the beginning of a sentence that begin no name
_NO_NAMES = """
    it this that these those they we you there here everything all both each some most many code
    data weights training use commercial license licence access what which who model models
    checkpoint checkpoints anyone everyone nobody none no one commercialization usage inference
    redistribution research results performance evaluation documentation permission dataset
    datasets benchmark paper pytorch tensorflow python github huggingface llms apache mit
"""
_BEGINNINGS = frozenset(_NO_NAMES.split())


def subject_names(body: str) -> tuple[str, ...]:
    """List the names that a text's sentences are about, for a text of which no release is known.

    >>> subject_names("FooLM-7B is open source. It is free.")
    ('FooLM-7B', 'FooLM')
    """
    told = (found["name"] for found in _SUBJECT.finditer(body[:_TOP]))
    named = (name for name in told if name.lower() not in _BEGINNINGS)
    return tuple(dict.fromkeys(text for name in named for text in spellings(name)))


def spellings(name: str) -> Iterator[str]:
    """Spell a model's name whole, without its publisher, without sizes, and by its first word."""
    last = re.split(r"/|__", name)[-1].strip()
    stem = re.split(r"[-_ ]?(?:v?\d|base|chat|instruct)\b", last, maxsplit=1, flags=re.I)[0]
    words = re.split(r"[-_ ]", last)
    for text in (name, last, stem, words[0], words[-1] if len(words[-1]) > 3 else ""):
        if len(text) >= 2 and text.lower() not in _COMMON:
            yield text


#: parts of names that are ordinary words
_WORDS = """
    model models the open release base chat stable deep code ai generative project large small test
    wav silero f5 mini tiny zoo vision text image audio data my new time speech world
    getting quick how what series family foundation zero shot classification segmentation detection
    installation readme introduction overview usage welcome about
    english japanese korean german french arabic multilingual
"""
_COMMON = frozenset(_WORDS.split())


#: a letter of a name; Chinese words follow names without a space
_ASCII = "[A-Za-z0-9_]"


#: what makes a name that of another thing: `qwen.cpp`, `Qwen-Agent`
_NOT_OF = (
    r"(?!\.(?:cpp|py|js|rs|ai|com|org|io|net)\b"
    r"|-(?:Agent|Bench|Cookbook|Demo|Eval|Factory|Studio|Toolkit|WebUI)\b)"
)


@functools.lru_cache(maxsize=32)
def pattern_of(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Compile a pattern of names, with sizes and editions after them; None without names."""
    if not names:
        return None
    longest = sorted(names, key=len, reverse=True)
    words = "|".join(_spelled(name) for name in longest)
    after = rf"(?:[-‑ ]?v?\d(?:{_ASCII}|[.-])*|-{_ASCII}(?:{_ASCII}|[.-])*)?"
    return re.compile(rf"(?<![A-Za-z0-9_/.-])(?:{words}){_NOT_OF}{after}(?![A-Za-z0-9_/])")


def first_word(name: str) -> str:
    """Return the first word of a name, in small letters: a text without it has not the name."""
    return re.split(r"[-‑ _]", name.lower(), maxsplit=1)[0]


def _spelled(name: str) -> str:
    """Spell a name with or without hyphens; short ones only in their own case (`Yi`)."""
    words = re.escape(name).replace(r"\-", "[-‑ _]?").replace("_", "[-‑ _]?")
    return f"(?i:{words})" if len(name) > 3 else f"(?:{words}|{words.capitalize()})"
