"""How circumstances read in a sentence: "the purpose is research and you are a company"."""

from __future__ import annotations

from collections.abc import Iterable

from howopen.knowledge.licenses import When
from howopen.rights.words import FACETS, Words

#: values that stand for all that no clause names
REST = ("other", "ZZ")

#: how each facet reads before its values: affirmed and denied
_VERBS = {
    "purpose": ("the purpose is", "the purpose is not"),
    "org": ("you are", "you are not"),
    "role": ("you are", "you are not"),
    "based_in": ("you are based in", "you are not based in"),
    "used_in": ("it is used in", "it is not used in"),
    "field": ("it is used for", "it is not used for"),
    "modality": ("the model's modality is", "the model's modality is not"),
    "target": ("what is trained is", "what is trained is not"),
    "kind": ("the kind of derivative is", "the kind of derivative is not"),
}

#: how values read that are no plain words
_TITLES = {
    "own-derivative": "a derivative of this model",
    "other-llm": "another large language model",
    "other-model": "another model",
    "not-a-language-model": "no language model",
    "internal": "internal use",
    "person": "a person",
    "company": "a company",
    "academic": "an academic body",
    "government": "an authority",
    "military": "the military",
    "licensee": "a licensee",
    "end-user": "an end user of a licensee's product",
    "EU": "the EU",
    "EEA": "the EEA",
    "GB": "the UK",
    "US": "the US",
}

#: fields of use, the most serious first; any other comes after these, in its own order
_GRAVEST = (
    "harm-minors", "weapons", "nuclear", "military", "violence", "surveillance", "law-enforcement",
    "critical-infrastructure", "malware", "discrimination", "vulnerable-groups", "illegal", "fraud",
    "impersonation", "harassment", "disinformation", "personal-data", "competing",
)  # fmt: skip


def affirm(facet: str, values: Iterable[str], words: Words) -> str:
    """Say that a facet is one of some values: `the purpose is research or personal`."""
    return f"{_VERBS[facet][0]} {alternatives(facet, values, words)}"


def deny(facet: str, values: Iterable[str], words: Words) -> str:
    """Say that a facet is none of some values; fields of use are counted and then listed."""
    named = [value for value in values if value not in REST]
    if facet == "field" and len(named) > 1:
        listed = "; ".join(words.fields.get(value, value) for value in graver(named))
        return f"the use is for none of {len(named)} prohibited fields: {listed}"
    return f"{_VERBS[facet][1]} {alternatives(facet, named, words)}"


def alternatives(facet: str, values: Iterable[str], words: Words) -> str:
    """List values in words, the last after "or"."""
    titles = words.fields if facet == "field" else _TITLES
    named = [value for value in values if value not in REST]
    if facet == "field":
        named = graver(named)
    shown = [_title(value, titles) for value in named]
    if len(shown) < 2:
        return "".join(shown)
    mark = "; " if facet == "field" else ", "
    return mark.join(shown[:-1]) + " or " + shown[-1]


def uses(facet: str, values: Iterable[str], words: Words) -> str:
    """List values as they follow "for": `commercial use`."""
    said = alternatives(facet, values, words)
    return f"{said} use" if facet == "purpose" and not said.endswith(" use") else said


def graver(fields: Iterable[str]) -> list[str]:
    """Order fields of use, the most serious first."""
    known = {field: at for at, field in enumerate(_GRAVEST)}
    return sorted(fields, key=lambda field: known.get(field, len(known)))


def circumstances(when: When, words: Words, *, without: Iterable[str] = ()) -> str:
    """Say a guard as a clause of a sentence; empty where it names nothing.

    Args:
        when: the guard.
        words: the vocabulary.
        without: facets that go without saying.
    """
    left_out = frozenset(without)
    return " and ".join(
        affirm(facet, values, words)
        for facet in FACETS
        if facet not in left_out and (values := getattr(when, facet))
    )


def _title(value: str, titles: dict[str, str]) -> str:
    but = value.startswith("!")
    name = value.removeprefix("!")
    title = titles.get(name, name)
    return f"anything but {title}" if but else title
