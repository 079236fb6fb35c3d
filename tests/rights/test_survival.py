"""What is left of a release without its publisher (M13)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from howopen.answer import Truth
from howopen.release import Access, Presence, Release
from howopen.rights import Survival, survival
from tests.rights.build import any_of, departure, grant, model, parent, tag, text

YES, NO, UNCLEAR = Truth.YES, Truth.NO, Truth.UNCLEAR


def stay(found: Survival, ident: str) -> Truth:
    return next(one.truth for one in found.stays if one.id == ident)


def refs(found: Survival, ident: str) -> set[str]:
    return {c.ref for one in found.stays if one.id == ident for c in one.citations}


def at(release: Release, presence: Presence, access: Access) -> Release:
    weights = replace(release.parts[0], presence=presence, access=access)
    return replace(release, parts=(weights,))


@pytest.mark.parametrize(
    ("license_id", "permission", "clause"),
    [
        ("Apache-2.0", YES, "Apache-2.0#2"),
        ("GPL-3.0-only", YES, "GPL-3.0-only#8"),
        ("llama-2", YES, "llama-2#6"),
        ("MIT", UNCLEAR, "MIT#grant"),
        ("flux-1-dev", NO, "flux-1-dev@1.1.1#8.b"),
    ],
)
def test_whether_a_permission_can_be_taken_back_is_read_from_the_clauses(
    license_id: str, permission: Truth, clause: str
) -> None:
    edition = "1.1.1" if license_id == "flux-1-dev" else None
    found = survival(model(tag(license_id, edition)))
    assert stay(found, "permission") is permission
    assert clause in refs(found, "permission")


def test_the_whole_is_as_lasting_as_its_weakest_point() -> None:
    assert survival(model("Apache-2.0")).truth is YES
    assert survival(model("MIT")).truth is UNCLEAR
    assert survival(model(tag("flux-1-dev", "1.1.1"))).truth is NO


def test_a_choice_lasts_as_long_as_its_best_branch() -> None:
    assert stay(survival(model(any_of("MIT", "Apache-2.0"))), "permission") is YES


def test_what_runs_only_at_its_publisher_goes_with_it() -> None:
    hosted = at(model("Apache-2.0"), Presence.ELSEWHERE, Access.API)
    assert stay(survival(hosted), "copies") is NO
    assert survival(hosted).truth is NO


def test_a_gate_leaves_copies_to_the_publisher() -> None:
    gated = at(model("llama-2"), Presence.ELSEWHERE, Access.GATED_DOWNLOAD)
    assert stay(survival(gated), "copies") is UNCLEAR


def test_a_policy_on_a_web_page_may_change() -> None:
    found = survival(model("llama-2"))
    assert stay(found, "terms") is UNCLEAR
    assert refs(found, "terms") == {"llama-2#1.b.iv"}


def test_terms_that_the_licensor_may_change_do_not_stay() -> None:
    assert stay(survival(model(tag("gemma", "2025-03-24"))), "terms") is NO


def test_a_parent_can_end_what_its_child_gives_for_good() -> None:
    child = model("Apache-2.0", parent("hf:black-forest-labs/FLUX.1-dev"))
    found = survival(child)
    assert stay(found, "permission") is NO
    assert any("FLUX.1-dev" in one for one in found.depends_on)


def test_a_modified_text_promises_nothing_for_sure() -> None:
    changed = text("Apache-2.0", departure("2", "irrevocable", ""))
    assert stay(survival(model(grant(changed))), "permission") is UNCLEAR


def test_how_permissions_end_and_what_is_owed_then_is_listed() -> None:
    ends = survival(model("llama-2")).ends
    assert any("Llama 2" in one and " 6: " in one and "breach" in one for one in ends)
    assert any("delete" in one for one in ends)


def test_without_weights_the_question_does_not_apply() -> None:
    empty = replace(model("MIT"), parts=())
    assert survival(empty).truth is Truth.NA
