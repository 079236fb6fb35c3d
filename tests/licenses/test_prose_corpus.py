"""Sentences of real READMEs and cards, against labels made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.measure_prose import Score, labels, scores

pytestmark = pytest.mark.shared

#: Least precision and recall: just under what was measured when it was set.
FLOORS = {"all": (0.98, 0.94), "held out": (0.97, 0.91)}


@pytest.fixture(scope="module")
def found(shared_root: Path) -> list[Score]:
    return list(scores(shared_root / "corpus/releases"))


@pytest.mark.parametrize("part", FLOORS)
def test_sentences_of_real_releases_are_read_as_a_person_read_them(
    part: str, found: list[Score]
) -> None:
    _, held, _ = labels()
    rows = [one for one in found if part == "all" or one.publisher in held]
    right, wrong, missing = (
        [one for one in rows if one.kind == kind] for kind in ("right", "wrong", "missing")
    )
    precision, recall = FLOORS[part]
    assert len(right) >= 70
    assert len(right) / len(right + wrong) >= precision, wrong
    assert len(right) / len(right + missing) >= recall, missing
