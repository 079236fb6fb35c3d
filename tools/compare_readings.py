"""Print where two readers of the same license texts disagree, and how each case was settled.

    python -m tools.compare_readings

The first reading is `tests/rights/fixtures/*.toml`, the second `tests/rights/second_reading.toml`:
100 rows drawn at random (seed 20261123), read again by someone who saw neither the first answers
nor the knowledge. Readers disagree on a row where their truths differ, where one names a duty as
certain that the other excludes or leaves open, or where they rest on different clauses.
"""

from __future__ import annotations

import difflib
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1] / "tests/rights"
DUTIES = ("duties", "possible_duties", "not_duties")


class Disagreement(NamedTuple):
    """One point on which two readers of a row differ: `truth`, `clauses` or `duties`."""

    license: str
    ask: str
    about: str
    first: str
    second: str


def disagreements() -> tuple[int, tuple[Disagreement, ...]]:
    """Compare the two readings; return the number of rows and what differs, in order."""
    rows = _load(ROOT / "second_reading.toml")["row"]
    first = {
        (fixture["license"], row["action"], row["ask"]): row
        for path in sorted((ROOT / "fixtures").glob("*.toml"))
        for fixture in [_load(path)]
        for row in fixture["row"]
    }
    pairs = [(_twin(first, row), row) for row in rows]
    return len(rows), tuple(one for pair in pairs for one in _differences(*pair))


def _twin(first: Mapping[tuple[str, str, str], Any], row: Mapping[str, Any]) -> Any:
    """Find the row of the first reader, whose words may have been made more precise since."""
    asked = {key[2]: key for key in first if key[:2] == (row["license"], row["action"])}
    same = [ask for ask, key in asked.items() if first[key]["who"] == row["who"]]
    near = difflib.get_close_matches(row["ask"], asked, n=1)
    exact = [row["ask"]] if row["ask"] in asked else []
    return first[asked[(*exact, *same, *near)[0]]]


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _differences(one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[Disagreement]:
    def say(about: str, first: str, second: str) -> Disagreement:
        return Disagreement(two["license"], two["ask"], about, first, second)

    if one["truth"] != two["truth"]:
        yield say("truth", _truth(one), _truth(two))
    mine, theirs = one.get("clauses", ()), two.get("clauses", ())
    if mine and theirs and not _overlap(mine, theirs):
        yield say("clauses", ", ".join(mine), ", ".join(theirs))
    kinds = [{duty: kind for kind in DUTIES for duty in row.get(kind, ())} for row in (one, two)]
    for duty in sorted(kinds[0].keys() & kinds[1].keys()):
        if kinds[0][duty] != kinds[1][duty]:
            yield say(f"duty {duty}", kinds[0][duty], kinds[1][duty])


def _truth(row: Mapping[str, Any]) -> str:
    return f"{row['truth']}{'' if row['sure'] else ' (not sure)'}"


def _overlap(mine: list[str], theirs: list[str]) -> bool:
    """Tell whether a clause of one reading is, or lies in, a clause of the other."""
    a, b = ([_plain(ref) for names in refs for ref in names.split("|")] for refs in (mine, theirs))
    return any(f"{x}.".startswith(f"{y}.") or f"{y}.".startswith(f"{x}.") for x in a for y in b)


def _plain(ref: str) -> str:
    return re.sub(r"[^a-z0-9]+", ".", ref.rpartition("#")[2].lower()).strip(".")


def settled() -> tuple[tuple[Disagreement, str], ...]:
    """Read the disagreements that were settled from the text, and how."""
    found = _load(ROOT / "second_reading.toml")["settled"]
    return tuple(
        (Disagreement(*(one[k] for k in Disagreement._fields)), one["how"]) for one in found
    )


def open_disagreements() -> tuple[Disagreement, ...]:
    """List what the two readings still differ in and nobody has settled."""
    done = {one[:3] for one, _ in settled()}
    return tuple(one for one in disagreements()[1] if one[:3] not in done)


def main() -> int:
    """Print every disagreement with its settlement, and how many rows agree."""
    count, _ = disagreements()
    for one, how in (*settled(), *((one, "NOT SETTLED") for one in open_disagreements())):
        print(f"{one.license}: {one.ask}\n    {one.about}: first {one.first}; second {one.second}")
        print(f"    {how}")
    rows = {one[:2] for one, _ in settled()} | {one[:2] for one in open_disagreements()}
    truths = sum(one.about == "truth" for one, _ in settled())
    print(
        f"{count} rows read twice: {count - len(rows)} agreed at once, {truths} differed in truth"
    )
    return len(open_disagreements())


if __name__ == "__main__":
    sys.exit(bool(main()))
