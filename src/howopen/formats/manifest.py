"""Manifests: a release described by hand, in our own YAML or the Model Openness Tool's."""

from __future__ import annotations

from collections.abc import Mapping

from howopen.errors import FormatError
from howopen.formats.text import decode
from howopen.formats.yamlfile import Yaml, read_yaml
from howopen.release import Access, Component, Noun, Presence, ReleaseKind

#: A manifest beyond this many bytes is refused.
MAX_MANIFEST = 1_000_000

#: The Model Openness Framework's component names (White et al. 2024, section 4) and ours.
MOT_COMPONENTS = {
    "Model architecture": Component.ARCHITECTURE,
    "Data preprocessing code": Component.DATA_PROCESSING_CODE,
    "Training code": Component.TRAINING_CODE,
    "Inference code": Component.INFERENCE_CODE,
    "Evaluation code": Component.EVALUATION_CODE,
    "Supporting libraries and tools": Component.SUPPORTING_LIBRARIES,
    "Model parameters (Final)": Component.WEIGHTS,
    "Model parameters (Intermediate)": Component.INTERMEDIATE_CHECKPOINTS,
    "Datasets": Component.TRAINING_DATA,
    "Evaluation data": Component.EVALUATION_DATA,
    "Model metadata": Component.OPTIMIZER_STATE,
    "Sample model outputs": Component.SAMPLE_OUTPUTS,
    "Model card": Component.MODEL_CARD,
    "Data card": Component.DATA_CARD,
    "Technical report": Component.TECHNICAL_REPORT,
    "Research paper": Component.PAPER,
    "Evaluation results": Component.EVALUATION_RESULTS,
}


_COMPONENTS = frozenset(component.value for component in Component)


class ManifestComponent(Noun, frozen=True, kw_only=True):
    """One component as a manifest describes it.

    Attributes:
        component: our id, empty where the name is none we know.
        name: the name as written.
        presence: a `Presence` value; `elsewhere` where the manifest does not say.
        access: an `Access` value, empty where the manifest does not say.
        license: as written (`unlicensed` too); None where the manifest gives none.
        license_path: where the manifest says the terms are.
        url: where it says the component is.
        description: in its words.
        variant: the variant it belongs to.
        lines: first and last line.
    """

    component: str
    name: str
    presence: str = Presence.ELSEWHERE.value
    access: str = ""
    license: str | None = None
    license_path: str = ""
    url: str = ""
    description: str = ""
    variant: str = ""
    lines: tuple[int, int]


class ManifestRelation(Noun, frozen=True, kw_only=True):
    """A release that this one says it comes from: the kind (empty where unsaid) and its name."""

    kind: str
    name: str
    lines: tuple[int, int]


class ManifestStatement(Noun, frozen=True, kw_only=True):
    """A sentence that is said about the release, and where."""

    text: str
    url: str
    lines: tuple[int, int]


class Manifest(Noun, frozen=True, kw_only=True):
    """A manifest, of either dialect.

    Attributes:
        dialect: `howopen` or `mot`.
        name: the release's name.
        kind: a `ReleaseKind` value; `model` where the manifest does not say.
        publisher: who publishes it.
        date: as written, `2024-12-26`.
        version: as written.
        access: the release's own access, an `Access` value, empty where unsaid.
        base: what it says it comes from.
        components: as listed; one that is not listed is not said.
        licenses: licenses of whole classes: `distribution`, `code`, `data`, `document`.
        license_paths: where those texts are said to be, by the same keys.
        statements: what is said about it.
        answers: to what files cannot show, by the id of the question or criterion.
        facts: further keys of the release (`repository`, `huggingface`, `architecture`, ...).
        lines: dotted keys to lines, such as `release.name`.
        problems: values that were not understood, one sentence each.
    """

    dialect: str
    name: str
    kind: str = ReleaseKind.MODEL.value
    publisher: str = ""
    date: str = ""
    version: str = ""
    access: str = ""
    base: tuple[ManifestRelation, ...] = ()
    components: tuple[ManifestComponent, ...] = ()
    licenses: Mapping[str, str] = {}
    license_paths: Mapping[str, str] = {}
    statements: tuple[ManifestStatement, ...] = ()
    answers: Mapping[str, str] = {}
    facts: Mapping[str, str] = {}
    lines: Mapping[str, tuple[int, int]] = {}
    problems: tuple[str, ...] = ()


