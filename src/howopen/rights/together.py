"""One answer for several models that are under different terms: what all of them agree on."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from msgspec.structs import replace

from howopen.answer import Answer, Condition, Duty, Reason, Truth
from howopen.release import Part

T = TypeVar("T", Condition, Duty)

#: more names than this are counted
MAX_NAMES = 6


def together(groups: tuple[tuple[Part, ...], ...], answers: list[Answer]) -> Answer:
    """Answer for several groups of models at once: what all agree on, else unclear naming them.

    Args:
        groups: the parts of the models, those under the same terms together.
        answers: the answer for each group.
    """
    labels = _labels(groups)
    named = [(_listed(names), one) for names, one in zip(labels, answers, strict=True)]
    first = answers[0]
    joined = replace(
        first,
        variant=None,
        conditions=_whose([(name, one.conditions) for name, one in named]),
        duties=_whose([(name, one.duties) for name, one in named]),
        risks=tuple(dict.fromkeys(risk for one in answers for risk in one.risks)),
        reasons=tuple(
            Reason(text=f"{name}: {one.headline}", because=one.reasons) for name, one in named
        ),
        footing=tuple(dict.fromkeys(line for one in answers for line in one.footing)),
        settles=tuple(dict.fromkeys(line for one in answers for line in one.settles)),
        reading=max((one.reading for one in answers), key=lambda depth: depth == "coarse"),
    )
    if len({one.truth for one in answers}) == 1:
        number = sum(map(len, groups))
        told = f"{first.truth.capitalize()} for each of {number} models; {named[0][0]}: "
        return replace(joined, headline=told + first.headline)
    told = _told([(names, one.truth) for names, one in zip(labels, answers, strict=True)])
    return replace(
        joined,
        truth=Truth.UNCLEAR,
        headline=f"Unclear: the models of this release differ ({told})",
        settles=("which model is meant: name the variant", *joined.settles),
    )


def _labels(groups: tuple[tuple[Part, ...], ...]) -> list[list[str]]:
    """Name the models of each group; what belongs to no named model is called other."""
    seen = Counter(
        part.variant for group in groups for part in {p.variant: p for p in group}.values()
    )
    return [list(dict.fromkeys(_label(part, seen) for part in group)) for group in groups]


def _label(part: Part, seen: Counter[str | None]) -> str:
    if part.variant is not None:
        return part.variant if seen[part.variant] == 1 else part.id
    if part.name:
        return part.name
    return f"other {part.component}".replace("-", " ") if len(seen) > 1 else part.id


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


def _told(labels: list[tuple[list[str], Truth]]) -> str:
    """Say for which models the answer is which, in the order they came."""
    found: dict[Truth, list[str]] = {}
    for names, truth in labels:
        found.setdefault(truth, []).extend(names)
    return "; ".join(f"{truth} for {_listed(names)}" for truth, names in found.items())


def _whose(held: list[tuple[str, tuple[T, ...]]]) -> tuple[T, ...]:
    """Join what is held of each group; what not all of them have names whose it is."""
    found: dict[tuple[str, str], tuple[T, list[str]]] = {}
    for name, ones in held:
        for one in ones:
            found.setdefault((one.id, one.text), (one, []))[1].append(name)
    return tuple(
        one
        if len(names) == len(held)
        else replace(one, text=f"{one.text} (for {'; '.join(names)})")
        for one, names in found.values()
    )
