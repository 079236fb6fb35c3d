"""What comes from a release cannot move the cursor, reorder text or hide it."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from howopen.reports.clean import clean, line, shorten

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x1b[]\x07\x9b\u202e\u2066\u200b\u2028\ufeff\U000e0041\udc80\x00\r\n\t|<>&"
        ),
    )
)


@given(ANY_TEXT)
def test_clean_text_holds_no_control_or_format_character(text: str) -> None:
    kept = {"\n", "\t", "\u200c", "\u200d"}
    bad = {"Cc", "Cs"}
    assert not [c for c in clean(text) if unicodedata.category(c) in bad and c not in kept]
    assert not set(clean(text)) & set(
        "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT, st.integers(2, 80))
def test_a_shortened_text_is_one_line_within_its_size(text: str, size: int) -> None:
    short = shorten(text, size)
    assert len(short) <= size
    assert "\n" not in short


def test_escape_sequences_go_with_their_parameters_and_titles() -> None:
    assert clean("a\x1b[1;31mred\x1b[0m \x1b]0;owned\x07b") == "ared b"


def test_letters_of_other_scripts_stay() -> None:
    assert line("模型 – نموذج – मॉडल – e\u0301") == "模型 – نموذج – मॉडल – e\u0301"
