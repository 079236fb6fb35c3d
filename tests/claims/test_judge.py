"""Claims confronted with terms, parts, relations and rights."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from howopen.answer import Claim
from howopen.claims import Subject, claims_of, find_claims, read_claims
from howopen.formats.card import Card, read_card
from howopen.inventory.documents import Document
from howopen.knowledge import default
from howopen.openness import verdicts
from howopen.release import (
    Access,
    Direction,
    Evidence,
    FileRole,
    How,
    Part,
    Relation,
    Release,
    Standing,
)
from tests.openness.build import declared, evidence, part, release


def subject(given: Release) -> Subject:
    return Subject(release=given, verdicts=verdicts(given, default(), only=["osaid-1.0"]))


def judged(text: str, *parts: Part, **more: object) -> dict[str, str]:
    given = release(*parts, **more)  # type: ignore[arg-type]  # passed on
    claims = read_claims(text, about=subject(given), path="README.md", knowledge=default())
    return {claim.kind: claim.judgement.value for claim in claims}


LLAMA = part("weights", "llama-2")
APACHE = part("weights", "Apache-2.0")


@pytest.mark.parametrize(
    ("text", "parts", "judgement"),
    [
        ("Alpaca is open source.", (APACHE,), "borne out"),
        ("Alpaca is open source.", (LLAMA,), "contradicted"),
        ("Alpaca is open source.", (part("weights", "CC-BY-4.0"),), "cannot be told"),
        ("Alpaca is open source.", (part("weights", None),), "overstated"),
        ("Alpaca is open source.", (), "cannot be told"),
        ("Alpaca is fully open source.", (APACHE,), "cannot be told"),
        ("Alpaca is fully open source.", (LLAMA,), "contradicted"),
        (
            "Alpaca is fully open source.",
            (APACHE, part("training-data", presence="said-withheld")),
            "contradicted",
        ),
        (
            "Alpaca is fully open source.",
            (APACHE, part("training-data", "MIT"), part("training-code", "MIT")),
            "borne out",
        ),
        ("The weights are openly available.", (APACHE,), "borne out"),
        ("The weights are openly available.", (LLAMA,), "borne out"),
        ("Alpaca is an open-weights model.", (LLAMA,), "overstated"),
        ("Alpaca is an open-weights model.", (APACHE,), "borne out"),
        (
            "Alpaca is open source.",
            (part("weights", None, presence="elsewhere"),),
            "cannot be told",
        ),
        (
            "The weights are openly available.",
            (part("weights", "MIT", presence="elsewhere", access="api"),),
            "contradicted",
        ),
        ("The weights are free to use.", (LLAMA,), "borne out"),
        (
            "The weights are free to use.",
            (part("weights", "MIT", access="gated-download"),),
            "overstated",
        ),
        ("This model is released under the Apache 2.0 license.", (APACHE,), "borne out"),
        ("This model is released under the Apache 2.0 license.", (LLAMA,), "contradicted"),
        ("The code is released under the MIT license.", (LLAMA,), "cannot be told"),
        (
            "The code is released under the MIT license.",
            (LLAMA, part("inference-code", "MIT")),
            "borne out",
        ),
        ("The model comes with a permissive license.", (APACHE,), "borne out"),
        ("The model comes with a permissive license.", (LLAMA,), "contradicted"),
        ("It is suitable for any commercial use.", (APACHE,), "borne out"),
        ("It is suitable for any commercial use.", (LLAMA,), "contradicted"),
        ("Alpaca is intended for commercial and research use.", (LLAMA,), "borne out"),
        ("Commercial use is allowed.", (part("weights", "CC-BY-NC-4.0"),), "contradicted"),
        ("Commercial use is allowed.", (part("weights", None),), "overstated"),
        ("Commercial use is allowed.", (replace(APACHE, grant=None),), "cannot be told"),
        (
            "Our repository is freely available for commercial use.",
            (part("weights", "CC-BY-NC-4.0"), part("inference-code", "Apache-2.0")),
            "borne out",
        ),
        ("There are no restrictions on its use.", (LLAMA,), "contradicted"),
        ("There are no restrictions on its use.", (APACHE,), "borne out"),
        ("Alpaca is fully reproducible.", (APACHE,), "cannot be told"),
        ("We release all training data.", (APACHE,), "cannot be told"),
        ("We release all training data.", (part("training-data", "MIT"),), "borne out"),
        (
            "We release all training data.",
            (part("training-data", presence="said-withheld"),),
            "contradicted",
        ),
        ("This is an uncensored model.", (APACHE,), "cannot be told"),
        ("Alpaca was trained from scratch.", (APACHE,), "cannot be told"),
        ("Alpaca was trained from scratch.", (LLAMA,), "overstated"),
    ],
)
def test_a_claim_is_judged_by_what_was_found(
    text: str, parts: tuple[Part, ...], judgement: str
) -> None:
    assert set(judged(text, *parts).values()) == {judgement}


@pytest.mark.parametrize("text", ["Alpaca is fully open source.", "Alpaca is fully reproducible."])
def test_what_no_manifest_lists_is_not_there(text: str) -> None:
    listed = declared("title", "Alpaca", how=How.MANIFEST)
    assert judged(text, APACHE)[next(iter(judged(text, APACHE)))] == "cannot be told"
    assert set(judged(text, APACHE, declarations=(listed,)).values()) == {"overstated"}


def test_a_sentence_on_another_makers_model_accuses_nobody() -> None:
    free = replace(APACHE, access=Access.DOWNLOAD)
    other = "To use other/chandra-7b you must first accept the license on the Hub to get access."
    assert judged(other, free)["gated"] == "cannot be told"
    own = "To use the model you must first accept the license on the Hub to get access."
    assert judged(own, free)["gated"] == "contradicted"


def test_a_declared_base_contradicts_from_scratch_and_bears_out_based_on() -> None:
    base = Relation(
        kind="fine-tune",
        a="here",
        b="meta-llama/Llama-2-7b",
        evidence=(evidence("base_model: meta-llama/Llama-2-7b", path="README.md"),),
    )
    text = "Alpaca was trained from scratch.\n\nAlpaca is fine-tuned from Llama-2-7b."
    found = judged(text, APACHE, relations=(base,))
    assert found == {"from-scratch": "contradicted", "based-on": "borne out"}
    other = judged("Alpaca is fine-tuned from Mistral-7B.", APACHE, relations=(base,))
    assert other == {"based-on": "overstated"}
    between = judged("Alpaca is fine-tuned from Llama-2-13b.", APACHE, relations=(base,))
    assert between == {"based-on": "cannot be told"}


def test_a_configuration_alone_decides_no_kinship() -> None:
    config = declared("_name_or_path", "meta-llama/Llama-2-7b-hf", how="config", path="config.json")
    text = "Alpaca was trained from scratch."
    assert judged(text, APACHE, declarations=(config,)) == {"from-scratch": "overstated"}
    both = judged(text, LLAMA, declarations=(config,))
    assert both == {"from-scratch": "contradicted"}


def test_the_makers_own_model_under_the_makers_own_license_was_trained_from_scratch() -> None:
    text = "Llama-2 was trained from scratch."
    found = judged(text, LLAMA, name="meta-llama/Llama-2-7b")
    assert found == {"from-scratch": "cannot be told"}


def test_a_sentence_about_one_variant_is_judged_by_its_terms() -> None:
    parts = (
        part("weights", "Apache-2.0", variant="Alpaca-schnell"),
        part("weights", "llama-2", variant="Alpaca-dev"),
    )
    assert judged("Alpaca-schnell is open source.", *parts) == {"open-source": "borne out"}
    assert judged("Alpaca-dev is open source.", *parts) == {"open-source": "contradicted"}
    assert judged("Alpaca is open source.", *parts) == {"open-source": "overstated"}


CARD = """---
license: apache-2.0
---
# Alpaca

