"""Sentences that state terms, in the languages and with the turns that READMEs use."""

from __future__ import annotations

import pytest

from howopen.knowledge.loader import default
from howopen.licenses.prose import CODE, WEIGHTS, said_in
from howopen.release import Component

Told = list[tuple[str | None, tuple[Component, ...]]]


def told(text: str, names: tuple[str, ...] = ()) -> Told:
    return [
        (reading.license, said.components)
        for said in said_in(text, default(), names=names)
        for reading in said.readings
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("El código se publica bajo la licencia MIT.", [("MIT", CODE)]),
        ("Este proyecto está bajo la Licencia MIT.", [("MIT", ())]),
        ("Los pesos se distribuyen bajo CC BY-NC 4.0.", [("CC-BY-NC-4.0", WEIGHTS)]),
        ("Ce projet est sous licence MIT.", [("MIT", ())]),
        ("Les poids sont publiés sous CC BY-NC 4.0.", [("CC-BY-NC-4.0", WEIGHTS)]),
        ("Dieses Projekt steht unter der MIT-Lizenz.", [("MIT", ())]),
        ("Der Code ist unter der Apache-2.0-Lizenz.", [("Apache-2.0", CODE)]),
        ("Die Gewichte stehen unter CC BY-NC 4.0.", [("CC-BY-NC-4.0", WEIGHTS)]),
        ("本モデルはMITライセンスの下で公開されています。", [("MIT", ())]),
        ("コードはMITライセンスです。", [("MIT", CODE)]),
        ("モデルの重みはCC BY-NC 4.0ライセンスで提供されます。", [("CC-BY-NC-4.0", WEIGHTS)]),
        ("模型权重遵循 CC BY-NC 4.0 协议。", [("CC-BY-NC-4.0", WEIGHTS)]),
        ("代码和权重采用 MIT 许可证。", [("MIT", (*WEIGHTS, *CODE))]),
        ("代码采用MIT许可，模型采用Llama 3许可。", [("MIT", CODE), ("llama-3", WEIGHTS)]),
        ("Questo progetto è rilasciato sotto licenza MIT.", [("MIT", ())]),
        ("Este projeto está licenciado sob a licença MIT.", [("MIT", ())]),
        ("이 프로젝트는 MIT 라이선스에 따라 배포됩니다.", [("MIT", ())]),
    ],
)
def test_the_commonest_forms_of_other_languages_are_read(text: str, expected: Told) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "本项目不再采用 MIT 许可证。",
        "基于 MIT 许可证的项目有很多。",
        "Das Modell steht nicht unter der MIT-Lizenz.",
        "Ce projet n'est pas sous licence MIT.",
        "Este proyecto no está bajo la licencia MIT.",
        "本モデルはMITライセンスではありません。",
        "We accept pull requests under an MIT license.",
        "Model weights carry their own licenses, independent of our MIT license.",
        "A detector for UAE licence plates, a model for research.",
    ],
)
def test_negations_and_other_people_s_terms_are_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Model License: llama3.1", [("llama-3.1", WEIGHTS)]),
        (
            "**License** A custom commercial license is available at:"
            " [https://llama.meta.com/llama3/license](https://llama.meta.com/llama3/license)",
            [("llama-3", ())],
        ),
        (
            "**License:** A custom license, the Llama 3.3 Community License Agreement, applies.",
            [("llama-3.3", ())],
        ),
        (
            r"This model falls under the [FLUX.1 \[dev\] Non-Commercial License](LICENSE).",
            [("flux-1-dev", ())],
        ),
        ("This model is released under the Frobnicate License.", [(None, ())]),
    ],
)
def test_labels_links_and_names_set_apart_are_read(text: str, expected: Told) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "This project uses the MIT license for the code and CC-BY-NC 4.0 for the weights.",
            [("MIT", CODE), ("CC-BY-NC-4.0", WEIGHTS)],
        ),
        ("Apache 2.0 license for model weights only", [("Apache-2.0", WEIGHTS)]),
        ("Code and models are under Apache 2.0.", [("Apache-2.0", (*CODE, *WEIGHTS))]),
        ("Our model is released under Apache-2.0, an OSI-approved license.", [("Apache-2.0", ())]),
    ],
)
def test_what_a_license_is_for_may_follow_its_name(text: str, expected: Told) -> None:
    assert told(f"# License\n\n{text}") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Code: Modified MIT.",
        "The code is under a customized Apache 2.0 license.",
        "Our weights are under Apache 2.0 with additional conditions.",
        "The weights use a modified version of the MIT License.",
        "Our model is under the MIT License plus the Commons Clause.",
    ],
)
def test_a_license_that_is_said_to_be_changed_is_not_that_license(text: str) -> None:
    readings = [one for said in said_in(f"# License\n\n{text}", default()) for one in said.readings]
    assert readings
    assert {one.license for one in readings} == {None}


def test_a_name_before_licensed_counts_where_the_release_is_named() -> None:
    text = "With Apache-licensed weights, Zephyrine runs anywhere."
    assert told(text, ("Zephyrine",)) == [(None, WEIGHTS)]
    assert told(text) == []


def test_a_choice_at_your_option_is_a_choice() -> None:
    text = "Licensed under either of MIT or, at your option, Apache License 2.0."
    (said,) = said_in(text, default())
    assert said.either
    assert [one.license for one in said.readings] == ["MIT", "Apache-2.0"]
