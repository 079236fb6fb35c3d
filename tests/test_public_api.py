"""The public surface: what `import howopen` promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import howopen
from tests.releases import small_model

#: Modules that a plain `show` must not load: they are slow, large, or reach for the network.
HEAVY = (
    "huggingface_hub",
    "httpx",
    "requests",
    "fsspec",
    "numpy",
    "scipy",
    "duckdb",
    "asyncio",
    "http.client",
    "urllib.request",
    "subprocess",
    "zipfile",
    "license_expression",
    "markdown_it",
    "pygments",
)


def test_all_is_sorted_and_every_name_is_there() -> None:
    assert list(howopen.__all__) == sorted(howopen.__all__)
    for name in howopen.__all__:
        assert getattr(howopen, name) is not None


def test_every_public_name_is_in_dir_and_no_other_is_found() -> None:
    assert set(dir(howopen)) == set(howopen.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = howopen.no_such_name


def test_every_public_name_says_what_it_is() -> None:
    assert [name for name in howopen.__all__ if not getattr(howopen, name).__doc__] == []


def test_a_report_answers_as_the_documentation_says(tmp_path: Path) -> None:
    report = howopen.inspect(small_model(tmp_path / "small"))
    answer = report.may("train-on-outputs", target="other-llm")
    assert answer.truth == "yes"
    verdict = report.openness["osaid-1.0"]
    assert verdict.criteria
    assert report.release.name == "small"
    assert isinstance(report.relations, tuple)
    found = howopen.read_claims("the first open-source ChatGPT", about=report)
    assert [claim.kind for claim in found] == ["open-source", "first-open"]
    assert "does as well" in found[0].note


def test_an_unknown_circumstance_is_a_question_error(tmp_path: Path) -> None:
    report = howopen.inspect(small_model(tmp_path / "small"))
    with pytest.raises(howopen.HowopenError, match="unknown circumstance"):
        report.may("run", purpos="commercial")


def test_a_notebook_shows_the_report_as_a_page(tmp_path: Path) -> None:
    page = howopen.inspect(small_model(tmp_path / "small"))._repr_html_()
    assert page.startswith("<iframe")
    assert "&lt;table" in page
    assert "sandbox" in page


def test_a_local_show_loads_no_heavy_module(tmp_path: Path) -> None:
    folder = small_model(tmp_path / "small")
    script = (
        "import sys, json\n"
        f"sys.argv = ['howopen', 'show', {str(folder)!r}]\n"
        "from howopen.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(json.loads(run.stderr.splitlines()[-1]))
    assert loaded.isdisjoint(HEAVY), sorted(loaded.intersection(HEAVY))


def test_help_loads_no_room() -> None:
    script = (
        "import sys, json\n"
        "sys.argv = ['howopen', '--help']\n"
        "from howopen.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(json.loads(run.stderr.splitlines()[-1]))
    rooms = {f"howopen.{room}" for room in ("places", "inventory", "licenses", "rights", "report")}
    assert loaded.isdisjoint(rooms | {"rich", "yaml"})
