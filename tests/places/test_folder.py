"""Folders, files and manifests as places: what is listed, what is left out, what is refused."""

from __future__ import annotations

import hashlib
import os
import socket
import tracemalloc
from pathlib import Path

import pytest

from howopen.errors import PlaceError, RefError
from howopen.places import MAX_TEXT, Place, open_place, split_ref
from howopen.places import folder as folder_module
from howopen.places.hashing import sha256


def _paths(place: Place) -> list[str]:
    return [entry.path for entry in place.entries()]


def test_files_are_listed_sorted_with_sizes_and_tool_folders_left_out(tmp_path: Path) -> None:
    for name in ("b/c.txt", "a.txt", ".git/config", "x/__pycache__/y.pyc", ".gitattributes"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("hello")
    place = open_place(tmp_path)
    assert place.kind == "folder"
    assert _paths(place) == [".gitattributes", "a.txt", "b/c.txt"]
    assert place.entries()[1].size == place.size("a.txt") == 5
    assert place.gaps == ()
    assert place.facts.name == tmp_path.name


def test_ranges_are_read_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    place = open_place(tmp_path)
    assert place.read_range("a", 3, 4) == b"3456"
    assert place.read_range("a", 8, 99) == b"89"
    assert place.read_range("a", 99, 4) == b""
    assert place.bytes_read == 6
    with pytest.raises(PlaceError):
        place.read_range("a", -1, 4)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "none", "a/../a"])
def test_only_listed_files_are_read(path: str, tmp_path: Path) -> None:
    release = tmp_path / "release"
    release.mkdir()
    (release / "a").write_text("x")
    (tmp_path / "secret").write_text("x")
    place = open_place(release)
    with pytest.raises(PlaceError, match="no such file"):
        place.read_range(path, 0, 10)


def test_links_inside_are_read_and_links_out_are_gaps(tmp_path: Path) -> None:
    release = tmp_path / "release"
    release.mkdir()
    (release / "LICENSE").write_text("terms")
    (tmp_path / "secret").write_text("secret")
    (release / "inside").symlink_to("LICENSE")
    (release / "outside").symlink_to("../secret")
    (release / "nowhere").symlink_to("gone")
    (release / "loop").symlink_to(".")
    place = open_place(release)
    assert _paths(place) == ["LICENSE", "inside"]
    assert place.read("inside") == b"terms"
    whys = {gap.where: gap.why for gap in place.gaps}
    assert "leads out" in whys["outside"]
    assert "nowhere" in whys["nowhere"]
    assert "not followed" in whys["loop"]


def test_a_snapshot_of_the_hub_cache_may_link_to_its_own_blobs_only(tmp_path: Path) -> None:
    model = tmp_path / "models--owner--name"
    snapshot = model / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (model / "blobs").mkdir()
    (model / "blobs" / "aa").write_text("card")
    (tmp_path / "models--owner--other").mkdir()
    (tmp_path / "models--owner--other" / "bb").write_text("other")
    (snapshot / "README.md").symlink_to("../../blobs/aa")
    (snapshot / "stolen").symlink_to("../../../models--owner--other/bb")
    place = open_place(snapshot)
    assert _paths(place) == ["README.md"]
    assert place.read("README.md") == b"card"
    assert [gap.where for gap in place.gaps] == ["stolen"]
    assert (place.facts.name, place.facts.publisher) == ("owner/name", "owner")
    assert place.facts.revision == "abc"
    whole = open_place(model)
    assert (_paths(whole), whole.facts.name) == (["README.md"], "owner/name")


def test_pipes_and_sockets_are_gaps_and_never_waited_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a").write_text("x")
    with socket.socket(socket.AF_UNIX) as unix:
        os_path = os.path.relpath(tmp_path / "s")
        if len(os_path) < 100:
            unix.bind(os_path)
        place = open_place(tmp_path)
    assert _paths(place) == ["a"]
    assert {gap.why for gap in place.gaps} == {"a pipe, socket or device is not read"}
    with pytest.raises(PlaceError, match="pipe"):
        open_place(tmp_path / "pipe")


