"""Every verdict on simulated families, with the rung where the ladder stops and its price."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from howopen.errors import FormatError, RefError
from howopen.kinship import Kin, Kinship, kin
from howopen.kinship.result import Rung
from howopen.release import Direction
from tests.kinship import families as f

PARENT = f.network(1)


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the parent once."""
    return f.write(tmp_path_factory.mktemp("parent") / "parent", PARENT)


def held_against(parent: Path, tmp_path: Path, net: f.Net, dtype: str = "F32") -> Kinship:
    return kin(str(parent), str(f.write(tmp_path / "child", net, dtype)))


def test_the_same_file_twice_is_identical_after_sampled_rows(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, PARENT)
    assert found.verdict is Kin.IDENTICAL
    assert found.rung is Rung.ROWS
    assert found.relation is not None
    assert found.relation.kind == "copy"
    assert any("sampled" in each for each in found.caveats)


def test_a_folder_held_against_itself_costs_no_bytes(parent: Path) -> None:
    found = kin(str(parent), str(parent))
    assert found.verdict is Kin.IDENTICAL
    assert found.rung is Rung.HASHES
    assert found.bytes_read == (0, 0)


@pytest.mark.parametrize("dtype", ["BF16", "F16"])
def test_a_cast_is_found_with_its_direction(parent: Path, tmp_path: Path, dtype: str) -> None:
    found = held_against(parent, tmp_path, PARENT, dtype)
    assert found.verdict is Kin.QUANTISED
    assert found.direction is Direction.B_FROM_A
    assert found.relation is not None
    assert found.relation.kind == "cast"


def test_a_cast_to_more_bits_is_the_same_weights_re_encoded(parent: Path, tmp_path: Path) -> None:
    assert held_against(parent, tmp_path, PARENT, "F64").verdict is Kin.RE_ENCODED


def test_rounding_to_eight_bits_is_quantised(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.int8(PARENT))
    assert found.verdict is Kin.QUANTISED
    assert found.direction is Direction.B_FROM_A
    assert found.relation is not None
    assert found.relation.kind == "quantised"


@pytest.mark.parametrize("share", [0.003, 0.05, 0.15, 0.3])
def test_small_changes_everywhere_are_a_fine_tune_of_open_direction(
    parent: Path, tmp_path: Path, share: float
) -> None:
    found = held_against(parent, tmp_path, f.noisy(PARENT, share))
    assert found.verdict is Kin.DERIVED
    assert found.direction is Direction.UNDECIDED
    assert found.direction_why


def test_a_fine_tune_stored_in_sixteen_bits_is_derived(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.noisy(PARENT, 0.02), "BF16")
    assert found.verdict is Kin.DERIVED


@pytest.mark.parametrize("share", [1.0, 3.0])
def test_large_changes_are_shared_ancestry_because_twins_reach_them(
    parent: Path, tmp_path: Path, share: float
) -> None:
    found = held_against(parent, tmp_path, f.noisy(PARENT, share))
    assert found.verdict is Kin.SHARED_ANCESTRY
    assert any("seed" in each for each in found.caveats)


def test_changes_of_ten_times_the_weights_leave_a_weak_trace(parent: Path, tmp_path: Path) -> None:
    assert held_against(parent, tmp_path, f.noisy(PARENT, 8.0)).verdict is Kin.WEAK_TRACE


def test_twins_of_one_seed_are_never_called_derived(tmp_path: Path) -> None:
    for share in (0.02, 0.2, 0.6):
        one, two = f.twins(share)
        a, b = f.write(tmp_path / f"a{share}", one), f.write(tmp_path / f"b{share}", two)
        assert kin(str(a), str(b)).verdict is Kin.SHARED_ANCESTRY


def test_twins_that_differ_most_in_one_direction_are_not_taken_for_a_merged_lora(
    tmp_path: Path,
) -> None:
    one, two = f.twins(0.5)
    shifted = f.lora(two, rank=1, size=3.0)
    a, b = f.write(tmp_path / "a", one), f.write(tmp_path / "b", shifted)
    found = kin(str(a), str(b))
    assert found.verdict is Kin.SHARED_ANCESTRY
    assert "rank" not in found.details


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_pruned_weights_are_found_with_their_share(
    parent: Path, tmp_path: Path, share: float
) -> None:
    found = held_against(parent, tmp_path, f.pruned(PARENT, share))
    assert found.verdict is Kin.PRUNED
    assert found.direction is Direction.B_FROM_A
    assert float(found.details["zeros"]) == pytest.approx(share, abs=0.05)


