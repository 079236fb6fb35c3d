"""Decisions from atoms alone: guards, planes, facets that were not given, choices."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from howopen.answer import Circumstances, Depth, Truth
from howopen.errors import UnknownTermError
from howopen.knowledge import Knowledge, default
from howopen.release import Grant, LicenseReading, Presence, Release, ReleaseKind, Scope
from howopen.rights import may, rights_table
from tests.rights.build import (
    all_of,
    any_of,
    ask,
    cited,
    departure,
    grant,
    model,
    owed,
    part,
    tag,
    text,
    truth,
)

YES, NO, UNCLEAR = Truth.YES, Truth.NO, Truth.UNCLEAR
KNOWLEDGE = Knowledge(Path(__file__).parent / "knowledge")


def made(*names: str) -> Release:
    return model(all_of(*names)) if len(names) > 1 else model(names[0])


def test_what_no_clause_grants_is_closed_where_copyright_reserves_it() -> None:
    answer = ask(model("run-only"), "share", KNOWLEDGE)
    assert answer.truth is NO
    assert "nothing in Run Only lets you" in answer.headline


def test_what_no_clause_speaks_of_is_unclear_where_copyright_does_not_reserve_it() -> None:
    assert truth(model("run-only"), "use-outputs", KNOWLEDGE) is UNCLEAR


def test_a_prohibition_whose_circumstances_are_not_given_becomes_a_condition() -> None:
    answer = ask(model("no-commerce"), "run", KNOWLEDGE)
    assert answer.truth is YES
    assert [one.text for one in answer.conditions] == ["if the purpose is not commercial"]
    assert answer.conditions[0].citations[0].ref == "no-commerce#2"


def test_a_prohibition_that_every_value_meets_is_a_no() -> None:
    answer = ask(model("no-purpose"), "run", KNOWLEDGE)
    assert answer.truth is NO
    assert cited(answer) == {"no-purpose#2", "no-purpose#3"}


def test_two_texts_that_exclude_each_others_purposes_leave_none() -> None:
    both = made("no-commerce", "only-commerce")
    assert truth(made("no-commerce"), "run", KNOWLEDGE) is YES
    assert truth(made("only-commerce"), "run", KNOWLEDGE) is YES
    assert truth(both, "run", KNOWLEDGE) is NO


def test_no_beats_unclear_beats_yes_where_terms_bind_together() -> None:
    assert truth(made("open", "vague"), "run", KNOWLEDGE) is UNCLEAR
    assert truth(made("open", "vague", "share-only"), "run", KNOWLEDGE) is NO


def test_of_a_choice_the_best_branch_answers_and_brings_only_its_own_duties() -> None:
    answer = ask(
        model(any_of("no-commerce", "open-with-notice")), "run", KNOWLEDGE, purpose="commercial"
    )
    assert answer.truth is YES
    assert any("Open With Notice serves best" in reason.text for reason in answer.reasons)
    share = ask(model(any_of("open", "open-with-notice")), "share", KNOWLEDGE)
    assert owed(share) == {}


def test_duties_fall_due_only_at_their_triggers() -> None:
    release = model("open-with-notice")
    assert "keep-notices" in owed(ask(release, "share", KNOWLEDGE))
    assert "keep-notices" not in owed(ask(release, "run", KNOWLEDGE))


def test_a_duty_above_a_size_falls_due_above_it_and_says_so_where_the_size_is_not_told() -> None:
    release = model("sized")
    assert owed(ask(release, "host", KNOWLEDGE, mau=1_000)) == {}
    assert "display" in owed(ask(release, "host", KNOWLEDGE, mau=1_001))
    untold = owed(ask(release, "host", KNOWLEDGE))["display"]
    assert untold.endswith("if you have more than 1,000 monthly active users")


def test_an_ambiguous_tag_answers_only_what_all_candidates_answer() -> None:
    near = ("no-commerce", "open")
    vague = model(
        LicenseReading(license=None, name="some", via="tag", near=near, why="two of them")
    )
    assert truth(vague, "run", KNOWLEDGE, purpose="research") is YES
    answer = ask(vague, "run", KNOWLEDGE, purpose="commercial")
    assert answer.truth is UNCLEAR
    assert "two of them" in answer.headline
    assert answer.settles[0] == "which of the licenses or editions is meant"


def test_an_unknown_text_decides_nothing() -> None:
    unknown = model(LicenseReading(license=None, name="x", via="text", why="like no text we know"))
    assert {one.truth for one in rights_table(unknown, knowledge=KNOWLEDGE)} == {UNCLEAR}


def test_unlicensed_weights_are_closed_though_publicly_visible() -> None:
    release = model(Grant(scope=Scope.UNSTATED))
    answer = ask(release, "run")
    assert answer.truth is NO
    assert "publicly visible is not licensed" in answer.headline
    assert truth(release, "benchmark") is UNCLEAR


def test_weights_elsewhere_may_have_their_terms_there() -> None:
    away = replace(
        part("weights", Grant(scope=Scope.UNSTATED)),
        presence=Presence.ELSEWHERE,
        urls=("https://models.example/a",),
    )
    release = Release(ref="r", kind=ReleaseKind.MODEL, name="r", parts=(away,))
    answer = may(release, "run")
    assert answer.truth is UNCLEAR
    assert answer.settles == ("the terms at https://models.example/a",)


def test_a_rest_without_terms_does_not_count_beside_named_models() -> None:
    parts = (part("weights", Grant(scope=Scope.UNSTATED)), part("weights", grant("open"), "a"))
    release = Release(ref="r", kind=ReleaseKind.MODEL, name="r", parts=parts)
    assert may(release, "run", knowledge=KNOWLEDGE).truth is YES


def test_stray_letters_are_no_added_words() -> None:
    slip = model(text("open", departure("3", "", "d")))
    assert truth(slip, "run", KNOWLEDGE) is YES
    negation = model(text("open", departure("3", "", "no")))
    assert truth(negation, "run", KNOWLEDGE) is UNCLEAR


@pytest.mark.parametrize("action", ["run", "share", "host"])
def test_a_license_nobody_read_is_answered_from_its_class_and_says_so(action: str) -> None:
    answer = ask(model("EUPL-1.1"), action)
    assert (answer.truth, answer.reading) == (YES, Depth.COARSE)
    assert "coarse reading" in answer.headline
    assert "clause by clause" in answer.risks[0].text


def test_an_unread_noncommercial_license_closes_commerce() -> None:
    answer = ask(model("CC-BY-NC-1.0"), "run", purpose="commercial")
    assert (answer.truth, answer.reading) == (NO, Depth.COARSE)
    assert truth(model("CC-BY-NC-1.0"), "run", purpose="research") is UNCLEAR


def test_a_changed_prohibition_is_no_longer_certain() -> None:
    changed = model(text("no-commerce", departure("2", "not", "")))
    answer = ask(changed, "run", KNOWLEDGE, purpose="commercial")
    assert answer.truth is UNCLEAR
    assert '"not" was removed in clause 2' in str(answer.reasons)
    assert truth(changed, "run", KNOWLEDGE, purpose="research") is YES


def test_a_changed_number_is_asked_for_and_never_taken_for_the_published_one() -> None:
    changed = model(text("sized", departure("5", "1 million", "1 thousand")))
    small = ask(changed, "run", KNOWLEDGE, mau=5_000)
    assert '"1 million" became "1 thousand" in clause 5' in small.headline
    assert small.conditions
    assert truth(changed, "run", KNOWLEDGE, mau=2_000_000) is UNCLEAR
    duty = model(text("sized", departure("2", "1 thousand", "ten")))
    assert owed(ask(duty, "host", KNOWLEDGE, mau=500))["display"].startswith("possibly")


def test_a_deleted_grant_is_not_granted_surely() -> None:
    changed = model(text("open", departure("1", "You may use and share it", "")))
    assert truth(changed, "run", KNOWLEDGE) is UNCLEAR


def test_added_words_cap_every_yes_and_are_quoted() -> None:
    changed = model(text("open", departure(None, "", "It must not be used by banks.")))
    answers = rights_table(changed, knowledge=KNOWLEDGE)
    assert YES not in {one.truth for one in answers}
    assert "must not be used by banks" in answers[0].headline


def test_a_missing_appendix_outside_every_clause_changes_nothing() -> None:
    changed = model(text("open", departure(None, "How to apply these terms", "")))
    assert truth(changed, "run", KNOWLEDGE) is YES


def test_models_of_one_release_that_differ_are_named_until_one_is_chosen() -> None:
    parts = (part("weights", grant("open"), "a"), part("weights", grant("no-commerce"), "b"))
    release = Release(ref="r", kind=ReleaseKind.MODEL, name="r", parts=parts)
    commercial = Circumstances(purpose="commercial")
    answer = may(release, "run", commercial, knowledge=KNOWLEDGE)
    assert answer.truth is UNCLEAR
    assert "yes for a; no for b" in answer.headline
    assert may(release, "run", commercial, knowledge=KNOWLEDGE, variant="b").truth is NO
    assert may(release, "run", Circumstances(purpose="research"), knowledge=KNOWLEDGE).truth is YES


def test_what_is_not_there_is_not_judged() -> None:
    release = Release(ref="r", kind=ReleaseKind.MODEL, name="r")
    assert may(release, "run").truth is Truth.NA


def test_an_adapter_stands_in_for_weights_that_are_not_there() -> None:
    answer = ask(model("open", component="adapter"), "run", KNOWLEDGE)
    assert (answer.truth, answer.component) == (YES, "adapter")


def test_circumstances_outside_the_vocabulary_are_refused_with_near_ones() -> None:
    with pytest.raises(UnknownTermError, match="did you mean 'commercial'"):
        ask(model("open"), "run", KNOWLEDGE, purpose="comercial")
    with pytest.raises(UnknownTermError, match="country"):
        ask(model("open"), "run", KNOWLEDGE, based_in="Germany")


def test_data_that_bars_commerce_is_a_risk_and_no_verdict() -> None:
    release = Release(
        ref="r",
        kind=ReleaseKind.MODEL,
        name="r",
        parts=(
            part("weights", grant("Apache-2.0")),
            part("training-data", grant(tag("CC-BY-NC-4.0"))),
        ),
    )
    commercial = ask(release, "run", default(), purpose="commercial")
    assert commercial.truth is YES
    assert "CC-BY-NC-4.0" in commercial.risks[0].text
    assert not ask(release, "run", default(), purpose="research").risks


def test_a_citation_quotes_the_clause_from_the_users_own_file() -> None:
    from howopen.release import ClauseSpan  # noqa: PLC0415

    span = ClauseSpan(ref="2", lines=(7, 8), quote="You shall not\n  sell it.")
    answer = ask(
        model(text("no-commerce", clauses=(span,))), "run", KNOWLEDGE, purpose="commercial"
    )
    clause = answer.reasons[0].citations[0]
    assert clause.quote == "You shall not sell it."
    assert (clause.evidence[0].path, clause.evidence[0].lines) == ("LICENSE", (7, 8))


def test_a_clause_of_a_text_that_is_not_there_is_cited_with_its_url_and_no_quote() -> None:
    clause = (
        ask(model("no-commerce"), "run", KNOWLEDGE, purpose="commercial").reasons[0].citations[0]
    )
    assert (clause.quote, clause.url) == ("", "https://licenses.example/no-commerce")
