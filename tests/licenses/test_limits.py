"""Sentences that narrow the use of the release, and those that speak of somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.inventory import take
from howopen.knowledge.loader import default
from howopen.licenses import license_release
from howopen.licenses.release_terms import Licensed
from howopen.places.opening import open_place
from howopen.release import Component
from tests.licenses.releases import weights

TAG = "---\nlicense: apache-2.0\n---\n"


def licensed(folder: Path, body: str, head: str = TAG) -> Licensed:
    """Read a release called `zephyrine` with weights, code and this README."""
    home = folder / "zephyrine"
    home.mkdir()
    (home / "README.md").write_text(f"{head}# Zephyrine\n\n{body}\n", encoding="utf-8")
    (home / "infer.py").write_text("print('x')\n", encoding="utf-8")
    (home / "model.safetensors").write_bytes(weights())
    place = open_place(home)
    return license_release(place, take(place, default()), default())


def kinds(found: Licensed, component: Component) -> list[str]:
    """Return what the sentences on a component are signs of."""
    part = next(one for one in found.release.parts if one.component is component)
    assert part.grant is not None
    return [sign.kind for one in part.grant.narrowed for sign in one.signs]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Zephyrine is given strictly for non-commercial purposes.", "non-commercial"),
        ("The Zephyrine software is made available solely for research purposes.", "research-only"),
        ("These models are released exclusively for research purposes.", "research-only"),
        ("This model may not be used for any commercial purpose.", "non-commercial"),
        ("Commercial use of this model is strictly prohibited.", "non-commercial"),
        ("Our weights are for academic research use only.", "research-only"),
        ("## License\n\nThe model is for non-commercial use only.", "non-commercial"),
        ("## License\n\nFor non-commercial use only.", "non-commercial"),
        ("This model is not intended\nfor commercial use.", "intended-use"),
        ("This model was developed for research purposes only.", "intended-use"),
        ("本模型仅供学术研究使用。", "research-only"),
        (
            "Because Othernet models are for non-commercial research only, these models may not be"
            " used for commercial purposes.",
            "non-commercial",
        ),
    ],
)
def test_a_sentence_that_narrows_the_use_is_put_on_the_weights_and_reported(
    sentence: str, kind: str, tmp_path: Path
) -> None:
    found = licensed(tmp_path, sentence)
    assert kinds(found, Component.WEIGHTS) == [kind]
    (finding,) = [one for one in found.findings if one.code == "HO211"]
    assert finding.sides[0].quote in " ".join(sentence.split())
    assert "apache-2.0" in finding.sides[1].quote


@pytest.mark.parametrize(
    "sentence",
    [
        "Othernet is for non-commercial use only.",
        "Othernet weights from torchvision will be used. However, the weights are for"
        " non-commercial use only.",
        "Othernet weights can be loaded. Please note that these weights are for non-commercial use"
        " only.",
        "This model was trained on a corpus that is for research purposes only.",
        "The Zephyrine dataset is for non-commercial use only.",
        "This model replaces Othernet models, which are for research purposes only.",
        "These models are under Apache 2.0, while Othernet models are for research use only.",
        "The model is not limited to research use only.",
        "This model is not only for research purposes.",
        "This model is free for personal, academic and commercial use.",
        "## Acknowledgements\n\nOur code uses parts that are for non-commercial use only.",
        "If your model is for non-commercial use only, take another.",
        "> This model is for non-commercial use only.",
    ],
)
def test_a_sentence_on_something_else_narrows_nothing(sentence: str, tmp_path: Path) -> None:
    found = licensed(tmp_path, sentence)
    assert kinds(found, Component.WEIGHTS) == []
    assert "HO211" not in {one.code for one in found.findings}


def test_a_limit_on_the_weights_leaves_the_code_free(tmp_path: Path) -> None:
    found = licensed(tmp_path, "Our weights are for research use only.")
    assert kinds(found, Component.INFERENCE_CODE) == []
    assert kinds(found, Component.WEIGHTS) == ["research-only"]


def test_beside_a_license_with_limits_of_its_own_nothing_is_reported(tmp_path: Path) -> None:
    head = "---\nlicense: cc-by-nc-4.0\n---\n"
    found = licensed(tmp_path, "This model is for non-commercial use only.", head)
    assert kinds(found, Component.WEIGHTS) == ["non-commercial"]
    assert "HO211" not in {one.code for one in found.findings}


def test_a_license_on_the_code_is_not_narrowed_by_a_limit_on_the_model(tmp_path: Path) -> None:
    body = (
        "Our code is released under the Apache-2.0 License. Our model is intended for academic"
        " research purposes only and may NOT be used for commercial purposes."
    )
    found = licensed(tmp_path, body, head="")
    assert kinds(found, Component.WEIGHTS)
    assert "HO211" not in {one.code for one in found.findings}


@pytest.mark.parametrize(
    "sentence",
    [
        "The weights are licensed under the MIT License, for research use only.",
        "模型权重基于 GPL-3.0 协议，仅供研究使用，不能用于商业目的。",
    ],
)
def test_a_sentence_may_license_and_narrow_at_once(sentence: str, tmp_path: Path) -> None:
    assert kinds(licensed(tmp_path, sentence, head=""), Component.WEIGHTS) == ["research-only"]
