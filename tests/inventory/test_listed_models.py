from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from howopen.inventory import Inventory
from howopen.release import Component, Presence
from tests.inventory.builders import inventory, parts, write

HUB = "https://huggingface.co"


def names(found: Inventory) -> set[str]:
    return {one.name for one in found.release.variants}


def readme(tmp_path: Path, text: str) -> Inventory:
    return inventory(write(tmp_path, {"README.md": text}))


def test_a_row_gives_a_variant_with_weights_and_its_own_license(tmp_path: Path) -> None:
    found = readme(
        tmp_path,
        f"""# Nova

| Model | Download | License |
|---|---|---|
| Nova 7B | [hub]({HUB}/acme/nova-7b) | [MIT](LICENSE-MIT) |
| Nova 7B LoRA | [hub]({HUB}/acme/nova-7b-lora) | CC BY-NC 4.0 |
""",
    )
    assert names(found) == {"Nova 7B", "Nova 7B LoRA"}
    (weights,) = [one for one in parts(found, "weights") if one.variant]
    assert (weights.variant, weights.presence) == ("nova-7b", Presence.ELSEWHERE)
    assert weights.urls == (f"{HUB}/acme/nova-7b",)
    assert weights.evidence[0].lines == (5, 5)
    (adapter,) = [one for one in parts(found, "adapter") if one.variant]
    assert adapter.variant == "nova-7b-lora"
    told = {
        (one.variant, one.component, one.value)
        for one in found.release.declarations
        if one.key == "license"
    }
    assert told == {
        ("nova-7b", Component.WEIGHTS, "MIT"),
        ("nova-7b-lora", Component.ADAPTER, "CC BY-NC 4.0"),
    }


def test_sizes_in_the_first_column_leave_the_names_to_the_addresses(tmp_path: Path) -> None:
    found = readme(
        tmp_path,
        f"""# Nova

|     | Base | Chat |
|-----|------|------|
| 7B  | [x]({HUB}/acme/nova-7b) | [x]({HUB}/acme/nova-7b-chat) |
| 9B  | [x]({HUB}/acme/nova-9b) | [x]({HUB}/acme/nova-9b-chat) |
""",
    )
    assert names(found) == {"nova-7b", "nova-7b-chat", "nova-9b", "nova-9b-chat"}


def test_a_row_without_a_name_goes_on_with_the_one_above(tmp_path: Path) -> None:
    found = readme(
        tmp_path,
        """# Nova

| Shorthand | Function | URL |
|---|---|---|
| Nova-1 | `nova1_big` | https://files.example/nova1_big.pt |
|        | `nova1_small` | https://files.example/nova1_small.pt |
| Nova-2 | `nova2` | https://files.example/nova2.pt |
""",
    )
    assert names(found) == {"Nova-1", "Nova-2"}
    (first,) = [one for one in parts(found, "weights") if one.variant == "nova-1"]
    assert len(first.urls) == 2


def test_a_wrong_second_link_does_not_join_two_models(tmp_path: Path) -> None:
    found = readme(
        tmp_path,
        f"""# Nova

| Model | Download |
|---|---|
| Nova-7B-Chat | [a]({HUB}/acme/Nova-7B-Chat) [b](https://wisemodel.cn/models/acme/Nova-7B-Chat) |
| Nova-7B | [a]({HUB}/acme/Nova-7B) [b](https://wisemodel.cn/models/acme/Nova-7B-Chat) |
""",
    )
    assert names(found) == {"Nova-7B-Chat", "Nova-7B"}


@pytest.mark.parametrize(
    "text",
    [
        f"""## Evaluation

| Model | Score |
|---|---|
| [Nova-7B]({HUB}/acme/nova-7b) | 70.1 |
| [Rival-7B]({HUB}/rival/rival-7b) | 69.0 |
| [Other-7B]({HUB}/other/other-7b) | 68.2 |
""",
        """## Models

| Model | Score |
|---|---|
| Nova-7B | 70.1 |
| Rival-7B | 69.0 |
""",
        f"""## Backbones

| Model | Where |
|---|---|
| Alpha | {HUB}/a/alpha |
| Beta | {HUB}/b/beta |
| Gamma | {HUB}/c/gamma |
| Delta | {HUB}/d/delta |
""",
        """## Data

| Name | URL |
|---|---|
| splits | https://files.example/splits.tar.gz |
| labels | https://files.example/labels.tar.gz |
""",
    ],
)
def test_tables_of_results_of_others_and_of_data_list_no_models(tmp_path: Path, text: str) -> None:
    assert names(readme(tmp_path, f"# Nova\n\n{text}")) == set()


