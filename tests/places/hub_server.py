"""A hub on loopback, real enough for the real client: repositories, gating, ranges, errors.

It answers what `huggingface_hub` asks for: `/api/models/NAME`, `/api/datasets/NAME` (with and
without `/revision/REV`), `/tree/REV`, and `/NAME/resolve/REV/PATH` with `Range`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

SHA = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Repo:
    """A repository of the loopback hub."""

    files: dict[str, bytes]
    gated: str | bool = False
    tags: list[str] = field(default_factory=list)
    lfs: frozenset[str] = frozenset()
    blobs: bool = True
    card: dict[str, Any] = field(default_factory=dict)


@dataclass
class Hub:
    """What the server holds, how it misbehaves, and what it was asked."""

    repos: dict[str, Repo]
    ignores_ranges: bool = False
    fails: int = 0
    endpoint: str = ""
    asked: list[str] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Keep quiet: a client that has enough may hang up."""


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    """Serve a hub on a free port of loopback until the block ends."""

    class Handler(_Handler):
        held = hub

    server = _Server(("127.0.0.1", 0), Handler)
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    held: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.held.asked.append(self.path)
        if self.held.fails:
            self._error(self.held.fails, None, "the hub is unwell")
        elif path.startswith("/api/"):
            self._api(path.split("/")[2:])
        else:
            self._resolve(path)

    def _api(self, parts: list[str]) -> None:
        prefix = "datasets/" if parts[0] == "datasets" else ""
        name = prefix + "/".join(parts[1:3])
        repo, rest = self.held.repos.get(name), parts[3:]
        if repo is None:
            self._error(401, "RepoNotFound", "Repository not found")
        elif rest[:1] == ["revision"] and rest[1] not in ("main", "v1", SHA):
            self._error(404, "RevisionNotFound", f"Invalid rev id: {rest[1]}")
        elif rest[:1] == ["tree"]:
            listed = [
                {"type": "file", "oid": "0" * 40, "size": len(data), "path": path}
                for path, data in repo.files.items()
            ]
            self._json(listed)
        else:
            self._json(_info(name.removeprefix("datasets/"), repo, "blobs=" in self.path))

    def _resolve(self, path: str) -> None:
        name, _, rest = path.lstrip("/").partition("/resolve/")
        repo = self.held.repos.get(name)
        _, _, file = rest.partition("/")
        if repo is None:
            self._error(401, "RepoNotFound", "Repository not found")
        elif repo.gated:
            self._error(403, "GatedRepo", "Access to this repository is restricted")
        elif file not in repo.files:
            self._error(404, "EntryNotFound", "Entry not found")
        else:
            self._send(repo.files[file])

    def _send(self, data: bytes) -> None:
        asked = self.headers.get("Range")
        if asked is None or self.held.ignores_ranges:
            self._answer(200, data, {})
            return
        first, _, last = asked.removeprefix("bytes=").partition("-")
        piece = data[int(first) : int(last) + 1]
        told = f"bytes {first}-{int(first) + len(piece) - 1}/{len(data)}"
        self._answer(206, piece, {"Content-Range": told})

    def _json(self, told: object) -> None:
        data = json.dumps(told).encode()
        self._answer(200, data, {"Content-Type": "application/json"})

    def _error(self, status: int, code: str | None, why: str) -> None:
        headers = {"X-Error-Message": why} | ({"X-Error-Code": code} if code else {})
        self._answer(status, json.dumps({"error": why}).encode(), headers)

    def _answer(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Repo-Commit", SHA)
        self.end_headers()
        try:
            self.wfile.write(data)
        except ConnectionError:
            self.close_connection = True


def _info(name: str, repo: Repo, blobs: bool) -> dict[str, Any]:
    siblings: list[dict[str, Any]] = []
    for path, data in repo.files.items():
        each: dict[str, Any] = {"rfilename": path}
        if blobs and repo.blobs:
            each |= {"size": len(data), "blobId": "0" * 40}
            if path in repo.lfs:
                digest = hashlib.sha256(data).hexdigest()
                each["lfs"] = {"sha256": digest, "size": len(data), "pointerSize": 134}
        siblings.append(each)
    return {
        "id": name,
        "author": name.split("/", 1)[0],
        "sha": SHA,
        "gated": repo.gated,
        "private": False,
        "disabled": False,
        "createdAt": "2024-03-01T10:00:00.000Z",
        "lastModified": "2024-05-02T10:00:00.000Z",
        "tags": repo.tags,
        "downloads": 12,
        "likes": 3,
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "cardData": repo.card,
        "siblings": siblings,
    }
