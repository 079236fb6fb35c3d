"""The JSON of everything: stable, complete, valid under the schema that ships."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest
from tools import build_schema

from howopen.knowledge import default
from howopen.report import Opened, Report
from howopen.reports import render
from howopen.reports.explain import explain
from tests.reports import sample

SCHEMA: dict[str, Any] = json.loads(build_schema.TARGET.read_text(encoding="utf-8"))
REPORT = sample.report()


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SCHEMA | {"anyOf": [{"$ref": f"#/$defs/{name}"}]})


def test_the_schema_that_ships_is_the_one_that_is_generated() -> None:
    assert build_schema.TARGET.read_text(encoding="utf-8") == build_schema.text()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (REPORT, "Report"),
        (REPORT.answers[0], "Answer"),
        (sample.MIT, "LicenseReading"),
        (REPORT.claims[0], "Claim"),
        (Opened(verdicts=REPORT.verdicts, frame_table=REPORT.frame_table), "Opened"),
        (explain("share", default()), "Explanation"),
    ],
)
def test_what_is_printed_is_valid(thing: object, name: str) -> None:
    value = json.loads(render(thing, "json"))
    validator(name).validate(value)
    jsonschema.Draft202012Validator(SCHEMA).validate(value)


@pytest.mark.parametrize("things", [REPORT.answers, REPORT.claims, (sample.MIT, sample.LLAMA)])
def test_lists_of_answers_claims_and_readings_are_valid(things: tuple[object, ...]) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render(things, "json")))


def test_the_schema_refuses_a_truth_it_does_not_know() -> None:
    value = json.loads(render(REPORT, "json"))
    value["answers"][0]["truth"] = "maybe"
    with pytest.raises(jsonschema.ValidationError):
        validator("Report").validate(value)


def test_equal_reports_give_equal_bytes_with_a_newline_at_the_end() -> None:
    assert render(REPORT, "json") == render(sample.report(), "json")
    assert render(REPORT, "json").endswith("}\n")


def test_a_report_carries_the_versions_of_schema_tool_and_knowledge() -> None:
    value = json.loads(render(REPORT, "json"))
    assert value["schema_version"]
    assert value["tool_version"] == "0.1.0"
    assert value["knowledge_version"] == "2026.11.22"


def test_json_decodes_to_an_equal_report() -> None:
    sound = msgspec.structs.replace(
        REPORT, release=msgspec.structs.replace(REPORT.release, files=())
    )
    assert msgspec.json.decode(render(sound, "json"), type=Report) == sound


def test_half_a_surrogate_pair_in_a_file_name_breaks_nothing() -> None:
    assert "lone?surrogate" in render(REPORT, "json")
