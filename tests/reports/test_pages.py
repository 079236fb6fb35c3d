"""The pages of the other commands."""

from __future__ import annotations

import msgspec
import pytest

from howopen.answer import Condition, Depth, Truth
from howopen.errors import UnknownTermError
from howopen.knowledge import default
from howopen.report import Opened
from howopen.reports import render
from howopen.reports.blocks import plain
from howopen.reports.explain import explain, terms
from howopen.reports.headline import commercial_too
from howopen.reports.proof import row_nodes
from howopen.reports.rights import ground_of, right_rows
from howopen.rights.binding import TermsOn
from howopen.rights.publishing import Publishing
from tests.reports import sample

REPORT = sample.report()
NO = next(answer for answer in REPORT.answers if answer.truth is Truth.NO)


def test_an_answer_begins_with_its_truth_and_says_it_once() -> None:
    first = render(NO, width=200, color=False).splitlines()[0]
    assert first == "no - train on outputs: outputs must not improve another language model"


def test_an_answer_quotes_the_clause_it_rests_on_with_its_lines() -> None:
    text = render(NO, width=200, color=False)
    assert "llama-2#1.b.v" in text
    assert "LICENSE:33-35  “not use the outputs" in text


def test_an_answer_shows_conditions_duties_risks_and_what_would_settle_it() -> None:
    share = next(answer for answer in REPORT.answers if answer.action == "share")
    text = render(share, width=200, color=False)
    for title in ("IF", "YOU MUST", "AT RISK", "ON WHICH FOOTING"):
        assert f"\n{title}\n" in text
    assert "(when it is passed on unmodified)" in text
    unclear = next(answer for answer in REPORT.answers if answer.truth is Truth.UNCLEAR)
    assert "WHAT WOULD SETTLE IT" in render(unclear, width=200, color=False)


def test_rights_group_actions_with_the_same_answer() -> None:
    text = render(REPORT.answers, width=200, color=False)
    assert "run, study, fine-tune, merge, convert, share, host, embed" in text


def test_a_license_page_shows_every_departure() -> None:
    text = render(sample.MIT, width=160, color=False)
    assert "modified" in text.splitlines()[0]
    for words in ("any person", "any natural person", "No use by <b>robots</b>.", "(nothing)"):
        assert words in text


def test_a_changed_text_is_never_said_to_share_all_its_words() -> None:
    nearly = msgspec.structs.replace(sample.MIT, similarity=0.99999)
    assert "99.9% of words" in render(nearly, width=160, color=False)
    assert "100.0% of words" in render(sample.LLAMA, width=160, color=False)


def test_a_license_page_lists_its_clauses_when_verbose() -> None:
    assert "1.b.v" not in render(sample.LLAMA, width=160, color=False)
    assert "1.b.v" in render(sample.LLAMA, width=160, color=False, verbose=True)


def test_an_unknown_license_is_said_to_be_unknown() -> None:
    assert render(sample.UNKNOWN, width=160, color=False).startswith("unknown - one of gemma, qwen")


def test_the_openness_page_holds_verdicts_groups_and_frames() -> None:
    opened = Opened(verdicts=REPORT.verdicts, frame_table=REPORT.frame_table, groups=REPORT.groups)
    text = render(opened, width=120, color=False)
    for title in ("HOW OPEN", "FOR WHOM", "WHAT COUNTS AS SOURCE"):
        assert title in text
    assert "unclear *" in text


def test_claims_begin_with_how_many_are_true() -> None:
    first = render(REPORT.claims, width=120, color=False).splitlines()[0]
    assert first == "3 claims: 1 contradicted, 1 overstated, 1 borne out"


def test_publishing_says_what_reaches_it_and_what_must_go_with_it() -> None:
    found = Publishing(
        kind="adapter",
        truth=Truth.YES,
        headline="yes to publishing a derivative (adapter), under its terms",
        terms=(
            TermsOn(license="llama-2", reached="yes", binds="pass-on", text="They run with it."),
        ),
        licenses=("llama-2",),
        why="nothing else is allowed",
    )
    text = render(found, width=120, color=False)
    assert text.startswith("yes to publishing a derivative (adapter), under its terms")
    assert "reaches it: yes - They run with it." in text


def test_nothing_found_is_said() -> None:
    assert render((), width=80, color=False) == "Nothing was found.\n"


