"""The labels of publishers outside the corpus, and how they are measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import measure_claims
from tools.measure_claims import labeled_outside, measure_outside, whole_mark

from howopen.knowledge import default
from howopen.knowledge.claims import claims_table


def test_the_labels_are_many_and_of_known_kinds() -> None:
    known = set(claims_table(default()).kinds)
    rows = labeled_outside()
    assert {row.half for row in rows} == {"dev", "test"}
    test = [row for row in rows if row.half == "test"]
    assert sum(len(row.claims) for row in test) >= 250
    for row in rows:
        for kinds in row.claims.values():
            assert {one for kind in kinds for one in kind.lstrip("?").split("/")} <= known, row.path


def _maker(path: str) -> str:
    """Return whose a text is: the owner of a repository, or the package it describes."""
    owner, name = path.lower().split("/")
    return name if owner == "pypi" else owner


def test_no_publisher_is_in_both_splits() -> None:
    owners = {
        half: {_maker(row.path) for row in labeled_outside() if row.half == half}
        for half in ("dev", "test")
    }
    assert len(owners["test"]) >= 60
    assert not owners["dev"] & owners["test"]


def test_texts_in_a_folder_are_measured_and_the_others_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, none = "Llama-9 is open source.", "Install it with pip."
    labels = tmp_path / "outside.toml"
    head = '[[text]]\npath = "README.md"\ncommit = "0"\nsplit = "test"\n'
    labels.write_text(
        f'{head}repo = "maker/Llama-9"\nclaims = ["{whole_mark(claim)} open-source"]\n'
        f'none = "{whole_mark(none)} 00000000"\n{head}repo = "maker/absent"\n'
    )
    monkeypatch.setattr(measure_claims, "OUTSIDE", labels)
    (tmp_path / "maker__Llama-9.md").write_text(f"# Llama-9\n\n{claim} {none}\n")
    assert [(one.kind, one.result, one.quote) for one in measure_outside(tmp_path)] == [
        ("-", "skipped", "no such sentence"),
        ("open-source", "right", claim),
        ("-", "skipped", "no such text in the folder"),
    ]
