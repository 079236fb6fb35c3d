"""Each definition that ships, on releases that differ in one thing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from howopen.answer import Criterion, Truth, Verdict
from howopen.errors import UnknownTermError
from howopen.knowledge import default
from howopen.knowledge.definitions import definition_ids, definition_of
from howopen.openness import frames, verdicts
from howopen.release import Fact, LicenseReading, Release, Single
from tests.openness.build import all_open, both, choice, declared, one, part, release

ALL = definition_ids(default())

#: the ids are public and stable
SHIPPED = """
debian-ml-draft eu-ai-act-53-2 fsf-2024 g7-2026 gradient-2023 lambert-2023 mof-strict-1.0
mot-2024-10 mot-2026 open-definition-2.1 osai-2025 osai-2026 osaid-1.0 osd@data-as-source
osd@weights-and-architecture osd@weights-as-source osd@whole-system owd-1.0 rail redhat-2023
super-open
"""


def judged(given: Release, definition: str, variant: str | None = None) -> Verdict:
    return verdicts(given, default(), only=[definition], variant=variant)[definition]


def criterion(verdict: Verdict, ident: str) -> Criterion:
    return next(item for item in verdict.criteria if item.id == ident)


def test_all_definitions_of_the_design_ship() -> None:
    assert set(SHIPPED.split()) == set(ALL)


@pytest.mark.parametrize("ident", ALL)
def test_a_definition_names_its_source_and_has_the_id_of_its_file(ident: str) -> None:
    definition = definition_of(default(), ident)
    assert definition.id == ident
    assert len(definition.text.source) > 20


@pytest.mark.parametrize("ident", ALL)
def test_every_criterion_has_reasons_and_every_unmet_one_says_what_is_missing(ident: str) -> None:
    for given in (release(), release(part("weights", "llama-2")), release(*all_open())):
        for item in judged(given, ident).criteria:
            if item.score is None:
                assert item.reasons, item.id
            if item.truth in {Truth.NO, Truth.UNCLEAR} and item.id not in {"closed", "staged"}:
                assert item.missing or item.reasons, item.id


@pytest.mark.parametrize("ident", ALL)
def test_a_verdict_carries_the_versions_of_the_definition_and_of_the_knowledge(ident: str) -> None:
    assert default().version in judged(release(), ident).version


def test_an_unknown_definition_suggests_near_ones() -> None:
    with pytest.raises(UnknownTermError, match=r"osaid-1\.0"):
        judged(release(), "osaid")


def test_an_unknown_variant_is_an_error() -> None:
    with pytest.raises(UnknownTermError):
        judged(release(part("weights", "MIT", variant="7b")), "lambert-2023", "8b")


def test_no_definition_applies_to_a_data_set() -> None:
    given = release(part("training-data", "CC-BY-4.0"), kind="dataset")
    assert {item.truth for item in verdicts(given, default()).values()} == {Truth.NA}


# --- the gradient


@pytest.mark.parametrize(
    ("access", "level"),
    [
        ("withheld", "fully closed"),
        ("staged", "gradual or staged"),
        ("hosted", "hosted access"),
        ("api", "cloud-based or API access"),
        ("gated-download", "downloadable"),
        ("download", "downloadable"),
    ],
)
def test_the_gradient_follows_the_access_to_the_weights(access: str, level: str) -> None:
    one = part("weights", "llama-2", presence="elsewhere", access=access, how="manifest")
    assert judged(release(one), "gradient-2023").level == level


def test_an_interface_that_was_seen_does_not_rule_out_a_download() -> None:
    given = release(part("weights", "MIT", presence="elsewhere", access="api", how="card-prose"))
    assert judged(given, "gradient-2023").level == "at least cloud-based or API access"
    assert judged(given, "lambert-2023").level == "undetermined"


def test_the_gradient_shows_a_gate() -> None:
    gated = judged(release(part("weights", "MIT", access="gated-download")), "gradient-2023")
    assert criterion(gated, "ungated").truth is Truth.NO
    assert gated.truth is Truth.NA


def test_the_gradient_is_fully_open_under_a_restrictive_license() -> None:
    given = release(*all_open("bigscience-bloom-rail-1.0"))
    assert judged(given, "gradient-2023").level == "fully open"


def test_weights_that_were_not_found_leave_the_gradient_undetermined() -> None:
    given = release(part("weights", presence="not-found"), part("model-card", "MIT"))
    assert judged(given, "gradient-2023").level == "undetermined"


def test_weights_that_are_kept_back_are_fully_closed() -> None:
    given = release(part("weights", presence="said-withheld"))
    assert judged(given, "gradient-2023").level == "fully closed"


# --- the OSI's


def test_osaid_never_certifies() -> None:
    verdict = judged(release(*all_open()), "osaid-1.0")
    assert verdict.level == "no failing found"


def test_osaid_fails_a_restrictive_license_and_says_which() -> None:
    verdict = judged(release(part("weights", "llama-2")), "osaid-1.0")
    assert verdict.level == "fails"
    terms = criterion(verdict, "parameters-terms")
    assert "llama-2" in terms.reasons[0].text
    assert terms.reasons[0].evidence


def test_osaid_is_undetermined_where_a_component_was_not_found() -> None:
    verdict = judged(release(part("weights", "Apache-2.0")), "osaid-1.0")
    assert verdict.level == "undetermined"
    assert any("training code" in text for text in verdict.missing)


def test_osaid_fails_what_the_release_says_it_keeps_back() -> None:
    parts = [item for item in all_open() if item.component != "training-code"]
    given = release(*parts, part("training-code", presence="said-withheld"))
    assert judged(given, "osaid-1.0").level == "fails"


def test_osaid_cannot_tell_whether_a_description_suffices_without_the_data() -> None:
    parts = [item for item in all_open() if "data" not in item.component]
    given = release(*parts, part("data-information", "MIT"), part("data-processing-code", "MIT"))
    verdict = judged(given, "osaid-1.0")
    assert verdict.level == "undetermined"
    assert criterion(verdict, "data-information-suffices").missing


def test_osaid_leaves_terms_the_osi_has_not_ruled_on_undetermined() -> None:
    verdict = judged(release(part("weights", "CC-BY-4.0")), "osaid-1.0")
    assert criterion(verdict, "parameters-terms").truth is Truth.UNCLEAR


def test_osaid_finds_unlicensed_weights_failing() -> None:
    verdict = judged(release(part("weights", None)), "osaid-1.0")
    assert criterion(verdict, "parameters-terms").truth is Truth.NO


def test_terms_of_weights_elsewhere_may_be_stated_there() -> None:
    away = part("weights", None, presence="elsewhere", urls=("https://example.org/w",))
    verdict = judged(release(away), "osaid-1.0")
    assert criterion(verdict, "parameters-terms").truth is Truth.UNCLEAR
    assert any("example.org" in text for text in verdict.missing)
    told = declared("license", "unlicensed", how="manifest", component="weights")
    known = judged(release(away, declarations=(told,)), "osaid-1.0")
    assert criterion(known, "parameters-terms").truth is Truth.NO


def test_an_unknown_license_decides_nothing() -> None:
    verdict = judged(release(part("weights", one(None))), "osaid-1.0")
    assert criterion(verdict, "parameters-terms").truth is Truth.UNCLEAR


def test_a_changed_text_of_an_open_license_is_not_that_license() -> None:
    verdict = judged(release(part("weights", one("MIT", modified=True))), "osaid-1.0")
    assert criterion(verdict, "parameters-terms").truth is Truth.UNCLEAR


@pytest.mark.parametrize(
    ("terms", "truth"),
    [
        (choice("MIT", "llama-2"), Truth.YES),
        (both("MIT", "llama-2"), Truth.NO),
        (both("MIT", "Apache-2.0"), Truth.YES),
    ],
)
def test_one_open_choice_is_enough_and_one_closed_duty_too_much(
    terms: object, truth: Truth
) -> None:
    given = release(part("weights", terms))  # type: ignore[arg-type]  # parametrized
    assert criterion(judged(given, "osaid-1.0"), "parameters-terms").truth is truth


# --- the G7's


@pytest.mark.parametrize(
    ("terms", "level"),
    [("llama-2", "Weights Available"), ("Apache-2.0", "Open Weights")],
)
def test_g7_labels_weights_by_their_license(terms: str, level: str) -> None:
    given = release(part("weights", terms), part("inference-code", "MIT"))
    verdict = judged(given, "g7-2026")
    assert verdict.level == level
    assert verdict.missing


def test_g7_gives_no_label_without_the_code_to_run_it() -> None:
    listed = (declared("title", "M", how="manifest"),)
    verdict = judged(release(part("weights", "MIT"), declarations=listed), "g7-2026")
    assert verdict.level == "none of the four labels"
    assert verdict.next_level == "Weights Available"
    assert verdict.missing == ("publish the inference code",)


def test_what_a_folder_does_not_hold_may_lie_elsewhere_unless_a_manifest_lists_all() -> None:
    verdict = judged(release(part("weights", "MIT")), "g7-2026")
    assert verdict.level == "undetermined"
    assert verdict.missing == ("publish the inference code",)
    model = judged(release(part("weights", "MIT")), "mot-2026")
    assert model.level == "undetermined"


def test_of_several_models_the_weakest_decides_and_those_that_fall_short_are_named() -> None:
    closed = [part("weights", "llama-2", variant=name) for name in ("a", "b", "c", "d", "e")]
    given = release(part("weights", "MIT", variant="z"), *closed, part("inference-code", "MIT"))
    verdict = judged(given, "g7-2026")
    assert verdict.level == "Weights Available"
    assert verdict.missing == ("license the weights of a, b, c and 2 more under an open license",)
    reasons = [reason.text for reason in criterion(verdict, "open-license").reasons]
    assert "the terms differ: it does hold for weights (z)" in reasons
    assert judged(given, "g7-2026", variant="z").level == "Open Weights"


def ambiguous(name: str, *may_be: str) -> Single:
    return Single(reading=LicenseReading(license=None, name=name, via="notice", near=may_be))


def test_terms_that_name_no_version_are_judged_where_all_versions_agree() -> None:
    terms = ambiguous("CC-BY-NC", "CC-BY-NC-3.0", "CC-BY-NC-4.0")
    given = release(part("weights", terms), part("inference-code", "MIT"))
    assert judged(given, "lambert-2023").level == "does not meet it"
    assert judged(given, "osaid-1.0").level == "fails"
    assert judged(given, "g7-2026").level == "Weights Available"


def test_a_changed_text_may_have_dropped_what_restricts_and_is_on_no_list() -> None:
    terms = ambiguous("a modified Open RAIL-M", "bigscience-openrail-m", "creativeml-openrail-m")
    given = release(part("weights", terms))
    assert judged(given, "lambert-2023").level == "undetermined"
    assert judged(given, "osaid-1.0").level == "fails"


def test_candidates_that_differ_leave_it_open() -> None:
    given = release(part("weights", ambiguous("CC", "CC0-1.0", "CC-BY-NC-4.0")))
    assert judged(given, "lambert-2023").level == "undetermined"


def test_what_surely_fails_comes_first_in_what_is_missing() -> None:
    weights = part("weights", "llama-2", presence="elsewhere", access=None)
    missing = judged(release(weights), "osaid-1.0").missing
    assert missing[0] == "license the weights under an open license"


def test_terms_that_rule_out_the_higher_levels_bound_one_that_is_undetermined() -> None:
    verdict = judged(release(part("weights", "llama-2")), "g7-2026")
    assert verdict.level == "undetermined, at most Weights Available"
    assert judged(release(), "g7-2026").level == "undetermined"


def test_weights_spoken_of_in_general_are_no_further_model_beside_those_of_the_variants() -> None:
    code = part("inference-code", "MIT")
    weights = part("weights", "MIT", variant="small")
    general = part("weights", None, presence="elsewhere", access=None)
    assert judged(release(weights, general, code), "g7-2026").level == "Open Weights"
    closed = part("weights", "llama-2", presence="elsewhere", access=None)
    assert judged(release(weights, closed, code), "g7-2026").level == "Weights Available"


@pytest.mark.parametrize("definition", ALL)
def test_what_is_missing_is_said_as_something_to_do(definition: str) -> None:
    """Each begins with a verb, for an empty release and for one under restrictive terms."""
    verbs = {"publish", "license", "let", "say", "see", "state", "have", "find", "put", "give"}
    verbs |= {"read", "try", "run", "name"}
    parts = [part(one.component, "llama-2", presence="elsewhere") for one in all_open()]
    for given in (release(), release(*parts), release(*all_open())):
        for text in judged(given, definition).missing:
            assert text.split()[0] in verbs, text


def test_g7_asks_whether_the_named_data_is_all() -> None:
    verdict = judged(release(*all_open()), "g7-2026")
    assert verdict.level == "Open Weights"
    assert any("all" in text for text in verdict.missing)


# --- Lambert's


@pytest.mark.parametrize(
    ("terms", "access", "level"),
    [
        ("Apache-2.0", "download", "meets it"),
        ("Apache-2.0", "gated-download", "does not meet it"),
        ("llama-2", "download", "does not meet it"),
        ("CC-BY-NC-4.0", "download", "does not meet it"),
        (None, "download", "does not meet it"),
        ("nobody-read-this", "download", "undetermined"),
    ],
)
def test_lambert_asks_for_availability_and_use_without_restriction(
    terms: str | None, access: str, level: str
) -> None:
    assert judged(release(part("weights", terms, access=access)), "lambert-2023").level == level


def test_lambert_cites_the_clauses_that_restrict() -> None:
    verdict = judged(release(part("weights", "llama-2")), "lambert-2023")
    reasons = criterion(verdict, "unrestricted").reasons[0].because[0].because
    assert any("700" in item.text for item in reasons)
    assert all(item.citations for item in reasons)


# --- no artefact


@pytest.mark.parametrize("ident", [item for item in ALL if not item.startswith("mot-")])
def test_without_an_artefact_nothing_is_found_open(ident: str) -> None:
    given = release(part("weights", "MIT", presence="elsewhere", access=None))
    verdict = judged(given, ident)
    assert verdict.truth is not Truth.YES
    assert verdict.level not in {"downloadable", "fully open", "meets it", "no failing found"}
    assert "Open" not in verdict.level


def test_variants_that_differ_are_judged_by_the_weakest_and_each_can_be_asked() -> None:
    given = release(
        part("weights", "Apache-2.0", variant="schnell"),
        part("weights", "flux-1-dev", variant="dev"),
    )
    whole = judged(given, "lambert-2023")
    assert whole.truth is Truth.NO
    assert "schnell" in criterion(whole, "unrestricted").reasons[-1].text
    assert judged(given, "lambert-2023", "schnell").truth is Truth.YES
    assert judged(given, "lambert-2023", "dev").truth is Truth.NO


def test_an_inherited_license_counts_and_the_reason_says_so() -> None:
    given = release(part("weights", "Apache-2.0", scope="inherited"))
    terms = criterion(judged(given, "osaid-1.0"), "parameters-terms")
    assert terms.truth is Truth.YES
    assert "inherited" in terms.reasons[0].text


# --- editions of the Model Openness Framework

CLASS_3 = ("architecture", "weights", "technical-report", "evaluation-results", "model-card")


@pytest.mark.parametrize(
    ("terms", "level"),
    [
        ("MIT", "Class III - Open Model (Qualified)"),
        ("CC-BY-4.0", "Unclassified"),
        ("BSD-3-Clause", "undetermined"),
    ],
)
def test_october_2024_gave_a_class_for_one_license_meant_for_code(terms: str, level: str) -> None:
    listed = (declared("title", "M", how="manifest"),)
    given = release(part("weights", terms), declarations=listed)
    verdict = judged(given, "mot-2024-10")
    assert verdict.level == level
    assert verdict.truth is Truth.NO
    assert judged(given, "mot-2026").level == "Unclassified"


@pytest.mark.parametrize(
    ("weights", "truth"),
    [("CDLA-Permissive-2.0", Truth.YES), ("MIT", Truth.NO), ("CC-BY-4.0", Truth.NO)],
)
def test_strictly_weights_need_a_license_for_data(weights: str, truth: Truth) -> None:
    listed = (declared("title", "M", how="manifest"),)
    papers = [part(item, "CC-BY-4.0") for item in (*CLASS_3[2:], "data-card")]
    parts = [part("architecture", "MIT"), part("weights", weights), *papers]
    verdict = judged(release(*parts, declarations=listed), "mof-strict-1.0")
    assert criterion(verdict, "weights").truth is truth
    assert (verdict.level == "Class III - Open Model") is (truth is Truth.YES)


# --- the AI Act


@pytest.mark.parametrize(
    ("terms", "fails"),
    [
        ("Apache-2.0", set()),
        ("llama-2", {"grants", "no-threshold"}),
        ("CC-BY-NC-4.0", {"grants", "no-purpose"}),
    ],
)
def test_the_ai_act_lists_what_a_license_may_not_do(terms: str, fails: set[str]) -> None:
    verdict = judged(release(part("weights", terms)), "eu-ai-act-53-2")
    no = {item.id for item in verdict.criteria if item.truth is Truth.NO}
    assert fails <= no
    assert bool(no) is bool(fails)


def test_the_ai_act_leaves_open_whether_limits_by_field_are_proportionate() -> None:
    given = release(part("weights", "bigscience-bloom-rail-1.0"))
    assert criterion(judged(given, "eu-ai-act-53-2"), "fields").truth is Truth.UNCLEAR


# --- others


def test_a_rail_is_open_with_limits_and_a_free_license_is_not_of_that_kind() -> None:
    assert judged(release(part("weights", "MIT")), "rail").level == "not of this kind"
    limited = judged(release(part("weights", "bigscience-openrail-m")), "rail")
    assert limited.level == "open with limits on use"
    assert judged(release(part("weights", "llama-2")), "rail").truth is Truth.NO


def test_the_fsf_calls_a_responsible_use_license_not_free() -> None:
    verdict = judged(release(part("weights", "bigscience-bloom-rail-1.0")), "fsf-2024")
    assert verdict.level == "not free"
    assert criterion(verdict, "not-rail").truth is Truth.NO


def test_the_open_definition_asks_for_an_open_format() -> None:
    given = release(part("weights", "CC-BY-4.0"))
    fact = Fact(name="format", value="safetensors", evidence=())
    known = release(replace(given.parts[0], facts=(fact,)))
    assert (
        criterion(judged(given, "open-definition-2.1"), "machine-readable").truth is Truth.UNCLEAR
    )
    assert criterion(judged(known, "open-definition-2.1"), "machine-readable").truth is Truth.YES


def test_debian_tells_free_weights_from_a_free_model() -> None:
    verdict = judged(release(part("weights", "MIT")), "debian-ml-draft")
    assert verdict.level == "ToxicCandy model"
    assert verdict.next_level == "Free model"


def test_the_open_source_definition_is_judged_in_its_frame() -> None:
    given = release(part("weights", "MIT"), part("inference-code", "MIT"))
    weights = judged(given, "osd@weights-as-source")
    assert weights.frame == "weights-as-source"
    assert weights.level == "meets all that apply"
    data = judged(given, "osd@data-as-source")
    assert data.truth is Truth.UNCLEAR
    assert criterion(data, "osd-4").truth is Truth.NA
    table = frames(given, default(), only="data-as-source")
    told = {row.id: row.cells[0].truth for row in table.rows}
    assert {item.id: item.truth for item in data.criteria} == {
        item.id: told[item.id] for item in data.criteria
    }


def test_a_rule_whose_words_were_not_read_is_unclear_and_says_so() -> None:
    unread = criterion(judged(release(*all_open()), "owd-1.0"), "notices-by-link")
    assert unread.truth is Truth.UNCLEAR
    assert "not read" in unread.reasons[0].text
