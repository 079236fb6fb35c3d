"""What terms cover: single models, data sets by name, code and weights elsewhere, nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.inventory import take
from howopen.knowledge.classes import for_models, for_software
from howopen.knowledge.loader import Knowledge, default
from howopen.licenses import license_release
from howopen.licenses.abbreviations import abbreviations
from howopen.licenses.names import covers, named_in, pieces
from howopen.licenses.release_terms import Licensed
from howopen.licenses.trees import ids_of
from howopen.places.opening import open_place
from howopen.reading import released
from howopen.release import Component, Grant, Part, Presence, Scope, Variant
from tests.support import fixture_knowledge, fixture_text

TABLE = """# Zephyrine

| Model | Weights | License |
| --- | --- | --- |
| Zephyrine-A1 | [file](https://example.org/zephyrine-a1.safetensors) | {one} |
| Zephyrine-B2 | [file](https://example.org/zephyrine-b2.safetensors) | {two} |

{below}
"""


def licensed(folder: Path, known: Knowledge | None = None, **files: str) -> Licensed:
    """Write files (`__` is a dot, `--` a slash) and read their terms."""
    for name, text in files.items():
        path = folder / name.replace("__", ".").replace("--", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    knowledge = known or default()
    place = open_place(folder)
    return license_release(place, take(place, knowledge), knowledge)


def parts(found: Licensed, component: Component) -> list[Part]:
    return [one for one in found.release.parts if one.component is component]


def grant(found: Licensed, component: Component, variant: str | None = None) -> Grant:
    held = [one for one in parts(found, component) if variant is None or one.variant == variant]
    assert held[0].grant is not None
    return held[0].grant


def test_the_license_cell_of_a_row_is_for_the_model_of_that_row(tmp_path: Path) -> None:
    text = TABLE.format(one="MIT", two="CC-BY-NC-4.0", below="")
    found = licensed(tmp_path, README__md=text)
    one = grant(found, Component.WEIGHTS, "zephyrine-a1")
    two = grant(found, Component.WEIGHTS, "zephyrine-b2")
    assert (ids_of(one.terms), one.scope) == (("MIT",), Scope.STATED)
    assert (ids_of(two.terms), two.scope) == (("CC-BY-NC-4.0",), Scope.STATED)


@pytest.mark.parametrize("letters", ["ASL", "MPL"])
def test_letters_in_a_cell_that_nothing_explains_stay_open(tmp_path: Path, letters: str) -> None:
    text = TABLE.format(one="MIT", two=letters, below="")
    held = grant(licensed(tmp_path, README__md=text), Component.WEIGHTS, "zephyrine-b2")
    assert ids_of(held.terms) == (None,)


def test_letters_in_a_cell_mean_what_the_document_spells_out(tmp_path: Path) -> None:
    below = "B2 is under the Academic Software License (ASL)."
    text = TABLE.format(one="MIT", two="ASL", below=below)
    held = grant(licensed(tmp_path, README__md=text), Component.WEIGHTS, "zephyrine-b2")
    assert ids_of(held.terms) == ("academic-software-license",)


def test_letters_explained_in_two_ways_are_left_out() -> None:
    text = "Academic Software License (ASL), [ASL](https://www.apache.org/licenses/LICENSE-2.0)."
    assert abbreviations(text, default()) == {}


def test_a_row_that_links_a_license_file_puts_that_text_on_its_model(tmp_path: Path) -> None:
    text = TABLE.format(one="[own terms](terms/LICENSE-ZA)", two="MIT", below="")
    found = licensed(
        tmp_path / "r",
        fixture_knowledge(tmp_path),
        README__md=text,
        **{"terms--LICENSE-ZA": fixture_text()},
    )
    one = grant(found, Component.WEIGHTS, "zephyrine-a1")
    two = grant(found, Component.WEIGHTS, "zephyrine-b2")
    assert ids_of(one.terms) == ("fixture-community",)
    assert ids_of(two.terms) == ("MIT",)


def test_a_sentence_on_one_model_is_not_for_another(tmp_path: Path) -> None:
    below = "## License\n\nZephyrine-A1 is licensed under MIT. Zephyrine-B2 is licensed under CC0."
    found = licensed(tmp_path, README__md=TABLE.format(one="", two="", below=below))
    assert ids_of(grant(found, Component.WEIGHTS, "zephyrine-a1").terms) == ("MIT",)
    assert ids_of(grant(found, Component.WEIGHTS, "zephyrine-b2").terms) == ("CC0-1.0",)


def test_a_sentence_that_calls_the_release_by_name_covers_its_weights_elsewhere(
    tmp_path: Path,
) -> None:
    text = (
        "# Zephyrine\n\nPublished under permissive license (MIT) Zephyrine has no strings.\n\n"
        "The weights are at https://huggingface.co/zephyr/zephyrine.\n"
    )
    held = grant(licensed(tmp_path / "zephyrine", README__md=text), Component.WEIGHTS)
    assert (ids_of(held.terms), held.scope) == (("MIT",), Scope.STATED)


def test_a_collection_s_name_does_not_put_its_license_on_models_of_other_names(
    tmp_path: Path,
) -> None:
    text = TABLE.format(one="", two="", below="Model Shelf is licensed under the MIT License.")
    package = "[project]\nname = 'model-shelf'\n"
    titled = text.replace("# Zephyrine", "# Model Shelf")
    shelf = licensed(tmp_path / "a", README__md=titled, pyproject__toml=package)
    assert grant(shelf, Component.WEIGHTS, "zephyrine-a1").terms is None
    own = text.replace("Model Shelf", "Zephyrine")
    named = package.replace("model-shelf", "zephyrine")
    family = licensed(tmp_path / "b", README__md=own, pyproject__toml=named)
    assert ids_of(grant(family, Component.WEIGHTS, "zephyrine-a1").terms) == ("MIT",)


def test_a_sentence_on_the_code_leaves_weights_elsewhere_alone(tmp_path: Path) -> None:
    text = (
        "# Zephyrine\n\nThe code of Zephyrine is released under the MIT license.\n\n"
        "The weights are at https://huggingface.co/zephyr/zephyrine.\n"
    )
    held = grant(licensed(tmp_path / "zephyrine", README__md=text), Component.WEIGHTS)
    assert held.scope is Scope.UNSTATED


def test_a_sentence_that_agrees_makes_the_terms_of_the_text_stated(tmp_path: Path) -> None:
    known = fixture_knowledge(tmp_path)
    text = "# Z\n\n## License\n\nThe code is released under the Fixture Community License.\n"
    own, code = fixture_text(), "print('x')\n"
    plain = licensed(tmp_path / "a", known, README__md="# Z\n\nA.\n", LICENSE=own, infer__py=code)
    said = licensed(tmp_path / "b", known, README__md=text, LICENSE=own, infer__py=code)
    for found, scope in ((plain, Scope.INHERITED), (said, Scope.STATED)):
        held = grant(found, Component.INFERENCE_CODE)
        assert (ids_of(held.terms), held.scope) == (("fixture-community",), scope)


def test_a_lone_license_file_speaks_for_weights_that_are_not_there(tmp_path: Path) -> None:
    found = licensed(tmp_path / "r", fixture_knowledge(tmp_path), LICENSE=fixture_text())
    (weights,) = parts(found, Component.WEIGHTS)
    assert weights.presence is Presence.NOT_FOUND
    assert weights.grant is not None
    assert ids_of(weights.grant.terms) == ("fixture-community",)
    assert weights.grant.scope is Scope.INHERITED


def test_a_list_of_data_licenses_is_read_by_the_names_of_the_data_sets(tmp_path: Path) -> None:
    listed = (
        "Third Party Licenses\n\n/****/\ni. Alphacells dataset\n    https://example.org/alpha\n\n"
        "    CC BY 4.0\n/****/\n\n/****/\nii. Betanuclei\n    https://example.org/beta\n\n"
        "    https://creativecommons.org/licenses/by-nc/4.0/\n/****/\n"
    )
    readme = "# Z\n\nIt was trained on the Alphacells dataset and the Betanuclei dataset.\n"
    found = licensed(tmp_path, None, README__md=readme, **{"docs--data_license__txt": listed})
    terms = {one.name: ids_of(one.grant.terms) for one in data_of(found) if one.grant}
    assert any("Alpha" in name and ids == ("CC-BY-4.0",) for name, ids in terms.items())
    assert any("Beta" in name and ids == ("CC-BY-NC-4.0",) for name, ids in terms.items())
    assert all(one.part for one in found.release.statements if one.evidence.path != "README.md")


def test_the_license_of_a_package_is_not_put_on_weights_that_nothing_tells_of(
    tmp_path: Path,
) -> None:
    metadata = "Metadata-Version: 2.1\nName: zephyrine\nVersion: 1.0\nLicense: MIT\n"
    mit = "Licensed under the MIT license.\n"
    found = licensed(tmp_path, None, LICENSE=mit, **{"PKG-INFO": metadata})
    assert all(one.grant is None or not one.grant.terms for one in parts(found, Component.WEIGHTS))


def data_of(found: Licensed) -> list[Part]:
    return [one for one in found.release.parts if one.component is Component.TRAINING_DATA]


@pytest.mark.parametrize(
    ("short", "long", "expected"),
    [
        ("SDXL1.0", "SDXL-base-1.0", True),
        ("FLUX1-dev", "FLUX.1 Fill [dev]", True),
        ("Qwen-7B", "Qwen-7B-Chat-Int4", True),
        ("Qwen-1.8B", "Qwen-1_8B-Chat", True),
        ("Qwen-7B", "Qwen-1.7B", False),
        ("Qwen-7B", "Qwen-72B", False),
        ("SDXL0.9", "SDXL-base-1.0", False),
        ("SV3D", "SVD", False),
    ],
)
def test_a_short_name_covers_the_longer_names_of_its_family(
    short: str, long: str, *, expected: bool
) -> None:
    assert covers(pieces(short), pieces(long)) is expected


def test_a_family_s_bare_name_names_none_of_its_members() -> None:
    variants = (Variant(id="qwen-7b", name="Qwen-7B"), Variant(id="qwen-14b", name="Qwen-14B"))
    assert named_in("The Qwen models are", variants) == {}
    assert set(named_in("Qwen-7B、Qwen-72B和", variants)) == {"qwen-7b"}


@pytest.mark.parametrize(
    ("ident", "models", "software"),
    [
        ("llama-2", True, False),
        ("OpenMDW-1.1", True, False),
        ("yi-license", True, False),
        ("MIT", False, True),
        ("etalab-2.0", False, False),
        ("blessing", False, True),
        ("nscl-1", False, False),
        ("llama-2-use-policy", False, False),
    ],
)
def test_what_a_license_is_for_is_data(ident: str, *, models: bool, software: bool) -> None:
    assert for_models(default(), ident) is models
    assert for_software(default(), ident) is software


def test_what_a_manifest_says_of_the_architecture_outweighs_what_goes_with_weights(
    tmp_path: Path,
) -> None:
    entries = {
        "Model architecture": "Apache-2.0",
        "Model parameters (Final)": "MIT",
        "Optimizer states": "unlicensed",
    }
    listed = "".join(
        f"    - name: '{name}'\n      description: x\n      license: {terms}\n"
        for name, terms in entries.items()
    )
    path = tmp_path / "model.yml"
    path.write_text(
        f"framework:\n  name: Model Openness Framework\n  version: '1.0'\nrelease:\n  name: X\n"
        f"  version: 1\n  components:\n{listed}",
        encoding="utf-8",
    )
    release = released(path, offline=True).release
    found = [one for one in release.parts if one.component is Component.ARCHITECTURE]
    assert [ids_of(one.grant.terms) for one in found if one.grant] == [("Apache-2.0",)]
