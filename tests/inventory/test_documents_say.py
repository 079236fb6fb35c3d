from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from howopen.formats.card import read_card
from howopen.inventory.documents import Document
from howopen.inventory.pages import Page
from howopen.inventory.roles import plain_title
from howopen.release import Access, FileRole, Presence
from tests.inventory.builders import inventory, parts, presences, present, write


def said(tmp_path: Path, text: str) -> set[str]:
    return present(inventory(write(tmp_path, {"README.md": text})))


@pytest.mark.parametrize(
    ("sentence", "component", "access"),
    [
        ("We do not release the training data.", "training-data", Access.WITHHELD),
        ("The training code is not publicly available.", "training-code", Access.WITHHELD),
        ("The training data is not public available yet.", "training-data", Access.STAGED),
        ("It was trained on a proprietary dataset of faces.", "training-data", Access.WITHHELD),
        ("Due to privacy we cannot share the model weights.", "weights", Access.WITHHELD),
    ],
)
def test_what_is_said_to_be_kept_back_is_withheld(
    tmp_path: Path, sentence: str, component: str, access: Access
) -> None:
    found = inventory(write(tmp_path, {"README.md": f"# M\n\n{sentence}\n"}))
    (part,) = [one for one in parts(found, component) if one.presence is not Presence.NOT_FOUND]
    assert part.presence is Presence.SAID_WITHHELD
    assert part.access is access
    assert part.evidence[0].lines == (3, 3)


@pytest.mark.parametrize(
    "sentence",
    [
        "If you do not share your training data, nobody can help.",
        "Neither the pretraining nor the fine-tuning datasets include Meta user data.",
        "You should not publish the weights of this model.",
        "Users cannot provide training data through this interface.",
        "> We do not release the training data.",
    ],
)
def test_sentences_on_other_matters_withhold_nothing(tmp_path: Path, sentence: str) -> None:
    found = inventory(write(tmp_path, {"README.md": f"# M\n\n{sentence}\n"}))
    for component in ("training-data", "weights"):
        assert "said-withheld" not in presences(found, component)


def test_absent_is_not_the_same_as_not_found(tmp_path: Path) -> None:
    found = inventory(write(tmp_path, {"README.md": "# M\n\nThere is no tokenizer.\n"}))
    assert presences(found, "tokenizer") == {"said-absent"}
    assert presences(found, "weights") == {"not-found"}


@pytest.mark.parametrize(
    ("text", "component"),
    [
        ("Train it:\n\n```\ntorchrun scripts/train.py cfg\n```", "training-code"),
        ("```\nbash finetune/finetune_lora.sh\n```", "fine-tuning-code"),
        ("```\npython eval/run_eval.py\n```", "evaluation-code"),
        ("```\npython demo/inference.py\n```", "inference-code"),
        ("```\npython tools/prepare_data.py\n```", "data-processing-code"),
        ("```python\nm = AutoModel.from_pretrained('acme/model')\n```", "weights"),
        ("```\nhuggingface-cli download acme/model\n```", "weights"),
        ("Weights: [file](https://example.org/model.safetensors).", "weights"),
        ("See [our paper](https://arxiv.org/abs/2401.00001).", "paper"),
        ("Read the [technical report](https://example.org/report.pdf).", "technical-report"),
        ("See the [acceptable use policy](https://example.org/use).", "usage-policy"),
        ("We trained on [Set](https://example.org/set), its training data.", "training-data"),
        ("We removed duplicates: the training data was deduplicated.", "data-selection"),
        ("It was trained on 64 A100 GPUs.", "hardware-and-compute"),
        ("## 局限性\n\n" + "模型可能会产生错误或者有偏见的内容。" * 4, "risk-analysis"),
        ("## 训练数据\n\n模型使用公开数据训练。", "data-information"),
    ],
)
def test_documents_show_components(tmp_path: Path, text: str, component: str) -> None:
    assert component in said(tmp_path, f"# M\n\n{text}\n")


@pytest.mark.parametrize(
    ("text", "component"),
    [
        ("See the code [here](https://github.com/acme/m).", "training-code"),
        ("LoRA ([paper](https://arxiv.org/abs/2106.09685)) saves memory.", "paper"),
        ("We log with Weights and Biases.", "weights"),
        ("## Weights and Biases\n\n" + "Log your run with this service. " * 4, "risk-analysis"),
        ("To fine-tune, prepare your training data as a list.", "training-data"),
        ("You may train on [Set](https://example.org/s) with your training data.", "training-data"),
        ("It is faster on an A100 for inference.", "hardware-and-compute"),
        ("Trained using guidance distillation, it makes images.", "data-information"),
        ("Thanks to the community [models](https://huggingface.co/other/model).", "weights"),
        ("```\npython train.py --ckpt path/to/model.pt\n```", "weights"),
    ],
)
def test_documents_do_not_show_what_they_do_not_say(
    tmp_path: Path, text: str, component: str
) -> None:
    assert component not in said(tmp_path, f"# M\n\n{text}\n")


def test_a_command_that_names_an_own_file_shows_the_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "README.md": "# M\n\n```\npython scripts/train.py\n```\n",
        "scripts/train.py": "pass",
    }
    (part,) = parts(inventory(write(tmp_path, files)), "training-code")
    assert part.presence is Presence.HERE
    assert [file.path for file in part.files] == ["scripts/train.py"]


def test_weights_behind_a_request_are_gated(tmp_path: Path) -> None:
    text = (
        "# M\n\n## Download\n\nDownload the model weights from the site.\n"
        "Once your request is approved you will receive a link.\n"
    )
    (part,) = parts(inventory(write(tmp_path, {"README.md": text})), "weights")
    assert part.access is Access.GATED_DOWNLOAD


