"""A choice of licenses is one only where its author offers it."""

from __future__ import annotations

import pytest

from howopen.knowledge import default
from howopen.licenses.prose import Said, said_in
from howopen.licenses.scope import Rules, grant_of
from howopen.release import (
    AllOf,
    AnyOf,
    Component,
    Evidence,
    File,
    How,
    LicenseReading,
    Part,
    Presence,
    Statement,
)

WEIGHTS = Part(
    id="weights",
    component=Component.WEIGHTS,
    presence=Presence.HERE,
    files=(File(path="a.safetensors", size=1),),
)


def said(body: str) -> list[tuple[list[str | None], bool]]:
    found: tuple[Said, ...] = said_in(body, default())
    return [([reading.license for reading in one.readings], one.either) for one in found]


@pytest.mark.parametrize(
    "body",
    [
        "## License\n\nLicensed under either of MIT license or Apache-2.0 at your option.\n",
        "The model is licensed under MIT or Apache-2.0, at your option.\n",
        "## License\n\nLicensed under either of\n\n * MIT license ([text](LICENSE-MIT))\n"
        " * Apache License, Version 2.0 ([text](LICENSE-APACHE))\n\nat your option.\n",
    ],
)
def test_an_offered_choice_is_one(body: str) -> None:
    assert said(body) == [(["MIT", "Apache-2.0"], True)]


@pytest.mark.parametrize(
    "body",
    [
        "The weights are licensed under MIT and Apache-2.0.\n",
        "The weights are licensed under CC-BY-NC-4.0 and MIT or Apache-2.0.\n",
        "The weights are licensed under MIT or Apache-2.0 and CC-BY-NC-4.0.\n",
    ],
)
def test_where_an_and_stands_nothing_is_a_choice(body: str) -> None:
    assert all(not either for _, either in said(body))


def test_a_list_of_either_without_an_option_is_no_choice() -> None:
    body = "## License\n\nUnder either of\n\n * MIT license\n * Apache License, Version 2.0\n"
    assert all(not either for _, either in said(body))


def statement(ident: str, rank: str, path: str, *choice: str) -> Statement:
    evidence = Evidence(how=How.LICENSE_TEXT, source="x", path=path, lines=(1, 1), quote=path)
    reading = LicenseReading(license=ident, evidence=(evidence,))
    return Statement(reading=reading, evidence=evidence, rank=rank, choice=choice)


TEXTS = [
    statement("Apache-2.0", "text", "LICENSE-APACHE"),
    statement("MIT", "text", "LICENSE-MIT"),
]
OFFER = [
    statement("MIT", "notice", "README.md", "MIT", "Apache-2.0"),
    statement("Apache-2.0", "notice", "README.md", "MIT", "Apache-2.0"),
]
RULES = Rules(for_models=frozenset())


def test_two_texts_are_a_choice_where_a_sentence_offers_just_them() -> None:
    grant = grant_of(WEIGHTS, [*TEXTS, *OFFER], RULES)
    assert isinstance(grant.terms, AnyOf)
    assert "README.md" in {one.path for one in grant.evidence}


def test_two_texts_without_an_offer_bind_together() -> None:
    assert isinstance(grant_of(WEIGHTS, TEXTS, RULES).terms, AllOf)


def test_an_offer_of_two_does_not_cover_a_third_text() -> None:
    third = statement("CC-BY-NC-4.0", "text", "LICENSE-NC")
    assert isinstance(grant_of(WEIGHTS, [*TEXTS, third, *OFFER], RULES).terms, AllOf)
