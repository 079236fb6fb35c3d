"""Print a table of what `howopen show` finds in every release of a folder of releases.

Usage: python tools/release_table.py ../shared/corpus/releases [-o table.md]
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections import Counter
from pathlib import Path

import howopen
from howopen.release import Part, Presence
from howopen.reports.labels import grant_label


def row(folder: Path) -> list[str]:
    """Describe one release in the columns of the table."""
    start = time.perf_counter()
    report = howopen.inspect(folder)
    taken = time.perf_counter() - start
    parts = [part for part in report.release.parts if part.presence is not Presence.NOT_FOUND]
    return [
        folder.name,
        report.release.kind.value,
        str(len(report.release.variants)),
        terms(parts, "weights"),
        terms(parts, "inference-code"),
        presences(parts),
        ", ".join(sorted({f"{r.kind}: {r.b}" for r in report.relations})[:4]),
        " ".join(
            f"{code}x{n}" for code, n in sorted(Counter(f.code for f in report.findings).items())
        ),
        " ".join(f"{v.definition}={v.level}" for v in report.openness.values()),
        str(len(report.claims)),
        str(len(report.gaps)),
        f"{taken * 1000:.0f} ms",
    ]


def terms(parts: list[Part], component: str) -> str:
    """List the licenses on a component, over all variants."""
    labels = {grant_label(part.grant) for part in parts if part.component == component}
    return "; ".join(sorted(labels)) or "-"


def presences(parts: list[Part]) -> str:
    """List the components, grouped by presence."""
    groups: dict[str, set[str]] = {}
    for part in parts:
        groups.setdefault(part.presence.value, set()).add(part.component.value)
    return "; ".join(f"{where}: {', '.join(sorted(names))}" for where, names in groups.items())


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    head = (
        "release kind variants weights code components relations findings openness claims gaps time"
    )
    lines = ["| " + " | ".join(head.split()) + " |", "|---" * len(head.split()) + "|"]
    crashes = 0
    for folder in sorted(path for path in options.releases.iterdir() if path.is_dir()):
        try:
            cells = row(folder)
        except Exception:
            crashes += 1
            print(folder.name)
            traceback.print_exc()
            continue
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    text = "\n".join(lines) + f"\n\n{len(lines) - 2} releases, {crashes} crashes\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
