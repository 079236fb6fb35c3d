"""How fast rights are decided, beside the cost of looking an answer up.

    python -m benchmarks.rights [--asked N]

Decisions from atoms alone: each (grant, action, actor) is asked once, with an actor drawn at random
(every circumstance, numbers and countries included, or left out half of the time), over all
licenses that were read; the rules of each text are sorted by action before, once. With evidence:
`may` on a release, which explains, cites and lists duties. The limit beside them is one look-up of
the same key in a dictionary, in the same process. Times are processor time.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from tools.under import release_under

from howopen.answer import Circumstances
from howopen.knowledge import Knowledge
from howopen.knowledge.actions import actions_of
from howopen.knowledge.licenses import license_ids
from howopen.release import Release
from howopen.rights import may
from howopen.rights.asker import checked, contradiction
from howopen.rights.compile import compile_part
from howopen.rights.decide import decide
from howopen.rights.lens import lens_of
from howopen.rights.words import Words, words_of

T = TypeVar("T")
Question = tuple[Release, str, Circumstances]


def main() -> None:
    """Print decisions a second, and their ratio to a look-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asked", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=4)
    args = parser.parse_args()
    knowledge = Knowledge()
    asked = questions(knowledge, args.asked, random.Random(args.seed))  # noqa: S311 - no secret
    words = words_of(knowledge)
    nodes = {id(r): compile_part(r.parts[0], knowledge).node for r, _, _ in asked}
    keys = [(nodes[id(r)], action, who) for r, action, who in asked]
    table = dict.fromkeys(keys, 0)
    pairs = list(dict.fromkeys((node, words.actions[name].like or name) for node, name, _ in keys))
    sort = _each(lambda pair: lens_of(*pair, words), pairs)
    limit = _each(lambda key: table[key], keys)
    bare = _each(lambda key: decide(*key, words), keys)
    again = _each(lambda key: decide(*key, words), keys)
    full = _each(lambda one: may(*one, knowledge=knowledge), asked[: max(args.asked // 50, 1)])
    print(f"{len(nodes)} licenses, {len(set(keys)):,} different questions of {len(keys):,}")
    print(f"look-up in a dictionary  {1 / limit:>12,.0f} a second   1.0")
    print(f"{'a text for an action':<24} {1 / sort:>12,.0f} a second   its rules sorted, once")
    for name, cost in (("decided from atoms", bare), ("the same again", again)):
        print(f"{name:<24} {1 / cost:>12,.0f} a second  {cost / limit:>4.1f} times a look-up")
    print(f"{'answered with evidence':<24} {1 / full:>12,.0f} a second")


def _each(call: Callable[[T], object], asked: Sequence[T]) -> float:
    """Return the processor seconds that one call takes."""
    start = time.process_time()
    for one in asked:
        call(one)
    return (time.process_time() - start) / len(asked)


def questions(knowledge: Knowledge, count: int, dice: random.Random) -> list[Question]:
    """Draw questions: a license, an action, and somebody."""
    releases = [release_under(name) for name in license_ids(knowledge)]
    words, actions = words_of(knowledge), list(actions_of(knowledge).actions)
    found = []
    for _ in range(count):
        action, who = dice.choice(actions), _somebody(words, dice)
        while contradiction(who, "", knowledge) or contradiction(who, action, knowledge):
            who = _somebody(words, dice)
        found.append((dice.choice(releases), action, checked(who, action, knowledge)))
    return found


def _somebody(words: Words, dice: random.Random) -> Circumstances:
    """Draw somebody of whom about half is said."""
    places = sorted(words.countries)
    drawn = {
        **{name: dice.choice(words.domains[name]) for name in ("purpose", "org", "role", "target")},
        "based_in": dice.choice(places),
        "used_in": dice.choice(places),
        "field": dice.choice(list(words.fields)),
        "modality": dice.choice(["text", "image", "audio", "video", "multimodal", "code"]),
        "mau": int(10 ** dice.uniform(0, 10)),
        "mau_at_release": int(10 ** dice.uniform(0, 10)),
        "revenue": int(10 ** dice.uniform(0, 10)),
    }
    said = {name: drawn[name] for name in drawn if dice.random() < 0.5}
    return msgspec.convert(said, Circumstances)


if __name__ == "__main__":
    main()
