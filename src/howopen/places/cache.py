"""Folders of this machine's caches: our own, and the hub's with its downloaded snapshots."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from howopen.errors import OfflineError
from howopen.places.folder import FolderPlace
from howopen.places.name import HubName, hub_name
from howopen.places.place import Place
from howopen.release import Gap


def own_cache() -> Path:
    """Return howopen's cache folder: `HOWOPEN_CACHE`, else the system's place for caches."""
    if told := os.environ.get("HOWOPEN_CACHE"):
        return Path(told).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "howopen" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "howopen"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "howopen"


def hub_cache() -> Path:
    """Return the hub's cache folder, by the variables that huggingface_hub documents."""
    if told := os.environ.get("HF_HUB_CACHE"):
        return Path(told).expanduser()
    if told := os.environ.get("HF_HOME"):
        return Path(told).expanduser() / "hub"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "huggingface" / "hub"


def open_snapshot(rest: str, why: str) -> Place:
    """Open the downloaded snapshot of a hub repository, without the network.

    Args:
        rest: `owner/name[@revision]`, perhaps with `datasets/` before it.
        why: why the network must not be touched, for the error.

    Raises:
        OfflineError: when no such snapshot was downloaded.
    """
    name = hub_name(rest)
    folder = _snapshot(name)
    if folder is None:
        raise OfflineError(
            f"hf:{rest} was not downloaded before, and the network is not allowed ({why})",
            hint="give the path of a local copy, or allow the network",
        )
    place = FolderPlace(folder, name.ref)
    gap = Gap(
        where=name.ref,
        why=f"read from the hub's cache ({why}): it may hold only some of the files",
        weakens=("inventory", "licenses"),
        hint="run it again with the network",
    )
    place.kind = "hf"
    place.facts = msgspec.structs.replace(place.facts, name=name.repo, publisher=name.owner)
    place.gaps = (*place.gaps, gap)
    return place


def latest_snapshot(folder: Path) -> Path | None:
    """Return the snapshot to read when a REF is a whole folder of the hub's cache, else None.

    That is the one that `refs/main` names, or the only one there is.
    """
    if not folder.name.startswith(("models--", "datasets--")):
        return None
    try:
        found = sorted(item for item in (folder / "snapshots").iterdir() if item.is_dir())
    except OSError:
        return None
    return _by_reference(folder, "main") or (found[0] if len(found) == 1 else None)


def _snapshot(name: HubName) -> Path | None:
    """Find the folder of a snapshot: by a named reference, else by its revision."""
    root = hub_cache() / f"{name.kind}s--{name.repo.replace('/', '--')}"
    return _by_reference(root, name.revision or "main")


def _by_reference(root: Path, wanted: str) -> Path | None:
    """Find a snapshot in the cache folder of one repository."""
    try:
        revision = (root / "refs" / wanted).read_text("utf-8", "replace").strip()[:64]
    except (OSError, ValueError):
        revision = wanted
    folder = root / "snapshots" / revision
    if revision and "/" not in revision and revision not in (".", "..") and folder.is_dir():
        return folder
    return None
