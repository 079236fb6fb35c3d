"""Releases of many models, of none, and of services: what is said once, and what stays apart."""

from __future__ import annotations

import re
import time

import msgspec
import pytest

from howopen.answer import Answer, Duty, Truth
from howopen.release import (
    Access,
    Component,
    Grant,
    Part,
    Presence,
    Release,
    ReleaseKind,
    Scope,
    Single,
    Variant,
)
from howopen.report import Report
from howopen.reports import render
from howopen.reports.blocks import plain
from howopen.reports.headline import alert, headline, tiles
from howopen.reports.parts import part_rows, part_title
from howopen.reports.proof import row_nodes
from howopen.reports.rights import RightRow, right_groups
from tests.reports import sample

OPEN = Grant(scope=Scope.STATED, terms=Single(reading=sample.APACHE))
REPORT = sample.report()


def part(component: Component, presence: Presence, **more: object) -> Part:
    made = Part(id=f"{component}/{more.get('variant', '')}", component=component, presence=presence)
    return msgspec.structs.replace(made, **more)


def weights(name: str, grant: Grant, presence: Presence = Presence.ELSEWHERE) -> Part:
    return part(Component.WEIGHTS, presence, variant=name, grant=grant)


def answer(action: str, truth: Truth, models: tuple[str, ...], **more: object) -> Answer:
    made = Answer(action=action, truth=truth, headline=f"{truth}: so it is", component="weights")
    alike = models if len(models) > 1 else ()
    return msgspec.structs.replace(made, variant=models[0], variants=alike, **more)


def report(parts: tuple[Part, ...], answers: tuple[Answer, ...] = (), models: int = 0) -> Report:
    names = tuple(Variant(id=f"m{number}", name=f"m{number}") for number in range(models))
    return Report(
        tool_version="0",
        knowledge_version="0",
        as_of=REPORT.as_of,
        release=Release(
            ref="./many", kind=ReleaseKind.MODEL, name="many", parts=parts, variants=names
        ),
        answers=answers,
    )


TWO = (
    answer("run", Truth.YES, ("a", "b")),
    answer("share", Truth.YES, ("a", "b")),
    answer("run", Truth.NO, ("c",)),
    answer("share", Truth.NO, ("c",)),
)


def test_each_group_of_models_has_a_table_under_its_names_and_terms() -> None:
    parts = (weights("a", OPEN), weights("b", OPEN), weights("c", sample.GRANT))
    groups = right_groups(TWO, parts)
    assert [group.title for group in groups] == ["2 models: a, b", "c"]
    assert [group.terms for group in groups] == ["Apache-2.0", "llama-2"]
    text = render(report(parts, TWO), width=100, color=False)
    assert text.index("2 models: a, b - Apache-2.0") < text.index("\nc - llama-2\n")
    page = render(report(parts, TWO), "html")
    assert "<h3>2 models: a, b <span" in page
    assert "What may be done with 2 models: a, b</caption>" in page


def test_models_whose_tables_read_the_same_share_one() -> None:
    same = (answer("run", Truth.YES, ("a",)), answer("run", Truth.YES, ("b",)))
    (group,) = right_groups(same)
    assert group.title == ""
    three = right_groups((*same, answer("run", Truth.NO, ("c",))))
    assert [each.title for each in three] == ["2 models: a, b", "c"]


def test_one_answer_to_every_question_is_said_once() -> None:
    asked = [answer(f"action-{number}", Truth.NA, ("a",)) for number in range(9)]
    (group,) = right_groups(asked)
    assert group.rows[0].asked == "all 9 actions"
    assert right_groups(asked[:3])[0].rows[0].asked == "action 0, action 1, action 2"


def test_duties_are_named_in_the_table() -> None:
    owed = Duty(id="copy", text="give a copy: of the license", trigger="on-sharing")
    (group,) = right_groups([answer("share", Truth.YES, ("a",), duties=(owed,))])
    assert group.rows[0].ground == "1 duty: give a copy"


def test_the_verdict_counts_the_models_that_may_be_run() -> None:
    unclear = answer("run", Truth.UNCLEAR, ("d",))
    told = plain(headline(report((), (*TWO, unclear), models=5)))
    assert "you may run 2 of 5 models, commercially too" in told
    nothing = answer("run", Truth.NA, ("e", "f"))
    told = plain(headline(report((), (unclear, nothing), models=3)))
    assert "whether you may run 1 of 3 models is unclear; 2 are not here" in told


