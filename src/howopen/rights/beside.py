"""What is worth saying beside a verdict: what stays away, what becomes of it, what takes it in."""

from __future__ import annotations

from typing import NamedTuple

from howopen.answer import Circumstances, Reason
from howopen.knowledge.actions import Action
from howopen.knowledge.licenses import Owns, Reaches
from howopen.rights.cite import citation, cite, clause_of, incorporating
from howopen.rights.compile import Origin, Text
from howopen.rights.decision import Decision, Ground
from howopen.rights.words import Words


class Scene(NamedTuple):
    """What a decision is explained with: where texts were read, what was asked, and by whom."""

    origins: dict[str, Origin]
    about: Action
    who: Circumstances
    words: Words


def beside(decision: Decision, scene: Scene) -> list[Reason]:
    """Say which prohibitions stay away, who owns outputs, and what comes of training."""
    found = [_spared(ground, scene.origins) for ground in decision.spared]
    for ground in decision.grounds:
        origin = scene.origins.get(ground.label)
        for text in list(origin.texts.values())[:1] if origin else ():
            found.extend(_outcome(text, clause, origin) for clause in _telling(text, scene))
    return found


def _spared(ground: Ground, origins: dict[str, Origin]) -> Reason:
    known, cited = clause_of(ground, origins), citation(ground, origins)
    if known is None:
        return Reason(text="another prohibition does not stand in the way")
    license_, clause = known
    text = f"clause {clause.ref} of {license_.name} does not stand in the way: {clause.says}"
    return Reason(text=text, citations=(cited,) if cited else ())


def _telling(text: Text, scene: Scene) -> list[Owns | Reaches]:
    """List the clauses that say what becomes of outputs and of what is made."""
    kind = scene.words.makes.get(scene.about.needs[0])
    return [
        clause
        for clause in text.license.clause
        if (isinstance(clause, Owns) and clause.outputs and "use-outputs" in scene.about.needs)
        or (isinstance(clause, Owns) and clause.derivatives and "relicense" in scene.about.needs)
        or (isinstance(clause, Reaches) and kind in clause.kinds)
    ]


def _outcome(text: Text, clause: Owns | Reaches, origin: Origin | None) -> Reason:
    via = origin.via if origin else ""
    return Reason(
        text=f"clause {clause.ref} of {text.license.name} says of the result: {clause.says}",
        citations=(cite(text, clause, via),),
    )


def taken_in(ground: Ground, origins: dict[str, Origin]) -> tuple[Reason, ...]:
    """Say by which clause a license takes in the policy that a ground stands in."""
    cited = incorporating(ground, origins)
    if cited is None:
        return ()
    main = next(iter(origins[ground.label].texts.values())).license
    text = f"{main.name} takes this policy in by clause {cited.clause}"
    return (Reason(text=text, citations=(cited,)),)