def test_a_file_swapped_for_a_pipe_after_listing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    place = open_place(tmp_path)
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    with pytest.raises(PlaceError, match="not a regular file"):
        place.read("a")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "a").chmod(0)
    with pytest.raises(PlaceError, match="check its permissions"):
        open_place(tmp_path).read("a")


def test_a_file_that_vanishes_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    place = open_place(tmp_path)
    (tmp_path / "a").unlink()
    with pytest.raises(PlaceError, match="cannot be read"):
        place.read("a")


def test_too_many_files_are_cut_with_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "MAX_FILES", 3)
    for index in range(5):
        (tmp_path / f"{index}").write_text("x")
    place = open_place(tmp_path)
    assert _paths(place) == ["0", "1", "2"]
    assert "only the first 3 files" in place.gaps[0].why


def test_a_name_that_is_no_text_is_a_gap(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9")).write_text("x")
    except OSError:
        pytest.skip("this file system refuses such names")
    place = open_place(tmp_path)
    assert place.entries() == ()
    assert "not valid text" in place.gaps[0].why
    place.gaps[0].where.encode("utf-8")


def test_a_file_of_two_gigabytes_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "README.md").open("wb") as file:
        file.write(b"---\nlicense: mit\n")
        file.truncate(2_000_000_000)
    place = open_place(tmp_path)
    tracemalloc.start()
    data = place.read("README.md")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(data) == MAX_TEXT
    assert peak < 4 * MAX_TEXT


def test_a_single_file_is_a_place_of_one_entry(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("terms")
    place = open_place(str(tmp_path / "LICENSE"))
    assert place.kind == "file"
    assert _paths(place) == ["LICENSE"]
    assert place.read("LICENSE") == b"terms"
    with pytest.raises(PlaceError):
        place.read_range("other", 0, 1)


@pytest.mark.parametrize("top", ["howopen: 1\nrelease:\n", "framework:\n  name: x\nrelease: {}\n"])
def test_a_manifest_is_told_from_other_yaml(top: str, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(top)
    (tmp_path / "b.yml").write_text("model:\n  release: 3\n")
    assert open_place(tmp_path / "a.yml").kind == "manifest"
    assert open_place(tmp_path / "b.yml").kind == "file"


def test_a_hash_is_computed_on_demand(tmp_path: Path) -> None:
    data = bytes(1000) * 20_000
    (tmp_path / "a").write_bytes(data)
    place = open_place(tmp_path)
    assert place.entries()[0].sha256 is None
    assert sha256(place, "a") == hashlib.sha256(data).hexdigest()


def test_a_missing_path_names_its_near_misses(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("x")
    with pytest.raises(RefError, match=r"did you mean .*LICENSE\?"):
        open_place(str(tmp_path / "LICENCE"))
    with pytest.raises(RefError, match="no such file or folder"):
        open_place(tmp_path / "zzz")


@pytest.mark.parametrize("ref", ["", "  ", "a\0b", "ftpx:thing", "x" * 5000, "src/no/such/file"])
def test_an_unknown_form_is_a_ref_error_with_a_hint(ref: str) -> None:
    with pytest.raises(RefError) as caught:
        open_place(ref)
    assert caught.value.hint
    assert len(str(caught.value)) < 600


def test_a_mistyped_path_below_a_folder_never_becomes_a_hub_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RefError, match="for the hub write hf:models/llama"):
        open_place("models/llama")


def test_a_link_that_leads_nowhere_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("gone")
    with pytest.raises(RefError, match="leads nowhere"):
        open_place(str(tmp_path / "a"))


def test_a_ref_is_split_from_its_path_unless_it_exists(tmp_path: Path) -> None:
    assert split_ref("hf:a/b@v1#sub/LICENSE") == ("hf:a/b@v1", "sub/LICENSE")
    assert split_ref("folder") == ("folder", None)
    assert split_ref("folder#") == ("folder", None)
    odd = tmp_path / "c#"
    odd.mkdir()
    assert split_ref(str(odd)) == (str(odd), None)
    assert open_place(str(odd)).kind == "folder"


def test_a_local_ref_opens_no_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("x")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert open_place(tmp_path).read("README.md") == b"x"
