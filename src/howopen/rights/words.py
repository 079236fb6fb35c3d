"""The words that decisions need: domains of circumstances, areas, triggers and reserved acts."""

from __future__ import annotations

import datetime as dt
import functools

import msgspec

from howopen.answer import Circumstances
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.actions import Action, actions_of
from howopen.knowledge.licenses import Data
from howopen.knowledge.relations import relations_of

#: the value that stands for "anything that no clause names"
OTHER = "other"

#: facets of circumstances that clauses speak of, in the order they are explained
FACETS = (
    "purpose", "target", "kind", "org", "role", "based_in", "used_in", "field", "modality",
)  # fmt: skip


class Triggers(Data, frozen=True, kw_only=True):
    """The file `triggers.toml`."""

    source: str
    read: dt.date
    reserved: tuple[str, ...]
    derivative: tuple[str, ...]
    whole: tuple[str, ...]
    due: dict[str, tuple[str, ...]]
    through: dict[str, str]
    makes: dict[str, str]
    modalities: dict[str, str]
    name_words: dict[str, str]
    scopes: dict[str, tuple[str, ...]]


class Territories(Data, frozen=True, kw_only=True):
    """The file `territories.toml`."""

    source: str
    read: dt.date
    countries: tuple[str, ...]
    areas: dict[str, tuple[str, ...]]
    aliases: dict[str, str]


class Words(msgspec.Struct, frozen=True, eq=False):
    """All vocabulary of one `Knowledge` that a decision needs; equal only to itself."""

    actions: dict[str, Action]
    domains: dict[str, tuple[str, ...]]
    countries: frozenset[str]
    areas: dict[str, frozenset[str]]
    aliases: dict[str, str]
    reserved: frozenset[str]
    derivative: frozenset[str]
    whole: frozenset[str]
    due: dict[str, tuple[str, ...]]
    through: dict[str, str]
    makes: dict[str, str]
    modalities: dict[str, str]
    name_words: dict[str, str]
    scopes: dict[str, tuple[str, ...]]
    fields: dict[str, str]
    duties: dict[str, str]
    triggers: dict[str, str]

    @property
    def made_by(self) -> dict[str, str]:
        """The action that makes a kind of derivative, by kind."""
        return {kind: action for action, kind in self.makes.items()}

    @property
    def everywhere(self) -> tuple[str, ...]:
        """Every place there is a code for: countries, then areas."""
        return _everywhere(self)


@functools.lru_cache(maxsize=16)
def _everywhere(words: Words) -> tuple[str, ...]:
    return (*sorted(words.countries), *sorted(words.areas))


@functools.lru_cache(maxsize=16)
def words_of(knowledge: Knowledge) -> Words:
    """Read the vocabulary of decisions, once for each `Knowledge`."""
    vocabulary = actions_of(knowledge)
    triggers = knowledge.table("triggers.toml", Triggers)
    places = knowledge.table("territories.toml", Territories)
    kinds = relations_of(knowledge).kinds
    closed = {name: vocabulary.circumstances[name] for name in ("purpose", "org", "role", "target")}
    return Words(
        actions=vocabulary.actions,
        domains=closed | {"kind": tuple(kind.reach for kind in kinds.values() if kind.reach)},
        countries=frozenset(places.countries),
        areas={area: frozenset(members) for area, members in places.areas.items()},
        aliases=places.aliases,
        reserved=frozenset(triggers.reserved),
        derivative=frozenset(triggers.derivative),
        whole=frozenset(triggers.whole),
        due=triggers.due,
        through=triggers.through,
        makes=triggers.makes,
        modalities=triggers.modalities,
        name_words=triggers.name_words,
        scopes=triggers.scopes,
        fields=vocabulary.fields,
        duties=vocabulary.duties,
        triggers=vocabulary.triggers,
    )


def checked(who: Circumstances, action: str, knowledge: Knowledge) -> Circumstances:
    """Check every circumstance against the vocabulary and fill in what the question implies.

    Who asks what they may do is a licensee unless they say that they are an end user.

    Raises:
        UnknownTermError: for a value outside a closed vocabulary; near ones are in the hint.
    """
    words = words_of(knowledge)
    for name in ("purpose", "org", "role", "target", "kind"):
        value = getattr(who, name)
        if value is not None and value not in words.domains[name]:
            raise unknown_term(name, value, words.domains[name])
    if who.field is not None and who.field not in words.fields:
        raise unknown_term("field", who.field, words.fields)
    modalities = actions_of(knowledge).circumstances["modality"]
    if who.modality is not None and who.modality not in modalities:
        raise unknown_term("modality", who.modality, modalities)
    return msgspec.structs.replace(
        who,
        role=who.role or "licensee",
        kind=who.kind or words.makes.get(action),
        based_in=_code(who.based_in, words),
        used_in=_code(who.used_in, words),
    )


def _code(place: str | None, words: Words) -> str | None:
    if place is None:
        return None
    code = place.strip().upper()
    code = words.aliases.get(code, code)
    if code in words.areas or code in words.countries:
        return code
    known = [*words.areas, *words.countries]
    raise unknown_term("country (ISO 3166 code, two letters)", place, known)
