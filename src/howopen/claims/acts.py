"""What a sentence says was given to the public: weights, code, data, by its verbs and their lists.

"We release the training code and all checkpoints", "Code and data are now available", "[x] Upload
the 7B model": a verb of giving, and the things of a list before or after it. Which words are verbs
and things stands in `knowledge/acts.toml`; whether the sentence means it - no denial, no plan, no
other's release - is for `match` to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from howopen.claims.acts_chinese import CHINESE, given
from howopen.claims.lists import things
from howopen.knowledge.acts import Lexicon


class Act(NamedTuple):
    """A thing that a sentence says was given.

    Attributes:
        thing: `weights`, `code`, `data`, `project`, or `name` for a thing of which only the name is
            said.
        opened: whether the verb is "open source".
        own: whether the sentence says by itself that its speaker gave it.
        start, end: where verb and thing stand.
    """

    thing: str
    opened: bool
    own: bool
    start: int
    end: int


def acts(text: str, words: Lexicon) -> Iterator[Act]:
    """Find what a sentence says was given.

    Args:
        text: the sentence, with THIS for the release's names and `NEWS: ` for a date.
        words: the lexicon.
    """
    bare = _BRACKETS.sub(_blank, text)
    bare = _RELATIVE.sub(_blank, bare)
    for active in words.active.finditer(bare):
        stop = words.stop.search(bare, active.end(), active.end() + REACH)
        end = stop.start() if stop else min(len(bare), active.end() + REACH)
        offers = _GIVES.search(active.group()) is None
        for thing, at in things(bare, active.end(), end, words, whole=bool(active["had"])):
            if thing != "name" or not offers or _THIS.search(bare, active.end(), at):
                own = not active["loose"]
                yield Act(thing, _opens(active.group()), own, active.start(), at)
    for made in words.made.finditer(bare):
        start, end = made.span("what")
        if made["what"].lower() in {"it", "them"}:
            start, end = 0, made.start()
        for thing, _ in things(bare, start, end, words):
            yield Act(thing, False, made["who"] is not None, made.start(), made.end())
    for passive in words.passive.finditer(bare):
        stops = list(words.stop.finditer(bare, 0, passive.start()))
        if stops and stops[-1].group().lower() in _ASKED:
            continue
        start = max(stops[-1].end() if stops else 0, passive.start() - REACH)
        yield from _stated(bare, start, passive.start(), passive, words)
    if CHINESE.search(bare):
        for one in given(bare, words.chinese):
            yield Act(one.thing, one.opened, True, one.start, one.end)
    yield from _news(bare, words)


def _news(text: str, words: Lexicon) -> Iterator[Act]:
    """Read news without a verb before its things: ticked items, and what was `released!`."""
    ticked = words.ticked.match(text)
    news = ticked or words.bare.match(text)
    if news is None or words.stop.search(news["what"]) or (ticked and _WORK.match(news["what"])):
        return
    bare_noun = len(news["what"].split()) <= MOST_WORDS
    for act in _stated(text, news.start("what"), news.end("what"), news, words):
        owned = ticked is not None and (act.thing in {"weights", "code"} or bare_noun)
        yield act._replace(own=act.own or owned)


#: what is ticked off is nothing but a noun in so few words
MOST_WORDS = 4

#: what is ticked off is work and no gift: `Training the model`; or said with its verb
_WORK = re.compile(r"\w+ing (?:the|an?|our|on|with|to)\b|open[- ]?sourc", re.IGNORECASE)

#: before what is asked or supposed: `see which models are available`
_ASKED = frozenset({"which", "if", "when"})

#: what stands in brackets is an aside
_BRACKETS = re.compile(r"[(（\[](?!x\])[^()（）\[\]]{0,120}[)）\]]")

#: `that can speak` before the verb of the sentence
_RELATIVE = re.compile(
    r"\b(?:we|I) (?:have )?(?:\w+ly )?"
    r"(?:us|train|integrat|creat|collect|generat|develop|fine-?tun|curat|construct|annotat|produc)"
    r"(?:e|ed)?(?: \w+){0,3}?(?= (?:is|are|has been|have been|can be)\b)"
    r"|(?<=\b(?:code|data) )we (?:provide|release|share|offer)d?(?= (?:\w+ly )?\w+s\b)"
    r"|, which [^,.;]{1,80},|\b(?:that|which) [^,.;]{1,80}(?=, (?:is|are|was|were|ha[sv]e?)\b)"
)


def _blank(match: re.Match[str]) -> str:
    """Write spaces for what a match found, so that all else keeps its place."""
    return " " * len(match.group())


#: how far a list of things may reach
REACH = 240


def _stated(text: str, start: int, end: int, found: re.Match[str], words: Lexicon) -> Iterator[Act]:
    """Read the list before a state: `code and weights are available`."""
    news = text.startswith("NEWS: ") or text[found.end() : found.end() + 1] == "!"
    for thing, at in things(text, start, end, words, whole=not news):
        if thing != "name" or news or _THIS.search(text, start, end):
            definite = words.definite.match(text, start, end) is not None
            own = thing in {"weights", "code"} and definite
            yield Act(thing, _opens(found["state"]), own, min(at, end), found.end())


#: verbs that give by themselves
_GIVES = re.compile(r"releas|publish|shar|sou?rc|upload|launch|unveil|open", re.IGNORECASE)

#: the release's own name
_THIS = re.compile(r"\bTHIS\b")


def _opens(verb: str) -> bool:
    """Tell whether a verb is "open source", however misspelled."""
    return _OPEN.search(verb) is not None


_OPEN = re.compile(r"open[- ]?so[\w-]*(?: of)?\W*$", re.IGNORECASE)
