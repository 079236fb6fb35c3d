"""What a sentence gives: verbs of giving and the lists of their things, in English and Chinese."""

from __future__ import annotations

import pytest

from howopen.claims.find import find
from howopen.knowledge import default

#: kinds in short
SHORT = {"w": "weights-released", "c": "code-released", "d": "data-released", "o": "open-source"}


def given(text: str) -> str:
    """Say in short what a sentence of the release Alpaca gives."""
    kinds = {one.kind for one in find(text, 1, ("Alpaca",), default())}
    return "".join(key for key, kind in SHORT.items() if kind in kinds)


@pytest.mark.parametrize(
    ("text", "things"),
    [
        # lists: each piece is what its last noun says
        ("We release the training code, all checkpoints and the instruction data set.", "wcd"),
        ("Training scripts, data, and weights are all publicly available.", "wcd"),
        ("We release Alpaca with its training code.", "wc"),
        ("We release a demo, a paper and the code of Alpaca.", "c"),
        ("We open source everything: including training code, datasets, model checkpoints.", "cdo"),
        # what a piece counts, or whose it is, is not the thing
        ("We release a suite of models in three sizes.", "w"),
        ("We release benchmarks of other models.", ""),
        (
            "This repository contains the evaluation code for Alpaca, a suite of language models.",
            "c",
        ),
        # the maker, its repository, or the user as subject
        ("This repository contains the inference code of Alpaca.", "c"),
        ("You can download the checkpoints of Alpaca from our page.", "w"),
        ("We have made the Alpaca weights publicly available.", "w"),
        # states, with what stands between
        ("The Alpaca models are now also available on Hugging Face.", "w"),
        ("The data we collected for Alpaca is available for download.", "d"),
        ("Alpaca is trained on paired data, and is freely available.", "w"),
        # news and items of lists
        ("2024-05-06: Alpaca-7B released!", "w"),
        ("- March 27, 2024：Released checkpoint-final of Alpaca", "w"),
        ("- [x] Training code", "c"),
        ("- \U0001f525 Weights \U0001f680 and code \U0001f389 are available!", "wc"),
        ("- [x] Inference code of the 14B and 1.3B models", "c"),
        ("- [x] Instruction Dataset", "d"),
        ("- [x] Base Model", "w"),
        (
            "2025-05-14: We introduce Alpaca-XL, a video model, along with its code and weights!",
            "wc",
        ),
        ("We released the code of Alpaca with its pre-trained and tuned checkpoints.", "wc"),
        ("We provide a training script `train.py` to fine-tune Alpaca.", "c"),
        # Chinese: the last noun of each piece
        ("我们开源了Alpaca的模型权重、训练代码和数据集。", "cdo"),
        ("Alpaca模型已在魔搭社区开源。", "o"),
        ("v1.4版本: 发布基于公开数据微调的13B模型maker/alpaca-13b。", "w"),
    ],
)
def test_what_is_given_is_read_from_verb_and_list(text: str, things: str) -> None:
    assert given(text) == things


@pytest.mark.parametrize(
    "text",
    [
        "The Alpaca package is available on PyPI.",
        "Alpaca can be hosted on two GPUs.",
        "To see which pretrained models are available, run the command.",
        "- [x] Training the model on more data",
        "The inference code we provide automatically loads model weights.",
        "Plain text data is publicly available on the web.",
        "Release the Alpaca model from memory.",
        "We launch Alpaca on port 2020.",
        "You can find the language ISO codes here.",
        "We provide a Colab script for easy access to our model.",
        "This package provides an interface to the Alpaca family of models.",
        "We plan to release the weights of Alpaca.",
        "- [ ] Training code",
        "即将开源Alpaca的模型权重。",
        "感谢Meta开源的模型。",
    ],
)
def test_what_looks_like_a_gift_is_none(text: str) -> None:
    assert given(text) == ""


def test_items_of_news_are_news_without_a_date() -> None:
    added = "- Added small models for video."
    assert given(f"## Updates\n\n{added}") == "w"
    assert given(added) == ""


def test_what_the_community_made_is_not_the_makers() -> None:
    work = "- Chandra, a model based on Mistral-7B, open-sources its weights."
    assert not find(f"## Community Works\n\n{work}", 1, ("Alpaca",), default())


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("Alpaca was obtained by fine-tuning Mistral-7B on our data.", "Mistral-7B"),
        ("Alpaca was built with Meta Llama 3.", "Llama 3"),
        ("We adopt Vicuna as the language model.", "Vicuna"),
        ("Alpaca: a Chinese LLaMA-based model", "LLaMA"),
        ("Built from Qwen 1.5, Alpaca has four sizes.", "Qwen 1.5"),
        ("Alpaca基于Baichuan-13B微调。", "Baichuan-13B"),
    ],
)
def test_a_base_is_found_in_the_ways_it_is_told(text: str, base: str) -> None:
    (claim,) = [one for one in find(text, 1, ("Alpaca",), default()) if one.kind == "based-on"]
    assert claim.name == base
