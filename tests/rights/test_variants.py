"""Several models in one release: one table for those whose terms are alike, named where not."""

from __future__ import annotations

import time
from pathlib import Path

from howopen.answer import Answer, Circumstances, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.actions import actions_of
from howopen.release import Part, Relation, Release, ReleaseKind, Variant
from howopen.rights import may, rights_by_variant, rights_table
from tests.rights.build import REF, grant, part, said

KNOWLEDGE = Knowledge(Path(__file__).parent / "knowledge")
ACTIONS = sum(not one.like for one in actions_of(KNOWLEDGE).actions.values())


def several(*parts: Part, relations: tuple[Relation, ...] = ()) -> Release:
    names = dict.fromkeys(one.variant for one in parts if one.variant)
    return Release(
        ref=REF,
        kind=ReleaseKind.MODEL,
        name="tests/release",
        variants=tuple(Variant(id=name, name=name) for name in names),
        parts=parts,
        relations=relations,
    )


def tables(release: Release, who: Circumstances | None = None) -> list[tuple[Answer, ...]]:
    found = rights_by_variant(release, who or Circumstances(), KNOWLEDGE)
    return [found[at : at + ACTIONS] for at in range(0, len(found), ACTIONS)]


def test_models_under_the_same_terms_share_one_table_that_names_them_all() -> None:
    release = several(*(part("weights", grant("open"), name) for name in "abc"))
    (table,) = tables(release)
    assert {(one.variant, one.variants) for one in table} == {(None, ("a", "b", "c"))}
    assert table[0].truth is Truth.YES


def test_a_release_of_one_model_has_the_plain_table() -> None:
    release = several(part("weights", grant("open")))
    assert tables(release) == [rights_table(release, knowledge=KNOWLEDGE)]


def test_models_under_other_terms_get_a_table_of_their_own() -> None:
    terms = {"a": "open", "b": "no-commerce", "c": "open"}
    release = several(*(part("weights", grant(term), name) for name, term in terms.items()))
    one, two = tables(release, Circumstances(purpose="commercial"))
    assert [(table[0].variant, table[0].variants) for table in (one, two)] == [
        ("a", ("a", "c")),
        ("b", ()),
    ]
    assert (one[0].truth, two[0].truth) == (Truth.YES, Truth.NO)


def test_a_parent_of_one_model_alone_sets_it_apart() -> None:
    relation = Relation(
        kind="fine-tune",
        a=REF,
        b="example/no-commerce",
        variant="b",
        evidence=(said("base_model: example/no-commerce"),),
    )
    parts = (part("weights", grant("open"), "a"), part("weights", grant("open"), "b"))
    one, two = tables(several(*parts, relations=(relation,)), Circumstances(purpose="commercial"))
    assert (one[0].truth, two[0].truth) == (Truth.YES, Truth.NO)


def test_more_groups_than_are_answered_are_named() -> None:
    urls = [part("weights", grant(f"unheard-of-{at}"), f"m{at}") for at in range(15)]
    found = tables(several(*urls))
    assert len(found) == 12
    assert "m12, m13, m14" in found[-1][0].reasons[-1].text
    assert "m12" not in str(found[0])


def test_models_that_are_not_there_share_one_answer_that_comes_last() -> None:
    cards = tuple(part("model-card", grant("open"), name) for name in "abc")
    absent, present = cards, part("weights", grant("open"), "z")
    one, two = tables(several(*absent, present))
    assert one[0].variant == "z"
    assert (two[0].truth, two[0].variants) == (Truth.NA, ("a", "b", "c"))
    assert "no weights found for 3 models" in two[0].headline


def test_hundreds_of_models_are_answered_in_a_moment() -> None:
    terms = ("Apache-2.0", "llama-3.1", "CC-BY-NC-4.0", "MIT")
    parts = [part("weights", grant(terms[at % 4]), f"m{at}") for at in range(264)]
    release = several(*parts)
    rights_by_variant(several(*parts[:8]), knowledge=default())
    start = time.perf_counter()
    found = rights_by_variant(release, knowledge=default())
    assert time.perf_counter() - start < 1
    assert len(found) == 4 * ACTIONS


def test_what_only_some_models_ask_names_them() -> None:
    terms = {"a": "open", "b": "no-commerce", "c": "open-with-notice"}
    release = several(*(part("weights", grant(term), name) for name, term in terms.items()))
    answer = may(release, "share", knowledge=KNOWLEDGE)
    assert [one.text for one in answer.conditions] == ["if the purpose is not commercial (for b)"]
    assert [one.text for one in answer.duties] == ["keep copyright and license notices (for c)"]


def test_what_belongs_to_no_named_model_is_called_other() -> None:
    parts = (part("weights", grant("no-commerce")), part("weights", grant("open"), "a"))
    answer = may(several(*parts), "run", Circumstances(purpose="commercial"), knowledge=KNOWLEDGE)
    assert "(no for other weights; yes for a)" in answer.headline
