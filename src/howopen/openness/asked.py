"""What a user or a manifest answers to what files cannot show.

An answer is to a question (`monetised`), or to a criterion (`osaid-1.0#training-code`). It settles
what the files leave unclear; where they decide, they do, and the answer is only shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from howopen.answer import Reason, Truth
from howopen.errors import HowopenError, QuestionError, unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.definitions import (
    Definition,
    all_questions,
    definition_ids,
    definition_of,
)
from howopen.release import Evidence, How, Noun, Release

#: what an answer may be, and how much of a criterion it says is met
SHARES = {"yes": 1.0, "open": 1.0, "partial": 0.5, "partly": 0.5, "no": 0.0, "closed": 0.0}

#: the key of the declarations by which a manifest answers; the question's id follows it
DECLARED = "answer:"

#: the question whether what was not found does not exist
COMPLETE = "nothing-else-published"


class Reply(Noun, frozen=True, kw_only=True):
    """An answer to a question or a criterion.

    Attributes:
        to: the id of the question, or `DEFINITION#CRITERION`.
        share: how much of it is met: 1 for yes or open, 0.5 for partial, 0 for no or closed.
        said: the word that was given.
        evidence: who said it and where.
    """

    to: str
    share: float
    said: str
    evidence: Evidence

    @property
    def truth(self) -> Truth:
        """Yes only where all of it is met."""
        return Truth.YES if self.share == 1 else Truth.NO

    @property
    def reason(self) -> Reason:
        """Say who answered what."""
        who = "the manifest" if self.evidence.how is How.MANIFEST else "you"
        return Reason(text=f"{who} answered {self.to}: {self.said}", evidence=(self.evidence,))


def replies_of(
    release: Release, given: Mapping[str, str] | None, knowledge: Knowledge
) -> dict[str, Reply]:
    """Collect the answers of a manifest, and those given, which come first.

    What a manifest answers that nobody asks is no error here: the inventory reports it.

    Raises:
        UnknownTermError: for a given answer to an unknown question or criterion, with near ones.
        QuestionError: for a given answer that is no word for one.
    """
    found: dict[str, Reply] = {}
    for item in release.declarations:
        name = item.key.removeprefix(DECLARED)
        if name != item.key:
            reply = _reply(name, item.value, item.evidence)
            found |= {reply.to: reply} if reply else {}
    for name, said in (given or {}).items():
        problem = problem_of(name, said, knowledge)
        if problem is not None:
            raise problem
        evidence = Evidence(how=How.USER, source="your answer", quote=f"{name}: {said}")
        reply = _reply(name, said, evidence)
        if reply is not None:
            found[name] = reply
    return found


def _reply(name: str, said: str, evidence: Evidence) -> Reply | None:
    share = SHARES.get(said.strip().lower())
    return None if share is None else Reply(to=name, share=share, said=said, evidence=evidence)


def problem_of(name: str, said: str, knowledge: Knowledge) -> HowopenError | None:
    """Tell what is wrong with an answer: nobody asks it, or it is no word for one."""
    ident, hash_, criterion = name.partition("#")
    if hash_ and ident not in definition_ids(knowledge):
        return unknown_term("definition", ident, definition_ids(knowledge))
    asked = definition_of(knowledge, ident).rules if hash_ else ()
    known = [rule.id for rule in asked] if hash_ else list(all_questions(knowledge))
    if (criterion or name) not in known:
        what = f"criterion of {ident}" if hash_ else "question"
        return unknown_term(what, criterion or name, known)
    if said.strip().lower() not in SHARES:
        words = ", ".join(SHARES)
        return QuestionError(f"the answer to {name} is {said[:60]!r}", hint=f"known: {words}")
    return None


def answered(definition: Definition, criterion: str, replies: Mapping[str, Reply]) -> Reply | None:
    """Return the answer to a criterion of a definition, if there is one."""
    return replies.get(f"{definition.id}#{criterion}")