def test_commercially_too_is_said_only_where_it_holds_for_every_model() -> None:
    limited = REPORT.answers[0].conditions[0]
    purpose = msgspec.structs.replace(limited, id="purpose", text="if it is research")
    both = (
        answer("run", Truth.YES, ("a",), conditions=(limited,)),
        answer("run", Truth.YES, ("b",), conditions=(purpose,)),
    )
    told = plain(headline(report((), both, models=2)))
    assert "you may run it, on conditions that differ by model" in told
    assert "commercially" not in told


def test_terms_without_weights_have_a_row_and_a_place_in_the_verdict() -> None:
    lone = report((part(Component.WEIGHTS, Presence.NOT_FOUND, grant=sample.GRANT),))
    told = render(lone, width=120, color=False)
    assert told.startswith("many - no weights here; terms: Llama 2 Community License Agreement")
    (row,) = (line for line in told.splitlines() if line.startswith("weights "))
    assert re.split("  +", row)[1:3] == [
        "not found here",
        "terms in the release: llama-2 with llama-2-use-policy",
    ]
    assert "not found: weights" not in told
    assert "terms in the release: llama-2" in render(lone, "html")


def test_weights_that_are_not_found_and_have_no_terms_have_no_row() -> None:
    assert part_rows([part(Component.WEIGHTS, Presence.NOT_FOUND, grant=sample.NONE)]) == ()


def test_weights_said_not_to_exist_are_told_from_weights_not_found() -> None:
    said = report((part(Component.WEIGHTS, Presence.SAID_ABSENT),))
    assert tiles(said)[0].says == "said to have no weights"
    assert tiles(report(()))[0].says == "no weights here"
    assert "said not to exist: weights" in render(said, width=100, color=False)


@pytest.mark.parametrize(
    ("access", "says"),
    [
        (Access.API, "through an API"),
        (Access.HOSTED, "inside a product"),
        (Access.STAGED, "for chosen people"),
        (Access.GATED_DOWNLOAD, "for download after agreeing"),
    ],
)
def test_how_far_weights_can_be_had_is_said_in_every_format(access: Access, says: str) -> None:
    found = report((part(Component.WEIGHTS, Presence.ELSEWHERE, access=access, grant=sample.NONE),))
    for format in ("text", "markdown", "html"):
        assert f"elsewhere, {says}" in render(found, format, width=140, color=False)


def test_many_models_are_counted_and_the_first_are_named() -> None:
    (row,) = part_rows(weights(f"m{number}", OPEN) for number in range(6))
    assert part_title(row) == "6 models: m0, m1, m2 and 3 more"


def test_documents_share_a_row_where_only_the_name_of_their_license_differs() -> None:
    other = Grant(
        scope=Scope.STATED,
        terms=Single(reading=msgspec.structs.replace(sample.APACHE, license="MIT")),
    )
    cards = [
        part(Component.MODEL_CARD, Presence.HERE, variant=name, grant=grant)
        for name, grant in (("a", OPEN), ("b", other), ("c", sample.GRANT))
    ]
    rows = part_rows(cards)
    assert [row.license for row in rows] == ["llama-2 with llama-2-use-policy", "Apache-2.0, MIT"]
    both = part_rows([weights("a", OPEN), weights("b", other)])
    assert [row.license for row in both] == ["Apache-2.0", "MIT"]


def test_a_release_of_three_hundred_models_stays_small_and_fast() -> None:
    kinds = (Component.WEIGHTS, Component.MODEL_CARD, Component.USAGE_POLICY)
    parts = tuple(
        part(kind, Presence.HERE, variant=f"m{number}", grant=OPEN, evidence=(sample.CARD,))
        for number in range(300)
        for kind in kinds
    )
    names = tuple(f"m{number}" for number in range(300))
    many = report(parts, (answer("run", Truth.YES, names),), models=300)
    began = time.perf_counter()
    page = render(many, "html")
    assert time.perf_counter() - began < 1
    assert len(page) < 100_000
    assert "300 models: m0, m1, m2, m3 and 296 more" in page


