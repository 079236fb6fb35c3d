"""What definitions ask that files cannot show (`questions.toml`), typed.

A user or a manifest answers a question by its id; what nobody answers stays unclear.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.predicates import Question


class RawQuestions(Data, frozen=True, kw_only=True):
    """The file `questions.toml`."""

    source: str
    read: dt.date
    questions: dict[str, Question]


@functools.lru_cache(maxsize=8)
def questions_of(knowledge: Knowledge) -> Mapping[str, Question]:
    """Read the questions of all roots; a user's folders add to ours.

    Raises:
        KnowledgeError: names file and key.
    """
    tables = knowledge.tables("questions.toml", RawQuestions)
    found: dict[str, Question] = {}
    for table in reversed(tables):
        found |= table.questions
    return found
