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
        about: any of which is the claim where the sentence speaks of the release (guard `about`).
        given: things the giving of which is the claim (`claims/acts.py`).
        opened: things the open-sourcing of which is the claim.
        section: title of sections whose sentences speak of the release.
        under: any of which is the claim in such a section.
        rows: first cell of a table's row of two that is read as `first: second`.
        unless: any of which means that it is no claim: anywhere in the sentence for `patterns`,
            in the clause of the match for `about` and `under`, save where `whole`.
        whole: whether `unless` holds for the sentence in these too.
        case: whether capitals matter.
        conditional: whether it may be said in a sentence with "if".
    """

    says: str
    judge: str
    needs: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    section: str = ""
    under: tuple[str, ...] = ()
    rows: str = ""
    unless: tuple[str, ...] = ()
    whole: bool = False
    case: bool = False
    conditional: bool = False


class Guards(Data, frozen=True, kw_only=True):
    """What holds for all kinds: what is no claim, and what speaks of the release.

    Attributes:
        question, unsure, elsewhere, negation, quotation: what is no claim of any kind.
        about: a sentence that speaks of the release.
        aside: how a sentence may begin before what it says.
        bound: where a clause ends.
        dated: the date and signs before a piece of news; `NEWS: ` is read for them.
    """

    question: str
    unsure: str
    elsewhere: str
    negation: str
    quotation: str
    about: str
    aside: str
    bound: str
    dated: str


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
    about: tuple[re.Pattern[str], ...]
    under: tuple[re.Pattern[str], ...]
    section: re.Pattern[str] | None
    rows: re.Pattern[str] | None
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
    words = _words(table)
    flags = re.RegexFlag(0) if found.case else re.IGNORECASE
    where = f"kinds.{kind}"
    single = {
        key: _compiled((text,), words, re.IGNORECASE, f"{where}.{key}")[0] if text else None
        for key, text in (("section", found.section), ("rows", found.rows))
    }
    return Finder(
        id=kind,
        kind=found,
        patterns=_compiled(found.patterns, words, flags, f"{where}.patterns"),
        about=_compiled(found.about, words, flags, f"{where}.about"),
        under=_compiled(found.under, words, flags, f"{where}.under"),
        section=single["section"],
        rows=single["rows"],
        unless=_compiled(found.unless, words, re.IGNORECASE, f"{where}.unless"),
    )


@functools.lru_cache(maxsize=8)
def guards(knowledge: Knowledge) -> dict[str, re.Pattern[str]]:
    """Compile the guards, once."""
    table = claims_table(knowledge)
    words = _words(table)
    texts = msgspec.structs.asdict(table.guards)
    return {
        name: _compiled((text,), words, re.IGNORECASE, f"guards.{name}")[0]
        for name, text in texts.items()
    }


def _words(table: ClaimsTable) -> dict[str, str]:
    return {**table.words, "OTHER": table.others.nouns}


def _compiled(
    texts: tuple[str, ...], words: dict[str, str], flags: re.RegexFlag, where: str
) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for index, text in enumerate(texts):
        try:
            compiled.append(re.compile(filled(text, words), flags))
        except re.error as error:
            message = f"{where}[{index}]: {error}"
            raise KnowledgeError(message, path="claims.toml", hint="mend the pattern") from error
    return tuple(compiled)


def filled(text: str, words: dict[str, str]) -> str:
    """Put words in for their `{NAMES}`; words may use words."""
    for _ in range(4):
        for name, pattern in words.items():
            text = text.replace("{" + name + "}", pattern)
    return text.replace("THIS", "(?-i:THIS)")
