"""Write `src/howopen/reports/schema.json`: the JSON Schema of everything howopen prints as JSON."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import msgspec

from howopen.answer import Answer, Claim
from howopen.kinship.lookup import Added, Nearest
from howopen.kinship.result import Kinship
from howopen.licenses.comparison import LicenseComparison
from howopen.release import LicenseReading
from howopen.report import SCHEMA_VERSION, Opened, Report
from howopen.reports.explain import Explanation
from howopen.rights.publishing import Publishing

TARGET = Path(__file__).resolve().parents[1] / "src" / "howopen" / "reports" / "schema.json"

#: What the commands print: one of these, or a list of one of the last three.
SINGLE = (
    Report, Opened, Publishing, Explanation, Kinship, Nearest, Added, LicenseComparison, Answer,
    Claim, LicenseReading,
)  # fmt: skip
SEVERAL = (Answer, Claim, LicenseReading)


def schema() -> dict[str, Any]:
    """Build the schema (JSON Schema 2020-12)."""
    refs, definitions = msgspec.json.schema_components(SINGLE, ref_template="#/$defs/{name}")
    lists = [{"type": "array", "items": {"$ref": f"#/$defs/{each.__name__}"}} for each in SEVERAL]
    for definition in definitions.values():
        # Python 3.13 takes the indentation off docstrings, earlier ones leave it
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    report = definitions["Report"]
    report["required"] = sorted({"schema_version", *report["required"]})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What howopen prints as JSON",
        "version": SCHEMA_VERSION,
        "anyOf": [*refs, *lists],
        "$defs": definitions,
    }


def text() -> str:
    """Build the text of the file."""
    encoded = msgspec.json.encode(schema(), order="sorted")
    return msgspec.json.format(encoded, indent=1).decode() + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
