"""The index of published texts: what it holds, what a query reads of it, and that it is found."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from howopen.errors import KnowledgeError
from howopen.knowledge import default
from howopen.knowledge.catalogue import catalogue, listed
from howopen.knowledge.classes import classes_index
from howopen.licenses import readings_of
from howopen.licenses.free_spans import free_spans
from howopen.licenses.index import Index, Reference, load
from howopen.licenses.indexing import SourceText, build
from howopen.licenses.outline import outline
from howopen.licenses.packing import MAGIC, unpack
from howopen.licenses.words import Words
from tests.support import fixture_policy, fixture_text

HISTORY = tomllib.loads((Path(__file__).parent / "expected_texts.toml").read_text("utf-8"))[
    "history"
]
OWN = Path(sys.modules[Index.__module__].__file__ or "").parent / "index.bin"
TEXTS = [
    SourceText(id="fixture-community", text=fixture_text()),
    SourceText(id="fixture-conduct-rules", edition="2", text=fixture_policy(), kind="notice"),
]


def test_the_same_texts_give_the_same_bytes_in_any_order() -> None:
    assert build(TEXTS) == build(TEXTS[::-1])


def test_an_index_holds_no_word_of_a_text() -> None:
    data = build([SourceText(id="x", text=fixture_text())])
    long = {word for word in fixture_text().lower().split() if word.isalpha() and len(word) > 7}
    assert len(long) > 20
    assert [word for word in long if word.encode() in data] == []


def test_a_text_comes_back_word_for_word_with_its_identity() -> None:
    index = Index(build(TEXTS))
    (text,) = index.texts_of("fixture-conduct-rules", "2")
    assert (text.ident, text.kind) == ("fixture-conduct-rules@2", "notice")
    assert text.words == Words(fixture_policy()).ids
    assert text.paragraphs == Words(fixture_policy()).paragraphs


def test_a_file_of_the_same_words_is_found_whole_and_a_changed_one_is_not() -> None:
    index = Index(build(TEXTS))
    assert [one.id for one in index.whole(Words(fixture_text()).ids)] == ["fixture-community"]
    assert index.whole(Words(fixture_text() + " more").ids) == ()


def test_votes_name_the_text_that_a_passage_comes_from() -> None:
    index = Index(build(TEXTS))
    half = " ".join(fixture_text().split()[: len(fixture_text().split()) // 2])
    votes = {one.id: len(positions) for one, positions in index.votes(Words(half).runs).items()}
    assert max(votes, key=lambda ident: votes[ident]) == "fixture-community"


def test_what_copies_fill_in_does_not_stand_for_a_text() -> None:
    form = fixture_text() + "\n\nCopyright (c) 2024 One Holder With A Long Name, all of it\n"
    other = form.replace("One Holder With A Long Name", "Another Company Altogether Limited")
    index = Index(build([SourceText(id="form", text=form)]))
    (text,) = index.references
    found = index.votes(Words(other).runs)[text]
    assert len(found) >= text.shingle_count


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_damaged_head_is_refused_or_read_never_a_crash(at: int, byte: int) -> None:
    data = bytearray(build(TEXTS))
    data[at % len(data)] = byte
    with contextlib.suppress(KnowledgeError):
        assert unpack(bytes(data)).texts


@pytest.mark.parametrize("size", [0, 10, 31, 40, 500, 3_000])
def test_an_index_that_is_cut_short_is_refused(size: int) -> None:
    data = build(TEXTS)
    assert size < len(data)
    with pytest.raises(KnowledgeError):
        unpack(data[:size])


def test_a_damaged_record_is_refused_when_it_is_read() -> None:
    packed = unpack(build(TEXTS))
    data = bytearray(build(TEXTS))
    start = len(data) - len(packed.records) - 8
    data[start:] = bytes(len(data) - start)
    broken = Index(bytes(data)).references[0]
    with pytest.raises(KnowledgeError):
        _ = broken.words


def test_a_file_that_is_no_index_says_what_to_do() -> None:
    with pytest.raises(KnowledgeError, match="does not begin as one") as caught:
        Index(b"PK" + bytes(200))
    assert "build_license_index" in str(caught.value.hint)
    with pytest.raises(KnowledgeError):
        Index(MAGIC + bytes(200))


FORMS = {
    "Copyright (c) <year> <copyright holders>": "year copyright holders",
    "Copyright [yyyy] [name of copyright owner]": "yyyy name of copyright owner",
    "Copyright (c) [year] [fullname]": "year fullname",
    "Copyright {{ year }} {{ organization }}": "year organization",
    "This work of YYYY is licensed as follows.": "yyyy",
    "Neither the name of Some Great University nor the names of its staff may be used.": (
        "some great university"
    ),
    "IN NO EVENT SHALL THE EXAMPLE CONSORTIUM BE LIABLE FOR ANY CLAIM": "the example consortium",
    'This software is provided by Example Corp. "as is" and without warranty.': "example corp",
}


@pytest.mark.parametrize("line", FORMS)
def test_blanks_names_and_years_of_forms_are_free(line: str) -> None:
    words = Words(f"Permission is granted to use this for any purpose.\n\n{line}\n\nThe end.")
    free = {at for start, stop, _ in free_spans(words) for at in range(start, stop)}
    shown = " ".join(words.word(at) for at in sorted(free))
    assert FORMS[line] in shown
    assert "permission" not in shown


def test_the_party_of_a_long_agreement_is_not_free() -> None:
    long = "These terms say much about many things. " * 100
    words = Words(f"{long}\n\nIn no event shall Example Corp be liable for anything.")
    assert free_spans(words) == []


def test_the_first_line_of_a_sentence_is_no_title() -> None:
    sentence = "Permission to use, copy and change this is given to all\nwho keep this sentence."
    assert free_spans(Words(sentence * 4)) == []
    titled = Words("The Example License\nVersion 2\n\n" + sentence * 4)
    assert free_spans(titled) == [(0, 3, "o")]


def test_the_index_holds_what_was_promised_in_the_size_that_was_promised() -> None:
    references = load(default()).references
    assert len(references) > 2_500
    assert OWN.stat().st_size <= 8_000_000
    known = {one.id for one in references}
    assert {"MIT", "Apache-2.0", "GPL-3.0-only", "gemma", "flux-1-dev", "OpenMDW-1.1"} <= known
    assert {"gemma@2025-03-24", "yi-license@2.0", "hunyuan-video@2024-12-03"} <= {
        one.ident for one in references
    }


def test_no_two_licenses_have_the_same_words_without_saying_so() -> None:
    texts: dict[bytes, list[Reference]] = {}
    for one in load(default()).references:
        texts.setdefault(one.identity.digest, []).append(one)
    silent = [
        (one.id, other.id)
        for same in texts.values()
        for one in same
        for other in same
        if other.id not in (one.id, *one.identity.shares)
    ]
    assert silent == []


def test_loading_unpacks_no_text_and_a_query_only_those_it_compares() -> None:
    code = """
