"""Rules of ODRL for answers: a yes is a permission with its duties, a no is a prohibition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from howopen.answer import Answer, Citation, Condition, Depth, Duty, Reason, Risk
from howopen.knowledge.odrl import Odrl, Term, bare, odrl_of
from howopen.reports.odrl_asking import Asker, constraints
from howopen.reports.odrl_constraints import Node, during, in_words, told

#: What must be so for a yes that rests on what nobody has read, by the risk that says so.
UNREAD = {
    "coarse": "its terms were read clause by clause, and allow it",
    "signs": "its terms were read clause by clause, and say no more than patterns found in them",
    "unread-policy": "the text that its terms take in, and that was not read, allows it",
}


def permission(answer: Answer, target: str, asker: Asker) -> Node:
    """Write a yes: its conditions become constraints, its duties duties.

    A yes that rests on a text nobody has read gets one more constraint that says so, for no
    processor shall take it for a plain yes.
    """
    odrl = odrl_of(asker.knowledge)
    unread = dict.fromkeys(UNREAD[risk.id] for risk in answer.risks if risk.id in UNREAD)
    if answer.reading is Depth.COARSE and not unread:
        unread = {UNREAD["coarse"]: None}
    limits = [*told(asker.who, odrl), *constraints(answer, asker)]
    limits += [in_words(text, odrl) for text in unread]
    owed = [_duty(duty, odrl) for duty in answer.duties if not _term(duty, odrl).after]
    return _rule("Permission", answer, target, odrl) | {
        **({"constraint": limits} if limits else {}),
        **({"duty": owed} if owed else {}),
        **_texts("howopen:condition", (one.text for one in answer.conditions)),
        **_texts("howopen:risk", (one.text for one in answer.risks)),
    }


def prohibition(answer: Answer, target: str, asker: Asker) -> Node:
    """Write a no; it holds for whatever was not said."""
    odrl = odrl_of(asker.knowledge)
    limits = told(asker.who, odrl)
    return _rule("Prohibition", answer, target, odrl) | ({"constraint": limits} if limits else {})


def obligations(answer: Answer, target: str, asker: Asker) -> Iterator[Node]:
    """Write the duties of a yes that are owed when no permission is left."""
    odrl = odrl_of(asker.knowledge)
    for duty in answer.duties:
        after = _term(duty, odrl).after
        if after:
            limit = during(after, odrl, "gt")
            yield _duty(duty, odrl) | {"target": target, "constraint": [limit]}


def review(target: str) -> Node:
    """Oblige to a review by a person, where no answer is a yes or a no."""
    return {"@type": "Duty", "action": "reviewPolicy", "target": target}


def unclear(answer: Answer, target: str, asker: Asker) -> Node:
    """List what is neither permitted nor prohibited, why, and what would settle it."""
    odrl = odrl_of(asker.knowledge)
    return {
        "howopen:question": {"@id": odrl.actions[answer.action].term},
        "howopen:about": {"@id": target},
        "rdfs:comment": answer.headline,
        **_refs(cited_in(answer.reasons)),
        **_texts("howopen:condition", (one.text for one in answer.conditions)),
        **_texts("howopen:settles", answer.settles),
    }


def cited_in(reasons: Iterable[Reason]) -> Iterator[Citation]:
    """Yield all citations of a proof tree."""
    for reason in reasons:
        yield from reason.citations
        yield from cited_in(reason.because)


def all_cited(answer: Answer) -> Iterator[Citation]:
    """Yield every citation of an answer: of its reasons, conditions, duties and risks."""
    yield from cited_in(answer.reasons)
    held: tuple[Condition | Duty | Risk, ...] = (
        *answer.conditions,
        *answer.duties,
        *answer.risks,
    )
    for one in held:
        yield from one.citations


def _rule(kind: str, answer: Answer, target: str, odrl: Odrl) -> Node:
    return {
        "@type": kind,
        "action": bare(odrl.actions[answer.action].term),
        "target": target,
        "rdfs:comment": answer.headline,
        "howopen:reading": str(answer.reading),
        **_refs(cited_in(answer.reasons)),
    }


def _duty(duty: Duty, odrl: Odrl) -> Node:
    """Write a duty; one that the text leaves open is written too, and marked."""
    node: Node = {
        "@type": "Duty",
        "action": bare(_term(duty, odrl).term),
        "rdfs:comment": duty.text,
        **_refs(duty.citations),
    }
    if duty.trigger != "always":
        node["constraint"] = [during(duty.trigger, odrl)]
    return node if duty.certain else node | {"howopen:certain": False}


def _term(duty: Duty, odrl: Odrl) -> Term:
    return odrl.duties[duty.id]


def _refs(cited: Iterable[Citation]) -> Node:
    return _texts("howopen:clause", (one.ref for one in cited))


def _texts(name: str, texts: Iterable[str]) -> Node:
    found = list(dict.fromkeys(texts))
    return {name: found} if found else {}
