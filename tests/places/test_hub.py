"""The hub place, with the real client against a hub on loopback."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from howopen.errors import OfflineError, PlaceError, RefError
from howopen.places import open_place
from tests.places.hub_server import SHA, Hub, Repo, serve

WEIGHTS = bytes(range(256)) * 4000


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    files = {"README.md": b"---\nlicense: mit\n---\n# T\n", "model.safetensors": WEIGHTS}
    repos = {
        "owner/open": Repo(
            files,
            tags=["license:mit", "base_model:finetune:a/b"],
            lfs=frozenset({"model.safetensors"}),
            card={"license": "mit"},
        ),
        "owner/gated": Repo(files, gated="manual"),
        "owner/sizeless": Repo(files, blobs=False),
        "datasets/owner/data": Repo({"data.csv": b"a,b\n1,2\n"}),
    }
    for name in ("HF_HUB_OFFLINE", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    with serve(Hub(repos)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        yield served


def test_a_repository_is_listed_with_one_request(hub: Hub) -> None:
    place = open_place("hf:owner/open")
    assert place.kind == "hf"
    assert [(entry.path, entry.size) for entry in place.entries()] == [
        ("README.md", 25),
        ("model.safetensors", len(WEIGHTS)),
    ]
    assert place.entries()[0].sha256 is None
    assert place.entries()[1].sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    assert len(hub.asked) == place.requests == 1
    assert place.bytes_read == 0


def test_the_hub_s_own_facts_are_told(hub: Hub) -> None:
    facts = open_place("owner/open").facts
    assert (facts.name, facts.publisher, facts.revision) == ("owner/open", "owner", SHA)
    assert facts.tags == ("license:mit", "base_model:finetune:a/b")
    assert str(facts.created) == "2024-03-01"
    assert str(facts.modified) == "2024-05-02"
    assert facts.gated == ""
    assert facts.metadata["pipeline_tag"] == "text-generation"
    assert facts.metadata["card.license"] == "mit"


def test_a_range_costs_one_request_and_only_its_own_bytes(hub: Hub) -> None:
    place = open_place("hf:owner/open")
    assert place.read_range("model.safetensors", 1000, 500) == WEIGHTS[1000:1500]
    assert place.read_range("model.safetensors", len(WEIGHTS) - 3, 99) == WEIGHTS[-3:]
    assert place.bytes_read == 503
    assert place.requests == len(hub.asked) == 3
    assert f"/resolve/{SHA}/" in hub.asked[-1]


def test_a_server_that_ignores_ranges_is_still_read_right(hub: Hub) -> None:
    hub.ignores_ranges = True
    place = open_place("hf:owner/open")
    assert place.read_range("model.safetensors", 70_001, 10) == WEIGHTS[70_001:70_011]
    assert place.bytes_read == 10


def test_a_gated_repository_is_listed_and_its_files_are_refused(hub: Hub) -> None:
    place = open_place("hf:owner/gated")
    assert place.facts.gated == "manual"
    assert len(place.entries()) == 2
    with pytest.raises(PlaceError, match=r"gated.*hf auth login"):
        place.read("README.md")


def test_a_data_set_repository_is_read(hub: Hub) -> None:
    place = open_place("hf:datasets/owner/data")
    assert place.ref == "hf:datasets/owner/data"
    assert place.read("data.csv") == b"a,b\n1,2\n"


def test_sizes_come_from_the_tree_when_the_first_answer_has_none(hub: Hub) -> None:
    place = open_place("hf:owner/sizeless")
    assert place.size("model.safetensors") == len(WEIGHTS)
    assert place.requests == len(hub.asked) == 2


def test_a_revision_is_asked_for_by_name(hub: Hub) -> None:
    assert open_place("hf:owner/open@v1").facts.revision == SHA
    with pytest.raises(RefError, match="no revision v9"):
        open_place("hf:owner/open@v9")


def test_a_missing_repository_is_a_ref_error(hub: Hub) -> None:
    with pytest.raises(RefError, match="knows no model owner/none"):
        open_place("hf:owner/none")


def test_a_missing_file_is_a_place_error_without_a_request(hub: Hub) -> None:
    place = open_place("hf:owner/open")
    with pytest.raises(PlaceError, match="no such file"):
        place.read("nothing")
    assert len(hub.asked) == 1


def test_an_unwell_hub_is_asked_once_and_not_again(hub: Hub) -> None:
    hub.fails = 503
    with pytest.raises(PlaceError, match="did not answer as it should"):
        open_place("hf:owner/open")
    assert len(hub.asked) == 1
    hub.fails = 0
    place = open_place("hf:owner/open")
    hub.fails = 500
    with pytest.raises(PlaceError, match="did not answer as it should"):
        place.read("README.md")
    assert len(hub.asked) == 3


def test_an_unreachable_hub_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    start = time.monotonic()
    with pytest.raises(PlaceError, match="HF_ENDPOINT"):
        open_place("hf:owner/open")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_offline_asks_nothing_and_says_so(
    how: str, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "variable":
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OfflineError, match="network is not allowed"):
        open_place("hf:owner/open", offline=how == "argument")
    assert hub.asked == []


def test_offline_reads_a_downloaded_snapshot(hub: Hub, tmp_path: Path) -> None:
    root = tmp_path / "hub" / "models--owner--open"
    snapshot = root / "snapshots" / SHA
    for folder in (snapshot, root / "blobs", root / "refs"):
        folder.mkdir(parents=True)
    (root / "blobs" / "aa").write_bytes(b"# T\n")
    (snapshot / "README.md").symlink_to("../../blobs/aa")
    (root / "refs" / "main").write_text(SHA)
    place = open_place("hf:owner/open", offline=True)
    assert (place.kind, place.ref, place.facts.name) == ("hf", "hf:owner/open", "owner/open")
    assert (place.facts.publisher, place.facts.revision) == ("owner", SHA)
    assert place.read("README.md") == b"# T\n"
    assert "only some of the files" in place.gaps[0].why
    assert hub.asked == []


@pytest.mark.parametrize("name", ["a/b/c", "../etc", "a/..", "a b/c", "owner/x@../y", "-o/x", ""])
def test_an_odd_name_never_reaches_the_network(name: str, hub: Hub) -> None:
    with pytest.raises(RefError):
        open_place(f"hf:{name}")
    assert hub.asked == []


def test_no_listing_carries_a_path_that_leads_out(hub: Hub) -> None:
    hub.repos["owner/open"].files["../../etc/passwd"] = b"x"
    place = open_place("hf:owner/open")
    assert all(not re.search(r"(^|/)\.\.(/|$)", entry.path) for entry in place.entries())
    assert "leads out" in place.gaps[0].why
