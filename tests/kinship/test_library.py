"""A library of sketches finds the base of a model nobody named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from howopen.errors import HowopenError, KnowledgeError, RefError
from howopen.kinship.library import Library
from howopen.kinship.lookup import add_to_library, find_in_library, sketch_of
from howopen.kinship.sketch import BYTES, SLOTS, Sketch
from tests.kinship import families as make


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Write twelve independent models."""
    folder = tmp_path_factory.mktemp("strangers")
    return [str(make.write(folder / f"m{seed}", make.network(seed))) for seed in range(12)]


@pytest.fixture(scope="module")
def library(strangers: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sketch the strangers into a library."""
    folder = tmp_path_factory.mktemp("library") / "db"
    assert add_to_library(folder, strangers).models == len(strangers)
    return folder


CHILDREN: dict[str, Callable[[make.Net], make.Net]] = {
    "fine-tuned": lambda net: make.noisy(net, 0.5),
    "quantised": make.int8,
    "pruned": lambda net: make.pruned(net, 0.5),
    "with a longer vocabulary": lambda net: make.longer(net, 40),
    "with a low-rank change": make.lora,
    "without its last layer": lambda net: make.without_layers(net, (0, 1, 2)),
}


@pytest.mark.parametrize("how", CHILDREN)
def test_a_child_finds_its_base_first_and_far_from_strangers(
    how: str, library: Path, strangers: list[str], tmp_path: Path
) -> None:
    for seed in (3, 8):
        child = make.write(tmp_path / f"child{seed}", CHILDREN[how](make.network(seed)))
        first, second = find_in_library(library, str(child)).candidates[:2]
        assert first.ref == strangers[seed]
        assert first.z > 20
        assert second.z < 6
        assert first.chance < 1e-9


def test_a_stranger_finds_nobody(library: Path, tmp_path: Path) -> None:
    stranger = make.write(tmp_path / "stranger", make.network(99))
    found = find_in_library(library, str(stranger))
    assert found.candidates[0].z < 6
    assert found.kinship is None


def test_the_nearest_is_compared_weight_by_weight(library: Path, tmp_path: Path) -> None:
    child = make.write(tmp_path / "cast", make.network(5), "BF16")
    found = find_in_library(library, str(child))
    assert found.kinship is not None
    assert found.kinship.verdict == "quantised"


def test_sharding_and_type_leave_a_sketch_as_it_is(tmp_path: Path) -> None:
    whole = sketch_of(str(make.write(tmp_path / "whole", make.network(1))))
    shards = sketch_of(str(make.sharded(tmp_path / "shards", make.network(1), 3)))
    half = sketch_of(str(make.write(tmp_path / "half", make.network(1), "F16")))
    assert whole.bits == shards.bits
    differ = np.unpackbits(np.frombuffer(whole.bits, np.uint8) ^ np.frombuffer(half.bits, np.uint8))
    assert differ.mean() < 0.002


def test_a_sketch_reads_little(strangers: list[str]) -> None:
    made = sketch_of(strangers[0])
    assert len(made.bits) == BYTES
    assert made.bytes_read < 16 * 8192 + 20_000


def test_adding_again_adds_nothing(strangers: list[str], tmp_path: Path) -> None:
    first = add_to_library(tmp_path / "db", strangers[:2])
    again = add_to_library(tmp_path / "db", strangers[:3])
    assert first.added == tuple(strangers[:2])
    assert again.known == tuple(strangers[:2])
    assert again.added == (strangers[2],)
    assert again.models == 3


def test_a_broken_model_does_not_stop_the_others(strangers: list[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes(b"\xff" * 200)
    found = add_to_library(tmp_path / "db", [str(broken), strangers[0], str(tmp_path / "nowhere")])
    assert found.added == (strangers[0],)
    assert [gap.where for gap in found.gaps] == [str(broken), str(tmp_path / "nowhere")]
    assert all(gap.why and gap.hint for gap in found.gaps)


def test_an_interrupted_addition_leaves_nothing_half_there(
    strangers: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "db"
    add_to_library(folder, strangers[:2])
    for name in ("sketches.bin", "heads.bin", "masks.bin", "models.jsonl"):
        with (folder / name).open("ab") as file:
            file.write(b'{"torn')
    assert find_in_library(folder, strangers[1]).candidates[0].ref == strangers[1]
    add_to_library(folder, strangers[2:3])
    assert len(Library(folder)) == 3
    assert find_in_library(folder, strangers[2]).candidates[0].ref == strangers[2]


def test_a_library_that_is_not_there_says_how_to_make_one(
    tmp_path: Path, strangers: list[str]
) -> None:
    with pytest.raises(RefError, match="--add"):
        find_in_library(tmp_path / "none", strangers[0])


@pytest.mark.parametrize("content", ["{", '{"format": 99, "count": 3, "told": 9}'])
def test_a_foreign_library_is_refused(content: str, tmp_path: Path, strangers: list[str]) -> None:
    (tmp_path / "library.json").write_text(content)
    with pytest.raises(KnowledgeError, match="build it again"):
        find_in_library(tmp_path, strangers[0])


def test_a_truncated_library_is_refused(tmp_path: Path, strangers: list[str]) -> None:
    add_to_library(tmp_path / "db", strangers[:3])
    (tmp_path / "db" / "heads.bin").write_bytes(b"short")
    with pytest.raises(KnowledgeError, match=r"heads\.bin"):
        find_in_library(tmp_path / "db", strangers[0])


def test_a_model_without_matrices_has_no_sketch(tmp_path: Path) -> None:
    tiny = make.write(tmp_path / "tiny", {"bias": np.zeros(64, np.float32)})
    with pytest.raises(HowopenError, match="no sketch"):
        sketch_of(str(tiny))


def test_slots_that_only_one_of_two_models_fills_are_not_counted(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 256, (SLOTS, 128), dtype=np.uint8)
    half = bits.copy()
    half[8:] = 0
    full = Sketch(ref="full", bits=bits.tobytes(), filled=tuple("abcdefghijklmnop"))
    part = Sketch(ref="part", bits=half.tobytes(), filled=(*"abcdefgh", *[""] * 8))
    Library(tmp_path).add([full])
    (found,) = Library(tmp_path).nearest(part)
    assert found.bits == 8 * 1024
    assert found.agreement == 1.0
