"""A repository of the hub, read through its API with ranged requests; nothing is downloaded whole.

One request lists it (`/api/models/NAME?blobs=true`); each read is one more. Nothing is retried:
a hub that does not answer is an error that says so, not a wait.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from howopen.errors import HowopenError, OfflineError, PlaceError, RefError
from howopen.places.name import HubName, hub_name, is_inside
from howopen.places.place import Entry, Place, PlaceFacts
from howopen.places.progress import fetching
from howopen.release import Gap

if TYPE_CHECKING:
    from huggingface_hub import DatasetInfo, HfApi, ModelInfo
    from huggingface_hub.hf_api import RepoSibling

#: Seconds that the hub may take to begin an answer; `HOWOPEN_TIMEOUT` overrides.
TIMEOUT = 15.0
_MAX_FILES = 200_000
#: A server that ignores ranges is read from the start, but only up to here.
_MAX_SKIP = 64_000_000


class HubPlace(Place):
    """A model or data set repository of the hub.

    Args:
        rest: `owner/name[@revision]`, with `datasets/` before it for a data set.

    Raises:
        RefError: when there is no such repository or revision.
        PlaceError: when the hub cannot be reached or does not let us in.
    """

    kind = "hf"

    def __init__(self, rest: str) -> None:
        self.name: HubName = hub_name(rest)
        self.ref = self.name.ref
        self.gaps: tuple[Gap, ...] = ()
        self._read = 0
        self._requests = 0
        self._api = _client()
        fetching(self.ref, lambda: self._read)
        info = self._info()
        self._revision = info.sha or self.name.revision or "main"
        self.facts = _facts(self.name, info)
        self._entries = self._list(info.siblings or [])
        self._sizes = {entry.path: entry.size for entry in self._entries}

    @property
    def bytes_read(self) -> int:
        """Bytes of content fetched so far."""
        return self._read

    @property
    def requests(self) -> int:
        """Network requests made so far."""
        return self._requests

    def entries(self) -> tuple[Entry, ...]:
        """List all files, sorted by path."""
        return self._entries

    def size(self, path: str) -> int:
        """Return a file's size in bytes."""
        if path not in self._sizes:
            raise PlaceError("no such file in this repository", path=path)
        return self._sizes[path]

    def read_range(self, path: str, start: int, length: int) -> bytes:
        """Fetch at most `length` bytes from offset `start`, in one request."""
        length = min(length, self.size(path) - start)
        if start < 0 or length <= 0:
            return b""
        self._requests += 1
        try:
            with _untracked():
                data = self._fetch(path, start, length)
        except HowopenError:
            raise
        except Exception as error:  # whatever client or server do becomes our error
            raise self._failure(error, path) from None
        self._read += len(data)
        return data

    def _fetch(self, path: str, start: int, length: int) -> bytes:
        """Request a range and take no more than was asked for, whatever the server sends."""
        from huggingface_hub import hf_hub_url  # noqa: PLC0415
        from huggingface_hub.utils import (  # type: ignore[attr-defined]  # lazily exported # noqa: PLC0415
            build_hf_headers,
            get_session,
            hf_raise_for_status,
        )

        url = hf_hub_url(
            self.name.repo,
            path,
            repo_type=self.name.kind,
            revision=self._revision,
            endpoint=self._api.endpoint,
        )
        headers = {
            **build_hf_headers(library_name="howopen"),
            "Range": f"bytes={start}-{start + length - 1}",
            "Accept-Encoding": "identity",
        }
        with get_session().stream("GET", url, headers=headers, timeout=_timeout()) as response:
            if response.status_code >= 400:
                response.read()
            hf_raise_for_status(response)
            skip = 0 if response.status_code == 206 else start
            if skip > _MAX_SKIP:
                raise PlaceError("the server does not answer ranged requests", path=path)
            return _take(response.iter_bytes(), skip, length)

    def _info(self) -> ModelInfo | DatasetInfo:
        """Ask the hub about the repository."""
        asks = self._api.dataset_info if self.name.kind == "dataset" else self._api.model_info
        self._requests += 1
        try:
            with _untracked():
                return asks(
                    self.name.repo,
                    revision=self.name.revision,
                    files_metadata=True,
                    timeout=_timeout(),
                )
        except Exception as error:  # whatever client or server do becomes our error
            raise self._failure(error) from None

    def _list(self, siblings: list[RepoSibling]) -> tuple[Entry, ...]:
        """List the files, with sizes from the tree where the first answer gave none."""
        sizes: dict[str, int] = {}
        if any(each.size is None for each in siblings):
            sizes = self._tree_sizes()
        entries = []
        for each in siblings[:_MAX_FILES]:
            if not is_inside(each.rfilename):
                self._gap("a name that leads out of the repository", repr(each.rfilename[:200]))
                continue
            size = each.size if each.size is not None else sizes.get(each.rfilename, 0)
            sha256 = each.lfs.sha256 if each.lfs else None
            entries.append(Entry(path=each.rfilename, size=size, sha256=sha256))
        if len(siblings) > _MAX_FILES:
            self._gap(f"only the first {_MAX_FILES:,} files are listed")
        return tuple(sorted(entries, key=lambda entry: entry.path))

    def _tree_sizes(self) -> dict[str, int]:
        self._requests += 1
        try:
            with _untracked():
                found = self._api.list_repo_tree(
                    self.name.repo,
                    recursive=True,
                    revision=self._revision,
                    repo_type=self.name.kind,
                )
                return {each.path: each.size for each in found if hasattr(each, "size")}
        except Exception as error:  # the listing goes on without sizes
            self._gap(f"the hub did not say how large the files are: {_brief(error)}")
            return {}

    def _gap(self, why: str, where: str = "") -> None:
        gap = Gap(where=where or self.ref, why=why, weakens=("inventory",))
        self.gaps = (*self.gaps, gap)

    def _failure(self, error: Exception, path: str | None = None) -> HowopenError:
        """Turn an error of the client into one of ours that says what to do next."""
        from huggingface_hub import errors  # noqa: PLC0415

        where = self.ref if path is None else path
        if isinstance(error, errors.GatedRepoError):
            return PlaceError(
                "this repository is gated: its files are given only to those who ask or agree",
                path=where,
                hint="agree on the hub and log in with `hf auth login`, or give a local copy",
            )
        if isinstance(error, errors.RepositoryNotFoundError | errors.HFValidationError):
            hint = "check the spelling; a private one needs `hf auth login`"
            return RefError(f"the hub knows no {self.name.kind} {self.name.repo}", hint=hint)
        if isinstance(error, errors.RevisionNotFoundError):
            return RefError(f"{self.name.repo} has no revision {self.name.revision}")
        if isinstance(error, errors.EntryNotFoundError):
            return PlaceError("no such file in this repository", path=where)
        if isinstance(error, errors.OfflineModeIsEnabled):
            return OfflineError("the network is not allowed (HF_HUB_OFFLINE is set)", path=where)
        return PlaceError(
            f"the hub did not answer as it should: {_brief(error)}",
            path=where,
            hint="check the network and HF_ENDPOINT, or give a local copy",
        )