def test_an_interface_without_weights_is_access_by_api(tmp_path: Path) -> None:
    text = "# M\n\nThe model can be used through our API.\n"
    (part,) = parts(inventory(write(tmp_path, {"README.md": text})), "weights")
    assert (part.presence, part.access) == (Presence.ELSEWHERE, Access.API)


def test_names_of_data_sets_are_read_from_a_list_of_licenses(tmp_path: Path) -> None:
    text = "Third Party Licenses\n----\n\ni. Some Challenge\n   http://data.example.org/\n"
    (part,) = parts(inventory(write(tmp_path, {"docs/data_license.txt": text})), "training-data")
    assert (part.name, part.urls) == ("Some Challenge", ("http://data.example.org/",))
    assert part.evidence[0].lines == (4, 5)


def test_what_vendored_documents_say_is_not_about_the_release(tmp_path: Path) -> None:
    text = "# Other\n\n```\npython train.py\n```\n"
    found = inventory(write(tmp_path, {"pkg/_vendor/other/README.md": text}))
    assert presences(found, "training-code") == {"not-found"}


def test_a_heading_without_words_does_not_end_a_section(tmp_path: Path) -> None:
    text = "# M\n\n## Benchmarks\n\n### Tuned models\n\n## \n\n| MMLU | 73.0 |\n|---|---|\n"
    assert "evaluation-results" in said(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "python " + "a." * 20_000 + "train",
        "python " + "a/" * 20_000 + "train",
        "model" * 20_000 + " x.from_pretrained(",
        "not " + "a " * 20_000 + "release weights training data",
        "trained on " + "data " * 20_000,
        "we do not " + " " * 20_000 + "release",
        "# training data " + "x" * 50_000,
        "|" + " mmlu |" * 20_000,
        "[paper](https://arxiv.org/abs/1) " * 3_000,
        "fine-tuned from " * 3_000 + "[a](https://huggingface.co/a/b)",
    ],
)
def test_hostile_documents_take_no_long_time(tmp_path: Path, text: str) -> None:
    start = time.process_time()
    inventory(write(tmp_path, {"README.md": "---\nlicense: mit\ntags: [a]\n---\n# M\n\n" + text}))
    assert time.process_time() - start < 4


def test_a_plain_title_has_no_numbers_and_signs() -> None:
    assert plain_title("3.1 📊 Evaluation Results:") == "evaluation results"
    assert plain_title("Training Data") == "training data"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_any_text_can_be_inventoried(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), {"README.md": text.encode("utf-8", "replace")})
        found = inventory(root)
    assert all(part.evidence for part in found.release.parts)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_prose_in_lower_case_keeps_every_character_in_place(text: str) -> None:
    card = read_card(text)
    page = Page(Document(path="a", role=FileRole.CARD, text=text, sha256="", card=card))
    assert len(page.lower) == len(page.body)


@pytest.mark.parametrize(
    ("sentence", "component"),
    [
        ("- [ ] Release the training code", "training-code"),
        ("We plan to release the training code.", "training-code"),
        ("We will open-source our training code in the coming weeks.", "training-code"),
        ("The training code will be released.", "training-code"),
        ("Due to this we have to delay the release of the training code.", "training-code"),
        ("- [ ] Upload model weights", "weights"),
        ("We intend to release the model weights.", "weights"),
        ("It is based on the codebase of Other, with features for training.", "training-code"),
        ("```\nnum_train = 128\nX_train, y_train = load()\n```", "training-code"),
        ("Trained with [a toolkit](https://example.org/) and exported.", "training-data"),
        ("| whole | Pretrained on 3 cells | [link](https://example.org/x) |", "training-data"),
        ("It is trained on a larger, more diverse dataset.", "data-information"),
        ("Trained on this dataset, it can chat.", "data-information"),
    ],
)
def test_promises_and_passing_words_show_nothing(
    tmp_path: Path, sentence: str, component: str
) -> None:
    assert component not in said(tmp_path, f"# M\n\n{sentence}\n")


@pytest.mark.parametrize(
    ("sentence", "component"),
    [
        ("This repository contains code for training and inference.", "training-code"),
        ("OLM is a repository for training models.", "training-code"),
        ("Get the training set [here](https://example.org/x).", "training-data"),
        ("It was trained on [Set](https://example.org/set).", "training-data"),
        ("It was trained on the [Big](https://example.org/big) corpus.", "training-data"),
        ("It was trained on 3T tokens.", "data-information"),
        ("It was trained on the English LibreLight dataset.", "data-information"),
    ],
)
def test_what_is_there_is_still_seen(tmp_path: Path, sentence: str, component: str) -> None:
    assert component in said(tmp_path, f"# M\n\n{sentence}\n")


@pytest.mark.parametrize(
    "files",
    [
        {"recipes/finetune/README.md": "# R\n\nOur notebooks provide training code.\n"},
        {"README.md": "# M\n\n## Fine-tuning\n\n```\npython train.py\n```\n"},
        {"finetune/train.py": "print()\n"},
        {"train_lora.py": "print()\n"},
    ],
)
def test_what_trains_in_a_guide_to_fine_tuning_is_fine_tuning_code(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    found = present(inventory(write(tmp_path, files)))
    assert "fine-tuning-code" in found
    assert "training-code" not in found


def test_the_same_command_under_two_headings_shows_both(tmp_path: Path) -> None:
    command = "```\npython train.py\n```\n"
    text = f"# M\n\n## Fine-tuning\n\n{command}\n## Pre-training\n\n{command}"
    assert {"fine-tuning-code", "training-code"} <= said(tmp_path, text)
