"""Any of our values as JSON: the encoding of the object, stable in order, ending in a newline."""

from __future__ import annotations

from typing import Any

import msgspec


def write(value: object) -> str:
    """Encode a value; equal values give equal bytes.

    A report always carries its `schema_version`. Half a surrogate pair in the name of a file, which
    UTF-8 cannot hold, becomes a question mark.
    """
    plain = msgspec.to_builtins(value, order="deterministic")
    if isinstance(plain, dict) and hasattr(value, "schema_version"):
        plain = {"schema_version": value.schema_version} | plain
    try:
        encoded = msgspec.json.encode(plain)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_sound(plain))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _sound(value: Any) -> Any:
    """Replace what UTF-8 cannot hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if _lone(value) else value
    if isinstance(value, dict):
        return {_sound(key): _sound(each) for key, each in value.items()}
    return [_sound(each) for each in value] if isinstance(value, (list, tuple)) else value


def _lone(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
