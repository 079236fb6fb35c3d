"""A second reader of 100 rows agrees with the first, or it was settled from the text."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tools.compare_readings import ROOT, _load, open_disagreements, settled
from tools.under import release_under

from howopen.answer import Circumstances
from howopen.rights import may
from tests.rights.test_fixtures import OPPOSITE

ROWS: list[dict[str, Any]] = _load(ROOT / "second_reading.toml")["row"]
SETTLED = {one[:2] for one, _ in settled() if one.about == "truth"}


def test_a_hundred_rows_were_read_twice_and_no_disagreement_is_left() -> None:
    assert len(ROWS) == 100
    assert open_disagreements() == ()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['license']}: {row['ask']}")
def test_the_answer_is_what_the_second_reader_reads(row: dict[str, Any]) -> None:
    if (row["license"], row["ask"]) in SETTLED:
        return
    who = msgspec.convert(row["who"], Circumstances)
    given = may(release_under(row["license"]), row["action"], who).truth.value
    if row["sure"]:
        assert given == row["truth"], row["why"]
    else:
        assert given != OPPOSITE.get(row["truth"]), row["why"]
