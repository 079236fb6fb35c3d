"""The closed set of predicates that definitions and frames are written in, parsed from TOML.

A predicate is an inline table with one key that names it, for example
`{ access = "download", of = "weights" }`. A component id in `of` may be a role of a frame,
written `$source`; a list of components means every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import msgspec

from howopen.errors import KnowledgeError, UnknownTermError, unknown_term
from howopen.knowledge.classes import Family
from howopen.knowledge.licenses import Data
from howopen.release import Access, Component

#: How many predicates may be nested in each other.
MAX_DEPTH = 12


class Present(Data, frozen=True, kw_only=True):
    """The components are here, or said to be elsewhere; with `every`, each part of them is."""

    of: tuple[str, ...]
    every: bool = False


class AccessAtLeast(Data, frozen=True, kw_only=True):
    """The components can be had at least this far."""

    of: tuple[str, ...]
    least: Access


class Licensed(Data, frozen=True, kw_only=True):
    """The terms on every part of the components are in one of these classes.

    Attributes:
        classes: classes of `knowledge/classes.toml`; empty: any terms at all will do.
        listed: license ids that count too, whatever their class.
        arguable: classes that leave it unclear, for example where a body has not ruled.
        unlicensed: the truth when nothing states terms: `no` or `unclear`.
        unknown: the truth when the license is one that nobody has classed: `no` or `unclear`.
    """

    of: tuple[str, ...]
    classes: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    arguable: tuple[str, ...] = ()
    unlicensed: str = "no"
    unknown: str = "unclear"


class Permits(Data, frozen=True, kw_only=True):
    """The terms on the components permit every one of these actions."""

    of: tuple[str, ...]
    actions: tuple[str, ...]


class Unrestricted(Data, frozen=True, kw_only=True):
    """The terms do not restrict by purpose, persons, place, field, size, outputs, product.

    Attributes:
        by: which kinds of restriction count; empty: all.
    """

    of: tuple[str, ...]
    by: tuple[str, ...] = ()


class Covers(Data, frozen=True, kw_only=True):
    """A document of these components covers every topic (a fact `covers` of the part)."""

    of: tuple[str, ...]
    topics: tuple[str, ...]


class All(Data, frozen=True, kw_only=True):
    """Every one holds."""

    tests: tuple[Predicate, ...]


class Any(Data, frozen=True, kw_only=True):
    """At least one holds."""

    tests: tuple[Predicate, ...]


class Not(Data, frozen=True, kw_only=True):
    """It does not hold."""

    test: Predicate


class Count(Data, frozen=True, kw_only=True):
    """At least so many hold."""

    least: int
    tests: tuple[Predicate, ...]


class Stated(Data, frozen=True, kw_only=True):
    """Every part of the components states a fact with one of these values, such as a `format`."""

    of: tuple[str, ...]
    name: str
    values: tuple[str, ...]


class Ask(Data, frozen=True, kw_only=True):
    """What files cannot show: yes or no as a user or a manifest answers it, else unclear.

    Attributes:
        id: of the question, by which it is answered.
        question: in words.
        settle: what would settle it.
        change: what to do where the answer is no.
        base: it is about the base model, which may be another's.
    """

    id: str
    question: str
    settle: str
    change: str = ""
    base: bool = False


class Unread(Data, frozen=True, kw_only=True):
    """The words of this rule were not read: always unclear, and why."""

    why: str


Predicate = (
    Present
    | AccessAtLeast
    | Licensed
    | Permits
    | Unrestricted
    | Covers
    | All
    | Any
    | Not
    | Count
    | Stated
    | Ask
    | Unread
)

#: the kinds of restriction that `unrestricted ... by` may name
RESTRICTIONS = ("purpose", "persons", "place", "field", "size", "outputs", "product", "other")

#: the classes that `licensed ... as` may name: bodies' lists, and families of classes.toml
CLASSES = ("osi", "fsf", "open-definition", "mot-open", *get_args(Family))

#: What a key of a predicate holds: words of one vocabulary, predicates, or plain values.
Kind = Literal[
    "access",
    "actions",
    "classes",
    "components",
    "count",
    "flag",
    "list",
    "predicate",
    "predicates",
    "question",
    "restrictions",
    "text",
    "topics",
    "truth",
    "words",
]

#: each predicate by the key that names it: all its keys and what they hold; `?` may be left out
KEYS: Mapping[str, Mapping[str, Kind]] = {
    "present": {"present": "components", "every?": "flag"},
    "access": {"access": "access", "of": "components"},
    "licensed": {
        "licensed": "components",
        "as?": "classes",
        "listed?": "list",
        "arguable?": "classes",
        "unlicensed?": "truth",
        "unknown?": "truth",
    },
    "permits": {"permits": "actions", "of": "components"},
    "unrestricted": {"unrestricted": "components", "by?": "restrictions"},
    "covers": {"covers": "components", "topics": "topics"},
    "stated": {"stated": "text", "of": "components", "among": "words"},
    "all": {"all": "predicates"},
    "any": {"any": "predicates"},
    "not": {"not": "predicate"},
    "count": {"count": "count", "of": "predicates"},
    "asked": {"asked": "question"},
    "unread": {"unread": "text"},
}


class Question(Data, frozen=True, kw_only=True):
    """What files cannot show: the question, what would settle it, and why files cannot show it.

    Attributes:
        asks: the question, to be answered with yes or no.
        settle: what would settle it.
        why: why files cannot show it.
        change: what to do where the answer is no.
        base: whether it is about the base model, which may be another's.
    """

    asks: str
    settle: str
    why: str = ""
    change: str = ""
    base: bool = False


def parse(  # noqa: PLR0913 - the file, the key, and the vocabularies it may name
    raw: object,
    where: str,
    *,
    path: str,
    lists: Mapping[str, tuple[str, ...]] | None = None,
    roles: Sequence[str] = (),
    questions: Mapping[str, Question] | None = None,
    vocabulary: Mapping[str, Sequence[str]] | None = None,
) -> Predicate:
    """Read one predicate from its TOML table.

    Args:
        raw: the table.
        where: the key it stands at, for errors.
        path: the file it stands in, for errors.
        lists: named license lists that `listed` may name.
        roles: the roles `$role` may name.
        questions: the questions that `asked` may name.
        vocabulary: the `actions` that `permits` and the `topics` that `covers` may name; any word
            where one is left out.

    Raises:
        KnowledgeError: names file and key; an unknown word comes with near ones.
    """
    reader = _Reader(
        path=path,
        lists=lists or {},
        roles=tuple(roles),
        questions=questions or {},
        vocabulary=vocabulary or {},
    )
    return reader.predicate(raw, where, 0)


class _Reader(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    lists: Mapping[str, tuple[str, ...]]
    roles: tuple[str, ...]
    questions: Mapping[str, Question]
    vocabulary: Mapping[str, Sequence[str]]

    def fail(self, where: str, what: str, hint: str = "see docs/definitions.md") -> KnowledgeError:
        return KnowledgeError(f"{where}: {what}", path=self.path, hint=hint)

    def unknown(self, where: str, error: UnknownTermError) -> KnowledgeError:
        return self.fail(where, error.message, error.hint)

    def predicate(self, raw: object, where: str, depth: int) -> Predicate:
        if not isinstance(raw, Mapping) or not raw:
            raise self.fail(where, "a predicate is a table such as { present = 'weights' }")
        if depth > MAX_DEPTH:
            raise self.fail(where, f"nested deeper than {MAX_DEPTH}", "flatten it")
        name = next((key for key in raw if key in KEYS), None)
        if name is None:
            error = unknown_term("predicate", str(next(iter(raw))), KEYS)
            raise self.unknown(where, error)
        known = [key.rstrip("?") for key in KEYS[name]]
        extra = [str(key) for key in raw if key not in known]
        if extra:
            error = unknown_term(f"key of predicate {name!r}", extra[0], known)
            raise self.unknown(f"{where}.{extra[0]}", error)
        lacking = [key for key in KEYS[name] if not key.endswith("?") and key not in raw]
        if lacking:
            raise self.fail(where, f"predicate {name!r} needs the key {lacking[0]!r}")
        return self.build(name, raw, where, depth)

    def build(self, name: str, raw: Mapping[str, object], where: str, depth: int) -> Predicate:  # noqa: PLR0912 - one case each
        own, at = raw[name], f"{where}.{name}"
        match name:
            case "present":
                return Present(of=self.components(own, at), every=raw.get("every") is True)
            case "access":
                return AccessAtLeast(of=self.of(raw, where), least=self.access(own, at))
            case "licensed":
                return self.licensed(raw, where)
            case "permits":
                return Permits(of=self.of(raw, where), actions=self.among(own, at, "action"))
            case "unrestricted":
                by = self.known(raw.get("by", ()), f"{where}.by", "restriction", RESTRICTIONS)
                return Unrestricted(of=self.components(own, at), by=by)
            case "covers":
                topics = self.among(raw.get("topics"), f"{where}.topics", "topic")
                return Covers(of=self.components(own, at), topics=topics)
            case "all":
                return All(tests=self.many(own, at, depth))
            case "any":
                return Any(tests=self.many(own, at, depth))
            case "not":
                return Not(test=self.predicate(own, at, depth + 1))
            case "count":
                if not isinstance(own, int) or isinstance(own, bool):
                    raise self.fail(at, "count is a whole number")
                return Count(least=own, tests=self.many(raw.get("of"), f"{where}.of", depth))
            case "stated":
                among = self.words(raw["among"], f"{where}.among")
                return Stated(of=self.of(raw, where), name=self.text(own, at), values=among)
            case "asked":
                return self.ask(own, at)
            case _:
                return Unread(why=self.text(own, at))

    def ask(self, own: object, where: str) -> Ask:
        ident = self.known(self.text(own, where), where, "question", list(self.questions))[0]
        question = self.questions[ident]
        return Ask(
            id=ident,
            question=question.asks,
            settle=question.settle,
            change=question.change,
            base=question.base,
        )

    def text(self, raw: object, where: str) -> str:
        if not isinstance(raw, str) or not raw.strip():
            raise self.fail(where, "needs a text")
        return raw

    def licensed(self, raw: Mapping[str, object], where: str) -> Licensed:
        listed: list[str] = []
        for name in self.words(raw.get("listed", ()), f"{where}.listed"):
            if name not in self.lists:
                error = unknown_term("list of licenses", name, self.lists)
                raise self.unknown(f"{where}.listed", error)
            listed.extend(self.lists[name])
        return Licensed(
            of=self.components(raw["licensed"], f"{where}.licensed"),
            classes=self.known(raw.get("as", ()), f"{where}.as", "class", CLASSES),
            listed=tuple(listed),
            arguable=self.known(raw.get("arguable", ()), f"{where}.arguable", "class", CLASSES),
            unlicensed=self.tri(raw, "unlicensed", "no", where),
            unknown=self.tri(raw, "unknown", "unclear", where),
        )

    def tri(self, raw: Mapping[str, object], key: str, default: str, where: str) -> str:
        value = raw.get(key, default)
        if value not in {"no", "unclear"}:
            raise self.fail(f"{where}.{key}", "is 'no' or 'unclear'")
        return str(value)

    def many(self, raw: object, where: str, depth: int) -> tuple[Predicate, ...]:
        if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
            raise self.fail(where, "needs a list of predicates")
        return tuple(
            self.predicate(item, f"{where}[{index}]", depth + 1) for index, item in enumerate(raw)
        )

    def of(self, raw: Mapping[str, object], where: str) -> tuple[str, ...]:
        return self.components(raw.get("of"), f"{where}.of")

    def components(self, raw: object, where: str) -> tuple[str, ...]:
        known = [*Component, *(f"${role}" for role in self.roles)]
        return self.known(raw, where, "component", known)

    def access(self, raw: object, where: str) -> Access:
        return Access(self.known(raw, where, "access", list(Access))[0])

    def known(self, raw: object, where: str, what: str, names: Sequence[str]) -> tuple[str, ...]:
        words = self.words(raw, where)
        for word in words:
            if word not in names:
                raise self.unknown(where, unknown_term(what, word, names))
        return words

    def among(self, raw: object, where: str, what: str) -> tuple[str, ...]:
        names = self.vocabulary.get(f"{what}s")
        return self.words(raw, where) if names is None else self.known(raw, where, what, names)

    def words(self, raw: object, where: str) -> tuple[str, ...]:
        if isinstance(raw, str):
            return (raw,)
        if isinstance(raw, Sequence) and all(isinstance(item, str) for item in raw):
            return tuple(raw)
        raise self.fail(where, "needs a word or a list of words")
