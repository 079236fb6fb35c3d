"""What people say of releases and how to find it (`claims.toml`), typed; patterns compiled late."""

from __future__ import annotations

import datetime as dt
import functools
import re

import msgspec

from howopen.errors import KnowledgeError
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class ClaimKind(Data, frozen=True, kw_only=True):
    """One kind of claim.

    Attributes:
        says: the claim in one sentence.
        judge: which judge of `claims/judges.py` confronts it.
        needs: lower-case words, one of which a sentence must have to be searched.
        patterns: any of which is the claim; group `name` is the license or model it names.
        unless: any of which anywhere in the sentence means that it is no claim.
        case: whether capitals matter.
        conditional: whether it may be said in a sentence with "if".
    """

    says: str
    judge: str
    needs: tuple[str, ...]
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    case: bool = False
    conditional: bool = False


class Guards(Data, frozen=True, kw_only=True):
    """What is no claim of any kind."""

    question: str
    unsure: str
    elsewhere: str
    negation: str
    quotation: str


class Others(Data, frozen=True, kw_only=True):
    """Nouns of things that are not the release's model."""

    nouns: str


class Capability(Data, frozen=True, kw_only=True):
    """Names of products that stand for a capability, and what we then add."""

    names: str
    note: str


class ClaimsTable(Data, frozen=True, kw_only=True):
    """The file `claims.toml`."""

    source: str
    read: dt.date
    words: dict[str, str]
    guards: Guards
    kinds: dict[str, ClaimKind]
    others: Others
    brands: dict[str, tuple[str, ...]]
    capability: Capability


class Finder(msgspec.Struct, frozen=True, kw_only=True):
    """One kind, its patterns compiled."""

    id: str
    kind: ClaimKind
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


def claims_table(knowledge: Knowledge) -> ClaimsTable:
    """Read the table."""
    return knowledge.table("claims.toml", ClaimsTable)


@functools.lru_cache(maxsize=64)
def finder(knowledge: Knowledge, kind: str) -> Finder:
    """Compile the patterns of one kind, once.

    Raises:
        KnowledgeError: names the key of a pattern that is no regular expression.
    """
    table = claims_table(knowledge)
    found = table.kinds[kind]
    words = {**table.words, "OTHER": table.others.nouns}
    flags = re.RegexFlag(0) if found.case else re.IGNORECASE
    return Finder(
        id=kind,
        kind=found,
        patterns=_compiled(found.patterns, words, flags, f"kinds.{kind}.patterns"),
        unless=_compiled(found.unless, words, re.IGNORECASE, f"kinds.{kind}.unless"),
    )


@functools.lru_cache(maxsize=8)
def guards(knowledge: Knowledge) -> dict[str, re.Pattern[str]]:
    """Compile the guards, once."""
    table = claims_table(knowledge)
    texts = msgspec.structs.asdict(table.guards)
    return {name: re.compile(text, re.IGNORECASE) for name, text in texts.items()}


def _compiled(
    texts: tuple[str, ...], words: dict[str, str], flags: re.RegexFlag, where: str
) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for index, text in enumerate(texts):
        try:
            compiled.append(re.compile(_filled(text, words), flags))
        except re.error as error:
            message = f"{where}[{index}]: {error}"
            raise KnowledgeError(message, path="claims.toml", hint="mend the pattern") from error
    return tuple(compiled)


def _filled(text: str, words: dict[str, str]) -> str:
    """Put words in for their `{NAMES}`; words may use words."""
    for _ in range(4):
        for name, pattern in words.items():
            text = text.replace("{" + name + "}", pattern)
    return text
