"""Read an unknown license coarsely: signs of what its sentences grant, forbid and demand.

A sign is a frame (`knowledge/patterns.toml`) that a sentence fills: what forbids or limits, what is
done, and to what end, in order and near each other. It says what the text seems to say and quotes
it; nobody has read the clause, so no answer rests on it as it would on a clause.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from howopen.knowledge.loader import Knowledge
from howopen.knowledge.patterns import KINDS, Frame, Kind, patterns_of, phrases
from howopen.licenses.amounts import amounts
from howopen.licenses.units import QUOTE, Unit, Units, Word
from howopen.release import Sign

#: of one kind at most so many signs are kept
MOST = 6
#: forbidden fields of use come in long lists; each field is kept once
MOST_FIELDS = 24
#: what leads a list in is quoted from its beginning when it has no more words
SHORT_LEAD = 30
#: a number stands at most so many words after `more than`
FAR = 4
#: the cue that names a forbidden field; every field of a list is a sign
FIELD = "field"
#: says less than any field that stands beside it
VAGUE = ("harm", "harming", "misleading", "sexual", "harmful or", "military or")
#: longer quotes are cut at a word
MAX_QUOTE = 480

#: smaller numbers are no threshold, by the cue that names what is counted
_LEAST = {"users": 1000, "revenue": 1000, "employees": 2}
#: what is counted, and the word for it in a sign
_COUNTED = {
    "users": ("mau", "monthly users"),
    "revenue": ("revenue", "a year"),
    "employees": ("employees", "employees"),
}


class Hit(NamedTuple):
    """A frame that a unit fills, and where its cues stand: first word and the one after, each."""

    frame: Frame
    unit: Unit
    spans: tuple[tuple[int, int], ...]


def signs_of(text: str, knowledge: Knowledge) -> tuple[Sign, ...]:
    """Find the signs of terms in a text, in the order of their kinds and of their lines.

    Args:
        text: the text of a license that nobody has read.
        knowledge: where the frames are.

    >>> from howopen.knowledge import default
    >>> text = "You may use the Model solely for non-commercial research purposes."
    >>> [sign.kind for sign in signs_of(text, default())]
    ['non-commercial', 'research-only']
    """
    units = Units(text)
    hits = list(_hits(units, _compiled(knowledge)))
    lifted = {hit.frame.kind for hit in hits if hit.frame.lifts}
    found: dict[tuple[Kind, str, str], Sign] = {}
    for hit in hits:
        if hit.frame.kind not in lifted:
            for sign in _signs(hit, units):
                found.setdefault((hit.frame.kind, sign.value, sign.quote), sign)
    by_kind: list[Sign] = []
    for kind in KINDS:
        of_kind = [sign for (its, _, _), sign in found.items() if its == kind]
        of_kind = _distinct(sorted(of_kind, key=lambda sign: sign.lines))
        by_kind.extend(of_kind[: MOST_FIELDS if kind == "field-of-use" else MOST])
    return tuple(by_kind)


def _distinct(signs: list[Sign]) -> list[Sign]:
    """Drop signs that say nothing beyond one before them."""
    told = {sign.lines for sign in signs if sign.value.lower() not in VAGUE}
    found: dict[tuple[str, object], Sign] = {}
    for sign in signs:
        if sign.value.lower() in VAGUE and sign.lines in told:
            continue
        field = sign.kind == "field-of-use"
        found.setdefault((sign.value.lower(), None if field else sign.lines), sign)
    return list(found.values())


#: where a row of cues ends: the last cue's first word, the one after it, and all cues
_End = tuple[int, int, tuple[tuple[int, int], ...]]


class Compiled(NamedTuple):
    """All cues by their first word or its first letters, and the frames."""

    whole: dict[str, list[tuple[str, tuple[str, ...]]]]
    stems: dict[str, list[tuple[str, tuple[str, ...]]]]
    frames: tuple[Frame, ...]
    known: dict[str, list[tuple[str, tuple[str, ...]]]]


#: a length that no phrase has
ABSENT = -(10**6)
#: for so many words it is remembered which phrases they begin
MAX_KNOWN = 20_000
#: so many letters of a stem choose the cues that may begin with it
STEM = 3


@functools.lru_cache(maxsize=8)
def _compiled(knowledge: Knowledge) -> Compiled:
    patterns = patterns_of(knowledge)
    whole: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    stems: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for name, cue in patterns.cues.items():
        for phrase in phrases(cue):
            first = phrase[0]
            table, key = (stems, first[:STEM]) if first.endswith("*") else (whole, first)
            table.setdefault(key, []).append((name, phrase))
    return Compiled(whole, stems, patterns.frame, {})


def _hits(units: Units, compiled: Compiled) -> Iterator[Hit]:
    for unit in units.units:
        places = _places(unit.words, compiled)
        for frame in compiled.frames:
            if not all(cue in places for cue in frame.cues):
                continue
            if any(cue in places for cue in frame.unless):
                continue
            chains = _chains([places[cue] for cue in frame.cues], frame.within, unit.led)
            for spans in chains if frame.cues[-1] == FIELD else chains[:1]:
                yield Hit(frame, unit, spans)


def _places(words: Sequence[Word], compiled: Compiled) -> dict[str, list[tuple[int, int]]]:
    """Find where each cue stands."""
    found: dict[str, list[tuple[int, int]]] = {}
    said = [word.text for word in words]
    known = compiled.known
    for at, word in enumerate(said):
        begun = known.get(word)
        if begun is None:
            begun = _beginning(word, compiled)
        for name, rest in begun:
            stop = at + 1 + (_length(rest, said, at + 1) if rest else 0)
            if stop > at:
                found.setdefault(name, []).append((at, stop))
    for amount in amounts(words):
        found.setdefault("number", []).append((amount.start, amount.stop))
    return found


def _beginning(word: str, compiled: Compiled) -> list[tuple[str, tuple[str, ...]]]:
    """List the phrases that a word begins, without it, and remember them."""
    whole = compiled.whole.get(word, ())
    stems = compiled.stems.get(word[:STEM], ())
    fitting = (*whole, *(one for one in stems if word.startswith(one[1][0][:-1])))
    begun = [(name, phrase[1:]) for name, phrase in fitting]
    if len(compiled.known) < MAX_KNOWN:
        compiled.known[word] = begun
    return begun


def _length(rest: tuple[str, ...], said: Sequence[str], at: int) -> int:
    """Count the words that the rest of a phrase takes; far below zero where it does not stand."""
    for offset, cue in enumerate(rest):
        word = said[at + offset] if at + offset < len(said) else ""
        if cue[0] == "!":
            return offset if word != cue[1:] else ABSENT
        if word != cue and not (cue[-1] == "*" and word and word.startswith(cue[:-1])):
            return ABSENT
    return len(rest)


def _chains(
    places: Sequence[list[tuple[int, int]]], within: int, led: int
) -> list[tuple[tuple[int, int], ...]]:
    """Find the cues in order and near each other; the last must not be in what leads in."""
    ends: list[list[_End]] = []
    for at, spans in enumerate(places):
        row: list[_End] = []
        for start, stop in spans:
            if at == 0:
                row.append((start, stop, ((start, stop),)))
                continue
            before = [one for one in ends[-1] if one[1] <= start <= one[1] + within]
            if before:
                row.append((start, stop, (*before[-1][2], (start, stop))))
        ends.append(row)
    return [one[2] for one in ends[-1] if one[1] > led]


def _signs(hit: Hit, units: Units) -> Iterator[Sign]:
    """Write down what a frame that is filled says."""
    words, led = hit.unit.words, hit.unit.led
    first = max(hit.spans[0][0], led)
    last = max(stop for _, stop in hit.spans) - 1
    lines = (units.line(words[first].start), units.line(words[last].stop - 1))
    plain = Sign(kind=hit.frame.kind, lines=lines, quote=_quote(hit, units))
    if hit.frame.kind == "threshold":
        yield from _thresholds(hit, plain)
        return
    yield _with_value(hit, units, plain)


def _quote(hit: Hit, units: Units) -> str:
    """Quote the unit in the user's own words; what leads it in stands before an ellipsis."""
    words, led = hit.unit.words, hit.unit.led
    first = hit.spans[0][0]
    own = " ".join(units.text[words[led].start : words[-1].stop].split())
    if len(own) > MAX_QUOTE:
        begin = words[max(led, first - 8)].start
        own = _cut(" ".join(units.text[begin : words[-1].stop].split()))
    if first >= led:
        return own
    begin = words[0 if led <= SHORT_LEAD else first].start
    lead = units.text[begin : words[led - 1].stop]
    return f"{_cut(' '.join(lead.split()), MAX_QUOTE // 2)} … {own}"


