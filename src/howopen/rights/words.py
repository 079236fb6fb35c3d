"""The words that decisions need: domains of circumstances, areas, triggers and reserved acts."""

from __future__ import annotations

import datetime as dt
import functools

import msgspec

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
    no_derivative: tuple[str, ...]
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
    derivatives: tuple[str, ...]
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
    reached = tuple(kind.reach for kind in kinds.values() if kind.reach)
    closed = {name: vocabulary.circumstances[name] for name in ("purpose", "org", "role", "target")}
    return Words(
        actions=vocabulary.actions,
        domains=closed | {"kind": reached},
        countries=frozenset(places.countries),
        areas={area: frozenset(members) for area, members in places.areas.items()},
        aliases=places.aliases,
        reserved=frozenset(triggers.reserved),
        derivative=frozenset(triggers.derivative),
        whole=frozenset(triggers.whole),
        derivatives=tuple(one for one in reached if one not in triggers.no_derivative),
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
