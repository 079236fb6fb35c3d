"""Names, tags, links and expressions of licenses, against a table labeled by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.measure_tags import Row, rows, told

from howopen.knowledge import default
from howopen.knowledge.catalogue import catalogue
from howopen.knowledge.tags import resolve_tag
from howopen.licenses.tags import read_tag


@pytest.fixture(scope="module")
def table() -> list[Row]:
    return list(rows())


def test_no_name_of_the_table_is_read_as_a_license_that_it_is_not(table: list[Row]) -> None:
    assert [row for row in table if row.wrong] == []


def test_nearly_every_name_of_the_table_is_read_in_full(table: list[Row]) -> None:
    assert len(table) >= 600
    assert len([row for row in table if not row.right]) <= 3


def test_every_current_id_of_the_catalogue_means_itself() -> None:
    other = []
    for row in catalogue(default()).values():
        if row.kind == "license" and not row.deprecated:
            for value in (row.id, f"LicenseRef-{row.id}" if not row.spdx else row.id):
                tag = resolve_tag(default(), value)
                if tag is None or tag.license != row.id:
                    other.append(value)
    assert other == []


def test_no_full_name_of_an_spdx_license_means_another() -> None:
    known = {row.id: row for row in catalogue(default()).values()}
    for row in known.values():
        tag = resolve_tag(default(), row.name) if row.spdx else None
        if tag is not None and tag.license is not None and not row.deprecated:
            assert tag.license == row.id, row.name


@pytest.mark.shared
def test_every_value_on_the_hub_has_a_license_or_a_reason(shared_root: Path) -> None:
    values = set()
    for path in (shared_root / "corpus/hub").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            values.add(json.loads(line).get("license") or "null")
    readings = {value: read_tag(value, default()).readings for value in values}
    assert len(values) > 250
    assert [v for v, found in readings.items() if not all(r.license or r.why for r in found)] == []


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("acme-non-commercial-2.0", "non-commercial"),
        ("acme-research-license", "research"),
        ("blackfrost-commercial", "commercial terms"),
    ],
)
def test_an_unknown_name_says_what_its_words_say(value: str, hint: str) -> None:
    assert hint in read_tag(value, default()).readings[0].why


@pytest.mark.parametrize(
    "value", ["MIT WITH Commons-Clause", "Apache-2.0 WITH extra-conditions", "MIT WITH LICENSE"]
)
def test_what_is_no_exception_leaves_the_license_open(value: str) -> None:
    assert told(value).startswith("?")


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_crash(value: str) -> None:
    assert read_tag(value, default()).readings


@given(st.lists(st.sampled_from(["(", ")", "AND", "OR", "WITH", "MIT", "x"]), max_size=40))
def test_any_run_of_operators_is_read_without_a_crash(parts: list[str]) -> None:
    assert read_tag(" ".join(parts), default()).readings
