"""The null model of kinship: false positives over strangers, and what families of known truth get.

    python benchmarks/kinship/train.py FOLDER          # once, where torch is installed
    python benchmarks/kinship/null.py FOLDER [--json FILE] [--plot docs/kinship-null.svg]

Compares every two strangers of one architecture, shapes and names equal, through the same ladder as
`howopen kin`, and prints how many got any verdict but `unrelated`; then the family of each
architecture against its base. Reports models as well as pairs: pairs that share a model are not
independent.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from howopen.kinship import Kinship, compare, open_model
from howopen.places import open_place

#: Verdicts that are right for what was done to the base: what weights cannot tell counts as right.
RIGHT = {
    "fine-tune": {"derived", "shared-ancestry"},
    "twin": {"shared-ancestry"},
    "distilled": {"unrelated"},
    "independent": {"unrelated"},
    "random": {"unrelated"},
}


class Seen(NamedTuple):
    """One comparison, small enough to send between processes."""

    a: str
    b: str
    verdict: str
    rung: str
    median_r: float
    z: tuple[float, ...]
    roles: tuple[str, ...]
    bytes_read: int
    seconds: float
    why: str


def judged(pair: tuple[str, str]) -> Seen:
    """Compare two models as a user would, each opened afresh."""
    began = time.process_time()
    a, b = (open_model(open_place(each)) for each in pair)
    found = compare(a, b)
    return Seen(
        a=pair[0],
        b=pair[1],
        verdict=str(found.verdict),
        rung=str(found.rung),
        median_r=_median_r(found),
        z=tuple(round(one.z, 4) for one in found.matches if one.z is not None),
        roles=tuple(one.role for one in found.matches if one.z is not None),
        bytes_read=sum(found.bytes_read),
        seconds=time.process_time() - began,
        why="; ".join(found.reasons)[:300],
    )


def _median_r(found: Kinship) -> float:
    rs = sorted(one.r for one in found.matches if one.r is not None)
    return rs[len(rs) // 2] if rs else 0.0


def truths(folder: Path) -> dict[str, dict[str, object]]:
    """Read what is true of each model of one architecture."""
    return {path.parent.name: json.loads(path.read_text()) for path in folder.glob("*/truth.json")}


def strangers(folder: Path) -> list[tuple[str, str]]:
    """List all pairs of models of one architecture that share nothing but architecture and data."""
    told = truths(folder)
    apart = sorted(name for name, one in told.items() if one["truth"] in ("independent", "random"))
    family = sorted(name for name in told if name not in apart)
    pairs = list(itertools.combinations(apart, 2))
    pairs += [(name, other) for name in family for other in apart if other != "independent-00"]
    return [(str(folder / a), str(folder / b)) for a, b in pairs]


def families(folder: Path) -> list[tuple[str, str]]:
    """Pair the base of one architecture with each member of its family."""
    told = truths(folder)
    members = sorted(
        name for name, one in told.items() if one["truth"] not in ("independent", "random")
    )
    return [(str(folder / "independent-00"), str(folder / name)) for name in members]


def run(pairs: Sequence[tuple[str, str]], workers: int) -> list[Seen]:
    """Compare pairs in several processes."""
    with multiprocessing.Pool(workers) as pool:
        return pool.map(judged, pairs, chunksize=16)


def upper(false: int, total: int) -> float:
    """Return the upper end of the 95 % interval of a rate (Clopper-Pearson; rule of three at 0)."""
    from scipy.stats import beta  # noqa: PLC0415

    return float(beta.ppf(0.975 if false else 0.95, false + 1, total - false)) if total else 1.0


def main() -> None:
    """Run the null model and the families, and print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--families", action="store_true", help="only the families")
    asked = parser.parse_args()
    kinds = sorted(path for path in asked.folder.iterdir() if path.is_dir())
    null = [] if asked.families else _null(kinds, asked.workers)
    family = _families(kinds, asked.workers)
    if asked.json:
        held = {
            "null": [one._asdict() for one in null],
            "families": [one._asdict() for one in family],
        }
        asked.json.write_text(json.dumps(held))
    if asked.plot and null:
        plot(null, asked.plot)


