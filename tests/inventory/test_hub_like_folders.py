from __future__ import annotations

import json
from pathlib import Path

import pytest

from howopen.release import Access, Component, FileRole, How, Presence
from tests.inventory.builders import gguf, inventory, parts, present, safetensors, write

CARD = """---
license: llama2
base_model: meta-llama/Llama-2-7b-hf
base_model_relation: finetune
datasets:
- acme/chat-set
tags:
- arxiv:2307.09288
- text-generation
---
# Acme Chat

Acme Chat is a model for dialogue.

## Training Data

The model was trained on 2 million dialogues of licensed data.

## Evaluation Results

| Benchmark | Score |
|---|---|
| MMLU accuracy | 45.3 |

## Limitations

The model may produce biased or offensive text; it was tested in English only.

## Hardware

Training used 3,200 GPU hours on A100 GPUs of our cluster.
"""
CONFIG = json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}, indent=1)


@pytest.fixture
def llama_like(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        {
            "README.md": CARD,
            "config.json": CONFIG,
            "tokenizer.json": "{}",
            "model.safetensors": safetensors({"format": "pt"}),
            "LICENSE.txt": "some terms",
        },
    )


def test_a_llama_like_folder_shows_its_components(llama_like: Path) -> None:
    found = inventory(llama_like)
    assert present(found) == {
        "weights", "architecture", "tokenizer", "model-card", "data-information",
        "evaluation-results", "risk-analysis", "hardware-and-compute", "training-data",
        "paper",
    }  # fmt: skip
    assert found.release.kind.value == "model"


def test_weights_carry_the_facts_of_their_header(llama_like: Path) -> None:
    (weights,) = parts(inventory(llama_like), "weights")
    facts = {fact.name: fact.value for fact in weights.facts}
    assert facts["parameters"] == "10"
    assert facts["dtype"] == "F16"
    assert facts["tensors"] == "2"
    assert weights.facts[0].evidence[0].how is How.HEADER
    assert weights.facts[0].evidence[0].span is not None


def test_a_section_is_evidence_with_its_lines(llama_like: Path) -> None:
    (risks,) = parts(inventory(llama_like), "risk-analysis")
    section = risks.evidence[0]
    assert (section.path, section.quote) == ("README.md", "Limitations")
    text = (llama_like / "README.md").read_text().splitlines()
    assert section.lines is not None
    assert text[section.lines[0] - 1] == "## Limitations"


def test_declared_data_sets_and_papers_are_elsewhere_with_an_address(llama_like: Path) -> None:
    found = inventory(llama_like)
    (data,) = parts(found, "training-data")
    assert data.presence is Presence.ELSEWHERE
    assert (data.name, data.evidence[0].how) == ("acme/chat-set", How.CARD_METADATA)
    (paper,) = parts(found, "paper")
    assert paper.urls == ("https://arxiv.org/abs/2307.09288",)


def test_a_base_model_in_front_matter_is_a_declared_relation(llama_like: Path) -> None:
    (relation,) = inventory(llama_like).release.relations
    assert (relation.kind, relation.b) == ("fine-tune", "hf:meta-llama/Llama-2-7b-hf")
    assert relation.evidence[0].lines == (3, 3)


def test_every_key_of_the_front_matter_is_declared_with_its_line(llama_like: Path) -> None:
    told = inventory(llama_like).release.declarations
    license_ = next(one for one in told if one.key == "license")
    assert (license_.value, license_.evidence.quote) == ("llama2", "license: llama2")
    assert license_.evidence.lines == (2, 2)
    assert [one.value for one in told if one.key == "tags"] == [
        "arxiv:2307.09288",
        "text-generation",
    ]


def test_what_was_not_found_says_where_it_was_looked_for(llama_like: Path) -> None:
    (code,) = parts(inventory(llama_like), "training-code")
    assert code.presence is Presence.NOT_FOUND
    assert code.access is None
    assert code.evidence[0].how is How.SEARCHED
    assert "train*.py" in code.evidence[0].quote


def test_a_gated_card_makes_the_files_a_gated_download(tmp_path: Path) -> None:
    card = "---\nlicense: other\nextra_gated_prompt: agree\npipeline_tag: x\n---\n# M\n"
    write(tmp_path, {"README.md": card, "model.safetensors": safetensors()})
    found = inventory(tmp_path)
    assert parts(found, "weights")[0].access is Access.GATED_DOWNLOAD
    assert any(one.key == "gated" for one in found.release.declarations)


def test_an_adapter_is_no_model_and_names_its_base(tmp_path: Path) -> None:
    config = json.dumps({"base_model_name_or_path": "acme/base", "peft_type": "LORA", "r": 8})
    write(
        tmp_path,
        {"adapter_config.json": config, "adapter_model.safetensors": safetensors()},
    )
    found = inventory(tmp_path)
    assert present(found) == {"adapter"}
    (relation,) = found.release.relations
    assert (relation.kind, relation.b) == ("adapter", "hf:acme/base")
    assert not [one for one in found.findings if one.code == "HO106"]


