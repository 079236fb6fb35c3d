"""Words for parts and for what would have to be done, shared by all predicates."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from howopen.release import Component, Part, Presence

#: of many parts, so many are named in one sentence
MOST_NAMED = 3


@functools.cache
def name_of(component: Component) -> str:
    """Say a component in a sentence."""
    return component.replace("-", " ")


def own_name(part: Part) -> str:
    """Return the name or variant of a part; empty where it is the only one."""
    return part.name or part.variant or ""


def part_name(part: Part) -> str:
    """Say a part in a sentence, with its name."""
    return _named(part.component, own_name(part))


def parts_name(parts: Sequence[Part]) -> str:
    """Say several parts of one component in a sentence, the first three of many."""
    names = list(dict.fromkeys(own_name(part) for part in parts))
    return _named(parts[0].component, some([name for name in names if name]))


@functools.lru_cache(maxsize=4096)
def _named(component: Component, own: str) -> str:
    return name_of(component) + (f" ({own})" if own else "")


def where(part: Part) -> str:
    """Say where a part is."""
    if part.presence is Presence.HERE:
        return "among the files"
    if part.urls:
        return f"said to be at {part.urls[0]}"
    return "said to exist, not said where"


def publish(component: Component) -> str:
    """Ask for a component that is not there."""
    return f"publish the {name_of(component)}"


def look(part: Part) -> str:
    """Ask how far a part can be had."""
    if part.urls and "://" in part.urls[0]:
        return f"see whether anyone can download {part.urls[0]}"
    return f"say where the {name_of(part.component)} can be had"


def of_these(text: str, component: Component, names: Sequence[str]) -> str:
    """Name those of several parts that an action is about, where all have names."""
    known = list(dict.fromkeys(name for name in names if name))
    if len(known) < len(names) or not text.startswith("license the"):
        return text
    thing = name_of(component)
    return text.replace(f"the {thing} ", f"the {thing} of {some(known)} ", 1)


def some(names: Sequence[str]) -> str:
    """List names, the first three of many."""
    if len(names) <= MOST_NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"


def find_out(part: Part) -> str:
    """Ask for the terms of a part: at its address, or of all parts of its kind."""
    address = next((url for url in part.urls if "://" in url), None)
    where = f" at {address}" if address else ""
    return f"find out the terms of the {name_of(part.component)}{where}"
