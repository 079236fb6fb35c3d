"""How a constraint of ODRL is written: an operand of ours, an operator, and values or words."""

from __future__ import annotations

from typing import Any

from howopen.answer import Circumstances
from howopen.knowledge.odrl import Odrl, Operand, bare

#: One node of JSON-LD.
Node = dict[str, Any]

#: Circumstances that are numbers.
MEASURES = ("mau", "mau_at_release", "revenue")


def told(who: Circumstances, odrl: Odrl) -> list[Node]:
    """Write what the asker said: the rules hold for these circumstances."""
    found = []
    for name, operand in odrl.operands.items():
        value = getattr(who, name, None)
        if value is not None:
            right = _number(value) if name in MEASURES else _value(operand, value)
            found.append(_constraint(operand, "eq", right))
    return found


def during(event: str, odrl: Odrl, operator: str = "eq") -> Node:
    """Say that something is so during an event, or with `gt` after it."""
    operand = odrl.operands["event"]
    return _constraint(operand, operator, _value(operand, event))


def in_words(text: str, odrl: Odrl) -> Node:
    """Say in words what must be so."""
    return _constraint(odrl.operands["circumstance"], "eq", text.removeprefix("if "))


def at_most(measure: str, limit: int, odrl: Odrl) -> Node:
    """Say that a number is at most a limit."""
    return _constraint(odrl.operands[measure], "lteq", _number(limit))


def among(
    facet: str, good: tuple[str, ...], bad: tuple[str, ...], odrl: Odrl, *, none: bool
) -> Node:
    """Say that a value is none of the bad ones, or else that it is one of the good ones."""
    operand = odrl.operands[facet]
    named, operator = (bad, "isNoneOf") if none else (good, "isAnyOf")
    return _constraint(operand, operator, {"@list": [_value(operand, each) for each in named]})


def _constraint(operand: Operand, operator: str, right: object) -> Node:
    node = {
        "@type": "Constraint",
        "leftOperand": bare(operand.term),
        "operator": operator,
        "rightOperand": right,
    }
    return node | ({"unit": {"@id": operand.unit}} if operand.unit else {})


def _value(operand: Operand, value: str) -> Node:
    return {"@id": f"howopen:{operand.values}{value}"}


def _number(value: int) -> Node:
    return {"@type": "xsd:integer", "@value": str(value)}
