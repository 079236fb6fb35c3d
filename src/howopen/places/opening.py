"""From a REF to the place it names; an existing path always wins."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

from howopen.errors import RefError
from howopen.places.cache import latest_snapshot, open_snapshot
from howopen.places.file import FilePlace, ManifestPlace, is_manifest
from howopen.places.folder import FolderPlace
from howopen.places.place import Place

_HUB_NAME = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}(@[\w./-]{1,100})?", re.ASCII)
_FORMS = "a folder, a file, hf:owner/name[@revision], pypi:name[==version], or a manifest"


def open_place(ref: str | os.PathLike[str], *, offline: bool = False) -> Place:
    """Open the place that a REF names.

    Args:
        ref: a path, `hf:owner/name[@rev]`, a bare `owner/name`, `pypi:name[==version]`; a `#path`
            at its end must name a file in it and is then left to the caller (see `split_ref`).
        offline: whether the network must not be touched. A path never touches it.

    Raises:
        RefError: when the REF has no known form, or names nothing.
        OfflineError: when it needs the network and `offline` is set.
        PlaceError: when the place exists but cannot be read.
    """
    if not isinstance(ref, str):
        return _looked_into(_local(Path(ref), str(ref)))
    told, inner = split_ref(ref)
    place = _looked_into(_open(told, offline))
    if inner is not None and all(entry.path != inner for entry in place.entries()):
        raise RefError(f"no file {inner[:200]!r} in it", path=place.ref, hint=_inside(place, inner))
    return place


def _looked_into(place: Place) -> Place:
    """Look into the zip archives of a place on this machine."""
    if place.kind == "hf" or not any(
        entry.path.lower().endswith(".zip") for entry in place.entries()
    ):
        return place
    from howopen.places.nested import with_archives  # noqa: PLC0415 - seldom needed

    return with_archives(place)


def _inside(place: Place, path: str) -> str:
    """Name files of a place that are like a missing one, else say how to list all."""
    names = [entry.path for entry in place.entries()[:5000]]
    near = difflib.get_close_matches(path, names, n=3, cutoff=0.5)
    near = near or [name for name in names if name.rsplit("/", 1)[-1] == path][:3]
    if near:
        return "did you mean " + " or ".join(near) + "?"
    return "`howopen show` without #path says what is in it"


def _open(told: str, offline: bool) -> Place:
    """Open a REF without `#path`."""
    if not told.strip() or "\0" in told:
        raise RefError("an empty REF names nothing", hint=f"give {_FORMS}")
    path = Path(told).expanduser()
    if _exists(path):
        return _local(path, told)
    scheme, _, rest = told.partition(":")
    if scheme == "pypi" and rest:
        return _pypi(rest, offline)
    if scheme == "hf" and rest:
        return _hub(rest, offline)
    if _HUB_NAME.fullmatch(told) and not told.startswith("."):
        return _bare(told, path, offline)
    raise _unknown(told, path)


def split_ref(ref: str) -> tuple[str, str | None]:
    """Split `REF#path` into the REF and the path of one file in it.

    A path that exists with its `#` is left whole.

    >>> split_ref("hf:owner/name#LICENSE")
    ('hf:owner/name', 'LICENSE')
    """
    base, mark, path = ref.partition("#")
    if not mark or not base or _exists(Path(ref)):
        return ref, None
    return base, path or None


def _exists(path: Path) -> bool:
    """Tell whether a path is there; a name too long or odd for the system is not."""
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False


def _local(path: Path, ref: str) -> Place:
    """Open a folder, a file or a manifest."""
    if path.is_dir():
        return FolderPlace(latest_snapshot(path) or path, ref)
    if not path.exists():
        if path.is_symlink():
            raise RefError("this link leads nowhere", path=ref, hint="is the download complete?")
        raise _unknown(ref, path)
    if path.suffix.lower() == ".whl":
        from howopen.places.wheel import WheelPlace  # noqa: PLC0415 - seldom needed

        return WheelPlace(path, ref)
    return ManifestPlace(path, ref) if is_manifest(path) else FilePlace(path, ref)


def _pypi(rest: str, offline: bool) -> Place:
    from howopen.places.pypi import open_wheel  # noqa: PLC0415 - seldom needed

    return open_wheel(rest, offline=offline)


def _hub(rest: str, offline: bool) -> Place:
    """Open a repository of the hub; without the network, its snapshot in the hub's cache."""
    if offline or _flag("HF_HUB_OFFLINE"):
        return open_snapshot(rest, "--offline" if offline else "HF_HUB_OFFLINE is set")
    from howopen.places.hub import HubPlace  # noqa: PLC0415 - heavy, and seldom needed

    return HubPlace(rest)


def _bare(told: str, path: Path, offline: bool) -> Place:
    """Open `owner/name` on the hub, unless its first part is a folder here: a mistyped path."""
    if path.parent.is_dir():
        raise _unknown(told, path, f"for the hub write hf:{told}")
    return _hub(told, offline)


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().upper() in {"1", "ON", "YES", "TRUE"}


def _unknown(told: str, path: Path, otherwise: str = "") -> RefError:
    """Build the error for a REF that names nothing, with near misses."""
    shown = repr(told[:200])
    near = _near(path)
    if near:
        hint = "did you mean " + " or ".join(near) + "?"
        return RefError(f"no such file or folder: {shown}", hint=hint)
    scheme, colon, _ = told.partition(":")
    if colon and len(scheme) > 1 and scheme.isalnum():
        return RefError(f"the form of {shown} is not known", hint=f"give {_FORMS}")
    return RefError(f"no such file or folder: {shown}", hint=otherwise or f"give {_FORMS}")


def _near(path: Path) -> list[str]:
    """Return up to three names beside a missing path that are like it."""
    try:
        parent = path.parent
        names = [item.name for _, item in zip(range(5000), parent.iterdir(), strict=False)]
    except (OSError, ValueError):
        return []
    return [str(parent / name) for name in difflib.get_close_matches(path.name, names, 3, 0.6)]
