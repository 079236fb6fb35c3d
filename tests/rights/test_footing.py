"""On what the terms behind an answer can bind (M22): said on every answer, and never a truth."""

from __future__ import annotations

import pytest

from howopen.answer import Truth
from howopen.knowledge import default
from howopen.knowledge.actions import actions_of
from howopen.knowledge.footing import footings_of
from howopen.knowledge.licenses import License, license_ids
from howopen.rights import may
from tests.rights.build import ask, grant, model


@pytest.mark.parametrize(
    "action", sorted(name for name, one in actions_of(default()).actions.items() if not one.like)
)
@pytest.mark.parametrize("license_id", ["llama-2", "MIT", "CC-BY-NC-4.0", "unheard-of"])
def test_every_answer_that_rests_on_terms_says_on_what_they_can_bind(
    license_id: str, action: str
) -> None:
    assert ask(model(license_id), action).footing


def test_what_protects_weights_differs_from_what_protects_code() -> None:
    (weights,) = ask(model("MIT"), "run").footing
    code_release = model("MIT", component="inference-code")
    (code,) = may(code_release, "run", component="inference-code").footing
    assert "(unsettled)" in weights
    assert "(firm)" in code


def test_a_ban_on_training_with_outputs_stands_on_other_ground_than_the_model() -> None:
    answer = ask(model("llama-2"), "train-on-outputs", target="other-llm")
    assert answer.truth is Truth.NO
    contract = [line for line in answer.footing if "on contract" in line]
    assert contract
    assert "outputs" in contract[0]
    assert "(unsettled)" in contract[0]


def test_a_license_that_nobody_has_read_says_so() -> None:
    assert all("was not read" in line for line in ask(model("unheard-of"), "run").footing)


def test_without_terms_a_no_stands_on_copyright_alone() -> None:
    silent = model(grant("MIT"))
    bare = silent.parts[0].__class__(
        id="weights", component=silent.parts[0].component, presence=silent.parts[0].presence
    )
    found = ask(silent.__class__(ref="x", kind=silent.kind, name="x", parts=(bare,)), "share")
    assert found.truth is Truth.NO
    assert found.footing == (
        "without terms only copyright can forbid it (unsettled): "
        + footings_of(default()).by_id["copyright"].weights.says,
    )


@pytest.mark.parametrize("name", license_ids(default()))
def test_every_license_names_footings_that_are_known(name: str) -> None:
    found = default().entry("licenses", name, License)
    known = footings_of(default())
    assert found.footing
    assert set(found.footing) <= set(known.by_id)
    assert found.acceptance in known.acceptance
