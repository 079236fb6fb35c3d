"""Sentences -> claims, before anyone judges them.

The release's own names are read as THIS, so that one set of patterns serves all releases. What is
no claim - a negation, a question, a quotation, a comparison, a claim about other things - is left
out: a false alarm is worse than a miss.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from howopen.claims.acts import acts
from howopen.claims.match import Hit, matches
from howopen.claims.names import first_word, pattern_of, title_names
from howopen.formats.markdown import Sentence, sentences
from howopen.knowledge import Knowledge
from howopen.knowledge.acts import lexicon
from howopen.knowledge.claims import ClaimsTable, claims_table, finder, guards
from howopen.release import Noun

#: Longer sentences are no sentences: tables, lists of links, texts without full stops.
MAX_CHARS = 700

#: Of a document, so much is searched, and so many sentences with words of claims in them.
MAX_BODY = 500_000
MAX_SENTENCES = 1_000


class Found(Noun, frozen=True, kw_only=True):
    """A claim as found.

    Attributes:
        kind: id of `knowledge/claims.toml`.
        quote: the sentence.
        lines: where it stands.
        name: the license or model it names.
        what: the thing it speaks of, where the pattern says.
        words: the words that make the claim.
        called: the name of a thing that is none of the release's, where the claim is about that.
        path: the document it stands in.
        variant: the variant that the document it stands in belongs to.
    """

    kind: str
    quote: str
    lines: tuple[int, int]
    name: str = ""
    what: str = ""
    words: str = ""
    called: str = ""
    path: str = ""
    variant: str | None = None


def find(
    body: str, first_line: int, names: Iterable[str], knowledge: Knowledge
) -> tuple[Found, ...]:
    """Find the claims in prose.

    Args:
        body: the prose.
        first_line: the line of the file on which it starts.
        names: names by which the text may call the release.
        knowledge: the kinds of claims.
    """
    body = body[:MAX_BODY]
    lowered = body.lower()
    table = claims_table(knowledge)
    likely = tuple(
        kind for kind, info in table.kinds.items() if any(word in lowered for word in info.needs)
    )
    if not likely:
        return ()
    said = (name for name in {*names, *title_names(body)} if first_word(name) in lowered)
    own = pattern_of(tuple(sorted(said)))
    found: list[Found] = []
    chosen = _candidates(_own_words(sentences(body, first_line), own), likely, table)
    for sentence, kinds in itertools.islice(chosen, MAX_SENTENCES):
        found.extend(_of(sentence, kinds, own, knowledge))
    return tuple(_without_lesser(found))


#: a block quote that begins so is a way to set it off, not someone's words
_CALLOUT = re.compile(
    r"\W*(?:\[\d+\]|(?:[Tt]he )?THIS\b|(?:We|Our|Models|Model weights|Weights|Checkpoints)\b"
    r"|!?(?i:important|note|notice|tip|warning|caution|licen[sc]e)\b(?:[:\]*]|$))"
)


def _own_words(spoken: Iterable[Sentence], own: re.Pattern[str] | None) -> Iterator[Sentence]:
    """Leave out block quotes, save those that begin with the release's name: they set it off."""
    last, called = -1, False
    for one in spoken:
        if one.quoted:
            follows = called and one.lines[0] <= last + 1
            called = follows or _CALLOUT.match(_read(one.text, own)) is not None
            last = one.lines[1]
        if called or not one.quoted:
            yield one


def _read(text: str, own: re.Pattern[str] | None) -> str:
    """Write THIS for the release's own names."""
    return own.sub("THIS", text) if own else text


#: how an item of a list begins that is still to be done
UNTICKED = "[ ]"

#: a row of two cells
_ROW = re.compile(r"([^|]{1,60}) \| ([^|]{1,200})$")


