"""Wheels: read in place, their directory not trusted; and packages fetched by pip."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from howopen.errors import OfflineError, PlaceError, RefError
from howopen.formats.safetensors import read_safetensors
from howopen.places import open_place
from howopen.places import wheel as wheel_module
from howopen.places.hashing import sha256

INFO = "tiny-1.0.dist-info"
METADATA = "Metadata-Version: 2.4\nName: tiny\nVersion: 1.0\nAuthor: A\nLicense-Expression: MIT\n"
WHEEL = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _wheel(folder: Path, files: dict[str, bytes]) -> Path:
    """Write a small wheel with a RECORD of true hashes."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    all_files = {**files, f"{INFO}/METADATA": METADATA.encode(), f"{INFO}/WHEEL": WHEEL}
    rows = [
        f"{name},sha256={_digest(data)},{len(data)}"
        for name, data in all_files.items()
        if not name.endswith("/")
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in all_files.items():
            archive.writestr(name, data)
        archive.writestr(f"{INFO}/RECORD", "\n".join(rows))
    return path


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def test_a_wheel_is_listed_with_the_hashes_of_its_record(tmp_path: Path) -> None:
    place = open_place(_wheel(tmp_path, {"tiny/a.bin": b"abc" * 1000}))
    entry = next(entry for entry in place.entries() if entry.path == "tiny/a.bin")
    assert entry.size == 3000
    assert entry.sha256 == hashlib.sha256(b"abc" * 1000).hexdigest()
    assert (place.facts.name, place.facts.revision) == ("tiny", "1.0")
    assert (place.facts.publisher, place.facts.modified) == ("A", None)
    assert place.facts.metadata["license-expression"] == "MIT"


def test_ranges_forth_and_back_are_right(tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    place = open_place(_wheel(tmp_path, {"a": data, "b": data[::-1]}))
    for path, start in [("a", 1000), ("a", 1010), ("b", 5), ("a", 3), ("a", len(data) - 2)]:
        whole = data if path == "a" else data[::-1]
        assert place.read_range(path, start, 10) == whole[start : start + 10]
    assert sha256(place, "b") == hashlib.sha256(data[::-1]).hexdigest()


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/../../b", "c:evil", "a\\..\\b", "x\ny"]
)
def test_a_member_whose_name_leads_out_is_a_gap(name: str, tmp_path: Path) -> None:
    place = open_place(_wheel(tmp_path, {name: b"x", "good": b"y"}))
    assert "good" in [entry.path for entry in place.entries()]
    assert name not in [entry.path for entry in place.entries()]
    assert "leads out" in place.gaps[0].why


def test_a_bomb_is_unpacked_no_further_than_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = open_place(_wheel(tmp_path, {"bomb": bytes(50_000_000)}))
    before = place.bytes_read
    assert len(place.read("bomb", limit=1000)) == 1000
    assert place.bytes_read - before == 1000
    monkeypatch.setattr(wheel_module, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(PlaceError, match="not unpacked beyond"):
        place.read_range("bomb", 2_000_000, 10)


def test_a_damaged_member_is_a_place_error(tmp_path: Path) -> None:
    path = _wheel(tmp_path, {"a": bytes(range(256)) * 100})
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x03\x04") + 60
    raw[at : at + 40] = b"\xff" * 40
    path.write_bytes(raw)
    with pytest.raises(PlaceError, match="cannot be unpacked"):
        open_place(path).read("a")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.whl").write_bytes(b"not a zip")
    with pytest.raises(PlaceError, match="not a wheel"):
        open_place(tmp_path / "x.whl")


@pytest.mark.parametrize("rest", ["--index-url=x", "a b", "x==", "../x", "x==1;rm", "-r", "x[y]"])
def test_an_odd_package_name_never_reaches_pip(rest: str) -> None:
    with pytest.raises(RefError, match="no name of a package"):
        open_place(f"pypi:{rest}")


def test_offline_uses_only_what_was_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOWOPEN_CACHE", str(tmp_path))
    with pytest.raises(OfflineError, match="not downloaded before"):
        open_place("pypi:tiny", offline=True)
    folder = tmp_path / "wheels" / "tiny"
    folder.mkdir(parents=True)
    _wheel(folder, {"a": b"x"})
    assert open_place("pypi:Tiny", offline=True).ref == "pypi:tiny==1.0"
    assert open_place("pypi:tiny==1.0.0").kind == "pypi"
    with pytest.raises(OfflineError):
        open_place("pypi:tiny==2.0", offline=True)


@pytest.fixture
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let pip see one folder of packages and no index."""
    links = tmp_path / "links"
    links.mkdir()
    monkeypatch.setenv("HOWOPEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    return links


def test_a_wheel_is_fetched_by_pip_into_the_cache(only_here: Path, tmp_path: Path) -> None:
    _wheel(only_here, {"tiny/__init__.py": b"raise SystemExit"})
    place = open_place("pypi:tiny==1.0")
    assert (place.kind, place.ref) == ("pypi", "pypi:tiny==1.0")
    assert place.read("tiny/__init__.py") == b"raise SystemExit"
    held = sorted(path.name for path in (tmp_path / "cache" / "wheels" / "tiny").iterdir())
    assert held == ["tiny-1.0-py3-none-any.whl"]


def test_a_source_distribution_is_never_built(only_here: Path, tmp_path: Path) -> None:
    source = tmp_path / "evil-1.0"
    source.mkdir()
    flag = tmp_path / "built"
    (source / "setup.py").write_text(f"open({str(flag)!r}, 'w')\n")
    subprocess.run(
        [sys.executable, "-m", "tarfile", "-c", str(only_here / "evil-1.0.tar.gz"), "evil-1.0"],
        cwd=tmp_path,
        check=True,
    )
    with pytest.raises(PlaceError, match="source distributions are not read"):
        open_place("pypi:evil==1.0")
    assert not flag.exists()
    assert list((tmp_path / "cache" / "wheels" / "evil").iterdir()) == []


def test_a_module_named_pip_in_the_current_folder_is_not_run(
    only_here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    _wheel(only_here, {"a": b"x"})
    open_place("pypi:tiny==1.0")
    assert not (tmp_path / "run").exists()


def test_a_python_without_pip_says_what_to_do(
    only_here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(PlaceError, match=r"has no pip.*ensurepip"):
        open_place("pypi:tiny")


@pytest.mark.registry
def test_real_weights_in_a_real_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOWOPEN_CACHE", str(tmp_path))
    try:
        place = open_place("pypi:silero-vad==6.2.3")
    except PlaceError as error:
        pytest.skip(f"the package cannot be had here: {error.message}")
    path = "silero_vad/data/silero_vad_16k.safetensors"
    found = read_safetensors(lambda start, length: place.read_range(path, start, length), 1239748)
    assert place.size(path) == 1239748
    assert (found.parameters, found.header) == (309_633, (0, 1216))
    assert found.tensors[0].name == "stft_conv.weight"
    assert hashlib.sha256(place.read(path)).hexdigest() == sha256(place, path)
