"""Package metadata in its three shapes, in one struct."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.errors import FormatError, TooLargeError
from howopen.formats.package import Package, read_metadata, read_pyproject, read_setup_cfg
from tests.formats.attempt import attempt

METADATA = b"""\
Metadata-Version: 2.1
Name: tiny
Version: 1.0
Summary: A model.
Home-page: https://a.example
Author: Ada
License: MIT License
       |
        Permission is granted
       |to nobody.
Project-URL: Source, https://a.example/s
Classifier: License :: OSI Approved :: MIT License
Classifier: Topic :: Text
License-File: LICENSE

# tiny

License: not this one
"""


def test_core_metadata_is_read_with_lines() -> None:
    found = read_metadata(METADATA)
    assert (found.name, found.version, found.summary) == ("tiny", "1.0", "A model.")
    assert found.license == "MIT License\n\nPermission is granted\nto nobody."
    assert found.lines["license"] == (7, 10)
    assert found.classifiers == ("License :: OSI Approved :: MIT License", "Topic :: Text")
    assert found.lines["classifiers[0]"] == (12, 12)
    assert found.urls == {"Homepage": "https://a.example", "Source": "https://a.example/s"}
    assert found.lines["urls.Source"] == (11, 11)
    assert (found.author, found.license_files) == ("Ada", ("LICENSE",))
    assert found.lines["license_files[0]"] == (14, 14)
    assert (found.description, found.description_line) == (
        "# tiny\n\nLicense: not this one",
        16,
    )


def test_an_spdx_expression_is_kept_apart_from_the_license_field() -> None:
    found = read_metadata(b"Name: a\nLicense-Expression: MIT OR Apache-2.0\n")
    assert (found.license, found.license_expression) == ("", "MIT OR Apache-2.0")
    assert found.description_line == 0


@pytest.mark.parametrize("data", [b"", b"# A readme\n", b"License: MIT\n", b"\x00\x01"])
def test_what_is_no_metadata_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="not package metadata"):
        read_metadata(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_metadata_or_a_format_error(data: bytes) -> None:
    for read in (read_metadata, read_pyproject, read_setup_cfg):
        assert isinstance(attempt(read, data), Package | FormatError)
    found = read_metadata(b"Name: x\n" + data)
    assert all(1 <= start <= stop for start, stop in found.lines.values())


@pytest.mark.parametrize(
    ("row", "license_", "expression", "files"),
    [
        ('license = "MIT"', "", "MIT", ()),
        ('license = {text = "My terms"}', "My terms", "", ()),
        ('license = {file = "LICENSE"}', "", "", ("LICENSE",)),
        ('license-files = ["LICEN[CS]E*", "N"]', "", "", ("LICEN[CS]E*", "N")),
        ('license-files = {paths = ["L"]}', "", "", ("L",)),
    ],
)
def test_pyproject_states_a_license_in_several_ways(
    row: str, license_: str, expression: str, files: tuple[str, ...]
) -> None:
    text = (
        f'[build-system]\nx = 1\n[project]\nname = "a"\n{row}\nclassifiers = [\n "X",\n "Y",\n]\n'
    )
    found = read_pyproject(text.encode())
    assert (found.license, found.license_expression) == (license_, expression)
    assert found.license_files == files
    key = "license_files" if row.startswith("license-files") else "license"
    assert found.lines[key] == (5, 5)
    assert found.lines["classifiers[1]"] == (8, 8)


def test_poetry_s_license_is_free_text() -> None:
    found = read_pyproject(b'[tool.poetry]\nname = "a"\nlicense = "Apache 2.0"\n')
    assert (found.license, found.license_expression) == ("Apache 2.0", "")


def test_a_pyproject_without_metadata_is_empty() -> None:
    assert read_pyproject(b"[tool.ruff]\nx = 1\n").name == ""


def test_setup_cfg_is_read() -> None:
    data = b"[metadata]\nname = a\nlicense = MIT\nlicense_files =\n  L\n  N\nclassifiers =\n  X\n"
    found = read_setup_cfg(data)
    assert (found.name, found.license, found.license_files) == ("a", "MIT", ("L", "N"))
    assert found.classifiers == ("X",)
    assert found.lines["license"] == (3, 3)
    assert read_setup_cfg(b"[flake8]\nx=1\n").name == ""


@pytest.mark.parametrize(
    "data", [b"a." * 100_000 + b"b=1", b"[" + b"a." * 500 + b"b]", b"#\n" * 2_000_000]
)
def test_toml_that_would_take_the_parser_long_is_refused(data: bytes) -> None:
    with pytest.raises(TooLargeError):
        read_pyproject(data)
