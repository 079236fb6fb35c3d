"""Two definitions on one release: the criteria that make the difference, both ways."""

from __future__ import annotations

import pytest

from howopen.answer import Truth
from howopen.errors import UnknownTermError
from howopen.knowledge import default
from howopen.openness import Comparison, compare
from howopen.release import Release
from tests.openness.build import all_open, part, release


def why(given: Release, first: str, second: str) -> Comparison:
    return compare(given, default(), first, second)


def test_a_license_makes_the_difference_between_the_gradient_and_lambert() -> None:
    found = why(release(part("weights", "llama-2")), "lambert-2023", "gradient-2023")
    assert not found.agree
    only = [each.id for each in found.differences if each.definition == "lambert-2023"]
    assert only == ["unrestricted"]
    assert found.differences[0].reasons


def test_what_the_other_definition_asks_nothing_about_is_said_so() -> None:
    found = why(release(part("weights", "MIT")), "gradient-2023", "lambert-2023")
    data = next(each for each in found.differences if each.id == "training-data")
    assert (data.definition, data.other, data.otherwise) == ("gradient-2023", "lambert-2023", ())


def test_what_the_other_asks_instead_is_named_with_how_it_came_out() -> None:
    # a license that the Open Definition lists and the OSI has not ruled on
    found = why(release(part("weights", "CC-BY-4.0")), "osaid-1.0", "mot-2026")
    terms = next(each for each in found.differences if each.id == "parameters-terms")
    assert [(each.id, each.truth) for each in terms.otherwise] == [("weights", Truth.YES)]


def test_what_both_stumble_over_makes_no_difference() -> None:
    found = why(release(part("weights", "llama-2")), "osaid-1.0", "mot-2026")
    assert ("parameters-terms", "weights") in found.shared
    assert not [each for each in found.differences if each.id in {"parameters-terms", "weights"}]


def test_both_ways_give_the_same_differences() -> None:
    given = release(part("weights", "CC-BY-4.0"), part("training-code", "MIT"))
    one, other = why(given, "osaid-1.0", "g7-2026"), why(given, "g7-2026", "osaid-1.0")
    assert set(one.differences) == set(other.differences)


def test_two_definitions_that_are_both_met_have_no_difference() -> None:
    found = why(release(*all_open("MIT")), "lambert-2023", "redhat-2023")
    assert found.agree is (found.first.level == found.second.level)
    assert found.differences == ()


def test_two_editions_of_one_definition_can_be_compared() -> None:
    given = release(part("weights", "Apache-2.0"), part("architecture", "Apache-2.0"))
    found = why(given, "mot-2024-10", "mot-2026")
    assert not found.agree
    assert "Qualified" in found.first.level
    assert "Qualified" in found.note
    assert "mot-2026 has nothing below “Class III - Open Model”" in found.note


def test_an_unknown_definition_suggests_near_ones() -> None:
    with pytest.raises(UnknownTermError, match=r"mot-2026"):
        why(release(part("weights", "MIT")), "osaid-1.0", "mot")
