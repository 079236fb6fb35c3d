"""Measure what is read from license names, tags, links and expressions against labels by hand.

The labels are `tests/licenses/names.toml`. A wrong id is the worst there is; saying less than the
label is a miss. With a hub folder, every value of `license` there is counted too: how many say a
license, several, nothing, or are unknown.

Usage: python tools/measure_tags.py [--hub ../shared/corpus/hub] [-v]
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from howopen.knowledge.loader import default
from howopen.knowledge.tags import resolve_tag
from howopen.licenses.tags import read_tag
from howopen.release import AllOf, AnyOf, Terms

#: a license among the tags of a model
_TAG = re.compile(r"license:([\w.+-]+)")
NAMES = Path(__file__).resolve().parents[1] / "tests" / "licenses" / "names.toml"


class Row(NamedTuple):
    """One name, what its label says, and what was read."""

    group: str
    text: str
    wanted: str
    found: str

    @property
    def right(self) -> bool:
        """Whether the reading is what the label says."""
        if self.wanted == "!":
            return self.found[:1] in "!?-"
        if self.wanted.startswith("?"):
            return self.found.startswith("?") and not (
                set(self.wanted.split()) - set(self.found.split())
            )
        return self.found == self.wanted

    @property
    def wrong(self) -> bool:
        """Whether a license was concluded that the label does not give."""
        return not self.right and self.found[:1] not in "!?-"


def told(value: str) -> str:
    """Return what is read from a value, in the words of the labels."""
    return _shown(read_tag(value, default()).terms, outer=True)


def _shown(terms: Terms, *, outer: bool = False) -> str:
    if isinstance(terms, AllOf | AnyOf):
        word = " OR " if isinstance(terms, AnyOf) else " AND "
        text = word.join(_shown(one) for one in terms.of)
        return text if outer else f"({text})"
    reading = terms.reading
    if reading.license:
        return reading.license
    if reading.near:
        return f"? {' '.join(reading.near)}"
    tag = resolve_tag(default(), reading.name)
    return "-" if tag is not None else "!"


def rows() -> Iterator[Row]:
    """Read every labeled name."""
    for group, names in tomllib.loads(NAMES.read_text(encoding="utf-8")).items():
        for text, wanted in names.items():
            yield Row(group, text, wanted, told(text))


def coverage(hub: Path) -> Iterator[tuple[str, Counter[str], Counter[str]]]:
    """Count, for each file of a hub folder, kinds of values and kinds of models."""
    kinds = {"-": "nothing", "?": "ambiguous", "!": "unknown"}
    for path in sorted(hub.glob("*.jsonl")):
        held: Counter[str] = Counter()
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            held.update(
                [row["license"]] if row.get("license") else _TAG.findall(str(row.get("tags")))
            )
        distinct: Counter[str] = Counter()
        models: Counter[str] = Counter()
        for value, count in held.items():
            kind = kinds.get(told(value)[:1], "license")
            distinct[kind] += 1
            models[kind] += count
        yield path.name, distinct, models


def main() -> None:
    """Print the table, with -v every miss, and the coverage of a hub folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hub", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    found = list(rows())
    if options.verbose:
        for row in found:
            if not row.right:
                kind = "WRONG" if row.wrong else "miss"
                print(f"{kind:6}{row.text!r}: {row.found}, not {row.wanted}")
    print(f"{'':12}{'rows':>6}{'right':>7}{'wrong':>7}{'precision':>11}{'recall':>8}")
    for group in (*dict.fromkeys(row.group for row in found), "all"):
        mine = [row for row in found if group in (row.group, "all")]
        right = sum(row.right for row in mine)
        wrong = sum(row.wrong for row in mine)
        given = sum(row.found[:1] not in "!?-" for row in mine)
        named = sum(row.wanted != "!" for row in mine)
        kept = sum(row.right and row.wanted != "!" for row in mine)
        precision = (given - wrong) / given if given else 1.0
        print(
            f"{group:12}{len(mine):6}{right:7}{wrong:7}{precision:11.3f}"
            f"{kept / named if named else 1.0:8.3f}"
        )
    for name, distinct, models in coverage(options.hub) if options.hub else ():
        print(f"{name}: values {dict(distinct)}, models {dict(models)}")


if __name__ == "__main__":
    main()
