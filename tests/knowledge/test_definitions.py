"""Definition files: mistakes name file, key and what was expected; the schema is current."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import msgspec
import pytest
from tools import build_definition_schema

from howopen.errors import KnowledgeError, UnknownTermError
from howopen.knowledge import Knowledge, default
from howopen.knowledge.definitions import all_questions, definition_ids, definition_of
from howopen.knowledge.loader import HERE
from howopen.openness.asked import COMPLETE
from howopen.reports.explain import explain

GOOD = """
id = "mine"
title = "Mine"
version = "1"
publisher = "us"
source = "our own"
read = 2026-11-22
[outcomes]
yes = "open"
no = "closed"
unclear = "undetermined"
[[criterion]]
id = "weights"
title = "anyone can download the weights"
holds = { access = "download", of = "weights" }
"""


def written(folder: Path, text: str, name: str = "mine") -> Knowledge:
    (folder / "definitions").mkdir(exist_ok=True)
    (folder / "definitions" / f"{name}.toml").write_text(text, encoding="utf-8")
    return Knowledge(folder)


def test_a_definition_of_ones_own_is_listed_beside_those_that_ship(tmp_path: Path) -> None:
    knowledge = written(tmp_path, GOOD)
    assert "mine" in definition_ids(knowledge)
    assert definition_of(knowledge, "mine").rules[0].id == "weights"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"download"', '"dowload"', ("criterion.weights.holds", "download")),
        ("access =", "acess =", ("criterion.weights.holds", "access")),
        ('of = "weights"', 'off = "weights"', ("criterion.weights.holds.off", "of")),
        (', of = "weights"', "", ("criterion.weights.holds", "'of'")),
        ('version = "1"', "version = 1", ("$.version", "str")),
        ('publisher = "us"', "", ("publisher",)),
        ("read = 2026-11-22", 'read = "soon"', ("$.read", "date")),
        ("[outcomes]", "[outcome]", ("outcome",)),
        ('id = "mine"', 'id = "yours"', ("yours", "yours.toml")),
        ("holds = {", 'instead = "wieghts"\nholds = {', ("criterion.weights.instead", "weights")),
        ("holds = {", 'partly = { present = "weights" }\nholds = {', ("partly", "score")),
        ('version = "1"', 'version = "1"\nscore = "mean"', ("outcomes", "score")),
        ('version = "1"', 'version = "1"\nbar = "gold"', ("bar", "gold")),
        ("[[criterion]]", "[[criteria]]", ("criteria",)),
        ('version = "1"', 'version = "1"\nwords = ["osd-1"]', ("frame",)),
        (
            'version = "1"',
            'version = "1"\nframe = "whole-system"\nwords = ["osd-11"]',
            ("words", "osd-1"),
        ),
        (
            '{ access = "download", of = "weights" }',
            '{ asked = "monetized" }',
            ("criterion.weights.holds.asked", "monetised"),
        ),
        ("title =", "title ", ("line",)),
    ],
)
def test_a_malformed_definition_names_file_key_and_what_was_expected(
    tmp_path: Path, before: str, after: str, told: tuple[str, ...]
) -> None:
    knowledge = written(tmp_path, GOOD.replace(before, after, 1))
    with pytest.raises(KnowledgeError) as caught:
        definition_of(knowledge, "mine")
    for word in ("mine.toml", *told):
        assert word in str(caught.value), word


def test_a_question_of_ones_own_can_be_asked(tmp_path: Path) -> None:
    own = '[questions.reviewed]\nasks = "was it reviewed?"\nsettle = "review it"\n[[criterion]]'
    text = GOOD.replace("[[criterion]]", own).replace(
        '{ access = "download", of = "weights" }', '{ asked = "reviewed" }'
    )
    knowledge = written(tmp_path, text)
    assert all_questions(knowledge)["reviewed"].settle == "review it"
    assert explain("reviewed", knowledge).kind == "question"


@pytest.mark.parametrize("ident", definition_ids(default()))
def test_every_definition_and_criterion_that_ships_can_be_explained(ident: str) -> None:
    shown = explain(ident, default())
    assert shown.source
    rules = definition_of(default(), ident).rules
    assert {rule.id for rule in rules} <= {name for name, _ in shown.rows}
    for rule in rules:
        one = explain(f"{ident}#{rule.id}", default())
        assert one.kind == "criterion"
        assert one.rows[0][1]


def test_an_unknown_criterion_suggests_near_ones() -> None:
    with pytest.raises(UnknownTermError, match="parameters"):
        explain("osaid-1.0#paramters", default())


def test_every_question_that_ships_says_why_files_cannot_show_it_or_how_to_settle_it() -> None:
    for name, question in all_questions(default()).items():
        assert question.asks.endswith("?"), name
        assert question.settle, name


def test_every_question_that_ships_is_asked_by_a_definition() -> None:
    texts = [default().find(f"definitions/{i}.toml").read_text() for i in definition_ids(default())]
    unasked = {name for name in all_questions(default()) if f'"{name}"' not in "".join(texts)}
    assert unasked == {COMPLETE}


def test_the_schema_of_definitions_is_current() -> None:
    target = HERE / "definition.schema.json"
    assert target.read_text(encoding="utf-8") == build_definition_schema.text()


@pytest.mark.parametrize("ident", definition_ids(default()))
def test_every_definition_that_ships_fits_the_schema(ident: str) -> None:
    check = jsonschema.Draft202012Validator(build_definition_schema.schema())
    text = default().find(f"definitions/{ident}.toml").read_text(encoding="utf-8")
    data = json.loads(msgspec.json.encode(tomllib.loads(text)))
    assert list(check.iter_errors(data)) == []


@pytest.mark.parametrize(
    "wrong",
    ['{ acess = "download" }', '{ present = "wieghts" }', "{ all = [] }", "{ count = 2 }"],
)
def test_the_schema_refuses_what_the_reader_refuses(wrong: str, tmp_path: Path) -> None:
    text = GOOD.replace('{ access = "download", of = "weights" }', wrong)
    data = json.loads(msgspec.json.encode(tomllib.loads(text)))
    check = jsonschema.Draft202012Validator(build_definition_schema.schema())
    assert list(check.iter_errors(data))
    with pytest.raises(KnowledgeError):
        definition_of(written(tmp_path, text), "mine")
