"""YAML of strangers: plain data with line numbers, and nothing that YAML can do beyond that.

Built from parser events, so that no object is ever constructed: anchors, aliases and tags are
refused. Scalars stay text as written (`license: no` is `"no"`, `version: 1.0` is `"1.0"`); only an
empty or null one becomes None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from howopen.errors import FormatError, TooLargeError
from howopen.release import Noun

if TYPE_CHECKING:
    from yaml.events import Event, ScalarEvent

_MAX_DEPTH = 40
_MAX_NODES = 100_000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "seq", "map", "timestamp"})


class Yaml(Noun, frozen=True, kw_only=True):
    """A YAML document.

    Attributes:
        value: dicts, lists, strings and None.
        lines: for each dotted key (`a.b`, `a[0]`, `a[0].c`): first and last line of key and value.
        repeated: dotted keys that stand more than once; the last one counts.
    """

    value: object
    lines: Mapping[str, tuple[int, int]]
    repeated: tuple[str, ...] = ()


def read_yaml(text: str, first_line: int = 1) -> Yaml:
    """Read one YAML document.

    Args:
        text: the document.
        first_line: the line of the file on which it starts.

    Raises:
        FormatError: when it is not YAML, or uses anchors, aliases or tags, or is too deep.
    """
    import yaml  # noqa: PLC0415 - heavy, and most files are not YAML

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(first_line)
    try:
        builder.document(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + first_line
        raise FormatError(f"not YAML: {error.problem or error.context}", line=line) from None
    except yaml.YAMLError as error:
        raise FormatError(f"not YAML: {str(error).splitlines()[0][:200]}") from None
    repeated = tuple(dict.fromkeys(builder.repeated))
    return Yaml(value=builder.value, lines=builder.lines, repeated=repeated)


class _Builder:
    """Builds plain data from parser events, noting the lines of every key."""

    def __init__(self, first_line: int) -> None:
        self.value: object = None
        self.lines: dict[str, tuple[int, int]] = {}
        self.repeated: list[str] = []
        self._first = first_line
        self._nodes = 0

    def document(self, events: Iterator[Event]) -> None:
        """Build the first document of a stream and leave the rest."""
        from yaml.events import (  # noqa: PLC0415
            DocumentStartEvent,
            StreamEndEvent,
        )

        for event in events:
            if isinstance(event, StreamEndEvent):
                return
            if isinstance(event, DocumentStartEvent):
                self.value, _ = self._node(next(events), events, "", 0)
                return

    def _node(
        self, event: Event, events: Iterator[Event], path: str, depth: int
    ) -> tuple[object, int]:
        """Build the node that starts with an event; return it and its last line."""
        from yaml.events import MappingStartEvent, ScalarEvent, SequenceStartEvent  # noqa: PLC0415

        self._check(event, depth)
        if isinstance(event, ScalarEvent):
            return _scalar(event), self._end(event)
        if isinstance(event, SequenceStartEvent):
            return self._list(event, events, path, depth)
        if isinstance(event, MappingStartEvent):
            return self._table(event, events, path, depth)
        raise FormatError("not YAML: a value is missing", line=self._line(event))

    def _list(
        self, start: Event, events: Iterator[Event], path: str, depth: int
    ) -> tuple[list[object], int]:
        from yaml.events import SequenceEndEvent  # noqa: PLC0415

        items: list[object] = []
        last = self._line(start)
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            at = f"{path}[{len(items)}]"
            value, last = self._node(event, events, at, depth + 1)
            self.lines[at] = (self._line(event), last)
            items.append(value)
        return items, last

    def _table(
        self, start: Event, events: Iterator[Event], path: str, depth: int
    ) -> tuple[dict[str, object], int]:
        from yaml.events import MappingEndEvent, ScalarEvent  # noqa: PLC0415

        table: dict[str, object] = {}
        last = self._line(start)
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            self._check(event, depth)
            if not isinstance(event, ScalarEvent):
                raise FormatError("a key is a list or a table", line=self._line(event))
            at = f"{path}.{event.value}" if path else event.value
            value, last = self._node(next(events), events, at, depth + 1)
            if event.value in table:
                self.repeated.append(at)
            self.lines[at] = (self._line(event), last)
            table[event.value] = value
        return table, last

    def _check(self, event: Event, depth: int) -> None:
        """Refuse what a card or manifest has no need of."""
        line = self._line(event)
        if getattr(event, "anchor", None) is not None:
            raise FormatError("YAML anchors and aliases are not read", line=line)
        tag = getattr(event, "tag", None)
        if tag is not None and tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN_TAGS:
            raise FormatError(f"the YAML tag {tag[:60]!r} is not read", line=line)
        self._nodes += 1
        if depth > _MAX_DEPTH or self._nodes > _MAX_NODES:
            raise TooLargeError("the YAML is nested too deep or has too many values", line=line)

    def _line(self, event: Event) -> int:
        mark = event.start_mark
        return self._first + (int(mark.line) if mark else 0)

    def _end(self, event: ScalarEvent) -> int:
        """Return the last line of a scalar; a block scalar's mark lies after its blank lines."""
        start = self._line(event)
        end = self._first + int(event.end_mark.line) if event.end_mark else start
        if event.style in ("|", ">"):
            kept = len(event.value.rstrip("\n").split("\n")) if event.style == "|" else 0
            return start + kept if kept else max(start, end - 1)
        return max(start, end)


def _scalar(event: ScalarEvent) -> str | None:
    plain = event.style in (None, "")
    return None if plain and event.value in _NULLS else event.value
