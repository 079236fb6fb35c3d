"""A package of the configured index: its wheel is downloaded, never installed, built or run.

The download is left to pip, so that indexes, proxies, certificates and credentials are the user's
own. Source distributions are not read: their metadata would have to be built.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from howopen.errors import OfflineError, PlaceError, RefError
from howopen.places.cache import own_cache
from howopen.places.place import Place
from howopen.places.progress import bytes_in, fetched, fetching
from howopen.places.wheel import WheelPlace

#: Source: the name and version rules of the packaging specifications, without wildcards.
_REF = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?)"
    r"(?:==(?P<version>[A-Za-z0-9][A-Za-z0-9._+!-]{0,60}))?"
)
_SECONDS = 900


def open_wheel(rest: str, *, offline: bool = False) -> Place:
    """Open the wheel of a package.

    Args:
        rest: `name` or `name==version`.
        offline: use only what was downloaded before.

    Raises:
        RefError: when this is no name of a package.
        OfflineError: when it was not downloaded before and the network is not allowed.
        PlaceError: when pip finds or delivers no wheel.
    """
    match = _REF.fullmatch(rest.strip())
    if not match:
        raise RefError(
            f"{rest[:100]!r} is no name of a package", hint="write pypi:name or pypi:name==version"
        )
    name, version = match["name"], match["version"]
    folder = own_cache() / "wheels" / _normal(name)
    wheel = _cached(folder, version) if version or offline else None
    if wheel is None and offline:
        raise OfflineError(
            f"pypi:{rest} was not downloaded before, and the network is not allowed",
            hint="give the path of a wheel, or allow the network",
        )
    wheel = wheel or _download(name, version, folder)
    return WheelPlace(wheel, f"pypi:{_normal(name)}=={_version_of(wheel)}", kind="pypi")


def _normal(name: str) -> str:
    """Normalise a name as PEP 503 does."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _version_of(wheel: Path) -> str:
    """Return the version in a wheel's file name (its second field)."""
    fields = wheel.name.split("-")
    return fields[1] if len(fields) > 1 else ""


def _cached(folder: Path, version: str | None) -> Path | None:
    """Return a downloaded wheel of a version; of any version the one downloaded last."""
    try:
        wheels = [item for item in folder.iterdir() if item.suffix == ".whl"]
    except OSError:
        return None
    fit = [item for item in wheels if version is None or _same(_version_of(item), version)]
    return max(fit, key=lambda item: item.stat().st_mtime) if fit else None


def _same(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - seldom needed

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _download(name: str, version: str | None, folder: Path) -> Path:
    """Have pip download the wheel beside its final place, then move it there in one step."""
    wanted = f"{name}=={version}" if version else name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
            fetching(f"pypi:{wanted}", lambda: bytes_in(Path(part)))
            _pip(wanted, part)
            wheels = sorted(Path(part).glob("*.whl"))
            if len(wheels) != 1:
                raise _no_wheel(wanted, "pip delivered none")
            final = folder / wheels[0].name
            wheels[0].replace(final)
            return final
    except PlaceError:
        raise
    except OSError as error:
        raise PlaceError(
            f"the cache cannot be written: {error.strerror}",
            path=str(folder),
            hint="set HOWOPEN_CACHE to a folder that can",
        ) from None
    finally:
        fetched()


def _pip(wanted: str, part: str) -> None:
    """Run `pip download` for one wheel, away from the current folder."""
    command = [
        sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--no-deps",
        "--only-binary=:all:", "--ignore-requires-python", "--disable-pip-version-check",
        "--retries=1", "--dest", part, "--", wanted,
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the name was checked above
            command,
            cwd=part,
            env={**os.environ, "TMPDIR": part},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PlaceError(
            f"pip took longer than {_SECONDS} seconds", path=f"pypi:{wanted}"
        ) from None
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode and "No module named pip" in said:
        raise PlaceError(
            "this Python has no pip, which downloads packages",
            path=f"pypi:{wanted}",
            hint="run `python -m ensurepip`, or give the path of a wheel",
        )
    if done.returncode:
        raise _no_wheel(wanted, _last_error(said))


def _last_error(text: str) -> str:
    errors = [line for line in text.splitlines() if line.startswith("ERROR:")]
    return errors[-1].removeprefix("ERROR:").strip()[:200] if errors else "pip failed"


def _no_wheel(wanted: str, why: str) -> PlaceError:
    return PlaceError(
        f"no wheel could be had: {why}",
        path=f"pypi:{wanted}",
        hint="check name, version and network; source distributions are not read, since they"
        " would have to be built: unpack one and give the folder",
    )
