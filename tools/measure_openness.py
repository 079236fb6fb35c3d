"""Print how well the definitions agree with the bodies that judge by them, on the shared corpus.

The Model Openness Tool's results and rule tests, the drift between its editions, the European
index's scores, and the outcomes that the Open Source Initiative made known.

Usage: python tools/measure_openness.py [CORPUS]
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path

import msgspec
import yaml

from howopen.answer import Criterion, Truth, Verdict
from howopen.knowledge import default
from howopen.knowledge.definitions import definition_ids, definition_of
from howopen.openness import verdicts, with_distances
from howopen.reading import released
from howopen.release import (
    Component,
    Evidence,
    Grant,
    How,
    LicenseReading,
    Part,
    Presence,
    Release,
    ReleaseKind,
    Scope,
    Single,
)

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parents[1] / "shared" / "corpus"

CLASSES = (
    "Unclassified",
    "Class I - Open Science",
    "Class II - Open Tooling",
    "Class III - Open Model",
)
EDITIONS = ("mot-2026", "mot-2024-10", "mof-strict-1.0")


def read(path: Path) -> Release:
    """Read a release as every command does."""
    return released(path, offline=True).release


def judged(release: Release, ident: str, answers: dict[str, str] | None = None) -> Verdict:
    """Judge a release under one definition."""
    return verdicts(release, default(), only=[ident], answers=answers)[ident]


def progress(verdict: Verdict) -> list[float]:
    """Return the progress of class III, II and I in percent."""
    return [100 * item.score for item in verdict.criteria if item.score is not None]


class Entry(msgspec.Struct, frozen=True):
    """An entry of the Model Openness Tool: its name, whether we agree, its classes."""

    name: str
    agrees: bool
    levels: tuple[str, ...]


def rule_tests(corpus: Path) -> Iterator[Entry]:
    """Judge the tool's rule tests; their names give the progress of class I, II and III."""
    for path in sorted((corpus / "mot/tests").glob("*.yml")):
        told = re.search(r"C1_(\d+)%-C2_(\d+)%-C3_(\d+)%", path.name)
        if told is None:
            continue
        first, second, third = (int(share) for share in told.groups())
        wanted = [third, second if third == 100 else 0, first if second == 100 == third else 0]
        verdict = judged(read(path), "mot-2026")
        lowest = next((at for at in (1, 2, 3) if wanted[3 - at] == 100), 0)
        shares = [round(share) for share in progress(verdict)]
        agrees = shares == wanted and verdict.level == CLASSES[lowest]
        yield Entry(path.name, agrees, (verdict.level,))


def entries(corpus: Path) -> Iterator[Entry]:
    """Judge the tool's entries under its three editions, and compare the first with its results."""
    expected = json.loads((corpus / "mot/expected.json").read_text(encoding="utf-8"))
    for name, told in expected.items():
        release = read(corpus / "mot/models" / name)
        found = verdicts(release, default(), only=EDITIONS)
        now = found["mot-2026"]
        close = all(
            abs(ours - theirs) <= 0.06
            for ours, theirs in zip(progress(now), told["progress"], strict=True)
        )
        agrees = close and now.level == CLASSES[told["class"]]
        yield Entry(name, agrees, tuple(found[ident].level for ident in EDITIONS))


class Score(msgspec.Struct, frozen=True):
    """A system of the European index: its score, ours, and both verdicts on its licenses.

    Attributes:
        system: its name.
        theirs: the index's score.
        ours: from the index's own judgements.
        facts: what the index says that licenses can be judged by: weights, code and data.
        licenses: the index's judgement of the licenses.
        from_facts: ours, from those facts alone: open, partial, closed or unclear.
    """

    system: str
    theirs: float
    ours: float | None
    facts: tuple[str, str, str]
    licenses: str
    from_facts: str


def index_scores(corpus: Path) -> Iterator[Score]:
    """Score the systems of the index from its judgements, and judge their licenses from facts."""
    rows = csv.reader((corpus / "osai/expected.csv").read_text(encoding="utf-8").splitlines())
    head = next(rows)
    dimensions = head[head.index("datasources_basemodel") : head.index("score")]
    for row in rows:
        told = dict(zip(head, row, strict=True))
        system = yaml.safe_load((corpus / "osai/systems" / told["file"]).read_text("utf-8"))
        answers = {
            f"osai-2026#{name}": (system.get(name) or {}).get("class") or "closed"
            for name in dimensions
        }
        data = "there" if told["datasources_basemodel"] != "closed" else "none"
        code = "there" if told["trainingcode"] != "closed" else "none"
        facts = (told["license"].strip(), code, data)
        yield Score(
            system=told["name"],
            theirs=float(told["score"]),
            ours=judged(_empty(), "osai-2026", answers).score,
            facts=facts,
            licenses=told["licenses"],
            from_facts=_licenses_of(*facts, weights=told["weights_endmodel"]),
        )


