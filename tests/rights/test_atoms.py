"""What clauses compile to: patents beside copyright, duties of one scope, what acts presuppose."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.answer import Circumstances, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.licenses import Grants, license_ids, license_of
from howopen.release import LicenseReading
from howopen.rights import may, survival
from howopen.rights.asker import checked
from howopen.rights.compile import compile_reading
from howopen.rights.decide import decide
from howopen.rights.words import words_of
from tests.rights.build import cited, model, owed

KNOWLEDGE = Knowledge(Path(__file__).parent / "knowledge")
OURS = default()
WORDS = words_of(OURS)
PEOPLE = [
    Circumstances(purpose=purpose, org=org, kind=kind)
    for purpose in WORDS.domains["purpose"]
    for org in WORDS.domains["org"]
    for kind in ("fine-tune", "quantised", "adapter")
    if purpose != "personal" or org == "person"
]


def test_a_license_of_patents_alone_permits_nothing() -> None:
    under = model("patents-beside")
    assert may(under, "host", knowledge=KNOWLEDGE).truth is Truth.NO
    run = may(under, "run", knowledge=KNOWLEDGE)
    assert run.truth is Truth.YES
    assert cited(run) == {"patents-beside#1"}


def test_a_suit_that_ends_patents_says_nothing_of_whether_the_rest_can_be_taken_back() -> None:
    found = survival(model("patents-beside"), KNOWLEDGE)
    (kept,) = [one for one in found.stays if one.id == "permission"]
    assert kept.truth is Truth.UNCLEAR


@pytest.mark.parametrize(
    ("component", "duties"), [("weights", set()), ("training-data", {"attribute"})]
)
def test_a_duty_on_data_is_owed_for_data_alone(component: str, duties: set[str]) -> None:
    under = model("patents-beside", component=component)
    found = may(under, "use-outputs", knowledge=KNOWLEDGE, component=component)
    assert found.truth is Truth.YES
    assert set(owed(found)) == duties


@pytest.mark.parametrize("name", license_ids(OURS))
def test_no_license_licenses_patents_alone(name: str) -> None:
    ident, _, edition = name.partition("@")
    known = license_of(OURS, ident, edition or None)
    assert known is not None
    given = {one.patent for one in known.clause if isinstance(one, Grants)}
    assert given != {"alone"}


@pytest.mark.parametrize("name", license_ids(OURS))
def test_other_terms_are_never_freer_than_publishing_itself(name: str) -> None:
    ident, _, edition = name.partition("@")
    reading = LicenseReading(license=ident, edition=edition or None, via="tag")
    node = compile_reading(reading, OURS, "weights").node
    for who in PEOPLE:
        asker = checked(who, "relicense", OURS)
        freed = decide(node, "relicense", asker, WORDS).rank
        assert freed <= decide(node, "share-derivative", asker, WORDS).rank, who


@pytest.mark.parametrize("field", ["fraud", "malware"])
def test_a_ban_on_the_unlawful_leaves_open_what_the_law_mostly_forbids(field: str) -> None:
    assert may(model("qwen@2024-09-19"), "run", Circumstances(field=field)).truth is Truth.UNCLEAR
    assert may(model("Apache-2.0"), "run", Circumstances(field=field)).truth is Truth.YES
