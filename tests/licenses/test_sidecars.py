"""Terms of single files by the REUSE convention."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from howopen.knowledge import default
from howopen.licenses import license_release
from howopen.licenses.sidecars import _glob
from howopen.licenses.trees import ids_of
from howopen.places import open_place
from tests.inventory.builders import inventory, safetensors, write

TAG = "SPDX-FileCopyrightText: 2024 Acme\n\nSPDX-License-Identifier: CC-BY-NC-4.0\n"
TABLE = """version = 1
[[annotations]]
path = "**/*.safetensors"
SPDX-License-Identifier = "MIT OR Apache-2.0"
SPDX-FileCopyrightText = "2024 Acme"
"""


def terms(folder: Path) -> dict[str, tuple[str | None, ...]]:
    licensed = license_release(open_place(folder), inventory(folder), default())
    assert not [one for one in licensed.findings if one.code == "HO205"]
    return {
        one.component.value: ids_of(one.grant.terms)
        for one in licensed.release.parts
        if one.files and one.grant
    }


def test_a_tag_beside_the_weights_is_their_license(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": "---\nlicense: mit\n---\n# M\n", "m.safetensors": safetensors()})
    assert terms(tmp_path)["weights"] == ("MIT",)
    write(tmp_path, {"m.safetensors.license": TAG})
    assert terms(tmp_path) == {"weights": ("CC-BY-NC-4.0",), "model-card": ("MIT",)}


def test_several_files_count_only_when_all_are_tagged_alike(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "README.md": "---\nlicense: mit\n---\n# M\n",
            "a.safetensors": safetensors(),
            "b.safetensors": safetensors(),
            "a.safetensors.license": TAG,
        },
    )
    assert terms(tmp_path)["weights"] == ("MIT",)
    write(tmp_path, {"b.safetensors.license": TAG})
    assert terms(tmp_path)["weights"] == ("CC-BY-NC-4.0",)


def test_a_table_of_annotations_is_read_and_a_sidecar_outranks_it(tmp_path: Path) -> None:
    write(tmp_path, {"REUSE.toml": TABLE, "sub/m.safetensors": safetensors()})
    assert terms(tmp_path)["weights"] == ("MIT", "Apache-2.0")
    write(tmp_path, {"sub/m.safetensors.license": TAG})
    assert terms(tmp_path)["weights"] == ("CC-BY-NC-4.0",)


@pytest.mark.parametrize("table", ["", "annotations = 3", "[[annotations]]\npath = 3\n", "=="])
def test_a_broken_table_says_nothing(table: str, tmp_path: Path) -> None:
    write(tmp_path, {"REUSE.toml": table, "m.safetensors": safetensors()})
    assert terms(tmp_path)["weights"] == ()


def test_no_path_makes_a_glob_slow() -> None:
    start = time.process_time()
    assert not _glob("*a" * 140 + "b").fullmatch("a" * 4_000)
    assert not _glob("**a" * 90 + "b").fullmatch("a" * 4_000)
    assert time.process_time() - start < 2