def _cut(text: str, limit: int = MAX_QUOTE) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def _with_value(hit: Hit, units: Units, sign: Sign) -> Sign:
    """Add the words that a reader looks for: the name to show, the place, the field, the target."""
    words = hit.unit.words
    named = "policy" if "policy" in hit.frame.cues else hit.frame.cues[-1]
    start, stop = hit.spans[hit.frame.cues.index(named)]
    if sign.kind == "naming":
        quoted = next((at for at in range(start, len(words)) if words[at].text == QUOTE), None)
        if quoted is not None:
            rest = units.text[words[quoted].stop :][:80]
            name = re.split(r"[\"”»]", rest, maxsplit=1)[0]
            return _valued(sign, " ".join(name.split()).rstrip(",. "))
    if FIELD in hit.frame.cues:
        start, stop = hit.spans[hit.frame.cues.index(FIELD)]
    if sign.kind == "no-training":
        after = range(stop, min(stop + FAR, len(words)))
        stop = next((at + 1 for at in after if words[at].text.startswith(("model", "llm"))), stop)
    if sign.kind in ("territory", "field-of-use", "no-training", "use-policy"):
        said = units.text[words[start].start : words[stop - 1].stop]
        return _valued(sign, " ".join(said.split()))
    return sign


def _valued(sign: Sign, value: str) -> Sign:
    from msgspec.structs import replace  # noqa: PLC0415

    return replace(sign, value=value)


