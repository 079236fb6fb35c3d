"""The frames of cue words by which an unknown license is read coarsely (`patterns.toml`), typed.

A cue is a group of words or phrases (`*` ends a stem; `!not` at the end means that no `not`
follows); a frame is a row of cues that stand in one sentence in that order, each within some words
of the last. Bare words prove nothing.
"""

from __future__ import annotations

from typing import Literal, get_args

from howopen.errors import KnowledgeError, unknown_term
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge

#: What a frame is a sign of.
Kind = Literal[
    "non-commercial",
    "research-only",
    "threshold",
    "no-training",
    "field-of-use",
    "territory",
    "share-alike",
    "naming",
    "pass-on",
    "use-policy",
    "update",
    "termination",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Frame(Data, frozen=True, kw_only=True):
    """A row of cues.

    Attributes:
        kind: what it is a sign of.
        cues: names of cues, in the order in which they stand.
        within: the most words between one and the next.
        unless: cues that must not stand in the sentence.
        lifts: the frame shows that the text is not of this kind, whatever other frames say.
    """

    kind: Kind
    cues: tuple[str, ...]
    within: int = 10
    unless: tuple[str, ...] = ()
    lifts: bool = False


class Patterns(Data, frozen=True, kw_only=True):
    """The file `patterns.toml`.

    Attributes:
        titles: each kind in words for readers.
        means: what a sign of each kind says of a text, in one sentence.
        fields: ids of fields of `actions.toml`, split at spaces, by how the words for them begin.
        cues: words and phrases by the name of the cue, one a line or split at `|`.
        frame: the frames.
    """

    titles: dict[Kind, str]
    means: dict[Kind, str]
    fields: dict[str, str]
    cues: dict[str, str]
    frame: tuple[Frame, ...]


def patterns_of(knowledge: Knowledge) -> Patterns:
    """Read the frames.

    Raises:
        KnowledgeError: names a frame with a cue that is none.
    """
    found = knowledge.table("patterns.toml", Patterns)
    for frame in found.frame:
        for cue in (*frame.cues, *frame.unless):
            if cue not in found.cues:
                error = unknown_term("cue", cue, found.cues)
                path = str(knowledge.find("patterns.toml"))
                raise KnowledgeError(f"frame: {error.message}", path=path, hint=error.hint)
    return found


def phrases(cue: str) -> tuple[tuple[str, ...], ...]:
    """Split a cue into phrases of words.

    >>> phrases("may not | shall not")
    (('may', 'not'), ('shall', 'not'))
    """
    return tuple(tuple(one.split()) for one in cue.split("|") if one.strip())
