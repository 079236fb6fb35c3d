from __future__ import annotations

import re

from howopen.inventory.identity import read_date
from howopen.inventory.relations import hub_ref, is_path
from howopen.knowledge import default
from howopen.knowledge.components import components_of, pattern
from howopen.knowledge.datasets import dataset_of, datasets_of
from howopen.knowledge.findings import codes_of
from howopen.release import Component, FileRole, Presence


def test_every_component_has_a_title_and_says_where_it_is_looked_for() -> None:
    words = components_of(default())
    assert set(words.components) == {component.value for component in Component}
    assert all(info.title and info.searched for info in words.components.values())


def test_every_rule_names_a_component_and_compiles() -> None:
    words = components_of(default())
    for rule in words.rules:
        assert rule.component in words.components
        assert Presence(rule.presence)
        for text in (rule.heading, rule.body, rule.phrase, rule.code, rule.link, rule.unless):
            assert isinstance(pattern(text), re.Pattern)
        assert rule.heading or rule.phrase or rule.code or rule.link or rule.link_text


def test_every_role_is_one_of_the_roles() -> None:
    assert {rule.role for rule in components_of(default()).roles} <= {one.value for one in FileRole}


def test_the_table_of_data_sets_is_small_and_its_names_are_single() -> None:
    names = [name for one in datasets_of(default()).datasets for name in one.names]
    assert len(names) == len(set(names))
    assert len(datasets_of(default()).datasets) < 120
    found = dataset_of(default(), "OpenAssistant/oasst1")
    assert found is not None
    assert found.licenses == ("CC BY 4.0",)


def test_codes_of_this_room_are_numbered_from_one_hundred() -> None:
    own = [code for code in codes_of(default()) if code.startswith("HO1")]
    assert own == sorted(own)
    assert "HO101" in own


def test_hub_addresses_become_refs_and_paths_stay() -> None:
    assert hub_ref("https://huggingface.co/a/b/tree/main") == "hf:a/b"
    assert hub_ref("a/b") == "hf:a/b"
    assert hub_ref("GPT-4") == "GPT-4"
    assert is_path("./a/b")
    assert not is_path("a/b")


def test_a_date_is_read_only_where_it_is_certain() -> None:
    assert str(read_date("July 23, 2024")) == "2024-07-23"
    assert read_date("7/8/2023") is None
    assert read_date("2024-13-45") is None
