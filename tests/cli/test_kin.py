"""`howopen kin`, run as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.run import howopen
from tests.kinship import families as make


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a base, a cast copy of it, and a stranger."""
    folder = tmp_path_factory.mktemp("models")
    make.write(folder / "base", make.network(1))
    make.write(folder / "cast", make.network(1), "BF16")
    make.write(folder / "stranger", make.network(2))
    return folder


def test_two_models_are_compared(models: Path) -> None:
    shown = howopen("kin", models / "cast", models / "base")
    assert shown.returncode == 0
    assert shown.stdout.startswith("quantised")
    assert "of the first and" in shown.stdout


def test_json_is_the_encoding_of_the_comparison(models: Path) -> None:
    told = json.loads(howopen("kin", models / "base", models / "stranger", "--json").stdout)
    assert told["verdict"] == "unrelated"
    assert any("distillation" in caveat for caveat in told["caveats"])


def test_a_picture_and_a_page_are_written(models: Path, tmp_path: Path) -> None:
    done = howopen(
        "kin", models / "base", models / "cast",
        "-o", f"png={tmp_path / 'map.png'}", "-o", f"html={tmp_path / 'page.html'}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "map.png").read_bytes()[:4] == b"\x89PNG"
    assert "<svg" in (tmp_path / "page.html").read_text()


def test_a_library_is_filled_and_asked(models: Path, tmp_path: Path) -> None:
    library = tmp_path / "db"
    added = howopen("kin", "--index", library, "--add", models / "base", models / "stranger")
    assert added.returncode == 0, added.stderr
    assert "2 models added" in added.stdout
    found = howopen("kin", models / "cast", "--index", library)
    assert f"nearest of 2 models: {models / 'base'}" in " ".join(found.stdout.split())
    assert "quantised" in found.stdout


@pytest.mark.parametrize(
    "arguments",
    [["a"], ["a", "--add"], ["a", "b", "--index", "db"], ["a", "--index", "db", "--full"]],
)
def test_options_that_make_no_question_are_refused(arguments: list[str]) -> None:
    refused = howopen("kin", *arguments)
    assert refused.returncode == 2
    assert "Error" in refused.stderr


def test_a_missing_model_is_a_clear_error(models: Path) -> None:
    refused = howopen("kin", models / "base", models / "bace")
    assert refused.returncode == 2
    assert "did you mean" in refused.stderr


def test_show_with_a_parent_says_what_the_weights_show(models: Path) -> None:
    (models / "cast" / "README.md").write_text(
        "---\nlicense: mit\n---\n# cast\nTrained from scratch.\n"
    )
    told = json.loads(howopen("show", models / "cast", "--with", models / "base", "--json").stdout)
    assert told["kinships"][0]["verdict"] == "quantised"
    assert "HO302" in {finding["code"] for finding in told["findings"]}
    assert told["release"]["relations"][0]["standing"] == "observed"
