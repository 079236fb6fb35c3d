"""Time of judging: every definition on one inventoried release, and manifests under one definition.

CPU time of one core. Each is printed with its ratio to what must be done at least: hashing the
release's own JSON for a release, reading the YAML for a manifest.

Usage: python benchmarks/openness.py [CORPUS] [-n MANIFESTS]
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from howopen.formats.text import decode
from howopen.formats.yamlfile import read_yaml
from howopen.inventory import take
from howopen.knowledge import default
from howopen.knowledge.definitions import definition_ids
from howopen.openness import verdicts
from howopen.places import open_place
from howopen.reading import released
from howopen.release import Release

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"

#: what is aimed at
MOST_MS = 20.0
MOST_SECONDS = 20.0


def cpu(work: Callable[[], object], runs: int = 3) -> float:
    """Return the least CPU time of several runs, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return min(times)


def releases(corpus: Path) -> None:
    """Time all definitions on each release of the corpus."""
    rows = []
    for folder in sorted((corpus / "releases").iterdir()):
        release = released(folder, offline=True).release
        rows.append((cpu(partial(verdicts, release, default())), _floor(release), folder.name))
    rows.sort()
    times = [took for took, _, _ in rows]
    over = sum(took > MOST_MS for took in times)
    floor = statistics.median(took / least for took, least, _ in rows)
    print(f"{len(definition_ids(default()))} definitions on each of {len(rows)} releases")
    print(f"  median {statistics.median(times):.1f} ms, max {times[-1]:.1f} ms, ", end="")
    print(f"{over} over {MOST_MS:.0f} ms; {floor:.0f} x hashing the release's JSON (median)")
    for took, _, name in rows[-over or -1 :]:
        print(f"    {took:6.1f} ms  {name}")


def _floor(release: Release) -> float:
    return cpu(lambda: hashlib.sha256(msgspec.json.encode(release)).digest())


def slowest_definitions(corpus: Path) -> None:
    """Time each definition alone on all releases."""
    read = [released(each, offline=True).release for each in (corpus / "releases").iterdir()]
    rows = []
    for ident in definition_ids(default()):
        took = cpu(partial(judge_all, read, ident), runs=1)
        rows.append((took / len(read), ident))
    for took, ident in sorted(rows, reverse=True)[:5]:
        print(f"    {took:6.2f} ms  {ident} alone, mean")


def judge_all(read: Sequence[Release], ident: str) -> None:
    """Judge releases under one definition."""
    for one in read:
        verdicts(one, default(), only=[ident])


def manifests(corpus: Path, count: int) -> None:
    """Read and judge manifests of the Model Openness Tool, over and over, under mot-2026."""
    paths = sorted((corpus / "mot/models").glob("*.yml"))
    wanted = [paths[at % len(paths)] for at in range(count)]

    def all_of_them() -> None:
        for path in wanted:
            release = take(open_place(path, offline=True), default()).release
            verdicts(release, default(), only=["mot-2026"])

    def only_yaml() -> None:
        for path in wanted:
            read_yaml(decode(path.read_bytes()).text)

    verdicts(take(open_place(paths[0], offline=True), default()).release, default())
    took, least = cpu(all_of_them, runs=1) / 1000, cpu(only_yaml, runs=1) / 1000
    print(f"{count} manifests read and judged under mot-2026: {took:.1f} s ", end="")
    print(
        f"(at most {MOST_SECONDS * count / 10_000:.1f} s wanted; {took / least:.1f} x their YAML)"
    )


def main() -> None:
    """Run both."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    options.add_argument("-n", type=int, default=10_000)
    told = options.parse_args()
    releases(told.corpus)
    slowest_definitions(told.corpus)
    manifests(told.corpus, told.n)


if __name__ == "__main__":
    main()
