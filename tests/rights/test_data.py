"""Risks from data: its terms, whose material it holds, which service made it, and through whom."""

from __future__ import annotations

from msgspec.structs import replace

from howopen.answer import Answer, Risk, Truth
from howopen.inventory.making import MADE_WITH
from howopen.release import (
    Component,
    Fact,
    Grant,
    How,
    Part,
    Presence,
    Relation,
    Release,
    ReleaseKind,
)
from tests.rights.build import ask, grant, model, parent, part, said


def named(name: str, terms: Grant | None = None, made: str = "") -> Part:
    """Data that a card names, perhaps with what it says of how it was made."""
    seen = (said(f"generated with {made}", How.CARD_PROSE),)
    facts = (Fact(name=MADE_WITH, value=made, evidence=seen),) if made else ()
    return Part(
        id=f"training-data/{name}",
        component=Component.TRAINING_DATA,
        presence=Presence.ELSEWHERE,
        name=name,
        grant=terms,
        facts=facts,
        evidence=(said(f"datasets: {name}"),),
    )


def trained(*data: Part, by: Relation | None = None) -> Release:
    release = model("Apache-2.0", *((by,) if by else ()))
    return replace(release, parts=(*release.parts, *data))


def risks(answer: Answer, ident: str) -> list[Risk]:
    return [one for one in answer.risks if one.id == ident]


def test_outputs_of_a_service_are_a_risk_of_research_too_and_cite_the_clause() -> None:
    found = ask(trained(named("tatsu-lab/alpaca")), "run", purpose="research", org="academic")
    assert found.truth is Truth.YES
    (risk,) = risks(found, "data-generated")
    assert "Alpaca" in risk.text
    assert "OpenAI, or a court, would have to decide" in risk.text
    assert "openai-terms-of-use@2023-03-14#2(c)(iii)" in {one.ref for one in risk.citations}
    assert all(one.says for one in risk.citations)


def test_all_data_of_one_service_is_one_risk() -> None:
    names = ("tatsu-lab/alpaca", "somebody/sharegpt_copy", "WizardLM/evol_instruct_70k")
    found = ask(trained(*map(named, names)), "run", purpose="research")
    (risk,) = risks(found, "data-generated")
    assert "Alpaca, somebody/sharegpt_copy (by its name ShareGPT) and Evol-Instruct" in risk.text


def test_what_the_card_says_of_making_is_a_risk_with_its_words() -> None:
    found = ask(trained(named("", made="Google Gemini")), "run", purpose="commercial")
    (risk,) = risks(found, "data-generated")
    assert "the data it was trained on" in risk.text
    assert [one.license for one in risk.citations] == ["gemini-api-additional-terms"]
    assert "generated with Google Gemini" in {one.quote for one in risk.evidence}


def test_terms_nobody_has_read_are_said_to_be_not_at_hand() -> None:
    (risk,) = risks(ask(trained(named("", made="Anthropic")), "run"), "data-generated")
    assert "not at hand" in risk.text
    assert not risk.citations


def test_a_data_set_made_with_a_service_is_a_risk_to_who_trains_on_it() -> None:
    data = replace(named("", grant("Apache-2.0"), made="OpenAI"), presence=Presence.HERE)
    release = replace(model("Apache-2.0"), kind=ReleaseKind.DATASET, parts=(data,))
    found = ask(release, "train-on-data", purpose="commercial")
    assert found.truth is Truth.YES
    (risk,) = risks(found, "data-generated")
    assert "in this data" in risk.text


def test_terms_against_commerce_are_a_risk_of_commerce_alone() -> None:
    release = trained(named("somebody/poems", grant("CC-BY-NC-4.0")))
    commercial = ask(release, "run", purpose="commercial")
    assert commercial.truth is Truth.YES
    assert len(risks(commercial, "data-terms")) == 1
    assert risks(ask(release, "run", purpose="research"), "data-terms") == []


def test_one_statement_on_data_of_two_kinds_is_one_risk() -> None:
    both = [
        part(component, grant("CC-BY-NC-4.0"))
        for component in ("training-data", "post-training-data")
    ]
    assert len(risks(ask(trained(*both), "run", purpose="commercial"), "data-terms")) == 1


def test_the_data_of_a_parent_is_a_risk_with_the_path() -> None:
    tuned = trained(by=parent("EleutherAI/pythia-12b-deduped"))
    found = ask(tuned, "run", purpose="commercial")
    assert found.truth is Truth.YES
    (risk,) = risks(found, "data-owners")
    assert "The Pile, on which its parent Pythia was trained" in risk.text
    assert "Common Crawl" in risk.text


def test_data_that_parent_and_child_name_is_one_risk() -> None:
    tuned = trained(named("the Pile"), by=parent("EleutherAI/pythia-12b-deduped"))
    assert len(risks(ask(tuned, "run"), "data-owners")) == 1


def test_data_it_says_it_was_not_trained_on_is_no_risk() -> None:
    absent = replace(named("tatsu-lab/alpaca"), presence=Presence.SAID_ABSENT)
    assert risks(ask(trained(absent), "run"), "data-generated") == []


def test_a_use_that_takes_no_model_along_has_no_risk_from_data() -> None:
    assert risks(ask(trained(named("tatsu-lab/alpaca")), "study"), "data-generated") == []
