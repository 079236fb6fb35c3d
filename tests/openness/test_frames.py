"""Frames, groups, the gradient of parts, and findings."""

from __future__ import annotations

import pytest

from howopen.answer import Truth
from howopen.errors import UnknownTermError
from howopen.knowledge import default
from howopen.openness import FrameTable, find_openness, frames, gradient, groups
from howopen.openness.frames import FrameCell
from tests.openness.build import all_open, part, release

FRAMES = ("data-as-source", "weights-as-source", "weights-and-architecture", "whole-system")


def cell(table: FrameTable, row: str, frame: str) -> FrameCell:
    found = next(item for item in table.rows if item.id == row)
    return next(item for item in found.cells if item.frame == frame)


def test_ten_criteria_and_four_freedoms_stand_under_four_frames() -> None:
    table = frames(release(), default())
    ids = [row.id for row in table.rows]
    assert ids == [*(f"osd-{n}" for n in range(1, 11)), *(f"freedom-{n}" for n in range(4))]
    for row in table.rows:
        assert tuple(item.frame for item in row.cells) == FRAMES
        for item in row.cells:
            assert item.why
            assert item.applies in {"applies", "in another sense", "does not apply"}
            assert (item.truth is Truth.NA) == (item.applies == "does not apply")


def test_the_same_release_has_its_source_in_one_frame_and_not_in_another() -> None:
    given = release(part("weights", "Apache-2.0"), part("inference-code", "MIT"))
    table = frames(given, default())
    assert cell(table, "osd-2", "weights-as-source").truth is Truth.YES
    assert cell(table, "osd-2", "data-as-source").truth is Truth.UNCLEAR
    assert cell(table, "osd-2", "data-as-source").missing
    assert cell(table, "freedom-1", "weights-as-source").truth is Truth.YES
    assert cell(table, "freedom-1", "whole-system").truth is Truth.UNCLEAR


def test_source_that_is_kept_back_is_no_source() -> None:
    data = part("training-data", None, presence="said-withheld")
    table = frames(release(part("weights", "Apache-2.0"), data), default())
    assert cell(table, "osd-2", "data-as-source").truth is Truth.NO


def test_a_limit_on_users_discriminates_and_a_use_policy_closes_fields() -> None:
    given = release(part("weights", "llama-2"), part("inference-code", "MIT"))
    table = frames(given, default())
    assert cell(table, "osd-5", "weights-as-source").truth is Truth.NO
    assert cell(table, "osd-6", "weights-as-source").truth is Truth.NO
    assert cell(table, "freedom-0", "weights-as-source").truth is Truth.NO


@pytest.mark.parametrize("terms", ["llama-2", "flux-1-dev"])
def test_terms_against_training_other_models_restrict_other_software(terms: str) -> None:
    table = frames(release(part("weights", terms)), default())
    assert cell(table, "osd-9", "weights-as-source").truth is Truth.NO


def test_everything_under_an_open_license_holds_wherever_it_applies() -> None:
    table = frames(release(*all_open()), default())
    for row in table.rows:
        for item in row.cells:
            assert item.truth in {Truth.YES, Truth.NA}, (row.id, item.frame, item.reasons)


def test_one_frame_can_be_asked_and_an_unknown_one_suggests_near_ones() -> None:
    table = frames(release(), default(), only="weights-as-source")
    assert [column.id for column in table.frames] == ["weights-as-source"]
    with pytest.raises(UnknownTermError, match="whole-system"):
        frames(release(), default(), only="whole-sytem")


def test_groups_say_what_is_there_kept_back_and_missing_and_share_components() -> None:
    given = release(
        part("weights", "MIT"),
        part("training-code", presence="said-withheld"),
        part("paper", None, presence="elsewhere"),
    )
    found = {group.id: group for group in groups(given, default())}
    assert set(found) == {"access", "risk-analysis", "replication"}
    assert "weights" in found["access"].there
    assert "training-code" in found["replication"].withheld
    assert "training-data" in found["replication"].missing
    assert {"paper"} <= set(found["replication"].there) & set(found["risk-analysis"].there)


def test_every_part_has_its_place_on_the_gradient() -> None:
    given = release(
        part("weights", "MIT", access="gated-download"),
        part("paper", None, presence="elsewhere", access=None),
        part("training-data", presence="said-withheld"),
        part("tokenizer", presence="not-found"),
    )
    levels = [(place.level, place.sure) for place in gradient(given)]
    assert levels == [
        ("downloadable, gated", Truth.YES),
        ("said to be elsewhere", Truth.UNCLEAR),
        ("closed", Truth.YES),
        ("not found", Truth.UNCLEAR),
    ]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((part("weights", "MIT", access="gated-download"),), "HO501"),
        ((part("weights", "CC-BY-4.0"),), "HO502"),
        ((part("weights", "MIT", variant="a"), part("weights", "llama-2", variant="b")), "HO503"),
        ((part("weights", "MIT", presence="elsewhere", access=None),), "HO504"),
        ((part("weights", "CC-BY-NC-4.0"), part("inference-code", "MIT")), "HO505"),
    ],
)
def test_what_is_odd_is_found_and_quoted(parts: tuple[object, ...], code: str) -> None:
    found = find_openness(release(*parts), default())  # type: ignore[arg-type]  # parametrized
    assert [item.code for item in found] == [code]
    assert found[0].sides
    assert found[0].remedy


def test_a_plain_open_release_has_no_findings() -> None:
    given = release(part("weights", "Apache-2.0"), part("inference-code", "Apache-2.0"))
    assert find_openness(given, default()) == ()
