"""Checks a policy against the rules of the ODRL 2.2 Information Model and its JSON-LD context.

Rules: https://www.w3.org/TR/2018/REC-odrl-model-20180215/, the section named at each. Names and
kinds of terms are those of `odrl_terms.toml`; terms of our profile those of `odrl.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from howopen.knowledge import default
from howopen.knowledge.odrl import Term, odrl_of

TERMS = tomllib.loads((Path(__file__).parent / "odrl_terms.toml").read_text(encoding="utf-8"))
ODRL = odrl_of(default())
PROFILE: dict[str, Term] = {
    one.term: one
    for one in (*ODRL.actions.values(), *ODRL.duties.values())
    if one.term.startswith("howopen:")
}
LEFT = {f"odrl:{name}" for name in TERMS["left_operands"]} | {
    one.term for one in ODRL.operands.values() if one.term.startswith("howopen:")
}
RULES = ("permission", "prohibition", "obligation")
SETS = ("isAnyOf", "isNoneOf", "isAllOf")
ORDERS = ("lt", "lteq", "gt", "gteq")

Node = dict[str, Any]


def iri(name: str) -> str | None:
    """Expand a compact or absolute IRI; None where it is neither."""
    prefix, colon, rest = name.partition(":")
    if prefix == "howopen":
        return ODRL.namespace + rest
    if prefix in TERMS["context"]["prefixes"]:
        return str(TERMS["context"]["prefixes"][prefix]) + rest
    return name if colon and re.fullmatch(r"(https?|urn):[^\s<>\"{}|\\^`]+", name) else None


def compact(name: str) -> str | None:
    """Read a value of a `@vocab` term as the context reads it: `odrl:use` for `use`."""
    plain: dict[str, str] = TERMS["context"]["plain"]
    return plain.get(name, name if iri(name) else None)


def includes(action: str) -> list[str]:
    """List an action and all that encompass it, up to a top-level one."""
    chain = [action]
    while parent := (
        PROFILE[chain[-1]].included_in if chain[-1] in PROFILE else TERMS["actions"][chain[-1]]
    ):
        assert parent not in chain, f"{action} includes itself"
        chain.append(parent)
    return chain


def faults(policy: Node) -> list[str]:
    """List what is wrong with a policy; nothing for one that is sound."""
    return [*_json_ld(policy, ""), *_policy(policy)]


def _json_ld(value: Any, where: str) -> Iterator[str]:
    """Every key means something, every reference is an IRI (JSON-LD 1.1, 4.1 and 4.3)."""
    if isinstance(value, list):
        for each in value:
            yield from _json_ld(each, where)
    if not isinstance(value, dict):
        return
    context = TERMS["context"]
    for key, each in value.items():
        here = f"{where}/{key}"
        if key == "@context":
            continue
        known = key in context["plain"] or key in context["id"] or key in context["vocab"]
        if not (known or key.startswith("@") or (":" in key and iri(key))):
            yield f"{here}: no term of the context and no IRI"
        strings = [one for one in (each if isinstance(each, list) else [each]) if type(one) is str]
        if key in context["id"] or key in ("@id", "uid"):
            yield from (f"{here}: {one} is no IRI" for one in strings if iri(one) is None)
        if key in context["vocab"] or key == "@type":
            yield from (f"{here}: {one} is unknown" for one in strings if compact(one) is None)
        yield from _json_ld(each, here)


def _policy(policy: Node) -> Iterator[str]:
    """2.1 Policy Class, 2.1.1 Set Class, 3.1 Profiles."""
    if iri(policy.get("uid", "")) is None:
        yield "a policy has one uid"
    if policy.get("@type") != "Set":
        yield "a policy without an assigner is a Set"
    if iri(policy.get("profile", "")) is None:
        yield "a policy with terms beyond the core names its profile"
    if policy.get("conflict") not in TERMS["conflict"]:
        yield "unknown conflict strategy"
    if not any(policy.get(name) for name in RULES):
        yield "a policy has a permission, a prohibition or an obligation"
    assets = {one["uid"] for one in policy["howopen:asset"]}
    cited = {one["dct:identifier"] for one in policy.get("howopen:cited", ())}
    for name in RULES:
        for rule in policy.get(name, ()):
            yield from _rule(rule, name)
            if rule.get("target") not in assets:
                yield f"{name}: the target is not described"
            yield from _uncited(rule, cited)


def _uncited(rule: Node, cited: set[str]) -> Iterator[str]:
    for one in (rule, *rule.get("duty", ())):
        for ref in one.get("howopen:clause", ()):
            if ref not in cited:
                yield f"{ref} is not among what is cited"


def _rule(rule: Node, name: str) -> Iterator[str]:
    """2.6 Rule Class, 2.6.1 Permission, 2.6.2 Prohibition, 2.6.3 Duty."""
    kinds = {"permission": "Permission", "prohibition": "Prohibition"}
    allowed = {"permission": {"duty"}, "prohibition": {"remedy"}}.get(name, {"consequence"})
    if rule.get("@type") != kinds.get(name, "Duty"):
        yield f"{name}: is a {rule.get('@type')}"
    if {"duty", "remedy", "consequence"} & rule.keys() - allowed:
        yield f"{name}: has what only another kind of rule has"
    yield from _action(rule.get("action"))
    for one in rule.get("constraint", ()):
        yield from _constraint(one)
    for duty in rule.get("duty", ()):
        yield from _rule(duty, "duty")


def _action(action: object) -> Iterator[str]:
    """2.5 Action Class: known, and included in use or transfer."""
    name = compact(action) if isinstance(action, str) else None
    if name is None or (name not in PROFILE and name not in TERMS["actions"]):
        yield f"{action} is no action"
    elif includes(name)[-1] not in ("odrl:use", "odrl:transfer"):
        yield f"{action} is included in no top-level action"


def _constraint(one: Node) -> Iterator[str]:
    """2.7.1 Constraint Class, 2.7.2 Logical Constraint Class."""
    logical = [name for name in TERMS["logical_operands"] if name in one]
    if one.get("@type") == "LogicalConstraint" or logical:
        listed = one[logical[0]]["@list"] if len(logical) == 1 else []
        if len(listed) < 2 or any(listed.count(each) > 1 for each in listed):
            yield "a logical constraint has one operand with several constraints, each once"
        for each in listed:
            yield from _constraint(each)
        return
    if compact(one.get("leftOperand", "")) not in LEFT:
        yield f"{one.get('leftOperand')} is no left operand"
    operator = one.get("operator", "")
    if operator not in TERMS["operators"] or compact(operator) != f"odrl:{operator}":
        yield f"{operator} is no operator, or the context misreads it"
    if ("rightOperand" in one) == ("rightOperandReference" in one):
        yield "a constraint has one right operand or a reference to one"
    yield from _right(one, operator)


def _right(one: Node, operator: str) -> Iterator[str]:
    right = one.get("rightOperand")
    listed = right.get("@list", ()) if isinstance(right, dict) else ()
    if operator in SETS and not (listed and all(iri(each.get("@id", "")) for each in listed)):
        yield f"{operator} takes a list of values"
    number = isinstance(right, dict) and str(right.get("@value", "")).isdigit()
    if operator in ORDERS and one.get("leftOperand") != "event" and not number:
        yield f"{operator} takes a number"
    if one.get("leftOperand") == "spatial":
        values = [each.get("@id") for each in listed or [right]]
        if not all(isinstance(each, str) and iri(each) for each in values):
            yield "a place is an IRI"
