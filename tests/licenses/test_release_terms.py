"""Terms of whole releases: what outranks what, what covers what, and what contradicts what."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from howopen.inventory import take
from howopen.knowledge.loader import Knowledge, default
from howopen.licenses import license_release
from howopen.licenses.release_terms import Licensed
from howopen.licenses.trees import ids_of, readings_of_terms
from howopen.places.opening import open_place
from howopen.release import AnyOf, Component, Grant, Part, Scope
from tests.licenses.releases import card, honest, laundered, release
from tests.support import fixture_knowledge, fixture_text


def licensed(folder: Path, knowledge: Knowledge | None = None) -> Licensed:
    known = knowledge or default()
    place = open_place(folder)
    return license_release(place, take(place, known), known)


def part(found: Licensed, component: Component) -> Part:
    return next(one for one in found.release.parts if one.component is component)


def grant(found: Licensed, component: Component = Component.WEIGHTS) -> Grant:
    held = part(found, component).grant
    assert held is not None
    return held


def codes(found: Licensed) -> list[str]:
    return [one.code for one in found.findings]


def without_source(held: Grant, folder: Path) -> str:
    return msgspec.json.encode(held).decode().replace(str(folder), "FOLDER")


def test_a_card_that_lies_leaves_no_trace_in_the_grant(tmp_path: Path) -> None:
    known = fixture_knowledge(tmp_path)
    one = licensed(honest(tmp_path / "honest"), known)
    two = licensed(laundered(tmp_path / "laundered"), known)
    assert ids_of(grant(one).terms) == ("fixture-community",)
    for left, right in zip(one.release.parts, two.release.parts, strict=False):
        if left.id == right.id and left.component is Component.WEIGHTS:
            assert left.grant is not None
            assert right.grant is not None
            assert without_source(left.grant, tmp_path / "honest") == without_source(
                right.grant, tmp_path / "laundered"
            )


def test_a_card_that_lies_is_quoted_beside_the_text(tmp_path: Path) -> None:
    found = licensed(laundered(tmp_path / "laundered"), fixture_knowledge(tmp_path))
    lie = next(one for one in found.findings if one.code == "HO201")
    assert [(side.path, side.lines) for side in lie.sides] == [
        ("README.md", (2, 2)),
        ("LICENSE.txt", (1, 56)),
    ]
    assert "HO207" in codes(found)


def test_the_honest_release_has_no_contradiction(tmp_path: Path) -> None:
    found = licensed(honest(tmp_path / "honest"), fixture_knowledge(tmp_path))
    assert not {"HO201", "HO202", "HO203", "HO207"} & set(codes(found))


def test_the_use_policy_beside_the_license_is_taken_in(tmp_path: Path) -> None:
    found = licensed(honest(tmp_path / "honest"), fixture_knowledge(tmp_path))
    assert [one.license for one in grant(found).incorporates] == ["fixture-conduct-rules"]
    assert "HO208" not in codes(found)


def test_a_use_policy_that_is_not_shipped_is_reported(tmp_path: Path) -> None:
    folder = release(tmp_path / "r", README__md=card("fixture-community"), LICENSE=fixture_text())
    assert "HO208" in codes(licensed(folder, fixture_knowledge(tmp_path)))


def test_a_tag_alone_is_the_grant_when_there_is_no_text(tmp_path: Path) -> None:
    found = licensed(release(tmp_path / "r", README__md=card("apache-2.0")))
    assert ids_of(grant(found).terms) == ("Apache-2.0",)
    assert readings_of_terms(grant(found).terms)[0].modified is None


def test_the_reverse_lie_is_a_contradiction_too(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "fixtures" / "fixture-community.txt").read_text()
    folder = release(tmp_path / "r", README__md=card("llama2"), LICENSE=text)
    found = licensed(folder, fixture_knowledge(tmp_path))
    assert ids_of(grant(found).terms) == ("fixture-community",)
    assert "HO201" in codes(found)


def test_an_author_s_choice_stays_a_choice(tmp_path: Path) -> None:
    found = licensed(release(tmp_path / "r", README__md=card("Apache-2.0 OR MIT")))
    terms = grant(found).terms
    assert isinstance(terms, AnyOf)
    assert ids_of(terms) == ("Apache-2.0", "MIT")


def test_an_ambiguous_tag_is_not_guessed(tmp_path: Path) -> None:
    found = licensed(release(tmp_path / "r", README__md=card("openrail")))
    assert ids_of(grant(found).terms) == (None,)
    assert "HO206" in codes(found)


def test_a_sentence_on_the_weights_is_for_the_weights(tmp_path: Path) -> None:
    prose = "The code is released under MIT; model weights are under CC-BY-NC 4.0."
    folder = release(
        tmp_path / "r", README__md=f"# M\n\n## License\n\n{prose}\n", infer__py="print('x')\n"
    )
    found = licensed(folder)
    assert ids_of(grant(found).terms) == ("CC-BY-NC-4.0",)
    assert grant(found).scope is Scope.STATED


def test_a_file_named_for_the_model_outranks_the_license_of_the_repository(
    tmp_path: Path,
) -> None:
    folder = release(
        tmp_path / "r",
        README__md=card("apache-2.0"),
        LICENSE=notice("MIT"),
        **{"LICENSE-MODEL": fixture_text()},
    )
    found = licensed(folder, fixture_knowledge(tmp_path))
    assert ids_of(grant(found).terms) == ("fixture-community",)


def notice(name: str) -> str:
    return f"This project is licensed under the {name} license.\n"


def test_terms_do_not_reach_data_sets_elsewhere(tmp_path: Path) -> None:
    text = (
        "---\nlicense: mit\ndatasets:\n- somebody/corpus\n---\n# M\n\nTrained on somebody/corpus.\n"
    )
    found = licensed(release(tmp_path / "r", README__md=text))
    data = [one for one in found.release.parts if one.component is Component.TRAINING_DATA]
    assert data
    assert all(one.grant is not None and one.grant.scope is Scope.UNSTATED for one in data)


def test_no_terms_at_all_is_unstated_and_reported(tmp_path: Path) -> None:
    found = licensed(release(tmp_path / "r", README__md="# M\n\nA model.\n"))
    assert grant(found).scope is Scope.UNSTATED
    assert "HO204" in codes(found)


def test_a_changed_text_is_reported_with_its_clause(tmp_path: Path) -> None:
    text = fixture_text().replace("700 million", "100 million")
    folder = release(tmp_path / "r", README__md=card("fixture-community"), LICENSE=text)
    found = licensed(folder, fixture_knowledge(tmp_path))
    change = next(one for one in found.findings if one.code == "HO203")
    assert "clause 2: '700' became '100'" in change.text


def test_other_with_a_name_and_a_link_is_one_statement(tmp_path: Path) -> None:
    text = "---\nlicense: other\nlicense_name: llama3.1\nlicense_link: LICENSE\n---\n# M\n"
    found = licensed(release(tmp_path / "r", README__md=text))
    assert ids_of(grant(found).terms) == ("llama-3.1",)


@pytest.mark.parametrize(
    ("text", "license_"),
    [
        ("https://www.apache.org/licenses/LICENSE-2.0\n", "Apache-2.0"),
        ("See https://example.org/terms.html\n", None),
    ],
)
def test_a_pointer_file_resolves_by_its_url_or_stays_unknown(
    tmp_path: Path, text: str, license_: str | None
) -> None:
    found = licensed(release(tmp_path / "r", README__md="# M\n", LICENSE=text))
    assert ids_of(grant(found).terms) == (license_,)


FILES = "# Zephyrine\n\nThe model is released under CC-BY-NC-4.0.\n\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "The autoencoder is released under Apache 2.0 and can be found as `ae.safetensors`.",
        "The autoencoder (`ae.safetensors`) is licensed under Apache 2.0.",
        "`ae.safetensors` is under the Apache 2.0 license.",
    ],
)
def test_a_file_that_a_sentence_sets_apart_has_terms_of_its_own(
    sentence: str, tmp_path: Path
) -> None:
    folder = release(tmp_path / "r", README__md=FILES + sentence)
    (folder / "ae.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    found = licensed(folder)
    terms = {
        file.path: (ids_of(one.grant.terms), one.grant.evidence[0].quote)
        for one in found.release.parts
        if one.component is Component.WEIGHTS and one.grant
        for file in one.files
    }
    assert terms["ae.safetensors"] == (("Apache-2.0",), sentence.replace("`", ""))
    assert terms["model.safetensors"][0] == ("CC-BY-NC-4.0",)


@pytest.mark.parametrize(
    "sentence",
    [
        "All files but not `ae.safetensors` are released under Apache 2.0.",
        "The autoencoder is under Apache 2.0. See also `ae.safetensors`.",
        "The autoencoder is released under Apache 2.0 and can be found as `other.safetensors`.",
    ],
)
def test_a_file_is_not_set_apart_by_a_sentence_that_does_not_say_so(
    sentence: str, tmp_path: Path
) -> None:
    folder = release(tmp_path / "r", README__md=FILES + sentence)
    (folder / "ae.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    assert ids_of(grant(licensed(folder)).terms) == ("CC-BY-NC-4.0",)


def test_a_model_card_beside_the_code_names_terms_of_the_weights(tmp_path: Path) -> None:
    prose = "# Zephyrine\n\nTo get the weights of the model, fill in the request form.\n"
    own = "# Card\n\n**Model type** a transformer\n\n**License** Non-commercial bespoke license\n"
    home = tmp_path / "r"
    home.mkdir()
    (home / "README.md").write_text(prose, encoding="utf-8")
    (home / "MODEL_CARD.md").write_text(own, encoding="utf-8")
    (home / "infer.py").write_text("print('x')\n", encoding="utf-8")
    terms = grant(licensed(home)).terms
    assert [one.name for one in readings_of_terms(terms)] == ["Non-commercial bespoke license"]
