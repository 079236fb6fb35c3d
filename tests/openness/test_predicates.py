"""Predicates: how they are written, how mistakes are told, and their logic of four values."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from howopen.answer import Truth
from howopen.errors import KnowledgeError
from howopen.knowledge import Knowledge, default
from howopen.knowledge.definitions import definition_of, vocabulary_of
from howopen.knowledge.predicates import Licensed, parse
from howopen.knowledge.questions import questions_of
from howopen.openness import verdicts
from howopen.openness.evaluate import evaluate
from howopen.openness.logic import all_of, any_of, at_least, negated
from howopen.openness.view import View
from howopen.release import Direction, Relation
from tests.openness.build import part, release

TRUTHS = st.lists(st.sampled_from(list(Truth)), max_size=6)


@given(TRUTHS)
def test_not_all_is_any_not(truths: list[Truth]) -> None:
    assert negated(all_of(truths)) is any_of([negated(truth) for truth in truths])


@given(TRUTHS)
def test_any_is_at_least_one_and_n_a_takes_no_part(truths: list[Truth]) -> None:
    counted = [truth for truth in truths if truth is not Truth.NA]
    assert all_of(truths) is (all_of(counted) if counted else Truth.NA)
    if counted:
        assert any_of(truths) is at_least(1, truths)


@given(TRUTHS, st.integers(0, 5))
def test_settling_what_is_unclear_never_turns_a_sure_answer(
    truths: list[Truth], index: int
) -> None:
    if not truths:
        return
    at = index % len(truths)
    if truths[at] is not Truth.UNCLEAR:
        return
    for combine in (all_of, any_of):
        before = combine(truths)
        for settled in (Truth.YES, Truth.NO):
            after = combine([*truths[:at], settled, *truths[at + 1 :]])
            assert before is Truth.UNCLEAR or after is before


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"acess": "download", "of": "weights"}, "access"),
        ({"access": "dowload", "of": "weights"}, "download"),
        ({"access": "download", "of": "weigths"}, "weights"),
        ({"licensed": "weights", "as": ["ossi"]}, "osi"),
        ({"licensed": "weights", "listed": "open-date"}, "open-data"),
        ({"unrestricted": "weights", "by": ["fields"]}, "field"),
        ({"present": "weights", "evry": True}, "every"),
        ({"asked": "all-training-date"}, "all-training-data"),
        ({"covers": "model-card", "topics": ["limitation"]}, "limitations"),
        ({"permits": ["share-derivativ"], "of": "weights"}, "share-derivative"),
        ({"all": []}, "list of predicates"),
        ({"all": [{"not": {"presnt": "weights"}}]}, "present"),
        ({"count": "two", "of": [{"present": "weights"}]}, "whole number"),
        ("weights", "table"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_what_was_meant(written: object, told: str) -> None:
    lists = {"open-data": ("CC0-1.0",)}
    questions = questions_of(default())
    with pytest.raises(KnowledgeError) as caught:
        parse(
            written,
            "criterion.x.holds",
            path="mine.toml",
            lists=lists,
            questions=questions,
            vocabulary=vocabulary_of(default()),
        )
    assert told in str(caught.value)
    assert "mine.toml" in str(caught.value)
    assert "criterion.x.holds" in str(caught.value)


def test_a_predicate_nested_without_end_is_refused() -> None:
    written: dict[str, object] = {"present": "weights"}
    for _ in range(40):
        written = {"not": written}
    with pytest.raises(KnowledgeError, match="nested"):
        parse(written, "criterion.x.holds", path="mine.toml")


def test_count_holds_when_enough_do() -> None:
    written = {"count": 2, "of": [{"present": name} for name in ("weights", "tokenizer", "paper")]}
    test = parse(written, "x", path="x")
    two = View(release=release(part("weights"), part("paper")), knowledge=default())
    one_only = View(release=release(part("weights")), knowledge=default())
    assert evaluate(test, two).truth is Truth.YES
    assert evaluate(test, one_only).truth is Truth.NO


def test_what_was_not_looked_for_is_as_little_found_as_what_was() -> None:
    test = parse({"present": "paper"}, "x", path="x")
    for given_release in (release(), release(part("paper", presence="not-found"))):
        judged = evaluate(test, View(release=given_release, knowledge=default()))
        assert judged.truth is Truth.NO
        assert judged.reasons[0].evidence
        unsure = View(release=given_release, knowledge=default(), unfound="unclear")
        assert evaluate(test, unsure).truth is Truth.UNCLEAR


def test_a_list_of_licenses_counts_beside_the_classes() -> None:
    rule = Licensed(of=("weights",), classes=("osi",), listed=("CC-BY-4.0",))
    view = View(release=release(part("weights", "CC-BY-4.0")), knowledge=default())
    assert evaluate(rule, view).truth is Truth.YES


def test_terms_that_nobody_looked_for_are_not_absent() -> None:
    unread = replace(part("weights", "MIT"), grant=None)
    view = View(release=release(unread), knowledge=default())
    rule = Licensed(of=("weights",), classes=("osi",))
    assert evaluate(rule, view).truth is Truth.UNCLEAR
    bare = View(release=release(part("weights")), knowledge=default())
    assert evaluate(rule, bare).truth is Truth.NO


MINE = """
id = "mine"
title = "Mine"
version = "1"
publisher = "me"
date = 2026-01-01
source = "a wall"
read = 2026-01-01
[outcomes]
yes = "good"
no = "bad"
unclear = "who knows"
[[criterion]]
id = "weights"
title = "weights are here"
holds = { present = "weights" }
"""


def own(folder: Path, text: str) -> Knowledge:
    (folder / "definitions").mkdir()
    (folder / "definitions" / "mine.toml").write_text(text)
    return Knowledge(folder)


def test_a_users_definition_needs_no_python(tmp_path: Path) -> None:
    verdict = verdicts(release(part("weights")), own(tmp_path, MINE), only=["mine"])["mine"]
    assert verdict.level == "good"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('present = "weights"', 'presnt = "weights"', "did you mean 'present'"),
        ("[outcomes]", "[outcome]", "outcome"),
        ('title = "weights are here"', 'instead = "paper"\ntitle = "x"', "unknown criterion"),
        ('version = "1"', "version = 1", "version"),
    ],
)
def test_a_broken_definition_is_told_with_its_file(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        definition_of(own(tmp_path, MINE.replace(old, new)), "mine")
    assert told in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_a_label_grants_no_more_than_the_terms_of_a_known_parent() -> None:
    parent = Relation(
        kind="fine-tune", a="here", b="hf:meta-llama/Llama-2-7b-hf", direction=Direction.A_FROM_B
    )
    weights = part("weights", "Apache-2.0")
    alone = verdicts(release(weights), default(), only=["lambert-2023"])["lambert-2023"]
    child = verdicts(release(weights, relations=(parent,)), default(), only=["lambert-2023"])
    assert alone.truth is Truth.YES
    assert child["lambert-2023"].truth is Truth.NO
    told = [reason.text for each in child["lambert-2023"].criteria for reason in each.reasons]
    assert told


def test_models_under_the_same_terms_are_told_in_one_reason() -> None:
    mit = [part("weights", "MIT", variant=name) for name in ("a", "b", "c", "d", "e")]
    other = part("weights", "llama-2", variant="f")
    given_release = release(*mit, other)
    verdict = verdicts(given_release, default(), only=["g7-2026"])["g7-2026"]
    terms = next(one for one in verdict.criteria if one.id == "some-terms")
    assert [reason.text for reason in terms.reasons] == [
        "weights (a, b, c and 2 more): MIT",
        "weights (f): llama-2",
    ]
    license_ = next(one for one in verdict.criteria if one.id == "open-license")
    assert "license the weights of f under an open license" in license_.missing
