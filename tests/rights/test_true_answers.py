"""True answers, checked against the texts of the licenses by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import howopen
from howopen.answer import Circumstances, Truth
from tests.rights.build import ask, cited, model, owed, parent, truth

YES, NO, UNCLEAR = Truth.YES, Truth.NO, Truth.UNCLEAR


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("other-model", UNCLEAR),
        ("not-a-language-model", YES),
        ("other-llm", NO),
        ("own-derivative", YES),
    ],
)
def test_llama_2_outputs_may_train_what_is_no_other_language_model(
    target: str, answer: Truth
) -> None:
    assert truth(model("llama-2"), "train-on-outputs", target=target) is answer


def test_a_small_encoder_is_unclear_because_two_words_are_not_defined() -> None:
    answer = ask(model("llama-2"), "train-on-outputs", target="other-model")
    doubts = " ".join(below.text for reason in answer.reasons for below in reason.because)
    assert "llama-2#1.b.v" in cited(answer)
    assert "large language model" in doubts
    assert "improve" in doubts
    assert answer.settles


def test_research_is_no_exception_to_the_ban_of_llama_2() -> None:
    answer = ask(model("llama-2"), "train-on-outputs", target="other-llm", purpose="research")
    assert answer.truth is NO
    assert cited(answer) == {"llama-2#1.b.v"}


def test_llama_3_1_outputs_may_train_another_model_whose_name_must_begin_with_llama() -> None:
    answer = ask(model("llama-3.1"), "train-on-outputs", target="other-llm")
    duties = owed(answer)
    assert answer.truth is YES
    assert duties["name-prefix"].endswith(": Llama")
    assert duties["display"].startswith("possibly")
    assert "notice-file" not in duties


def test_the_user_gate_of_llama_2_is_tested_once() -> None:
    then, now = 600_000_000, 900_000_000
    assert truth(model("llama-2"), "run", org="company", mau_at_release=then, mau=now) is YES


def test_users_today_do_not_settle_a_gate_at_release() -> None:
    answer = ask(model("llama-2"), "run", mau=900_000_000)
    gate = [one for one in answer.conditions if one.id == "mau_at_release"]
    assert answer.truth is YES
    assert "in the month before 2023-07-18 were at most 700,000,000" in gate[0].text
    assert "affiliates included" in gate[0].text


@pytest.mark.parametrize("action", ["run", "study", "fine-tune", "share", "use-outputs"])
def test_where_the_gate_is_met_no_right_may_be_exercised(action: str) -> None:
    answer = ask(model("llama-2"), action, mau_at_release=800_000_000, purpose="research")
    assert answer.truth is NO
    assert cited(answer) == {"llama-2#2"}


@pytest.mark.parametrize(
    ("org", "role", "modality", "answer"),
    [
        ("company", None, "multimodal", NO),
        ("person", None, "multimodal", NO),
        ("academic", None, "multimodal", UNCLEAR),
        ("government", None, "multimodal", UNCLEAR),
        ("company", "end-user", "multimodal", YES),
        ("company", None, "text", YES),
    ],
)
def test_llama_3_2_vision_in_the_eu(
    org: str, role: str | None, modality: str, answer: Truth
) -> None:
    where = "DE"
    found = truth(model("llama-3.2"), "run", org=org, modality=modality, based_in=where, role=role)
    assert found is answer


def test_llama_3_2_vision_outside_the_eu_is_open_to_companies() -> None:
    assert (
        truth(model("llama-3.2"), "run", org="company", modality="multimodal", based_in="US") is YES
    )


def test_a_vision_release_is_told_from_its_declared_parent() -> None:
    vision = model("llama-3.2", parent("meta-llama/Llama-3.2-11B-Vision"))
    assert truth(vision, "run", org="company", based_in="FR") is NO


@pytest.mark.parametrize(
    ("action", "purpose", "answer"),
    [("run", "commercial", NO), ("share", "commercial", NO), ("share", "personal", YES)],
)
def test_apache_on_an_adapter_over_flux_dev_does_not_lift_its_restrictions(
    action: str, purpose: str, answer: Truth
) -> None:
    adapter = model(
        "Apache-2.0", parent("black-forest-labs/FLUX.1-dev", "adapter"), component="adapter"
    )
    assert truth(adapter, action, purpose=purpose) is answer


@pytest.mark.parametrize("base", ["huggyllama/llama-7b"])
def test_an_adapter_over_llama_1_alone_is_unclear(base: str) -> None:
    adapter = model("Apache-2.0", parent(base, "adapter"), component="adapter")
    assert truth(adapter, "run", purpose="commercial") is UNCLEAR


def test_gemma_terms_run_with_a_quantised_fine_tune_labelled_apache() -> None:
    gguf = model("Apache-2.0", parent("google/gemma-2-9b", "quantised"))
    answer = ask(gguf, "share")
    wanted = {"pass-on-restrictions", "give-copy", "state-changes", "notice-file"}
    assert answer.truth is YES
    assert wanted <= set(owed(answer))
    assert any(one.via for duty in answer.duties for one in duty.citations)
    relicense = ask(gguf, "relicense")
    assert any("do not conflict" in one.text for one in relicense.conditions)


@pytest.mark.shared
def test_a_vision_variant_is_multimodal_by_its_name(shared_root: Path) -> None:
    folder = shared_root / "corpus/releases/meta-llama__llama-models__llama3_2"
    report = howopen.inspect(folder)

    def run(who: Circumstances) -> str:
        return report.may("run", variant="vision", who=who).truth

    assert run(Circumstances(based_in="DE", org="company")) == "no"
    assert run(Circumstances(based_in="DE", role="end-user")) == "yes"
    assert run(Circumstances(based_in="DE", org="academic")) == "unclear"
    assert run(Circumstances(based_in="US", org="company")) == "yes"
    assert run(Circumstances(based_in="DE", org="company", modality="text")) == "yes"
