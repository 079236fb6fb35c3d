"""What is found to be a claim about a release, and what is not."""

from __future__ import annotations

import time

import pytest

from howopen.claims import read_claims
from howopen.claims.find import Found, find
from howopen.claims.names import own_names
from howopen.claims.subject import Subject
from howopen.knowledge import default
from howopen.knowledge.acts import lexicon
from howopen.knowledge.claims import claims_table, finder
from tests.openness.build import release

NAMES = own_names(release(name="owner/Alpaca-7B"))


def kinds(text: str) -> set[str]:
    return {item.kind for item in found(text)}


def found(text: str) -> tuple[Found, ...]:
    return find(text, 1, NAMES, default())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Alpaca is open source.", "open-source"),
        ("This model is open-source and ready to use.", "open-source"),
        ("The Alpaca-7B and Alpaca-13B models are open-sourced.", "open-source"),
        ("Alpaca is a state-of-the-art, open-source language model.", "open-source"),
        ("We open-source our Alpaca series, three base models in all.", "open-source"),
        ("# The first open-source ChatGPT", "open-source"),
        ("我们开源了Alpaca系列模型。", "open-source"),
        ("Alpaca is fully open source.", "fully-open"),
        ("This is a truly open model.", "fully-open"),
        ("Alpaca is a family of open-weights models.", "open-weights"),
        ("We are openly releasing these models.", "open-weights"),
        ("The weights are freely available.", "free"),
        ("This model is released under the Apache 2.0 license.", "license-named"),
        ("The weights are released under the MIT License.", "license-named"),
        ("License: Apache-2.0", "license-named"),
        ("With MIT-licensed weights, Alpaca runs anywhere.", "license-named"),
        ("本项目的代码遵循 MIT 许可证。", "license-named"),
        ("> Alpaca is an open-weight model.", "open-weights"),
        ("We are offering several open-weight models.", "open-weights"),
        ("- Open weights to support research.", "open-weights"),
        ("It is for research and commercial (small firms) use.", "commercial-use"),
        ("The weights are licensed for students and commercial entities.", "commercial-use"),
        ("Our code is free to use, including commercially.", "commercial-use"),
        ("Anyone is free to use the code and weights of Alpaca.", "free"),
        ("The model comes with a permissive license.", "permissive"),
        ("It is suitable for any commercial use.", "commercial-use"),
        ("Commercial use is allowed.", "commercial-use"),
        ("You may use the model commercially.", "commercial-use"),
        ("There are no restrictions on its use.", "no-restrictions"),
        ("The model can be used for any purpose.", "no-restrictions"),
        ("Alpaca was trained from scratch on two trillion tokens.", "from-scratch"),
        ("The Alpaca models were trained entirely from scratch by us.", "from-scratch"),
        ("Alpaca is fully reproducible.", "reproducible"),
        ("We release all training data.", "data-released"),
        ("The full training corpus is publicly available.", "data-released"),
        ("Alpaca is fine-tuned from Llama-2-7b.", "based-on"),
        ("This model is a quantized version of Mistral-7B-v0.1.", "based-on"),
        ("This is an uncensored model.", "uncensored"),
    ],
)
def test_a_claim_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        # denials
        "Alpaca is not open source.",
        "This model isn't open source.",
        "The weights are not freely available.",
        "Commercial use is not allowed.",
        "These weights are for non-commercial use.",
        "The model was never trained from scratch.",
        "Alpaca is not fully reproducible.",
        "The training data is not publicly available.",
        "The model cannot be used commercially.",
        # questions and conditions
        "Is Alpaca open source?",
        "Can this model be used for commercial use?",
        "If the model is open source, tell us.",
        "We plan to open-source the model soon.",
        "The weights will be open-sourced.",
        # comparisons
        "Unlike open-source models, Alpaca answers fast.",
        "Alpaca outperforms many open-source models.",
        "Alpaca ranks first among all existing open-source models.",
        "Alpaca is better than any other open-source model.",
        "Alpaca is competitive with fully open models such as OLMo.",
        # other things
        "Alpaca uses the open-source library transformers.",
        "We thank the open-source community.",
        "Our benchmark tools are open sourced.",
        "It was trained on a mix of open-source data sets.",
        "You can train your own model from scratch with this script.",
        "We trained a tokenizer from scratch.",
        "The results are fully reproducible with this seed.",
        "Feel free to open an issue.",
        "This is a reference-free metric.",
        "For commercial use, please contact us.",
        "Third-party code is licensed under the MIT license.",
        "By contributing you agree that your work is under the MIT license.",
        "The context length has no limit.",
        # quotations
        'Some say "the model is open source" without looking.',
        "> This model is open source.",
        "```\nThis model is open source.\n```",
        "| Alpaca is open source. | yes |\n|---|---|\n| Other | open source |",
        # other people's sections
        "## Acknowledgements\n\nThe model is open source.",
    ],
)
def test_what_only_looks_like_a_claim_is_none(text: str) -> None:
    assert kinds(text) == set()


