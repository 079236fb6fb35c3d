"""Bad input: a clear error or a stated gap, the exit code, and the rest of the report."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.run import howopen
from tests.releases import small_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a small release that a test may spoil."""
    return small_model(tmp_path / "small")


def shown(folder: Path) -> dict[str, object]:
    """Show a release as JSON; it must succeed without a traceback."""
    report = howopen("show", folder, "--json")
    assert report.returncode == 0, report.stderr
    assert "Traceback" not in report.stderr
    found = json.loads(report.stdout)
    assert isinstance(found, dict)
    return found


def gap_places(report: dict[str, object]) -> str:
    """Return where the gaps are."""
    return json.dumps(report.get("gaps", []))


def components_here(report: dict[str, object]) -> set[str]:
    """Return the components that were found here."""
    release = report["release"]
    assert isinstance(release, dict)
    return {part["component"] for part in release["parts"] if part["presence"] == "here"}


@pytest.mark.parametrize(
    "ref", ["no/such/folder/at/all", "s3:nowhere", "pypi:", "", "hf:", "./missing", "a b c"]
)
def test_a_ref_that_names_nothing_is_an_error_with_a_hint(ref: str) -> None:
    refused = howopen("show", "--offline", ref)
    assert refused.returncode == 2
    assert refused.stderr.startswith("howopen: ")
    assert "(" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_mistyped_path_suggests_the_near_one(model: Path) -> None:
    refused = howopen("show", model.parent / "smal")
    assert refused.returncode == 2
    assert "small" in refused.stderr


def test_an_unknown_action_suggests_near_ones(model: Path) -> None:
    refused = howopen("may", "fine-tunee", model)
    assert refused.returncode == 2
    assert "fine-tune" in refused.stderr


def test_offline_refuses_the_network() -> None:
    refused = howopen("show", "--offline", "hf:owner/name-that-is-not-cached")
    assert refused.returncode == 2
    assert "offline" in refused.stderr.lower()


@pytest.mark.parametrize("cut", [0, 4, 8, 40])
def test_truncated_weights_leave_the_rest_of_the_report(model: Path, cut: int) -> None:
    whole = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(whole[:cut])
    report = shown(model)
    assert "model.safetensors" in gap_places(report)
    assert {"weights", "model-card", "architecture"} <= components_here(report)


def test_a_header_length_that_lies_is_a_gap(model: Path) -> None:
    (model / "model.safetensors").write_bytes((2**63 - 1).to_bytes(8, "little") + b"{}")
    assert "model.safetensors" in gap_places(shown(model))


def test_a_truncated_gguf_is_a_gap(model: Path) -> None:
    (model / "model.gguf").write_bytes(b"GGUF\x03\x00\x00\x00" + (2**40).to_bytes(8, "little"))
    report = shown(model)
    assert "model.gguf" in gap_places(report)
    assert "weights" in components_here(report)


def test_two_gigabytes_of_front_matter_are_not_read(model: Path) -> None:
    with (model / "README.md").open("wb") as file:
        file.write(b"---\nlicense: mit\n")
        file.truncate(2_000_000_000)
    report = shown(model)
    assert "README.md" in gap_places(report)
    assert "weights" in components_here(report)


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [x]\nb: [*a, *a]\nlicense: mit",
        "license: !!python/object/apply:os.system ['echo harm']",
        "license: [unclosed",
        "? !!binary x",
    ],
)
def test_hostile_front_matter_is_not_obeyed(model: Path, front: str) -> None:
    (model / "README.md").write_text(f"---\n{front}\n---\n# A model\n")
    report = shown(model)
    assert "weights" in components_here(report)
    assert "README.md" in gap_places(report)


def test_text_that_is_not_utf_8_is_still_read(model: Path) -> None:
    (model / "README.md").write_bytes(b"---\nlicense: mit\n---\n# Mod\xe8le\n\xff\xfe caf\xe9\n")
    report = shown(model)
    release = report["release"]
    assert isinstance(release, dict)
    assert "mit" in {each["value"] for each in release["declarations"]}


def test_a_link_out_of_the_folder_is_not_followed(model: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    (model / "LICENSE").symlink_to(secret)
    report = howopen("show", model, "--json")
    assert "the secret words" not in report.stdout
    assert "LICENSE" in gap_places(json.loads(report.stdout))


def test_a_pipe_in_the_folder_does_not_hang(model: Path) -> None:
    os.mkfifo(model / "LICENSE")
    assert "weights" in components_here(shown(model))


def test_control_characters_of_a_release_do_not_reach_the_terminal(model: Path) -> None:
    evil = '---\nlicense: mit\nbase_model: "a/b"\n---\n# Mo\x1b[31mdel \u202e evil\n'
    (model / "README.md").write_text(evil)
    page = howopen("show", model, "-v").stdout
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_an_empty_folder_is_nothing_readable(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = howopen("show", empty)
    assert refused.returncode == 2
    assert "no files" in refused.stderr


def test_contradictory_circumstances_are_refused(model: Path) -> None:
    refused = howopen("may", "run", model, "--org", "person", "--based-in", "Nowhere")
    assert refused.returncode == 2
    assert "Nowhere" in refused.stderr


def test_nothing_is_written_into_the_release(model: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (model, *model.rglob("*"))}
    howopen("show", model)
    howopen("may", "run", model)
    assert {path: path.stat().st_mtime_ns for path in (model, *model.rglob("*"))} == before


def test_an_unknown_variant_is_an_error_and_no_answer(model: Path) -> None:
    for words in (("may", "run", model), ("rights", model)):
        refused = howopen(*words, "--variant", "nonesuch")
        assert refused.returncode == 2
        assert "unknown variant 'nonesuch'" in refused.stderr
        assert refused.stdout == ""


def test_a_file_in_a_ref_must_be_there_and_is_the_one_that_is_read(model: Path) -> None:
    (model / "LICENSE-OTHER").write_text("Licensed under the Apache License 2.0.\n")
    refused = howopen("license", f"{model}#LICENSE-OTHR")
    assert refused.returncode == 2
    assert "did you mean LICENSE-OTHER" in refused.stderr
    shown = howopen("license", f"{model}#LICENSE-OTHER", "--json")
    assert shown.returncode == 0
    assert "LICENSE-OTHER" in shown.stdout
    assert '"LICENSE"' not in shown.stdout


def test_a_mistyped_command_suggests_the_near_one(model: Path) -> None:
    refused = howopen("shwo", model)
    assert refused.returncode == 2
    assert "did you mean show" in refused.stderr
