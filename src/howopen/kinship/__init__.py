"""How the weights of models are related: which comes from which, by how much, at what price."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from howopen.kinship.asking import kin
    from howopen.kinship.ladder import compare
    from howopen.kinship.opening import open_model
    from howopen.kinship.result import Kin, Kinship

#: Where each public name lives; reports need the result alone, not the ladder.
_HOMES = {
    "Kin": "howopen.kinship.result",
    "Kinship": "howopen.kinship.result",
    "compare": "howopen.kinship.ladder",
    "kin": "howopen.kinship.asking",
    "open_model": "howopen.kinship.opening",
}

__all__ = ["Kin", "Kinship", "compare", "kin", "open_model"]


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'howopen.kinship' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