class Gains(msgspec.Struct, frozen=True):
    """A system of the European index: its score, and what is left to gain, dimension by dimension.

    Attributes:
        system: its name.
        score: from the index's own judgements.
        gains: what each dimension would add at most, summed up.
        exact: whether all the smallest sets of changes are proved to be the smallest.
    """

    system: str
    score: float
    gains: float
    exact: bool


def index_gains(corpus: Path, every: int = 5) -> Iterator[Gains]:
    """Find what would raise the scores of systems of the index, of every so many one."""
    for path in sorted((corpus / "osai/systems").glob("*.yaml"))[::every]:
        system = yaml.safe_load(path.read_text("utf-8"))
        names = [rule.id for rule in definition_of(default(), "osai-2026").rules]
        classes = {name: (system.get(name) or {}).get("class") or "closed" for name in names}
        answers = {f"osai-2026#{name}": said for name, said in classes.items()}
        verdict = judged(_empty(), "osai-2026", answers)
        away = with_distances({"osai-2026": verdict}, _empty(), default(), answers=answers)
        distance = away["osai-2026"].distance
        steps = distance.steps if distance else ()
        gains = {one.criterion: one.gain for one in sorted(steps, key=lambda one: one.gain)}
        exact = distance is None or (distance.exact and all(one.exact for one in steps))
        yield Gains(path.stem, verdict.score or 0.0, sum(gains.values()), exact)


def _empty(*parts: Part) -> Release:
    return Release(ref="the index", kind=ReleaseKind.MODEL, name="a system", parts=parts)


#: how the index writes the licenses that are open by everybody's ruling
_OPEN = {"apache-2.0": "Apache-2.0", "apache 2.0": "Apache-2.0", "mit license": "MIT"}


def _licenses_of(license_name: str, code: str, data: str, *, weights: str) -> str:
    """Judge the licenses dimension by the index's readme, from facts it states itself."""
    ident = _OPEN.get(license_name.lower())
    seen = (Evidence(how=How.KNOWN, source="the index", quote=license_name),)
    reading = LicenseReading(license=ident, name=license_name, via="name", evidence=seen)
    grant = Grant(scope=Scope.STATED, terms=Single(reading=reading), evidence=seen)
    unread = LicenseReading(license=None, name="terms not told", via="name", evidence=seen)
    other = Grant(scope=Scope.STATED, terms=Single(reading=unread), evidence=seen)
    parts = [
        _part(Component.WEIGHTS, weights != "closed", grant, seen),
        _part(Component.TRAINING_CODE, code == "there", other, seen),
        _part(Component.TRAINING_DATA, data == "there", other, seen),
    ]
    verdict = judged(_empty(*parts), "osai-2026")
    found = next(item for item in verdict.criteria if item.id == "licenses")
    return {1.0: "open", 0.5: "partial", 0.0: "closed"}.get(found.score, "unclear")  # type: ignore[arg-type]  # None is unclear


def _part(component: Component, there: bool, grant: Grant, seen: tuple[Evidence, ...]) -> Part:
    presence = Presence.ELSEWHERE if there else Presence.SAID_ABSENT
    return Part(
        id=component,
        component=component,
        presence=presence,
        grant=grant if there else None,
        evidence=seen,
    )


class Outcome(msgspec.Struct, frozen=True):
    """One of the twelve systems: what the OSI says, what we do, and by which criteria.

    Attributes:
        name: of the system.
        theirs: pass, license or fail.
        found: our verdict from manifest and workbook.
        told: our verdict when a system that the OSI passes is taken to be described well enough.
        by: the criteria that fail, or those that are unclear where none does.
        why: of each, the first reason that is no answer in favour.
    """

    name: str
    theirs: str
    found: str
    told: str
    by: tuple[str, ...]
    why: tuple[str, ...]


def outcomes(corpus: Path) -> Iterator[Outcome]:
    """Judge the twelve systems from manifests and the OSI's own component reviews."""
    systems = tomllib.loads((HERE / "osaid_systems.toml").read_text(encoding="utf-8"))["system"]
    reviews = _reviews(corpus)
    for system in systems:
        manifest = system.get("manifest")
        release = read(corpus / "mot/models" / manifest) if manifest else _empty()
        answers = _reviewed(reviews.get(system.get("sheet", ""), []))
        answers |= _given(corpus, system["index"])
        first = judged(release, "osaid-1.0", answers)
        enough = "substantially-equivalent" if system["outcome"] == "pass" else ""
        second = judged(release, "osaid-1.0", answers | ({enough: "yes"} if enough else {}))
        lacking = [item for item in second.criteria if item.truth is Truth.NO]
        lacking = lacking or [item for item in second.criteria if item.truth is Truth.UNCLEAR]
        by = tuple(item.id for item in lacking)
        why = tuple(_against(item) for item in lacking)
        yield Outcome(system["name"], system["outcome"], first.level, second.level, by, why)


