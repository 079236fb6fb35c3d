"""What signs of terms mean for rights: a license as far as patterns read it, and its atoms.

A sign that forbids, forbids; one that limits, or that demands something, does so possibly, since
nobody has read what exactly it closes or asks for. Nothing here permits anything.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from msgspec.structs import replace

from howopen.knowledge import Knowledge
from howopen.knowledge.licenses import Clause, Doubt, Forbids, License, Limits, Requires, When
from howopen.knowledge.patterns import Patterns, patterns_of
from howopen.release import ClauseSpan, LicenseReading, Sign
from howopen.rights.atoms import UNREAD, AnyAtom, Mark, Permit, atoms_of
from howopen.rights.coarse import OPEN

#: what a text for non-commercial use or for research closes; outputs may be meant or not
CLOSED = tuple(one for one in OPEN if one != "use-outputs")
#: kinds of signs that close commercial use: the text's own words for what a class only tells
CLOSING = ("non-commercial", "research-only")
#: what a forbidden field closes: putting the model to use there, not looking at it or passing it on
USES = ("run", "use-outputs", "fine-tune", "merge", "convert", "host", "embed")
#: what is left open about outputs and what is made with them
OUTPUTS = ("use-outputs", "train-on-outputs", "distil")

_UNREAD = Doubt(
    words="what exactly it says", why="found by patterns; nobody has read it clause by clause"
)
#: why a sentence beside stated terms leaves open what it withholds
_BESIDE = "the terms beside it withhold none of this, and whether the sentence binds is not settled"
#: why a sentence without a license may permit
_NAMED = "the publisher names purposes for which it was released, and no license for them"
#: how sentences name purposes
_PURPOSES = {
    "research": re.compile(r"(?<!non-)(?:research|academic|educational)|研究|学术", re.IGNORECASE),
    "personal": re.compile(r"\bfor personal\b", re.IGNORECASE),
}
_SHARING = ("on-sharing", "on-sharing-derivative", "on-embedding")


def signed(
    reading: LicenseReading, knowledge: Knowledge, *, duties_only: bool = False
) -> tuple[License, LicenseReading]:
    """Turn the signs of a reading into a license as far as patterns read it.

    Args:
        reading: a reading with signs.
        knowledge: what the kinds of signs mean.
        duties_only: leave prohibitions and limits out, where the license is known to have none.

    Returns:
        The license, and the reading with the lines and words of each of its clauses.
    """
    patterns = patterns_of(knowledge)
    clauses: list[Clause] = []
    spans: list[ClauseSpan] = []
    for sign in reading.signs:
        ref = _ref(sign)
        found = [
            clause
            for clause in _clauses(sign, ref, patterns)
            if isinstance(clause, Requires) or not duties_only
        ]
        clauses.extend(found)
        if found:
            spans.append(ClauseSpan(ref=ref, lines=sign.lines, quote=sign.quote))
    license_ = License(
        id=reading.license or "unknown",
        name=_name(reading),
        source=reading.evidence[0].source if reading.evidence else "",
        url="",
        read=dt.date.min,
        depth="coarse",
        footing=(),
        clause=tuple(clauses),
    )
    return license_, replace(reading, clauses=tuple(spans))


def sign_atoms(license_: License, reading: LicenseReading) -> tuple[AnyAtom, ...]:
    """Compile the clauses of a coarse reading, and remark on what it refers to or may become."""
    marks = [
        Mark(license=license_.id, mark=UNREAD, note=sign.value or sign.quote)
        for sign in reading.signs
        if sign.kind == "use-policy"
    ][:1]
    marks += [
        Mark(license=license_.id, mark="update", note=f"{_ref(sign)}: {sign.quote}")
        for sign in reading.signs
        if sign.kind == "update"
    ][:1]
    return (*atoms_of(license_), *marks)


def beside(
    reading: LicenseReading, *, stated: bool
) -> tuple[License, LicenseReading, tuple[AnyAtom, ...]]:
    """Read a sentence by which a publisher narrows the use of what was released.

    Beside stated terms it only leaves open what it withholds, and what it merely calls intended is
    remarked on. Where nothing else states terms it withholds; the purposes that it names for what
    was released are possibly permitted.

    Args:
        reading: the sentence, a reading with signs and no license.
        stated: whether terms are stated beside it.

    Returns:
        The sentence as a license of few clauses, its reading, and its atoms.
    """
    quote = " ".join(sign.quote for sign in reading.signs)
    clauses: list[Clause] = []
    spans: list[ClauseSpan] = []
    marks: list[AnyAtom] = []
    key = reading.name or "a sentence of the publisher"
    for sign in reading.signs:
        ref = f"line {sign.lines[0]}"
        says = f"It says “{sign.quote}”"
        if stated and sign.kind not in CLOSING:
            marks.append(Mark(license=key, mark="intended-use", note=f"{key}, {ref}: {says}"))
            continue
        closed = ("commercial", "personal", "internal")[: 3 if sign.kind == CLOSING[1] else 1]
        rule = Forbids(ref=ref, says=says, words=(), actions=CLOSED, when=When(purpose=closed))
        unsettled = Doubt(words=sign.value, why=_BESIDE)
        outputs = Doubt(words=sign.value, why="whether outputs are meant too is not said")
        clauses.append(replace(rule, doubts=(unsettled,)) if stated else rule)
        clauses.append(replace(rule, actions=OUTPUTS, doubts=(unsettled if stated else outputs,)))
        spans.append(ClauseSpan(ref=ref, lines=sign.lines, quote=sign.quote))
    license_ = License(
        id=key,
        name=key,
        source=reading.evidence[0].source if reading.evidence else "",
        url="",
        read=dt.date.min,
        depth="coarse",
        footing=(),
        clause=tuple(clauses),
    )
    named = tuple(one for one, words in _PURPOSES.items() if words.search(quote)) if clauses else ()
    when = When(purpose=named)
    maybe = Permit(license=key, clause=0, actions=CLOSED, when=when, sure=False, note=_NAMED)
    found = (*atoms_of(license_), *marks, *((maybe,) if named and not stated else ()))
    return license_, replace(reading, clauses=tuple(spans)), found


def _name(reading: LicenseReading) -> str:
    path = reading.evidence[0].path if reading.evidence else None
    return reading.name or reading.license or (f"the text in {path}" if path else "the text")


def _ref(sign: Sign) -> str:
    """Name the place of a sign, as far as it differs from others on the same lines."""
    first, last = sign.lines
    where = f"line {first}" if first == last else f"lines {first}-{last}"
    return f"{where} ({sign.kind}{f': {sign.value}' if sign.value else ''})"


def _clauses(sign: Sign, ref: str, patterns: Patterns) -> Iterator[Clause]:
    says = next((means for kind, means in patterns.means.items() if kind == sign.kind), "")
    match sign.kind:
        case "non-commercial":
            yield from _closed(ref, says, ("commercial",), ())
        case "research-only":
            yield from _closed(ref, says, ("commercial",), ("personal", "internal"))
        case "threshold":
            yield _threshold(sign, ref)
        case "no-training":
            yield from _training(sign, ref, says)
        case "field-of-use":
            yield _field(sign, ref, says, patterns)
        case "territory":
            says = f"It seems not to hold everywhere: it speaks of “{sign.value}”."
            yield Limits(ref=ref, says=says, words=(), limit="territory", doubts=(_UNREAD,))
        case _:
            yield from _duty(sign, ref, says)


def _closed(
    ref: str, says: str, surely: tuple[str, ...], possibly: tuple[str, ...]
) -> Iterator[Clause]:
    """Forbid what a purpose closes; whether its outputs are closed too is left open."""
    rule = Forbids(ref=ref, says=says, words=(), actions=CLOSED, when=When(purpose=surely))
    yield rule
    if possibly:
        yield replace(rule, when=When(purpose=possibly), doubts=(_UNREAD,))
    outputs = Doubt(words="outputs", why="whether outputs are meant too is not read")
    yield replace(rule, actions=OUTPUTS, doubts=(outputs,))


def _threshold(sign: Sign, ref: str) -> Clause:
    measured = sign.counts in ("mau", "revenue")
    unit = "users" if sign.counts == "mau" else sign.value.partition(" ")[2].partition(" a ")[0]
    return Limits(
        ref=ref,
        says=f"It seems to ask for more, or to end, beyond a size: {sign.value}.",
        words=(),
        limit=sign.counts if measured else "size",
        threshold=sign.amount if measured else None,
        unit=unit if measured else "",
        tested=sign.tested,
        doubts=(_UNREAD,),
    )


def _training(sign: Sign, ref: str, says: str) -> Iterator[Clause]:
    """Forbid training other models: surely language models, where the words name them all."""
    target = sign.value.lower()
    rule = Forbids(ref=ref, says=says, words=(), actions=("train-on-outputs", "distil"))
    others = When(target=("other-llm", "other-model", "not-a-language-model"))
    if "other" in target and ("language" in target or "llm" in target):
        yield replace(rule, when=When(target=("other-llm",)))
        others = When(target=("other-model", "not-a-language-model"))
    yield replace(rule, when=others, doubts=(_UNREAD,))


def _field(sign: Sign, ref: str, says: str, patterns: Patterns) -> Clause:
    """Forbid a field of use that has a name here; any other is a condition in the text's words."""
    value = sign.value.lower().replace("-", "")
    fields = next((ids for stem, ids in patterns.fields.items() if value.startswith(stem)), "")
    if fields:
        when = When(field=tuple(fields.split()))
        return Forbids(ref=ref, says=says, words=(), actions=USES, when=when)
    says = f"your use is none that it seems to forbid: “{sign.value or sign.quote}”"
    return Limits(ref=ref, says=says, words=(), limit="field", doubts=(_UNREAD,))


def _duty(sign: Sign, ref: str, says: str) -> Iterator[Clause]:
    rule = Requires(ref=ref, says=says, words=(), duty="", triggers=_SHARING, doubts=(_UNREAD,))
    if sign.kind == "share-alike":
        yield replace(rule, duty="same-terms", triggers=("on-sharing-derivative",))
        yield Forbids(ref=ref, says=says, words=(), actions=("relicense",), doubts=(_UNREAD,))
    elif sign.kind == "naming":
        triggers = (*_SHARING, "on-hosting", "on-publishing-trained-model")
        yield replace(rule, duty="display", detail=sign.value, triggers=triggers)
    elif sign.kind == "pass-on":
        copy = "copy of" in sign.quote.lower() or "text of" in sign.quote.lower()
        yield replace(rule, duty="give-copy" if copy else "keep-notices")
    elif sign.kind == "use-policy":
        yield replace(rule, duty="adhere-policy", triggers=("on-use", "on-hosting", "on-embedding"))
