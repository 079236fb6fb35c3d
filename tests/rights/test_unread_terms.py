"""Terms that could not be read are not terms that are not there."""

from __future__ import annotations

from pathlib import Path

import howopen
from tests.releases import small_model
from tests.support import fixture_text


def test_a_broken_index_makes_the_answer_unclear_and_not_no(tmp_path: Path) -> None:
    broken = tmp_path / "knowledge"
    broken.mkdir()
    (broken / "index.bin").write_bytes(b"no index")
    release = small_model(tmp_path / "small")
    (release / "LICENSE").write_text(fixture_text())
    report = howopen.inspect(release, knowledge=howopen.Knowledge(broken))
    answer = report.may("share")
    assert answer.truth == "unclear"
    assert any("could not be read" in reason.text for reason in answer.reasons)
    assert any("licenses" in gap.weakens for gap in report.gaps)
    assert not howopen.inspect(release).gaps
