"""Findings on terms: where sources contradict each other, and where terms are missing or changed.

Nothing is settled here; both sides are quoted and the reader decides. Codes HO201 to HO210 are
explained in `knowledge/findings/licenses.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.answer import Finding, Gravity
from howopen.knowledge.findings import code_of
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import resolve_tag
from howopen.licenses.prose import CODE, WEIGHTS
from howopen.licenses.scope import Rules, fits
from howopen.licenses.trees import readings_of_terms, says_unlicensed
from howopen.release import (
    Component,
    Evidence,
    How,
    LicenseReading,
    Part,
    Presence,
    Release,
    Scope,
    Statement,
)

#: which finding a source that contradicts a text gives
_CODES = {"tag": "HO201", "hub": "HO201", "header": "HO202", "package": "HO202", "notice": "HO207"}
#: components that need terms for what they are for
_NEED_TERMS = frozenset({*WEIGHTS, *CODE, Component.ARCHITECTURE})
#: components whose missing terms are worth a finding when they are here
_DATA_HERE = frozenset(
    {Component.TRAINING_DATA, Component.POST_TRAINING_DATA, Component.EVALUATION_DATA}
)

#: labels beyond this are not compared with each other
_MOST_LABELS = 300


def find_conflicts(release: Release, rules: Rules, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Find what is contradictory, changed, unknown or missing in the terms of a release."""
    found = [
        *_contradictions(release, rules, knowledge),
        *_changed(release, knowledge),
        *_unknown(release, knowledge),
        *_missing(release, knowledge),
        *_policies(release, knowledge),
    ]
    return tuple(dict.fromkeys(found))


def _finding(
    knowledge: Knowledge, code: str, text: str, sides: Iterable[Evidence], subject: str = ""
) -> Finding:
    known = code_of(knowledge, code)
    return Finding(
        code=code,
        gravity=Gravity(known.gravity),
        text=text,
        sides=tuple(dict.fromkeys(sides)),
        subject=subject,
        remedy=known.remedy,
    )


def _contradictions(release: Release, rules: Rules, knowledge: Knowledge) -> Iterator[Finding]:
    """Compare every label with the texts that speak of the same parts."""
    texts = [one for one in release.statements if one.rank == "text" and one.reading.license]
    for label in release.statements:
        if label.rank == "text" or not (label.reading.license or label.reading.near):
            continue
        rivals = [
            text
            for text in texts
            if _same_subject(label, text, release.parts, rules)
            and not _of_the_code(label, text, release, rules)
        ]
        if not rivals or any(_agree(label, text.reading) for text in rivals):
            continue
        text = min(
            rivals, key=lambda one: (not rules.model_license(one.reading), one.evidence.path or "")
        )
        yield _finding(
            knowledge,
            _CODES[label.rank],
            f"{_where(label.evidence)} says {_named(label.reading)}, but"
            f" {_where(text.evidence)} is the text of {_named(text.reading)}",
            (label.evidence, text.evidence),
            text.evidence.path or "",
        )
    yield from _labels(release, rules, knowledge, bool(texts))


#: a sentence on what is listed beside it
_LISTED = re.compile(r"\b(?:below|above|following)\b", re.IGNORECASE)


def _labels(release: Release, rules: Rules, knowledge: Knowledge, texts: bool) -> Iterator[Finding]:
    """Where there is no text, compare tags with sentences, headers and package metadata."""
    if texts:
        return
    distinct: dict[tuple[object, ...], Statement] = {}
    for one in release.statements:
        told = one.reading.license or one.reading.near
        if told and not one.files and one.part is None:
            distinct.setdefault((one.rank, told, one.components, one.variant), one)
    labels = list(distinct.values())[:_MOST_LABELS]
    for at, one in enumerate(labels):
        for two in labels[at + 1 :]:
            if _where(one.evidence) == _where(two.evidence):
                continue  # one expression, such as `A AND B`
            if _LISTED.search(one.evidence.quote) and _LISTED.search(two.evidence.quote):
                continue  # each of the list that follows it
            if not (_overlap(one, two, rules) or _overlap(two, one, rules)):
                continue
            if not _agree(one, two.reading) and not _agree(two, one.reading):
                text = (
                    f"{_where(one.evidence)} says {_named(one.reading)}, but"
                    f" {_where(two.evidence)} says {_named(two.reading)}"
                )
                yield _finding(knowledge, "HO209", text, (one.evidence, two.evidence))


