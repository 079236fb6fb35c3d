"""Relations that a release declares: to its base, to what it merges, quantises or adapts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from howopen.errors import HowopenError
from howopen.formats.manifest import Manifest
from howopen.formats.text import decode
from howopen.formats.yamlfile import read_yaml
from howopen.inventory.documents import Document
from howopen.inventory.pages import Page
from howopen.inventory.sightings import quoted
from howopen.inventory.variants import Variants, squeezed
from howopen.inventory.weights import Told
from howopen.knowledge.components import Components, pattern
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.relations import relations_of
from howopen.places.place import Place
from howopen.release import Evidence, File, FileRole, How, Relation

_HUB_URL = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?!datasets/|spaces/)([\w.-]+/[\w.-]+)", re.I
)
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}\Z")
#: first parts of paths that look like `owner/name`
_FOLDERS = re.compile(
    r"^(?:output|outputs|out|model|models|checkpoint|checkpoints|ckpt|ckpts|data|home|mnt|tmp|root"
    r"|workspace|results|runs|exp|experiments|save|saved|cache|content|local|trained|weights|users?"
    r"|opt|srv|scratch|gs|s3|src|llm|llms|hf|pretrained|merged|lora|sft)/",
    re.IGNORECASE,
)
_KINDS_SAID = (
    ("quantised", re.compile(r"quanti[sz]")),
    ("distilled", re.compile(r"distill")),
    ("merge", re.compile(r"merge")),
    ("adapter", re.compile(r"adapter|lora")),
    ("fine-tune", re.compile(r"fine-?tune|further trained")),
    ("copy", re.compile(r"converted")),
)
_MERGEKIT = re.compile(r"(?:^|/)mergekit_config\.ya?ml$")


def hub_ref(name: str) -> str:
    """Return a hub URL or id as a REF; anything else as written.

    >>> hub_ref("https://huggingface.co/meta-llama/Llama-2-7b/tree/main"), hub_ref("./out")
    ('hf:meta-llama/Llama-2-7b', './out')
    """
    text = name.strip()
    if match := _HUB_URL.match(text):
        return f"hf:{match.group(1)}"
    if text.startswith("hf:"):
        return text
    return f"hf:{text}" if _HUB_ID.match(text) else text


def is_path(name: str) -> bool:
    """Tell whether a name is a path on somebody's machine and no name of a release.

    >>> [is_path(name) for name in ("./output/checkpoint-3", "/data/x", "owner/name", "models/x")]
    [True, True, False, True]
    """
    text = name.strip()
    if not text or text[0] in "./~\\" or text.count("/") > 1 or "\\" in text or ":" in text[1:3]:
        return not _HUB_URL.match(text)
    return bool(_FOLDERS.match(text)) or "checkpoint-" in text


class _Found:
    """Collects relations; several sightings of one are one, with the kind that says most."""

    def __init__(self, place: Place, knowledge: Knowledge) -> None:
        self.place = place
        self.hub = {
            tag: kind for kind, one in relations_of(knowledge).kinds.items() for tag in one.hub
        }
        self.own = squeezed(place.facts.name.rsplit("/", 1)[-1])
        self.held: dict[tuple[str, str | None], Relation] = {}

    def add(self, kind: str, name: str, variant: str | None, evidence: Evidence) -> None:
        """Add a sighting, unless it names this release itself."""
        other = hub_ref(name)
        if not name.strip() or other.removeprefix("hf:") == self.place.facts.name:
            return
        known = self.held.get((other, variant))
        if known:
            kind = known.kind if kind == "derived" else kind
            if known.kind not in ("derived", kind):
                kind = known.kind
        self.held[(other, variant)] = Relation(
            kind=kind,
            a=self.place.ref,
            b=other,
            variant=variant,
            evidence=(*(known.evidence if known else ()), evidence),
        )


def declared_relations(  # noqa: PLR0913 - everything that can declare one
    place: Place,
    knowledge: Knowledge,
    *,
    documents: tuple[Document, ...],
    pages: Iterable[Page],
    told: Told,
    files: tuple[File, ...],
    variants: Variants,
    words: Components,
) -> tuple[Relation, ...]:
    """Find all relations that a release declares."""
    found = _Found(place, knowledge)
    for document in documents:
        _of_card(found, document)
    _of_configs(found, told, variants)
    _of_headers(found, told, variants)
    _of_hub(found)
    for file in files:
        if _MERGEKIT.search(file.path):
            _of_mergekit(found, file, variants)
    for page in pages:
        _of_prose(found, page, words)
    return tuple(found.held.values())


def _of_card(found: _Found, document: Document) -> None:
    """Read `base_model` and `base_model_relation`; several bases without a word are a merge."""
    card = document.card
    if card is None:
        return
    told = card.front.get("base_model")
    names = [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str)]
    said = card.front.get("base_model_relation")
    tags = card.front.get("tags")
    merged = isinstance(tags, list) and bool({"merge", "mergekit"} & {str(tag) for tag in tags})
    kind = found.hub.get(said, "derived") if isinstance(said, str) else "derived"
    if kind == "derived" and (len(names) > 1 or (merged and names)):
        kind = "merge"
    for index, name in enumerate(names):
        lines = card.key_lines.get(f"base_model[{index}]") or card.key_lines.get("base_model")
        evidence = found.place.evidence(
            How.CARD_METADATA,
            f"base_model: {name}",
            document.path,
            lines=lines,
            sha256=document.sha256,
        )
        found.add(kind, name, document.variant, evidence)


def _of_configs(found: _Found, told: Told, variants: Variants) -> None:
    """Read the base of an adapter, and where a configuration says that it was loaded from."""
    for path, adapter in told.adapters.items():
        if adapter.base_model and not is_path(adapter.base_model):
            lines = adapter.lines.get("base_model_name_or_path")
            quote = f"base_model_name_or_path: {adapter.base_model}"
            evidence = found.place.evidence(How.CONFIG, quote, path, lines=lines)
            found.add("adapter", adapter.base_model, variants.of(path), evidence)
    for path, config in told.configs.items():
        name = config.name_or_path
        if not path.endswith("config.json") or config.kind == "tokenizer" or path.count("/") > 1:
            continue
        if name and not is_path(name) and _HUB_ID.match(name) and not _own(found, name):
            lines = config.lines.get("_name_or_path") or config.lines.get("name_or_path")
            evidence = found.place.evidence(How.CONFIG, f"_name_or_path: {name}", path, lines=lines)
            found.add("derived", name, variants.of(path), evidence)


def _own(found: _Found, name: str) -> bool:
    return squeezed(name.rsplit("/", 1)[-1]) == found.own


def _of_headers(found: _Found, told: Told, variants: Variants) -> None:
    """Read `general.base_model.N.*` of GGUF headers."""
    for header in told.headers:
        keys = header.read.metadata
        count = keys.get("general.base_model.count", "0")
        number = min(int(count), 64) if count.isdigit() else 0
        for index in range(number):
            start = f"general.base_model.{index}."
            url = keys.get(start + "repo_url", "")
            owner, title = keys.get(start + "organization", ""), keys.get(start + "name", "")
            name = url or "/".join(part for part in (owner, title) if part)
            if name:
                evidence = found.place.evidence(
                    How.HEADER, f"{start}*: {name}", header.file.path, span=header.read.header
                )
                kind = "merge" if number > 1 else "derived"
                found.add(kind, name, variants.of(header.file.path), evidence)


def _of_hub(found: _Found) -> None:
    """Read the hub's own tags, `base_model:KIND:owner/name`."""
    for tag in found.place.facts.tags:
        if tag.startswith("base_model:"):
            said, _, name = tag.removeprefix("base_model:").rpartition(":")
            evidence = found.place.evidence(How.HUB, f"tag {tag}")
            found.add(found.hub.get(said, "derived"), name, None, evidence)


