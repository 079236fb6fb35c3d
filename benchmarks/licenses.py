"""Accuracy and cost of reading licenses, against four other tools, on the same files in one run.

Copies of published texts are changed by `tests/licenses/mutations.py`, for every kind of change
some texts that chance picks. Each tool reads all of them in a process of its own. What a tool names
is mapped to our ids: ScanCode's keys by the table of our index, SPDX ids as they are, `-only` and
`-or-later` being one text. An answer is right when it names just the license that is there.

Parts of a text that are as well parts of another are left out: no tool can tell.

- for each kind of change: right answers among the texts that the tool ever names rightly in this
  run, so that no tool is blamed for what it does not have
- `all`: right answers among all files; `wrong`: files for which another license is named
- `strange`: texts that the tool does not have, exact copies, that it gives a name nevertheless; for
  howopen each AI text with its license taken out of the index
- `edition`: editions told among texts that have several; `changed`: changed texts said to be
  changed; `same`: copies only set anew said to be the published text (`-`: the tool does not say)
- `ms`: median CPU time a file in a warm process; `cold`: CPU time of a process for one
  file; `MB`: its peak memory for all files. CPU time does not depend on what else runs

A tool is left out when its environment is not given. Tools run one after the other.

Usage: python -m benchmarks.licenses --scancode-data DATA --texts CORPUS [--sample N] [--seed N]
       [--scancode PYTHON] [--peers PYTHON] [--licenseid-db FILE] [-v]

DATA is `licensedcode/data/licenses` of scancode-toolkit-mini 32.5.0, CORPUS the folder of texts.
PYTHON is the interpreter of an environment: `--scancode` with scancode-toolkit-mini and pluggy<1.6,
`--peers` with pyaskalono, licenseclassifier and licenseid.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.licenses.mutations import LAYOUT, PARTS, TERMS, chance
from tools.build_license_index import HERE, Table
from tools.measure_licenses import Source, hold_out, same_in_another, sources

DRIVERS = Path(__file__).parent / "peers"
#: the kinds of change that are measured, by what they are called in the table
KINDS = {
    "exact": "exact",
    "reflowed": "reflow",
    "markdown": "markdown",
    "html": "html",
    "copyright on top": "header",
    "bullets renumbered": "bullets",
    "number changed": "number",
    "not removed": "not",
    "word swapped": "word",
    "paragraph deleted": "deleted",
    "restriction inserted": "inserted",
    "cut to 65 %": "cut",
    "first third missing": "headless",
    "two in one file": "two",
}


class File(NamedTuple):
    """A file to read: what was done, and the license or licenses that it is, by all their ids."""

    path: Path
    kind: str
    told: tuple[frozenset[str], ...]

    @property
    def changed(self) -> bool:
        """Whether terms were changed, so that it is no longer the published text."""
        return self.kind in TERMS or self.kind in PARTS


class Tool(NamedTuple):
    """A tool: its name, the interpreter of its environment, its driver, and what it can say."""

    name: str
    python: Path | None
    driver: str
    modified: bool = True
    environment: dict[str, str] = {}  # noqa: RUF012 - never changed


class Told(NamedTuple):
    """What a tool said of all files, and what it cost."""

    answers: dict[str, dict[str, Any]]
    cold: float
    peak: float


def files(texts: list[Source], folder: Path, sample: int, seed: int) -> Iterator[File]:
    """Write the files: all exact copies, and of every change those that chance picks."""
    for kind in KINDS:
        order = list(range(len(texts)))
        chance(f"{seed} {kind}").shuffle(order)
        made = 0
        for at in order:
            if made == sample and kind != "exact":
                break
            changed, told = _changed(kind, texts, at, seed)
            if changed is None:
                continue
            made += 1
            path = folder / f"{kind.replace(' ', '-').replace('%', '')}-{at:03}.txt"
            path.write_text(changed, encoding="utf-8")
            yield File(path, kind, told)


def _changed(
    kind: str, texts: list[Source], at: int, seed: int
) -> tuple[str | None, tuple[frozenset[str], ...]]:
    source, by = texts[at], chance(f"{seed} {kind} {texts[at].ident}")
    if kind == "two in one file":
        other = texts[(at + 1 + by.randrange(len(texts) - 1)) % len(texts)]
        return f"{source.text}\n\n{'-' * 40}\n\n{other.text}", (source.told, other.told)
    if kind in LAYOUT:
        return LAYOUT[kind](source.text, by), (source.told,)
    edit = (TERMS | PARTS)[kind](source.text, by, source.terms)
    open_ = edit and kind in PARTS and same_in_another(source, edit.text)
    return (None if edit is None or open_ else edit.text), (source.told,)


def ask(tool: Tool, found: list[File], folder: Path) -> Told:
    """Run a tool's driver on one file, thrice for its time alone, then on all."""
    whole, one = folder / "all.list", folder / "one.list"
    whole.write_text("\n".join(str(file.path) for file in found), encoding="utf-8")
    one.write_text(str(found[0].path), encoding="utf-8")
    cold = min(_run(tool, one)[1] for _ in range(3))
    *rows, last = _run(tool, whole)[0]
    return Told({row["path"]: row for row in rows}, cold, last["peak"])


