"""Whether the public could build a model again, what blocks it, and what it cost."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from howopen.answer import Truth
from howopen.knowledge import default
from howopen.openness import Ingredient, Rebuilding, rebuilding
from howopen.release import Component, Part, Release
from tests.openness.build import all_open, evidence, part, release


def built(given: Release, **texts: str) -> Rebuilding:
    return rebuilding(given, default(), texts={f"{name}.md": text for name, text in texts.items()})


def ingredient(found: Rebuilding, component: str) -> Ingredient:
    return next(each for each in found.ingredients if each.component == component)


def without(component: str, *instead: Part) -> Release:
    return release(*[each for each in all_open() if each.component != component], *instead)


def test_what_has_everything_can_be_built_again() -> None:
    assert built(release(*all_open())).truth is Truth.YES


@pytest.mark.parametrize("component", ["training-data", "training-code", "data-processing-code"])
def test_what_is_kept_back_blocks_it(component: str) -> None:
    found = built(without(component, part(component, presence="said-withheld")))
    assert found.truth is Truth.NO
    assert "kept back" in ingredient(found, component).blocks
    assert component.replace("-", " ") in found.says


def test_what_was_not_found_leaves_it_open() -> None:
    found = built(without("training-code"))
    assert found.truth is Truth.UNCLEAR
    assert "not found" in ingredient(found, "training-code").blocks


def test_data_that_is_only_named_was_not_tried() -> None:
    found = built(
        without("training-data", part("training-data", presence="elsewhere", access=None))
    )
    assert found.truth is Truth.UNCLEAR
    assert "not tried" in ingredient(found, "training-data").state


def test_what_only_helps_decides_nothing() -> None:
    assert built(without("optimizer-state")).truth is Truth.YES


def test_a_data_set_is_not_rebuilt() -> None:
    assert built(release(part("training-data", "MIT"), kind="dataset")).truth is Truth.NA


def with_hardware(lines: tuple[int, int] = (1, 4)) -> Release:
    section = evidence("Hardware", path="card.md", lines=lines)
    hardware = replace(part("hardware-and-compute"), evidence=(section,))
    others = [each for each in all_open() if each.component is not Component.HARDWARE_AND_COMPUTE]
    return release(*others, hardware)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("a total of 184,320 GPU hours of A100", "GPU or accelerator hours"),
        ("| 3.3M GPU hours |", "GPU or accelerator hours"),
        ("trained on 8 x A100 for a week", "accelerators"),
        ("with a single Nvidia RTX 3080 GPU", "accelerators"),
        ("about 1.2e23 FLOPs of computation", "computation in floating-point operations"),
        ("at least 16GB of GPU memory", "memory of the accelerators"),
        ("emissions were 539 tCO2eq", "emissions"),
    ],
)
def test_what_it_cost_is_read_from_the_section_with_its_line(words: str, what: str) -> None:
    found = built(with_hardware(), card=f"# Hardware\n\n{words}\n")
    cost = next(each for each in found.costs if what in each.what)
    assert cost.quote == words
    assert (cost.evidence.path, cost.evidence.lines) == ("card.md", (3, 3))


@pytest.mark.parametrize("words", ["See the paper.", "We used PyTorch 2.0.", "GPUs were used."])
def test_a_section_without_amounts_is_named_and_nothing_is_made_up(words: str) -> None:
    found = built(with_hardware(), card=f"# Hardware\n\n{words}\n")
    assert found.costs == ()
    assert [each.path for each in found.unread] == ["card.md"]


def test_amounts_outside_the_section_are_not_its_cost() -> None:
    found = built(with_hardware((1, 2)), card="# Hardware\n\n12 GPU hours\n")
    assert found.costs == ()
