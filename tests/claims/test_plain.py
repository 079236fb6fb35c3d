"""Plain sentences, as anybody would write them: what each kind is found in, and what it is not."""

from __future__ import annotations

import pytest

from howopen.claims import read_claims
from howopen.claims.find import find
from howopen.knowledge import default

NAMES = ("Nimbus", "Nimbus-13B", "Nimbus-7B")

SAID = {
    "based-on": (
        "Nimbus is based on Llama 3.1 8B.",
        "Nimbus is a fine-tuned version of Mistral-7B-v0.1.",
        "Nimbus derives from Qwen2.5-7B.",
        "We initialized Nimbus from Llama-2-7b.",
        "Nimbus is a merge of Mistral-7B and Zephyr-7B.",
        "Nimbus is distilled from DeepSeek-R1.",
        "Nimbus builds on Llama 2.",
        "Nimbus is a fine-tune of meta-llama/Llama-2-13b-hf.",
        "Base model: Qwen/Qwen2.5-7B",
        "Nimbus is finetuned on top of Mixtral 8x7B.",
        "Nimbus was continually pretrained from Gemma 2 9B.",
    ),
    "code-released": (
        "Our training code is on GitHub.",
        "The inference code is open-sourced.",
    ),
    "commercial-use": (
        "Nimbus is free for commercial use.",
        "Nimbus can be used commercially without restrictions.",
        "You may use Nimbus for any purpose, including commercially.",
        "You can use it for free, even commercially.",
        "Commercial use is permitted.",
        "Nimbus is available for both research and commercial use.",
        "Use Nimbus in your commercial products, for free.",
        "Unrestricted commercial use is allowed.",
        "The models are available for commercial and non-commercial purposes alike.",
    ),
    "compliance": (
        "Nimbus is compliant with the EU AI Act.",
        "Nimbus complies with GDPR.",
    ),
    "data-released": (
        "We release the full training data of Nimbus.",
        "All training data is publicly available on Hugging Face.",
        "We release the training code, data and weights of Nimbus.",
        "The pretraining corpus is released as NimbusPile.",
        "The complete dataset is downloadable.",
    ),
    "free": (
        "The model is completely free.",
        "Nimbus is open and free for everyone.",
        "Businesses may use Nimbus at no cost.",
        "Nimbus is free to use, modify and redistribute.",
    ),
    "free-software": ("Nimbus is free software.",),
    "from-scratch": (
        "Nimbus was trained from scratch.",
        "Unlike other open models, Nimbus was trained from scratch.",
        "We built Nimbus from the ground up.",
        "Nimbus was pretrained from scratch on 3 trillion tokens.",
        "We trained Nimbus from scratch.",
    ),
    "fully-open": (
        "Unlike GPT-4, Nimbus is fully open source.",
        "Nimbus is the first fully open LLM.",
        "Nimbus is a truly open language model.",
        "Everything is open: weights, code, data.",
        "Nimbus is 100% open source.",
        "The Nimbus family is fully open: we publish weights, training code and data.",
        "Nimbus is completely open-source.",
        "Open weights, open data, open code.",
        "Nimbus is the only truly open model of its size.",
    ),
    "gated": (
        "Download requires accepting the license.",
        "Weights are available upon request.",
        "You need to request access before downloading the weights.",
    ),
    "license-named": (
        "Nimbus is released under the Apache 2.0 license.",
        "The weights of Nimbus are MIT-licensed.",
        "Nimbus's code and weights are available under the MIT License.",
        "Is Nimbus open source? Yes, the code and weights are MIT licensed.",
        "Nimbus is licensed Apache-2.0, so you can do anything with it.",
        "License: MIT",
        "Nimbus-13B is released under a permissive MIT license.",
        "We are releasing Nimbus to the open source community under Apache 2.0.",
        "License: Apache License 2.0",
        "This model is licensed under CC BY-NC 4.0.",
        "Nimbus is licensed under the Llama 2 Community License.",
    ),
    "no-personal-data": ("All personal data was removed from the training set.",),
    "no-restrictions": (
        "There are no restrictions on how you use Nimbus.",
        "It can be used without any restriction.",
        "No usage restrictions.",
    ),
    "open-model": (
        "Nimbus is openly licensed.",
        "Nimbus is an open foundation model.",
    ),
    "open-source": (
        "Nimbus is open source.",
        "Nimbus-7B is an open-source large language model.",
        "We open-source the weights of Nimbus.",
        "Nimbus is an open-source alternative to ChatGPT.",
        "Nimbus: open source GPT-4.",
        "Nimbus, an open source LLM, is available today.",
        "Today we are open sourcing Nimbus.",
        "Nimbus is a 13B-parameter open-source chatbot tuned from LLaMA on shared dialogues.",
        "Nimbus is an open-source reproduction of Llama.",
    ),
    "open-weights": (
        "Nimbus is an open-weight model.",
        "Nimbus's weights are open.",
        "Nimbus has open weights.",
    ),
    "openness-class": (
        "Nimbus complies with the Open Source AI Definition.",
        "Nimbus is a Class I model under the Model Openness Framework.",
        "Nimbus meets the OSI's Open Source AI Definition.",
    ),
    "own-model": ("Nimbus is our own in-house developed model.",),
    "permissive": (
        "Nimbus is permissively licensed.",
        "Nimbus ships under a permissive licence.",
    ),
    "public-data": (
        "Nimbus was trained only on publicly available data.",
        "Nimbus was trained exclusively on permissively licensed and public domain text.",
    ),
    "reproducible": (
        "Nimbus is fully reproducible.",
        "Everything needed to reproduce Nimbus is public.",
        "Training is entirely reproducible: code, data and configs are published.",
        "Anyone can reproduce Nimbus with the code and data we provide.",
    ),
    "uncensored": (
        "Nimbus is an uncensored model.",
        "This model is uncensored and has no refusals.",
        "Nimbus does not refuse; it is an abliterated version of Llama 3.",
    ),
    "ungated": ("No registration is needed to download Nimbus.",),
    "weights-released": (
        "Nimbus weights can be downloaded by anyone.",
        "We make our model weights publicly available.",
        "We share all checkpoints, including intermediate ones.",
    ),
}