from howopen.knowledge import default
from howopen.licenses.index import load
index = load(default())
opened = sum("entry" in vars(one) for one in index.references)
index.texts_of("llama-2")[0].words
print(opened, sum("entry" in vars(one) for one in index.references))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "1"]


def test_every_id_of_an_indexed_text_is_in_the_catalogue_and_says_so() -> None:
    rows = catalogue(default())
    ids = {one.id for one in load(default()).references}
    assert [ident for ident in ids if ident.casefold() not in rows] == []
    assert [ident for ident in ids if not rows[ident.casefold()].text] == []


def test_the_catalogue_knows_every_spdx_id_its_flags_and_what_replaced_it() -> None:
    known = default()
    index = classes_index(known)
    spdx = {row.id for row in catalogue(known).values() if row.spdx}
    assert len(spdx) > 750
    for ident, lists in (("MIT", ("osi", "fsf")), ("CC0-1.0", ("fsf",)), ("AAL", ("osi",))):
        row = listed(known, ident)
        assert row is not None
        assert (row.osi, row.fsf) == ("osi" in lists, "fsf" in lists)
    for old, new in index.renamed.items():
        row = listed(known, old)
        assert row is not None
        assert (row.deprecated, row.replaced_by) == (True, new)


def test_a_license_ref_of_scancode_resolves_to_our_id() -> None:
    known = default()
    told = {"mit": "MIT", "llama-2-license-2023": "llama-2", "qwen-2024": "qwen"}
    for key, ident in told.items():
        row = listed(known, f"LicenseRef-scancode-{key}")
        assert row is not None
        assert row.id == ident
    assert listed(known, "LicenseRef-scancode-no-such-license") is None


def test_families_of_the_long_tail_come_from_categories_and_only_of_licenses() -> None:
    rows = catalogue(default()).values()
    counts = Counter(row.family for row in rows if row.kind == "license")
    assert counts["permissive"] > 500
    assert [row.id for row in rows if row.kind != "license" and row.family] == []


@pytest.mark.shared
def test_the_index_was_built_with_the_words_and_numbering_that_this_code_tells(
    shared_root: Path,
) -> None:
    files = sorted((shared_root / "corpus" / "license-texts").glob("*.txt"))
    texts = {
        hashlib.sha256(text.encode()).hexdigest(): text
        for text in (path.read_text(encoding="utf-8-sig") for path in files)
    }
    usual = [one for one in load(default()).references if one.rank == 0]
    found = [(one, Words(texts[one.entry.sha256])) for one in usual if one.entry.sha256 in texts]
    assert len(found) > 20
    for reference, words in found:
        assert reference.words == words.ids, reference.ident
        assert reference.paragraphs == words.paragraphs, reference.ident
        assert reference.sections == outline(words), reference.ident


@pytest.mark.shared
@pytest.mark.parametrize("name", HISTORY)
def test_each_edition_of_a_changing_license_is_told(shared_root: Path, name: str) -> None:
    path = shared_root / "corpus" / "license-history" / name
    found = readings_of(path.read_text(encoding="utf-8-sig"), default())
    told = [f"{one.license}@{one.edition}" if one.edition else one.license for one in found]
    assert [one for one in told if one] == HISTORY[name]
    assert not any(one.modified for one in found)
