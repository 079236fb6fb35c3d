"""`REF#path` asks about one file: its own terms, where a sentence sets it apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.answer import Circumstances, Truth
from howopen.reading import released
from howopen.rights import may
from tests.licenses.releases import release

CARD = """# Zephyrine

The model is released under CC-BY-NC-4.0.

The autoencoder is released under Apache 2.0 and can be found as `ae.safetensors`.
"""


@pytest.mark.parametrize(
    ("path", "truth"),
    [
        ("#ae.safetensors", Truth.YES),
        ("#model.safetensors", Truth.NO),
        ("#README.md", Truth.UNCLEAR),
    ],
)
def test_a_file_is_answered_by_its_own_terms(path: str, truth: Truth, tmp_path: Path) -> None:
    folder = release(tmp_path / "r", README__md=CARD)
    (folder / "ae.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    found = released(f"{folder}{path}", offline=True).release
    answer = may(found, "run", Circumstances(purpose="commercial"))
    assert answer.truth is truth
    if truth is Truth.YES:
        assert "Apache 2.0" in answer.reasons[0].because[0].evidence[0].quote