@pytest.mark.parametrize("format", ["text", "markdown"])
@pytest.mark.parametrize("thing", [NO, REPORT.answers, sample.MIT, REPORT.claims])
def test_every_page_is_free_of_escapes(thing: object, format: str) -> None:
    text = render(thing, format, width=80, color=False, verbose=True)
    assert not set(text) & set("\x1b\u202e\x00")


def test_an_unknown_format_suggests_the_known_ones() -> None:
    with pytest.raises(UnknownTermError, match="html"):
        render(REPORT, "htm")


def test_a_thing_without_a_page_is_refused() -> None:
    with pytest.raises(TypeError, match="int"):
        render(3)


def test_every_term_can_be_explained() -> None:
    knowledge = default()
    for term in terms(knowledge):
        assert explain(term, knowledge).title


def test_a_clause_is_explained_with_what_it_leaves_open() -> None:
    found = explain("llama-2#1.b.v", default())
    assert found.kind == "clause"
    assert found.rows[0][0] == "forbids"
    assert any(says.startswith("Left open") for says in found.says)


def test_an_unknown_clause_or_term_suggests_near_ones() -> None:
    with pytest.raises(UnknownTermError, match="osaid"):
        explain("osaid", default())
    with pytest.raises(UnknownTermError, match=r"1\.b\.v"):
        explain("llama-2#1.b.z", default())


def test_a_proof_of_several_actions_says_once_what_they_share() -> None:
    row = right_rows(REPORT.answers)[0]
    shown = row_nodes(row)
    whole = [plain(each.words) for each in shown]
    assert whole[0] == "The license grants it."
    assert len(whole) == len(set(whole))
    own = [each for each in shown if plain(each.words).startswith("share: ")]
    assert [plain(each.words)[:9] for each in own[0].below] == ["you must:"]


def test_the_headline_says_commercial_only_where_the_purpose_makes_no_difference() -> None:
    run = next(answer for answer in REPORT.answers if answer.action == "run")
    assert commercial_too(run)
    purpose = Condition(id="purpose", text="if the purpose is research")
    assert not commercial_too(msgspec.structs.replace(run, conditions=(purpose,)))
    assert not commercial_too(msgspec.structs.replace(run, reading=Depth.COARSE))
    assert not commercial_too(NO)


def test_the_purpose_is_the_first_condition_shown() -> None:
    run = next(answer for answer in REPORT.answers if answer.action == "run")
    purpose = Condition(id="purpose", text="if the purpose is research")
    field = Condition(id="field", text="if the field is not war")
    both = msgspec.structs.replace(run, conditions=(field, *run.conditions, purpose))
    assert ground_of(both) == "if the purpose is research (+2)"


def test_a_condition_with_many_clauses_shows_the_first_and_counts_the_rest() -> None:
    run = next(answer for answer in REPORT.answers if answer.action == "run")
    many = tuple(
        msgspec.structs.replace(run.conditions[0].citations[0], clause=f"3.{number}")
        for number in range(9)
    )
    long = msgspec.structs.replace(
        run, conditions=(Condition(id="field", text="if not war", citations=many),)
    )
    assert "and 6 clauses more; -v shows them" in render(long, width=120, color=False)
    assert "llama-2#3.8" in render(long, width=120, color=False, verbose=True)


def test_a_distance_says_how_far_it_is_and_who_can_go_there() -> None:
    opened = Opened(verdicts=REPORT.verdicts)
    text = " ".join(render(opened, "text", width=100, color=False).split())
    assert "1 change and 1 thing to settle to “no failing found”" in text
    assert "the publisher cannot do it alone" in text
    assert "only the licensor of hf:meta-llama/Llama-2-7b (llama-2)" in text
    assert "if it is not so already: the publisher alone" in text


def test_an_action_is_explained_with_the_clauses_that_forbid_it_in_particular() -> None:
    found = explain("train-on-outputs", default())
    refs = [ref for ref, _ in found.rows]
    assert "llama-2#1.b.v" in refs
    assert not any(ref.startswith(("MIT#", "llama-3.1#")) for ref in refs)
    assert any("own-derivative" in said for said in found.says)


def test_reach_is_explained_by_how_many_licenses_reach_each_kind() -> None:
    rows = dict(explain("reaches", default()).rows)
    assert rows["outputs"].startswith("reached by 0,")
    assert {"copy", "adapter", "merge", "trained-on-outputs"} <= set(rows)
