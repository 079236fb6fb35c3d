"""Write `src/howopen/knowledge/definition.schema.json`: the JSON Schema of a definition file.

Built from the typed structs of a definition and the table of predicates, so that an editor can
check and complete a definition while it is written.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from howopen.knowledge import default
from howopen.knowledge.definitions import RawDefinition, vocabulary_of
from howopen.knowledge.frames import ROLES
from howopen.knowledge.predicates import CLASSES, KEYS, RESTRICTIONS, Kind
from howopen.release import Access, Component

TARGET = Path(__file__).resolve().parents[1] / "src/howopen/knowledge/definition.schema.json"


def words(*known: str) -> dict[str, Any]:
    """Describe one word or a list of words, of a vocabulary where one is given."""
    one: dict[str, Any] = {"type": "string", **({"enum": list(known)} if known else {})}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


PREDICATE = {"$ref": "#/$defs/Predicate"}

#: what a key of a predicate may hold
VOCABULARY = vocabulary_of(default())

KINDS: dict[Kind, dict[str, Any]] = {
    "actions": words(*VOCABULARY["actions"]),
    "topics": words(*VOCABULARY["topics"]),
    "access": {"enum": list(Access)},
    "classes": words(*CLASSES),
    "components": words(*Component, *(f"${role}" for role in ROLES)),
    "count": {"type": "integer"},
    "flag": {"type": "boolean"},
    "list": words(),
    "predicate": PREDICATE,
    "predicates": {"type": "array", "items": PREDICATE, "minItems": 1},
    "question": {"type": "string"},
    "restrictions": words(*RESTRICTIONS),
    "text": {"type": "string", "minLength": 1},
    "truth": {"enum": ["no", "unclear"]},
    "words": words(),
}


def predicate() -> dict[str, Any]:
    """Describe a predicate: a table of one of these forms."""
    return {"oneOf": [_form(keys) for keys in KEYS.values()]}


def _form(keys: Mapping[str, Kind]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key.rstrip("?"): KINDS[kind] for key, kind in keys.items()},
        "required": [key for key in keys if not key.endswith("?")],
        "additionalProperties": False,
    }


def schema() -> dict[str, Any]:
    """Build the schema (JSON Schema 2020-12); dates are TOML's own."""
    (ref,), found = msgspec.json.schema_components(
        [RawDefinition], ref_template="#/$defs/{name}", schema_hook=lambda _: {"type": "object"}
    )
    for each in found.values():
        each["description"] = inspect.cleandoc(each.get("description", ""))
    rule = found["RawCriterion"]["properties"]
    rule["holds"] = PREDICATE
    rule["partly"] = PREDICATE
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A definition of openness for howopen",
        **ref,
        "$defs": {**found, "Predicate": predicate()},
    }


def text() -> str:
    """Build the text of the file."""
    encoded = msgspec.json.encode(schema(), order="sorted")
    return msgspec.json.format(encoded, indent=1).decode() + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