def _of_mergekit(found: _Found, file: File, variants: Variants) -> None:
    """Read which models a mergekit configuration merges."""
    try:
        read = read_yaml(decode(found.place.read(file.path, 1_000_000)).text)
    except HowopenError:
        return
    for key, line, name in _models_in(read.value, read.lines):
        if not is_path(name):
            evidence = found.place.evidence(How.CONFIG, f"{key}: {name}", file.path, lines=line)
            found.add("merge", name, variants.of(file.path), evidence)


def _models_in(
    value: object, lines: Mapping[str, tuple[int, int]], path: str = "", depth: int = 0
) -> Iterator[tuple[str, tuple[int, int] | None, str]]:
    """Yield all values of the keys `model` and `base_model` in a tree of YAML."""
    if depth > 8:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            at = f"{path}.{key}" if path else str(key)
            if key in ("model", "base_model") and isinstance(inner, str):
                yield str(key), lines.get(at), inner
            else:
                yield from _models_in(inner, lines, at, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _models_in(inner, lines, f"{path}[{index}]", depth + 1)


#: `a quantized version of it, such as X`: X comes from the release, and not the other way round
_EXAMPLE = re.compile(r"\b(?:such as|e\.g\.|for (?:example|instance)|like|including)(?!\w)")


def _of_prose(found: _Found, page: Page, words: Components) -> None:
    """Read sentences such as `fine-tuned from [X]`, where X is linked on the hub."""
    if page.document.role is not FileRole.CARD:
        return
    hub = pattern(words.hub_link)
    for match in pattern(words.base_phrases).finditer(page.prose):
        sentence, lower = page.sentence_at(match.start())
        if sentence.quoted or re.search(r"\b(?:you|your|can be|could be|we recommend)\b", lower):
            continue
        before = lower.find(match.group().strip())
        for link in page.links_on(sentence.lines):
            named = link.text.strip()
            at = sentence.text.find(named) if named else sentence.text.find(link.url)
            if at < before or at - before > 120 or not hub.match(link.url.lower()):
                continue
            if _EXAMPLE.search(lower, before, at):
                continue
            kind = next(
                (kind for kind, said in _KINDS_SAID if said.search(match.group())), "derived"
            )
            evidence = quoted(
                found.place,
                How.CARD_PROSE,
                sentence.text,
                page.document.path,
                sentence.lines,
                sha256=page.document.sha256,
            )
            found.add(kind, link.url, page.document.variant, evidence)
            break


def of_manifest(place: Place, path: str, manifest: Manifest) -> Iterator[Relation]:
    """Read the bases that a manifest names."""
    for base in manifest.base:
        yield Relation(
            kind=base.kind or ("merge" if len(manifest.base) > 1 else "derived"),
            a=place.ref,
            b=hub_ref(base.name),
            evidence=(
                place.evidence(How.MANIFEST, f"base_model: {base.name}", path, lines=base.lines),
            ),
        )
