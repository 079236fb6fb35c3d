from __future__ import annotations

from typing import get_args

import pytest

from howopen.knowledge import default
from howopen.knowledge.classes import Family, classes_index, classes_of

RULINGS = ("osi", "fsf", "open_definition", "mot_open")


@pytest.mark.parametrize(
    ("license_id", "rulings", "family"),
    [
        ("MIT", "osi fsf mot_open", "permissive"),
        ("Apache-2.0", "osi fsf mot_open", "permissive"),
        ("GPL-3.0-only", "osi fsf mot_open", "copyleft"),
        ("MPL-2.0", "osi fsf mot_open", "weak-copyleft"),
        ("CC-BY-4.0", "fsf open_definition mot_open", "content"),
        ("CC-BY-SA-3.0", "open_definition mot_open", "content"),
        ("CC-BY-NC-4.0", "", "noncommercial"),
        ("CC-BY-ND-4.0", "", "no-derivatives"),
        ("CC0-1.0", "fsf open_definition mot_open", "public-domain"),
        ("PDDL-1.0", "open_definition", "public-domain"),
        ("ODbL-1.0", "fsf open_definition mot_open", "open-data"),
        ("OpenMDW-1.0", "mot_open", "permissive"),
        ("OpenMDW-1.1", "", "permissive"),
        ("llama-2", "", "community"),
        ("gemma", "", "community"),
        ("creativeml-openrail-m", "", "rail"),
        ("apple-amlr", "", "research-only"),
        ("BUSL-1.1", "", "source-available"),
    ],
)
def test_each_body_rules_on_a_license(license_id: str, rulings: str, family: str) -> None:
    found = classes_of(default(), license_id.upper())
    assert found.license == license_id
    assert [name for name in RULINGS if getattr(found, name)] == rulings.split()
    assert found.family == family


def test_every_class_says_whose_ruling_it_is() -> None:
    by = classes_of(default(), "MIT").by
    assert "Open Source Initiative" in by["osi"]
    assert all(by[name] for name in ("osi", "fsf", "open_definition", "mot_open", "family"))


def test_a_license_nobody_lists_is_unknown_and_has_no_family() -> None:
    found = classes_of(default(), "my-own-license-7")
    assert not found.known
    assert found.family is None
    assert not any(getattr(found, name) for name in RULINGS)


def test_a_license_fits_the_kinds_of_component_the_tool_says() -> None:
    assert set(classes_of(default(), "OpenMDW-1.0").mot_types) == {"code", "data", "document"}
    assert classes_of(default(), "CC-BY-4.0").mot_types == ("document",)
    assert classes_of(default(), "CDLA-Permissive-2.0").mot_types == ("data",)


def test_every_id_on_a_list_is_a_known_id() -> None:
    index = classes_index(default())
    known = set(index.ids.values())
    for name, ids in index.lists.items():
        assert ids <= known, name
    assert set(index.families) <= known
    assert set(index.types) <= known
    assert {*index.renamed, *index.renamed.values()} <= known


def test_every_license_with_an_open_ruling_is_of_a_family_that_can_be_open() -> None:
    index = classes_index(default())
    closed = {"noncommercial", "no-derivatives", "research-only", "community", "rail"}
    for ident in index.lists["osi"] | index.lists["open_definition"]:
        assert index.families.get(ident) not in closed, ident
    assert set(index.families.values()) <= set(get_args(Family))


def test_the_spdx_list_is_whole() -> None:
    index = classes_index(default())
    assert len(index.lists["osi"]) == 145
    assert len(index.lists["fsf"]) == 127
    assert len(index.ids) > 760
