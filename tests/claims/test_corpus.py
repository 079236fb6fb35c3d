"""Real cards and READMEs: what is found and how it is judged, against what a person read there."""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from tools.measure_claims import Outcome, labeled, measure_corpus

from howopen.answer import Claim
from howopen.knowledge import default
from howopen.knowledge.claims import claims_table
from howopen.report import inspect

JUDGED = tomllib.loads((Path(__file__).parent / "judged.toml").read_text("utf-8"))


def test_the_labels_are_many_and_of_known_kinds() -> None:
    known = set(claims_table(default()).kinds)
    rows = labeled()
    assert sum(len(row.claims) for row in rows) >= 400
    for row in rows:
        for kinds in row.claims.values():
            assert {one for kind in kinds for one in kind.lstrip("?").split("/")} <= known, row.path


@functools.cache
def measured(root: Path, half: str) -> tuple[Outcome, ...]:
    return tuple(measure_corpus(root, half))


@pytest.mark.shared
@pytest.mark.parametrize("half", ["fit", "held"])
def test_claims_are_found_as_a_person_read_them(shared_root: Path, half: str) -> None:
    counted = Counter(one.result for one in measured(shared_root / "corpus/releases", half))
    right, wrong, missed = counted["right"], counted["wrong"], counted["missed"]
    assert right / (right + wrong) >= 0.95, wrong
    assert right / (right + missed) >= 0.9, missed


def rows(claims: tuple[Claim, ...]) -> set[str]:
    return {f"{one.path}:{one.lines[0]} {one.kind}: {one.judgement}" for one in claims}


@pytest.mark.shared
@pytest.mark.parametrize("release", sorted(JUDGED))
def test_claims_are_judged_as_a_person_did(shared_root: Path, release: str) -> None:
    claims = inspect(str(shared_root / "corpus/releases" / release), offline=True).claims
    assert set(JUDGED[release]) - rows(claims) == set()


@pytest.mark.shared
def test_nothing_is_held_against_a_maker_that_a_person_did_not_see(shared_root: Path) -> None:
    root = shared_root / "corpus/releases"
    for place in sorted(path for path in root.iterdir() if path.is_dir()):
        claims = inspect(str(place), offline=True).claims
        against = [one for one in claims if one.judgement in {"contradicted", "overstated"}]
        assert rows(tuple(against)) <= set(JUDGED.get(place.name, ())), place.name


@pytest.mark.shared
def test_a_contradicted_claim_shows_both_sides(shared_root: Path) -> None:
    release = "QwenLM__Qwen"
    claims = inspect(str(shared_root / "corpus/releases" / release), offline=True).claims
    against = [one for one in claims if one.judgement == "contradicted"]
    assert against
    for one in against:
        assert one.evidence[0].quote
        assert any(reason.evidence for reason in one.reasons)
