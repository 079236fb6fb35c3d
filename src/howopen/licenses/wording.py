"""How sentences word what is under which terms: the patterns of `wording.toml`, compiled."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge

_Patterns = dict[str, tuple[str, ...]]


class Table(Data, frozen=True, kw_only=True):
    """The file `wording.toml`; every entry is a regular expression without capitals."""

    source: str
    read: dt.date
    components: _Patterns
    subjects: _Patterns
    cues: _Patterns
    sections: _Patterns
    limits: _Patterns
    others: _Patterns


class Wording(NamedTuple):
    """The patterns of all tables.

    Attributes:
        weights: words for weights; likewise `code`, `data`, `documents`.
        model: words for the model itself, names such as `qwen-7b` among them.
        general: the whole release, as its author calls it.
        cue: what stands right before a license's name.
        after: what stands right after one, in languages that put it there.
        terms: what a sentence on terms holds.
        license_section: a heading under which a bare name is a license.
        other_section: a heading of what is other people's, or past.
        limits: what narrows the use that is allowed.
        intended: what says for which use something was made.
        negated: what turns a limit into its opposite.
        others: words that turn a sentence away from the release.
    """

    weights: re.Pattern[str]
    code: re.Pattern[str]
    data: re.Pattern[str]
    documents: re.Pattern[str]
    model: re.Pattern[str]
    general: re.Pattern[str]
    cue: re.Pattern[str]
    after: re.Pattern[str]
    terms: re.Pattern[str]
    license_section: re.Pattern[str]
    other_section: re.Pattern[str]
    limits: re.Pattern[str]
    intended: re.Pattern[str]
    negated: re.Pattern[str]
    others: re.Pattern[str]


@functools.lru_cache(maxsize=8)
def wording(knowledge: Knowledge) -> Wording:
    """Compile the tables of all roots."""
    tables = knowledge.tables("wording.toml", Table)

    def words(section: str, key: str) -> str:
        return _any(one for table in tables for one in getattr(table, section).get(key, ()))

    parts = {key: words("components", key) for key in ("weights", "code", "data", "documents")}
    patterns = parts | {
        "model": words("subjects", "model"),
        "general": words("subjects", "general"),
        "cue": rf"(?:{words('cues', 'before')}|[:：])[\s\w,'\"“”`*()\[\]「」《》]{{0,40}}$",
        "after": words("cues", "after"),
        "terms": words("cues", "terms"),
        "license_section": rf"\W*{words('sections', 'license')}\W*",
        "limits": words("limits", "use"),
        "intended": words("limits", "intended"),
        "negated": words("limits", "negated"),
        "other_section": words("sections", "others"),
        "others": rf"{words('others', 'words')}|\?$",
    }
    return Wording(**{key: re.compile(text, re.IGNORECASE) for key, text in patterns.items()})


def _any(entries: Iterable[str]) -> str:
    """Join entries into one expression; those of Latin letters stand alone as words."""
    latin: list[str] = []
    free: list[str] = []
    for entry in entries:
        east = re.search(r"[^\x00-\u024f]", entry) or entry.startswith("\\s")
        (free if east else latin).append(entry)
    whole = rf"(?<![a-z0-9À-ɏ])(?:{'|'.join(latin)})(?![a-z0-9À-ɏ])" if latin else ""
    return f"(?:{'|'.join(filter(None, (whole, *free)))})"
