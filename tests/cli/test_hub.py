"""Reports on a hub repository: the real client against a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import howopen
from tests.places.hub_server import Hub, Repo, serve
from tests.releases import CARD, safetensors

CONFIG = b'{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}'
BIG = safetensors() + bytes(5_000_000)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Serve a fine-tune, and the same behind a gate."""
    card = CARD.format(license="apache-2.0").replace(
        "library_name", "base_model: meta-llama/Llama-2-7b-hf\nlibrary_name"
    )
    files = {
        "README.md": card.encode(),
        "config.json": CONFIG,
        "model.safetensors": safetensors(),
    }
    tags = ["license:apache-2.0", "base_model:finetune:meta-llama/Llama-2-7b-hf"]
    with serve(Hub({"a/tune": Repo(files, tags=tags), "a/gated": Repo(files, gated="auto")})) as up:
        yield up


def ask(hub: Hub, tmp_path: Path, *words: str) -> dict[str, object]:
    """Run a command against the loopback hub."""
    env = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_CACHE": str(tmp_path / "hub"),
        "HF_HUB_OFFLINE": "0",
        "HF_TOKEN": "",
    }
    run = howopen(*words, "--json", env=env)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert isinstance(found, dict)
    return found


def test_a_fine_tune_on_the_hub_is_bound_by_its_parent(hub: Hub, tmp_path: Path) -> None:
    answer = ask(hub, tmp_path, "may", "train-on-outputs", "hf:a/tune", "--target", "other-llm")
    assert answer["truth"] == "no"
    assert "llama-2" in json.dumps(answer["reasons"])
    assert "1.b.v" in json.dumps(answer["reasons"])


def test_a_report_from_the_hub_names_revision_and_lineage(hub: Hub, tmp_path: Path) -> None:
    report = ask(hub, tmp_path, "show", "hf:a/tune")
    release = report["release"]
    assert isinstance(release, dict)
    assert release["revision"]
    assert {(each["kind"], each["b"]) for each in release["relations"]} == {
        ("fine-tune", "hf:meta-llama/Llama-2-7b-hf")
    }
    assert "HO401" in {finding["code"] for finding in report["findings"]}  # type: ignore[attr-defined]  # JSON


def test_weights_behind_a_gate_are_shown_as_such(hub: Hub, tmp_path: Path) -> None:
    report = ask(hub, tmp_path, "show", "hf:a/gated")
    release = report["release"]
    assert isinstance(release, dict)
    weights = next(part for part in release["parts"] if part["component"] == "weights")
    assert weights["access"] == "gated-download"
    assert report["gaps"]
