"""The page of two licenses compared, as text, Markdown and JSON, and the command that makes it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from tools import build_schema

from howopen.licenses.comparison import LicenseComparison
from howopen.licenses.sides import compare_licenses
from howopen.reports import render
from tests.cli.run import howopen
from tests.support import fixture_text


@pytest.fixture
def changed(tmp_path: Path) -> LicenseComparison:
    (tmp_path / "a").write_text(fixture_text())
    text = fixture_text().replace("700 million", "100 million").replace("March 3", "June 9")
    (tmp_path / "b").write_text(text.replace("Republic of Fixturia", "Duchy of Fixturia"))
    return compare_licenses(tmp_path / "a", tmp_path / "b")


def test_the_page_begins_with_what_changed_and_quotes_both_sides(
    changed: LicenseComparison,
) -> None:
    page = render(changed, "text", width=200, color=False)
    assert "operative changes: 1; wording only: 1; not judged: 1" in page.splitlines()[0]
    assert "“700” -> “100”" in page
    assert page.index("OPERATIVE") < page.index("NOT JUDGED") < page.index("WORDING ONLY")


def test_markdown_has_the_same_parts(changed: LicenseComparison) -> None:
    page = render(changed, "markdown")
    assert "“700”" in page
    assert "“100”" in page
    assert "Operative changes" in page


def test_json_is_valid_under_the_schema_that_ships(changed: LicenseComparison) -> None:
    schema = json.loads(build_schema.TARGET.read_text(encoding="utf-8"))
    value = json.loads(render(changed, "json"))
    one = schema | {"anyOf": [{"$ref": "#/$defs/LicenseComparison"}]}
    jsonschema.Draft202012Validator(one).validate(value)
    assert value["operative"] == 1


def test_effects_are_shown_on_both_sides() -> None:
    page = render(compare_licenses("llama-3", "llama-3.1"), "text", width=200, color=False)
    assert "B: nothing of the kind" in page
    assert "- forbids" in page


def test_different_licenses_get_a_table_of_what_they_do() -> None:
    page = render(compare_licenses("MIT", "Apache-2.0"), "text", width=160, color=False)
    assert "two different texts" in page
    assert "WHAT THEY DO DIFFERENTLY" in page


def test_verbose_lists_what_moved() -> None:
    found = compare_licenses("llama-3", "llama-3.1")
    assert "MOVED" not in render(found, "text", color=False)
    assert "llama-3.1-use-policy#" in render(found, "text", color=False, verbose=True)


def test_the_command_compares_two_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(fixture_text())
    (tmp_path / "b").write_text(fixture_text().replace("must also get", "may also get"))
    done = howopen("license", tmp_path / "a", tmp_path / "b")
    assert done.returncode == 0, done.stderr
    assert "operative changes: 1" in done.stdout
    assert json.loads(howopen("license", "MIT", "MIT", "--json").stdout)["says"] == "the same words"


def test_the_command_says_what_it_cannot_find(tmp_path: Path) -> None:
    done = howopen("license", "Apache-2", "MIT")
    assert done.returncode == 2
    assert "Apache-2.0" in done.stderr
    assert "Traceback" not in done.stderr
    assert howopen("license", tmp_path / "nothing", "MIT").returncode == 2
