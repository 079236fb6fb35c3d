"""Write `docs/questions.md`: thirty real questions, the commands, and what howopen answers.

    python -m tools.build_questions

Needs the texts that the releases of the questions are laid out with (see `tools/lay.py`). The page
holds our own words and at most five of a license's; the texts themselves are not committed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.measure_patterns import Texts
from tools.questions import Case, Question, put, questions

TARGET = Path(__file__).resolve().parents[1] / "docs" / "questions.md"

#: more clauses or duties than this are counted
MAX_NAMES = 8

HEAD = """# Thirty real questions

<!-- made by tools/build_questions.py; edit tests/rights/questions.toml, not this page -->

Questions that people asked in public about the licenses of models and data, broken into cases that
one command can answer. What the right answer is was written down from the texts before howopen was
asked (`tests/rights/questions.toml`, with the reasoning and with how sure a careful reader can be);
a test compares the two. None of this is legal advice.

REF stands for the release that the question is about; the tests use small stand-ins of them with
the real texts of their licenses. A `?` marks a duty that the text leaves open.

{count}
"""


def page(texts: Texts) -> str:
    """Write the whole page.

    Raises:
        MissingTextError: when a text is not at hand.
    """
    asked = questions()
    cases = [case for question in asked for case in question.case]
    short = sum(bool(case.short) for case in cases)
    count = f"Of {len(cases)} cases {len(cases) - short} are answered as they should be"
    count += "; where an answer falls short, this page says how." if short else "."
    return "\n".join((HEAD.format(count=count), *(section(one, texts) for one in asked)))


def section(question: Question, texts: Texts) -> str:
    """Write one question with all its cases."""
    link = question.source if "://" in question.source else f"https://{question.source}"
    told = "\n".join(_case(question, case, texts) for case in question.case)
    return f"## {question.id}. {question.title}\n\nAsked at <{link}>.\n\n{told}"


def _case(question: Question, case: Case, texts: Texts) -> str:
    with tempfile.TemporaryDirectory() as folder:
        found = put(question, case, Path(folder), texts)
    described = case.release or question.release
    lines = [f"**{case.ask}**\n", "```sh", _command(case), "```\n"]
    said = _said(case, found).replace("\n", " ")
    if described:
        said = said.replace(described.name, "REF")
    lines.append(f"{said}\n")
    lines.extend(_rests_on(case, found))
    if case.short:
        lines.append(f"*Falls short:* {case.short}.\n")
    return "\n".join(lines)


def _rests_on(case: Case, found: Any) -> Iterator[str]:
    """Yield the clauses of the answer, the words that decide, and what is owed."""
    told = found.get("answer", found) if isinstance(found, dict) else {}
    grounds = [told.get("reasons", ()), told.get("terms", ())]
    clauses = list(dict.fromkeys(_clauses(grounds)))
    owed = list(dict.fromkeys(_owed(told.get("duties", ()))))
    for title, names in (("Clauses", clauses), ("Owed", owed)):
        if names:
            more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
            yield f"{title}: {', '.join(f'`{one}`' for one in names[:MAX_NAMES])}{more}.\n"
    words = [one for names in case.quote for one in names.split("|")[:1]]
    if words and not case.short:
        yield f"Words that decide: {', '.join(f'“{one}”' for one in words)}.\n"


def _owed(duties: Any) -> Iterator[str]:
    sure = {duty["id"] for duty in duties if duty.get("certain", True)}
    yield from (one["id"] if one["id"] in sure else f"{one['id']}?" for one in duties)


def _command(case: Case) -> str:
    """Write the case as somebody would type it."""
    word, _, kind = case.command.partition(" ")
    if word == "compare":
        return f"howopen license {case.args[0]} {case.args[1]}"
    if word == "claims":
        return f'echo "{case.args[0]}" | howopen claims - --about REF'
    if word == "license":
        return "howopen license REF#LICENSE"
    if word == "publishing":
        return "howopen rights REF --publishing"
    if word:
        return f"howopen rights REF --of-derivative {kind}"
    ref = f"REF#{case.path}" if case.path else "REF"
    names = {key: _OPTIONS.get(key, key.replace("_", "-")) for key in case.who}
    told = [f"--{names[key]} {value}" for key, value in case.who.items()]
    component = [f"--component {case.component}"] if case.component else []
    return " ".join(["howopen may", case.action, ref, *told, *component])


_OPTIONS = {"used_in": "in"}


def _said(case: Case, found: Any) -> str:
    """Return the first line of what was answered."""
    if case.command == "claims":
        claims = [one for claims in found for one in claims]
        return "; ".join(f"{one['judgement'].capitalize()}: {_because(one)}" for one in claims)
    if case.command == "license":
        reading = found["reading"]
        return f"{reading.get('license') or 'unknown'}: {reading.get('why') or 'as published'}"
    if case.command == "compare editions":
        return f"{found['says'].capitalize()}."
    told = found.get("answer", found)
    under = ", ".join(told.get("licenses", ()))
    return f"{told['headline']}" + (f" (may be published under: {under})" if under else "")


def _because(claim: dict[str, Any]) -> str:
    return "; ".join(reason["text"] for reason in claim.get("reasons", ()))


def _clauses(found: Any) -> Iterator[str]:
    """Yield the clauses that reasons rest on, then those of duties and conditions."""
    if isinstance(found, dict):
        if "license" in found and found.get("clause"):
            yield f"{found['license']}#{found['clause']}"
        keys = sorted(found, key=lambda key: ("reasons", "terms").count(key) == 0)
        for key in keys:
            yield from _clauses(found[key])
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _clauses(one)


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(Texts()), encoding="utf-8")
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
