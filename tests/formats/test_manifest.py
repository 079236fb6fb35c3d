"""Manifests of both dialects, read to one struct; and the examples of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from howopen.errors import FormatError
from howopen.formats.manifest import MOT_COMPONENTS, read_manifest
from howopen.release import Component

DOCS = Path(__file__).resolve().parents[2] / "docs" / "manifest.md"

MOT = b"""\
framework:
  name: 'Model Openness Framework'
  version: '1.0'
release:
  name: Amber
  version: 7B
  date: '2025-05-22'
  producer: LLM360
  repository: 'https://a.example'
  license:
    distribution:
      name: Apache-2.0
      path: ''
    data:
      name: CC-BY-4.0
      path: https://a.example/l
  components:
    -
      name: 'Model parameters (Final)'
      description: 'Weights'
      license: unlicensed
    -
      name: 'Research paper'
      component_path: https://a.example/p
      license_path: https://a.example/t
    -
      name: 'Something new'
"""


def test_a_manifest_of_the_model_openness_tool_is_read() -> None:
    found = read_manifest(MOT)
    assert (found.dialect, found.name, found.version) == ("mot", "Amber", "7B")
    assert (found.publisher, found.date, found.kind) == ("LLM360", "2025-05-22", "model")
    assert found.licenses == {"distribution": "Apache-2.0", "data": "CC-BY-4.0"}
    assert found.license_paths == {"data": "https://a.example/l"}
    assert found.facts["repository"] == "https://a.example"
    weights, paper, new = found.components
    assert (weights.component, weights.license) == ("weights", "unlicensed")
    assert (weights.presence, weights.access) == ("elsewhere", "")
    assert weights.lines == (19, 21)
    assert (paper.component, paper.license) == ("paper", None)
    assert (paper.url, paper.license_path) == ("https://a.example/p", "https://a.example/t")
    assert (new.component, new.name) == ("", "Something new")
    assert "Something new" in found.problems[0]


def test_every_component_of_the_framework_has_an_id_of_its_own() -> None:
    assert len(MOT_COMPONENTS) == len(set(MOT_COMPONENTS.values())) == 17


def _examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


def test_every_example_of_the_documentation_is_read_without_a_problem() -> None:
    found = [read_manifest(text.encode()) for text in _examples()]
    assert len(found) >= 2
    assert all(each.problems == () and each.dialect == "howopen" for each in found)
    hosted = found[0]
    assert hosted.kind == "service"
    assert {each.component for each in hosted.components} >= {"weights", "terms-of-service"}
    weights = next(each for each in hosted.components if each.component == "weights")
    assert (weights.presence, weights.access) == ("said-withheld", "withheld")


def test_the_documentation_lists_every_component() -> None:
    listed = DOCS.read_text("utf-8").partition("Components: ")[2].partition(".\n")[0]
    assert re.findall(r"`([a-z-]+)`", listed) == [component.value for component in Component]


def test_relations_and_statements_are_read_with_lines() -> None:
    found = read_manifest(
        b"howopen: 1\nrelease:\n  name: x\n  base_model:\n  - a/b\n  - {kind: delta, name: c/d}\n"
        b"statements:\n- It is open source.\n- text: Free.\n  url: https://a.example\n"
    )
    assert [(each.kind, each.name, each.lines) for each in found.base] == [
        ("", "a/b", (5, 5)),
        ("delta", "c/d", (6, 6)),
    ]
    assert [(each.text, each.url, each.lines) for each in found.statements] == [
        ("It is open source.", "", (8, 8)),
        ("Free.", "https://a.example", (9, 10)),
    ]


def test_words_of_no_vocabulary_are_problems_and_never_guessed() -> None:
    found = read_manifest(
        b"howopen: 1\nrelease: {name: x, kind: chatbot}\n"
        b"components:\n- {component: weights, presence: maybe, access: free}\n- 3\n"
    )
    assert found.kind == "model"
    assert (found.components[0].presence, found.components[0].access) == ("elsewhere", "")
    assert len(found.problems) == 4
    assert all(problem.startswith("line ") for problem in found.problems)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"- a\n",
        b"release: 3\n",
        b"release: {name: x}\n",
        b"howopen: 2\nrelease: {name: x}\n",
        b"howopen: 1\nrelease: {name: &a x}\n",
        b"howopen: 1\nrelease: {name: !!python/object:os.system x}\n",
        b"howopen: 1\nrelease: {name: x}\n#" + b"x" * 1_000_001,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_manifest(data)
