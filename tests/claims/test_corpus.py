"""Real cards and READMEs: what is found in them is a claim that a person has read as one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from howopen.claims import Subject, claims_of
from howopen.inventory import take
from howopen.knowledge import default
from howopen.places.opening import open_place

JUDGED = tomllib.loads((Path(__file__).parent / "judged.toml").read_text("utf-8"))


def found_in(folder: Path) -> set[str]:
    """List the claims of prose in a release: path, line and kind; metadata tags are left out."""
    inventory = take(open_place(folder, offline=True), default())
    claims = claims_of(inventory.documents, Subject(release=inventory.release), default())
    tags = {item.evidence.quote for item in inventory.release.declarations if item.key == "license"}
    return {
        f"{claim.path}:{claim.lines[0]} {claim.kind}"
        for claim in claims
        if claim.quote not in tags and not claim.quote.startswith("license")
    }


@pytest.mark.shared
@pytest.mark.parametrize("split", ["written_from", "measured_on"])
def test_at_least_nine_in_ten_of_the_claims_found_are_claims(shared_root: Path, split: str) -> None:
    listed: dict[str, list[str]] = JUDGED[split]
    right = wrong = missed = 0
    for name, claims in listed.items():
        found = found_in(shared_root / "corpus/releases" / name)
        right += len(found & set(claims))
        wrong += len(found - set(claims))
        missed += len(set(claims) - found)
    assert right / (right + wrong) >= 0.9, (right, wrong)
    assert missed <= 0.1 * right, missed


@pytest.mark.shared
def test_releases_in_which_nobody_read_a_claim_have_none(shared_root: Path) -> None:
    listed = JUDGED["written_from"].keys() | JUDGED["measured_on"].keys()
    folders = [path for path in (shared_root / "corpus/releases").iterdir() if path.is_dir()]
    others = [path for path in folders if path.name not in listed]
    assert others
    assert [path.name for path in others if found_in(path)] == []