def test_a_claim_has_its_words_and_its_line() -> None:
    one = found("# Alpaca\n\nGood to have you.\nAlpaca is open source. Enjoy.\n")[0]
    assert one.lines == (4, 4)
    assert one.quote == "Alpaca is open source."


def test_a_sentence_may_name_two_licenses_for_two_things() -> None:
    text = "Code is released under MIT, model weights are released under CC-BY-NC 4.0."
    assert [(item.name, item.what) for item in found(text)] == [
        ("MIT", "code"),
        ("CC-BY-NC 4.0", "model weights"),
    ]


def test_fully_open_says_more_than_open_source_and_is_said_once() -> None:
    assert kinds("Alpaca is fully open source.") == {"fully-open"}


def test_a_base_of_the_same_name_keeps_its_name() -> None:
    (claim,) = found("The Alpaca-7B-Chat model is fine-tuned from Alpaca-7B-Base.")
    assert (claim.kind, claim.name) == ("based-on", "Alpaca-7B-Base")


def test_a_permissive_license_is_taken_by_its_name() -> None:
    claims = found("We publish two models under a permissive BSD-3-Clause license.")
    assert ("permissive", "BSD-3-Clause") in [(item.kind, item.name) for item in claims]


def test_another_models_name_is_not_this_models() -> None:
    assert kinds("Vicuna-13B is open source.") == set()


def test_a_name_is_known_without_its_size_and_ordinary_words_are_no_names() -> None:
    assert "Alpaca" in own_names(release(name="owner/Alpaca-7B-chat"))
    assert own_names(release(name="owner/model")) == ("owner/model",)


def test_there_are_at_least_ten_kinds_and_all_patterns_compile() -> None:
    table = claims_table(default())
    assert len(table.kinds) >= 10
    for kind in table.kinds:
        found = finder(default(), kind)
        assert found.patterns or found.kind.given
    assert lexicon(default()).things


def test_hostile_sentences_take_bounded_time() -> None:
    units = ("the model ", "the open ", "we open-source the ", "any commercial ", "Alpaca and ")
    tail = " open-source model licensed commercial scratch reproducible permissive free restrict"
    text = "\n\n".join((unit * 80)[:600] + tail for unit in units)
    started = time.perf_counter()
    found(text + "(" * 5_000 + "open-source " * 2_000)
    assert time.perf_counter() - started < 2


def test_without_a_release_nothing_can_be_told() -> None:
    claims = read_claims("This model is open source.", knowledge=default())
    assert [item.judgement.value for item in claims] == ["cannot be told"]


