"""`howopen open`: distance, comparison and answers on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from howopen.errors import UnknownTermError
from howopen.report import inspect
from tests.cli.run import howopen


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(
        "---\nlicense: llama2\nbase_model: meta-llama/Llama-2-7b-hf\n"
        "base_model_relation: finetune\n---\n# A tune\n"
    )
    (tmp_path / "model.safetensors").write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    return tmp_path


def test_distance_says_what_to_do_and_that_only_the_parent_can(tune: Path) -> None:
    shown = howopen("open", str(tune), "--distance", "--by", "lambert-2023")
    assert shown.returncode == 0, shown.stderr
    assert "license the weights under" in " ".join(shown.stdout.split())
    assert "only the licensor of hf:meta-llama/Llama-2-7b-hf (llama-2)" in " ".join(
        shown.stdout.split()
    )


def test_distance_is_in_the_json(tune: Path) -> None:
    shown = howopen("open", str(tune), "--distance", "--by", "lambert-2023", "--json")
    distance = json.loads(shown.stdout)["verdicts"]["lambert-2023"]["distance"]
    assert distance["level"] == "meets it"
    assert distance["alone"] == "no"
    assert "license:weights" in [change["id"] for change in distance["changes"]]


def test_a_level_can_be_named(tune: Path) -> None:
    shown = howopen(
        "open", str(tune), "--by", "mot-2026", "--to", "class-1", "--format", "markdown"
    )
    assert "Class I" in shown.stdout
    wrong = howopen("open", str(tune), "--by", "mot-2026", "--to", "class-9")
    assert wrong.returncode == 2
    assert "did you mean" in wrong.stderr


def test_compare_names_what_makes_the_difference(tune: Path) -> None:
    shown = howopen("open", str(tune), "--compare", "lambert-2023", "gradient-2023")
    assert "the weights are usable without restriction" in " ".join(shown.stdout.split())
    assert "lambert-2023 does not ask about it" in " ".join(shown.stdout.split())
    assert "gradient-2023 asks instead: " in " ".join(shown.stdout.split())


def test_a_score_is_compared_with_a_bar_by_what_both_fail_and_what_each_asks_of_a_thing(
    tune: Path,
) -> None:
    run = howopen("open", str(tune), "--compare", "osai-2026", "osaid-1.0")
    shown = " ".join(run.stdout.split())
    assert "osai-2026 adds up its criteria to a score" in shown
    assert "licenses (parameters-terms" in shown
    training = shown[shown.index("the training code is shared in full") :]
    asked = "osaid-1.0 asks instead: the code for training and validation is there"
    assert asked in training


def test_distance_of_a_score_says_what_each_dimension_would_add(tune: Path) -> None:
    run = howopen("open", str(tune), "--distance", "--by", "osai-2026")
    shown = " ".join(run.stdout.split())
    assert "how high it can go: the publisher alone: " in shown
    assert "+0.083 to open: weights, code and data are all under open licenses" in shown
    page = howopen("open", str(tune), "--distance", "--by", "osai-2026", "--format", "markdown")
    assert "to open: weights, code and data are all under open licenses" in page.stdout
    told = howopen("open", str(tune), "--distance", "--by", "osai-2026", "--json")
    distance = json.loads(told.stdout)["verdicts"]["osai-2026"]["distance"]
    assert distance["by_publisher"]["score"] < distance["by_all"]["score"] == 1
    licenses = [one for one in distance["steps"] if one["criterion"] == "licenses"]
    assert {one["alone"] for one in licenses} <= {"no", "unclear"}


def test_an_answer_settles_what_files_cannot_show(tune: Path) -> None:
    shown = howopen(
        "open", str(tune), "--by", "eu-ai-act-53-2", "--answer", "monetised=no", "--json"
    )
    before = howopen("open", str(tune), "--by", "eu-ai-act-53-2", "--json")
    truths = [
        {item["id"]: item["truth"] for item in json.loads(run.stdout)["verdicts"][
            "eu-ai-act-53-2"]["criteria"]}["not-monetised"]
        for run in (before, shown)
    ]  # fmt: skip
    assert truths == ["unclear", "yes"]


def test_an_unknown_question_suggests_near_ones(tune: Path) -> None:
    shown = howopen("open", str(tune), "--answer", "monetized=no")
    assert shown.returncode == 2
    assert "monetised" in shown.stderr


def test_an_answer_without_a_value_is_a_usage_error(tune: Path) -> None:
    shown = howopen("open", str(tune), "--answer", "monetised")
    assert shown.returncode == 2
    assert "KEY=VALUE" in shown.stderr


def test_the_page_says_whether_it_can_be_built_again(tune: Path) -> None:
    shown = howopen("open", str(tune))
    assert "COULD THE PUBLIC BUILD IT AGAIN" in shown.stdout


def test_python_gives_the_same_distance_and_takes_the_same_answers(tune: Path) -> None:
    report = inspect(tune, offline=True, distance=True, answers={"monetised": "no"})
    distance = report.openness["lambert-2023"].distance
    assert distance is not None
    assert [change.by.value for change in distance.changes if change.id == "license:weights"] == [
        "parent"
    ]
    settled = {item.id: item.truth for item in report.openness["eu-ai-act-53-2"].criteria}
    assert settled["not-monetised"].value == "yes"
    assert report.rebuilding is not None
    with pytest.raises(UnknownTermError, match="monetised"):
        inspect(tune, offline=True, answers={"monetise": "no"})
