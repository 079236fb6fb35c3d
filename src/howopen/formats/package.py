"""Python package metadata: METADATA and PKG-INFO, pyproject.toml, setup.cfg, in one struct.

Source: the Core metadata specification (packaging.python.org), PEP 639 for license fields.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping

from howopen.errors import FormatError, TooLargeError
from howopen.formats.text import decode
from howopen.release import Noun

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?(.*)")
#: A pyproject.toml of more characters is not read.
MAX_TOML = 2_000_000
_MAX_DOTS = 400
_MAX_HEADERS = 20_000
_MAX_VALUE = 200_000


class Package(Noun, frozen=True, kw_only=True):
    """What package metadata says.

    Attributes:
        name: as written.
        version: as written; empty where it is computed at build time.
        summary: one line.
        license: the free-text License field, which may be a whole license text.
        license_expression: the SPDX expression of PEP 639.
        license_files: names, as listed.
        classifiers: all trove classifiers.
        urls: label to URL; the old Home-page under `Homepage`.
        author: author or maintainer, as written.
        description: the long description (a README), empty for pyproject and setup.cfg.
        description_line: the line of the file on which it starts; 0 where there is none.
        lines: `license`, `license_expression`, `name`, `classifiers[0]`, `license_files[0]`,
            `urls.LABEL`, ... to first and last line.
    """

    name: str = ""
    version: str = ""
    summary: str = ""
    license: str = ""
    license_expression: str = ""
    license_files: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    urls: Mapping[str, str] = {}
    author: str = ""
    description: str = ""
    description_line: int = 0
    lines: Mapping[str, tuple[int, int]] = {}


_Field = tuple[str, str, int, int]


def read_metadata(data: bytes) -> Package:
    """Read METADATA or PKG-INFO, also where it is kept as PKG-INFO.md.

    Raises:
        FormatError: when it has no `Metadata-Version` or `Name` field.
    """
    rows = decode(data).text.split("\n")
    fields, body = _headers(rows)
    names = {name for name, *_ in fields}
    if not names & {"metadata-version", "name"}:
        raise FormatError("not package metadata: no Metadata-Version and no Name")
    lines: dict[str, tuple[int, int]] = {}
    single, many = _sorted_out(fields, lines)
    text = "\n".join(rows[body:]).strip("\n")
    line = body + 1 + next((n for n, row in enumerate(rows[body:]) if row.strip()), 0)
    folded = single.get("description", "")
    return Package(
        name=single.get("name", ""),
        version=single.get("version", ""),
        summary=single.get("summary", ""),
        license=single.get("license", ""),
        license_expression=single.get("license_expression", ""),
        license_files=tuple(many.get("license_files", ())),
        classifiers=tuple(many.get("classifiers", ())),
        urls=_urls(single, many.get("urls", ()), lines),
        author=single.get("author") or single.get("author_email") or single.get("maintainer", ""),
        description=text or folded,
        description_line=line if text else lines.get("description", (0, 0))[0],
        lines=lines,
    )


def _headers(rows: list[str]) -> tuple[list[_Field], int]:
    """Split off the header: its fields with their lines, and the index of the body's first row."""
    fields: list[_Field] = []
    start = next((n for n, row in enumerate(rows) if row.strip()), 0)
    for index in range(start, min(len(rows), _MAX_HEADERS)):
        row = rows[index]
        if not row:
            return fields, index + 1
        match = _FIELD.match(row)
        if match:
            fields.append((match.group(1).lower(), match.group(2).strip(), index + 1, index + 1))
        elif row[0] in " \t" and fields:
            name, value, first, _ = fields[-1]
            if len(value) < _MAX_VALUE:
                fields[-1] = (name, f"{value}\n{_unfolded(row)}", first, index + 1)
        else:
            return fields, index
    return fields, min(len(rows), _MAX_HEADERS)


def _unfolded(row: str) -> str:
    """Take off the indent that folding put before a continuation line."""
    for fold in ("        ", "       |", "\t"):
        if row.startswith(fold):
            return row[len(fold) :].rstrip()
    return row.strip()


_MANY = {"classifier": "classifiers", "license-file": "license_files", "project-url": "urls"}


