"""Build `src/howopen/knowledge/catalogue.json`: every license id of SPDX, of ScanCode and our own.

    python -m tools.build_license_catalogue --scancode DATA --texts CORPUS --spdx RESOURCES

`DATA` and `CORPUS` are those of `build_license_index.py`, `RESOURCES` is the folder with
`licenses.json` and `exceptions.json` of the SPDX list, as `reuse/resources` of an installed reuse
holds them. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import msgspec

from howopen.knowledge.catalogue import Kind, Listed
from howopen.knowledge.classes import classes_index, classes_of
from howopen.knowledge.loader import default
from howopen.knowledge.tags import license_title
from tools.build_license_index import HERE, Table
from tools.scancode import PREFIX, VERSION, Record

TARGET = HERE.parent / "src" / "howopen" / "knowledge" / "catalogue.json"


class Builder:
    """Collects the rows of the catalogue."""

    def __init__(self, table: Table, spdx: Path) -> None:
        self.table = table
        self.knowledge = default()
        self.licenses = msgspec.json.decode((spdx / "licenses.json").read_bytes())
        self.exceptions = msgspec.json.decode((spdx / "exceptions.json").read_bytes())
        texts = table.sources()
        self.indexed = {ident for one in texts for ident in (one.id, *one.shares)}
        self.by_key = {one.source.rpartition(", ")[2]: one.id for one in texts}
        own = (row for row in table.data["text"] if "scancode" in row)
        self.by_key |= {row["scancode"]: row["id"] for row in own}

    def rows(self) -> dict[str, Listed]:
        """Return all rows by id; SPDX first, then ScanCode, then our own."""
        rows = {one["licenseId"]: self._spdx(one) for one in self.licenses["licenses"]}
        for one in self.exceptions["exceptions"]:
            rows.setdefault(one["licenseExceptionId"], self._exception(one))
        for record in self.table.records.values():
            ident = self._ident(record)
            if ident in rows:
                rows[ident] = self._with_category(rows[ident], record)
            elif ident == record.ident:
                rows[ident] = self._scancode(record)
        ours = classes_index(self.knowledge).ids.values()
        editions = {name.partition("@")[0] for name in self.knowledge.ids("licenses")}
        for ident in {*ours, *editions, *(row["id"] for row in self.table.data["text"])}:
            rows.setdefault(ident, self._own(ident))
        return rows

    def aliases(self, rows: dict[str, Listed]) -> dict[str, str]:
        """Return further spellings of ids."""
        found: dict[str, str] = {}
        for record in self.table.records.values():
            ident = self._ident(record)
            for other in (PREFIX + record.key, record.spdx, *record.other_spdx):
                if other and " " not in other and other not in rows:
                    found[other] = ident
        return found

    def _ident(self, record: Record) -> str:
        """Return our id of a record: that of its text where it is indexed, else its own."""
        return self.by_key.get(record.key, record.ident)

    def _spdx(self, one: dict[str, Any]) -> Listed:
        ident = one["licenseId"]
        return self._row(
            ident,
            name=one["name"],
            spdx=True,
            deprecated=bool(one.get("isDeprecatedLicenseId")),
            osi=bool(one.get("isOsiApproved")),
            fsf=bool(one.get("isFsfLibre")),
        )

    def _exception(self, one: dict[str, Any]) -> Listed:
        deprecated = bool(one.get("isDeprecatedLicenseId"))
        ident, name = one["licenseExceptionId"], one["name"]
        return self._row(ident, name=name, kind="exception", spdx=True, deprecated=deprecated)

    def _scancode(self, record: Record) -> Listed:
        kind: Kind = "exception" if record.exception else "license"
        notices = self.table.data["notices"]["categories"]
        if kind == "license" and (record.generic or record.category in notices):
            kind = "notice"
        row = self._row(
            record.ident,
            name=record.name,
            kind=kind,
            spdx=record.standard,
            deprecated=record.deprecated,
            replaced_by=self._expression(" AND ".join(record.replaced_by)),
        )
        return self._with_category(row, record)

    def _with_category(self, row: Listed, record: Record) -> Listed:
        """Add ScanCode's category, and the family it amounts to where nobody has said one."""
        if row.category or (record.deprecated and not row.deprecated):
            return row
        family = row.family or self.table.data["families"].get(record.category)
        if row.kind != "license":
            family = None
        return msgspec.structs.replace(row, category=record.category, family=family)

    def _own(self, ident: str) -> Listed:
        name = license_title(self.knowledge, ident)
        rows = (row["name"] for row in self.table.data["text"] if row["id"] == ident)
        return self._row(ident, name=next(rows, name) if name == ident else name)

    def _row(  # noqa: PLR0913 - one argument a column
        self,
        ident: str,
        *,
        name: str,
        kind: Kind = "license",
        spdx: bool = False,
        deprecated: bool = False,
        replaced_by: str = "",
        osi: bool = False,
        fsf: bool = False,
    ) -> Listed:
        renamed = classes_index(self.knowledge).renamed.get(ident, "")
        return Listed(
            id=ident,
            name=name,
            kind=kind,
            family=classes_of(self.knowledge, ident).family,
            category="",
            spdx=spdx,
            deprecated=deprecated,
            replaced_by=replaced_by or renamed,
            osi=osi,
            fsf=fsf,
            text=ident in self.indexed,
        )

    def _expression(self, keys: str) -> str:
        """Write an expression of ScanCode's keys with our ids."""

        def ident(match: re.Match[str]) -> str:
            record = self.table.records.get(match[0])
            return self._ident(record) if record else match[0]

        return re.sub(r"[a-z0-9][\w.+-]*", ident, keys)


def main() -> None:
    """Build the catalogue."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scancode", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--spdx", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    builder = Builder(Table(HERE / "license_texts.toml", given.scancode, given.texts), given.spdx)
    rows = builder.rows()
    aliases = builder.aliases(rows)
    version = builder.licenses["licenseListVersion"]
    source = (
        f"SPDX License List {version} (CC0-1.0); ScanCode LicenseDB {VERSION}, nexB Inc. and others"
        " (CC-BY-4.0); howopen"
    )
    lines = [msgspec.json.encode(rows[ident]).decode() for ident in sorted(rows)]
    pairs = [f"{_json(old)}:{_json(aliases[old])}" for old in sorted(aliases)]
    body = ",\n".join(lines), ",\n".join(pairs)
    given.out.write_text(
        f'{{"source":{_json(source)},\n"rows":[\n{body[0]}\n],\n"aliases":{{\n{body[1]}\n}}}}\n',
        encoding="utf-8",
    )
    print(f"{len(rows)} ids, {len(aliases)} aliases, {given.out.stat().st_size} bytes")


def _json(text: str) -> str:
    return msgspec.json.encode(text).decode()


if __name__ == "__main__":
    main()