def _client() -> HfApi:
    """Build a client for the endpoint that the environment names now."""
    from huggingface_hub import HfApi  # noqa: PLC0415 - heavy

    return HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None, library_name="howopen")


@contextmanager
def _untracked() -> Iterator[None]:
    """Keep the client from telling the hub about this machine, or asking it for unrelated lists.

    With telemetry on, building its headers fetches `/api/agent-harnesses` and names the packages
    that are installed (huggingface_hub 2.4, `utils/_detect_agent.py`).
    """
    from huggingface_hub import constants  # noqa: PLC0415

    before = constants.HF_HUB_DISABLE_TELEMETRY
    constants.HF_HUB_DISABLE_TELEMETRY = True
    try:
        yield
    finally:
        constants.HF_HUB_DISABLE_TELEMETRY = before


def _timeout() -> float:
    try:
        return min(600.0, max(0.1, float(os.environ["HOWOPEN_TIMEOUT"])))
    except (KeyError, ValueError):
        return TIMEOUT


def _brief(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:200]


def _take(pieces: Iterator[bytes], skip: int, length: int) -> bytes:
    """Join pieces after the first `skip` bytes until there are `length`."""
    wanted = bytearray()
    for piece in pieces:
        if skip >= len(piece):
            skip -= len(piece)
            continue
        wanted += piece[skip:]
        skip = 0
        if len(wanted) >= length:
            break
    return bytes(wanted[:length])


def _facts(name: HubName, info: ModelInfo | DatasetInfo) -> PlaceFacts:
    """Gather what only the hub knows."""
    gated = info.gated
    return PlaceFacts(
        name=info.id or name.repo,
        publisher=info.author or name.owner,
        revision=info.sha,
        gated=str(gated).replace("True", "manual") if gated else "",
        private=bool(info.private),
        created=_date(info.created_at),
        modified=_date(info.last_modified),
        tags=tuple(str(tag) for tag in info.tags or ()),
        metadata=_metadata(info),
    )


def _date(when: dt.datetime | None) -> dt.date | None:
    return when.date() if when else None


def _metadata(info: ModelInfo | DatasetInfo) -> dict[str, str]:
    """Return the hub's other keys as text: counts, pipeline, library, and the card's license."""
    found: dict[str, str] = {}
    for key in ("pipeline_tag", "library_name", "downloads", "likes", "disabled"):
        value = getattr(info, key, None)
        if value not in (None, False, ""):
            found[key] = str(value)
    card = info.card_data
    for key in ("license", "license_name", "license_link"):
        value = card.get(key) if card is not None else None
        if isinstance(value, str | list):
            found[f"card.{key}"] = value if isinstance(value, str) else ", ".join(map(str, value))
    return found
