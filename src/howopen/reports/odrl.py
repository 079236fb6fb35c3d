"""The rights table as a policy of ODRL 2.2, in JSON-LD.

One rule for each answer that is yes or no. ODRL has no notion of doubt: what is unclear is neither
permitted nor prohibited, and is listed under `howopen:unclear` with the reason. The policy is a
`Set`: an `Offer` needs the party that grants, and whoever publishes a release need not be that.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence

from howopen.answer import Answer, Circumstances, Citation, Truth
from howopen.knowledge import Knowledge
from howopen.knowledge.odrl import odrl_of
from howopen.release import Release
from howopen.reports.odrl_asking import Asker
from howopen.reports.odrl_constraints import Node
from howopen.reports.odrl_rules import (
    all_cited,
    obligations,
    permission,
    prohibition,
    review,
    unclear,
)


def policy(
    release: Release, answers: Sequence[Answer], who: Circumstances, knowledge: Knowledge
) -> Node:
    """Write answers as one policy; the same answers give the same `uid`.

    Args:
        release: what the answers are about.
        answers: a rights table.
        who: for whom and what it was asked; every rule is constrained to that.
        knowledge: licenses and vocabulary.
    """
    odrl, asker = odrl_of(knowledge), Asker(release, who, knowledge)
    targets = {_about(one): _asset_id(release, one) for one in answers}
    as_of = {"@type": "xsd:date", "@value": who.as_of.isoformat()} if who.as_of else None
    said: Node = {
        "profile": odrl.profile,
        "conflict": "prohibit",
        "dct:title": f"What may be done with {release.name}",
        **({"howopen:as-of": as_of} if as_of else {}),
        "howopen:asset": _assets(release, answers),
        **_rules(answers, targets, asker),
        **_listed("howopen:cited", _citations(answers)),
    }
    context = [odrl.context, {"howopen": odrl.namespace}]
    return {"@context": context, "@type": "Set", "uid": _urn(write(said)), **said}


def write(document: Node) -> str:
    """Encode a policy in the order it was made in: what it says before what it rests on.

    Half a surrogate pair in the name of a file, which UTF-8 cannot hold, becomes a question mark.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace").decode() + "\n"


def _rules(answers: Sequence[Answer], targets: dict[tuple[str, ...], str], asker: Asker) -> Node:
    found: dict[str, list[Node]] = {"permission": [], "prohibition": [], "obligation": []}
    doubts, silent = [], []
    for one in answers:
        target = targets[_about(one)]
        if one.truth is Truth.YES:
            found["permission"].append(permission(one, target, asker))
            found["obligation"] += obligations(one, target, asker)
        elif one.truth is Truth.NO:
            found["prohibition"].append(prohibition(one, target, asker))
        elif one.truth is Truth.UNCLEAR:
            doubts.append(unclear(one, target, asker))
        else:
            silent.append(unclear(one, target, asker))
    found["obligation"] = _once(found["obligation"])
    if not any(found.values()):
        found["obligation"] = [review(target) for target in dict.fromkeys(targets.values())]
    listed = {name: rules for name, rules in found.items() if rules}
    return listed | _listed("howopen:unclear", doubts) | _listed("howopen:not-applicable", silent)


def _assets(release: Release, answers: Iterable[Answer]) -> list[Node]:
    """Describe what the rules are about: a component, of all models or of some."""
    return _once(
        [
            {
                "@type": "AssetCollection" if len(one.variants) > 1 else "Asset",
                "uid": _asset_id(release, one),
                "dct:title": " ".join([release.name, one.component.replace("-", " ")]),
                "dct:identifier": release.ref,
                "howopen:component": one.component,
                **_listed("howopen:revision", [release.revision] if release.revision else []),
                **_listed("howopen:model", list(_about(one)[1:])),
            }
            for one in answers
        ]
    )


def _citations(answers: Iterable[Answer]) -> list[Node]:
    """Describe each clause once: what it says, and where it stands in the files of the release."""
    found: dict[tuple[str, str], list[Citation]] = {}
    for answer in answers:
        for one in all_cited(answer):
            found.setdefault((one.ref, one.via), []).append(one)
    return [_cited(alike) for alike in found.values()]


def _cited(alike: list[Citation]) -> Node:
    places = [
        each.path + (f":{each.lines[0]}-{each.lines[1]}" if each.lines else "")
        for one in alike
        for each in one.evidence
        if each.path
    ]
    first = alike[0]
    return {
        "dct:identifier": first.ref,
        "rdfs:comment": list(dict.fromkeys(one.says for one in alike)),
        **_listed("howopen:place", list(dict.fromkeys(places))),
        **({"howopen:via": first.via} if first.via else {}),
        **({"dct:source": first.url} if first.url else {}),
    }


def _about(one: Answer) -> tuple[str, ...]:
    """Say what an answer is about: the component, and the models it holds for."""
    return (one.component, *(one.variants or ((one.variant,) if one.variant else ())))


def _asset_id(release: Release, one: Answer) -> str:
    return _urn("\n".join([release.ref, release.revision or "", *_about(one)]))


def _urn(text: str) -> str:
    """Name something by what it is."""
    return uuid.uuid5(uuid.NAMESPACE_URL, text.encode("utf-8", "replace").decode()).urn


def _listed(name: str, values: Sequence[object]) -> Node:
    return {name: list(values)} if values else {}


def _once(nodes: Iterable[Node]) -> list[Node]:
    """Drop repetitions, keep the order."""
    found: dict[str, Node] = {}
    for node in nodes:
        found.setdefault(repr(node), node)
    return list(found.values())
