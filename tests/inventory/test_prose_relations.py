"""Relations that a card only tells in a sentence, by the words that say how."""

from __future__ import annotations

from pathlib import Path

import pytest

from howopen.inventory import take
from howopen.knowledge import default
from howopen.places import open_place
from tests.releases import small_model


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("This model was fine-tuned from [B](https://huggingface.co/a/base-7b).", "fine-tune"),
        ("It is a merge of [B](https://huggingface.co/a/base-7b).", "merge"),
        ("This model is based on [B](https://huggingface.co/a/base-7b).", "derived"),
    ],
)
def test_a_sentence_tells_how_two_models_are_related(
    tmp_path: Path, sentence: str, kind: str
) -> None:
    folder = small_model(tmp_path / "tune")
    (folder / "README.md").write_text(f"---\nlicense: mit\n---\n# Tune\n\n{sentence}\n")
    found = take(open_place(folder), default()).release.relations
    assert [(each.kind, each.b) for each in found] == [(kind, "hf:a/base-7b")]
    assert found[0].evidence[0].lines == (6, 6)


def test_what_a_sentence_gives_as_an_example_of_a_copy_is_no_parent(tmp_path: Path) -> None:
    folder = small_model(tmp_path / "tune")
    link = "[B](https://huggingface.co/a/tune-gguf)"
    text = f"Download a quantized version of Tune such as {link}"
    (folder / "README.md").write_text(f"---\nlicense: mit\n---\n# Tune\n\n{text}.\n")
    assert take(open_place(folder), default()).release.relations == ()
