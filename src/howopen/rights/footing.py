"""On what the terms behind an answer can bind, and where that is unsettled (row M22).

It never changes a truth: a disputed footing is not void, and a no is not firm because it is a no.
"""

from __future__ import annotations

from collections.abc import Iterator

from howopen.knowledge import Knowledge
from howopen.knowledge.footing import Footings, Ground, footings_of
from howopen.knowledge.licenses import License
from howopen.rights.compile import Compiled, Origin
from howopen.rights.words import Words

#: actions on what a model produces, which needs another footing than the model
ON_OUTPUTS = frozenset(("use-outputs", "train-on-outputs", "distil"))

#: what a text that nobody has read by clause may stand on
_PLAUSIBLE = ("copyright", "contract")


def footing(
    compiled: Compiled, component: str, action: str, words: Words, knowledge: Knowledge
) -> tuple[str, ...]:
    """Say for each text on what it can bind here, in the order the texts bind.

    Args:
        compiled: the terms.
        component: what they are on.
        action: what was asked; outputs stand on other ground than the model.
        words: the vocabulary of components.
        knowledge: what is known of footings.
    """
    known = footings_of(knowledge)
    thing = _thing(component, action, words)
    found = [line for origin in compiled.origins.values() for line in _lines(origin, thing, known)]
    return tuple(dict.fromkeys(found))


def _thing(component: str, action: str, words: Words) -> str:
    if action in ON_OUTPUTS:
        return "outputs"
    return next((name for name, of in words.scopes.items() if component in of), "weights")


def _lines(origin: Origin, thing: str, known: Footings) -> Iterator[str]:
    if origin.reading is None:
        ground: Ground = getattr(known.by_id["copyright"], thing)
        yield f"without terms only copyright can forbid it ({ground.settled}): {ground.says}"
        return
    for text in list(origin.texts.values())[:1]:
        if text.license.depth != "coarse":
            yield from _stated(text.license, thing, known)
            return
    name = origin.reading.name or origin.reading.license or "a text"
    for one in _PLAUSIBLE:
        ground = getattr(known.by_id[one], thing)
        title = known.by_id[one].title
        yield f"{name} was not read; it may stand on {title} ({ground.settled}): {ground.says}"


def _stated(license_: License, thing: str, known: Footings) -> Iterator[str]:
    for one in license_.footing:
        about = known.by_id.get(one)
        if about is None:
            yield f"{license_.name} stands on {one}"
            continue
        ground: Ground = getattr(about, thing)
        said = f"{license_.name} stands on {about.title} ({ground.settled}): {ground.says}"
        if one == "contract":
            said += f"; {known.acceptance.get(license_.acceptance, license_.acceptance)}"
        yield said
