"""People who look alike through the lens of the rules get the same decision."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from howopen.answer import Circumstances
from howopen.knowledge import default
from howopen.knowledge.actions import actions_of
from howopen.knowledge.licenses import license_ids
from howopen.release import LicenseReading
from howopen.rights import decide as room
from howopen.rights.asker import checked, contradiction
from howopen.rights.compile import compile_reading
from howopen.rights.lens import lens_of
from howopen.rights.tree import Every, Node, Parent
from howopen.rights.words import words_of

KNOWLEDGE = default()
WORDS = words_of(KNOWLEDGE)


def node(name: str) -> Node:
    ident, _, edition = name.partition("@")
    reading = LicenseReading(license=ident, edition=edition or None, via="tag")
    return compile_reading(reading, KNOWLEDGE, "weights").node


LEAVES = st.sampled_from(license_ids(KNOWLEDGE)).map(node)
NODES = LEAVES | st.tuples(LEAVES, LEAVES, st.booleans()).map(
    lambda two: Every(of=(two[0], Parent(of=two[1], sure=two[2], kind="fine-tune")))
)
NUMBERS = st.none() | st.sampled_from((0, 10**6, 10**6 + 1, 10**8 + 1, 7 * 10**8 + 1))
PEOPLE = st.builds(
    Circumstances,
    **{
        name: st.sampled_from((None, *WORDS.domains[name]))
        for name in ("purpose", "org", "role", "target", "kind")
    },
    based_in=st.sampled_from((None, "DE", "US", "CN", "GB", "EU", "EEA", "KR")),
    used_in=st.sampled_from((None, "DE", "US", "CN", "EU")),
    field=st.sampled_from((None, *WORDS.fields)),
    modality=st.sampled_from((None, "text", "image", "multimodal")),
    mau=NUMBERS,
    mau_at_release=NUMBERS,
    revenue=NUMBERS,
).filter(lambda who: contradiction(who, "", KNOWLEDGE) is None)


@settings(max_examples=300, deadline=None)
@given(NODES, st.sampled_from(sorted(actions_of(KNOWLEDGE).actions)), PEOPLE)
def test_a_decision_is_the_same_for_all_who_look_alike(
    one: Node, action: str, who: Circumstances
) -> None:
    asked = checked(who, action, KNOWLEDGE)
    put = WORDS.actions[action].like or action
    bare = room._decide.__wrapped__(one, put, asked, WORDS)
    assert room.decide(one, action, asked, WORDS) == bare


def test_what_no_rule_names_makes_no_difference() -> None:
    lens = lens_of(node("MIT"), "run", WORDS)
    assert lens(Circumstances(mau=5, field="medical", based_in="DE")) == lens(Circumstances())


def test_only_the_threshold_of_a_number_matters() -> None:
    lens = lens_of(node("llama-2"), "host", WORDS)
    assert lens(Circumstances(mau_at_release=1)) == lens(Circumstances(mau_at_release=700_000_000))
    assert lens(Circumstances(mau_at_release=700_000_001)) != lens(Circumstances(mau_at_release=1))