def _run(tool: Tool, files: Path) -> tuple[list[dict[str, Any]], float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [str(tool.python), str(DRIVERS / tool.driver), str(files)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | tool.environment,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [json.loads(line) for line in done.stdout.decode().splitlines()], took


class Mapping:
    """What the ids of the tools are among ours."""

    def __init__(self, table: Table) -> None:
        self._keys = {key: record.ident for key, record in table.records.items()}
        for row in table.data["text"]:
            if "scancode" in row:
                edition = row.get("edition")
                ident = f"{row['id']}@{edition}" if edition else row["id"]
                self._keys[row["scancode"]] = ident

    def of(self, found: str) -> str:
        """Return our id, with its edition where the tool names it."""
        ident = self._keys.get(found, found)
        for suffix in ("-only", "-or-later"):
            ident = ident.removesuffix(suffix)
        return ident


def _same(one: str, told: frozenset[str], *, edition: bool) -> bool:
    """Return whether an id is one of those that a text has."""
    ids = {ident.removesuffix("-only").removesuffix("-or-later") for ident in told}
    if edition:
        return one in ids
    return one.partition("@")[0] in {ident.partition("@")[0] for ident in ids}


class Score:
    """What a tool got right, by kind of change."""

    def __init__(self, told: Told, found: list[File], mapping: Mapping) -> None:
        self.rows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.strange, self.strangers, self.wrong, self.right = 0, 0, 0, 0
        self.editions, self.changed, self.same = [0, 0], [0, 0], [0, 0]
        named = {file.path: self._named(told, file, mapping) for file in found}
        known = {
            each
            for file in found
            for each in file.told
            if any(_same(one, each, edition=False) for one in named[file.path])
        }
        for file in found:
            self._add(file, named[file.path], told.answers[str(file.path)], known)

    @staticmethod
    def _named(told: Told, file: File, mapping: Mapping) -> list[str]:
        return [mapping.of(one) for one in told.answers[str(file.path)]["found"]]

    def _add(
        self, file: File, named: list[str], answer: dict[str, Any], known: set[frozenset[str]]
    ) -> None:
        fits = [any(_same(one, each, edition=False) for each in file.told) for one in named]
        right = all(fits) and all(
            any(_same(one, each, edition=False) for one in named) for each in file.told
        )
        right = right and bool(named)
        self.right += right
        self.wrong += not all(fits)
        if not all(each in known for each in file.told):
            if file.kind == "exact":
                self.strangers += 1
                self.strange += bool(named)
            return
        row = self.rows[file.kind]
        row[0] += right
        row[1] += 1
        if not right or file.kind == "two in one file":
            return
        if "@" in "".join(file.told[0]) and not file.changed:
            self.editions[0] += all(_same(one, file.told[0], edition=True) for one in named)
            self.editions[1] += 1
        if answer.get("modified") is not None:
            state = self.changed if file.changed else self.same
            state[0] += answer["modified"] is file.changed
            state[1] += 1


def _share(pair: list[int]) -> str:
    return f"{pair[0]}/{pair[1]}" if pair[1] else "-"


def table_of(scores: dict[str, Score], costs: dict[str, Told], held: tuple[int, int]) -> None:
    """Print a line a measure, a column a tool: the tools are few and the measures many."""
    names = list(scores)
    print(f"{'':12}" + "".join(f"{name:>19}" for name in names))

    def row(title: str, cells: list[str]) -> None:
        print(f"{title:12}" + "".join(f"{cell:>19}" for cell in cells))

    for kind, title in KINDS.items():
        row(title, [_share(scores[name].rows[kind]) for name in names])
    total = len(next(iter(costs.values())).answers)
    row("all", [f"{scores[name].right}/{total}" for name in names])
    row("wrong", [f"{scores[name].wrong}/{total}" for name in names])
    strange = [_share([scores[name].strange, scores[name].strangers]) for name in names]
    row("strange", [_share(list(held)), *strange[1:]])
    row("edition", [_share(scores[name].editions) for name in names])
    row("changed", [_share(scores[name].changed) for name in names])
    row("same", [_share(scores[name].same) for name in names])
    took = {name: [one["ms"] for one in costs[name].answers.values()] for name in names}
    row("ms", [f"{statistics.median(took[name]):.1f}" for name in names])
    row("ms p95", [f"{sorted(took[name])[int(0.95 * total)]:.1f}" for name in names])
    row("cold s", [f"{costs[name].cold:.2f}" for name in names])
    row("peak MB", [f"{costs[name].peak:.0f}" for name in names])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scancode-data", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scancode", type=Path)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--licenseid-db", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    tools = (
        Tool("howopen", Path(sys.executable), "howopen_.py"),
        Tool("scancode", given.scancode, "scancode_.py"),
        Tool("pyaskalono", given.peers, "pyaskalono_.py"),
        Tool(
            "licenseid",
            given.peers if given.licenseid_db else None,
            "licenseid_.py",
            environment={"LICENSEID_DB": str(given.licenseid_db)},
        ),
        Tool("licenseclassifier", given.peers, "licenseclassifier_.py"),
    )
    table = Table(HERE / "license_texts.toml", given.scancode_data, given.texts)
    texts = list(sources(table))
    mapping = Mapping(table)
    with tempfile.TemporaryDirectory() as scratch:
        found = list(files(texts, Path(scratch), given.sample, given.seed))
        print(
            f"{len(texts)} texts, {sum(one.ai for one in texts)} of them of AI; {len(found)} files"
        )
        scores, costs = {}, {}
        for tool in tools:
            if tool.python is None:
                print(f"{tool.name}: left out, no environment given")
                continue
            costs[tool.name] = ask(tool, found, Path(scratch))
            scores[tool.name] = Score(costs[tool.name], found, mapping)
            print(f"{tool.name}: done", file=sys.stderr)
        if given.verbose:
            _show(costs["howopen"], found, mapping)
    held = hold_out(texts, whole=True)
    table_of(scores, costs, (held.total - held.named, held.total))


def _show(told: Told, found: list[File], mapping: Mapping) -> None:
    """Print what howopen got wrong."""
    for file in found:
        answer = told.answers[str(file.path)]
        named = [mapping.of(one) for one in answer["found"]]
        fits = [any(_same(one, each, edition=True) for each in file.told) for one in named]
        state = answer["modified"] is file.changed or not named
        if not named or not all(fits) or len(named) != len(file.told) or not state:
            truth = " + ".join(min(each) for each in file.told)
            print(f"{file.kind}: {truth}: {named} modified={answer['modified']}")


if __name__ == "__main__":
    main()
