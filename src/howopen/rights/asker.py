"""Who asks: every circumstance checked against the vocabulary, and against the others."""

from __future__ import annotations

from msgspec.structs import replace

from howopen.answer import Circumstances
from howopen.errors import QuestionError, unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.actions import Contradiction, actions_of
from howopen.rights.facets import guarded
from howopen.rights.words import Words, words_of


def checked(who: Circumstances, action: str, knowledge: Knowledge) -> Circumstances:
    """Check every circumstance and fill in what the question implies.

    Who asks what they may do is a licensee unless they say that they are an end user.

    Args:
        who: as asked.
        action: id of the action.
        knowledge: the vocabulary.

    Raises:
        UnknownTermError: for a value outside a closed vocabulary; near ones are in the hint.
        QuestionError: for circumstances that cannot be so together, with what to say instead.
    """
    words = words_of(knowledge)
    for name in ("purpose", "org", "role", "target", "kind"):
        value = getattr(who, name)
        if value is not None and value not in words.domains[name]:
            raise unknown_term(name, value, words.domains[name])
    if who.field is not None and who.field not in words.fields:
        raise unknown_term("field", who.field, words.fields)
    vocabulary = actions_of(knowledge)
    modalities = vocabulary.circumstances["modality"]
    if who.modality is not None and who.modality not in modalities:
        raise unknown_term("modality", who.modality, modalities)
    against = contradiction(who, "", knowledge)
    if against is not None:
        raise refusal(against)
    return replace(
        who,
        role=who.role or "licensee",
        kind=who.kind or words.makes.get(action),
        based_in=_code(who.based_in, words),
        used_in=_code(who.used_in, words),
    )


def contradiction(who: Circumstances, action: str, knowledge: Knowledge) -> Contradiction | None:
    """Find what cannot be so together; what was not said excludes nothing.

    Args:
        who: as asked.
        action: what cannot be so of who does this; empty for what can never be so.
        knowledge: the vocabulary.
    """
    words = words_of(knowledge)
    for one in actions_of(knowledge).contradictions:
        concerned = action in one.actions if action else not one.actions
        if concerned and guarded(one.when, who, words) is True:
            return one
    return None


def refusal(against: Contradiction) -> QuestionError:
    """Say why a question is refused, and what to ask instead."""
    return QuestionError(f"this cannot be so together: {against.why}", hint=against.hint)


def _code(place: str | None, words: Words) -> str | None:
    if place is None:
        return None
    code = place.strip().upper()
    code = words.aliases.get(code, code)
    if code in words.areas or code in words.countries:
        return code
    known = [*words.areas, *words.countries]
    raise unknown_term("country (ISO 3166 code, two letters)", place, known)
