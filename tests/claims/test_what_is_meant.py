"""What a sentence speaks of: data and not weights, one of several models, another maker's thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.claims.find import find
from howopen.knowledge import default
from howopen.report import inspect


def judged(folder: Path, readme: str, **files: str) -> dict[str, str]:
    (folder / "README.md").write_text("# Alpaca-7B\n\n" + readme, "utf-8")
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    found = inspect(str(folder), offline=True).claims
    return {one.kind: one.judgement.value for one in found if one.path == "README.md"}


def test_the_license_of_a_data_set_is_not_held_against_weights_or_code(tmp_path: Path) -> None:
    code = "The code and the weights of Alpaca are released under the MIT License.\n\n"
    data = "The dataset is kindly made available by Jane Roe under the CC BY-SA 4.0 license.\n"
    (tmp_path / "README.md").write_text("# Alpaca-7B\n\n" + code + data, "utf-8")
    (tmp_path / "train.py").write_text("import torch\n", "utf-8")
    found = inspect(str(tmp_path), offline=True).claims
    (claim,) = [one for one in found if "dataset" in one.quote]
    assert (claim.kind, claim.judgement.value) == ("license-named", "cannot be told")


def test_a_sentence_is_no_evidence_for_itself(tmp_path: Path) -> None:
    readme = (
        "The model weights of Alpaca are released under the CC BY-NC 4.0 license.\n\n"
        "Get the weights from [Hugging Face](https://huggingface.co/alpaca/alpaca).\n"
    )
    assert judged(tmp_path, readme)["license-named"] == "cannot be told"
    other = "---\nlicense: cc-by-nc-4.0\n---\n"
    (tmp_path / "MODEL_CARD.md").write_text(other + "# Alpaca\n", "utf-8")
    assert judged(tmp_path, readme)["license-named"] == "borne out"


def test_a_gate_is_not_borne_out_by_the_sentence_that_tells_of_it(tmp_path: Path) -> None:
    gate = "To download the weights, please first visit the Hugging Face page and accept its terms."
    assert judged(tmp_path, gate + "\n")["gated"] == "cannot be told"


SEVERAL = """| Model | Download | License |
|---|---|---|
| Alpaca-7B | [weights](https://huggingface.co/alpaca/alpaca-7b) | MIT |
| Alpaca-13B | [weights](https://huggingface.co/alpaca/alpaca-13b) | Apache-2.0 |

"""


def test_which_of_several_models_is_meant_must_be_said(tmp_path: Path) -> None:
    found = judged(tmp_path, SEVERAL + "The models are released under the MIT license.\n")
    assert found["license-named"] == "cannot be told"
    found = judged(tmp_path, SEVERAL + "All models are released under the MIT license.\n")
    assert found["license-named"] == "overstated"


@pytest.mark.parametrize("name", ["Chandra", "Surya"])
def test_a_model_that_is_named_after_the_claim_is_the_one_meant(tmp_path: Path, name: str) -> None:
    terms = "The model weights of Alpaca are released under the CC BY-NC 4.0 license.\n\n"
    found = judged(tmp_path, terms + f"Our platform runs our open source model, {name}.\n")
    assert found["open-source"] == "cannot be told"
    found = judged(tmp_path, terms + "Our platform runs our open source model, Alpaca.\n")
    assert found["open-source"] == "contradicted"


def test_the_kind_of_code_that_is_said_must_be_there(tmp_path: Path) -> None:
    found = judged(tmp_path, "The Alpaca fine-tuning code is out.\n", config__json="{}")
    assert found["code-released"] == "cannot be told"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("We provide the training code for Alpaca, Llama and Vicuna.", {"code-released"}),
        ("2024-05-06: Released evaluation code of Alpaca, Vicuna.", {"code-released"}),
        ("We provide the weights for Alpaca-7B, Alpaca-13B and Alpaca-70B.", {"weights-released"}),
        ("Set the path to reflect where models are downloaded.", set()),
        ("Alpaca models have been downloaded a million times.", set()),
        ("Alpaca models can be downloaded from our page.", {"weights-released"}),
        ("We provide more details about our collection of models here.", set()),
        ("You can download the wrapper codes and run them.", set()),
        ("Download the dataset first, and fill in the path in scripts.", set()),
        ("我们提供简单的示例来说明如何快速使用Alpaca-7B模型。", set()),
        ("TheBloke：该网站提供了大量微调模型。", set()),
        ("我们开源了alpaca.cpp。", set()),
    ],
)
def test_what_is_given_is_not_what_it_is_for(text: str, kinds: set[str]) -> None:
    assert {one.kind for one in find(text, 1, ("Alpaca",), default())} == kinds
