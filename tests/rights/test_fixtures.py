"""Answers a lawyer can read: `fixtures/*.toml`, written from the license texts alone.

A second pair of eyes wrote each row with the text open and without looking at our knowledge of it.
`A|B` in a row means that either will do; a clause is one of the license itself unless it names the
text (`llama-2-use-policy#2.1`), and stands for everything below it (`4` covers `4(a)`).
Where `sure` is false two careful lawyers may differ, and only the opposite answer is an error.
`on` names the component that lies under the text, where that is not the weights.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tools.under import release_under

from howopen.answer import Answer, Circumstances, Citation, Reason
from howopen.knowledge.actions import actions_of
from howopen.knowledge.loader import Knowledge
from howopen.release import Component
from howopen.rights import may

FIXTURES = Path(__file__).parent / "fixtures"
ROW_KEYS = {
    "ask",
    "action",
    "on",
    "who",
    "truth",
    "conditions",
    "clauses",
    "duties",
    "possible_duties",
    "not_duties",
    "sure",
    "note",
    "engine",
}
DUTIES = ("duties", "possible_duties", "not_duties")
OPPOSITE = {"yes": "no", "no": "yes"}


def _rows() -> Iterator[Any]:
    for path in sorted(FIXTURES.glob("*.toml")):
        fixture = tomllib.loads(path.read_text(encoding="utf-8"))
        for row in fixture["row"]:
            bug = row.get("engine", "")
            marks = [pytest.mark.xfail(reason=bug, strict=True)] if bug else []
            name = f"{fixture['license']}: {row['ask']}"
            yield pytest.param(fixture["license"], row, id=name, marks=marks)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Return our own knowledge."""
    return Knowledge()


def _citations(reasons: tuple[Reason, ...]) -> Iterator[Citation]:
    for reason in reasons:
        yield from reason.citations
        yield from _citations(reason.because)


def _cited(answer: Answer) -> set[str]:
    """Return every `license#clause` cited anywhere in an answer, normalized."""
    found = [*_citations(answer.reasons)]
    for held in (answer.conditions, answer.duties, answer.risks):
        found.extend(citation for one in held for citation in one.citations)
    return {_plain(f"{citation.license}#{citation.clause}") for citation in found}


def _plain(ref: str) -> str:
    """Return `license#clause`, no edition, so that `4(a)`, `4.a` and `4 a` agree."""
    text, _, clause = ref.lower().rpartition("#")
    return f"{text.partition('@')[0]}#" + re.sub(r"[^a-z0-9]+", ".", clause).strip(".")


def _covered(wanted: str, license_id: str, cited: set[str]) -> bool:
    given = [name if "#" in name else f"{license_id}#{name}" for name in wanted.split("|")]
    names = [_plain(name) for name in given]
    return any(ref == name or ref.startswith(f"{name}.") for name in names for ref in cited)


def _problems(license_id: str, row: dict[str, Any], answer: Answer) -> Iterator[str]:
    """Yield what a row expected and the answer does not give."""
    given, wanted = answer.truth.value, row["truth"]
    if given != wanted if row["sure"] else given == OPPOSITE.get(wanted):
        yield f"expected {wanted}{'' if row['sure'] else ' (not sure)'}, got {given}"
    cited = _cited(answer)
    for clause in row.get("clauses", ()):
        if not _covered(clause, license_id, cited):
            yield f"does not cite clause {clause}; cites {sorted(cited)}"
    certain = {duty.id for duty in answer.duties if duty.certain}
    for duty in row.get("duties", ()):
        if not certain & set(duty.split("|")):
            yield f"lacks the certain duty {duty}; has {sorted(certain)}"
    duties = {duty.id for duty in answer.duties}
    for duty in row.get("possible_duties", ()):
        if duty not in duties - certain:
            yield f"does not name the duty {duty} as one that the text leaves open"
    for duty in sorted(duties & set(row.get("not_duties", ()))):
        yield f"names the duty {duty}, which the text does not impose here"
    conditions = [f"{condition.id} {condition.text}".lower() for condition in answer.conditions]
    for words in row.get("conditions", ()):
        if not any(word.lower() in said for word in words.split("|") for said in conditions):
            yield f"has no condition about {words}; has {conditions}"


@pytest.mark.parametrize(("license_id", "row"), list(_rows()))
def test_the_answer_is_what_the_text_says(
    license_id: str, row: dict[str, Any], knowledge: Knowledge
) -> None:
    who = msgspec.convert(row["who"], Circumstances)
    on = Component(row.get("on", "weights"))
    answer = may(
        release_under(license_id, on), row["action"], who, knowledge=knowledge, component=on
    )
    problems = list(_problems(license_id, row, answer))
    assert not problems, f"{answer.headline}\n  - " + "\n  - ".join(problems)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_fixture_speaks_the_vocabulary(path: Path, knowledge: Knowledge) -> None:
    fixture = tomllib.loads(path.read_text(encoding="utf-8"))
    words = actions_of(knowledge)
    assert fixture["license"] == path.stem
    for row in fixture["row"]:
        assert set(row) <= ROW_KEYS, row["ask"]
        assert row["action"] in words.actions, row["ask"]
        assert row["truth"] in {"yes", "no", "unclear"}, row["ask"]
        named = [duty for key in DUTIES for duty in row.get(key, ())]
        assert {part for duty in named for part in duty.split("|")} <= set(words.duties), row["ask"]
