"""What a publisher's sentence on the use does to answers: no plain yes, and no yes from a no."""

from __future__ import annotations

from msgspec.structs import replace

from howopen.answer import Truth
from howopen.release import Grant, How, LicenseReading, Presence, Release, Scope, Sign
from tests.rights.build import ask, cited, grant, model, said, truth

WORDS = "This model is strictly for non-commercial purposes."
RESEARCH = "This model is released for research purposes only."
INTENDED = "This model is not intended for commercial use."


def sentence(quote: str, kind: str) -> LicenseReading:
    """A sentence of the README, as the room of licenses reads it."""
    return LicenseReading(
        license=None,
        name="README.md",
        via="notice",
        evidence=(said(quote, How.CARD_PROSE),),
        signs=(Sign(kind=kind, lines=(2, 2), quote=quote, value=quote),),
    )


def beside(terms: str, quote: str, kind: str) -> Release:
    return model(replace(grant(terms), narrowed=(sentence(quote, kind),)))


def alone(quote: str, kind: str, presence: Presence = Presence.HERE) -> Release:
    """A model that nothing licenses, and of which this is said."""
    release = model(Grant(scope=Scope.UNSTATED, narrowed=(sentence(quote, kind),)))
    return replace(release, parts=(replace(release.parts[0], presence=presence),))


def test_a_free_license_and_a_sentence_against_it_leave_commerce_open() -> None:
    found = ask(beside("MIT", WORDS, "non-commercial"), "run", purpose="commercial")
    assert found.truth is Truth.UNCLEAR
    assert WORDS in found.reasons[0].text
    assert {"MIT#grant", "README.md#line 2"} <= cited(found)


def test_what_the_sentence_does_not_withhold_stays_permitted() -> None:
    release = beside("MIT", WORDS, "non-commercial")
    assert truth(release, "run", purpose="research") is Truth.YES
    open_ = ask(release, "run")
    assert open_.truth is Truth.YES
    assert "commercial" in open_.conditions[0].text


def test_research_only_leaves_personal_use_open_too() -> None:
    release = beside("MIT", RESEARCH, "research-only")
    assert truth(release, "run", purpose="personal") is Truth.UNCLEAR
    assert truth(release, "run", purpose="research") is Truth.YES


def test_a_sentence_never_turns_a_no_into_anything_better() -> None:
    release = beside("CC-BY-NC-4.0", WORDS, "non-commercial")
    assert truth(release, "run", purpose="commercial") is Truth.NO


def test_what_it_was_made_for_is_a_risk_beside_a_license() -> None:
    found = ask(beside("MIT", INTENDED, "intended-use"), "run", purpose="commercial")
    assert found.truth is Truth.YES
    assert [risk.id for risk in found.risks if INTENDED in risk.text] == ["intended-use"]


def test_where_nothing_else_licenses_it_the_sentence_is_quoted() -> None:
    release = alone(INTENDED, "intended-use")
    found = ask(release, "run", purpose="commercial")
    assert found.truth is Truth.NO
    assert INTENDED in found.headline
    assert truth(release, "run", purpose="research") is Truth.NO
    assert ask(release, "relicense").headline.endswith("publicly visible is not licensed")


def test_purposes_that_a_sentence_names_are_possibly_permitted_without_a_license() -> None:
    release = alone(RESEARCH, "research-only")
    assert truth(release, "run", purpose="research") is Truth.UNCLEAR
    assert truth(release, "run", purpose="commercial") is Truth.NO
    assert truth(release, "use-outputs", purpose="commercial") is Truth.UNCLEAR


def test_terms_that_stand_elsewhere_stay_open_for_what_is_not_withheld() -> None:
    release = alone(WORDS, "non-commercial", Presence.ELSEWHERE)
    assert truth(release, "run", purpose="commercial") is Truth.NO
    assert truth(release, "run", purpose="internal") is Truth.UNCLEAR
