"""Questions that contradict themselves are refused, with what to ask instead."""

from __future__ import annotations

import pytest

from howopen.answer import Circumstances, Truth
from howopen.errors import QuestionError, UnknownTermError
from howopen.rights import may, rights_table
from tests.rights.build import model

MODEL = model("llama-2")


@pytest.mark.parametrize("org", ["company", "academic", "government", "military"])
def test_an_organization_has_no_personal_purpose(org: str) -> None:
    with pytest.raises(QuestionError, match="--purpose internal"):
        may(MODEL, "run", Circumstances(purpose="personal", org=org))
    assert may(MODEL, "run", Circumstances(purpose="personal", org="person")).truth is Truth.YES


def test_an_action_makes_only_its_own_kind_of_derivative() -> None:
    with pytest.raises(QuestionError, match="makes a fine-tune, an adapter or a delta"):
        may(MODEL, "fine-tune", Circumstances(kind="quantised"))
    assert may(MODEL, "fine-tune", Circumstances(kind="adapter")).truth is Truth.YES


def test_in_a_table_what_cannot_be_asked_does_not_apply() -> None:
    table = {one.action: one for one in rights_table(MODEL, Circumstances(kind="quantised"))}
    assert table["fine-tune"].truth is Truth.NA
    assert table["share-derivative"].truth is Truth.YES


@pytest.mark.parametrize(
    ("circumstance", "value", "near"),
    [
        ("based_in", "QQ", "ISO 3166"),
        ("field", "medicine", "medical"),
        ("org", "companies", "company"),
    ],
)
def test_a_word_nobody_knows_gets_near_ones(circumstance: str, value: str, near: str) -> None:
    with pytest.raises(UnknownTermError, match=near):
        may(MODEL, "run", Circumstances(**{circumstance: value}))  # type: ignore[arg-type]  # a keyword


def test_an_unknown_action_gets_near_ones() -> None:
    with pytest.raises(UnknownTermError, match="train-on-outputs"):
        may(MODEL, "train-on-output")
