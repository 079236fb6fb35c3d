"""Every clause of our knowledge stands in an indexed text, and holds the words it is known by."""

from __future__ import annotations

import pytest

from howopen.knowledge.licenses import license_ids, license_of
from howopen.knowledge.loader import default
from howopen.licenses.clauses import locate_clause
from howopen.licenses.index import load
from howopen.licenses.outline import outline, ref_key
from howopen.licenses.words import Words

INDEXED = [
    name for name in license_ids(default()) if load(default()).by_id.get(name.partition("@")[0])
]


@pytest.mark.parametrize("name", INDEXED)
def test_each_clause_is_found_where_its_words_are(name: str) -> None:
    ident, _, edition = name.partition("@")
    known = license_of(default(), ident, edition or None)
    assert known is not None
    texts = load(default()).texts_of(known.id, known.edition or None) or load(default()).texts_of(
        known.id
    )
    assert texts
    lost = [
        clause.ref
        for clause in known.clause
        if not any(locate_clause(text, clause) for text in texts)
    ]
    assert lost == []


@pytest.mark.parametrize("name", INDEXED)
def test_each_printed_ref_is_printed(name: str) -> None:
    ident, _, edition = name.partition("@")
    known = license_of(default(), ident, edition or None)
    assert known is not None
    texts = load(default()).texts_of(known.id, known.edition or None) or load(default()).texts_of(
        known.id
    )
    wrong = []
    for clause in known.clause:
        found = [locate_clause(text, clause) for text in texts]
        if not clause.derived and not any(one and one.printed for one in found):
            wrong.append(clause.ref)
    assert wrong == []


def test_a_letter_below_a_heading_that_prints_no_number_is_found() -> None:
    known = license_of(default(), "stability-community", "2024-07-05")
    assert known is not None
    (text,) = load(default()).texts_of(known.id, known.edition)
    clause = next(one for one in known.clause if one.ref == "IV(b)")
    found, whole = locate_clause(text, clause), max(text.sections, key=lambda one: one.start)
    assert found is not None
    assert not found.printed
    assert "b" in [s.ref for s in text.sections if (s.start, s.stop) == (found.start, found.stop)]
    assert found.stop < whole.start


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        (
            "1. One.\n\n   a. Sub.\n\n   b. Sub.\n\n      i. Low.\n\n2. Two.",
            ["1", "1.a", "1.b", "1.b.i", "2"],
        ),
        (
            "4. Copies. You may copy if:\n\n(a) You keep it; and\n\n(b) You say so.\n\n5. More.",
            ["4(a)", "4(b)"],
        ),
        (
            "2.1 Grant. Yes.\n\n2.2 Limits. (a) none; (b) few.\n\n3.1 End.",
            ["2.1", "2.2", "2.2(a)", "2.2(b)", "3.1"],
        ),
        (
            "Section 1 - Words.\n\n  a. This.\n\nSection 2 - Scope.\n\n  a. Grant.\n\n    1. Now.",
            ["1.a", "2.a", "2.a.1"],
        ),
    ],
)
def test_printed_numbering_becomes_refs(text: str, refs: list[str]) -> None:
    found = [section.ref for section in outline(Words(text))]
    assert [ref for ref in refs if ref not in found] == []


def test_a_reference_in_a_sentence_opens_no_section() -> None:
    text = "1. It is as said in Section\n2. of this text (see Section 4(a)), no more.\n\n2. Two."
    assert [section.ref for section in outline(Words(text))] == ["1", "2"]


def test_refs_are_compared_by_their_parts() -> None:
    assert ref_key("4(a)") == ref_key("Section 4.a") == ("4", "a")