def test_items_and_sentences_that_release_models_list_them(tmp_path: Path) -> None:
    found = readme(
        tmp_path,
        f"""# Nova

We released [Nova Video (NV-2)]({HUB}/acme/nv-2) in May.

- [Nova-base-1.0]({HUB}/acme/nova-xl-base-1.0): better.
- [Nova-refiner-1.0]({HUB}/acme/nova-xl-refiner-1.0): sharper.
""",
    )
    assert names(found) == {"NV-2", "Nova-base-1.0", "Nova-refiner-1.0"}


def test_one_model_is_the_release_and_no_variant_of_it(tmp_path: Path) -> None:
    found = readme(tmp_path, f"# Nova\n\nWe released [Nova-7B]({HUB}/acme/nova-7b).\n")
    assert names(found) == set()


def test_revisions_in_a_table_are_no_models_of_their_own(tmp_path: Path) -> None:
    found = readme(
        tmp_path,
        f"""# Nova

| Variant | Hub |
|---|---|
| Nova 1B | {HUB}/acme/nova-1b |
| Nova 7B | {HUB}/acme/nova-7b |

| Seed | Checkpoint |
|---|---|
| seed 42 | [step1]({HUB}/acme/nova-7b/tree/step1) |
| final | [main]({HUB}/acme/nova-7b/tree/main) |
""",
    )
    assert names(found) == {"Nova 1B", "Nova 7B"}


REGISTRY = {
    "speech": {
        "en": {
            "vits": {"url": "https://files.example/a.zip", "license": "apache 2.0"},
            "glow": {"hf_url": ["https://files.example/b.pth"], "license": ""},
        },
        "license": "MIT",
    },
    "count": 2,
}


def test_a_registry_of_models_gives_names_addresses_and_licenses(tmp_path: Path) -> None:
    write(tmp_path, {"pkg/.models.json": json.dumps(REGISTRY, indent=1)})
    found = inventory(tmp_path)
    assert names(found) == {"speech/en/vits", "speech/en/glow"}
    (told,) = [one for one in found.release.declarations if one.key == "license"]
    assert (told.variant, told.value) == ("speech-en-vits", "apache 2.0")
    assert told.evidence.path == "pkg/.models.json"
    assert told.evidence.lines == (4, 6)


@pytest.mark.parametrize(
    "text", ["{", "[1, 2]", '{"a": {"license": "MIT", "url": "https://x.example"}}']
)
def test_what_is_no_registry_lists_nothing(tmp_path: Path, text: str) -> None:
    assert names(inventory(write(tmp_path, {"models.json": text}))) == set()


def test_listed_models_are_not_asked_for_a_card_each(tmp_path: Path) -> None:
    rows = f"| Nova 1B | {HUB}/acme/nova-1b |\n| Nova 7B | {HUB}/acme/nova-7b |\n"
    found = readme(tmp_path, f"# Nova\n\n| Model | Hub |\n|---|---|\n{rows}")
    assert len(names(found)) == 2
    assert "HO103" not in {one.code for one in found.findings}


@pytest.mark.parametrize(
    "text",
    [
        "|a|b|\n" + "|-|-|\n" * 20_000,
        "| Model | Hub |\n|-|-|\n" + f"| n | {HUB}/acme/n |\n" * 5_000,
        "".join(f"- [n{index}]({HUB}/acme/n{index}) released\n" for index in range(5_000)),
        "- " + "[" * 4_000 + "\n" + ("- [http" * 500 + "\n") * 20,
    ],
)
def test_huge_lists_take_time_in_line_with_their_length(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"README.md": text})
    start = time.perf_counter()
    inventory(tmp_path)
    assert time.perf_counter() - start < 5
