"""What conditions, duties and headlines say: whole sentences, each thing once, all of it cited."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from howopen.answer import Answer, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.actions import actions_of
from howopen.release import Component, Part, Presence, Release, ReleaseKind
from howopen.rights import may, publishing
from tests.rights.build import ask, cited, grant, model, owed, parent, tag, text

KNOWLEDGE = Knowledge(Path(__file__).parent / "knowledge")


def texts(answer: Answer) -> list[str]:
    return [one.text for one in answer.conditions]


@pytest.mark.parametrize("license_id", ["CC-BY-NC-4.0", "flux-1-dev"])
def test_a_noncommercial_grant_says_what_makes_it_yes_and_where_it_is_unclear(
    license_id: str,
) -> None:
    said = texts(ask(model(text(license_id)), "run"))
    assert said[0] == (
        "if the purpose is research or personal; not for commercial use; unclear for internal use"
    )
    assert said[-1] == (
        "if it is not so that the purpose is research and you are a company (there it is unclear)"
    )


def test_every_condition_of_every_read_license_begins_alike_and_reads_as_one_sentence() -> None:
    names = [one for one in default().ids("licenses") if "policy" not in one]
    for name in names:
        license_id, _, edition = name.partition("@")
        release = model(tag(license_id, edition or None))
        for action in actions_of(default()).actions:
            for said in texts(ask(release, action)):
                assert said.startswith("if "), (name, action, said)
                assert "but not if" not in said, (name, action, said)
                assert not said.rstrip().endswith((":", ";", "if", "is")), (name, action, said)


def test_fields_of_use_are_counted_and_the_gravest_come_first() -> None:
    answer = ask(model(text("llama-2")), "run")
    field = next(one for one in answer.conditions if one.id == "field")
    assert field.text.startswith("if the use is for none of 19 prohibited fields: harm to minors;")
    barred, _, unclear = field.text.partition(" (unclear for ")
    assert barred.count(";") == 18
    assert "sexual content" in unclear
    assert "medical" not in field.text
    licensed = next(one for one in answer.conditions if "medical" in one.text)
    assert "license or authorization that the profession needs" in licensed.text


def test_a_clause_that_withholds_marks_is_not_said_to_forbid() -> None:
    answer = ask(model("Apache-2.0"), "use-name")
    assert answer.truth is Truth.NO
    assert "clause 6 of Apache License 2.0 gives no right to the names" in answer.headline
    assert "except to say where the Work comes from" in answer.headline


def test_what_a_policy_says_is_cited_with_the_clause_that_takes_it_in() -> None:
    barred = ask(model(text("llama-2")), "run", field="military")
    assert barred.truth is Truth.NO
    assert "llama-2#1.b.iv" in cited(barred)
    open_ = next(one for one in ask(model(text("llama-2")), "run").conditions if one.id == "field")
    assert "llama-2#1.b.iv" in {one.ref for one in open_.citations}


@pytest.mark.parametrize("action", ["distil", "train-on-outputs"])
def test_training_on_outputs_makes_its_own_kind_of_derivative(action: str) -> None:
    duties = {one.id: one for one in ask(model("llama-3.1"), action).duties}
    assert not duties["display"].certain
    assert duties["name-prefix"].certain


def test_a_duty_that_is_certain_is_not_also_possible() -> None:
    for name in ("llama-2", "llama-3.1", "gemma", "CC-BY-SA-4.0", "GPL-3.0-only", "flux-1-dev"):
        for action in ("share", "share-derivative", "host", "embed", "train-on-outputs"):
            duties = ask(model(name), action).duties
            plain = [(one.id, one.text.rpartition("leaves it open): ")[2]) for one in duties]
            assert len(set(plain)) == len(plain), (name, action)
            for one in duties:
                assert one.certain is not one.text.startswith("possibly"), (name, action, one)


def test_a_duty_in_general_goes_into_the_same_duty_in_particular() -> None:
    said = [one.text for one in ask(model("CC-BY-NC-4.0"), "share").duties if one.id == "attribute"]
    assert len(said) == 1
    assert "link to the material" in said[0]


def test_a_limit_that_asks_for_a_professional_license_is_a_condition_and_no_doubt() -> None:
    release = model("licensed-practice")
    medical = ask(release, "run", KNOWLEDGE, field="medical")
    assert medical.truth is Truth.YES
    assert texts(medical) == ["if this holds: You have the license"]
    assert not texts(ask(release, "run", KNOWLEDGE, field="legal"))


def lone(license_id: str | None) -> Release:
    weights = Part(
        id="weights",
        component=Component.WEIGHTS,
        presence=Presence.NOT_FOUND,
        grant=grant(text(license_id)) if license_id else None,
    )
    return Release(ref="LICENSE", kind=ReleaseKind.MODEL, name="LICENSE", parts=(weights,))


def test_a_lone_license_is_answered_with_the_warning_that_nothing_is_there() -> None:
    alone = ask(lone("llama-2"), "train-on-outputs", target="other-llm")
    beside = ask(model(text("llama-2")), "train-on-outputs", target="other-llm")
    assert (alone.truth, alone.headline) == (beside.truth, beside.headline)
    assert [one.id for one in alone.risks] == ["nothing-here"]
    assert "whatever they are put on" in alone.risks[0].text
    assert may(lone(None), "run").truth is Truth.NA


def test_a_tag_of_several_editions_takes_the_newest_of_the_day() -> None:
    day = dt.date(2024, 12, 31)
    early = ask(model("gemma"), "run", default(), as_of=day)  # type: ignore[arg-type]  # a date
    late = ask(model("gemma"), "run", default(), as_of=dt.date(2026, 1, 1))  # type: ignore[arg-type]  # a date
    assert (early.truth, late.truth) == (Truth.YES, Truth.YES)
    assert "gemma@2024-04-01#2.2" in cited(early)
    assert "gemma@2025-03-24#2.2" in cited(late)
    assert "newest that was published by 2024-12-31, 2024-04-01" in early.reasons[-1].text
    assert ask(model("gemma"), "share").truth is Truth.YES


def test_a_date_before_the_edition_is_a_risk() -> None:
    before = ask(model("llama-3.1"), "run", default(), as_of=dt.date(2024, 1, 1))  # type: ignore[arg-type]  # a date
    after = ask(model("llama-3.1"), "run", default(), as_of=dt.date(2025, 1, 1))  # type: ignore[arg-type]  # a date
    assert [one.id for one in before.risks] == ["before-release"]
    assert "2024-01-01 lies before" in before.risks[0].text
    assert not after.risks


def test_publishing_says_under_which_conditions_and_how_far_duties_go() -> None:
    found = publishing(model("llama-2"), default(), "adapter")
    assert "you may publish a derivative (adapter)" in found.headline
    assert any("only if your monthly active users" in note for note in found.notes)
    assert any("owed as far as the terms of llama-2 reach it" in note for note in found.notes)


def test_publishing_from_nothing_says_no_more_than_that() -> None:
    empty = Release(ref="r", kind=ReleaseKind.MODEL, name="r")
    found = publishing(empty, default(), "delta")
    assert (found.truth, found.notes, found.terms) == (Truth.NA, (), ())
    assert "no weights found" in found.headline


def test_terms_that_lie_at_no_known_place_are_not_said_to_lie_at_another_place() -> None:
    away = Part(id="weights", component=Component.WEIGHTS, presence=Presence.ELSEWHERE)
    answer = may(Release(ref="r", kind=ReleaseKind.MODEL, name="r", parts=(away,)), "run")
    assert "nothing says where that is" in answer.headline
    assert answer.settles == ("a REF of the place where it lies",)


def test_a_parent_brings_its_duties_once() -> None:
    child = model("Apache-2.0", parent("meta-llama/Llama-2-7b-hf"))
    assert "give-copy" in owed(ask(child, "share"))


def test_what_a_prohibition_leaves_open_is_not_said_to_be_merely_unclear() -> None:
    said = texts(ask(model("llama-3.2"), "run", based_in="DE"))
    modality = next(one for one in said if "modality" in one)
    assert modality.startswith("if the model's modality is not audio, image, multimodal or video")
    assert modality.endswith("(there it is unclear at best)")
    person = ask(model("llama-3.2"), "run", based_in="DE", modality="multimodal", org="person")
    assert person.truth is Truth.NO
