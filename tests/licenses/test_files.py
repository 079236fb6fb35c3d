"""All licenses of a file or a release, read as `howopen license` reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

import howopen
from howopen.errors import RefError
from howopen.licenses.files import read_licenses
from tests.releases import small_model


def test_a_file_that_only_names_a_license_is_read_as_a_notice(tmp_path: Path) -> None:
    notice = tmp_path / "LICENSE"
    notice.write_text("Copyright 2024 A Name\n\nLicensed under the Apache License, Version 2.0.\n")
    (reading,) = read_licenses(notice)
    assert (reading.license, reading.via, reading.modified) == ("Apache-2.0", "notice", None)
    assert reading.evidence[0].lines == (3, 3)


def test_a_file_of_other_words_is_unknown(tmp_path: Path) -> None:
    words = tmp_path / "LICENSE"
    words.write_text("You may look at this but nothing else, says the author.\n")
    (reading,) = read_licenses(words)
    assert reading.license is None
    assert reading.why


def test_a_release_without_a_license_file_says_where_else_to_look(tmp_path: Path) -> None:
    with pytest.raises(RefError, match="no license file") as caught:
        read_licenses(small_model(tmp_path / "model"))
    assert "show" in caught.value.hint


def test_one_file_of_a_release_can_be_named(tmp_path: Path) -> None:
    folder = small_model(tmp_path / "model")
    (folder / "LICENSE").write_text("Licensed under the MIT License.\n")
    (folder / "COPYING").write_text("Licensed under the Apache License, Version 2.0.\n")
    assert [one.license for one in read_licenses(f"{folder}#LICENSE")] == ["MIT"]
    assert {one.license for one in read_licenses(folder)} == {"MIT", "Apache-2.0"}


def test_a_data_license_without_headings_is_read_whole(tmp_path: Path) -> None:
    folder = small_model(tmp_path / "model")
    (folder / "docs").mkdir()
    (folder / "docs" / "data_license.txt").write_text("The data was lent by a friend.\n")
    assert howopen.inspect(folder).gaps == ()
