"""What a definition of openness holds (`knowledge/definitions/ID.toml`), typed.

A definition has criteria, each with the predicate that decides it, and one of: ordered `level`s,
the three `outcomes` of a bar, a `score`. `docs/definitions.md` teaches to write one.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from howopen.errors import KnowledgeError, unknown_term
from howopen.knowledge.actions import actions_of
from howopen.knowledge.frames import ROLES, Frames, frames_of
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.predicates import Predicate, Question, parse
from howopen.knowledge.questions import questions_of
from howopen.knowledge.topics import topics_of


class RawCriterion(Data, frozen=True, kw_only=True):
    """A criterion as written.

    Attributes:
        id: within the definition.
        title: what it asks, as a statement that can hold.
        holds: its predicate.
        partly: of a scored definition, the predicate by which it is half met.
        missing: what would make it hold; empty: taken from the predicate.
        informs: it is shown but decides nothing.
        instead: the criterion that may stand in for it; where that one is counted too, this one
            is not.
    """

    id: str
    title: str
    holds: dict[str, object]
    partly: dict[str, object] | None = None
    missing: str = ""
    informs: bool = False
    instead: str = ""


class Level(Data, frozen=True, kw_only=True):
    """One level.

    Attributes:
        id: within the definition.
        title: its words for a reader.
        needs: the criteria it needs.
        at_least: say "at least" where it is unclear whether the next one is reached.
    """

    id: str
    title: str
    needs: tuple[str, ...] = ()
    at_least: bool = False


class Outcomes(Data, frozen=True, kw_only=True):
    """The words of a definition that is a bar."""

    yes: str
    no: str
    unclear: str


class RawDefinition(Data, frozen=True, kw_only=True):
    """A definition as written.

    Attributes:
        id: as in the file's name.
        title: for a reader.
        version: of this data.
        publisher: who published the definition.
        date: when.
        dated: when, in words, where the day is not known to us.
        source: where it is published, and what was read.
        read: when we read it.
        status: official, unofficial or retired.
        scope_rule: `as-found`: terms as the license room found them; `global`: terms of the
            release also cover what states none of its own.
        unfound: the truth of a component that was looked for and not found, where a manifest
            lists what there is; elsewhere it is unclear.
        cumulative: each level needs those below it.
        bar: the level that counts as meeting the definition; empty: there is no bar.
        none: the words for no level.
        progress: add a criterion per level with the share of its criteria that are met.
        outcomes: for a definition that is a bar.
        score: for a definition that adds up its criteria, each 1, 0.5 or 0: their mean or sum.
        frame: the reading of `frames.toml` in which it speaks of source, binary and patch.
        words: criteria of `frames.toml` that are its criteria, in that reading.
        note: what a reader must know of how we apply it.
        component_types: under `global`, which release-wide license covers a component first.
        licenses: named lists of license ids.
        questions: what it asks that files cannot show, beside the questions of `questions.toml`.
        level: the levels, least first.
        criterion: the criteria.
    """

    id: str
    title: str
    version: str
    publisher: str
    date: dt.date | None = None
    dated: str = ""
    source: str
    read: dt.date
    status: Literal["official", "unofficial", "retired"] = "official"
    scope_rule: Literal["as-found", "global"] = "as-found"
    unfound: Literal["no", "unclear"] = "no"
    cumulative: bool = True
    bar: str = ""
    none: str = "none"
    progress: bool = False
    outcomes: Outcomes | None = None
    score: Literal["", "mean", "sum"] = ""
    frame: str = ""
    words: tuple[str, ...] = ()
    note: str = ""
    component_types: Mapping[str, str] = {}
    licenses: Mapping[str, tuple[str, ...]] = {}
    questions: Mapping[str, Question] = {}
    level: tuple[Level, ...] = ()
    criterion: tuple[RawCriterion, ...] = ()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion, checked.

    Attributes:
        id: within the definition.
        title: what it asks.
        holds: its predicate; None where it does not apply in the definition's frame.
        partly: the predicate by which it is half met.
        missing: what would make it hold.
        informs: it decides nothing.
        instead: the criterion that may stand in for it.
        why: how it is read in the definition's frame.
    """

    id: str
    title: str
    holds: Predicate | None
    partly: Predicate | None = None
    missing: str = ""
    informs: bool = False
    instead: str = ""
    why: str = ""


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A definition, checked."""

    text: RawDefinition
    rules: tuple[Rule, ...]

    @property
    def id(self) -> str:
        """Its id."""
        return self.text.id


def definition_ids(knowledge: Knowledge) -> tuple[str, ...]:
    """List the ids of all definitions."""
    return knowledge.ids("definitions")


@functools.lru_cache(maxsize=8)
def current_ids(knowledge: Knowledge) -> tuple[str, ...]:
    """List the definitions in force: retired editions are judged only where they are named."""
    return tuple(
        ident
        for ident in definition_ids(knowledge)
        if definition_of(knowledge, ident).text.status != "retired"
    )


def definition_of(knowledge: Knowledge, ident: str) -> Definition:
    """Read a definition.

    Raises:
        UnknownTermError: with near ids in the hint.
        KnowledgeError: names file and key.
    """
    raw = knowledge.entry("definitions", ident, RawDefinition)
    return _checked(knowledge, raw, ident)


def all_questions(knowledge: Knowledge) -> dict[str, Question]:
    """List all questions by id: those shared, and those that single definitions bring."""
    found = dict(questions_of(knowledge))
    for ident in definition_ids(knowledge):
        found |= definition_of(knowledge, ident).text.questions
    return found


_CHECKED: dict[int, tuple[RawDefinition, Definition]] = {}


def _checked(knowledge: Knowledge, raw: RawDefinition, ident: str) -> Definition:
    held = _CHECKED.get(id(raw))
    if held is not None and held[0] is raw:
        return held[1]
    path = str(knowledge.find(f"definitions/{ident}.toml"))
    known = {**questions_of(knowledge), **raw.questions}
    vocabulary = vocabulary_of(knowledge)
    own = tuple(_rule(raw, rule, path, known, vocabulary) for rule in raw.criterion)
    rules = (*_framed(raw, frames_of(knowledge), path), *own) if raw.words else own
    definition = Definition(text=raw, rules=rules)
    _check_names(definition, path)
    _check_kind(raw, path)
    _CHECKED[id(raw)] = (raw, definition)
    return definition


def vocabulary_of(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """List the actions and topics that predicates may name."""
    return {
        "actions": tuple(actions_of(knowledge).actions),
        "topics": tuple(topics_of(knowledge).topics),
    }


def _rule(
    raw: RawDefinition,
    rule: RawCriterion,
    path: str,
    known: Mapping[str, Question],
    vocabulary: Mapping[str, Sequence[str]],
) -> Rule:
    def read(told: dict[str, object], key: str) -> Predicate:
        where = f"criterion.{rule.id}.{key}"
        roles = ROLES if raw.frame else ()
        return parse(
            told,
            where,
            path=path,
            lists=raw.licenses,
            roles=roles,
            questions=known,
            vocabulary=vocabulary,
        )

    return Rule(
        id=rule.id,
        title=rule.title,
        holds=read(rule.holds, "holds"),
        partly=None if rule.partly is None else read(rule.partly, "partly"),
        missing=rule.missing,
        informs=rule.informs,
        instead=rule.instead,
    )


def _framed(raw: RawDefinition, frames: Frames, path: str) -> tuple[Rule, ...]:
    """Take criteria from the table of frames, as they are read in the definition's frame."""
    if raw.frame not in frames.frames:
        raise _unknown("frame", "frame", raw.frame, list(frames.frames), path)
    rows = {row.id: row for row in frames.rows}
    rules = []
    for name in raw.words:
        if name not in rows:
            raise _unknown("words", "criterion of frames.toml", name, list(rows), path)
        cell = rows[name].cells[raw.frame]
        holds = None if cell.applies == "does not apply" else cell.holds
        why = f"{cell.applies}: {cell.why}"
        rules.append(Rule(id=name, title=rows[name].title, holds=holds, why=why))
    return tuple(rules)


