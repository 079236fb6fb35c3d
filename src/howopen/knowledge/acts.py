"""How texts say that something was given to the public (`acts.toml`), typed and compiled late."""

from __future__ import annotations

import datetime as dt
import functools
import re

import msgspec

from howopen.errors import KnowledgeError
from howopen.knowledge.claims import claims_table, filled
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Verbs(Data, frozen=True, kw_only=True):
    """Verbs of giving and who gives; each an expression, see the notes in the file."""

    give: str
    offer: str
    hold: str
    news: str
    between: str
    maker: str
    repository: str
    state: str
    place: str
    stateless: str


class Nouns(Data, frozen=True, kw_only=True):
    """Words for what is given, and for what is none of it."""

    code: str
    data: str
    other: str
    project: str
    weights: str
    name: str


class Phrases(Data, frozen=True, kw_only=True):
    """Where lists end, where one of their things does, and whose a thing is."""

    stop: str
    split: str
    cut: str
    foreign: str
    owned: str
    partitive: str
    determined: str
    definite: str
    apposed: str


class Forms(Data, frozen=True, kw_only=True):
    """How verbs and things stand together."""

    active: str
    made: str
    passive: str
    ticked: str
    bare: str


class Chinese(Data, frozen=True, kw_only=True):
    """The same for Chinese: forms, things by the last noun, and what is no claim."""

    active: str
    passive: str
    maker: str
    split: str
    code: str
    data: str
    other: str
    weights: str
    end: str
    unless: str
    telling: str


class ActsTable(Data, frozen=True, kw_only=True):
    """The file `acts.toml`."""

    source: str
    read: dt.date
    verbs: Verbs
    nouns: Nouns
    phrases: Phrases
    forms: Forms
    chinese: Chinese


class ChineseLexicon(msgspec.Struct, frozen=True, kw_only=True):
    """The part for Chinese, compiled: forms, and one pattern that finds things by group."""

    forms: tuple[re.Pattern[str], ...]
    split: re.Pattern[str]
    thing: re.Pattern[str]
    unless: re.Pattern[str]
    telling: re.Pattern[str]


class Lexicon(msgspec.Struct, frozen=True, kw_only=True):
    """The table, compiled.

    Attributes:
        active: a verb before its things; group `loose` where nobody is said to give.
        made: `make ... available`; groups `what` and `who`.
        passive: a state after its things; group `state`.
        ticked: an item of a list of things to do that is done; groups `what` and `state`.
        bare: news of a state without `is`; groups `what` and `state`.
        things: patterns that end a noun phrase, by thing; `other` is none, `name` a mere name.
        within: the same anywhere in a phrase.
        stop, split, cut, foreign, owned, partitive, determined,
        definite, apposed: see the notes in the file.
    """

    active: re.Pattern[str]
    made: re.Pattern[str]
    passive: re.Pattern[str]
    ticked: re.Pattern[str]
    bare: re.Pattern[str]
    things: dict[str, re.Pattern[str]]
    within: dict[str, re.Pattern[str]]
    stop: re.Pattern[str]
    split: re.Pattern[str]
    cut: re.Pattern[str]
    foreign: re.Pattern[str]
    owned: re.Pattern[str]
    partitive: re.Pattern[str]
    determined: re.Pattern[str]
    definite: re.Pattern[str]
    apposed: re.Pattern[str]
    chinese: ChineseLexicon


@functools.lru_cache(maxsize=8)
def lexicon(knowledge: Knowledge) -> Lexicon:
    """Compile the table, once.

    Raises:
        KnowledgeError: names the key of a pattern that is no regular expression.
    """
    table = knowledge.table("acts.toml", ActsTable)
    words = {**claims_table(knowledge).words, **_uppered(table.verbs), **_uppered(table.nouns)}
    return Lexicon(
        things={
            key: _compiled(rf"(?<![\w-])(?:{text})$", words, f"nouns.{key}")
            for key, text in msgspec.structs.asdict(table.nouns).items()
        },
        within={
            key: _compiled(rf"(?<![\w-])(?:{text})(?![\w-])", words, f"nouns.{key}")
            for key, text in msgspec.structs.asdict(table.nouns).items()
        },
        chinese=_chinese(table.chinese, words),
        **{
            key: _compiled(text, words, f"{group}.{key}")
            for group, part in (("phrases", table.phrases), ("forms", table.forms))
            for key, text in msgspec.structs.asdict(part).items()
        },
    )


def _chinese(part: Chinese, words: dict[str, str]) -> ChineseLexicon:
    forms = ("active", "passive", "maker")
    things = ("code", "data", "other", "weights")
    named = "|".join(f"(?P<{key}>{getattr(part, key)})" for key in things)
    return ChineseLexicon(
        forms=tuple(_compiled(getattr(part, key), words, f"chinese.{key}") for key in forms),
        split=_compiled(part.split, words, "chinese.split"),
        thing=_compiled(f"(?:{named})(?={part.end})", words, "chinese"),
        unless=_compiled(part.unless, words, "chinese.unless"),
        telling=_compiled(part.telling, words, "chinese.telling"),
    )


def _uppered(part: Data) -> dict[str, str]:
    """Name the words of a part as patterns use them: in capitals."""
    return {key.upper(): f"(?:{text})" for key, text in msgspec.structs.asdict(part).items()}


def _compiled(text: str, words: dict[str, str], where: str) -> re.Pattern[str]:
    try:
        return re.compile(filled(text, words), re.IGNORECASE)
    except re.error as error:
        message = f"{where}: {error}"
        raise KnowledgeError(message, path="acts.toml", hint="mend the pattern") from error
