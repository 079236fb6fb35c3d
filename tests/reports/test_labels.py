"""How licenses, grants and places are said."""

from __future__ import annotations

import pytest

from howopen.release import AllOf, AnyOf, Grant, Scope, Single
from howopen.reports.labels import grant_label, license_label, place_of, terms_label
from howopen.reports.shades import shade_of
from tests.reports import sample


def test_a_tree_of_terms_is_said_with_brackets_where_or_is_inside_and() -> None:
    assert sample.TREE.terms is not None
    said = "MIT, modified in 2 places AND (Apache-2.0 OR one of gemma, qwen)"
    assert terms_label(sample.TREE.terms) == said


def test_a_modified_text_is_never_said_like_the_published_one() -> None:
    assert license_label(sample.MIT) == "MIT, modified in 2 places"


def test_unstated_terms_and_terms_not_read_are_told_apart() -> None:
    assert grant_label(sample.NONE) == "no license stated"
    assert grant_label(None) == "terms not read"


def test_incorporated_texts_are_named_with_the_terms() -> None:
    assert grant_label(sample.GRANT) == "llama-2 with llama-2-use-policy"


def test_a_place_is_a_file_with_its_lines() -> None:
    assert place_of(sample.TWO) == "LICENSE:57-64"
    assert place_of(sample.CARD) == "README.md:2"


@pytest.mark.parametrize(
    ("grant", "shade"),
    [
        (Grant(scope=Scope.STATED, terms=Single(reading=sample.APACHE)), "open"),
        (sample.GRANT, "conditions"),
        (sample.NONE, "unstated"),
        (sample.TREE, "unknown"),
        (None, "unknown"),
    ],
)
def test_the_shade_is_that_of_the_terms(grant: Grant | None, shade: str) -> None:
    assert shade_of(grant) == shade


def test_a_choice_is_as_open_as_its_best_branch_and_a_sum_as_its_worst() -> None:
    both = (Single(reading=sample.APACHE), Single(reading=sample.LLAMA))
    assert shade_of(Grant(scope=Scope.STATED, terms=AnyOf(of=both))) == "open"
    assert shade_of(Grant(scope=Scope.STATED, terms=AllOf(of=both))) == "conditions"