def _overlap(one: Statement, two: Statement, rules: Rules) -> bool:
    """Return whether two labels speak of one thing; a card's general words are on its weights."""
    for_all = one.variant is None and two.rank == "header"
    if one.variant != two.variant and not for_all:
        return False
    if not one.components:
        weights = (
            rules.of_model(one) and one.rank != "header" and set(two.components) & set(WEIGHTS)
        )
        return not two.components or bool(weights)
    return bool(set(one.components) & set(two.components))


def _same_subject(label: Statement, text: Statement, parts: tuple[Part, ...], rules: Rules) -> bool:
    """Return whether a label and a text speak of one part of the release, or both of all of it."""
    if label.part or text.part:
        return label.part == text.part
    if label.variant is not None and all(part.variant != label.variant for part in parts):
        return False
    if label.variant != text.variant and None not in (label.variant, text.variant):
        return False
    if label.components or text.components:
        wanted, given = set(label.components), set(text.components)
        if wanted and given:
            return bool(wanted & given)
        if given:
            return label.rank in ("tag", "hub") and given == set(WEIGHTS)
        return any(
            fits(text, part, rules)
            for part in parts
            if part.component in wanted and label.variant in (None, part.variant)
        )
    if text.files and not label.files:
        return False
    if label.files and not text.files and label.rank != "header":
        return rules.model_license(text.reading)
    return text.variant == label.variant or (
        text.variant is None and rules.model_license(text.reading)
    )


def _of_the_code(label: Statement, text: Statement, release: Release, rules: Rules) -> bool:
    """Return whether a software license for everything is the code's, and a label on weights.

    It is where code is here, or where another sentence puts the code under that very license.
    """
    general = not text.components and text.variant is None and not text.files
    if not general or text.reading.license not in rules.for_software:
        return False
    if not label.components or set(label.components) & set(CODE):
        return False
    here = any(part.component in CODE and part.presence is Presence.HERE for part in release.parts)
    return here or any(
        one.rank == "notice"
        and set(one.components) & set(CODE)
        and one.reading.license == text.reading.license
        for one in release.statements
    )


def _agree(label: Statement, text: LicenseReading) -> bool:
    """Return whether a label may mean the license of a text."""
    mine = {label.reading.license, *label.choice, *label.reading.near} - {None}
    theirs = {text.license, *text.near} if text.license else set(text.near)
    if mine & theirs:
        return True
    return _family(label.reading.license) == _family(text.license) != ""


def _family(ident: str | None) -> str:
    """Return an id without `-only` and `-or-later`: a text cannot tell those apart."""
    ident = ident or ""
    for ending in ("-only", "-or-later"):
        ident = ident.removesuffix(ending)
    return ident


def _changed(release: Release, knowledge: Knowledge) -> Iterator[Finding]:
    """Report every license text that was changed, with its departures."""
    for one in release.statements:
        reading = one.reading
        if one.rank != "text" or not reading.modified:
            continue
        shown = "; ".join(_departure(item) for item in reading.departures[:5])
        more = len(reading.departures) - 5
        shown += f"; and {more} more" if more > 0 else ""
        text = f"{_where(one.evidence)} is {_named(reading)} with changes: {shown}"
        sides = [one.evidence, *(_at(one.evidence, item) for item in reading.departures[:5])]
        yield _finding(knowledge, "HO203", text, sides, one.evidence.path or "")


