"""What must go with a derivative and is not there: HO404, HO405, HO406, and no false alarm."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from howopen.knowledge import Knowledge
from howopen.release import Declaration, File, FileRole, How, Relation, Release, Statement
from howopen.rights import find_rights
from tests.rights.build import grant, model, parent, said, text

KNOWLEDGE = Knowledge(Path(__file__).parent / "knowledge")
WEIGHTS = File(path="model.safetensors", size=1, role=FileRole.WEIGHTS)
LICENSE = File(path="LICENSE", size=1, role=FileRole.LICENSE_TEXT)
NOTICE = File(path="Notice.txt", size=1, role=FileRole.NOTICE)


def shared(*files: File, name: str = "tests/Packed-tuned", by: Relation | None = None) -> Release:
    """A derivative of the packed base under the same label, with these files beside the weights."""
    release = model("packed", *((by,) if by else ()))
    part = replace(release.parts[0], files=(WEIGHTS,))
    return replace(release, name=name, parts=(part,), files=(WEIGHTS, *files))


def codes(release: Release) -> list[str]:
    return [one.code for one in find_rights(release, KNOWLEDGE)]


TUNED = parent("example/packed")


def test_a_derivative_with_all_that_must_go_along_has_no_finding() -> None:
    assert codes(shared(LICENSE, NOTICE, by=TUNED)) == []


@pytest.mark.parametrize(
    ("files", "name", "code"),
    [
        ((LICENSE,), "tests/Packed-tuned", "HO404"),
        ((NOTICE,), "tests/packed_tuned", "HO405"),
        ((LICENSE, NOTICE), "tests/tuned-packed", "HO406"),
    ],
)
def test_what_is_missing_beside_a_derivative_is_found(
    files: tuple[File, ...], name: str, code: str
) -> None:
    release = shared(*files, name=name, by=TUNED)
    (finding,) = find_rights(release, KNOWLEDGE)
    assert finding.code == code
    assert finding.sides[0].how is How.KNOWN
    assert finding.sides[-1].how is How.SEARCHED
    assert "looked for" in finding.sides[-1].quote


def test_who_publishes_a_work_of_their_own_owes_themselves_nothing() -> None:
    assert codes(shared(name="tests/own")) == []


@pytest.mark.parametrize("kind", ["adapter", "delta", "trained-on-outputs"])
def test_what_the_terms_do_not_surely_reach_is_no_finding(kind: str) -> None:
    assert codes(shared(name="tests/own", by=parent("example/packed", kind))) == []


def test_a_copy_owes_what_goes_with_copies_and_no_name() -> None:
    assert codes(shared(name="tests/own", by=parent("example/packed", "copy"))) == [
        "HO405",
        "HO404",
    ]


def test_a_release_without_weights_hands_nothing_on() -> None:
    release = shared(name="tests/own", by=TUNED)
    bare = replace(release.parts[0], files=())
    assert codes(replace(release, parts=(bare,))) == []


def test_a_folder_called_as_the_title_of_its_card_bears_the_published_name() -> None:
    title = Declaration(key="title", value="Tuned 3B", evidence=said("# Tuned 3B"))
    folder = replace(
        shared(LICENSE, NOTICE, by=TUNED), ref="a/Tuned-3B", name="Tuned-3B", declarations=(title,)
    )
    assert codes(folder) == ["HO406"]
    assert codes(replace(folder, name="download")) == []


def test_the_text_of_another_license_is_no_copy_of_the_parent_s() -> None:
    mine = Statement(reading=text("MIT"), evidence=said("the text"), rank="text")
    theirs = replace(mine, reading=text("packed"))
    held = shared(LICENSE, NOTICE, by=TUNED)
    assert codes(replace(held, statements=(mine,))) == ["HO405"]
    assert codes(replace(held, statements=(mine, theirs))) == []


def test_a_parent_that_was_read_is_known_although_no_table_has_it() -> None:
    stranger = parent("some/stranger")
    read = replace(stranger, terms=grant("packed"))
    assert codes(shared(NOTICE, by=stranger)) == ["HO403"]
    assert codes(shared(NOTICE, by=read)) == ["HO405"]


def test_the_name_of_a_folder_is_not_the_name_of_a_model() -> None:
    release = replace(shared(LICENSE, NOTICE, by=TUNED), ref="some/folder", name="some")
    assert codes(release) == []
