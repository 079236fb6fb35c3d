"""`adapter_config.json`: which base an adapter says it is for, its method and its rank."""

from __future__ import annotations

from collections.abc import Mapping

from howopen.errors import FormatError
from howopen.formats.config import flatten
from howopen.formats.jsonfile import decode_object, key_lines
from howopen.formats.text import decode
from howopen.release import Noun


class Adapter(Noun, frozen=True, kw_only=True):
    """What an adapter's configuration says.

    Attributes:
        base_model: the base, as written; empty where it names none.
        peft_type: the method, such as `LORA`; empty where it names none.
        rank: the rank of a low-rank adapter.
        facts: all scalars and short lists as text.
        lines: first and last line of each key.
    """

    base_model: str
    peft_type: str
    rank: int | None
    facts: Mapping[str, str]
    lines: Mapping[str, tuple[int, int]]


def read_adapter(data: bytes) -> Adapter:
    """Read an adapter's configuration.

    Raises:
        FormatError: when it is not a JSON object, or says neither base nor method.
    """
    told = decode_object(data)
    base, method, rank = (told.get(key) for key in ("base_model_name_or_path", "peft_type", "r"))
    if base is None and method is None:
        raise FormatError("neither base_model_name_or_path nor peft_type: not an adapter's config")
    whole = isinstance(rank, int) and not isinstance(rank, bool) and 0 < rank < 2**31
    return Adapter(
        base_model=base if isinstance(base, str) else "",
        peft_type=method if isinstance(method, str) else "",
        rank=rank if whole and isinstance(rank, int) else None,
        facts=flatten(told),
        lines=key_lines(decode(data).text),
    )