def _null(kinds: Iterable[Path], workers: int) -> list[Seen]:
    heads = (
        "models",
        "trained",
        "pairs",
        "false",
        "max |r|",
        "max z",
        "sd z",
        "KB/pair",
        "ms/pair",
    )
    print(f"{'architecture':14}" + "".join(f"{head:>9}" for head in heads))
    every: list[Seen] = []
    models = trained = 0
    for folder in kinds:
        pairs = strangers(folder)
        seen = run(pairs, workers)
        every += seen
        told = truths(folder)
        count = sum(one["steps"] != 0 for one in told.values())
        models, trained = models + len(told), trained + count
        _null_row(folder.name, len(told), count, seen)
    _null_row("all", models, trained, every)
    wrong = [one for one in every if one.verdict not in RIGHT["independent"]]
    print(f"\nfalse kinship: {len(wrong)} of {len(every):,} pairs, "
          f"95 % upper bound {upper(len(wrong), len(every)):.2e}")  # fmt: skip
    for one in wrong[:20]:
        print("  ", one.verdict, one.a, one.b, one.why)
    return every


def _null_row(name: str, models: int, trained: int, seen: Sequence[Seen]) -> None:
    zs = [z for one in seen for z in one.z]
    sd = math.sqrt(sum(z * z for z in zs) / max(1, len(zs)))
    false = sum(one.verdict not in RIGHT["independent"] for one in seen)
    most_r = max((abs(one.median_r) for one in seen), default=0)
    kilobytes = sum(one.bytes_read for one in seen) / len(seen) / 1e3
    ms = sum(one.seconds for one in seen) / len(seen) * 1e3
    counts = f"{models:9}{trained:9}{len(seen):9,}{false:9}"
    largest = f"{most_r:9.4f}{max(map(abs, zs)):9.2f}{sd:9.3f}"
    print(f"{name:14}{counts}{largest}{kilobytes:9.0f}{ms:9.1f}")


def _families(kinds: Iterable[Path], workers: int) -> list[Seen]:
    print(f"\n{'architecture':14}{'model':16}{'truth':12}{'verdict':18}{'rung':12}{'median r':>9}")
    every, right = list[Seen](), Counter[str]()
    total: dict[str, int] = defaultdict(int)
    for folder in kinds:
        told = truths(folder)
        for one in run(families(folder), workers):
            every.append(one)
            name = Path(one.b).name
            truth = str(told[name]["truth"])
            good = one.verdict in RIGHT[truth]
            right[truth] += good
            total[truth] += 1
            mark = "" if good else "  WRONG: " + one.why
            print(
                f"{folder.name:14}{name:16}{truth:12}{one.verdict:18}{one.rung:12}{one.median_r:9.4f}{mark}"
            )
    print("\nright: " + ", ".join(f"{truth} {right[truth]}/{total[truth]}" for truth in total))
    return every


def plot(seen: Sequence[Seen], path: Path) -> None:
    """Draw the z of every compared tensor of strangers against the normal law, by architecture."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    import numpy as np  # noqa: PLC0415
    from matplotlib import pyplot as plt  # noqa: PLC0415
    from scipy.stats import norm  # noqa: PLC0415

    held: dict[str, list[float]] = defaultdict(list)
    for one in seen:
        held[Path(one.a).parent.name] += one.z
    mpl.rcParams["svg.hashsalt"] = "howopen"
    figure, axes = plt.subplots(figsize=(5.2, 4.6))
    for name, zs in sorted(held.items()):
        ordered = np.sort(zs)
        keep = np.unique(np.geomspace(1, len(ordered), 160).astype(int)) - 1
        keep = np.unique(np.concatenate([keep, len(ordered) - 1 - keep]))
        theory = norm.ppf((keep + 0.5) / len(ordered))
        axes.plot(theory, ordered[keep], ".", ms=3, label=f"{name}, {len(ordered):,} tensors")
    ends = axes.get_xlim()
    axes.plot(ends, ends, "-", color="0.5", lw=0.8, label="independence: N(0, 1)")
    axes.set(xlabel="normal quantile", ylabel="z of double-centred r between strangers")
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
