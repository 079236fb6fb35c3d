"""The search for the cheapest way is exact: it agrees with trying everything."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from howopen.openness.cheapest import Cost, Every, Formula, Narrow, Some, cheapest

KEYS = ("a", "b", "c", "d")
OPTIONS = (0, 1, 2)

narrows = st.builds(
    Narrow, st.sampled_from(KEYS), st.frozensets(st.sampled_from(OPTIONS), max_size=3)
)


def _larger(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    several = st.lists(inner, max_size=4).map(tuple)
    return st.builds(Every, several) | st.builds(Some, several, st.integers(0, 3))


formulas = st.recursive(narrows, _larger, max_leaves=14)
prices = st.fixed_dictionaries(
    {key: st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 1))] * 3) for key in KEYS}
)


def holds(formula: Formula, choice: dict[str, int]) -> bool:
    """Evaluate a formula under one choice, as plainly as can be."""
    if isinstance(formula, Narrow):
        return choice[str(formula.key)] in formula.allowed
    truths = [holds(each, choice) for each in formula.of]
    return all(truths) if isinstance(formula, Every) else sum(truths) >= formula.least


def tried(formula: Formula, costs: dict[str, tuple[Cost, ...]]) -> Cost | None:
    """Try every choice there is and return the least cost, None where none will do."""
    found = []
    for picked in itertools.product(OPTIONS, repeat=len(KEYS)):
        choice = dict(zip(KEYS, picked, strict=True))
        if holds(formula, choice):
            each = [costs[key][option] for key, option in choice.items()]
            found.append(tuple(map(sum, zip(*each, strict=True))))
    return min(found, default=None)


@settings(max_examples=400, deadline=None)
@given(formulas, prices)
def test_nothing_is_cheaper_than_what_is_found(
    formula: Formula, costs: dict[str, tuple[Cost, ...]]
) -> None:
    variables = {key: dict(enumerate(costs[key])) for key in KEYS}
    found = cheapest(formula, variables)
    least = tried(formula, costs)
    assert (found.cost if found else None) == least
    if found:
        assert found.exact


#: counts over many members that ask for the same few things
ones = st.builds(
    Narrow, st.sampled_from(KEYS), st.sampled_from([frozenset({1, 2}), frozenset({2})])
)
members = st.lists(ones, min_size=1, max_size=3).map(lambda of: Every(tuple(of)))
either = st.tuples(members, members).map(Some)
counts = st.builds(
    Some,
    st.lists(members | either, min_size=3, max_size=8).map(tuple),
    st.integers(2, 5),
)
rising = st.fixed_dictionaries(
    {
        key: st.tuples(st.just((0, 0)), *[st.tuples(st.integers(1, 2), st.integers(0, 1))] * 2)
        for key in KEYS
    }
)


@settings(max_examples=400, deadline=None)
@given(counts, rising)
def test_what_several_members_ask_for_is_paid_once(
    formula: Formula, costs: dict[str, tuple[Cost, ...]]
) -> None:
    found = cheapest(formula, {key: dict(enumerate(costs[key])) for key in KEYS})
    assert (found.cost if found else None) == tried(formula, costs)


@settings(max_examples=200, deadline=None)
@given(formulas, prices)
def test_every_option_that_is_offered_makes_the_formula_hold(
    formula: Formula, costs: dict[str, tuple[Cost, ...]]
) -> None:
    found = cheapest(formula, {key: dict(enumerate(costs[key])) for key in KEYS})
    if found is None:
        return
    offered = [sorted(found.allowed[key]) for key in KEYS]  # type: ignore[type-var]
    for picked in itertools.product(*offered):
        assert holds(formula, dict(zip(KEYS, picked, strict=True)))  # type: ignore[arg-type]


def test_a_search_that_is_cut_short_says_that_it_is_not_exact() -> None:
    pairs = [
        Some((Narrow(f"{i}", frozenset({1})), Narrow(f"{i + 1}", frozenset({1}))))
        for i in range(24)
    ]
    variables = {f"{i}": {0: (0,), 1: (1,)} for i in range(25)}
    found = cheapest(Every(tuple(pairs)), variables, most=20)
    assert found is not None
    assert not found.exact
    assert all(
        any(found.allowed[str(key)] == {1} for key in (pair.of[0].key, pair.of[1].key))  # type: ignore[union-attr]
        for pair in pairs
    )
