"""Build `src/howopen/licenses/index.bin` from published license texts.

    python -m tools.build_license_index --scancode DATA --texts CORPUS

`DATA` is `licensedcode/data/licenses` of an installed scancode-toolkit-mini 32.5.0, `CORPUS` a
folder with `license-texts/` and `license-history/`. Which file is which license is in
`license_texts.toml`; every other record of ScanCode keeps its SPDX id or LicenseRef.
The same inputs give the same bytes. Clauses of our knowledge that cannot be found are printed.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

import msgspec

from howopen.knowledge.catalogue import Kind
from howopen.knowledge.classes import classes_of
from howopen.knowledge.loader import default
from howopen.licenses.clauses import locate, unlocated
from howopen.licenses.index import Index
from howopen.licenses.indexing import SourceText, build, digests
from tools.scancode import VERSION, Record, records

HERE = Path(__file__).parent
TARGET = HERE.parent / "src" / "howopen" / "licenses" / "index.bin"
Row = dict[str, str]


class Table:
    """The table of texts, and the folders they come from."""

    def __init__(self, path: Path, scancode: Path, texts: Path) -> None:
        self.data = tomllib.loads(path.read_text(encoding="utf-8"))
        self.records = records(scancode)
        self.knowledge = default()
        self.texts = texts

    def sources(self) -> list[SourceText]:
        """Return all texts, those of our own table first; say which are not there."""
        own = [source for row in self.data["text"] if (source := self._own(row))]
        ours = _by_digest(own)
        taken = {row["scancode"] for row in self.data["text"] if "scancode" in row}
        rest = [one for one in self.records.values() if one.key not in taken and _is_text(one)]
        current = {one.key: self._of_record(one) for one in rest if not one.deprecated}
        found = {key: _printing(source, ours) for key, source in current.items()}
        former = [self._former(one, found) for one in rest if one.deprecated]
        return _sharing([*own, *found.values(), *former])

    def _own(self, row: Row) -> SourceText | None:
        """Read a text of the table, or None where its file is not there."""
        record = self.records.get(row.get("scancode", ""))
        path = self.texts / row.get("file", "")
        if record is None and not path.is_file():
            print(f"no text: {row['id']} ({row})", file=sys.stderr)
            return None
        text = record.text if record else path.read_text(encoding="utf-8-sig")
        notices = record.notices if record else ()
        source = self._source(row["id"], _part(text, row), notices=notices)
        return msgspec.structs.replace(
            source,
            name=row.get("name", ""),
            edition=row.get("edition"),
            date=row.get("date", ""),
            source=row["source"],
        )

    def _of_record(self, record: Record) -> SourceText:
        """Make a text of a record of ScanCode's."""
        kind: Kind = "exception" if record.exception else "license"
        if kind == "license" and record.category in self.data["notices"]["categories"]:
            kind = "notice"
        return msgspec.structs.replace(
            self._source(record.ident, record.text, notices=record.notices),
            name=record.name,
            source=f"ScanCode LicenseDB {VERSION}, {record.key}",
            kind=kind,
            rank=self._rank(record),
        )

    def _rank(self, record: Record) -> int:
        """Tell how usual a license is: open to some body or made for content, listed, or none."""
        if not record.standard:
            return 2
        known = classes_of(self.knowledge, record.ident)
        usual = known.osi or known.fsf or known.open_definition or record.ident.startswith("CC-")
        return 0 if usual else 1

    def _former(self, record: Record, current: dict[str, SourceText]) -> SourceText:
        """Make a text of a record that ScanCode replaced: a printing where the terms are equal."""
        source = self._of_record(record)
        now = current.get(record.replaced_by[0]) if len(record.replaced_by) == 1 else None
        return _printing(source, _by_digest([now] if now else []))

    def _source(self, ident: str, text: str, *, notices: tuple[str, ...]) -> SourceText:
        return SourceText(
            id=ident,
            text=text,
            shares=tuple(self.data["shares"].get(ident, ())),
            optional=tuple((first, last) for first, last in self.data["optional"].get(ident, ())),
            blanks=tuple(self.data["blanks"].get(ident, ())),
            notices=notices,
        )


def _is_text(record: Record) -> bool:
    """Return whether a record has a text of its own; generic ones stand for many statements."""
    return bool(record.text.strip()) and not record.generic


def _part(text: str, row: Row) -> str:
    """Cut a text to its part from the words `from` to the words `to`."""
    start = text.index(row["from"]) if "from" in row else 0
    stop = text.index(row["to"]) + len(row["to"]) if "to" in row else len(text)
    return text[start:stop]


def _printing(source: SourceText, known: dict[bytes, SourceText]) -> SourceText:
    """Return a text as a printing of a known one, where both say the same."""
    same = next((known[one] for one in sorted(digests(source)) if one in known), None)
    if same is None:
        return source
    return msgspec.structs.replace(
        source,
        id=same.id,
        edition=same.edition,
        name=same.name,
        date=same.date,
        kind=same.kind,
        rank=same.rank,
    )


def _sharing(texts: list[SourceText]) -> list[SourceText]:
    """Let the texts of several licenses that say the same name one another."""
    ids: dict[bytes, set[str]] = {}
    for source in texts:
        for digest in digests(source):
            ids.setdefault(digest, set()).add(source.id)
    shared = []
    for source in texts:
        equal = {ident for digest in digests(source) for ident in ids[digest]} - {source.id}
        if equal - set(source.shares):
            print("same terms:", source.id, *sorted(equal))
        shares = tuple(sorted({*source.shares, *equal}))
        shared.append(msgspec.structs.replace(source, shares=shares))
    return shared


def _by_digest(texts: list[SourceText]) -> dict[bytes, SourceText]:
    return {digest: source for source in texts for digest in digests(source)}


def report(data: bytes) -> int:
    """Print which clauses of our knowledge cannot be found in the indexed texts."""
    knowledge, index, missing = default(), Index(data), 0
    for reference in index.references:
        for ref in unlocated(reference, knowledge):
            missing += 1
            print(f"clause not found: {reference.ident} {ref} ({reference.entry.source})")
    found = sum(len(locate(reference, knowledge)) for reference in index.references)
    ids = len({reference.ident for reference in index.references})
    print(f"{len(index.references)} texts of {ids} editions, {len(data)} bytes")
    print(f"{found} clauses found, {missing} not")
    return missing


def main() -> None:
    """Build the index."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scancode", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--table", type=Path, default=HERE / "license_texts.toml")
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    texts = Table(given.table, given.scancode, given.texts).sources()
    data = build(texts)
    fresh = given.out.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.replace(given.out)  # whoever has the old one mapped keeps it
    report(data)


if __name__ == "__main__":
    main()