def _check_names(definition: Definition, path: str) -> None:
    """Refuse levels, stand-ins and bars that name nothing, and ids that stand twice."""
    raw, rules = definition.text, [rule.id for rule in definition.rules]
    named = [(f"level.{level.id}.needs", need) for level in raw.level for need in level.needs]
    named += [(f"criterion.{rule.id}.instead", rule.instead) for rule in raw.criterion]
    for where, name in named:
        if name and name not in rules:
            raise _unknown(where, "criterion", name, rules, path)
    if len(set(rules)) != len(rules):
        raise KnowledgeError("criterion: two have the same id", path=path, hint="rename one")
    levels = [level.id for level in raw.level]
    if raw.bar and raw.bar not in levels:
        raise _unknown("bar", "level", raw.bar, levels, path)


def _check_kind(raw: RawDefinition, path: str) -> None:
    """Refuse a definition that concludes nothing, or in two ways."""
    if not raw.criterion and not raw.words:
        raise KnowledgeError("no criterion", path=path, hint="add a [[criterion]]")
    ways = [bool(raw.level), raw.outcomes is not None, bool(raw.score)]
    if sum(ways) != 1:
        what = "give one of levels, outcomes and score"
        raise KnowledgeError(what, path=path, hint="add [outcomes], or leave out the others")
    half = next((rule.id for rule in raw.criterion if rule.partly and not raw.score), None)
    if half is not None:
        what = f"criterion.{half}.partly: only a definition with a `score` counts halves"
        raise KnowledgeError(what, path=path, hint='add score = "mean", or leave out `partly`')
    if raw.id != Path(path).stem:
        what = f"id: {raw.id!r} is not the name of the file"
        raise KnowledgeError(what, path=path, hint=f"call the file {raw.id}.toml")


def _unknown(where: str, what: str, name: str, known: list[str], path: str) -> KnowledgeError:
    error = unknown_term(what, name, known)
    return KnowledgeError(f"{where}: {error.message}", path=path, hint=error.hint)
