"""Measure the license index: its size, what a query costs, and whether each text finds itself.

    python -m tools.measure_license_index --scancode DATA --texts CORPUS [-v]

Every indexed text is read back, unmodified, as a file of its own. It is right when it is named,
with its edition, as itself or as a license that the index declares to have the same text, and when
nothing is called changed. `--copies` puts a holder's notice on top first, so that no text is found
merely because all its words are those of a file. `--hold-out` leaves out each license in turn and
reads its text with the rest: it must be unknown, or changed, never the unmodified text of another.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from array import array
from collections import Counter
from pathlib import Path

from howopen.knowledge.loader import default
from howopen.licenses.index import Index, Reference, load
from howopen.licenses.indexing import SourceText
from howopen.licenses.reading import read_with, readings_of
from howopen.licenses.words import Words
from tools.build_license_index import HERE, TARGET, Table

NOTICE = "Copyright (c) 2025 Example Organization and contributors\nAll rights reserved.\n\n"
COLD = """
import time
import howopen.licenses.index as index
from howopen.knowledge.loader import default
started = time.perf_counter()
held = index.load(default())
loaded = time.perf_counter()
held.texts_of("llama-2")[0].words
print(1000 * (loaded - started), 1000 * (time.perf_counter() - started))
"""


class Without(Index):
    """The index but for the texts of one license and of those that have the same text."""

    def __init__(self, index: Index, ids: frozenset[str]) -> None:
        self._index = index
        self._ids = ids

    def votes(self, shingles: list[int]) -> dict[Reference, list[int]]:
        """Return the votes of the other texts."""
        found = self._index.votes(shingles)
        return {one: at for one, at in found.items() if one.id not in self._ids}

    def whole(self, ids: array[int]) -> tuple[Reference, ...]:
        """Return the other texts of the same words."""
        return tuple(one for one in self._index.whole(ids) if one.id not in self._ids)


def hold_out(texts: list[SourceText], *, verbose: bool) -> None:
    """Read each text with an index that lacks it, and print what it is called."""
    index, knowledge = load(default()), default()
    counts: Counter[str] = Counter()
    for source in texts:
        without = Without(index, frozenset((source.id, *source.shares)))
        found = [one.reading for one in read_with(Words(source.text), without, knowledge)]
        named = [one for one in found if one.license]
        plain = [one for one in named if not one.modified]
        said = "unmodified" if plain and len(found) == 1 else "a part" if plain else "modified"
        counts[said if named else "unknown"] += 1
        if plain and verbose:
            print(f"  {source.id} ({source.source}): {said}: {plain[0].license}")
    print(f"held out, {len(texts)} texts are called:", dict(counts))


def verdict(source: SourceText, text: str) -> str:
    """Return `right`, or what is wrong with the reading of an unmodified text."""
    found = readings_of(text, default())
    if len(found) != 1:
        return "several: " + ", ".join(str(one.license) for one in found)
    one = found[0]
    if one.license is None:
        return f"unknown, near {', '.join(one.near)}"
    if one.license not in (source.id, *source.shares):
        return f"other: {one.license}"
    if one.license == source.id and one.edition != source.edition:
        return f"edition {one.edition} for {source.edition}"
    return f"changed in {len(one.departures)} places" if one.modified else "right"


def identify(texts: list[SourceText], *, copies: bool, verbose: bool) -> None:
    """Read all texts back and print how many are right, and what the rest are."""
    counts: Counter[str] = Counter()
    times = []
    for source in texts:
        text = (NOTICE if copies else "") + source.text
        started = time.process_time()
        said = verdict(source, text)
        times.append(1000 * (time.process_time() - started))
        counts[said.split(":")[0].split(",")[0] if said != "right" else said] += 1
        if said != "right" and verbose:
            print(f"  {source.id} ({source.source}): {said}")
    print(f"{counts['right']} of {len(texts)} right, {counts['right'] / len(texts):.2%}", counts)
    times.sort()
    print(
        f"ms a text: median {statistics.median(times):.1f}, p95 {times[int(0.95 * len(times))]:.1f}"
    )


def main() -> None:
    """Measure the index."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scancode", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--copies", action="store_true", help="put a holder's notice on top")
    parser.add_argument("--hold-out", action="store_true", help="leave out each text in turn")
    parser.add_argument("-v", "--verbose", action="store_true", help="list what is not right")
    given = parser.parse_args()
    index = load(default())
    editions = {reference.ident for reference in index.references}
    ids = {reference.id for reference in index.references}
    print(f"{len(index.references)} texts, {len(editions)} editions of {len(ids)} licenses")
    print(f"{TARGET.stat().st_size} bytes")
    cold = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)
    print("ms cold to load, and to load and read one text:", cold.stdout.strip())
    table = Table(HERE / "license_texts.toml", given.scancode, given.texts)
    if given.hold_out:
        hold_out(table.sources(), verbose=given.verbose)
        return
    identify(table.sources(), copies=given.copies, verbose=given.verbose)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