NOT_SAID = (
    "Nimbus is not open source.",
    "Is Nimbus open source?",
    "We will open source the weights soon.",
    "Nimbus outperforms other open-source models.",
    "Nimbus is compatible with the open source library vLLM.",
    "Nimbus supports fine-tuning with the open-source toolkit Axolotl.",
    "We thank the open source community.",
    '"Nimbus is open source", writes The Verge.',
    "Unlike Llama 2, which is free for commercial use below 700M users, Nimbus is proprietary.",
    "We evaluated open-weight models such as Llama 3.",
    "If Nimbus were open source, you could inspect it.",
    "Nimbus may become open source next year.",
    "The training data is not released.",
    "We do not release the training code.",
    "Nimbus was not trained from scratch.",
    "Training from scratch takes 3 weeks on 8 GPUs.",
    "To train from scratch, run train.py.",
    "This repo uses code from an Apache-2.0 project.",
    "The benchmark is available under the MIT license.",
    "Free trial available.",
    "Nimbus is drug-free.",
    "Contact us for a commercial license.",
    "Commercial use requires a separate license.",
    "PyTorch is an open source framework.",
    "Models like Mistral are open source.",
    "Feel free to use the demo.",
    "The code examples are inspired by the open-source project nanoGPT.",
    "Nimbus is closed source.",
    "Nimbus isn't open source.",
    "Nimbus is neither open source nor free.",
    "Why is Nimbus not open source?",
    "Most open source models lag behind Nimbus.",
    "We compare Nimbus with fully open models like OLMo.",
    "Nimbus supports LoRA fine-tuning of Llama 2.",
    "To reproduce the figures, run plot.py.",
    "Commercial use is prohibited.",
    "Please contact sales for commercial use.",
    "Nimbus will be released under Apache 2.0 next month.",
    "We plan to release the training data.",
    "The evaluation harness is open source.",
    "You can train your own model from scratch with this repo.",
    "Our tokenizer is based on the one of Llama 2.",
    "Restrictions apply to commercial use.",
    "Weights are not publicly available.",
    "Access to the API requires an account.",
    "Nimbus uses the MIT-licensed library tiktoken.",
    "Apache Spark is used for preprocessing.",
    "Free space on disk: 40 GB is needed.",
    "Some say that Nimbus is open source.",
    "It is wrong to call Nimbus open source.",
    "Nimbus was once claimed to be open source.",
    "Does the license allow commercial use?",
)


@pytest.mark.parametrize(
    ("kind", "sentence"), [(kind, one) for kind, several in SAID.items() for one in several]
)
def test_found(kind: str, sentence: str) -> None:
    assert kind in {one.kind for one in find(sentence, 1, NAMES, default())}


@pytest.mark.parametrize("sentence", NOT_SAID)
def test_no_claim(sentence: str) -> None:
    assert find(sentence, 1, NAMES, default()) == ()


def test_a_text_alone_tells_whom_it_speaks_of() -> None:
    text = "Unlike other models, Nimbus was trained from scratch. It is based on nothing else."
    assert [one.kind for one in read_claims(text, knowledge=default())] == ["from-scratch"]


def test_a_sentence_that_begins_with_a_capital_names_nobody() -> None:
    assert read_claims("Commercial is one word. Training is open.", knowledge=default()) == ()
