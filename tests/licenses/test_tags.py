"""Tags, names and expressions as readings."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.knowledge.loader import default
from howopen.licenses.tags import read_tag
from howopen.release import AllOf, AnyOf, Single


def test_an_expression_keeps_its_tree() -> None:
    tagged = read_tag("(MIT OR Apache-2.0) AND CC-BY-4.0", default())
    assert isinstance(tagged.terms, AllOf)
    assert isinstance(tagged.terms.of[0], AnyOf)
    assert [one.license for one in tagged.readings] == ["MIT", "Apache-2.0", "CC-BY-4.0"]


def test_an_exception_stays_with_its_license() -> None:
    tagged = read_tag("GPL-2.0-only WITH Classpath-exception-2.0", default())
    (reading,) = tagged.readings
    assert reading.license == "GPL-2.0-only"
    assert "Classpath-exception-2.0" in reading.why


def test_an_unknown_tag_says_so() -> None:
    tagged = read_tag("frobnicate-9", default())
    assert isinstance(tagged.terms, Single)
    assert tagged.readings[0].license is None
    assert "frobnicate-9" in tagged.readings[0].why


def test_a_family_without_a_version_names_its_members() -> None:
    (reading,) = read_tag("cc-by-nc", default()).readings
    assert reading.license is None
    assert "CC-BY-NC-4.0" in reading.near


@pytest.mark.shared
def test_every_hub_tag_resolves_or_says_why_not(shared_root: Path) -> None:
    tags = (shared_root / "corpus" / "license-texts" / "hf-license-tags.txt").read_text().split()
    readings = [read_tag(tag, default()).readings[0] for tag in tags]
    assert [
        tag for tag, one in zip(tags, readings, strict=True) if not (one.license or one.why)
    ] == []
    assert sum(one.license is not None for one in readings) >= 70
