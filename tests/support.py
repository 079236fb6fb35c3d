"""Knowledge of made-up licenses for tests, with an index of their texts."""

from __future__ import annotations

import shutil
from pathlib import Path

from howopen.knowledge.loader import Knowledge
from howopen.licenses.indexing import SourceText, build

FIXTURES = Path(__file__).parent / "fixtures"


def fixture_text() -> str:
    """Return the text of the made-up Fixture Community License."""
    return (FIXTURES / "fixture-community.txt").read_text(encoding="utf-8")


def fixture_policy() -> str:
    """Return the made-up use policy that the Fixture Community License takes in."""
    return (FIXTURES / "fixture-conduct-rules.md").read_text(encoding="utf-8")


def fixture_knowledge(folder: Path) -> Knowledge:
    """Build a knowledge folder with the made-up licenses and their index, before our own.

    Args:
        folder: an empty folder, such as `tmp_path`.
    """
    root = folder / "knowledge"
    shutil.copytree(FIXTURES / "knowledge", root, dirs_exist_ok=True)
    texts = [
        SourceText(id="fixture-community", name="Fixture Community License", text=fixture_text()),
        SourceText(id="fixture-conduct-rules", name="Fixture Conduct Rules", text=fixture_policy()),
    ]
    (root / "index.bin").write_bytes(build(texts))
    return Knowledge(root)
