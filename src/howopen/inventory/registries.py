"""Registries of models: JSON files that map names of models to their licenses and addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from howopen.errors import HowopenError
from howopen.formats.jsonfile import decode_object
from howopen.formats.text import decode
from howopen.inventory.listed import Listed
from howopen.places.place import Place
from howopen.release import Component, File

MAX_BYTES = 8_000_000
MAX_MODELS = 2_000
MAX_DEPTH = 8
#: Keys that stand elsewhere than expected are looked for so many steps in all.
MAX_STEPS = 1_000_000

_FILE = re.compile(r"(?:^|/)[^/]*(?:models?|zoo|registry|catalog(?:ue)?|checkpoints?|pretrained)"
                   r"[^/]*\.json$")  # fmt: skip
_NOT_FILE = re.compile(r"(?:^|/)(?:model_index|tokenizer[^/]*)\.json$|\.index\.json$")
_LICENSE = re.compile(r"(?i)\A(?:model[_-]?)?licen[sc]e\Z")
_ADDRESS = re.compile(r"https?://\S+\Z")
_KEY = re.compile(r'"((?:[^"\\\n]|\\.){1,200})"\s*:')


def registered(place: Place, files: tuple[File, ...]) -> Iterator[Listed]:
    """Read all registries of a place; one that is no JSON is none."""
    for file in files:
        path = file.path.lower()
        if _FILE.search(path) and not _NOT_FILE.search(path) and file.size <= MAX_BYTES:
            try:
                data = place.read(file.path, MAX_BYTES)
                told = decode_object(data)
            except HowopenError:
                continue
            yield from _Registry(file.path, decode(data).text).models(told)


class _Registry:
    """One registry: its entries are those tables that have a license and an address."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.keys = [(match.group(1), match.start()) for match in _KEY.finditer(text)]
        self.text = text
        self.at = 0
        self.line = 1
        self.seen = 0
        self.budget = MAX_STEPS

    def models(self, told: Mapping[str, object]) -> Iterator[Listed]:
        """Yield the entries, if there are two at least."""
        found = list(self._walk(told, (), None))
        if len(found) > 1:
            yield from found[:MAX_MODELS]

    def _walk(
        self, told: Mapping[str, object], name: tuple[str, ...], start: int | None
    ) -> Iterator[Listed]:
        """Walk in the order in which keys stand, so that each key's line is known."""
        licensed, line = "", None
        is_entry = _is_entry(told)
        for key, value in told.items():
            at = self._line_of(key)
            if is_entry and _LICENSE.match(key):
                licensed, line = value if isinstance(value, str) else "", at
            if isinstance(value, Mapping) and len(name) < MAX_DEPTH:
                yield from self._walk(value, (*name, key), at)
        if is_entry and name:
            lines = (start, max(start, line)) if start and line else None
            yield Listed(
                name="/".join(name),
                urls=tuple(_urls(told)),
                path=self.path,
                lines=lines,
                quote=f'"license": "{licensed}"' if licensed else f'"{name[-1]}"',
                component=Component.WEIGHTS,
                license=licensed,
            )

    def _line_of(self, key: str) -> int | None:
        """Return the line of the next key of this name; keys are asked for in their order."""
        written = json.dumps(key, ensure_ascii=False)[1:-1]
        stop = min(len(self.keys), self.seen + self.budget)
        for index in range(self.seen, stop):
            found, start = self.keys[index]
            if found in (key, written):
                self.seen = index + 1
                self.line += self.text.count("\n", self.at, start)
                self.at = start
                return self.line
        self.budget -= stop - self.seen
        return None


def _is_entry(told: Mapping[str, object]) -> bool:
    """Tell whether a table describes one model: it has a license and an address."""
    return any(_LICENSE.match(key) for key in told) and bool(_urls(told))


def _urls(told: Mapping[str, object]) -> list[str]:
    """Return the addresses in a table, its own only."""
    values: list[object] = []
    for value in told.values():
        values += value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and _ADDRESS.match(one)][:40]
