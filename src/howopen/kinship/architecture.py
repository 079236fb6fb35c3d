"""What configurations and shapes say: evidence of one architecture, never of kinship."""

from __future__ import annotations

from howopen.kinship.model import Model
from howopen.kinship.opening import read_config
from howopen.kinship.pairing import Pairing

#: What makes two configurations one architecture.
_KEYS = (
    "model_type", "hidden_size", "d_model", "n_embd", "num_hidden_layers", "n_layer",
    "num_attention_heads", "n_head", "num_key_value_heads", "intermediate_size", "vocab_size",
    "max_position_embeddings", "hidden_act", "rope_theta", "tie_word_embeddings",
)  # fmt: skip


def architecture_says(a: Model, b: Model, pairing: Pairing) -> str:
    """Say how far the architectures agree; nothing follows from it for the weights."""
    read_config(a)
    read_config(b)
    fit = sum(1 for pair in pairing.pairs if pair.matrix)
    ours = sum(1 for piece in a.pieces if piece.matrix)
    theirs = sum(1 for piece in b.pieces if piece.matrix)
    parts = [f"{fit} of {ours} and {theirs} matrices stand in the same place with fitting shapes"]
    if a.config and b.config:
        told = [key for key in _KEYS if key in a.config or key in b.config]
        unlike = [
            f"{key} {a.config.get(key, '-')} and {b.config.get(key, '-')}"
            for key in told
            if a.config.get(key) != b.config.get(key)
        ]
        parts.append(
            "configurations differ in " + ", ".join(unlike)
            if unlike
            else f"configurations agree in all {len(told)} keys that shape the network"
        )
    return "; ".join(parts) + " (this alone shows no kinship)"
