"""The Model Openness Tool's own results, through our manifest reader and its definition."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from howopen.answer import Truth, Verdict
from howopen.formats.manifest import Manifest, read_manifest
from howopen.knowledge import default
from howopen.openness import verdicts
from howopen.release import Component, Declaration, Part, Presence, Release, Statement
from tests.openness.build import declared, evidence, one, part, release

CLASSES = {
    0: "Unclassified",
    1: "Class I - Open Science",
    2: "Class II - Open Tooling",
    3: "Class III - Open Model",
}


def of_manifest(manifest: Manifest) -> Release:
    """Build the release that a manifest declares, as the inventory does."""
    given: list[Declaration] = [declared("title", manifest.name, how="manifest")]
    for kind, name in manifest.licenses.items():
        key = "license" if kind == "distribution" else f"license_{kind}"
        given.append(declared(key, name, how="manifest"))
    parts = []
    for item in manifest.components:
        component = Component(item.component)
        parts.append(Part(id=component, component=component, presence=Presence(item.presence)))
        if item.license:
            given.append(declared("license", item.license, how="manifest", component=component))
    return release(*parts, name=manifest.name, declarations=tuple(given))


def judged(given: Release) -> Verdict:
    return verdicts(given, default(), only=["mot-2026"])["mot-2026"]


def progress(verdict: Verdict) -> list[float]:
    """Return the progress of class III, II and I in percent."""
    return [100 * item.score for item in verdict.criteria if item.score is not None]


@pytest.mark.shared
def test_all_27_rule_tests_come_out_as_the_tool_has_them(shared_root: Path) -> None:
    """Their file names give the progress; a class counts only when those below it are complete."""
    paths = sorted((shared_root / "corpus/mot/tests").glob("*.yml"))
    assert len(paths) == 27
    for path in paths:
        told = re.search(r"C1_(\d+)%-C2_(\d+)%-C3_(\d+)%", path.name)
        assert told is not None
        first, second, third = (int(share) for share in told.groups())
        expected = [third, second if third == 100 else 0, first if second == 100 == third else 0]
        verdict = judged(of_manifest(read_manifest(path.read_bytes())))
        assert [round(share) for share in progress(verdict)] == expected, path.name
        lowest = next((at for at in (1, 2, 3) if expected[3 - at] == 100), 0)
        assert verdict.level == CLASSES[lowest], path.name


def listing(licenses: Mapping[str, str], components: list[tuple[str, str | None]]) -> str:
    """Write down what a manifest lists, so that two can be compared."""
    return json.dumps(
        [sorted(licenses.items()), sorted((name, told or "") for name, told in components)]
    )


@pytest.mark.shared
def test_the_tools_own_results_for_its_rule_tests_are_met_exactly(shared_root: Path) -> None:
    text = (shared_root / "corpus/mot/tests/expected_results.json").read_text()
    results = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["models"]
    ours = {}
    for path in (shared_root / "corpus/mot/tests").glob("*.yml"):
        manifest = read_manifest(path.read_bytes())
        key = listing(manifest.licenses, [(c.name, c.license) for c in manifest.components])
        ours[key] = judged(of_manifest(manifest))
    met = 0
    for result in results:
        told, made = result["release"], result["classification"]
        wide = (told["license"] or {}).items()
        licenses = {kind: one["name"] for kind, one in wide if one["name"]}
        key = listing(licenses, [(c["name"], c.get("license")) for c in told["components"]])
        if key not in ours:
            continue
        expected = [made["progress"][level] for level in ("3", "2", "1")]
        assert progress(ours[key]) == pytest.approx(expected), told["name"]
        assert ours[key].level == CLASSES[made["class"]]
        met += 1
    assert met >= 20


@pytest.mark.shared
def test_all_205_models_get_the_class_and_progress_the_tool_gives_them(shared_root: Path) -> None:
    expected = json.loads((shared_root / "corpus/mot/expected.json").read_text())
    assert len(expected) == 205
    for name, told in expected.items():
        data = (shared_root / "corpus/mot/models" / name).read_bytes()
        verdict = judged(of_manifest(read_manifest(data)))
        assert verdict.level == CLASSES[told["class"]], name
        assert progress(verdict) == pytest.approx(told["progress"], abs=0.06), name


@pytest.mark.shared
@pytest.mark.parametrize("name", ["Claude-1.yml", "Claude-2.yml"])
def test_claude_with_mit_weights_is_open_under_no_definition(shared_root: Path, name: str) -> None:
    path = shared_root / "corpus/mot/models" / name
    if not path.is_file():
        pytest.skip("this entry is not in the copy")
    given = of_manifest(read_manifest(path.read_bytes()))
    for verdict in verdicts(given, default()).values():
        assert verdict.truth is not Truth.YES, verdict.definition


def listed(*components: str, license_id: str | None = None) -> Release:
    """Build a manifest's release that lists components without licenses of their own."""
    parts = [part(item, None, presence="elsewhere", access=None) for item in components]
    given = (declared("license", license_id, how="manifest"),) if license_id else ()
    return release(*parts, declarations=given)


THIRD = ("architecture", "weights", "evaluation-results", "model-card", "data-card")


def test_a_license_of_everything_covers_every_component_under_this_definition_only() -> None:
    given = listed(*THIRD, "technical-report", license_id="Apache-2.0")
    assert judged(given).level == CLASSES[3]
    osaid = verdicts(given, default(), only=["osaid-1.0"])["osaid-1.0"]
    assert osaid.truth is Truth.UNCLEAR


def test_a_paper_stands_for_the_report_until_it_is_required_itself() -> None:
    with_paper = judged(listed(*THIRD, "paper", license_id="MIT"))
    assert with_paper.level == CLASSES[3]
    second = ("training-code", "inference-code", "evaluation-code", "evaluation-data")
    shares = progress(judged(listed(*THIRD, "paper", *second, license_id="MIT")))
    assert shares == pytest.approx([100, 100, 100 * 10 / 13])


def test_an_explicit_unlicensed_ends_the_inheritance() -> None:
    given = listed(*THIRD, "technical-report", license_id="Apache-2.0")
    blocked = declared("license", "unlicensed", how="manifest", component="model-card")
    verdict = judged(release(*given.parts, declarations=(*given.declarations, blocked)))
    assert verdict.level == "Unclassified"
    assert progress(verdict)[0] == pytest.approx(100 * 5 / 6)


def test_a_license_is_compared_as_it_is_written() -> None:
    assert judged(listed(*THIRD, "paper", license_id="Apache 2.0")).level == "Unclassified"
    assert judged(listed(*THIRD, "paper", license_id="apache-2.0")).level == "Unclassified"


def test_in_a_folder_the_weightiest_statement_on_all_covers_what_has_no_terms() -> None:
    reading = one("MIT").reading
    wide = Statement(reading=reading, evidence=evidence("MIT"), rank="text")
    parts = [part(item, None) for item in (*THIRD, "paper")]
    assert judged(release(*parts)).level == "Unclassified"
    assert judged(release(*parts, statements=(wide,))).level == CLASSES[3]
