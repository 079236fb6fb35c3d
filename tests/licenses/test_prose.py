"""Sentences that state terms, and those that do not."""

from __future__ import annotations

import pytest

from howopen.knowledge.loader import default
from howopen.licenses.prose import CODE, DATA, WEIGHTS, said_in
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
        (
            "The code is released under MIT; model weights under CC-BY-NC 4.0.",
            [("MIT", CODE), ("CC-BY-NC-4.0", WEIGHTS)],
        ),
        ("This project is licensed under the Apache 2.0 license.", [("Apache-2.0", ())]),
        ("本项目代码采用 Apache 2.0 协议", [("Apache-2.0", CODE)]),
        ("**License:** MIT", [("MIT", ())]),
        ("## License\n\nMIT", [("MIT", ())]),
        (
            "This project is under the GNU Lesser General Public License v3.0 or later.",
            [("LGPL-3.0-or-later", ())],
        ),
        (
            "The code is licensed under GPL version 2 or (at your option) any later version.",
            [("GPL-2.0-or-later", CODE)],
        ),
        ("Our model weights are under the Frobnicate Open License.", [(None, WEIGHTS)]),
        ("The dataset is released under CC-BY-SA-4.0.", [("CC-BY-SA-4.0", DATA)]),
        ("Use of this model is governed by the Llama 3.1 Community License.", [("llama-3.1", ())]),
    ],
)
def test_a_sentence_that_states_terms_is_read(text: str, expected: Told) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We detect license plates in images.",
        "This project uses FFmpeg, which is licensed under LGPL 2.1.",
        "The model is not released under MIT.",
        "Is the model released under MIT?",
        "Please read the license before you use it.",
        "The model was trained on licensed data from MIT students.",
        "If you need it under Apache 2.0, write to us.",
        "Parts of the code are adapted from X and licensed under BSD-3-Clause.",
        "## Acknowledgements\n\nThe tokenizer is released under MIT.",
        "```\nLicense: MIT\n```",
        "> This project is licensed under MIT.",
        "The embedding model is provided by Google as a module under Apache-2.0.",
        "| | Air | Nano |\n|---|---|---|\n| **License** | Apache 2.0 | Nano Open License 1.0 |",
    ],
)
def test_a_sentence_that_states_no_terms_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_an_or_between_names_is_a_choice() -> None:
    (said,) = said_in("Licensed under either of MIT or Apache-2.0.", default())
    assert said.either
    assert [one.license for one in said.readings] == ["MIT", "Apache-2.0"]


def test_either_is_a_choice_by_whatever_name() -> None:
    text = "This project is dual licensed under either the MIT License or Creative Commons CC0."
    (said,) = said_in(text, default())
    assert said.either
    assert [one.license for one in said.readings] == ["MIT", "CC0-1.0"]


def test_a_modified_license_is_not_the_license() -> None:
    (said,) = said_in("Our model weights use a modified MIT license.", default())
    assert said.readings[0].license is None


def test_the_release_s_own_name_stands_for_its_model() -> None:
    assert told("Demucs is released under the MIT license.") == []
    assert told("Demucs is released under the MIT license.", names=("Demucs",)) == [("MIT", ())]
