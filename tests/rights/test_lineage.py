"""Whose terms reach a release through its parents."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from howopen.answer import Truth
from howopen.knowledge import Knowledge
from howopen.release import Direction, How, Relation, Standing
from howopen.rights import find_rights, publishing
from tests.rights.build import ask, cited, departure, grant, model, owed, parent, text, truth

YES, NO, UNCLEAR = Truth.YES, Truth.NO, Truth.UNCLEAR
KNOWLEDGE = Knowledge(Path(__file__).parent / "knowledge")


def test_a_child_cannot_grant_what_its_parent_withheld() -> None:
    child = model("open", parent("example/no-commerce"))
    answer = ask(child, "run", KNOWLEDGE, purpose="commercial")
    assert answer.truth is NO
    assert answer.reasons[0].citations[0].via == "No-Commerce Base, fine-tune"
    assert truth(child, "run", KNOWLEDGE, purpose="research") is YES


def test_what_the_parent_does_not_grant_the_child_cannot() -> None:
    child = model("open", parent("example/run-only"))
    assert truth(model("run-only"), "host", KNOWLEDGE) is NO
    assert truth(child, "host", KNOWLEDGE) is UNCLEAR
    assert truth(child, "run", KNOWLEDGE) is YES


def test_a_kind_that_the_parent_does_not_reach_leaves_the_child_free() -> None:
    child = model("open", parent("example/no-commerce", "delta"), component="delta")
    assert truth(child, "run", KNOWLEDGE, purpose="commercial") is YES


def test_a_kind_that_the_parent_may_reach_is_no_better_than_unclear_where_it_matters() -> None:
    child = model("open", parent("example/no-commerce", "adapter"), component="adapter")
    answer = ask(child, "run", KNOWLEDGE, purpose="commercial")
    assert answer.truth is UNCLEAR
    assert "may not reach this" in answer.headline
    assert truth(child, "run", KNOWLEDGE, purpose="research") is YES


def test_a_relation_whose_kind_was_not_said_joins_what_all_kinds_join() -> None:
    assert truth(
        model("open", parent("example/no-commerce", "derived")),
        "run",
        KNOWLEDGE,
        purpose="commercial",
    ) is NO  # fmt: skip


def test_an_unknown_parent_makes_yes_unclear_and_says_what_would_settle_it() -> None:
    answer = ask(model("open", parent("somebody/mystery")), "run", KNOWLEDGE)
    assert answer.truth is UNCLEAR
    assert "somebody/mystery" in answer.settles[0]
    assert truth(model("run-only", parent("somebody/mystery")), "share", KNOWLEDGE) is NO


def test_a_configuration_file_alone_never_decides_kinship() -> None:
    known = model("open", parent("example/no-commerce", "derived", How.CONFIG))
    unknown = model("open", parent("somebody/mystery", "derived", How.CONFIG))
    assert truth(known, "run", KNOWLEDGE, purpose="commercial") is UNCLEAR
    answer = ask(unknown, "run", KNOWLEDGE)
    assert answer.truth is YES
    assert "somebody/mystery" in answer.risks[0].text


def test_a_configuration_that_says_how_it_was_made_counts_as_a_declaration() -> None:
    relation = parent("example/named-beta", "adapter", How.CONFIG)
    merged = replace(relation, kind="merge")
    assert "name-prefix" in owed(ask(model("open", merged), "share", KNOWLEDGE))


def test_a_parent_under_the_same_license_adds_nothing() -> None:
    alone = ask(model("no-commerce"), "run", KNOWLEDGE)
    child = ask(model("no-commerce", parent("example/no-commerce")), "run", KNOWLEDGE)
    assert child == alone


def test_a_parents_published_terms_bind_although_the_childs_copy_was_changed() -> None:
    changed = text("no-commerce", departure("2", "not", ""))
    alone, child = model(changed), model(changed, parent("example/no-commerce"))
    assert truth(alone, "run", KNOWLEDGE, purpose="commercial") is UNCLEAR
    assert truth(child, "run", KNOWLEDGE, purpose="commercial") is NO


def test_undecided_and_contradicted_relations_are_unclear_where_they_matter() -> None:
    relation = parent("example/no-commerce")
    undecided = replace(relation, direction=Direction.UNDECIDED)
    contradicted = replace(relation, standing=Standing.CONTRADICTED)
    child = replace(relation, direction=Direction.B_FROM_A)
    for one, answer in ((undecided, UNCLEAR), (contradicted, UNCLEAR), (child, YES)):
        assert truth(model("open", one), "run", KNOWLEDGE, purpose="commercial") is answer


def test_a_release_that_names_itself_is_its_own_parent_and_adds_nothing() -> None:
    itself = model("open", parent("hf:tests/release"), parent("tests/Release", "derived"))
    found, alone = ask(itself, "run", KNOWLEDGE), ask(model("open"), "run", KNOWLEDGE)
    assert {risk.id for risk in found.risks} == {"own-parent"}
    assert replace(found, risks=()) == alone


def test_cycles_and_forty_parents_are_followed_once() -> None:
    parents = [parent("example/no-commerce", "merge") for _ in range(40)]
    strangers = [parent(f"somebody/model-{index}", "merge") for index in range(40)]
    back = Relation(kind="merge", a="example/no-commerce", b="release")
    answer = ask(model("open", *parents, back), "run", KNOWLEDGE, purpose="commercial")
    assert cited(answer) == {"no-commerce#2"}
    assert truth(model("open", *strangers), "run", KNOWLEDGE) is UNCLEAR


@pytest.mark.parametrize(
    ("one", "two", "answer"),
    [
        ("alike-one", "alike-two", NO),
        ("alike-one", "alike-three", YES),
        ("alike-one", "no-commerce", NO),
        ("named-alpha", "named-beta", NO),
        ("named-alpha", "named-alpha-2", YES),
    ],
)
def test_two_parents_whose_terms_cannot_both_be_met_close_sharing(
    one: str, two: str, answer: Truth
) -> None:
    merged = model("open", parent(f"example/{one}", "merge"), parent(f"example/{two}", "merge"))
    found = ask(merged, "share", KNOWLEDGE, purpose="research")
    assert found.truth is answer
    assert truth(merged, "run", KNOWLEDGE, purpose="research") is YES
    if answer is NO:
        assert {citation.license for citation in found.reasons[0].citations} == {one, two}


def test_a_label_that_grants_what_the_parent_withholds_is_found_with_both_sides() -> None:
    findings = find_rights(model("open", parent("example/no-commerce")), KNOWLEDGE)
    assert [one.code for one in findings] == ["HO401"]
    quotes = " ".join(side.quote for side in findings[0].sides)
    assert "license: open" in quotes
    assert "base_model: example/no-commerce" in quotes
    assert not find_rights(model("no-commerce", parent("example/no-commerce")), KNOWLEDGE)


def test_a_label_without_the_limits_of_the_parent_is_found_with_the_limit() -> None:
    (finding,) = find_rights(model("MIT", parent("google/gemma-3-12b-it", "quantised")))
    assert finding.code == "HO401"
    assert "sets limits that the label does not to: run (commercially)" in finding.text
    assert {How.CARD_METADATA, How.KNOWN} <= {side.how for side in finding.sides}
    assert not find_rights(model("MIT", parent("tiiuae/falcon-7b", "quantised")))


def test_the_terms_of_a_parent_that_was_read_are_compared_with_the_label() -> None:
    read = replace(parent("a/b", "adapter"), terms=grant("no-commerce"))
    (finding,) = find_rights(model("open", read, component="adapter"), KNOWLEDGE)
    assert finding.code == "HO402"
    assert "is under no-commerce, which does not plainly grant: run (commercially)" in finding.text


def test_an_unknown_parent_is_a_finding() -> None:
    assert [one.code for one in find_rights(model("open", parent("a/b")), KNOWLEDGE)] == ["HO403"]


def test_publishing_says_which_terms_go_with_each_kind_of_derivative() -> None:
    free = publishing(model("open"), KNOWLEDGE)
    bound = publishing(model("no-commerce"), KNOWLEDGE, "fine-tune")
    delta = publishing(model("no-commerce"), KNOWLEDGE, "delta")
    adapter = publishing(model("no-commerce"), KNOWLEDGE, "adapter")
    assert free.licenses == ("any",)
    assert bound.licenses == ("no-commerce",)
    assert (delta.licenses, delta.terms[0].reached) == (("any",), "no")
    assert delta.notes[0] == "the delta alone may carry a license of its own"
    assert "not settled" in adapter.notes[0]


def test_publishing_a_child_of_two_exclusive_licenses_leaves_no_license() -> None:
    merged = model("alike-one", parent("example/alike-two", "merge"))
    found = publishing(merged, KNOWLEDGE)
    assert (found.truth, found.licenses) == (NO, ())
    assert "alike-one and alike-two" in found.why
