"""Parents that the asker has at hand."""

from __future__ import annotations

from pathlib import Path

import howopen
from tests.releases import CARD, small_model


def child(folder: Path) -> Path:
    """Build a fine-tune of a model nobody knows."""
    small_model(folder)
    card = CARD.format(license="apache-2.0").replace(
        "library_name", "base_model: a/base\nlibrary_name"
    )
    (folder / "README.md").write_text(card)
    return folder


def test_an_unknown_parent_leaves_open_what_the_child_grants(tmp_path: Path) -> None:
    answer = howopen.inspect(child(tmp_path / "child")).may("run", purpose="commercial")
    assert answer.truth == "unclear"
    assert any("a/base" in line for line in answer.settles)


def test_a_parent_at_hand_lends_its_own_terms(tmp_path: Path) -> None:
    parent = small_model(tmp_path / "base", license_tag="cc-by-nc-4.0")
    report = howopen.inspect(child(tmp_path / "child"), parents=[parent])
    answer = report.may("run", purpose="commercial")
    assert answer.truth == "no"
    assert "via hf:a/base" in answer.headline
    free = small_model(tmp_path / "free", license_tag="mit")
    report = howopen.inspect(child(tmp_path / "other"), parents=[free])
    assert report.may("run", purpose="commercial").truth == "yes"


def test_a_release_that_is_no_parent_is_a_gap(tmp_path: Path) -> None:
    alone = small_model(tmp_path / "alone")
    stranger = small_model(tmp_path / "stranger", license_tag="cc-by-nc-4.0")
    report = howopen.inspect(alone, parents=[stranger])
    assert [gap.where for gap in report.gaps] == [str(stranger)]
    assert report.may("run", purpose="commercial").truth == "yes"
