"""What a Chinese sentence says was given: the last noun of each piece of a list is the thing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from howopen.knowledge.acts import ChineseLexicon


class Given(NamedTuple):
    """A thing, whether it is said to be open source, and where that stands."""

    thing: str
    opened: bool
    start: int
    end: int


CHINESE = re.compile(r"[\u4e00-\u9fff]")

#: the verbs of a phrase: "released and open-sourced" says both
_SAID = re.compile("开源|发布|公开|上传|开放|推出|提供|放出|上线|分享|同步")

#: where a clause ends
_CLAUSE = re.compile("[，。；！？,!?]")


def given(text: str, words: ChineseLexicon) -> Iterator[Given]:
    """Find what a sentence says was given.

    Args:
        text: the sentence, with THIS for the release's names and `NEWS: ` for a date.
        words: the lexicon.
    """
    for found in itertools.chain.from_iterable(form.finditer(text) for form in words.forms):
        before = _CLAUSE.split(text[: found.start("verb")])[-1]
        if words.unless.search(before) or words.telling.search(found["what"]):
            continue
        said = {verb == "开源" for verb in _SAID.findall(found.group())}
        for piece in words.split.split(found["what"]):
            things = [one.lastgroup for one in words.thing.finditer(piece)]
            thing = things[-1] if things else None
            if thing is not None and thing != "other":
                yield from (Given(thing, opened, *found.span()) for opened in sorted(said))
