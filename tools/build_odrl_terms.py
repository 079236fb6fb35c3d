"""Build `tests/reports/odrl_terms.toml`: the names of ODRL 2.2, each with its kind; no prose.

Names come from the namespace module that rdflib generates from the published vocabulary
(`rdflib/namespace/_ODRL2.py`), what their JSON-LD names mean from a copy of the published context
(`contexts/odrl.jsonld` of the npm package `@digitalbazaar/odrl-context`). What neither tells -
which action includes which, which terms are deprecated, what sort an individual is - was read in
the published vocabulary itself and stands below; every name of it must be among the names found.

Usage: python tools/build_odrl_terms.py _ODRL2.py odrl.jsonld
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "tests" / "reports" / "odrl_terms.toml"

#: `includedIn` of http://www.w3.org/ns/odrl/2/ODRL22.jsonld, as kept in aamedina/rdf on GitHub at
#: 01f60078920e6de61247b3b5c4c3a01f1ad881a7 (src/cljc/net/wikipunk/rdf/odrl.cljc); all other actions
#: that are not deprecated are included in `use`. Those of `cc:` are as in w3c/poe on GitHub at
#: 01624e81cbd41e7162368437055a1e67c4e7a8ac (vocab/ODRL22.ttl).
INCLUDED = {"display": "play", "extract": "reproduce", "give": "transfer", "sell": "transfer"}
TOP = ("use", "transfer")
CREATIVE_COMMONS = (
    "Attribution", "DerivativeWorks", "Distribution", "Notice", "Reproduction", "ShareAlike",
    "Sharing", "SourceCode",
)  # fmt: skip

#: the collection `#constraintRelationalOperators`
OPERATORS = (
    "eq", "gt", "gteq", "hasPart", "isA", "isAllOf", "isAnyOf", "isNoneOf", "isPartOf", "lt",
    "lteq", "neq",
)  # fmt: skip

#: the collection `#constraintLogicalOperands`
OPERANDS = ("and", "andSequence", "or", "xone")

CONFLICT = ("invalid", "perm", "prohibit")

#: what is neither an action nor a left operand among concepts and individuals
OTHER = ("core", "policyUsage")

#: the collection `#deprecatedTerms`
DEPRECATED = (
    "All", "All2ndConnections", "AllConnections", "AllGroups", "AssetScope", "Group", "Individual",
    "PartyScope", "UndefinedTerm", "adHocShare", "append", "appendTo", "attachPolicy",
    "attachSource", "commercialize", "copy", "device", "export", "extractChar", "extractPage",
    "extractWord", "ignore", "inheritAllowed", "inheritRelation", "lease", "lend", "license", "pay",
    "payeeParty", "preview", "proximity", "scope", "secondaryUse", "share", "shareAlike", "support",
    "system", "timedCount", "undefined", "write", "writeTo",
)  # fmt: skip


def sections(module: str) -> dict[str, list[str]]:
    """Read the names of a generated namespace module, by the kind it files them under."""
    found: dict[str, list[str]] = {}
    kind = ""
    for line in module.splitlines():
        heading = re.fullmatch(r"    # http\S+[/#](\w+)", line)
        name = re.match(r"    (\w+): (?:URIRef|\()", line)
        if heading:
            kind = heading[1]
        elif name:
            found.setdefault(kind, []).append(name[1])
    return found


def terms(module: str) -> dict[str, list[str] | dict[str, str]]:
    """Sort the names of the vocabulary by what they are."""
    named = sections(module)
    concepts, individuals = named["Concept"], named["NamedIndividual"]
    known = {*OPERANDS, *(name for names in named.values() for name in names)}
    stated = {*INCLUDED, *INCLUDED.values(), *TOP, *OPERATORS, *CONFLICT, *OTHER, *DEPRECATED}
    if stated - known:
        raise SystemExit(f"not in the vocabulary: {sorted(stated - known)}")
    current = [name for name in concepts if name not in (*DEPRECATED, *OTHER)]
    actions = [f"odrl:{name}" for name in current if name[0].islower()]
    parents = {name: f"odrl:{INCLUDED.get(name.partition(':')[2], 'use')}" for name in actions}
    parents |= {f"odrl:{name}": "" for name in TOP}
    parents |= {f"cc:{name}": "odrl:use" for name in CREATIVE_COMMONS}
    skipped = {*OPERATORS, *CONFLICT, *OTHER, *DEPRECATED}
    return {
        "classes": [name for name in current if name[0].isupper()],
        "properties": sorted({*named["Property"], *OPERANDS} - set(DEPRECATED)),
        "left_operands": [name for name in individuals if name not in skipped],
        "operators": list(OPERATORS),
        "logical_operands": list(OPERANDS),
        "conflict": list(CONFLICT),
        "deprecated": list(DEPRECATED),
        "actions": parents,
    }


def context(document: str) -> dict[str, dict[str, str]]:
    """Read what names mean in the context: prefixes, aliases, and terms by how values are read."""
    found: dict[str, dict[str, str]] = {"prefixes": {}, "plain": {}, "id": {}, "vocab": {}}
    for name, meaning in json.loads(document)["@context"].items():
        if isinstance(meaning, str):
            found["prefixes" if "://" in meaning else "plain"][name] = meaning
        elif meaning.get("@type") in ("@id", "@vocab"):
            found[meaning["@type"][1:]][name] = meaning["@id"]
        else:
            found["plain"][name] = meaning["@id"]
    return found


def _list(name: str, values: Iterable[str]) -> str:
    rows = "".join(f'  "{value}",\n' for value in values)
    return f"{name} = [\n{rows}]\n"


def _table(name: str, pairs: dict[str, str]) -> str:
    rows = "".join(f'"{key}" = "{value}"\n' for key, value in pairs.items())
    return f"[{name}]\n{rows}"


def main(module: Path, context_file: Path) -> None:
    """Write the table."""
    head = (
        "# The names of ODRL 2.2 and how its JSON-LD context reads them; built by"
        " tools/build_odrl_terms.py.\n"
        'source = "http://www.w3.org/ns/odrl/2/ and http://www.w3.org/ns/odrl.jsonld"\n'
    )
    found = terms(module.read_text(encoding="utf-8"))
    lists = [_list(key, each) for key, each in found.items() if isinstance(each, list)]
    tables = [_table(key, each) for key, each in found.items() if isinstance(each, dict)]
    for key, each in context(context_file.read_text(encoding="utf-8")).items():
        tables.append(_table(f"context.{key}", each))
    OUT.write_text(head + "".join(lists) + "\n" + "\n".join(tables), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
