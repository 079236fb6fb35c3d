"""Measure the reports of real releases against what a person read in their files by hand.

The truth is `tests/corpus/releases.toml` and `conflicts.toml`: facts a careful reader is sure of;
what is marked `sure = false` counts neither way. Five measurements, each with precision and recall:

- components: (folder, component, presence), variants set aside
- variants: the several models of a release, by name
- terms: the licenses on a component the reader judged, with the right scope or not
- texts: the license of every license file
- conflicts: places that contradict one another

Usage: python tools/measure_releases.py ../shared/corpus/releases [--held-out] [-v]
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

import howopen
from howopen.licenses.files import read_licenses
from howopen.release import AllOf, AnyOf, Grant, LicenseReading, Part, Presence, Terms

TRUTH = Path(__file__).resolve().parents[1] / "tests" / "corpus"

#: Finding codes that say that two places contradict one another.
CONFLICT_CODES = frozenset({"HO201", "HO202", "HO207"})

#: Folders of which the reader covered only some of the models.
PARTLY_READ = frozenset({"pypi__TTS"})


class Fact(msgspec.Struct):
    """One fact of the truth."""

    component: str
    variant: str
    presence: str
    licenses: tuple[str, ...]
    scope: str
    evidence: tuple[str, ...]
    sure: bool
    sure_terms: bool = True


class Conflict(msgspec.Struct):
    """One conflict of the truth."""

    what: str
    sides: tuple[str, ...]
    sure: bool


class Texts(msgspec.Struct):
    """The license files and conflicts of one folder."""

    conflicts: tuple[Conflict, ...] = ()
    license_files: dict[str, str | tuple[str, ...]] = {}


class Miss(NamedTuple):
    """Something found wrongly or not found."""

    measure: str
    kind: str
    what: str


Truth = dict[str, tuple[Fact, ...]]
Tally = Counter[str]


def measure(folder: Path, facts: tuple[Fact, ...], texts: Texts) -> Iterator[Miss]:
    """Yield a `Miss` for everything that is right (`kind` "hit"), wrong or missing."""
    report = howopen.inspect(folder)
    parts = [part for part in report.release.parts if part.presence is not Presence.NOT_FOUND]
    yield from _components(folder.name, parts, facts)
    yield from _variants(folder.name, report, facts)
    yield from _terms(folder.name, parts, facts)
    yield from _texts(folder, texts)
    yield from _conflicts(folder.name, report, texts)


def _components(name: str, parts: list[Part], facts: tuple[Fact, ...]) -> Iterator[Miss]:
    wanted = {(fact.component, fact.presence) for fact in facts if fact.sure}
    open_ = {fact.component for fact in facts if not fact.sure}
    found = {(part.component.value, part.presence.value) for part in parts}
    yield from _compare("components", name, found, wanted, {f for f in found if f[0] in open_})


def _variants(name: str, report: howopen.Report, facts: tuple[Fact, ...]) -> Iterator[Miss]:
    models = [fact for fact in facts if fact.variant and fact.component in {"weights", "adapter"}]
    wanted = {_plain(fact.variant) for fact in models if fact.sure}
    open_ = {_plain(fact.variant) for fact in models if not fact.sure}
    found = {_plain(variant.name) for variant in report.release.variants}
    used = wanted & found
    for want in sorted(wanted - found):
        # a name may be longer or shorter than the reader's; each of ours serves once
        near = sorted(f for f in found - used if want in f or f in want)
        used |= set(near[:1])
        yield Miss("variants", "hit" if near else "missing", f"{name}: {want}")
    yield from (Miss("variants", "hit", f"{name}: {want}") for want in wanted & found)
    for other in sorted(found - used) if name not in PARTLY_READ else ():
        if not any(other in o or o in other for o in open_):
            yield Miss("variants", "wrong", f"{name}: {other}")


def _terms(name: str, parts: list[Part], facts: tuple[Fact, ...]) -> Iterator[Miss]:
    for fact in facts:
        if not (fact.sure and fact.sure_terms):
            continue
        mine = _parts_of(parts, fact)
        if not mine:
            yield Miss("terms", "missing", f"{name}: {fact.component} {fact.variant}: no such part")
            continue
        wanted = set(fact.licenses)
        found = [frozenset(licenses(part.grant)) for part in mine]
        if any(_same(each, wanted) for each in found):
            yield Miss("terms", "hit", name)
            scopes = {part.grant.scope.value for part in mine if part.grant}
            right = fact.scope in scopes
            yield Miss("scopes", "hit" if right else "wrong", f"{name}: {fact} {scopes}")
        else:
            kind = "wrong" if any(found) else "missing"
            said = [sorted(each) for each in found][:3]
            what = f"{name}: {fact.component} {fact.variant} {fact.evidence}: {said}, not {wanted}"
            yield Miss("terms", kind, what)


def _parts_of(parts: list[Part], fact: Fact) -> list[Part]:
    mine = [part for part in parts if part.component.value == fact.component]
    if fact.variant:
        want = _plain(fact.variant)
        named = [p for p in mine if want in {_plain(p.variant or ""), _plain(p.name)}]
        near = [p for p in mine if p.variant and (_plain(p.variant) in want)]
        mine = named or near or [p for p in mine if not p.variant]
    same = [part for part in mine if part.presence.value == fact.presence]
    return same or mine


def _texts(folder: Path, texts: Texts) -> Iterator[Miss]:
    for path, ids in texts.license_files.items():
        wanted = {ids} if isinstance(ids, str) else set(ids)
        wanted -= {""}
        readings = read_licenses(folder / path)
        found = {_label(each) for each in readings if each.license and each.via == "text"}
        if _same(found, wanted):
            yield Miss("texts", "hit", path)
        else:
            kind = "wrong" if found else "missing"
            yield Miss("texts", kind, f"{folder.name}/{path}: {sorted(found)}, not {wanted}")


def _conflicts(name: str, report: howopen.Report, texts: Texts) -> Iterator[Miss]:
    arguable = {side.split(":")[0] for conflict in texts.conflicts for side in conflict.sides}
    sure = [conflict for conflict in texts.conflicts if conflict.sure]
    for finding in report.findings:
        if finding.code in CONFLICT_CODES and not {s.path for s in finding.sides} & arguable:
            yield Miss("conflicts", "wrong", f"{name}: {finding.text}")
    for conflict in sure:
        yield Miss("conflicts", "missing", f"{name}: {conflict.what}")


def _compare(
    what: str, name: str, found: set[tuple[str, str]], wanted: set[tuple[str, str]], open_: object
) -> Iterator[Miss]:
    for each in sorted(found & wanted):
        yield Miss(what, "hit", f"{name}: {each}")
    for each in sorted(wanted - found):
        yield Miss(what, "missing", f"{name}: {each}")
    skip = open_ if isinstance(open_, set) else set()
    for each in sorted(found - wanted - skip):
        yield Miss(what, "wrong", f"{name}: {each}")


def licenses(grant: Grant | None) -> Iterator[str]:
    """Yield every license of a grant, with its edition where that is known."""
    if grant is not None and grant.terms is not None:
        yield from (_label(reading) for reading in readings(grant.terms))


def readings(terms: Terms) -> Iterable[LicenseReading]:
    """Yield the leaves of a tree of terms."""
    if isinstance(terms, AllOf | AnyOf):
        for each in terms.of:
            yield from readings(each)
    else:
        yield terms.reading


def _label(reading: LicenseReading) -> str:
    name = reading.license or "unknown"
    return f"{name}@{reading.edition}" if reading.edition else name


def _same(found: Iterable[str], wanted: Iterable[str]) -> bool:
    """Compare sets of ids; an edition counts only where both sides name one."""
    editions = {each.partition("@")[0]: each.partition("@")[2] for each in wanted}
    mine = [(each.partition("@")[0], each.partition("@")[2]) for each in found]
    if {ident for ident, _ in mine} != set(editions):
        return False
    return all(not edition or editions[ident] in {"", edition} for ident, edition in mine)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def truth(*, held_out: bool = False) -> tuple[Truth, dict[str, Texts]]:
    """Read the truth: facts, and license files with conflicts, by folder.

    Args:
        held_out: the folders that were read after the rules had been mended on the others.
    """
    names = ("held_out", "held_out_conflicts") if held_out else ("releases", "conflicts")
    facts, texts = (tomllib.loads((TRUTH / f"{name}.toml").read_text()) for name in names)
    return msgspec.convert(facts, Truth), msgspec.convert(texts, dict[str, Texts])


def measures(releases: Path, facts: Truth, texts: dict[str, Texts]) -> Iterator[Miss]:
    """Yield what is right, wrong or missing in all releases of the truth."""
    for name in sorted(facts):
        yield from measure(releases / name, facts[name], texts.get(name, Texts()))


def main() -> None:
    """Print the table, and with -v every miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", type=Path)
    parser.add_argument("--held-out", action="store_true", help="the folders not tuned on")
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    misses = list(measures(options.releases, *truth(held_out=options.held_out)))
    if options.verbose:
        for miss in misses:
            if miss.kind != "hit":
                print(f"{miss.measure:10} {miss.kind:8} {miss.what}")
    tally: Tally = Counter(f"{miss.measure}/{miss.kind}" for miss in misses)
    print(f"{'':12}{'right':>7}{'wrong':>7}{'missing':>9}{'precision':>11}{'recall':>8}")
    for what in dict.fromkeys(miss.measure for miss in misses):
        hit, wrong, missing = (tally[f"{what}/{kind}"] for kind in ("hit", "wrong", "missing"))
        precision = hit / (hit + wrong) if hit + wrong else 1.0
        # a wrong license is also one that was not found
        lost = missing + (wrong if what in {"terms", "scopes", "texts"} else 0)
        recall = hit / (hit + lost) if hit + lost else 1.0
        print(f"{what:12}{hit:7}{wrong:7}{missing:9}{precision:11.3f}{recall:8.3f}")


if __name__ == "__main__":
    main()
