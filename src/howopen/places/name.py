"""Names that strangers give: of repositories (`owner/name@revision`) and of files in a listing."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from howopen.errors import RefError
from howopen.release import Noun

_NAME = re.compile(
    r"(?:(?P<kind>models?|datasets?)/)?"
    r"(?P<repo>(?:(?P<owner>[A-Za-z0-9_][\w.-]{0,95})/)?[A-Za-z0-9_][\w.-]{0,95})"
    r"(?:@(?P<revision>[\w][\w./-]{0,199}))?",
    re.ASCII,
)


class HubName(Noun, frozen=True, kw_only=True):
    """A repository of the hub.

    Attributes:
        kind: `model` or `dataset`.
        repo: `owner/name`, or `name` alone for the oldest ones.
        owner: who publishes it; None for those.
        revision: branch, tag or commit as asked for; None for the default branch.
    """

    kind: str
    repo: str
    owner: str | None
    revision: str | None

    @property
    def ref(self) -> str:
        """The REF, normalised."""
        prefix = "datasets/" if self.kind == "dataset" else ""
        suffix = f"@{self.revision}" if self.revision else ""
        return f"hf:{prefix}{self.repo}{suffix}"


def hub_name(rest: str) -> HubName:
    """Read a repository's name.

    Raises:
        RefError: when it is no such name.

    >>> hub_name("datasets/a/b@v1").ref
    'hf:datasets/a/b@v1'
    """
    match = _NAME.fullmatch(rest.strip())
    if not match or ".." in rest or "--" in match["repo"]:
        raise RefError(
            f"{rest[:200]!r} is no name of a hub repository",
            hint="write hf:owner/name, hf:owner/name@revision or hf:datasets/owner/name",
        )
    kind = "dataset" if (match["kind"] or "").startswith("dataset") else "model"
    return HubName(kind=kind, repo=match["repo"], owner=match["owner"], revision=match["revision"])


def is_inside(name: str) -> bool:
    """Tell whether a file's name in an archive or listing is a plain relative path."""
    path = PurePosixPath(name)
    odd = "\\" in name or ":" in name.split("/", 1)[0] or any(ord(char) < 32 for char in name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not odd
