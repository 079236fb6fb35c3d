"""Real files of real releases: every one is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.formats.card import read_card
from howopen.formats.config import read_config
from howopen.formats.inline import plain
from howopen.formats.manifest import read_manifest
from howopen.formats.markdown import links, sentences
from howopen.formats.package import read_metadata, read_pyproject, read_setup_cfg
from howopen.formats.text import decode
from howopen.places import open_place

pytestmark = pytest.mark.shared


def _files(root: Path, pattern: str) -> list[Path]:
    return sorted((root / "corpus" / "releases").rglob(pattern))


def test_every_manifest_of_the_model_openness_tool_is_read_without_a_problem(
    shared_root: Path,
) -> None:
    files = sorted((shared_root / "corpus" / "mot").rglob("*.yml"))
    found = [read_manifest(path.read_bytes()) for path in files]
    assert len(found) >= 232
    assert all(each.name and each.dialect == "mot" and not each.problems for each in found)
    assert all(each.component for manifest in found for each in manifest.components)


def test_every_document_is_read_and_each_sentence_stands_on_its_lines(shared_root: Path) -> None:
    files = [path for path in _files(shared_root, "*.md") if path.name != "PKG-INFO.md"]
    assert len(files) > 350
    for path in files[::5]:
        text = decode(path.read_bytes()).text
        card = read_card(text)
        assert card.problem == "", path
        rows = text.split("\n")
        for each in sentences(card.body, card.body_line):
            near = plain("\n".join(rows[each.lines[0] - 1 : each.lines[1]]))
            longest = max(each.text.split(), key=len, default="")
            if longest.isalnum():
                assert longest in near, (path, each)
        assert all(link.url for link in links(card.body, card.body_line))


def test_every_configuration_is_read(shared_root: Path) -> None:
    files = _files(shared_root, "*.json")
    assert len(files) > 200
    kinds = [read_config(path.read_bytes()).kind for path in files]
    assert kinds.count("monai") == len(_files(shared_root, "metadata.json"))


def test_every_package_s_metadata_is_read(shared_root: Path) -> None:
    files = _files(shared_root, "PKG-INFO.md")
    assert len(files) >= 26
    for path in files:
        found = read_metadata(path.read_bytes())
        assert found.name, path
        assert found.version, path
    for path in _files(shared_root, "pyproject.toml"):
        read_pyproject(path.read_bytes())
    for path in _files(shared_root, "setup.cfg"):
        read_setup_cfg(path.read_bytes())


def test_every_release_is_a_place_without_gaps(shared_root: Path) -> None:
    folders = [path for path in (shared_root / "corpus" / "releases").iterdir() if path.is_dir()]
    for folder in folders:
        place = open_place(folder)
        assert place.entries()
        assert place.gaps == ()