def test_what_is_untrue_stands_right_below_the_verdict() -> None:
    said = alert(REPORT.findings)
    assert plain(said) == (
        "1 statement is contradicted by the license text: “license: apache-2.0” (README.md:2)"
    )
    assert said[0].tone == "bad"
    lines = render(REPORT, width=300, color=False).splitlines()
    assert lines[1] == plain(said)
    page = render(REPORT, "html")
    assert page.index('class="alert"') < page.index('class="tiles"')


def test_nothing_untrue_gives_no_alarm() -> None:
    calm = tuple(each for each in REPORT.findings if each.gravity != "error")
    assert alert(calm) == ()
    assert 'class="alert"' not in render(report(()), "html")


def test_a_finding_shows_both_sides_and_what_to_do() -> None:
    text = render(REPORT, width=200, color=False)
    start = text.index("- error HO201")
    shown = text[start : text.index("- warning HO601", start)]
    assert "README.md:2  “license: apache-2.0”" in shown
    assert "LICENSE:1-126  “LICENSE AND USE TERMS of the sample”" in shown
    assert "to do: Say llama2 in the card." in shown


def test_the_verdict_takes_at_most_three_lines_of_a_hundred_columns() -> None:
    labels = [f"license-with-a-long-name-{number}" for number in range(9)]
    parts = tuple(
        weights(
            f"model-{name}",
            Grant(
                scope=Scope.STATED,
                terms=Single(reading=msgspec.structs.replace(sample.APACHE, license=name)),
            ),
        )
        for name in labels
    )
    whole = msgspec.structs.replace(
        REPORT,
        release=msgspec.structs.replace(
            REPORT.release,
            parts=parts,
            name="organization/a-model-with-quite-a-long-name-7b-instruct",
        ),
    )
    text = render(whole, width=100, color=False)
    assert (
        text.splitlines().index(
            next(
                each for each in text.splitlines() if each.startswith("1 statement is contradicted")
            )
        )
        <= 3
    )


def test_what_one_sentence_claims_twice_is_shown_once_with_each_claim() -> None:
    first = msgspec.structs.replace(REPORT.claims[0], says="It is open source.")
    second = msgspec.structs.replace(first, kind="free", says="It is free.")
    text = render((first, second), width=200, color=False)
    assert text.count("The first fully open source ChatGPT") == 1
    assert "- It is open source: The license" in text
    assert "- It is free: The license" in text


def test_several_license_files_each_stand_under_their_path() -> None:
    text = render((sample.MIT, sample.LLAMA), width=120, color=False)
    assert "code/LICENSE:1-21\nMIT - MIT License - modified" in text
    assert "\nLICENSE:1-126\nllama-2 - " in text
    page = render((sample.MIT, sample.LLAMA), "markdown")
    assert "## code/LICENSE:1\\-21" in page
    assert "\n# " not in page


def test_a_quote_is_shown_once_on_a_page() -> None:
    run = next(each for each in REPORT.answers if each.action == "run")
    (first,) = run.conditions
    (clause,) = first.citations
    other = msgspec.structs.replace(clause, says="It is tested on one day.")
    second = msgspec.structs.replace(first, text="that day is over", citations=(other,))
    both = msgspec.structs.replace(run, conditions=(first, second, first))
    text = render(both, width=200, color=False)
    assert text.count("more than 700 million users") == 1
    assert "LICENSE:57-64  quoted above" in text
    assert text.count(first.text) == 2
    assert f"- {first.text}  as above" in text


def test_the_proof_of_a_row_says_once_what_several_of_its_actions_share() -> None:
    run, share = (each for each in REPORT.answers if each.action in ("run", "share"))
    study = msgspec.structs.replace(run, action="study", conditions=(), footing=("none",))
    plainly = msgspec.structs.replace(run, footing=("none",))
    row = RightRow(
        truth=Truth.YES,
        actions=("study", "share", "run"),
        about="",
        ground="",
        clauses=(),
        answers=(study, share, plainly),
    )
    told = [plain(each.words) for each in row_nodes(row)]
    assert sum("700 million" in each for each in told) == 0
    below = [plain(line.words) for each in row_nodes(row) for line in each.below]
    assert sum("at most 700 million" in each for each in below) == 1
    assert "share, run: " in told