def _candidates(
    spoken: Iterable[Sentence], likely: tuple[str, ...], table: ClaimsTable
) -> Iterator[tuple[Sentence, list[str]]]:
    """Choose the sentences that have words of claims, with the kinds that they may be."""
    for sentence in spoken:
        text = sentence.text
        if (
            sentence.code
            or len(text) > MAX_CHARS
            or (sentence.kind == "row" and not _ROW.match(text))
            or text.startswith(UNTICKED)
        ):
            continue
        lowered = text.lower()
        kinds = [one for one in likely if any(word in lowered for word in table.kinds[one].needs)]
        if kinds:
            yield sentence, kinds


#: a section whose items are news, dated or not
_SIGNS = re.compile(r"^[^\w\[(]+")
_NEWS = re.compile(r"\b(?:news|updates?|what[’']?s new|change ?log)\b", re.IGNORECASE)

#: what a maker says of its own, even where others are thanked
_OURS = re.compile(r"Our (?:[\w-]+ ){0,3}?(?:models?|weights|LLM|checkpoints?)\b")


def _of(
    sentence: Sentence, kinds: list[str], own: re.Pattern[str] | None, knowledge: Knowledge
) -> Iterator[Found]:
    text = sentence.text
    checks = guards(knowledge)
    if checks["question"].search(text):
        return
    if checks["elsewhere"].search(sentence.section) and not _OURS.match(text):
        return
    read = checks["aside"].sub("", _read(text, own), count=1)
    read = checks["dated"].sub("NEWS: ", read, count=1)
    if sentence.kind == "item" and _NEWS.search(sentence.section) and not read.startswith("NEWS"):
        read = "NEWS: " + _SIGNS.sub("", read)
    row = _ROW.match(read) if sentence.kind == "row" else None
    done = tuple(acts(read, lexicon(knowledge))) if not row else ()
    for kind in kinds:
        looked = finder(knowledge, kind)
        if sentence.kind == "row" and not row:
            continue
        if row and not (looked.rows and looked.rows.match(row.group(1))):
            continue
        told = f"{row.group(1)}: {row.group(2)}" if row else read
        for hit in matches(looked, told, sentence.section, checks, done):
            yield Found(
                kind=kind,
                quote=text,
                lines=sentence.lines,
                name=_named(hit, text, own).strip(" .,"),
                what=hit.what,
                words=hit.words,
                called=_called(hit),
            )


#: `our open source model, Chandra`: the name that says which model is meant, no name of a license
_APPOSED = re.compile(
    r"(?:,| called| named|, called|, named) (?-i:(?!THIS\b)(?P<name>[A-Z][\w.+-]*[a-z\d]))"
    r"(?=[.,;!—–]| [—–-] |$)(?!,? (?:and|or) )"
)
#: `Chandra, our open source model`
_BEFORE = re.compile(
    r"(?<=\w )(?!THIS\b)(?P<name>[A-Z][\w.+-]*[a-z\d]), (?:our |an? |the )?(?:[\w-]+ ){0,2}$"
)
_THING = re.compile(r"(?:models?|LLM|network|checkpoint|weights|system)$", re.IGNORECASE)


def _called(hit: Hit) -> str:
    """Return the name right after a claim about a model, where the release has no such name."""
    if _THING.search(hit.words) is None:
        return ""
    apposed = _APPOSED.match(hit.text, hit.end) or _BEFORE.search(hit.text[: hit.start])
    return apposed["name"] if apposed else ""


def _named(hit: Hit, text: str, own: re.Pattern[str] | None) -> str:
    """Return the name in a hit, spelled as in the text where it is the release's own."""
    if hit.name is None:
        return ""
    name = hit.text[slice(*hit.name)]
    if own is None or "THIS" not in name:
        return name
    before = hit.text[: hit.name[0]].count("THIS")
    spelled = itertools.islice(own.finditer(text), before, None)
    return re.sub("THIS", lambda own_name: next(spelled, own_name).group(), name)


def _without_lesser(found: list[Found]) -> Iterator[Found]:
    """Drop `open-source` where the same sentence says `fully-open`."""
    whole = {(item.lines, item.quote) for item in found if item.kind == "fully-open"}
    for item in found:
        if item.kind != "open-source" or (item.lines, item.quote) not in whole:
            yield item