def read_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        FormatError: when it is not YAML, or neither dialect.
    """
    if len(data) > MAX_MANIFEST:
        raise FormatError(f"a manifest is at most {MAX_MANIFEST:,} bytes")
    read = read_yaml(decode(data).text)
    top = read.value
    if not isinstance(top, dict) or not isinstance(top.get("release"), dict):
        raise FormatError("not a manifest: no `release:` table", hint="see docs/manifest.md")
    if "howopen" in top:
        return _Reader(read, top, "howopen").manifest()
    if "framework" in top or "components" in top["release"]:
        return _Reader(read, top, "mot").manifest()
    raise FormatError(
        "not a manifest: neither `howopen: 1` nor `framework:` at its top",
        hint="see docs/manifest.md",
    )


class _Reader:
    """Reads one manifest, noting what is not understood."""

    def __init__(self, read: Yaml, top: dict[str, object], dialect: str) -> None:
        self.lines = read.lines
        self.top = top
        self.release = _table(top["release"])
        self.dialect = dialect
        self.problems = [f"the key {key} stands twice" for key in read.repeated]

    def manifest(self) -> Manifest:
        """Build the manifest."""
        if self.dialect == "howopen" and _string(self.top.get("howopen")) != "1":
            raise FormatError("only `howopen: 1` is read", line=self.lines["howopen"][0])
        own = self.release
        holder = "release.components" if self.dialect == "mot" else "components"
        listed = own.get("components") if self.dialect == "mot" else self.top.get("components")
        if not _string(own.get("name")):
            self.problems.append("the release has no name")
        licenses, paths = self._licenses()
        return Manifest(
            dialect=self.dialect,
            name=_string(own.get("name")),
            kind=self._one_of(own.get("kind"), ReleaseKind, "release.kind") or "model",
            publisher=_string(own.get("publisher") or own.get("producer")),
            date=_string(own.get("date")),
            version=_string(own.get("version")),
            access=self._one_of(own.get("access"), Access, "release.access"),
            base=self._base(),
            components=self._components(listed, holder),
            licenses=licenses,
            license_paths=paths,
            statements=self._statements(),
            answers=self._answers(),
            facts=self._facts(),
            lines=self.lines,
            problems=tuple(self.problems),
        )

    def _components(self, listed: object, holder: str) -> tuple[ManifestComponent, ...]:
        if listed is not None and not isinstance(listed, list):
            self.problems.append(f"{holder} is not a list")
            return ()
        found = []
        for index, item in enumerate(listed or ()):
            at = f"{holder}[{index}]"
            if isinstance(item, dict):
                found.append(self._component(item, at))
            else:
                self.problems.append(f"line {self.lines[at][0]}: a component is not a table")
        return tuple(found)

    def _component(self, item: dict[str, object], at: str) -> ManifestComponent:
        name = _string(item.get("component") or item.get("name"))
        own = MOT_COMPONENTS.get(name, name)
        known = own in _COMPONENTS
        if not known:
            self.problems.append(f"line {self.lines[at][0]}: unknown component {name[:80]!r}")
        presence = self._one_of(item.get("presence"), Presence, f"{at}.presence")
        return ManifestComponent(
            component=str(own) if known else "",
            name=name,
            presence=presence or Presence.ELSEWHERE.value,
            access=self._one_of(item.get("access"), Access, f"{at}.access"),
            license=_string(item.get("license")) or None,
            license_path=_string(item.get("license_path") or item.get("license_url")),
            url=_string(item.get("url") or item.get("component_path")),
            description=_string(item.get("note") or item.get("description")),
            variant=_string(item.get("variant")),
            lines=self.lines[at],
        )

    def _licenses(self) -> tuple[dict[str, str], dict[str, str]]:
        """Read licenses of classes: MOT's table, or one license for the whole release."""
        told = self.release.get("license")
        if isinstance(told, str):
            return {"distribution": told}, {}
        names: dict[str, str] = {}
        paths: dict[str, str] = {}
        for key, value in _table(told).items():
            inner = _table(value)
            name = _string(inner.get("name")) if inner else _string(value)
            if name:
                names[key] = name
            if path := _string(inner.get("path")):
                paths[key] = path
        return names, paths

    def _base(self) -> tuple[ManifestRelation, ...]:
        """Read `base_model: NAME`, a list of names, or a list of `{kind, name}`."""
        told = self.release.get("base_model")
        items = told if isinstance(told, list) else [] if told is None else [told]
        found = []
        for index, item in enumerate(items):
            at = f"release.base_model[{index}]" if isinstance(told, list) else "release.base_model"
            inner = _table(item)
            name = _string(inner.get("name")) if inner else _string(item)
            kind = _string(inner.get("kind"))
            if name:
                found.append(ManifestRelation(kind=kind, name=name, lines=self.lines[at]))
        return tuple(found)

    def _statements(self) -> tuple[ManifestStatement, ...]:
        told = self.top.get("statements")
        found = []
        for index, item in enumerate(told if isinstance(told, list) else ()):
            inner = _table(item)
            text = _string(inner.get("text")) if inner else _string(item)
            lines = self.lines[f"statements[{index}]"]
            if text:
                url = _string(inner.get("url"))
                found.append(ManifestStatement(text=text, url=url, lines=lines))
        return tuple(found)

    def _answers(self) -> dict[str, str]:
        """Read `answers`: a table from the id of a question or criterion to a word."""
        told = self.top.get("answers")
        if told is not None and not isinstance(told, dict):
            self.problems.append(f"line {self.lines['answers'][0]}: answers is not a table")
        pairs = ((key, _string(value)) for key, value in _table(told).items())
        return {key: text for key, text in pairs if text}

    def _facts(self) -> dict[str, str]:
        taken = {"name", "kind", "publisher", "producer", "date", "version", "access", "license"}
        pairs = ((key, _string(value)) for key, value in self.release.items() if key not in taken)
        return {key: text for key, text in pairs if text}

    def _one_of(
        self, told: object, known: type[Presence] | type[Access] | type[ReleaseKind], at: str
    ) -> str:
        """Return a word of a vocabulary; note any other and return nothing."""
        word = _string(told)
        if not word or word in {member.value for member in known}:
            return word
        names = ", ".join(member.value for member in known)
        line = self.lines.get(at, (0, 0))[0]
        self.problems.append(f"line {line}: {word[:60]!r} is none of {names}")
        return ""


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
