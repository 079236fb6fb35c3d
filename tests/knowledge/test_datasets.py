"""The table of data sets and of the services whose outputs some of them are made of."""

from __future__ import annotations

import re

import pytest

from howopen.knowledge import default
from howopen.knowledge.datasets import dataset_of, datasets_of, namesake_of, service_of
from howopen.knowledge.licenses import Forbids, license_of
from howopen.knowledge.models import Models

TABLE = datasets_of(default())


@pytest.mark.parametrize(
    ("ident", "name"),
    [
        ("tatsu-lab/alpaca", "Alpaca"),
        ("hf:datasets/EleutherAI/pile", "The Pile"),
        ("the Pile", "The Pile"),
        ("Open-Orca/OpenOrca", "OpenOrca"),
        ("Hello-SimpleAI/HC3", "HC3"),
    ],
)
def test_a_data_set_is_found_by_its_id_and_its_names(ident: str, name: str) -> None:
    found = dataset_of(default(), ident)
    assert found is not None
    assert found.name == name


def test_a_copy_elsewhere_is_known_by_the_name_it_begins_with_and_by_no_other() -> None:
    copy = namesake_of(default(), "victor123/evol_instruct_70k")
    assert copy is not None
    assert copy.name == "Evol-Instruct"
    for other in ("somebody/poems-sharegpt", "somebody/pilot", "sharegpt_vicuna"):
        assert namesake_of(default(), other) is None


def test_no_name_stands_for_two_data_sets() -> None:
    names = [n for one in TABLE.datasets for n in {one.name.lower(), *one.names, *one.also}]
    assert len(names) == len(set(names))


def test_every_service_with_terms_has_an_edition_that_forbids_competing_models() -> None:
    for service in TABLE.services:
        editions = [
            name for name in default().ids("licenses") if service.terms == name.split("@")[0]
        ]
        assert bool(editions) == bool(service.terms)
        for name in editions:
            read = license_of(default(), name.split("@")[0], name.partition("@")[2] or None)
            assert read is not None
            assert any(
                isinstance(one, Forbids) and "competing" in one.when.field for one in read.clause
            )


def test_patterns_of_making_compile_for_every_service() -> None:
    for service in TABLE.services:
        assert service_of(default(), service.named[0]) == service
        for phrase in (*TABLE.making.phrases, TABLE.making.unless, TABLE.making.about):
            re.compile(phrase.replace("SERVICE", service.words))


def test_data_of_known_models_is_known() -> None:
    named = [data for one in default().table("models.toml", Models).model for data in one.data]
    assert "The Pile" in named
    assert all(dataset_of(default(), data) for data in named)
