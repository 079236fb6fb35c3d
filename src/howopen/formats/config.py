"""JSON configuration of models: transformers, diffusers, MONAI bundles, tokenizers and others."""

from __future__ import annotations

from collections.abc import Mapping

from howopen.formats.jsonfile import decode_object, key_lines
from howopen.formats.text import decode
from howopen.release import Noun

_MAX_FACTS = 400
_MAX_VALUE = 4_000
_MAX_ITEMS = 32

#: In order: the first kind all of whose keys are there.
_KINDS = (
    ("adapter", ("peft_type",)),
    ("monai", ("monai_version",)),
    ("diffusers-component", ("_class_name", "_diffusers_version")),
    ("tokenizer", ("tokenizer_class",)),
    ("tokenizer", ("added_tokens_decoder",)),
    ("transformers", ("model_type",)),
    ("transformers", ("architectures",)),
    ("sentence-transformers", ("__version__", "similarity_fn_name")),
    ("sentence-transformers", ("__version__", "prompts")),
    ("generation", ("eos_token_id", "transformers_version")),
    ("index", ("weight_map",)),
    ("preprocessor", ("image_processor_type",)),
    ("preprocessor", ("feature_extractor_type",)),
)


class Config(Noun, frozen=True, kw_only=True):
    """What a configuration file says.

    Attributes:
        kind: `transformers`, `diffusers-pipeline`, `diffusers-component`, `monai`, `tokenizer`,
            `adapter`, `generation`, `preprocessor`, `sentence-transformers`, `index`, or `other`.
        model_type: as written.
        architectures: class names, as written.
        name_or_path: where the weights that were saved had been loaded from.
        dtype: the type of the weights, as written.
        facts: all scalars and short lists as text, keys of nested tables dotted to depth 2.
        lines: first and last line of each key.
    """

    kind: str
    model_type: str = ""
    architectures: tuple[str, ...] = ()
    name_or_path: str = ""
    dtype: str = ""
    facts: Mapping[str, str]
    lines: Mapping[str, tuple[int, int]]


def read_config(data: bytes) -> Config:
    """Read a JSON configuration file.

    Raises:
        FormatError: when it is not a JSON object.
    """
    told = decode_object(data)
    facts = flatten(told)
    return Config(
        kind=_kind(told),
        model_type=facts.get("model_type", ""),
        architectures=_architectures(told),
        name_or_path=facts.get("_name_or_path") or facts.get("name_or_path", ""),
        dtype=facts.get("torch_dtype") or facts.get("dtype", ""),
        facts=facts,
        lines=key_lines(decode(data).text),
    )


def flatten(told: dict[str, object]) -> dict[str, str]:
    """Return scalars and short lists as text, keys of nested tables dotted; at most 400."""
    facts: dict[str, str] = {}
    for key, value in told.items():
        pairs = value.items() if isinstance(value, dict) else ()
        nested = {f"{key}.{inner}": _text(item) for inner, item in pairs}
        for name, text in (nested or {key: _text(value)}).items():
            if text is not None and len(facts) < _MAX_FACTS:
                facts[name] = text
    return facts


def _text(value: object) -> str | None:
    """Return a scalar, or a short list of scalars, as text; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)[:_MAX_VALUE]
    if isinstance(value, list) and 0 < len(value) <= _MAX_ITEMS:
        items = [_text(item) for item in value if not isinstance(item, list)]
        return ", ".join(item for item in items if item is not None)[:_MAX_VALUE] or None
    return None


def _kind(told: dict[str, object]) -> str:
    for kind, keys in _KINDS:
        if all(key in told for key in keys):
            pipeline = kind == "diffusers-component" and "Pipeline" in str(told["_class_name"])
            return "diffusers-pipeline" if pipeline else kind
    return "other"


def _architectures(told: dict[str, object]) -> tuple[str, ...]:
    names = told.get("architectures")
    if isinstance(names, list):
        return tuple(name for name in names if isinstance(name, str))
    single = told.get("_class_name") or told.get("architecture")
    return (single,) if isinstance(single, str) else ()