def _thresholds(hit: Hit, sign: Sign) -> Iterator[Sign]:
    """Read every number of a threshold: what it counts, how much, and when it is tested."""
    from msgspec.structs import replace  # noqa: PLC0415

    words = hit.unit.words
    after = hit.spans[hit.frame.cues.index("more")][1]
    counted = next((cue for cue in hit.frame.cues if cue in _COUNTED), "users")
    amount = next((one for one in amounts(words) if one.start >= after), None)
    if amount is None or amount.start - after > FAR:
        return
    if amount.value < _LEAST[counted] or (amount.money and counted != "revenue"):
        return
    said = [word.text for word in words]
    tested = "at-release" if _at_release(said) else "running"
    counts, unit = _COUNTED[counted]
    near = said[max(0, amount.start - 12) : amount.stop + 12]
    if counts == "revenue":
        unit = f"{amount.money or 'of revenue'} a {'month' if 'monthly' in near else 'year'}"
    when = "at release" if tested == "at-release" else "running"
    yield replace(
        sign,
        value=f"{amount.value:,} {unit}, {when}",
        counts="monthly-revenue" if "a month" in unit else counts,
        amount=amount.value,
        tested=tested,
    )


def _at_release(words: Sequence[str]) -> bool:
    """Tell whether a test is made once: on or as of the date of a release or version."""
    said = " ".join(words)
    return bool(re.search(r"\b(?:release|effective|launch|publication) date\b", said))
