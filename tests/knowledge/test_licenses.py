from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from howopen.errors import KnowledgeError
from howopen.knowledge import Knowledge, default
from howopen.knowledge.actions import actions_of
from howopen.knowledge.classes import classes_index
from howopen.knowledge.licenses import (
    Binds,
    Clause,
    Disclaims,
    Ends,
    Forbids,
    Grants,
    License,
    Limits,
    Reaches,
    Requires,
    When,
    license_ids,
    license_of,
)
from howopen.knowledge.relations import relations_of

IDS = license_ids(default())
ROLES = {"licensee", "end-user"}
REVOCABLE = {"never", "breach", "suit", "at-will", "unstated"}
ENDS_ON = {"breach", "patent-suit", "copyright-suit", "ip-suit", "unilateral-update", "at-will"}
DISCLAIMED = {"warranty", "liability", "indemnity", "trademark", "patent", "support"}


def read(name: str) -> License:
    """Read one license file by its file name."""
    ident, _, edition = name.partition("@")
    found = license_of(default(), ident, edition or None)
    assert found is not None
    return found


def whens(clause: Clause) -> Iterator[When]:
    """Yield every circumstance a clause speaks of."""
    if isinstance(clause, Grants | Forbids | Limits | Requires):
        yield clause.when
    if isinstance(clause, Forbids | Limits):
        yield from clause.unless
    for doubt in getattr(clause, "doubts", ()):
        yield doubt.when


def plain(values: tuple[str, ...]) -> set[str]:
    """Return the values of a facet without the sign of exclusion."""
    return {value.removeprefix("!") for value in values}


@pytest.mark.parametrize("name", IDS)
def test_a_license_file_decodes_under_the_id_it_is_named_for(name: str) -> None:
    found = read(name)
    assert name == (f"{found.id}@{found.edition}" if "@" in name else found.id)
    assert found.clause
    assert found.source


@pytest.mark.parametrize("name", IDS)
def test_a_license_speaks_the_vocabulary_of_actions(name: str) -> None:
    words = actions_of(default())
    for clause in read(name).clause:
        if isinstance(clause, Grants | Forbids):
            assert set(clause.actions) <= set(words.actions), clause.ref
        if isinstance(clause, Limits):
            assert set(clause.closes) <= {"all", "commercial", *words.actions}, clause.ref
        if isinstance(clause, Requires):
            assert clause.duty in words.duties, clause.ref
            assert set(clause.triggers) <= set(words.triggers), clause.ref
            assert clause.triggers, clause.ref
            assert bool(clause.limit) == (clause.threshold is not None), clause.ref


@pytest.mark.parametrize("name", IDS)
def test_a_license_speaks_of_circumstances_that_can_be_asked_for(name: str) -> None:
    words = actions_of(default())
    kinds = {kind.reach for kind in relations_of(default()).kinds.values() if kind.reach}
    known = words.circumstances
    for clause in read(name).clause:
        for when in whens(clause):
            assert plain(when.field) <= set(words.fields), clause.ref
            assert plain(when.purpose) <= set(known["purpose"]), clause.ref
            assert plain(when.org) <= set(known["org"]), clause.ref
            assert plain(when.role) <= ROLES, clause.ref
            assert plain(when.target) <= set(known["target"]), clause.ref
            assert plain(when.modality) <= set(known["modality"]), clause.ref
            assert plain(when.kind) <= kinds, clause.ref


@pytest.mark.parametrize("name", IDS)
def test_a_license_reaches_kinds_of_derivative_that_exist(name: str) -> None:
    kinds = {kind.reach for kind in relations_of(default()).kinds.values() if kind.reach}
    for clause in read(name).clause:
        if isinstance(clause, Reaches):
            assert set(clause.kinds) <= kinds, clause.ref
            doubted = {kind for doubt in clause.doubts for kind in doubt.when.kind or clause.kinds}
            unclear = {kind for kind, reached in clause.kinds.items() if reached == "unclear"}
            assert unclear <= doubted, f"{clause.ref}: unclear without saying why"


@pytest.mark.parametrize("name", IDS)
def test_a_license_ends_and_disclaims_in_known_words(name: str) -> None:
    for clause in read(name).clause:
        if isinstance(clause, Ends):
            assert set(clause.on) <= ENDS_ON, clause.ref
            assert clause.what in {"all", "patent", "none"}, clause.ref
        if isinstance(clause, Grants):
            assert set(clause.revocable) <= REVOCABLE, clause.ref
        if isinstance(clause, Disclaims):
            assert set(clause.what) <= DISCLAIMED, clause.ref


@pytest.mark.parametrize("name", IDS)
def test_every_clause_can_be_found_by_its_words_and_says_one_sentence(name: str) -> None:
    for clause in read(name).clause:
        assert 2 <= len(clause.words) <= 6, clause.ref
        assert all(len(phrase.split()) <= 5 for phrase in clause.words), clause.ref
        assert clause.says.endswith("."), clause.ref
        assert 15 < len(clause.says) < 400, clause.ref


@pytest.mark.parametrize("name", IDS)
def test_a_license_names_only_licenses_that_are_known(name: str) -> None:
    known = {*classes_index(default()).ids.values(), *(i.partition("@")[0] for i in IDS)}
    found = read(name)
    for clause in found.clause:
        if isinstance(clause, Binds):
            assert set(clause.compatible) <= known, clause.ref
    assert {taken.license for taken in found.incorporates} <= known


@pytest.mark.parametrize("name", IDS)
def test_every_license_that_was_read_is_a_known_id_or_a_policy(name: str) -> None:
    ident = name.partition("@")[0]
    assert ident in classes_index(default()).ids.values() or ident.endswith("policy")


def test_a_later_version_clause_does_not_change_the_text() -> None:
    assert license_of(default(), "GPL-3.0-or-later") == license_of(default(), "GPL-3.0-only")


def test_an_edition_is_never_guessed() -> None:
    assert license_of(default(), "gemma") is None
    assert license_of(default(), "no-such-license") is None


def test_an_unknown_key_in_a_license_file_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "licenses"
    folder.mkdir()
    (folder / "mine.toml").write_text('id = "mine"\nnmae = "Mine"\n', encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"mine\.toml"):
        license_of(Knowledge(tmp_path), "mine")


def test_a_noncommercial_license_leaves_internal_use_of_a_company_in_doubt() -> None:
    found = read("CC-BY-NC-4.0")
    runs = [c for c in found.clause if isinstance(c, Grants) and "run" in c.actions]
    assert {doubt.when.purpose for clause in runs for doubt in clause.doubts} >= {("internal",)}
    assert any(
        isinstance(clause, Forbids) and clause.when.purpose == ("commercial",)
        for clause in found.clause
    )


def test_the_source_of_weights_is_a_doubt_of_the_gpl() -> None:
    duties = [c for c in read("GPL-3.0-only").clause if isinstance(c, Requires)]
    sources = [clause for clause in duties if clause.duty == "give-source"]
    assert sources
    assert all(clause.doubts for clause in sources)
