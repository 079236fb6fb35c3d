"""Read the license records of ScanCode's data: one `KEY.LICENSE` file each, YAML above the text.

The data is CC-BY-4.0, nexB Inc. and others; it is used at build time only.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import yaml

#: The version of scancode-toolkit-mini whose data we read.
VERSION = "32.5.0"
PREFIX = "LicenseRef-scancode-"

_FENCE = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record.

    Attributes:
        key: ScanCode's key.
        name: the name for a reader.
        category: ScanCode's category, such as `Permissive`.
        spdx: the SPDX id or LicenseRef that ScanCode gives, empty where it gives none.
        other_spdx: former ids.
        deprecated: whether ScanCode no longer uses the record.
        replaced_by: keys or expressions of keys in its place.
        exception: whether it is an exception to another license.
        generic: whether it stands for a class of statements and no text.
        notices: copyright notices within the text.
        text: the text, empty where there is none.
    """

    key: str
    name: str
    category: str
    spdx: str
    other_spdx: tuple[str, ...]
    deprecated: bool
    replaced_by: tuple[str, ...]
    exception: bool
    generic: bool
    notices: tuple[str, ...]
    text: str

    @property
    def standard(self) -> bool:
        """Whether its id is on the SPDX list."""
        return bool(self.spdx) and not self.spdx.startswith("LicenseRef-")

    @property
    def ident(self) -> str:
        """The SPDX id where there is one, else a LicenseRef of ScanCode's namespace."""
        return self.spdx or PREFIX + self.key


def records(folder: Path) -> dict[str, Record]:
    """Read all records of a folder, by key."""
    return {path.stem: _record(path) for path in sorted(folder.glob("*.LICENSE"))}


def _record(path: Path) -> Record:
    _, head, text = (*_FENCE.split(path.read_text(encoding="utf-8"), maxsplit=2), "", "")[:3]
    front = yaml.safe_load(head)
    return Record(
        key=path.stem,
        name=str(front["name"]),
        category=str(front["category"]),
        spdx=str(front.get("spdx_license_key") or ""),
        other_spdx=tuple(map(str, front.get("other_spdx_license_keys", ()))),
        deprecated=bool(front.get("is_deprecated")),
        replaced_by=tuple(dict.fromkeys(map(str, front.get("replaced_by", ())))),
        exception=bool(front.get("is_exception")),
        generic=bool(front.get("is_generic") or front.get("is_unknown")),
        notices=tuple(map(str, front.get("ignorable_copyrights", ()))),
        text=text,
    )
