"""The documentation of a code, definition, license, clause or term, from the knowledge itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.actions import actions_of
from howopen.knowledge.components import components_of
from howopen.knowledge.definitions import (
    Definition,
    all_questions,
    definition_ids,
    definition_of,
)
from howopen.knowledge.findings import codes_of
from howopen.knowledge.licenses import Clause, License, license_ids
from howopen.knowledge.relations import relations_of
from howopen.knowledge.wording import in_words
from howopen.release import Noun
from howopen.reports.explain_actions import about_action, bans_on, kinds_reached

#: What the effects of a clause mean, by their tag in license files.
EFFECTS = {
    "grants": "These actions are permitted.",
    "forbids": "These actions are forbidden, in the circumstances given.",
    "limits": "A grant holds only within these limits, such as a number of users.",
    "requires": "A duty, and when it falls due.",
    "reaches": "What counts as a derivative under the license.",
    "binds": "How derivatives may be licensed.",
    "owns": "Who owns outputs and derivatives.",
    "ends": "When rights end, and which.",
    "disclaims": "Warranty, liability, indemnity or trademark rights that are not given.",
    "defines": "Words the rest turns on, and words it leaves undefined.",
}


#: what the rows of an action list
BANNED = "Clauses that forbid it in particular:"

#: what the rows of `explain reaches` count
COUNTED = "How many of the licenses read clause by clause reach a kind of derivative:"


class Explanation(Noun, frozen=True, kw_only=True):
    """What a term means.

    Attributes:
        term: as we spell it.
        kind: what sort of term it is.
        title: in one line.
        says: what it means, sentence by sentence.
        rows: its parts by name, such as the clauses of a license.
        source: where that comes from.
    """

    term: str
    kind: str
    title: str
    says: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    source: str = ""


def explain(term: str, knowledge: Knowledge) -> Explanation:
    """Explain a term.

    Raises:
        UnknownTermError: with near terms.
    """
    wanted = term.strip()
    for look in _LOOKS:
        found = look(wanted, knowledge)
        if found is not None:
            return found
    raise unknown_term("term", term, terms(knowledge))


def terms(knowledge: Knowledge) -> tuple[str, ...]:
    """List everything that can be explained, clauses left out."""
    said = actions_of(knowledge)
    return (
        *codes_of(knowledge),
        *definition_ids(knowledge),
        *all_questions(knowledge),
        *license_ids(knowledge),
        *said.actions,
        *said.aliases,
        *said.duties,
        *said.triggers,
        *said.fields,
        *components_of(knowledge).components,
        *relations_of(knowledge).kinds,
        *EFFECTS,
    )


def _code(term: str, knowledge: Knowledge) -> Explanation | None:
    code = codes_of(knowledge).get(term.upper())
    if code is None:
        return None
    text = (code.means, f"To do: {code.remedy}")
    kind = f"finding, {code.gravity}"
    return Explanation(term=term.upper(), kind=kind, title=code.title, says=text)


def _definition(term: str, knowledge: Knowledge) -> Explanation | None:
    name, hash_, criterion = term.partition("#")
    ident = {each.casefold(): each for each in definition_ids(knowledge)}.get(name.casefold())
    if ident is None:
        return None
    definition = definition_of(knowledge, ident)
    if hash_:
        return _criterion(definition, criterion)
    text = definition.text
    when = text.date or text.dated or "date not read"
    said = (f"By {text.publisher}, {when} ({text.status}).", text.note)
    levels = [(f"level {level.id}", level.title) for level in text.level]
    asks = [(rule.id, rule.title) for rule in definition.rules]
    return Explanation(
        term=ident,
        kind="definition",
        title=text.title,
        says=tuple(filter(None, said)),
        rows=(*levels, *asks),
        source=f"{text.source} (read {text.read})",
    )


def _criterion(definition: Definition, ident: str) -> Explanation:
    """Explain one criterion: how it is judged, and for which levels it is needed."""
    rules = {rule.id: rule for rule in definition.rules}
    if ident not in rules:
        raise unknown_term(f"criterion of {definition.id}", ident, rules)
    rule, text = rules[ident], definition.text
    needed = [level.title for level in text.level if ident in level.needs]
    rows = [("holds when", in_words(rule.holds) if rule.holds else "it does not apply")]
    if rule.partly is not None:
        rows.append(("half met when", in_words(rule.partly)))
    if rule.instead:
        rows.append(("or instead", rules[rule.instead].title))
    if rule.why:
        rows.append(("read as", rule.why))
    if needed:
        rows.append(("needed for", ", ".join(needed)))
    if rule.informs:
        rows.append(("decides", "nothing; it is shown"))
    return Explanation(
        term=f"{definition.id}#{ident}",
        kind="criterion",
        title=rule.title,
        says=(f"A criterion of: {text.title}.",),
        rows=tuple(rows),
        source=f"{text.source} (read {text.read})",
    )


def _question(term: str, knowledge: Knowledge) -> Explanation | None:
    question = all_questions(knowledge).get(term.lower())
    if question is None:
        return None
    said = (question.why, f"To settle it: {question.settle}.")
    return Explanation(
        term=term.lower(),
        kind="question",
        title=question.asks,
        says=tuple(filter(None, said)),
    )


def _license(term: str, knowledge: Knowledge) -> Explanation | None:
    name, hash_, ref = term.partition("#")
    ids = {ident.casefold(): ident for ident in license_ids(knowledge)}
    ident = ids.get(name.casefold())
    if ident is None:
        return None
    text = knowledge.entry("licenses", ident, License)
    clauses = [each for each in text.clause if not hash_ or each.ref == ref]
    if not clauses:
        raise unknown_term(f"clause of {ident}", ref, dict.fromkeys(c.ref for c in text.clause))
    title = f"{text.name}, clause {ref}" if hash_ else f"{text.name} {text.edition}".strip()
    return Explanation(
        term=f"{ident}#{ref}" if hash_ else ident,
        kind="clause" if hash_ else "license",
        title=title,
        rows=tuple((_effect_of(each, hash_), each.says) for each in clauses),
        says=tuple(f"Left open: {why}" for each in clauses if hash_ for why in _doubts(each)),
        source=text.url or text.source,
    )


def _effect_of(clause: Clause, alone: str) -> str:
    effect = str(clause.__struct_config__.tag)
    return effect if alone else f"{clause.ref} {effect}"


def _doubts(clause: Clause) -> list[str]:
    return [doubt.why for doubt in getattr(clause, "doubts", ())]


def _word(term: str, knowledge: Knowledge) -> Explanation | None:
    wanted = term.lower().replace("_", "-").replace(" ", "-")
    said = actions_of(knowledge)
    action = said.actions.get(said.aliases.get(wanted, wanted))
    if action is not None:
        name = said.aliases.get(wanted, wanted)
        rows = bans_on(name, knowledge)
        return Explanation(
            term=name,
            kind="action",
            title=f"you may {action.says}",
            says=(*about_action(name, action, knowledge), *((BANNED,) if rows else ())),
            rows=rows,
        )
    for kind, table in (
        ("duty", said.duties),
        ("trigger of a duty", said.triggers),
        ("field of use", said.fields),
    ):
        if wanted in table:
            return Explanation(term=wanted, kind=kind, title=table[wanted])
    return None


def _component(term: str, knowledge: Knowledge) -> Explanation | None:
    wanted = term.lower().replace("_", "-").replace(" ", "-")
    component = components_of(knowledge).components.get(wanted)
    if component is None:
        return None
    groups = ", ".join(component.groups)
    text = (f"Sort: {component.kind}.", f"Counts for: {groups}." if groups else "")
    return Explanation(
        term=wanted, kind="component", title=component.title, says=tuple(filter(None, text))
    )


def _relation(term: str, knowledge: Knowledge) -> Explanation | None:
    kind = relations_of(knowledge).kinds.get(term.lower())
    if kind is None:
        return None
    said = [
        f"The hub's tag: {', '.join(kind.hub)}." if kind.hub else "",
        f"Weights show it as: {', '.join(kind.verdicts)}." if kind.verdicts else "",
        f"It may be: {', '.join(kind.among)}." if kind.among else "",
    ]
    return Explanation(
        term=term.lower(), kind="relation", title=kind.title, says=tuple(filter(None, said))
    )


def _effect(term: str, knowledge: Knowledge) -> Explanation | None:
    name = term.lower()
    title = EFFECTS.get(name)
    if title is None:
        return None
    rows = kinds_reached(knowledge) if name == "reaches" else ()
    says = (COUNTED,) if rows else ()
    return Explanation(term=name, kind="effect", title=title, says=says, rows=rows)


def _vocabulary(term: str, knowledge: Knowledge) -> Explanation | None:
    """List a whole vocabulary: `explain fields` names every field of use."""
    said = actions_of(knowledge)
    lists: dict[str, dict[str, str]] = {
        "actions": {name: action.says for name, action in said.actions.items()},
        "duties": said.duties,
        "triggers": said.triggers,
        "fields": said.fields,
        "effects": EFFECTS,
        "codes": {name: code.title for name, code in codes_of(knowledge).items()},
        "definitions": {
            k: definition_of(knowledge, k).text.title for k in definition_ids(knowledge)
        },
        "licenses": dict.fromkeys(license_ids(knowledge), ""),
        "components": {k: v.title for k, v in components_of(knowledge).components.items()},
        "questions": {k: v.asks for k, v in all_questions(knowledge).items()},
        "relations": {k: v.title for k, v in relations_of(knowledge).kinds.items()},
    }
    table = lists.get(term.lower())
    if table is None:
        return None
    title = f"the {len(table)} {term.lower()} that howopen knows"
    return Explanation(term=term.lower(), kind="vocabulary", title=title, rows=tuple(table.items()))


_LOOKS: Iterable[Callable[[str, Knowledge], Explanation | None]] = (
    _code,
    _definition,
    _question,
    _license,
    _word,
    _component,
    _relation,
    _effect,
    _vocabulary,
)
