"""Laws that decisions obey for whatever licenses are joined."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from howopen.answer import Circumstances
from howopen.knowledge import default
from howopen.knowledge.actions import actions_of
from howopen.release import LicenseReading
from howopen.rights.asker import checked, contradiction
from howopen.rights.compile import compile_reading
from howopen.rights.decide import decide
from howopen.rights.tree import Choice, Every, Node, OneOf, Parent
from howopen.rights.words import words_of

KNOWLEDGE = default()
WORDS = words_of(KNOWLEDGE)
FEW = settings(max_examples=60, deadline=None)


def node(name: str) -> Node:
    reading = LicenseReading(license=name, via="tag")
    return compile_reading(reading, KNOWLEDGE, "weights").node


NODES = st.sampled_from(
    [
        node(name)
        for name in (
            "MIT",
            "Apache-2.0",
            "llama-2",
            "llama-3.1",
            "llama-3.2",
            "gemma",
            "CC-BY-NC-4.0",
            "CC-BY-SA-4.0",
            "flux-1-dev",
            "creativeml-openrail-m",
            "GPL-2.0-only",
            "unheard-of",
        )
    ]
)
ACTIONS = st.sampled_from(sorted(actions_of(KNOWLEDGE).actions))
PEOPLE = st.builds(
    Circumstances,
    purpose=st.sampled_from((None, *WORDS.domains["purpose"])),
    org=st.sampled_from((None, *WORDS.domains["org"])),
    target=st.sampled_from((None, *WORDS.domains["target"])),
    based_in=st.sampled_from((None, "DE", "US", "EU")),
    mau_at_release=st.sampled_from((None, 10, 10**9)),
    modality=st.sampled_from((None, "text", "multimodal")),
).filter(lambda who: contradiction(who, "", KNOWLEDGE) is None)


def rank(one: Node, action: str, who: Circumstances) -> int:
    return decide(one, action, checked(who, action, KNOWLEDGE), WORDS).rank


@FEW
@given(NODES, NODES, ACTIONS, PEOPLE)
def test_more_terms_never_allow_more(one: Node, two: Node, action: str, who: Circumstances) -> None:
    both = rank(Every(of=(one, two)), action, who)
    assert both <= min(rank(one, action, who), rank(two, action, who))


@FEW
@given(NODES, NODES, ACTIONS, PEOPLE)
def test_a_choice_is_as_good_as_its_best_branch(
    one: Node, two: Node, action: str, who: Circumstances
) -> None:
    choice = rank(Choice(of=(one, two)), action, who)
    assert choice == max(rank(one, action, who), rank(two, action, who))


@FEW
@given(NODES, NODES, ACTIONS, PEOPLE)
def test_not_knowing_which_terms_bind_is_never_better_than_the_worst_unless_all_agree(
    one: Node, two: Node, action: str, who: Circumstances
) -> None:
    ranks = {rank(one, action, who), rank(two, action, who)}
    found = rank(OneOf(of=(one, two)), action, who)
    assert found <= (1 if len(ranks) > 1 else min(ranks))


@FEW
@given(NODES, ACTIONS, PEOPLE)
def test_a_parent_in_doubt_never_gives_a_no_and_never_improves_an_answer(
    one: Node, action: str, who: Circumstances
) -> None:
    sure = rank(Parent(of=one, sure=True), action, who)
    doubted = rank(Parent(of=one, sure=False), action, who)
    assert doubted == max(sure, 1)


@FEW
@given(NODES, ACTIONS, PEOPLE)
def test_saying_more_never_turns_a_no_into_a_yes(
    one: Node, action: str, who: Circumstances
) -> None:
    anyone = rank(one, action, Circumstances(role=who.role))
    if anyone == 0:
        assert rank(one, action, who) == 0
