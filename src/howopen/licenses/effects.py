"""What two licenses that were read clause by clause say differently: their effects, set against.

A clause is taken apart into facts, one for each action, duty, limit or kind of derivative it speaks
of, so that two files that group the same terms in other clauses still say the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, Literal, NamedTuple

import msgspec

from howopen.knowledge.licenses import Clause, License, license_of
from howopen.knowledge.loader import Knowledge
from howopen.release import Noun

Side = Literal["a", "b", "both"]

#: fields that say where a clause stands and how we word it, not what it does
_WORDING = ("effect", "ref", "says", "words", "derived", "doubts", "detail", "date")
#: the fields of each effect that list what it speaks of; what only defines words has no effect
_ABOUT = {
    "grants": ("actions",),
    "forbids": ("actions",),
    "limits": ("limit", "closes"),
    "requires": ("duty", "triggers"),
    "binds": ("derivatives",),
    "ends": ("on", "what"),
    "disclaims": ("what",),
}
#: the words of a name after the product's own
_KIND = re.compile(r"\s+(?:community|acceptable|terms|licen[cs]e|open|non-?commercial)\b.*", re.I)


class EffectChange(Noun, frozen=True, kw_only=True):
    """Something that one license says and another does not, or says otherwise.

    Attributes:
        effect: `grants`, `forbids`, `limits`, `requires`, `reaches`, `binds`, `owns`, `ends` or
            `disclaims`.
        about: the actions, duties, limits or kinds of derivative concerned.
        where: `a` or `b` where only that one says it, `both` where they differ.
        refs_a: the clauses of the first that say it.
        refs_b: the clauses of the second.
        says_a: what they say, in one sentence of ours each.
        says_b: what those of the second say.
    """

    effect: str
    about: tuple[str, ...]
    where: Side
    refs_a: tuple[str, ...] = ()
    refs_b: tuple[str, ...] = ()
    says_a: tuple[str, ...] = ()
    says_b: tuple[str, ...] = ()


Subject = tuple[str, tuple[str, ...]]


class Fact(NamedTuple):
    """One thing that a clause says: of what, how exactly, and where."""

    effect: str
    about: tuple[str, ...]
    value: str
    ref: str
    says: str

    @property
    def subject(self) -> Subject:
        """What it speaks of."""
        return self.effect, self.about

    @property
    def meaning(self) -> tuple[str, tuple[str, ...], str]:
        """What it says, wherever it stands."""
        return self.effect, self.about, self.value


def facts_of(license_: License, knowledge: Knowledge) -> tuple[Fact, ...]:
    """Take a license apart, the texts that it takes in included where they were read."""
    found = [fact for clause in license_.clause for fact in _facts(clause, license_)]
    for taken in license_.incorporates:
        other = license_of(knowledge, taken.license)
        for clause in other.clause if other else ():
            refs = (
                fact._replace(ref=f"{taken.license}#{fact.ref}") for fact in _facts(clause, other)
            )
            found.extend(refs)
    return tuple(found)


def _facts(clause: Clause, license_: License | None) -> Iterator[Fact]:
    row: dict[str, Any] = msgspec.to_builtins(clause)
    effect = str(row["effect"])
    rest = {key: value for key, value in row.items() if key not in _WORDING}
    rest["open in"] = [each["when"] for each in row.get("doubts", ())]
    rest["detail"] = _neutral(str(row.get("detail") or ""), license_)
    rest["date"] = str(row.get("date") or "")
    for about in _subjects(effect, rest):
        value = msgspec.json.encode(rest, order="sorted").decode()
        yield Fact(effect, about, value, clause.ref, clause.says)


def _subjects(effect: str, rest: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield what a clause speaks of, taking it out of the rest."""
    if effect == "reaches":
        for kind, answer in dict(rest.pop("kinds")).items():
            yield (str(kind), str(answer))
    elif effect == "owns":
        for what in ("outputs", "derivatives"):
            whose = rest.pop(what, "")
            if whose:
                yield (what, str(whose))
    else:
        lists = [rest.pop(field) for field in _ABOUT.get(effect, ())]
        rows = [[one] if isinstance(one, str) else list(one) for one in lists]
        yield from product(*rows) if rows else ()


def _neutral(detail: str, license_: License | None) -> str:
    """Put one word for the product's name, which is another in every edition."""
    name = _KIND.sub("", license_.name) if license_ else ""
    return detail.replace(name, "(name)") if name else detail


def effect_changes(a: Iterable[Fact], b: Iterable[Fact]) -> tuple[EffectChange, ...]:
    """Return what the facts of one license say and those of another do not, in order."""
    mine, theirs = _by_subject(a), _by_subject(b)
    rows: dict[tuple[str, Side, tuple[Fact, ...], tuple[Fact, ...]], list[str]] = {}
    for subject in dict.fromkeys((*mine, *theirs)):
        only_a, only_b = _beyond(mine, theirs, subject), _beyond(theirs, mine, subject)
        if not (only_a or only_b):
            continue
        where: Side = "both" if only_a and only_b else "a" if only_a else "b"
        key = (subject[0], where, _clauses(only_a), _clauses(only_b))
        rows.setdefault(key, []).append(" ".join(subject[1]))
    return tuple(
        EffectChange(
            effect=effect,
            about=tuple(dict.fromkeys(about)),
            where=where,
            refs_a=tuple(dict.fromkeys(one.ref for one in mine_)),
            refs_b=tuple(dict.fromkeys(one.ref for one in theirs_)),
            says_a=tuple(dict.fromkeys(one.says for one in mine_)),
            says_b=tuple(dict.fromkeys(one.says for one in theirs_)),
        )
        for (effect, where, mine_, theirs_), about in rows.items()
    )


Subjects = dict[Subject, list[Fact]]


def _by_subject(facts: Iterable[Fact]) -> Subjects:
    found: Subjects = defaultdict(list)
    for fact in facts:
        found[fact.subject].append(fact)
    return found


def _beyond(one: Subjects, other: Subjects, subject: Subject) -> list[Fact]:
    said = {fact.value for fact in other.get(subject, ())}
    return [fact for fact in one.get(subject, ()) if fact.value not in said]


def _clauses(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Keep of each fact only which clause says it."""
    return tuple(dict.fromkeys(Fact(one.effect, (), "", one.ref, one.says) for one in facts))