def test_an_adapter_whose_base_is_a_local_path_has_no_relation_and_a_finding(
    tmp_path: Path,
) -> None:
    config = json.dumps({"base_model_name_or_path": "./output/base", "peft_type": "LORA"})
    write(
        tmp_path,
        {"adapter_config.json": config, "adapter_model.safetensors": safetensors()},
    )
    found = inventory(tmp_path)
    assert found.release.relations == ()
    assert {one.code for one in found.findings} == {"HO106", "HO107"}


@pytest.mark.parametrize("name", ["./output/checkpoint-3", "/data/models/x", "models/base"])
def test_a_path_in_name_or_path_is_no_relation(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"config.json": json.dumps({"model_type": "llama", "_name_or_path": name})})
    assert inventory(tmp_path).release.relations == ()


def test_a_hub_id_in_name_or_path_is_a_relation_of_unsaid_kind(tmp_path: Path) -> None:
    told = json.dumps({"model_type": "llama", "_name_or_path": "acme/base-7b"})
    write(tmp_path, {"config.json": told})
    (relation,) = inventory(tmp_path).release.relations
    assert (relation.kind, relation.b) == ("derived", "hf:acme/base-7b")
    assert relation.evidence[0].how is How.CONFIG


def test_a_gguf_tells_architecture_tokenizer_license_and_base(tmp_path: Path) -> None:
    header = {
        "general.architecture": "llama",
        "general.license": "apache-2.0",
        "tokenizer.ggml.model": "gpt2",
        "general.base_model.count": "1",
        "general.base_model.0.repo_url": "https://huggingface.co/acme/base",
    }
    write(tmp_path, {"model-Q4.gguf": gguf(header)})
    found = inventory(tmp_path)
    assert present(found) == {"weights", "architecture", "tokenizer"}
    assert found.release.relations[0].b == "hf:acme/base"
    license_ = next(one for one in found.release.declarations if one.key == "license")
    assert (license_.value, license_.component) == ("apache-2.0", Component.WEIGHTS)


def test_broken_weights_are_still_there_and_leave_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"model.safetensors": b"\xff" * 40})
    found = inventory(tmp_path)
    assert parts(found, "weights")[0].presence is Presence.HERE
    assert [gap.where for gap in found.gaps] == ["model.safetensors"]
    assert [one.code for one in found.findings] == ["HO104"]


def test_weights_of_other_formats_are_known_by_name_and_not_read(tmp_path: Path) -> None:
    names = ("a.onnx", "b.pt", "c.bin", "d.h5", "e.ckpt", "f.jit")
    write(tmp_path, dict.fromkeys(names, b"\x00"))
    (weights,) = parts(inventory(tmp_path), "weights")
    assert {file.path for file in weights.files} == set(names)


def test_a_missing_shard_is_a_finding(tmp_path: Path) -> None:
    first, second = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
    index = {"weight_map": {"a": first, "b": second}}
    write(
        tmp_path,
        {
            "model.safetensors.index.json": json.dumps(index),
            "model-00001-of-00002.safetensors": safetensors(),
        },
    )
    found = inventory(tmp_path)
    assert [one.subject for one in found.findings] == ["model-00002-of-00002.safetensors"]


def test_delta_and_optimizer_files_are_not_taken_for_weights(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"delta_model.safetensors": safetensors(), "optimizer.pt": b"\x00"},
    )
    assert present(inventory(tmp_path)) == {"delta", "optimizer-state"}


def test_several_bases_are_a_merge_and_so_is_a_mergekit_file(tmp_path: Path) -> None:
    card = "---\nlicense: mit\ntags: [merge]\nbase_model:\n- a/one\n- b/two\n---\n# M\n"
    kit = "merge_method: slerp\nbase_model: a/one\nslices:\n- sources:\n  - model: c/three\n"
    write(tmp_path, {"README.md": card, "mergekit_config.yml": kit})
    relations = inventory(tmp_path).release.relations
    assert {(one.kind, one.b) for one in relations} == {
        ("merge", "hf:a/one"),
        ("merge", "hf:b/two"),
        ("merge", "hf:c/three"),
    }


def test_roles_are_told_from_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "LICENSE-MODEL": "x", "NOTICE": "x", "USE_POLICY.md": "x", "docs/data_license.txt": "x",
            "train.py": "x", "data/train.parquet": b"x", "MODEL_CARD.md": "x", "setup.cfg": "x",
            "license_check.py": "x",
        },
    )  # fmt: skip
    roles = {file.path: file.role for file in inventory(tmp_path).release.files}
    assert roles == {
        "LICENSE-MODEL": FileRole.LICENSE_TEXT,
        "NOTICE": FileRole.NOTICE,
        "USE_POLICY.md": FileRole.USE_POLICY,
        "docs/data_license.txt": FileRole.DATA_LICENSE,
        "train.py": FileRole.CODE,
        "data/train.parquet": FileRole.DATA,
        "MODEL_CARD.md": FileRole.CARD,
        "setup.cfg": FileRole.PACKAGE_METADATA,
        "license_check.py": FileRole.CODE,
    }


def test_several_copies_of_one_model_are_not_added_up(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "model-00001-of-00002.safetensors": safetensors(),
            "model-00002-of-00002.safetensors": safetensors(),
            "other.safetensors": safetensors(),
        },
    )
    (weights,) = parts(inventory(tmp_path), "weights")
    assert {fact.name: fact.value for fact in weights.facts}["parameters"] == "20"
