"""Build `src/howopen/licenses/index.bin` from published license texts.

    python tools/build_license_index.py --scancode DATA --texts CORPUS

`DATA` is `licensedcode/data/licenses` of an installed scancode-toolkit-mini 32.5.0, `CORPUS` a
folder with `license-texts/` and `license-history/`. Which file is which license is in
`license_texts.toml`.
The same inputs give the same bytes. Clauses of our knowledge that cannot be found are printed.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from howopen.knowledge.loader import default
from howopen.licenses.clauses import locate, unlocated
from howopen.licenses.index import Index
from howopen.licenses.indexing import SourceText, build

HERE = Path(__file__).parent
TARGET = HERE.parent / "src" / "howopen" / "licenses" / "index.bin"
Row = dict[str, str]


class Table:
    """The table of texts, and the folders they come from."""

    def __init__(self, path: Path, scancode: Path, texts: Path) -> None:
        self.data = tomllib.loads(path.read_text(encoding="utf-8"))
        self.scancode = scancode
        self.texts = texts
        self.by_spdx = _by_spdx(scancode)

    def sources(self) -> Iterator[SourceText]:
        """Yield all texts; say which are not there."""
        for ident in self.data["spdx"].split():
            for key in self.by_spdx.get(ident, []) or [""]:
                path = self.scancode / f"{key}.LICENSE"
                if not key:
                    print(f"no text: {ident}", file=sys.stderr)
                    continue
                front, text = _front_matter(path)
                yield self._source({"id": ident, "name": front.get("name", ident)}, text, key)
        for row in self.data["text"]:
            part = self._text(row)
            if part is None:
                print(f"no text: {row['id']} ({row})", file=sys.stderr)
            else:
                yield self._source(row, part, row.get("source", ""))

    def _text(self, row: Row) -> str | None:
        if "file" in row:
            path = self.texts / row["file"]
            text = path.read_text(encoding="utf-8-sig") if path.is_file() else None
        else:
            path = self.scancode / f"{row['scancode']}.LICENSE"
            text = _front_matter(path)[1] if path.is_file() else None
        return text if text is None else _part(text, row)

    def _source(self, row: Row, text: str, source: str) -> SourceText:
        ident = row["id"]
        spans = self.data["optional"].get(ident, [])
        return SourceText(
            id=ident,
            text=text,
            edition=row.get("edition"),
            name=row.get("name", ""),
            date=row.get("date", ""),
            source=source if "://" in source else f"ScanCode LicenseDB 32.5.0, {source}",
            shares=tuple(self.data["shares"].get(ident, ())),
            optional=tuple((first, last) for first, last in spans),
            blanks=tuple(self.data["blanks"].get(ident, ())),
        )


def _part(text: str, row: Row) -> str:
    """Cut a text to its part from the words `from` to the words `to`."""
    start = text.index(row["from"]) if "from" in row else 0
    stop = text.index(row["to"]) + len(row["to"]) if "to" in row else len(text)
    return text[start:stop]


def _front_matter(path: Path) -> tuple[Row, str]:
    """Split a ScanCode file into its plain keys and its text."""
    _, head, text = (*path.read_text(encoding="utf-8").split("---\n", 2), "", "")[:3]
    return dict(re.findall(r"^(\w+): (.+)$", head, re.MULTILINE)), text


def _by_spdx(scancode: Path) -> dict[str, list[str]]:
    """Return the ScanCode keys of each SPDX id."""
    found: dict[str, list[str]] = {}
    for path in sorted(scancode.glob("*.LICENSE")):
        front, _ = _front_matter(path)
        if "spdx_license_key" in front and "is_deprecated" not in front:
            found.setdefault(front["spdx_license_key"], []).append(
                path.name.removesuffix(".LICENSE")
            )
    return found


def report(data: bytes) -> int:
    """Print which clauses of our knowledge cannot be found in the indexed texts."""
    knowledge, index, missing = default(), Index(data), 0
    for reference in index.references:
        for ref in unlocated(reference, knowledge):
            missing += 1
            print(f"clause not found: {reference.ident} {ref} ({reference.entry.source})")
    found = sum(len(locate(reference, knowledge)) for reference in index.references)
    print(f"{len(index.references)} texts, {found} clauses found, {missing} not, {len(data)} bytes")
    return missing


def main() -> None:
    """Build the index."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scancode", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--table", type=Path, default=HERE / "license_texts.toml")
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    data = build(Table(given.table, given.scancode, given.texts).sources())
    given.out.write_bytes(data)
    report(data)


if __name__ == "__main__":
    main()
