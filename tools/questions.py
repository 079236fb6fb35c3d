"""Put the thirty real questions to howopen, check the answers, and write `docs/questions.md`.

    python -m tools.questions [FOLDER]

The truth is in `tests/rights/questions.toml`, written from the texts before the tool was asked.
A case is put as a person would put it: one call of the command line or of the interface.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from howopen.answer import Circumstances
from howopen.knowledge import default
from howopen.licenses import compare_licenses, read_license
from howopen.reading import released
from howopen.report import inspect, read_claims
from howopen.rights import may, publishing, releasing
from tools.lay import Described, Laid, lay
from tools.measure_patterns import Texts

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "tests/rights/questions.toml"
OPPOSITE = {"yes": "no", "no": "yes"}

#: what the judgement of a claim says to "is it true"
JUDGED = {
    "borne out": "yes",
    "overstated": "no",
    "contradicted": "no",
    "cannot be told": "unclear",
}


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is asked; the head of `questions.toml` says what each key means.

    `short` tells where howopen still falls short of the truth, and why.
    """

    ask: str
    truth: str
    why: str
    sure: bool
    action: str = ""
    who: dict[str, Any] = {}
    component: str | None = None
    path: str = ""
    command: str = ""
    args: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    not_clauses: tuple[str, ...] = ()
    quote: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    not_duties: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    not_licenses: tuple[str, ...] = ()
    reads_as: str = ""
    departs: tuple[str, ...] = ()
    release: Described | None = None
    short: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question as people asked it."""

    id: int
    title: str
    source: str
    case: tuple[Case, ...]
    release: Described | None = None


def questions(path: Path = QUESTIONS) -> tuple[Question, ...]:
    """Read the questions and their truth."""
    table = msgspec.toml.decode(path.read_bytes())
    return msgspec.convert(table["question"], tuple[Question, ...])


def put(question: Question, case: Case, root: Path, texts: Texts) -> Any:
    """Put a case to howopen, and return what it answers as plain values.

    Args:
        question: the question it belongs to.
        case: the case.
        root: an empty folder for the release.
        texts: where the texts of licenses are.

    Raises:
        MissingTextError: when a text that the release needs is not at hand.
    """
    described = case.release or question.release
    laid = lay(described, root, texts) if described else None
    return msgspec.to_builtins(_ask(case, laid))


def _ask(case: Case, laid: Laid | None) -> object:
    knowledge = default()
    word, _, kind = case.command.partition(" ")
    if word == "compare":
        return compare_licenses(*case.args)
    assert laid is not None  # noqa: S101 - only a comparison has no release
    ref = f"{laid.folder}#{case.path}" if case.path else str(laid.folder)
    if word == "license":
        return {"reading": read_license(laid.folder / "LICENSE"), "report": inspect(ref)}
    if word == "claims":
        report = inspect(ref, parents=laid.parents)
        return [read_claims(text, about=report) for text in case.args]
    release = released(ref, parents=laid.parents).release
    if word == "publishing":
        return releasing(release, knowledge)
    if word:
        return publishing(release, knowledge, kind)
    who = msgspec.convert(case.who, Circumstances)
    found = may(release, case.action, who, knowledge=knowledge, component=case.component)
    if not case.findings:
        return found
    return {"answer": found, "findings": inspect(ref, parents=laid.parents).findings}


def problems(case: Case, found: Any) -> Iterator[str]:
    """Say what was expected of a case and is not so."""
    yield from _truth(case, found)
    said = plain(" ".join(_strings(found)))
    cited = _cited(found)
    for wanted in case.clauses:
        if not any(_covers(name, ref) for name in wanted.split("|") for ref in cited):
            yield f"does not cite {wanted}; cites {sorted(cited)}"
    for words in case.quote:
        if not any(plain(one) in said for one in words.split("|")):
            yield f"does not quote {words!r}"
    kinds = {
        "condition": (case.conditions, "conditions"),
        "duty": (case.duties, "duties"),
        "risk": (case.risks, "risks"),
        "finding": (case.findings, "findings"),
    }
    for what, (names, key) in kinds.items():
        given = [
            plain(" ".join(_strings(one))) for held in _having(found, key) for one in held[key]
        ]
        for words in names:
            if not any(plain(word) in text for word in words.split("|") for text in given):
                yield f"lacks the {what} {words}"
    ids = {one.get("id") for held in _having(found, "duties") for one in held["duties"]}
    yield from (f"names the duty {one}" for one in sorted(ids & set(case.not_duties)))
    yield from _licenses(case, found)


def _truth(case: Case, found: Any) -> Iterator[str]:
    """Compare the verdict of what has one; a doubtful truth is contradicted by its opposite."""
    verdicts = _verdicts(case, found)
    honest = {case.truth, *case.accept}
    if not case.sure:
        honest |= {"yes", "no", "unclear", "n/a"} - {OPPOSITE.get(case.truth, "")}
    if verdicts and not honest & set(verdicts):
        yield f"expected {' or '.join(sorted(honest))}, got {', '.join(verdicts)}"
    refused = [one for one in _having(found, "truth") if one["truth"] == "no"]
    cited = _cited(refused)
    for name in case.not_clauses:
        if any(_covers(name, ref) for ref in cited):
            yield f"is refused for {name}"


def _verdicts(case: Case, found: Any) -> list[str]:
    if case.command == "claims":
        return [JUDGED[one["judgement"]] for claims in found for one in claims] or ["not found"]
    if case.command == "compare editions":
        return ["yes" if found["operative"] else "no"]
    if case.command == "license":
        reading = found["reading"]
        wanted = case.reads_as.partition("|")[0]
        same = not reading.get("modified") and reading.get("license") == wanted
        return ["yes" if same else "no"]
    if case.licenses or case.not_licenses:
        return []
    held = found.get("answer", found)
    return [held["truth"]]


def _licenses(case: Case, found: Any) -> Iterator[str]:
    """Compare what a derivative may be published under, and what a text was read as."""
    if case.licenses or case.not_licenses:
        given = {name.partition("@")[0] for name in found.get("licenses", ())}
        yield from (f"{name} is not among {given}" for name in case.licenses if name not in given)
        yield from (f"{name} is among {given}" for name in case.not_licenses if name in given)
    if case.reads_as:
        read = found["reading"].get("license") or "unknown"
        if read not in case.reads_as.split("|"):
            yield f"read as {read}, not {case.reads_as}"
        departures = plain(" ".join(_strings(found["reading"].get("departures", ()))))
        for clause in case.departs:
            if read != "unknown" and plain(clause) not in departures:
                yield f"does not show that {clause} departs"


def _cited(found: Any) -> set[str]:
    tables = [one for one in _having(found, "clause") if "license" in one]
    compared = [one for one in _having(found, "ref_b") if one["status"] != "same"]
    if compared:
        return {_ref(f"{found['b']['license']}#{one['ref_b']}") for one in compared}
    return {_ref(f"{one['license']}#{one['clause']}") for one in tables}


def _having(found: Any, key: str) -> Iterator[dict[str, Any]]:
    """Yield every table that has a key, wherever it is."""
    if isinstance(found, dict):
        if key in found and found[key] is not None:
            yield found
        found = list(found.values())
    if isinstance(found, list | tuple):
        for one in found:
            yield from _having(one, key)


def _strings(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        yield from _strings(list(found.values()))
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _strings(one)


def plain(words: str) -> str:
    """Write words as they are compared: one space, straight quotes, no marks, lower case."""
    straight = words.lower().replace("\u2019", "'").replace("*", "")
    return " ".join(straight.split())


def _ref(name: str) -> str:
    """Write a citation as they are compared: `llama-2#1.b.v`, no edition, dots for brackets."""
    text, _, clause = name.lower().rpartition("#")
    return f"{text.partition('@')[0]}#" + re.sub(r"[^a-z0-9]+", ".", clause).strip(".")


def _covers(wanted: str, ref: str) -> bool:
    name = _ref(wanted)
    if name.startswith("*#"):
        name, ref = name[1:], "#" + ref.partition("#")[2]
    return ref == name or ref.startswith(name if name.endswith("#") else f"{name}.")


def main(arguments: list[str], path: Path = QUESTIONS) -> int:
    """Put every case, print what is not as expected, and return how many there are."""
    texts, wrong, count = Texts(), 0, 0
    for question in questions(path):
        if arguments and str(question.id) not in arguments:
            continue
        for case in question.case:
            count += 1
            with tempfile.TemporaryDirectory() as folder:
                found = put(question, case, Path(folder), texts)
            told = list(problems(case, found))
            wrong += bool(told)
            for one in told:
                print(f"{question.id}: {case.ask}\n    {one}")
    print(f"{count - wrong} of {count} cases as expected")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
