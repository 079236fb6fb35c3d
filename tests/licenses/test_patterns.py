"""Signs of terms in texts that nobody has read: found where they are, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.measure_patterns import HALVES, Texts, available, labels, measure, plain, total

from howopen.errors import KnowledgeError
from howopen.knowledge import Knowledge, default
from howopen.knowledge.patterns import KINDS, patterns_of
from howopen.licenses import read_license
from howopen.licenses.files import read_licenses
from howopen.licenses.patterns import MAX_QUOTE, signs_of
from howopen.licenses.units import Units
from howopen.release import Sign

#: at most so many kinds of one text may be missed or wrong, as shares, over all texts at hand
LEAST_PRECISION = 0.95
LEAST_RECALL = 0.85


def found(text: str) -> dict[str, list[Sign]]:
    signs: dict[str, list[Sign]] = {}
    for sign in signs_of(text, default()):
        signs.setdefault(sign.kind, []).append(sign)
    return signs


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("non-commercial", "You may use the Model for non-commercial purposes only."),
        ("non-commercial", "You shall not use the Model for any commercial purpose."),
        ("non-commercial", "Any commercial use of the Model is prohibited."),
        ("non-commercial", "If you plan to use it commercially, please register with us first."),
        ("research-only", "The weights are provided solely for academic research purposes."),
        ("threshold", "If your services have more than 3 million monthly active users, ask us."),
        ("no-training", "You may not use outputs to train any other language model."),
        ("field-of-use", "You must not use the Model for military purposes."),
        ("territory", "This license does not apply in the European Union."),
        ("share-alike", "Derivative works must be distributed under the same license."),
        ("naming", "You shall prominently display “Powered by Acme” on your website."),
        ("pass-on", "You must give every recipient a copy of this license."),
        ("use-policy", "Your use must comply with the Acme Acceptable Use Policy."),
        ("update", "Acme may modify these terms at any time."),
        ("termination", "Your rights under this license terminate automatically on breach."),
    ],
)
def test_a_sentence_that_says_it_is_a_sign(kind: str, text: str) -> None:
    (sign, *_) = found(text)[kind]
    assert sign.quote == text.rstrip(".")
    assert sign.lines == (1, 1)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("non-commercial", "You may use it for commercial or non-commercial purposes."),
        ("non-commercial", "You may copy it, either commercially or noncommercially, for free."),
        ("non-commercial", "We grant no warranty for commercial purposes of any kind."),
        ("research-only", "You may use it for research, teaching, business and anything else."),
        ("threshold", "The company has many monthly active users, in more than 30 countries."),
        ("threshold", "In no event shall our liability be more than 100 dollars."),
        ("no-training", "You may use outputs to train any other language model."),
        ("field-of-use", "You must comply with laws on export to military end users."),
        ("territory", "This license is governed by the laws of a state in the European Union."),
        ("territory", "We grant a worldwide license."),
        ("share-alike", "You may put your modifications under a license of your choice."),
        ("share-alike", "Your Contribution shall be under the terms of this license."),
        ("naming", "You are encouraged to display “Powered by Acme” on your website."),
        ("naming", "You may not use the name of Acme to promote derived products."),
        ("pass-on", "It is not required that you give recipients a copy of this license."),
        ("use-policy", "You agree to this Acceptable Use Policy."),
        ("update", "You may modify this software as you like."),
        ("update", "No change of this license is binding unless it is signed by both."),
        ("termination", "Sections 3 and 4 survive when this agreement ends."),
    ],
)
def test_a_sentence_with_its_words_that_says_otherwise_is_none(kind: str, text: str) -> None:
    assert kind not in found(text)


@pytest.mark.parametrize(
    ("text", "value", "counts", "amount", "tested"),
    [
        (
            "If, on the Acme version release date, the monthly active users of your products are"
            " greater than 700 million in the preceding calendar month, ask for a license.",
            "700,000,000 monthly users, at release",
            "mau",
            700_000_000,
            "at-release",
        ),
        (
            "If at any time you generate more than USD $1,000,000 in annual revenue, it ends.",
            "1,000,000 dollars a year, running",
            "revenue",
            1_000_000,
            "running",
        ),
        (
            "Companies with less than 2.5 million euros of turnover are exempt.",
            "2,500,000 euros a year, running",
            "revenue",
            2_500_000,
            "running",
        ),
        (
            "It is free if your company has fewer than 100 employees.",
            "100 employees, running",
            "employees",
            100,
            "running",
        ),
    ],
)
def test_a_threshold_says_what_is_counted_how_much_and_when(
    text: str, value: str, counts: str, amount: int, tested: str
) -> None:
    (sign,) = found(text)["threshold"]
    assert (sign.value, sign.counts, sign.amount, sign.tested) == (value, counts, amount, tested)


def test_users_and_revenue_in_one_sentence_are_two_thresholds() -> None:
    text = (
        "If you have more than 100 million monthly active users, or more than 20 million US dollars"
        " in monthly revenue, you shall tell us."
    )
    values = [sign.value for sign in found(text)["threshold"]]
    assert values == ["100,000,000 monthly users, running", "20,000,000 dollars a month, running"]


def test_what_leads_a_list_in_counts_for_its_items() -> None:
    text = (
        "2. You will not use the Model:\n\n(a) for military purposes;\n(b) for surveillance; or\n"
        "(c) to bake bread.\n\n3. You may show it to the military.\n"
    )
    fields = found(text)["field-of-use"]
    assert [(sign.value, sign.lines) for sign in fields] == [
        ("military", (3, 3)),
        ("surveillance", (4, 4)),
    ]
    assert fields[0].quote.endswith("… for military purposes")
    assert fields[0].quote.startswith("You will not use the Model")


def test_a_grant_for_commercial_purposes_lifts_what_seems_non_commercial() -> None:
    limited = "We grant you a license to use it for any non-commercial purpose.\n\n"
    both = limited + "We also grant you a license to use it for any commercial purpose.\n"
    outputs = limited + "You may use outputs for any purpose, including for commercial purposes.\n"
    assert "non-commercial" in found(limited)
    assert "non-commercial" not in found(both)
    assert "non-commercial" in found(outputs)


def test_every_label_is_in_its_text(shared_root: Path) -> None:
    texts, checked = Texts(shared_root / "corpus"), 0
    for entry in labels().text:
        assert len(entry.files) == len(set(entry.files))
        assert {*entry.has, *entry.absent, *entry.open} == set(KINDS)
        assert len(entry.has) + len(entry.absent) + len(entry.open) == len(KINDS)
        for name in entry.files:
            text = texts.read(name)
            if text is None:
                continue
            words = plain(text)
            for kind, shown in entry.has.items():
                assert plain(shown) in words, f"{name}: {kind}: {shown}"
                assert len(shown.split()) <= 5
                checked += 1
    assert checked > 300


def test_the_table_has_at_least_seventy_texts() -> None:
    table = labels()
    assert len(table.text) >= 70
    assert len(table.permissive) + len(table.copyleft) >= 40


@pytest.mark.parametrize("half", HALVES[:3])
def test_signs_are_right_and_few_are_missed(half: str, shared_root: Path) -> None:
    table = labels()
    own = [text for text in table.text if table.half(text) == half]
    rows = list(available(Texts(shared_root / "corpus"), own))
    if not rows:
        pytest.skip("the texts of ScanCode are not installed here")
    signs = [(entry, name, signs_of(text, default())) for entry, name, text in rows]
    scores, misses = measure(signs)
    assert total(scores.values()).precision >= LEAST_PRECISION, misses
    assert total(scores.values()).recall >= LEAST_RECALL, misses
    for entry, name, seen in signs:
        values = {sign.value for sign in seen if sign.kind == "threshold"}
        assert values == set(entry.thresholds), name


def test_lines_and_quotes_are_those_of_the_text(shared_root: Path) -> None:
    for _, name, text in available(Texts(shared_root / "corpus"), labels().text):
        rows = text.split("\n")
        for sign in signs_of(text, default()):
            first, last = sign.lines
            assert 1 <= first <= last <= len(rows), name
            near = " ".join("\n".join(rows[max(0, first - 12) : last + 12]).split())
            own = sign.quote.removesuffix(" …").rpartition("… ")[2]
            assert " ".join(own.split()[:3]) in near, (name, sign)
            assert len(sign.quote) <= 2 * MAX_QUOTE


def test_ordinary_licenses_have_no_other_signs() -> None:
    table, texts = labels(), Texts()
    if texts.scancode is None:
        pytest.skip("the texts of ScanCode are not installed here")
    for key in (*table.permissive, *table.copyleft):
        kinds = {sign.kind for sign in signs_of(texts.read(f"scancode/{key}") or "", default())}
        assert kinds <= set(table.ordinary_kinds), key
        expected = key in table.copyleft and key not in table.missed
        assert ("share-alike" in kinds) is expected, key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\u202e" * 1000,
        "1" * 5000,
        "more than " + "9" * 400 + " monthly active users",
        "You may not use it to:\n" * 2000,
        "You may not: " + "a" * 50_000 + " b" * 10,
        "." + " " * 50_000 + "x",
        "(a) " * 20_000,
        '"' * 20_000,
    ],
)
def test_strange_text_is_read_quickly_and_has_no_signs(text: str) -> None:
    assert signs_of(text, default()) == ()


def test_a_word_broken_by_a_hyphen_keeps_its_place() -> None:
    text = "It is for non- commercial purposes only.\nAnd this is line two of it."
    units = Units(text)
    assert [units.line(unit.words[0].start) for unit in units.units] == [1, 2]
    assert all(text[word.start : word.stop].strip() for unit in units.units for word in unit.words)


def test_an_unknown_license_file_has_signs_and_a_read_one_has_none(tmp_path: Path) -> None:
    own = tmp_path / "LICENSE"
    own.write_text("ACME MODEL TERMS\n\nYou may use it solely for non-commercial research.\n")
    (reading,) = read_licenses(own)
    assert (reading.signs[0].kind, reading.signs[0].lines) == ("non-commercial", (3, 3))
    assert read_license(own).signs == reading.signs
    known = tmp_path / "COPYING"
    known.write_text("Licensed under the MIT License.\n")
    assert read_licenses(known)[0].signs == ()


def test_a_frame_with_an_unknown_cue_is_an_error(tmp_path: Path) -> None:
    titles = "\n".join(f'{kind} = "x"' for kind in KINDS)
    (tmp_path / "patterns.toml").write_text(
        f"[titles]\n{titles}\n[means]\n{titles}\n[fields]\n[cues]\nmust = 'must'\n"
        "[[frame]]\nkind = 'naming'\ncues = ['must', 'mustard']\n"
    )
    with pytest.raises(KnowledgeError, match="mustard"):
        patterns_of(Knowledge(tmp_path))


def test_our_own_file_explains_every_kind() -> None:
    patterns = patterns_of(default())
    assert set(patterns.titles) == set(patterns.means) == set(KINDS)
    assert {frame.kind for frame in patterns.frame if not frame.lifts} == set(KINDS)