def _departure(item: object) -> str:
    from howopen.release import Departure  # noqa: PLC0415

    assert isinstance(item, Departure)  # noqa: S101
    where = f"clause {item.clause}" if item.clause else f"line {item.lines[0]}"
    before, after = _short(item.before), _short(item.after)
    if before and after:
        return f"{where}: {before!r} became {after!r}"
    return f"{where}: {before!r} is missing" if before else f"{where}: {after!r} was added"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60].rsplit(" ", 1)[0] + " ..."


def _at(evidence: Evidence, item: object) -> Evidence:
    import msgspec  # noqa: PLC0415

    from howopen.release import Departure  # noqa: PLC0415

    assert isinstance(item, Departure)  # noqa: S101
    quote = item.after or f"(missing: {_short(item.before)})"
    return msgspec.structs.replace(evidence, lines=item.lines, quote=quote)


def _unknown(release: Release, knowledge: Knowledge) -> Iterator[Finding]:
    """Report texts and names that are no license we know, and tags that may be several."""
    texts = {one.reading.license for one in release.statements if one.rank == "text"}
    for one in release.statements:
        reading = one.reading
        if reading.license is not None or says_unlicensed(reading):
            continue
        if one.rank != "text" and (texts & set(reading.near) or _elsewhere(one, texts, knowledge)):
            continue
        if one.rank == "text":
            text = f"{_where(one.evidence)} is no license text that we know: {reading.why}"
            yield _finding(knowledge, "HO205", text, (one.evidence,), one.evidence.path or "")
        elif len(reading.near) > 1:
            text = f"{_where(one.evidence)} may mean {' or '.join(reading.near[:6])}: {reading.why}"
            yield _finding(knowledge, "HO206", text, (one.evidence,))
        elif reading.why:
            text = f"{_where(one.evidence)} names terms that we do not know: {reading.why}"
            yield _finding(knowledge, "HO210", text, (one.evidence,))


def _elsewhere(one: Statement, texts: set[str | None], knowledge: Knowledge) -> bool:
    """Return whether a tag such as `other` leaves the terms to a text that is here and known."""
    if one.rank not in ("tag", "hub", "package") or not texts - {None}:
        return False
    tag = resolve_tag(knowledge, one.reading.name)
    return tag is not None and tag.kind == "nothing" and not tag.own


def _missing(release: Release, knowledge: Knowledge) -> Iterator[Finding]:
    """Report components that are here and under no stated terms."""
    for part in release.parts:
        wanted = part.component in _NEED_TERMS or (part.component in _DATA_HERE and part.files)
        if not wanted or part.presence is not Presence.HERE:
            continue
        if part.grant is not None and part.grant.scope is Scope.UNSTATED:
            text = f"nothing states terms for {part.id}; what is not licensed may not be used"
            yield _finding(knowledge, "HO204", text, part.evidence[:2], part.id)


def _policies(release: Release, knowledge: Knowledge) -> Iterator[Finding]:
    """Report policies that a license takes in and the release does not hold."""
    from howopen.knowledge.licenses import license_of  # noqa: PLC0415

    for part in release.parts:
        grant = part.grant
        if grant is None or part.component not in (*WEIGHTS, Component.ARCHITECTURE):
            continue
        held = {one.license for one in grant.incorporates}
        for reading in readings_of_terms(grant.terms):
            known = (
                license_of(knowledge, reading.license, reading.edition) if reading.license else None
            )
            for policy in known.incorporates if known else ():
                if policy.license not in held and reading.via == "text":
                    text = (
                        f"clause {policy.clause} of {_named(reading)} takes in {policy.license}"
                        f" ({policy.url or 'no URL'}), which is not in the release"
                    )
                    yield _finding(knowledge, "HO208", text, reading.evidence[:1], policy.license)


def _named(reading: LicenseReading) -> str:
    if reading.license is None:
        return repr(reading.name or "/".join(reading.near))
    return f"{reading.license}@{reading.edition}" if reading.edition else reading.license


def _where(evidence: Evidence) -> str:
    if evidence.path is None:
        return "the hub" if evidence.how is How.HUB else evidence.source
    return f"{evidence.path}:{evidence.lines[0]}" if evidence.lines else evidence.path
