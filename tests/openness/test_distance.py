"""Distances are minimal, reach the level when applied, and say who can make each change."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from howopen.answer import By, Change, Distance, Truth
from howopen.errors import UnknownTermError
from howopen.knowledge import Knowledge, default
from howopen.knowledge.classes import classes_of
from howopen.knowledge.definitions import definition_of
from howopen.knowledge.predicates import Predicate, parse
from howopen.knowledge.remedies import choices
from howopen.openness import verdicts, with_distances
from howopen.openness.cheapest import cheapest
from howopen.openness.evaluate import evaluate
from howopen.openness.plan import AS_IS, Plan, supposed_part
from howopen.openness.view import View
from howopen.release import Access, Direction, Part, Presence, Relation, Release
from tests.openness.build import all_open, part, release

THREE = ("weights", "training-code", "training-data")


def licenses() -> tuple[str, ...]:
    """Choose one license of each kind that the predicates of the small definitions tell apart."""
    kinds: dict[tuple[bool, bool, bool], str] = {}
    for ident in choices(default(), frozenset()):
        found = classes_of(default(), ident)
        open_ = found.osi or found.fsf or found.open_definition
        kinds.setdefault((found.osi, found.open_definition, open_), ident)
    return tuple(kinds.values())


component = st.sampled_from(THREE)
leaves = st.one_of(
    st.builds(lambda c: {"present": c}, component),
    st.builds(lambda c, a: {"access": a, "of": c}, component, st.sampled_from(["api", "download"])),
    st.builds(
        lambda c, k: {"licensed": c, "as": k},
        component,
        st.sampled_from([["osi"], ["open-definition"], ["osi", "open-definition"]]),
    ),
    st.builds(lambda c: {"licensed": c, "unlicensed": "unclear"}, component),
)


def _larger(inner: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda of: {"all": of}, several),
        st.builds(lambda of: {"any": of}, several),
        st.builds(lambda of: {"not": of}, inner),
        st.builds(lambda of: {"count": min(2, len(of)), "of": of}, several),
    )


trees = st.recursive(leaves, _larger, max_leaves=6)
parts = st.tuples(
    *[
        st.builds(
            lambda name, presence, access, terms: part(
                name, terms, presence=presence, access=access
            ),
            st.just(name),
            st.sampled_from(["here", "here", "not-found", "said-withheld"]),
            st.sampled_from(["api", "gated-download", "download"]),
            st.sampled_from([None, "llama-2", "CC-BY-4.0", "MIT"]),
        )
        for name in THREE
    ]
)


def ways(given_part: Part) -> list[tuple[int, Part]]:
    """List what a component could become, and how many changes each takes."""
    name = given_part.component
    absent = replace(given_part, presence=Presence.SAID_ABSENT, access=None)
    terms = [None, *(supposed_part(name, "terms", ident).grant for ident in licenses())]
    if given_part.presence is not Presence.HERE:
        bare = supposed_part(name, "presence", AS_IS)
        made = [
            replace(bare, grant=grant or bare.grant, access=a) for grant in terms for a in Access
        ]
        return [(0, given_part), (1, absent), *((1, each) for each in made)]
    found = [(0, given_part), (1, absent)]
    for grant, access in itertools.product(terms, (None, *Access)):
        changes = int(grant is not None) + int(access is not None)
        changed = replace(given_part, grant=grant or given_part.grant)
        found.append((changes, replace(changed, access=access or given_part.access)))
    return found


def fewest(test: Predicate, given_parts: tuple[Part, ...], unfound: str) -> int | None:
    """Try everything that the three components could become."""
    best: int | None = None
    for made in itertools.product(*map(ways, given_parts)):
        count = sum(changes for changes, _ in made)
        if best is not None and count >= best:
            continue
        view = View(
            release=release(*(each for _, each in made)), knowledge=default(), unfound=unfound
        )
        if evaluate(test, view).truth is Truth.YES:
            best = count
    return best


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(trees, parts, st.sampled_from(["no", "unclear"]))
def test_no_smaller_set_of_changes_reaches_what_is_asked(
    tree: dict[str, object], given_parts: tuple[Part, ...], unfound: str
) -> None:
    test = parse(tree, "holds", path="made up")
    view = View(release=release(*given_parts), knowledge=default(), unfound=unfound)
    plan = Plan(view=view)
    formula = plan.formula(test, "c")
    assert formula is not None
    costs = {
        key: {
            option: (0,)
            if option == AS_IS or (key[1] != "presence" and not plan.there(key[0]))
            else (1,)
            for option in plan.options(key)
        }
        for key in plan.wanted
    }
    found = cheapest(formula, costs)
    assert (found.cost[0] if found and found.cost else 0 if found else None) == fewest(
        test, given_parts, unfound
    )


def far(given_release: Release, ident: str, **more: object) -> Distance:
    found = verdicts(given_release, default(), only=[ident])
    verdict = with_distances(found, given_release, default(), **more)[ident]  # type: ignore[arg-type]
    assert verdict.distance is not None
    return verdict.distance


def applied(given_release: Release, distance: Distance) -> Release:
    """Make the changes that publish, license or open a component."""
    made = {item.component: item for item in given_release.parts}
    for change in distance.changes:
        name = change.component
        assert name is not None
        before = made.get(name)
        does = change.id.partition(":")[0]
        new = supposed_part(name, "terms", change.licenses[0] if change.licenses else AS_IS)
        if does == "publish" or before is None:
            made[name] = new
        elif does == "license":
            made[name] = replace(before, grant=new.grant)
        elif does == "open":
            made[name] = replace(before, access=Access.DOWNLOAD)
        else:
            raise AssertionError(change.id)
    return replace(given_release, parts=tuple(made.values()))


@pytest.mark.parametrize("ident", ["mot-2026", "lambert-2023", "gradient-2023", "redhat-2023"])
@pytest.mark.parametrize(
    "given_release",
    [
        release(part("weights", "llama-2", access="gated-download")),
        release(part("weights", "MIT"), part("paper", "CC-BY-4.0"), part("model-card", "MIT")),
        release(part("weights", "CC-BY-NC-4.0", access="api"), part("training-code", "MIT")),
    ],
)
def test_making_the_changes_reaches_the_level(given_release: Release, ident: str) -> None:
    found = with_distances(
        verdicts(given_release, default(), only=[ident]), given_release, default()
    )[ident]
    if found.distance is None:
        assert found.truth is Truth.YES
        return
    after = verdicts(applied(given_release, found.distance), default(), only=[ident])[ident]
    reached = after.truth is Truth.YES or after.level == found.distance.level
    assert reached, (after.level, found.distance.level)


def by(distance: Distance, ident: str) -> Change:
    return next(change for change in distance.changes if change.id == ident)


def fine_tune(parent: str, kind: str = "fine-tune") -> Release:
    relation = Relation(kind=kind, a="here", b=parent, direction=Direction.A_FROM_B)
    return release(part("weights", "llama-2"), relations=(relation,))


def test_only_the_parent_can_relicense_a_fine_tune_of_llama() -> None:
    found = far(fine_tune("hf:meta-llama/Llama-2-7b-hf"), "lambert-2023")
    change = by(found, "license:weights")
    assert change.by is By.PARENT
    assert "Llama-2-7b" in change.who
    assert found.alone is Truth.NO
    assert not found.instead


def test_a_fine_tune_of_a_permissive_model_can_be_relicensed_by_its_publisher() -> None:
    found = far(fine_tune("hf:mistralai/Mistral-7B-v0.1"), "lambert-2023")
    assert by(found, "license:weights").by is By.PUBLISHER
    assert found.alone is Truth.YES


def test_who_can_relicense_a_fine_tune_of_an_unknown_model_is_not_known() -> None:
    found = far(fine_tune("hf:nobody/unknown-model"), "lambert-2023")
    assert by(found, "license:weights").by is By.UNCLEAR
    assert found.alone is Truth.UNCLEAR


def test_the_publisher_alone_publishes_code_but_not_data() -> None:
    found = far(release(part("weights", "MIT"), part("model-card", "MIT")), "gradient-2023")
    assert by(found, "publish:training-code").by is By.PUBLISHER
    assert by(found, "publish:training-data").by is By.UNCLEAR
    assert found.alone is Truth.UNCLEAR


def test_named_data_sets_of_others_are_their_owners_to_license() -> None:
    data = replace(part("training-data", "CC-BY-NC-4.0", presence="elsewhere"), name="Common Crawl")
    found = far(
        release(*[p for p in all_open() if p.component != data.component], data),
        "mot-2026",
        to="class-1",
    )
    change = by(found, "license:training-data")
    assert change.by is By.DATA_OWNER
    assert "Common Crawl" in change.who


def test_a_gate_is_dropped_by_a_change_of_its_own() -> None:
    found = far(release(part("weights", "MIT", access="gated-download")), "lambert-2023")
    assert [change.id for change in found.changes] == ["open:weights"]
    assert "anyone" in found.changes[0].text


def test_a_named_level_may_be_further_than_the_next() -> None:
    given_release = release(part("weights", "MIT"))
    nearer, further = far(given_release, "mot-2026"), far(given_release, "mot-2026", to="class-1")
    assert nearer.level != further.level
    assert len(nearer.changes) < len(further.changes)


def test_an_unknown_level_suggests_near_ones() -> None:
    with pytest.raises(UnknownTermError, match="class-1"):
        far(release(part("weights", "MIT")), "mot-2026", to="class1")


def test_what_may_be_so_already_is_said_to_be_unclear() -> None:
    found = far(release(part("weights", "MIT")), "osaid-1.0")
    assert by(found, "publish:training-code").perhaps


def test_a_met_definition_has_no_distance() -> None:
    given_release = release(*all_open("MIT"))
    found = verdicts(given_release, default(), only=["lambert-2023"])
    assert with_distances(found, given_release, default())["lambert-2023"].distance is None


def test_the_way_that_asks_nobody_is_given_where_a_smaller_one_asks_somebody(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "definitions"
    folder.mkdir()
    (folder / "either-1.toml").write_text(
        'id = "either-1"\ntitle = "Either"\nversion = "1"\npublisher = "us"\ndate = 2026-01-01\n'
        'source = "made up for a test, nobody published it"\nread = 2026-01-01\n'
        '[outcomes]\nyes = "met"\nno = "not met"\nunclear = "open"\n[[criterion]]\nid = "one"\n'
        'title = "open weights, or code and card"\nholds = { any = ['
        '{ licensed = "weights", as = ["osi"] }, '
        '{ all = [{ present = "training-code" }, { present = "model-card" }] }] }\n'
    )
    knowledge = Knowledge(tmp_path)
    given_release = fine_tune("hf:meta-llama/Llama-2-7b-hf")
    found = verdicts(given_release, knowledge, only=["either-1"])
    distance = with_distances(found, given_release, knowledge)["either-1"].distance
    assert distance is not None
    assert [change.id for change in distance.changes] == ["license:weights"]
    assert {change.id for change in distance.instead} == {
        "publish:training-code",
        "publish:model-card",
    }
    assert distance.alone is Truth.YES
    assert definition_of(knowledge, "either-1").rules


def test_a_permissive_tag_on_a_fine_tune_of_llama_does_not_make_it_the_publishers_to_open() -> None:
    relation = Relation(
        kind="fine-tune", a="here", b="hf:meta-llama/Llama-2-7b-hf", direction=Direction.A_FROM_B
    )
    weights = part("weights", "Apache-2.0", access="gated-download")
    found = far(release(weights, relations=(relation,)), "lambert-2023")
    assert {change.id for change in found.changes} == {"open:weights", "license:weights"}
    assert by(found, "license:weights").by is By.PARENT
    assert found.alone is Truth.NO


def test_weights_on_another_page_are_not_taken_for_the_publishers() -> None:
    weights = part("weights", "llama-2", presence="elsewhere", urls=("https://huggingface.co/b/c",))
    found = far(release(weights, name="owner/tool"), "lambert-2023")
    assert by(found, "license:weights").by is By.UNCLEAR
    own = part("weights", "llama-2", presence="elsewhere", urls=("https://hf.co/owner/c",))
    found = far(release(own, name="owner/tool"), "lambert-2023")
    assert by(found, "license:weights").by is By.PUBLISHER


def test_licenses_that_would_do_are_named_and_would_do() -> None:
    for ident in ("osaid-1.0", "open-definition-2.1", "mof-strict-1.0"):
        found = far(release(part("weights", "llama-2")), ident)
        change = by(found, "license:weights")
        for name in change.licenses:
            after = far(release(part("weights", name)), ident)
            assert "license:weights" not in [each.id for each in after.changes], (ident, name)
