"""Which part of a release a question is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from howopen.errors import UnknownTermError, unknown_term
from howopen.release import Component, Grant, Part, Presence, Release, ReleaseKind, Scope

#: what is there, in this order of preference
THERE = (Presence.HERE, Presence.ELSEWHERE)

#: what stands in for weights in a release that has none
INSTEAD = {"weights": ("adapter", "delta", "intermediate-checkpoints")}

#: what a release of another kind is asked about
MAIN = {
    ReleaseKind.DATASET: ("training-data", "post-training-data", "evaluation-data"),
    ReleaseKind.SERVICE: ("terms-of-service", "weights"),
    ReleaseKind.SOFTWARE: (
        "inference-code",
        "supporting-libraries",
        "training-code",
        "fine-tuning-code",
        "data-processing-code",
        "evaluation-code",
        "weights",
    ),
}


def pick(
    release: Release, default: str, component: str | None, variant: str | None
) -> tuple[Part, ...]:
    """Return the parts a question is about: one, or several variants that differ by it.

    Args:
        release: the release.
        default: component of the action, for a model.
        component: what the asker named.
        variant: the variant the asker named.

    Raises:
        UnknownTermError: for a component or variant that is none.
    """
    if component is not None and component not in list(Component):
        raise unknown_term("component", component, [str(one) for one in Component])
    wanted = (component,) if component else wanted_of(release, default)
    return first_of(release.parts, wanted, variant_id(release, variant))


def variant_id(release: Release, variant: str | None) -> str | None:
    """Find a model of a release by its id or its name as written.

    Raises:
        UnknownTermError: when it has no such model, with the near ones.
    """
    if variant is None:
        return None
    ids = {name: one.id for one in release.variants for name in (one.name.lower(), one.id)}
    held = {part.variant for part in release.parts}
    found = ids.get(variant) or ids.get(variant.lower()) or (variant if variant in held else None)
    if found is not None:
        return found
    if ids:
        raise unknown_term("variant", variant, [one.id for one in release.variants])
    hint = "this release holds one model; leave the variant out"
    raise UnknownTermError(f"unknown variant {variant!r}", hint=hint)


def first_of(
    parts: Sequence[Part], wanted: tuple[str, ...], variant: str | None = None
) -> tuple[Part, ...]:
    """Take what is there; else what was not found and yet has terms, as beside a lone license.

    What a model has of its own, such as an adapter, comes before weights that nobody says are its.
    """
    own = [part for part in parts if variant is not None and part.variant == variant]
    if own and len(own) < len(parts):
        mine = first_of(own, wanted)
        if mine:
            return mine
    for held in (*(_at(presence) for presence in THERE), absent):
        for one in wanted:
            found = [part for part in parts if part.component == one and held(part)]
            if variant is not None:
                found = _of_variant(found, variant)
            if found:
                return tuple(_distinct(found))
    return ()


def _at(presence: Presence) -> Callable[[Part], bool]:
    return lambda part: part.presence is presence


def absent(part: Part) -> bool:
    """Tell whether a part was not found although terms are stated for it."""
    return part.presence is Presence.NOT_FOUND and not _unstated(part)


def wanted_of(release: Release, default: str) -> tuple[str, ...]:
    """List the components that a question may be about, the likeliest first."""
    return MAIN.get(release.kind, (default, *INSTEAD.get(default, ())))


def _of_variant(parts: list[Part], variant: str) -> list[Part]:
    """Prefer the variant's own parts to those of the whole release."""
    return [p for p in parts if p.variant == variant] or [p for p in parts if p.variant is None]


def _distinct(parts: list[Part]) -> list[Part]:
    """Leave out parts of one variant that repeat another's terms, and a rest without terms."""
    if any(part.variant for part in parts):
        parts = [part for part in parts if part.variant or not _unstated(part)]
    found: dict[tuple[str | None, Grant | None], Part] = {}
    for part in parts:
        found.setdefault((part.variant, part.grant), part)
    return list(found.values())


def _unstated(part: Part) -> bool:
    grant = part.grant
    return grant is None or grant.terms is None or grant.scope is Scope.UNSTATED
