"""What is among the files: components that a file's name, header or configuration shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.formats.config import Config
from howopen.inventory.roles import matches
from howopen.inventory.sightings import Sighting
from howopen.inventory.variants import Variants
from howopen.inventory.weights import Told, facts_of, is_weights
from howopen.knowledge.components import Components, pattern
from howopen.places.place import Place
from howopen.release import Component, Fact, File, FileRole, How, Presence

_ROLES = {
    FileRole.CARD: Component.MODEL_CARD,
    FileRole.USE_POLICY: Component.USAGE_POLICY,
    FileRole.DATA_CARD: Component.DATA_CARD,
}
#: keys of a configuration that give the shape of a network
_SHAPE = ("hidden_size", "n_layers", "num_hidden_layers", "num_layers", "dim", "d_model",
          "n_layer", "n_embd", "in_channels", "block_out_channels", "encoder_layers")  # fmt: skip
_CODE_COMPONENTS = frozenset(
    {
        Component.ARCHITECTURE,
        Component.INFERENCE_CODE,
        Component.TRAINING_CODE,
        Component.FINE_TUNING_CODE,
        Component.DATA_PROCESSING_CODE,
        Component.EVALUATION_CODE,
    }
)
_MAX_FILES = 200


def files_here(
    place: Place,
    files: tuple[File, ...],
    words: Components,
    variants: Variants,
) -> Iterator[Sighting]:
    """Find components by names of files and by roles."""
    ours = [file for file in files if not pattern(words.not_ours).search(file.path.lower())]
    for file in ours:
        if component := _ROLES.get(file.role):
            yield _here(place, component, (file,), variants.of(file.path))
    for ident, info in words.components.items():
        component = Component(ident)
        held: dict[str | None, list[File]] = {}
        for file in ours:
            if matches(file.path, info.files) and _fits(component, file):
                held.setdefault(variants.of(file.path), []).append(file)
        for variant, found in held.items():
            yield _here(place, component, tuple(found[:_MAX_FILES]), variant)


def _fits(component: Component, file: File) -> bool:
    """Tell whether a file's kind can be the component that its name matches."""
    if component is Component.ADAPTER:
        return file.role in (FileRole.WEIGHTS, FileRole.CONFIG)
    if component in _CODE_COMPONENTS:
        if component is Component.EVALUATION_CODE and "eval_tasks/" in file.path:
            return True
        return file.role is FileRole.CODE
    return True


def _here(
    place: Place,
    component: Component,
    files: tuple[File, ...],
    variant: str | None,
    facts: tuple[Fact, ...] = (),
) -> Sighting:
    path = files[0].path
    return Sighting(
        component=component,
        presence=Presence.HERE,
        variant=variant,
        files=files,
        facts=facts,
        evidence=place.evidence(How.FILENAME, path, path),
    )


def weights_here(
    place: Place,
    files: tuple[File, ...],
    told: Told,
    words: Components,
    variants: Variants,
) -> Iterator[Sighting]:
    """Find weights, and tell deltas, adapters and checkpoints from whole models."""
    groups: dict[tuple[Component, str | None], list[File]] = {}
    adapters = {path.rpartition("/")[0] for path in told.adapters}
    for file in files:
        if is_weights(file):
            component = _weights_kind(file, adapters, words)
            groups.setdefault((component, variants.of(file.path)), []).append(file)
    for (component, variant), held in groups.items():
        facts = facts_of(place, told, tuple(held))
        yield _here(place, component, tuple(held), variant, facts)


def _weights_kind(file: File, adapters: set[str], words: Components) -> Component:
    """Tell which kind of weights a file holds, by its name and what lies beside it."""
    by_name = (Component.INTERMEDIATE_CHECKPOINTS, Component.DELTA, Component.ADAPTER)
    for component in by_name:
        if matches(file.path, words.components[component.value].files):
            return component
    beside = file.path.rpartition("/")[0] in adapters
    if beside and "adapter" in file.path.lower():
        return Component.ADAPTER
    return Component.WEIGHTS


def configurations_here(
    place: Place,
    files: Iterable[File],
    told: Told,
    variants: Variants,
) -> Iterator[Sighting]:
    """Find architectures in configurations and headers, and tokenizers in GGUF headers."""
    by_path = {file.path: file for file in files}
    for path, config in told.configs.items():
        if not _is_shape(path, config, variants):
            continue
        facts = tuple(
            Fact(
                name=name,
                value=value,
                evidence=(place.evidence(How.CONFIG, value, path, lines=config.lines.get(key)),),
            )
            for name, key, value in (
                ("model_type", "model_type", config.model_type),
                ("architecture", "architectures", ", ".join(config.architectures)),
                ("dtype", "torch_dtype", config.dtype),
            )
            if value
        )
        variant = variants.of(path)
        yield _here(place, Component.ARCHITECTURE, (by_path[path],), variant, facts)
    for header in told.headers:
        path, variant = header.file.path, variants.of(header.file.path)
        for component, key in (
            (Component.ARCHITECTURE, "general.architecture"),
            (Component.TOKENIZER, "tokenizer.ggml.model"),
        ):
            if value := header.read.metadata.get(key):
                evidence = place.evidence(
                    How.HEADER, f"{key} = {value}", path, span=header.read.header
                )
                yield Sighting(
                    component=component,
                    presence=Presence.HERE,
                    variant=variant,
                    files=(header.file,),
                    facts=(Fact(name=key, value=value, evidence=(evidence,)),),
                    evidence=evidence,
                )


def _is_shape(path: str, config: Config, variants: Variants) -> bool:
    """Tell whether a configuration describes the network of the release."""
    depth = path.count("/") - (2 if variants.of(path) else 0)
    if depth > 1 or not re.search(r"(?:^|/)(?:config|model_index|params)\.json$", path):
        return False
    if config.kind in ("transformers", "diffusers-pipeline", "diffusers-component"):
        return True
    return any(key in config.facts for key in _SHAPE)