def test_a_longer_vocabulary_over_equal_weights_is_told(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.longer(PARENT, 12))
    assert found.chain == (Kin.VOCABULARY_CHANGED,)
    assert found.direction is Direction.B_FROM_A


def test_a_fine_tune_with_a_longer_vocabulary_is_both(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.longer(f.noisy(PARENT, 0.05), 40))
    assert found.chain == (Kin.DERIVED, Kin.VOCABULARY_CHANGED)


def test_tokens_are_followed_when_a_vocabulary_was_shuffled(tmp_path: Path) -> None:
    order = np.random.default_rng(4).permutation(f.TOKENS)
    name = "model.embed_tokens.weight"
    net = f.network(1)
    shuffled = {**f.network(2), name: net[name][order]}
    a, b = f.write(tmp_path / "a", net), f.write(tmp_path / "b", shuffled)
    words = [f"token{index}" for index in range(f.TOKENS)]
    (a / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
    moved = {words[old]: new for new, old in enumerate(order)}
    (b / "vocab.json").write_text(json.dumps(moved))
    found = kin(str(a), str(b))
    assert found.verdict is Kin.SHARED_ANCESTRY
    assert "600" in found.tokenizer


def test_shards_are_one_model(parent: Path, tmp_path: Path) -> None:
    found = kin(str(parent), str(f.sharded(tmp_path / "sharded", PARENT, 3)))
    assert found.verdict is Kin.RE_ENCODED


def test_other_names_for_the_same_places_are_re_encoded(parent: Path, tmp_path: Path) -> None:
    parts = {
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down", "model.layers": "blk", "model.embed_tokens": "token_embd",
    }  # fmt: skip
    renamed = {}
    for name, x in PARENT.items():
        for old, new in parts.items():
            name = name.replace(old, new)  # noqa: PLW2901
        renamed[name] = x
    found = held_against(parent, tmp_path, renamed)
    assert found.verdict is Kin.RE_ENCODED
    assert "paired by content" not in found.details


@pytest.mark.parametrize("turned", [False, True])
def test_lost_names_are_found_again_by_content(parent: Path, tmp_path: Path, turned: bool) -> None:
    lost = {
        f"val_{i}": np.ascontiguousarray(x.T) if turned and x.ndim == 2 else x
        for i, x in enumerate(PARENT.values())
    }
    found = held_against(parent, tmp_path, lost)
    assert found.verdict is Kin.RE_ENCODED
    assert any(match.layout == "transposed" for match in found.matches) is turned


def test_lost_names_of_a_stranger_pair_with_nothing(parent: Path, tmp_path: Path) -> None:
    lost = {f"val_{i}": x for i, x in enumerate(f.network(2).values())}
    found = held_against(parent, tmp_path, lost)
    assert found.verdict in (Kin.UNRELATED, Kin.INCOMPARABLE)


def test_a_merged_lora_shows_its_rank(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.lora(PARENT, rank=4))
    assert found.verdict is Kin.DERIVED
    assert found.details["rank"] == "4"


def test_dropped_layers_are_mapped(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.without_layers(PARENT, (0, 1, 3)))
    assert found.verdict is Kin.LAYERS_REARRANGED
    assert found.details["layer map"] == "0<-0 1<-1 2<-3"
    assert found.direction is Direction.UNDECIDED


def test_stacked_layers_give_the_copy_away(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.without_layers(PARENT, (0, 1, 2, 1, 2, 3)))
    assert found.verdict is Kin.LAYERS_REARRANGED
    assert found.direction is Direction.B_FROM_A


def test_one_configuration_with_random_weights_is_unrelated(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.network(2))
    assert found.verdict is Kin.UNRELATED
    assert "agree in all" in found.architecture
    assert any("distillation" in each for each in found.caveats)
    assert any("rungs that ran" in each for each in found.caveats)
    assert found.relation is None


def test_a_permuted_copy_is_disguised(parent: Path, tmp_path: Path) -> None:
    found = held_against(parent, tmp_path, f.permuted(PARENT))
    assert found.verdict is Kin.DISGUISED
    assert found.rung is Rung.COLUMNS


def test_embeddings_alone_in_common_are_shared_ancestry(parent: Path, tmp_path: Path) -> None:
    name = "model.embed_tokens.weight"
    found = held_against(parent, tmp_path, {**f.network(2), name: PARENT[name] * np.float32(1.1)})
    assert found.verdict is Kin.SHARED_ANCESTRY


def test_a_fixed_table_in_common_is_no_kinship(tmp_path: Path) -> None:
    at = np.arange(128)[:, None] * np.exp(-np.arange(48) / 12)[None]
    positions = np.concatenate([np.sin(at), np.cos(at)], axis=1).astype(np.float32)
    basis = np.cos(2 * np.pi * np.outer(np.arange(64), np.arange(96)) / 96).astype(np.float32)
    extra = {"model.embed_positions.weight": positions, "model.front.weight": basis}
    a = f.write(tmp_path / "a", {**f.network(1), **extra})
    b = f.write(tmp_path / "b", {**f.network(2), **extra})
    assert kin(str(a), str(b)).verdict is Kin.UNRELATED


def test_equal_norm_gains_are_no_kinship(tmp_path: Path) -> None:
    one, two = f.network(1), f.network(2)
    same = {name: x for name, x in one.items() if x.ndim == 1}
    a, b = f.write(tmp_path / "a", one), f.write(tmp_path / "b", {**two, **same})
    assert kin(str(a), str(b)).verdict is Kin.UNRELATED


def test_training_of_vectors_alone_is_not_called_identical(parent: Path, tmp_path: Path) -> None:
    moved = {name: x + np.float32(0.1) if x.ndim == 1 else x for name, x in PARENT.items()}
    assert held_against(parent, tmp_path, moved).verdict is Kin.DERIVED


def test_an_ordinary_derivative_costs_few_bytes(tmp_path: Path) -> None:
    net = f.network(1, width=256, layers=6, inner=1024, tokens=4000)
    a = f.write(tmp_path / "a", net)
    b = f.write(tmp_path / "b", f.noisy(net, 0.05))
    found = kin(str(a), str(b))
    assert found.verdict is Kin.DERIVED
    assert max(found.bytes_read) <= 400_000
    assert sum(step.bytes_read for step in found.steps) == sum(found.bytes_read)


def test_a_full_read_finds_the_one_value_that_samples_missed(parent: Path, tmp_path: Path) -> None:
    name = "model.layers.2.mlp.up_proj.weight"
    changed = PARENT[name].copy()
    changed[-1, -1] += 1
    child = f.write(tmp_path / "child", {**PARENT, name: changed})
    found = kin(str(parent), str(child), full=True)
    assert found.rung is Rung.FULL
    assert found.verdict is Kin.DERIVED
    assert min(match.exact or 0 for match in found.matches) < 1


def test_a_full_read_proves_identity(parent: Path, tmp_path: Path) -> None:
    found = kin(str(parent), str(f.write(tmp_path / "copy", PARENT)), full=True)
    assert found.verdict is Kin.IDENTICAL
    assert not any("sampled" in each for each in found.caveats)


def test_values_that_are_no_numbers_are_left_out_and_counted(parent: Path, tmp_path: Path) -> None:
    broken = {name: x.copy() for name, x in PARENT.items()}
    for x in broken.values():
        if x.ndim == 2:
            x[:, 3] = np.nan
            x[:, 5] = np.inf
    found = held_against(parent, tmp_path, broken)
    assert found.verdict in (Kin.DERIVED, Kin.SHARED_ANCESTRY)
    assert any("no finite numbers" in gap.why for gap in found.gaps)
    assert kin(str(parent), str(tmp_path / "child"), full=True).verdict in (
        Kin.DERIVED,
        Kin.SHARED_ANCESTRY,
    )


def test_odd_shapes_are_compared_or_left_aside(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    odd = {
        "eight.weight": rng.normal(size=(2, 2, 2, 2, 2, 2, 8, 8)).astype(np.float32),
        "empty.weight": np.zeros((0, 7), np.float32),
        "scalar": np.ones((), np.float32),
        "steps.num_batches_tracked": np.arange(3, dtype=np.float32),
    }
    a, b = f.write(tmp_path / "a", {**PARENT, **odd}), f.write(tmp_path / "b", {**PARENT, **odd})
    assert kin(str(a), str(b)).verdict is Kin.IDENTICAL
    assert kin(str(a), str(b), full=True).verdict is Kin.IDENTICAL


def test_a_truncated_shard_is_a_gap_and_the_rest_is_compared(parent: Path, tmp_path: Path) -> None:
    folder = f.sharded(tmp_path / "sharded", PARENT, 3)
    cut = folder / "model-00002-of-00003.safetensors"
    cut.write_bytes(cut.read_bytes()[:-1000])
    found = kin(str(parent), str(folder))
    assert any(cut.name in gap.where for gap in found.gaps)
    assert found.verdict in (Kin.RE_ENCODED, Kin.DERIVED)


def test_an_index_that_points_outside_is_an_error_that_names_it(
    parent: Path, tmp_path: Path
) -> None:
    folder = f.sharded(tmp_path / "sharded", PARENT, 2)
    index = folder / "model.safetensors.index.json"
    told = json.loads(index.read_text())
    told["weight_map"]["model.norm.weight"] = "../../etc/secret.safetensors"
    index.write_text(json.dumps(told))
    with pytest.raises(FormatError, match="secret"):
        kin(str(parent), str(folder))


def test_a_place_with_several_models_names_them(tmp_path: Path) -> None:
    for name in ("alpha", "beta"):
        (tmp_path / f"{name}.safetensors").write_bytes(f.safetensors(f.network(1)))
    with pytest.raises(RefError, match=r"#alpha\.safetensors"):
        kin(str(tmp_path), str(tmp_path))
    one, two = (f"{tmp_path}#{name}.safetensors" for name in ("alpha", "beta"))
    assert kin(one, two).verdict is Kin.IDENTICAL


def test_copies_in_other_containers_are_one_model(parent: Path, tmp_path: Path) -> None:
    folder = f.write(tmp_path / "both", PARENT)
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x02" + bytes(200))
    (folder / "model.fp16.safetensors").write_bytes(f.safetensors(PARENT, "F16"))
    assert kin(str(parent), str(folder)).verdict is Kin.IDENTICAL


def test_a_place_without_readable_weights_is_incomparable(parent: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"no weights at all" * 20)
    found = kin(str(parent), str(tmp_path))
    assert found.verdict is Kin.INCOMPARABLE
    assert "could be read" in found.reasons[0]
    assert found.gaps


def test_no_weights_at_all_is_an_error_with_a_next_step(parent: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing")
    with pytest.raises(RefError, match="no file of weights"):
        kin(str(parent), str(tmp_path))


def narrowed(net: f.Net, kept: np.ndarray[tuple[int], np.dtype[np.intp]]) -> f.Net:
    """Keep some columns of the residual width, as width pruning does."""
    found = {}
    for name, x in net.items():
        if x.ndim == 1 or "o_proj" in name or "down_proj" in name:
            found[name] = x[kept]
        else:
            found[name] = x[:, kept]
    return found


def test_a_pruned_width_is_found_by_the_columns_that_are_left(parent: Path, tmp_path: Path) -> None:
    kept = np.sort(np.random.default_rng(2).permutation(f.WIDTH)[:64])
    found = held_against(parent, tmp_path, narrowed(PARENT, kept))
    assert found.verdict is Kin.PRUNED
    assert found.details["width"] == "64 of 96 columns"
    assert found.direction is Direction.B_FROM_A
    stranger = kin(str(parent), str(f.write(tmp_path / "s", narrowed(f.network(2), kept))))
    assert stranger.verdict is Kin.UNRELATED


def test_pruned_units_are_found_by_the_rows_that_are_left(parent: Path, tmp_path: Path) -> None:
    kept = np.sort(np.random.default_rng(2).permutation(f.INNER)[:160])
    cut = {
        name: x[kept] if "gate" in name or "up_" in name else x[:, kept] if "down_" in name else x
        for name, x in PARENT.items()
    }
    found = held_against(parent, tmp_path, cut)
    assert found.verdict is Kin.PRUNED
    assert "160 of 256" in found.details["units"]
    assert found.direction is Direction.B_FROM_A


def test_a_rotated_copy_is_disguised(parent: Path, tmp_path: Path) -> None:
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(f.WIDTH, f.WIDTH)))[0]
    rotated = {}
    for name, x in PARENT.items():
        if x.ndim == 1:
            rotated[name] = x
        elif "o_proj" in name or "down_proj" in name:
            rotated[name] = np.asarray(turn.T @ x, np.float32)
        else:
            rotated[name] = np.asarray(x @ turn, np.float32)
    found = held_against(parent, tmp_path, rotated)
    assert found.verdict is Kin.DISGUISED
    assert found.details["disguise"] == "columns rotated"