def _sorted_out(
    fields: list[_Field], lines: dict[str, tuple[int, int]]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Sort fields into those that stand once (the first one counts) and those that repeat."""
    single: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    for name, value, first, last in fields:
        if group := _MANY.get(name):
            held = many.setdefault(group, [])
            lines[f"{group}[{len(held)}]"] = (first, last)
            held.append(value)
        elif name.replace("-", "_") not in single:
            single[name.replace("-", "_")] = value
            lines[name.replace("-", "_")] = (first, last)
    return single, many


def _urls(
    single: Mapping[str, str], told: Iterable[str], lines: dict[str, tuple[int, int]]
) -> dict[str, str]:
    """Read Home-page and each `Project-URL: LABEL, URL`."""
    found = {}
    if home := single.get("home_page"):
        found["Homepage"], lines["urls.Homepage"] = home, lines["home_page"]
    for index, value in enumerate(told):
        label, _, url = value.partition(",")
        if url.strip():
            found[label.strip()] = url.strip()
            lines[f"urls.{label.strip()}"] = lines[f"urls[{index}]"]
    return found


def read_pyproject(data: bytes) -> Package:
    """Read pyproject.toml: `[project]`, else `[tool.poetry]`, else `[tool.flit.metadata]`.

    Raises:
        FormatError: when it is not TOML. A file without any of these tables gives empty fields.
    """
    told = read_toml(data)
    text = decode(data).text
    for path in (("project",), ("tool", "poetry"), ("tool", "flit", "metadata")):
        table: object = told
        for key in path:
            table = table.get(key) if isinstance(table, dict) else None
        if isinstance(table, dict):
            package = _from_table(table, _toml_lines(text, ".".join(path)))
            return _finished(package, text, modern=path == ("project",))
    return Package()


def read_toml(data: bytes) -> dict[str, object]:
    """Read TOML.

    Raises:
        FormatError: when it is not TOML, or over a cap.
    """
    text = decode(data).text
    _bounded(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"not TOML: {error}") from None


def _bounded(text: str) -> None:
    """Refuse what the parser of the standard library would be very slow on: keys of many parts.

    Raises:
        TooLargeError: when the file is over its cap or a line has too many dots.
    """
    if len(text) > MAX_TOML:
        raise TooLargeError(f"over {MAX_TOML:,} characters of TOML")
    for number, row in enumerate(text.split("\n"), 1):
        if row.count(".") > _MAX_DOTS and not row.lstrip().startswith("#"):
            raise TooLargeError(f"more than {_MAX_DOTS} dots in one line", line=number)


def _from_table(table: Mapping[str, object], lines: dict[str, tuple[int, int]]) -> Package:
    license_ = table.get("license")
    old = license_ if isinstance(license_, Mapping) else {}
    expression = license_ if isinstance(license_, str) else ""
    if isinstance(old.get("file"), str):
        lines.setdefault("license_files[0]", lines.get("license", (1, 1)))
    files = [*_strings(old.get("file")), *_license_files(table.get("license-files"))]
    urls = table.get("urls")
    urls = urls if isinstance(urls, Mapping) else {}
    renamed = {"license-files": "license_files", "description": "summary"}
    named = {renamed.get(key, key): value for key, value in lines.items()}
    if expression:
        named["license_expression"] = named.get("license", (1, 1))
    return Package(
        name=_string(table.get("name")),
        version=_string(table.get("version")),
        summary=_string(table.get("description")),
        license=_string(old.get("text")),
        license_expression=expression,
        license_files=tuple(files),
        classifiers=tuple(_strings(table.get("classifiers"))),
        urls={str(key): value for key, value in urls.items() if isinstance(value, str)},
        author=_authors(table.get("authors")),
        lines=named,
    )


def _finished(package: Package, text: str, *, modern: bool) -> Package:
    """Give each classifier its line; outside `[project]` a license is free text, not SPDX."""
    import msgspec  # noqa: PLC0415 - only for these rare files

    rows = text.split("\n")
    lines = dict(package.lines)
    for index, classifier in enumerate(package.classifiers):
        row = next((n for n, row in enumerate(rows, 1) if classifier in row), 0)
        if row:
            lines[f"classifiers[{index}]"] = (row, row)
    if modern or not package.license_expression:
        return msgspec.structs.replace(package, lines=lines)
    return msgspec.structs.replace(
        package, lines=lines, license=package.license_expression, license_expression=""
    )


_TOML_TABLE = re.compile(r"\[([^\[\]]{1,200})\]")
_TOML_KEY = re.compile(r"""["']?([\w-]{1,60})["']?\s{0,8}=""")


def _toml_lines(text: str, table: str) -> dict[str, tuple[int, int]]:
    """Find the lines of a table's keys: each runs up to the next key or table."""
    lines: dict[str, tuple[int, int]] = {}
    inside, key = False, ""
    for number, row in enumerate(text.split("\n"), 1):
        if head := _TOML_TABLE.match(row):
            inside, key = head.group(1).strip() == table, ""
        elif inside and (match := _TOML_KEY.match(row)):
            key = match.group(1)
            lines.setdefault(key, (number, number))
        elif inside and key and row.strip() and not row.lstrip().startswith("#"):
            lines[key] = (lines[key][0], number)
    return lines


def read_setup_cfg(data: bytes) -> Package:
    """Read the `[metadata]` section of setup.cfg.

    Raises:
        FormatError: when it is no INI file.
    """
    import configparser  # noqa: PLC0415 - only for these rare files

    text = decode(data).text
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise FormatError(f"not an INI file: {str(error).splitlines()[0]}") from None
    told = dict(parser["metadata"]) if parser.has_section("metadata") else {}
    files = told.get("license_files") or told.get("license_file") or told.get("license-files", "")
    lines = _toml_lines(text.replace(":=", "="), "metadata")
    return Package(
        name=told.get("name", ""),
        version=told.get("version", ""),
        summary=told.get("description") or told.get("summary", ""),
        license=told.get("license", ""),
        license_files=tuple(part for part in re.split(r"[\s,]+", files) if part),
        classifiers=tuple(row for row in _rows(told.get("classifiers", ""))),
        urls=_ini_urls(told),
        author=told.get("author") or told.get("maintainer", ""),
        lines=lines,
    )


def _ini_urls(told: Mapping[str, str]) -> dict[str, str]:
    found = {"Homepage": told["url"]} if told.get("url") else {}
    for row in _rows(told.get("project_urls", "")):
        label, _, url = row.partition("=")
        if url.strip():
            found[label.strip()] = url.strip()
    return found


def _rows(text: str) -> list[str]:
    return [row.strip() for row in text.split("\n") if row.strip()]


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _strings(value: object) -> list[str]:
    """Return the strings of a list, or a single string as a list."""
    items = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]


def _license_files(value: object) -> list[str]:
    """Return license files: a list, or the drafts' `{paths = [...]}` and `{globs = [...]}`."""
    if isinstance(value, Mapping):
        return [*_strings(value.get("paths")), *_strings(value.get("globs"))]
    return _strings(value)


def _authors(value: object) -> str:
    """Join authors: strings, or tables with a name."""
    names = []
    for item in value if isinstance(value, list) else [value]:
        told = item.get("name") if isinstance(item, Mapping) else item
        if isinstance(told, str):
            names.append(told)
    return ", ".join(names)