def test_a_claim_of_capability_is_named_and_left_alone() -> None:
    subject = Subject(release=release())
    text = "# Alpaca\n\nWe built the first open-source ChatGPT."
    claims = read_claims(text, about=subject, knowledge=default())
    assert "capability" in claims[0].note or "not judged" in claims[0].note


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Alpaca-7B is made available under the Apache 2.0 license.", {"license-named"}),
        ("Alpaca is the best open-source model available.", {"open-source"}),
        (
            "Alpaca is the first open source LLM, licensed for research and commercial use.",
            {"open-source", "commercial-use", "first-open"},
        ),
        ("An Apache-2 licensed Alpaca model trained on a curated corpus.", {"license-named"}),
        (
            "We release our model weights under a permissive license.",
            {"weights-released", "permissive"},
        ),
        ("Alpaca series (including Base and Chat) supports commercial use.", {"commercial-use"}),
        ("This code repository is licensed under the MIT License.", {"license-named"}),
        (
            "Alpaca is a fine-tuned version of mistralai/Mistral-7B-v0.1, trained on a mix.",
            {"based-on"},
        ),
        ("License: MIT", {"license-named"}),
        ("License(s): Apache-2.0", {"license-named"}),
        ("Finetuned from model: meta-llama/Meta-Llama-3-8B", {"based-on"}),
        (
            "All models, code and data are publicly released.",
            {"weights-released", "code-released", "data-released"},
        ),
        (
            "Our code, data and models are publicly available at GitHub.",
            {"weights-released", "code-released", "data-released"},
        ),
        ("The pretraining dataset is publicly available.", {"data-released"}),
        ("All Alpaca language models are distributed under Apache 2.0 license.", {"license-named"}),
        ("Alpaca was trained only on publicly available data.", {"public-data"}),
        (
            "Alpaca is a fully open language model: data, code, and weights are all released.",
            {"fully-open"},
        ),
        ("The model weights are available on Hugging Face.", {"weights-released"}),
        (
            "We are excited to release Alpaca 2, a series of open-weight models.",
            {"weights-released", "open-weights"},
        ),
        ("The models are free for research use.", {"free"}),
        (
            "The model is open-sourced under the Apache 2.0 license.",
            {"open-source", "license-named"},
        ),
        (
            "You can use the model commercially without any restrictions.",
            {"commercial-use", "no-restrictions"},
        ),
        ("Alpaca was built from the ground up by our team.", {"from-scratch"}),
        ("Alpaca is a 7B model developed in-house.", {"own-model"}),
        ("Alpaca is the first MOF Class I model.", {"openness-class"}),
        ("Alpaca complies with the EU AI Act.", {"compliance"}),
        ("The model is fully GDPR compliant.", {"compliance"}),
        ("The training data contains no personal data.", {"no-personal-data"}),
        (
            "All personally identifiable information was removed from the training set.",
            {"no-personal-data"},
        ),
        ("You need to agree to share your contact information to access this model.", {"gated"}),
        ("No registration is needed to download the weights.", {"ungated"}),
        ("Alpaca is free software.", {"free-software"}),
        ("Alpaca meets the Open Source AI Definition.", {"openness-class"}),
        (
            "Training code, data and intermediate checkpoints are released.",
            {"code-released", "data-released"},
        ),
        ("Alpaca is an open foundation model.", {"open-model"}),
        ("We are releasing the training code.", {"code-released"}),
        ("The training code is available on GitHub.", {"code-released"}),
        ("This is a fully open-source model that is reproducible from scratch.", {"fully-open"}),
        ("Alpaca uses an MIT license.", {"license-named"}),
        ("MIT License", {"license-named"}),
        ("The weights are under CC BY-NC 4.0.", {"license-named"}),
        ("This model is governed by the Llama 3 Community License.", {"license-named"}),
        ("我们发布了Alpaca-7B模型。", {"weights-released"}),
        ("本项目的训练代码已开源。", {"code-released"}),
        ("Alpaca是首个开源的中文大模型。", {"first-open"}),
        ("Alpaca完全从零开始训练。", {"from-scratch"}),
    ],
)
def test_every_claim_of_a_sentence_is_found(text: str, said: set[str]) -> None:
    assert said <= kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Unlike GPT-4, which is closed, Llama 2 is open source.",
        "Alpaca is built on the open-source library Megatron.",
        "We compare with Llama 2, which is released under a community license.",
        "The weights will be released soon.",
        "Our code is based on the MIT licensed nanoGPT.",
        "Is the training data released?",
        "Alpaca is not open source.",
        "The dataset is not publicly available.",
        "You must comply with the GDPR when you use the model.",
        "Evaluated on public datasets such as MMLU.",
        "We thank the authors for open-sourcing their model.",
        "The demo is available on Hugging Face.",
        "A paper on Alpaca is available on arXiv.",
        "This package requires Python 3.10.",
        "We release a new version of the docs.",
        "Model outputs may contain personal information.",
        "The data will be made publicly available upon publication.",
        "If the model were open source, we could reproduce it.",
        "Alpaca outperforms all existing open models.",
        "Alpaca supports fine-tuning of open models like Llama.",
        "Install the latest release of Alpaca.",
        "See the releases page for available models.",
        "You can train a model from scratch.",
        "The attention is gated by a sigmoid.",
        "Please do not upload personal data.",
        "Contributions are released under the MIT license.",
        '"Alpaca is open source" is what they say.',
        "The Mistral weights are released by Mistral AI.",
        "The original implementation is available at this link.",
        "The license of the original model applies.",
        "Datasets are available on request only.",
        "Open an issue for commercial use.",
        "Alpaca achieves state of the art among fully open models.",
        "The code is not yet available.",
        "Weights are partially released.",
        "Pretrained models may be released in the future.",
    ],
)
def test_what_is_denied_promised_or_said_of_others_is_no_claim(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # what is said of others stands in another clause
        (
            "The weights of Alpaca are now available, and a demo will be online soon.",
            "weights-released",
        ),
        # a date before a piece of news
        ("- [2024/03/01] The Alpaca-13B weights are released!", "weights-released"),
        ("- 2024.05.20: Training code is available.", "code-released"),
        # the section says what the sentence speaks of
        ("## License\n\nThis project is released under the Apache 2.0 license.", "license-named"),
        # a row of two cells
        ("| Field | Value |\n|---|---|\n| License | Apache-2.0 |", "license-named"),
        # names that end like a denial
        ("We release the ControlNet weights of Alpaca.", "weights-released"),
    ],
)
def test_a_claim_is_found_by_what_stands_around_it(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Weights of other models are released, see their pages.",
        "- [2024/03/01] The Alpaca-13B weights will be released.",
        "| Model | License |\n|---|---|\n| Llama | MIT |",
        "We haven\u2019t released the weights of Alpaca.",
        "- [ ] Release the training code of Alpaca.",
    ],
)
def test_what_stands_around_it_says_that_it_is_no_claim(text: str) -> None:
    assert kinds(text) == set()


def test_the_first_title_of_a_text_names_what_it_speaks_of() -> None:
    text = "# Vicuna-13B: a chat model\n\nVicuna is open source."
    assert "open-source" in {item.kind for item in find(text, 1, (), default())}


def test_a_call_out_of_the_release_is_its_own_words_to_the_end() -> None:
    text = "> Alpaca is an open-weight model. With MIT-licensed weights, it runs anywhere."
    assert kinds(text) == {"open-weights", "license-named"}


def test_a_license_that_begins_with_the_releases_name_keeps_all_of_it() -> None:
    (claim,) = found("This model falls under the Alpaca Research License.")
    assert claim.name == "Alpaca Research"


def test_an_item_of_news_that_begins_with_a_date_in_brackets_is_read() -> None:
    assert kinds("- [2024/03/01]: Released the weights of Alpaca.") == {"weights-released"}
