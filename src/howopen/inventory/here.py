"""What is among the files: components that a file's name, header or configuration shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.formats.config import Config
from howopen.inventory.networks import Networks
from howopen.inventory.roles import matches
from howopen.inventory.sightings import Sighting
from howopen.inventory.variants import Variants
from howopen.inventory.weights import Header, Told, facts_of, is_weights
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
#: the key of a MONAI bundle that describes what goes into its network and comes out
_MONAI_SHAPE = "network_data_format"
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
#: code that makes a model; in a guide or folder on fine-tuning it is fine-tuning code
TRAINS = (Component.TRAINING_CODE, Component.DATA_PROCESSING_CODE)
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
    networks = Networks(place)
    for ident in words.components:
        component = Component(ident)
        held: dict[str | None, list[File]] = {}
        for file in ours:
            if _named(component, file, words) and _fits(component, file):
                if component is Component.ARCHITECTURE and not networks.may_be_in(file):
                    continue
                held.setdefault(variants.of(file.path), []).append(file)
        for variant, found in held.items():
            yield _here(place, component, tuple(found[:_MAX_FILES]), variant)


def _named(component: Component, file: File, words: Components) -> bool:
    """Tell whether a file is named like a component; but what tunes did not train it first."""
    named = matches(file.path, words.components[component.value].files)
    if component not in (*TRAINS, Component.FINE_TUNING_CODE):
        return named
    if not pattern(words.tuning_paths).search(file.path.lower()):
        return named
    if component in TRAINS:
        return False
    return named or any(matches(file.path, words.components[one.value].files) for one in TRAINS)


#: folders of code that are named after what it does
_CODE_FOLDERS = (
    (re.compile(r"(?:inference|infer|sampling|generation)"), Component.INFERENCE_CODE),
    (re.compile(r"(?:eval|evals|evaluation|evaluate|benchmarks?)"), Component.EVALUATION_CODE),
    (re.compile(r"(?:fine-?_?tun(?:e|ing)|sft)"), Component.FINE_TUNING_CODE),
    (re.compile(r"(?:train|training|pre-?_?train(?:ing)?)"), Component.TRAINING_CODE),
    (re.compile(r"(?:pre-?_?process(?:ing)?|data_prep\w*)"), Component.DATA_PROCESSING_CODE),
)
_README = re.compile(r"(?:[^/]+/){0,2}([^/]+)/readme(?:\.md|\.rst|\.txt)?", re.IGNORECASE)


def stripped_folders(
    place: Place, files: tuple[File, ...], words: Components, variants: Variants
) -> Iterator[Sighting]:
    """Find folders of code of which only the README is in this copy."""
    for file in files:
        match = _README.fullmatch(file.path)
        if match is None or pattern(words.not_ours).search(file.path.lower()):
            continue
        folder = file.path.rpartition("/")[0] + "/"
        whole = any(one.role is FileRole.CODE and one.path.startswith(folder) for one in files)
        for rule, component in _CODE_FOLDERS:
            if rule.fullmatch(match.group(1).lower()) and not whole:
                yield Sighting(
                    component=component,
                    presence=Presence.ELSEWHERE,
                    variant=variants.of(file.path),
                    evidence=place.evidence(How.FILENAME, file.path, file.path),
                )


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
    words: Components,
    variants: Variants,
) -> Iterator[Sighting]:
    """Find architectures in configurations and headers, and tokenizers in GGUF headers."""
    by_path = {file.path: file for file in files}
    for path, config in told.configs.items():
        foreign = pattern(words.not_ours).search(path.lower())
        if not foreign and _is_shape(path, config, variants):
            facts = tuple(_shape_facts(place, path, config))
            yield _here(place, Component.ARCHITECTURE, (by_path[path],), variants.of(path), facts)
    for header in told.headers:
        yield from _in_header(place, header, variants.of(header.file.path))


def _shape_facts(place: Place, path: str, config: Config) -> Iterator[Fact]:
    """Say what a configuration tells of a network."""
    told = [
        ("model_type", "model_type", config.model_type),
        ("architecture", "architectures", ", ".join(config.architectures)),
        ("dtype", "torch_dtype", config.dtype),
    ]
    if config.kind == "monai":
        inner = [key.split(".")[1] for key in config.lines if key.startswith(f"{_MONAI_SHAPE}.")]
        told.append((_MONAI_SHAPE, _MONAI_SHAPE, ", ".join(inner) or _MONAI_SHAPE))
    for name, key, value in told:
        if value:
            evidence = place.evidence(How.CONFIG, value, path, lines=config.lines.get(key))
            yield Fact(name=name, value=value, evidence=(evidence,))


def _in_header(place: Place, header: Header, variant: str | None) -> Iterator[Sighting]:
    """Find the architecture and the tokenizer that a GGUF header holds."""
    for component, key in (
        (Component.ARCHITECTURE, "general.architecture"),
        (Component.TOKENIZER, "tokenizer.ggml.model"),
    ):
        if value := header.read.metadata.get(key):
            evidence = place.evidence(
                How.HEADER, f"{key} = {value}", header.file.path, span=header.read.header
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
    if config.kind == "monai":
        return depth <= 1 and _MONAI_SHAPE in config.lines
    if not re.search(r"(?:^|/)(?:config|model_index|params)\.json$", path):
        return False
    shapes = sum(key in config.facts for key in _SHAPE)
    if depth > 1:
        return shapes > 1 and "model_type" in config.facts
    if config.kind in ("transformers", "diffusers-pipeline", "diffusers-component"):
        return True
    return shapes > 0
