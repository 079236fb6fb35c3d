"""How far a score is from a higher one: exact, split by who can do it, and told criterion by it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from howopen.answer import By, Distance, Step, Truth
from howopen.errors import UnknownTermError
from howopen.knowledge import default
from howopen.knowledge.definitions import Definition, Rule, definition_of
from howopen.knowledge.predicates import parse
from howopen.openness import verdicts, with_distances
from howopen.openness.evaluate import evaluate
from howopen.openness.plan import Plan
from howopen.openness.points import Scale, raised, rungs_of
from howopen.openness.pricing import Prices
from howopen.openness.verdict import judge, view_of
from howopen.openness.view import Shared, View
from howopen.release import Direction, Part, Relation, Release
from tests.openness.build import all_open, part, release
from tests.openness.test_distance import parts, trees, ways

#: half a point of twelve, in the mean
HALF = 1 / 24

INDEX = tuple(rule.id for rule in definition_of(default(), "osai-2026").rules)


def scored(told: Iterable[tuple[dict[str, object], dict[str, object] | None]]) -> Definition:
    """Make up a definition that adds up criteria."""
    index = definition_of(default(), "osai-2026")
    rules = tuple(
        Rule(
            id=f"c{at}",
            title=f"criterion {at}",
            holds=parse(holds, "holds", path="made up"),
            partly=None if partly is None else parse(partly, "partly", path="made up"),
        )
        for at, (holds, partly) in enumerate(told)
    )
    return replace(index, text=replace(index.text, score="sum"), rules=rules)


def halves(definition: Definition, view: View) -> int:
    """Count the half points that are sure, as plainly as can be."""
    count = 0
    for rule in definition.rules:
        assert rule.holds is not None
        if evaluate(rule.holds, view).truth is Truth.YES:
            count += 2
        elif rule.partly is not None and evaluate(rule.partly, view).truth is Truth.YES:
            count += 1
    return count


def seen(definition: Definition, given_release: Release) -> View:
    return view_of(definition, given_release, default(), None, {}, Shared())


def tried(definition: Definition, given_parts: tuple[Part, ...]) -> dict[int, int]:
    """Try everything that the components could become: half points, and the fewest changes."""
    best: dict[int, int] = {}
    for made in itertools.product(*map(ways, given_parts)):
        count = sum(changes for changes, _ in made)
        got = halves(definition, seen(definition, release(*(each for _, each in made))))
        best[got] = min(count, best.get(got, count))
    return best


#: predicates over two components, so that everything can be tried
pairs = trees.map(lambda tree: json.loads(json.dumps(tree).replace("training-data", "weights")))
criteria = st.lists(st.tuples(pairs, st.none() | pairs), min_size=1, max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(criteria, parts)
def test_no_smaller_set_raises_a_score_and_nothing_raises_it_higher(
    told: list[tuple[dict[str, object], dict[str, object] | None]], given_parts: tuple[Part, ...]
) -> None:
    definition = scored(told)
    two = given_parts[:2]
    given_release = release(*two)
    view = seen(definition, given_release)
    verdict = judge(definition, given_release, default())
    plan = Plan(view=view)
    rungs = rungs_of(definition, verdict, plan)
    now = halves(definition, view)
    assert sum(rung.now for rung in rungs) == now
    found = raised(rungs, Prices(plan, {}), Scale(half=0.5, most=len(rungs)))
    best = tried(definition, two)
    higher = {got: count for got, count in best.items() if got > now}
    if found is None or found.by_all is None:
        assert not higher
        return
    assert len(found.changes) == min(higher.values())
    top = max(higher)
    assert (found.by_all.score, found.by_all.changes) == (top / 2, higher[top])
    for wanted in range(now + 1, 2 * len(rungs) + 1):
        named = raised(rungs, Prices(plan, {}), Scale(half=0.5, most=len(rungs)), wanted / 2)
        enough = [count for got, count in best.items() if got >= wanted]
        assert named is not None
        assert bool(named.changes) == bool(enough)
        assert len(named.changes) == min(enough, default=0)


def far(
    given_release: Release, ident: str = "osai-2026", to: str | None = None, **answers: str
) -> Distance:
    given_answers = {f"{ident}#{name}": said for name, said in answers.items()}
    found = verdicts(given_release, default(), only=[ident], answers=given_answers)
    told = with_distances(found, given_release, default(), to=to, answers=given_answers)
    away = told[ident].distance
    assert away is not None
    return away


def step(away: Distance, criterion: str, to: str) -> Step:
    return next(one for one in away.steps if (one.criterion, one.to) == (criterion, to))


def judged(**classes: str) -> dict[str, str]:
    """Judge all dimensions closed, but for those named."""
    return dict.fromkeys(INDEX, "closed") | classes


def test_each_dimension_below_open_says_what_it_would_add_and_by_whom() -> None:
    away = far(release(part("weights", "llama-2", access="gated-download")))
    assert step(away, "weights_endmodel", "open").gain == pytest.approx(HALF)
    assert [one.id for one in step(away, "weights_endmodel", "open").changes] == ["open:weights"]
    assert step(away, "licenses", "partial").gain == pytest.approx(HALF)
    assert step(away, "licenses", "open").gain == pytest.approx(2 * HALF)
    assert step(away, "datasources_basemodel", "open").alone is Truth.UNCLEAR
    ratios = [one.gain / len(one.changes) for one in away.steps]
    assert ratios == sorted(ratios, reverse=True)


def test_a_step_asks_no_more_than_its_own_dimension_does() -> None:
    away = far(release(part("weights", "MIT"), part("model-card", "MIT")))
    (card,) = step(away, "modelcard", "open").changes
    assert "training-method" in card.text
    assert "hardware" not in card.text
    assert card.criteria == ("modelcard",)


def test_only_the_parent_can_open_the_licenses_of_a_fine_tune_of_llama() -> None:
    relation = Relation(
        kind="fine-tune", a="here", b="hf:meta-llama/Llama-2-7b-hf", direction=Direction.A_FROM_B
    )
    given_release = release(part("weights", "llama-2"), relations=(relation,))
    away = far(given_release, **judged(weights_endmodel="open"))
    license_weights = next(
        change
        for change in step(away, "licenses", "open").changes
        if change.id == "license:weights"
    )
    assert license_weights.by is By.PARENT
    assert step(away, "licenses", "open").alone is Truth.NO
    (base,) = step(away, "weights_basemodel", "open").changes
    assert base.by is By.PARENT
    assert "Llama-2-7b" in base.who
    assert base.text == "let anyone download the weights of the base model"
    assert away.by_publisher is not None
    assert away.by_all is not None
    assert away.by_publisher.score < away.by_all.score == 1
    assert away.alone is Truth.YES


def test_what_an_answer_says_is_closed_is_surely_to_be_changed() -> None:
    before = far(release(part("weights", "MIT")))
    assert step(before, "trainingcode", "partial").changes[0].perhaps
    after = far(release(part("weights", "MIT")), **judged())
    code = step(after, "trainingcode", "partial").changes[0]
    assert not code.perhaps
    assert "you answered" in code.reasons[0].text
    documented = step(after, "code", "open").changes[0]
    assert documented.text == "document every part of the code"
    assert documented.by is By.PUBLISHER


def test_a_full_score_has_no_distance_and_all_but_one_has_one_step() -> None:
    everything = release(*all_open())
    full = dict.fromkeys(INDEX, "open")
    given_answers = {f"osai-2026#{name}": said for name, said in full.items()}
    found = verdicts(everything, default(), only=["osai-2026"], answers=given_answers)
    away = with_distances(found, everything, default(), answers=given_answers)
    assert found["osai-2026"].score == 1
    assert away["osai-2026"].distance is None
    one_left = far(everything, **(full | {"paper": "partial"}))
    assert {one.criterion for one in one_left.steps} == {"paper"}
    assert one_left.level == "at least 1 of 1"
    assert one_left.by_all is not None
    assert one_left.by_all.score == pytest.approx(1)


def test_the_edition_of_fourteen_adds_up_to_fourteen() -> None:
    away = far(release(part("weights", "MIT")), "osai-2025")
    assert step(away, "weights_basemodel", "open").gain == 1
    assert away.level == "at least 2 of 14"
    assert away.by_all is not None
    assert away.by_all.score == 14


def test_a_named_score_is_reached_by_the_fewest_changes() -> None:
    given_release = release(part("weights", "llama-2", access="gated-download"))
    next_one, half = far(given_release), far(given_release, to="0.5")
    assert half.level == "at least 0.5 of 1"
    assert half.exact
    assert len(half.changes) > len(next_one.changes)
    assert far(given_release, to="0.49").changes == half.changes
    assert far(given_release, "osai-2025", to="7").level == "at least 7 of 14"


def test_a_score_that_is_sure_already_needs_no_change() -> None:
    away = far(release(part("weights", "MIT")), to="0.01", **judged(weights_endmodel="open"))
    assert (away.level, away.changes) == ("at least 0.0417 of 1", ())


@pytest.mark.parametrize("to", ["1.5", "0", "-1", "nan", "half"])
def test_a_score_that_cannot_be_is_refused(to: str) -> None:
    with pytest.raises(UnknownTermError, match="a score up to 1"):
        far(release(part("weights", "MIT")), to=to)
