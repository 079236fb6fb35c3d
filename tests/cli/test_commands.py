"""Every command, run as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from howopen.cli.main import COMMANDS
from tests.cli.run import howopen
from tests.releases import small_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small release."""
    return small_model(tmp_path_factory.mktemp("releases") / "small")


def test_help_names_every_command_with_its_own_first_line() -> None:
    shown = howopen("--help")
    assert shown.returncode == 0
    for name, (_, line) in COMMANDS.items():
        assert f"{name}" in shown.stdout
        assert line in shown.stdout
        assert line in howopen(name, "--help").stdout


def test_a_bare_ref_is_shown(model: Path) -> None:
    assert howopen(model).stdout == howopen("show", model).stdout


def test_an_option_before_a_bare_ref_does_not_hide_it(model: Path) -> None:
    assert json.loads(howopen("--json", model).stdout)["release"]["name"]


def test_show_writes_other_formats_beside_the_terminal(model: Path, tmp_path: Path) -> None:
    page, data = tmp_path / "report.html", tmp_path / "report.json"
    shown = howopen("show", model, "-o", f"html={page}", "-o", f"json={data}")
    assert shown.returncode == 0
    assert shown.stdout.startswith("small")
    assert page.read_text().lower().startswith("<!doctype html>")
    assert json.loads(data.read_text())["schema_version"]


@pytest.mark.parametrize("output", ["html", "pdf=x.pdf", "=x", "html="])
def test_a_wrong_output_option_is_refused_before_anything_is_read(output: str) -> None:
    refused = howopen("show", "nowhere", "-o", output)
    assert refused.returncode == 2
    assert "FORMAT=PATH" in refused.stderr


def test_may_says_the_verdict_first(model: Path) -> None:
    answer = howopen("may", "share", model, "--purpose", "commercial")
    assert answer.returncode == 0
    assert answer.stdout.startswith("yes")
    assert "4(a)" in answer.stdout


@pytest.mark.parametrize(
    ("license_tag", "code"), [("apache-2.0", 0), ("cc-by-nc-4.0", 1), ("other", 3)]
)
def test_may_exits_by_its_answer_only_when_asked(
    tmp_path: Path, license_tag: str, code: int
) -> None:
    folder = small_model(tmp_path / "model", license_tag=license_tag)
    ask = ("may", "run", folder, "--purpose", "commercial")
    assert howopen(*ask).returncode == 0
    assert howopen(*ask, "--exit-code").returncode == code


def test_may_takes_its_json_from_the_answer_itself(model: Path) -> None:
    answer = json.loads(howopen("may", "run", model, "--json").stdout)
    assert answer["truth"] == "yes"
    assert answer["action"] == "run"
    assert answer["reasons"]


def test_rights_lists_every_action(model: Path) -> None:
    answers = json.loads(howopen("rights", model, "--json").stdout)
    assert len(answers) == 16
    assert {"run", "share", "relicense"} <= {answer["action"] for answer in answers}


def test_rights_of_a_derivative_say_what_it_may_be_published_under(model: Path) -> None:
    page = howopen("rights", model, "--of-derivative", "adapter").stdout
    assert "adapter" in page
    assert "Apache-2.0" in page


def test_open_shows_one_definition_or_all(model: Path) -> None:
    every = json.loads(howopen("open", model, "--json").stdout)
    assert {"osaid-1.0", "mot-2026", "g7-2026"} <= set(every["verdicts"])
    one = howopen("open", model, "--by", "g7-2026").stdout
    assert "G7" in one
    assert "Model Openness" not in one


def test_open_shows_one_frame(model: Path) -> None:
    page = howopen("open", model, "--frame", "weights-as-source").stdout
    assert "weights" in page.lower()
    assert howopen("open", model, "--frame", "no-such").returncode == 2


def test_claims_are_read_from_standard_input_about_a_release(tmp_path: Path) -> None:
    folder = small_model(tmp_path / "nc", license_tag="cc-by-nc-4.0")
    found = howopen("claims", "-", "--about", folder, given="This model is fully open source.\n")
    assert found.returncode == 0
    assert "contradicted" in found.stdout


def test_claims_without_a_release_cannot_be_told() -> None:
    found = howopen("claims", "-", given="This model is fully open source.\n")
    assert "cannot be told" in found.stdout


@pytest.mark.parametrize(
    "term", ["HO201", "osaid-1.0", "llama-2#1.b.v", "llama-2", "train-on-outputs", "reaches"]
)
def test_explain_knows_a_term_offline(term: str) -> None:
    page = howopen("explain", term)
    assert page.returncode == 0
    assert term in page.stdout


def test_explain_suggests_near_terms() -> None:
    page = howopen("explain", "osaid-1.1")
    assert page.returncode == 2
    assert "osaid-1.0" in page.stderr


def test_a_reader_that_leaves_early_is_no_error(model: Path) -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    piped = subprocess.run(
        f"{sys.executable} -m howopen show {model} -v | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.stderr == ""


def test_no_color_and_no_terminal_give_plain_text(model: Path) -> None:
    assert "\x1b" not in howopen("show", model, env={"NO_COLOR": "1"}).stdout