def _against(item: Criterion) -> str:
    """Return why a criterion is not met; an answer that it is was overruled and is no reason."""
    texts = [reason.text for reason in item.reasons]
    return next((text for text in texts if not text.endswith(": yes")), "")


def _reviews(corpus: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    path = corpus / "osaid/required_components.csv"
    for row in csv.DictReader(StringIO(path.read_text(encoding="utf-8"), newline="")):
        found[row["sheet"].partition("_--_")[2]].append(row)
    return found


#: components of the OSI's workbook, and the criteria they bear on
_REVIEWED = {
    "Training methodologies": ("data-information",),
    "Training data scope": ("data-information",),
    "Training data provenance": ("data-information",),
    "Training data labeling": ("data-information",),
    "Training data cleaning": ("data-information",),
    "Data pre-processing": ("data-processing-code",),
    "Training, validation": ("training-code",),
    "Inference": ("inference-code",),
    "Supporting libraries": ("supporting-libraries",),
    "Model architecture": ("architecture",),
    "Model parameters": ("parameters", "parameters-terms"),
}

_NOT_THERE = re.compile(r"can't be found|could not find it|no training code", re.IGNORECASE)


def _reviewed(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    """Turn the OSI's reviews into answers; a criterion is met where all that bears on it is."""
    said: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for criterion in _REVIEWED[row["component"]]:
            said[criterion].append(_review(row))
    found = {}
    for criterion, words in said.items():
        word = "no" if "no" in words else "yes" if set(words) == {"yes"} else ""
        if word:
            found[f"osaid-1.0#{criterion}"] = word
    return found


def _review(row: dict[str, str]) -> str:
    rights = [row[name].strip().lower() for name in ("use", "study", "modify", "share")]
    if any(right in {"restricted", "not available"} for right in rights):
        return "no"
    if all(right == "allowed" for right in rights):
        return "yes"
    return "no" if _NOT_THERE.search(f"{row['doc']} {row['note']}") else ""


def _given(corpus: Path, name: str) -> dict[str, str]:
    """Take from the index only that the weights can be downloaded by anyone."""
    told = yaml.safe_load((corpus / "osai/systems" / name).read_text(encoding="utf-8"))
    shared = (told.get("weights_endmodel") or {}).get("class") == "open"
    return {"osaid-1.0#parameters": "yes"} if shared else {}


def absurd(corpus: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """List, for entries that give a closed model MIT weights, the definitions that it meets."""
    for name in ("Claude-1.yml", "Claude-2.yml"):
        found = verdicts(read(corpus / "mot/models" / name), default())
        yield name, tuple(ident for ident, verdict in found.items() if verdict.truth is Truth.YES)


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    corpus = Path(arguments[0]) if arguments else CORPUS
    tests, models = list(rule_tests(corpus)), list(entries(corpus))
    print("MODEL OPENNESS TOOL")
    print(f"  rule tests equal       {sum(one.agrees for one in tests)} of {len(tests)}")
    print(f"  entries equal          {sum(one.agrees for one in models)} of {len(models)}")
    for at, ident in enumerate(EDITIONS):
        counts = Counter(one.levels[at] for one in models)
        print(f"  {ident:22} " + ", ".join(f"{n} {level}" for level, n in counts.most_common()))
    print("  drift (October 2024 -> 2026)")
    for (before, after), count in Counter((m.levels[1], m.levels[0]) for m in models).most_common():
        print(f"    {count:4}  {before} -> {after}")
    _print_index(list(index_scores(corpus)))
    print("OPEN SOURCE AI DEFINITION, 12 systems: OSI / files and reviews / with the OSI's view")
    for one in outcomes(corpus):
        print(f"  {one.name:13} {one.theirs:8} {one.found:18} {one.told:18}")
        for name, why in zip(one.by, one.why, strict=True):
            print(f"    {name}: {why}")
    print("ABSURDITIES: definitions met by")
    for name, met in absurd(corpus):
        print(f"  {name}: {', '.join(met) or 'none'} (of {len(definition_ids(default()))})")


def _print_index(scores: Sequence[Score]) -> None:
    equal = sum(one.ours is not None and abs(one.ours - one.theirs) < 5e-5 for one in scores)
    print("EUROPEAN INDEX")
    print(f"  scores equal           {equal} of {len(scores)}")
    bare = [one for one in scores if one.facts[0].lower() in _OPEN]
    for code, data in (("none", "none"), ("none", "there"), ("there", "none"), ("there", "there")):
        held = [one for one in bare if one.facts[1:] == (code, data)]
        theirs = Counter(one.licenses for one in held)
        ours = Counter(one.from_facts for one in held)
        what = f"open weights, code {code}, data {data}"
        print(f"  {what:42} {len(held):3}  index {dict(theirs)}  ours {dict(ours)}")


if __name__ == "__main__":
    main(sys.argv[1:])
