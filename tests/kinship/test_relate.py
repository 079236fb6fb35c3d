"""What is declared is held against what the weights show."""

from __future__ import annotations

import pytest

from howopen.kinship.relate import relate
from howopen.kinship.result import Kin, Kinship, Rung, Statistic
from howopen.knowledge.loader import default
from howopen.release import (
    Direction,
    Evidence,
    How,
    Relation,
    Release,
    ReleaseKind,
    Standing,
)

SAID = Evidence(how=How.CARD_METADATA, source="child", path="README.md", quote="base_model: o/base")


def release(*relations: Relation) -> Release:
    """Make a release with relations."""
    return Release(ref="child", kind=ReleaseKind.MODEL, name="child", relations=relations)


def declared(kind: str = "fine-tune", direction: Direction = Direction.A_FROM_B) -> Relation:
    """Declare a relation to o/base."""
    return Relation(kind=kind, a="child", b="o/base", direction=direction, evidence=(SAID,))


def seen(verdict: Kin, kind: str = "", direction: Direction = Direction.A_FROM_B) -> Kinship:
    """Compare child and hf:o/base with a verdict."""
    relation = None
    if kind:
        relation = Relation(
            kind=kind, a="child", b="hf:o/base", direction=direction, standing=Standing.OBSERVED
        )
    numbers = (Statistic(name="median r", value=0.99, z=140.0, n=12),)
    return Kinship(
        a="child", b="hf:o/base", verdict=verdict, rung=Rung.ROWS, statistics=numbers,
        relation=relation, bytes_read=(100, 100),
    )  # fmt: skip


def test_a_declared_fine_tune_that_the_weights_show_is_both() -> None:
    found, findings = relate(release(declared()), [seen(Kin.DERIVED, "fine-tune")], default())
    (relation,) = found.relations
    assert relation.standing is Standing.BOTH
    assert [each.how for each in relation.evidence] == [How.CARD_METADATA, How.WEIGHTS]
    assert "median r 0.99 (z 140.0)" in relation.evidence[1].quote
    assert findings == ()


def test_a_declared_base_without_a_trace_in_the_weights_is_contradicted() -> None:
    found, findings = relate(release(declared()), [seen(Kin.UNRELATED)], default())
    assert found.relations[0].standing is Standing.CONTRADICTED
    assert [each.code for each in findings] == ["HO301"]
    assert len(findings[0].sides) == 2


@pytest.mark.parametrize("kind", ["distilled", "trained-on-outputs", "adapter", "delta"])
def test_a_relation_that_leaves_no_trace_is_not_contradicted_by_its_absence(kind: str) -> None:
    found, findings = relate(release(declared(kind)), [seen(Kin.UNRELATED)], default())
    assert found.relations[0].standing is Standing.DECLARED
    assert findings == ()


def test_a_relation_that_only_the_weights_show_is_a_finding() -> None:
    found, findings = relate(release(), [seen(Kin.QUANTISED, "quantised")], default())
    (relation,) = found.relations
    assert relation.standing is Standing.OBSERVED
    assert [each.code for each in findings] == ["HO302"]


def test_a_stranger_that_nobody_declared_is_nothing_to_report() -> None:
    found, findings = relate(release(), [seen(Kin.UNRELATED)], default())
    assert found.relations == ()
    assert findings == ()


def test_a_reversed_lineage_is_found() -> None:
    reverse = seen(Kin.QUANTISED, "quantised", Direction.B_FROM_A)
    found, findings = relate(release(declared()), [reverse], default())
    assert found.relations[0].standing is Standing.CONTRADICTED
    assert [each.code for each in findings] == ["HO303"]


def test_another_kind_than_the_declared_one_is_noted_and_taken() -> None:
    found, findings = relate(release(declared()), [seen(Kin.QUANTISED, "quantised")], default())
    assert found.relations[0].kind == "quantised"
    assert [each.code for each in findings] == ["HO304"]


def test_a_kind_that_was_not_said_is_filled_in_without_a_finding() -> None:
    found, findings = relate(
        release(declared("derived")), [seen(Kin.QUANTISED, "quantised")], default()
    )
    assert found.relations[0].kind == "quantised"
    assert findings == ()


@pytest.mark.parametrize("verdict", [Kin.SHARED_ANCESTRY, Kin.WEAK_TRACE, Kin.INCOMPARABLE])
def test_what_weights_cannot_tell_leaves_the_declaration_as_it_is(verdict: Kin) -> None:
    kind = "" if verdict is Kin.INCOMPARABLE else "related"
    found, findings = relate(
        release(declared()), [seen(verdict, kind, Direction.UNDECIDED)], default()
    )
    (relation,) = found.relations
    assert (relation.kind, relation.standing) == ("fine-tune", Standing.DECLARED)
    assert relation.evidence[-1].how is How.WEIGHTS
    assert findings == ()