Alpaca is a fully open source model.
It was trained from scratch and is suitable for any commercial use.
"""


def document(text: str, role: FileRole = FileRole.CARD, path: str = "README.md") -> Document:
    card: Card = read_card(text)
    return Document(path=path, role=role, text=text, sha256="0", card=card)


def laundered() -> Release:
    config = declared("_name_or_path", "meta-llama/Llama-2-7b-hf", how="config", path="config.json")
    tag = declared("license", "apache-2.0")
    return release(LLAMA, declarations=(config, tag))


def test_a_laundered_card_is_contradicted_on_every_count_with_both_quotes() -> None:
    claims = claims_of([document(CARD)], subject(laundered()), default())
    assert {claim.kind: claim.judgement.value for claim in claims} == {
        "license-named": "contradicted",
        "fully-open": "contradicted",
        "from-scratch": "contradicted",
        "commercial-use": "contradicted",
    }
    assert len(claims) == 4
    for finding in find_claims(claims):
        assert finding.code == "HO601"
        assert {side.path for side in finding.sides} >= {"README.md", "LICENSE"}
        assert all(side.quote for side in finding.sides)


def test_an_honest_card_on_the_same_weights_has_nothing_to_be_found() -> None:
    text = CARD.replace("apache-2.0", "llama2")
    text = text[: text.index("Alpaca is a fully")] + "Alpaca is fine-tuned from Llama-2-7b.\n"
    base = Relation(kind="fine-tune", a="here", b="meta-llama/Llama-2-7b", evidence=())
    given = release(LLAMA, relations=(base,), declarations=(declared("license", "llama2"),))
    claims = claims_of([document(text)], subject(given), default())
    assert find_claims(claims) == ()
    assert {claim.judgement.value for claim in claims} == {"borne out"}


def test_licenses_and_other_peoples_documents_make_no_claims() -> None:
    said = "This model is open source.\n"
    foreign = [
        document(said, FileRole.LICENSE_TEXT, "LICENSE"),
        document(said, FileRole.DOCUMENT, "third_party/other/README.md"),
    ]
    assert claims_of(foreign, subject(release(LLAMA)), default()) == ()


def test_a_package_license_is_a_claim_about_code() -> None:
    tag = declared("license", "MIT", how="package", path="METADATA")
    given = release(
        part("weights", "CC-BY-NC-4.0"), part("inference-code", "MIT"), declarations=(tag,)
    )
    claims: tuple[Claim, ...] = claims_of([], subject(given), default())
    assert [claim.judgement.value for claim in claims] == ["borne out"]


ELSEWHERE = part("weights", "llama-2", presence="elsewhere", access=None)


def test_openly_released_is_borne_out_only_where_a_download_was_seen() -> None:
    text = "We are openly releasing these models."
    assert judged(text, APACHE)["open-weights"] == "borne out"
    assert judged(text, ELSEWHERE)["open-weights"] == "cannot be told"


def test_free_for_a_use_is_borne_out_by_open_terms() -> None:
    text = "These models are free for academic and commercial use."
    open_terms = part("weights", "Apache-2.0", presence="elsewhere", access=None)
    assert judged(text, open_terms)["free"] == "borne out"
    assert judged(text, ELSEWHERE)["free"] == "cannot be told"


def test_data_said_to_be_released_must_have_been_seen_to_be() -> None:
    text = "We release the full training data."
    here, there = part("training-data", "MIT"), part("training-data", presence="elsewhere")
    assert judged(text, here)["data-released"] == "borne out"
    assert judged(text, replace(there, access=None))["data-released"] == "cannot be told"


@pytest.mark.parametrize(
    ("text", "kind", "judgement"),
    [
        ("Alpaca-1.5 is open source.", "open-source", "cannot be told"),
        ("Alpaca-7B is open source.", "open-source", "borne out"),
        ("Alpaca-1.5B is open source.", "open-source", "borne out"),
        ("The Alpaca series is open source.", "open-source", "borne out"),
    ],
)
def test_a_sentence_on_another_edition_is_not_judged_by_this_one(
    text: str, kind: str, judgement: str
) -> None:
    weights = part("weights", "Apache-2.0", variant="Alpaca-7B")
    assert judged(text, weights)[kind] == judgement


def test_a_named_permissive_license_is_judged_by_itself_and_not_by_other_weights() -> None:
    text = "We publish two models under a permissive BSD-3-Clause license."
    assert judged(text, LLAMA)["permissive"] == "borne out"


def test_a_license_of_nothing_in_particular_is_on_the_code_where_weights_state_none() -> None:
    weights = part("weights", None, presence="elsewhere")
    code = part("inference-code", "MIT")
    assert judged("Licensed under the MIT License.", weights, code)["license-named"] == "borne out"
    assert judged("Licensed under the MIT License.", LLAMA, code)["license-named"] == "contradicted"


def test_a_tag_that_points_elsewhere_claims_nothing() -> None:
    for value in ("See license.txt", "LICENSE.md", "https://example.org/terms"):
        tag = declared("license", value, path="metadata.json")
        given = subject(release(APACHE, declarations=(tag,)))
        assert claims_of([], given, default()) == ()


def lineage(standing: Standing, direction: Direction = Direction.A_FROM_B) -> Relation:
    seen = Evidence(how=How.WEIGHTS, source="here", path="model.safetensors", quote="they are akin")
    return Relation(
        kind="fine-tune",
        a="here",
        b="hf:meta-llama/Llama-2-7b",
        standing=standing,
        direction=direction,
        evidence=(seen,),
    )


@pytest.mark.parametrize(
    ("standing", "judgement"),
    [
        (Standing.OBSERVED, "contradicted"),
        (Standing.BOTH, "contradicted"),
        (Standing.CONTRADICTED, "cannot be told"),
    ],
)
def test_from_scratch_is_held_against_what_the_weights_show(
    standing: Standing, judgement: str
) -> None:
    given = subject(release(APACHE, relations=(lineage(standing),)))
    text = "Alpaca was trained from scratch.\n\nAlpaca is a 7B model developed in-house."
    claims = read_claims(text, about=given, path="README.md", knowledge=default())
    assert {one.kind: one.judgement.value for one in claims} == {
        "from-scratch": judgement,
        "own-model": judgement,
    }
    if judgement == "contradicted":
        shown = claims[0].reasons[0].evidence[0]
        assert shown.how is How.WEIGHTS
        (finding, _) = find_claims(claims)
        assert {side.path for side in finding.sides} == {"README.md", "model.safetensors"}


def test_weights_akin_without_a_direction_do_not_contradict_but_weaken() -> None:
    akin = lineage(Standing.OBSERVED, Direction.UNDECIDED)
    found = judged("Alpaca was trained from scratch.", APACHE, relations=(akin,))
    assert found == {"from-scratch": "overstated"}


def test_a_base_of_the_same_maker_takes_nothing_from_the_claim() -> None:
    own = lineage(Standing.OBSERVED)
    text = "Llama-2 was trained from scratch."
    found = judged(text, LLAMA, name="meta-llama/Llama-2-7b-chat", relations=(own,))
    assert found == {"from-scratch": "cannot be told"}


@pytest.mark.parametrize(
    ("standing", "judgement"),
    [(Standing.BOTH, "borne out"), (Standing.CONTRADICTED, "contradicted")],
)
def test_based_on_is_held_against_what_the_weights_show(standing: Standing, judgement: str) -> None:
    text = "Alpaca is fine-tuned from Llama-2-7b."
    found = judged(text, APACHE, relations=(lineage(standing),))
    assert found == {"based-on": judgement}


GATED = part("weights", "MIT", access="gated-download")


@pytest.mark.parametrize(
    ("text", "parts", "kind", "judgement"),
    [
        ("We release the model weights.", (APACHE,), "weights-released", "borne out"),
        ("We release the model weights.", (), "weights-released", "cannot be told"),
        (
            "We release the model weights.",
            (part("weights", presence="said-withheld"),),
            "weights-released",
            "contradicted",
        ),
        ("We release the training code.", (APACHE,), "code-released", "cannot be told"),
        (
            "We release the training code.",
            (part("training-code", presence="said-withheld"),),
            "code-released",
            "contradicted",
        ),
        (
            "We release the training code.",
            (part("training-code", "MIT"),),
            "code-released",
            "borne out",
        ),
        ("Alpaca is an open language model.", (APACHE,), "open-model", "borne out"),
        ("Alpaca is an open language model.", (LLAMA,), "open-model", "overstated"),
        ("Alpaca is the first open-source model.", (APACHE,), "first-open", "cannot be told"),
        ("Alpaca is the first open-source model.", (LLAMA,), "first-open", "contradicted"),
        ("Alpaca is free software.", (APACHE,), "free-software", "borne out"),
        ("Alpaca is free software.", (LLAMA,), "free-software", "contradicted"),
        ("This is a gated model.", (GATED,), "gated", "borne out"),
        ("This is a gated model.", (APACHE,), "gated", "contradicted"),
        (
            "No registration is needed to download the weights.",
            (GATED,),
            "ungated",
            "contradicted",
        ),
        (
            "Alpaca was trained only on publicly available data.",
            (APACHE, part("training-data", "MIT")),
            "public-data",
            "borne out",
        ),
        (
            "The training data contains no personal data.",
            (APACHE,),
            "no-personal-data",
            "cannot be told",
        ),
        ("Alpaca complies with the EU AI Act.", (LLAMA,), "compliance", "cannot be told"),
        ("Alpaca meets the Open Source AI Definition.", (LLAMA,), "openness-class", "contradicted"),
        ("Alpaca is a MOF Class I model.", (APACHE,), "openness-class", "cannot be told"),
    ],
)
def test_a_claim_of_release_or_class_is_judged(
    text: str, parts: tuple[Part, ...], kind: str, judgement: str
) -> None:
    assert judged(text, *parts)[kind] == judgement
