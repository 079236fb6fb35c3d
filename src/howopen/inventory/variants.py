"""The several models of one repository, told apart by folders and by names of cards and licenses.

A repository holds several models when two or more folders below a folder of models each have a card
or license, or when two or more cards or licenses in one folder are named after models. A README in
several languages is one card. A folder with weights and a license text of its own, beside weights
elsewhere in the release, is a model of its own too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from howopen.inventory.weights import is_weights
from howopen.knowledge.components import VariantRules, pattern
from howopen.places.place import Place
from howopen.release import File, FileRole, How, Noun, Variant

_TOLD = frozenset(
    {
        FileRole.CARD,
        FileRole.DOCUMENT,
        FileRole.LICENSE_TEXT,
        FileRole.USE_POLICY,
        FileRole.DATA_LICENSE,
    }
)
_STEM = frozenset({FileRole.CARD, FileRole.LICENSE_TEXT, FileRole.USE_POLICY, FileRole.DOCUMENT})


class Variants(Noun, frozen=True, kw_only=True):
    """The models found, which of them a path or an address belongs to, and which are adapters."""

    all: tuple[Variant, ...] = ()
    folders: Mapping[str, str] = {}
    paths: Mapping[str, str] = {}
    urls: Mapping[str, str] = {}
    adapters: frozenset[str] = frozenset()
    names: Mapping[str, str] = {}

    def of(self, path: str) -> str | None:
        """Return the variant of a path, None for what belongs to all of them."""
        if path in self.paths:
            return self.paths[path]
        pieces = path.split("/")
        for end in range(len(pieces) - 1, 0, -1):
            found = self.folders.get("/".join(pieces[:end]))
            if found:
                return found
        return None

    def named(self, text: str) -> str | None:
        """Return the variant that a name, a URL or the last piece of a URL means, if any."""
        if known := self.urls.get(address(text)):
            return known
        return self.names.get(squeezed(text.rstrip("/").rsplit("/", 1)[-1]))

    def mentioned(self, text: str) -> str | None:
        """Return the one variant that a text names; None where it names none or several."""
        words = [squeezed(word) for word in text.split()[:80]]
        pairs = [first + second for first, second in pairwise(words)]
        triples = [pair + third for pair, third in zip(pairs, words[2:], strict=False)]
        said = {*words, *pairs, *triples}
        found = {self.names[word] for word in said if word in self.names}
        return found.pop() if len(found) == 1 else None


def names_of(variants: Iterable[Variant]) -> dict[str, str]:
    """Map the squeezed names and ids of variants to their ids."""
    names: dict[str, str] = {}
    for one in variants:
        for name in (squeezed(one.name), squeezed(one.id)):
            if name:
                names.setdefault(name, one.id)
    return names


def address(url: str) -> str:
    """Return what identifies a model or file on the web: host and path, without a revision.

    >>> address("https://www.huggingface.co/A/b/tree/main"), address("https://hf.co/A/b/")
    ('huggingface.co/a/b', 'huggingface.co/a/b')
    """
    bare = re.sub(r"^https?://(?:www\.)?|[#?].*$", "", url.lower()).rstrip("/")
    bare = re.sub(r"/(?:tree/(?:main|master)|summary)$", "", bare)
    return re.sub(r"^hf\.co/", "huggingface.co/", bare)


def squeezed(name: str) -> str:
    """Return only the letters and digits of a name, for comparison."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def kebab(name: str) -> str:
    """Return a name as an id.

    >>> kebab("FLUX.1 Krea_[dev]")
    'flux-1-krea-dev'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def find_variants(place: Place, files: Iterable[File], rules: VariantRules) -> Variants:
    """Find the models of a repository.

    Args:
        place: where the files lie, for evidence.
        files: all files with their roles.
        rules: names of folders and files, from `components.toml`.
    """
    files = tuple(files)
    told = [file for file in files if file.role in _TOLD]
    folders = _by_folder(told, rules)
    folders |= _by_own_terms(files, folders)
    named = _by_stem(told, rules, folders)
    return _merged(place, folders, named)


def _by_folder(files: list[File], rules: VariantRules) -> dict[str, list[File]]:
    """Group files by sub-folders of a folder of models; two at least."""
    groups: dict[str, dict[str, list[File]]] = {}
    for file in files:
        pieces = file.path.split("/")
        for index, piece in enumerate(pieces[:-2]):
            if pattern(rules.parents).match(piece.lower()):
                parent = "/".join(pieces[: index + 1])
                inner = pieces[index + 1]
                if len(pieces) - index - 2 <= 2 and not pattern(rules.not_names).match(
                    inner.lower()
                ):
                    held = groups.setdefault(parent, {})
                    held.setdefault(f"{parent}/{inner}", []).append(file)
                break
    many = [held for held in groups.values() if len(held) > 1]
    return {folder: held for group in many for folder, held in group.items()}


def _by_own_terms(files: Iterable[File], known: Mapping[str, list[File]]) -> dict[str, list[File]]:
    """Find folders with weights and a license text of their own, beside weights outside them."""
    files = tuple(files)
    weights = [file.path for file in files if is_weights(file)]
    found: dict[str, list[File]] = {}
    for file in files:
        folder = file.path.rpartition("/")[0]
        if file.role is not FileRole.LICENSE_TEXT or not folder or _TEXTS.search(folder):
            continue
        inside = sum(path.startswith(folder + "/") for path in weights)
        if 0 < inside < len(weights) and not any(_within(folder, one) for one in known):
            found.setdefault(folder, []).append(file)
    return {
        folder: held
        for folder, held in found.items()
        if not any(other != folder and _within(folder, other) for other in found)
    }


#: folders that hold texts of licenses for files elsewhere
_TEXTS = re.compile(r"(?:^|/)(?:licen[cs]es?|legal|[^/]+\.dist-info)(?:/|$)", re.IGNORECASE)


def _within(folder: str, other: str) -> bool:
    return folder == other or folder.startswith(other + "/")


def _by_stem(
    files: list[File], rules: VariantRules, folders: dict[str, list[File]]
) -> dict[str, tuple[str, list[File]]]:
    """Group cards and licenses by the model their names carry."""
    found: dict[str, tuple[str, list[File]]] = {}
    for file in sorted(files, key=lambda one: one.role is not FileRole.CARD):
        folder, _, base = file.path.rpartition("/")
        in_cards = bool(pattern(rules.folders).match(folder.rsplit("/", 1)[-1].lower()))
        beside = file.role is FileRole.CARD and (not folder or folder in folders)
        if file.role not in _STEM or not (in_cards or beside):
            continue
        name = _name(base, rules, whole=in_cards)
        if not name:
            continue
        if beside and folder in folders:
            name = f"{folder.rsplit('/', 1)[-1]}-{name.lower()}"
        _, held = found.setdefault(squeezed(name), (name, []))
        held.append(file)
    alone = len(found) < 2 and not folders
    extra = any("/" not in file.path for _, held in found.values() for file in held)
    return {} if alone and not extra else found


def _name(base: str, rules: VariantRules, *, whole: bool) -> str:
    """Return the model's name in a file's name; empty where there is none."""
    stem = re.sub(r"\.(?:md|txt|rst|markdown|pdf|html)\Z", "", base, flags=re.IGNORECASE)
    lower = stem.lower()
    found = pattern(rules.prefixes).search(lower)
    if found is None and not whole:
        return ""
    rest = stem if found is None else stem[: found.start()] + stem[found.end() :]
    name = rest.strip("-_. ")
    return "" if pattern(rules.not_names).match(name.lower()) else name


def _merged(
    place: Place, folders: dict[str, list[File]], named: dict[str, tuple[str, list[File]]]
) -> Variants:
    """Build the variants of both kinds; one name is one model."""
    ids: dict[str, str] = {}
    found: dict[str, Variant] = {}
    paths: dict[str, str] = {}
    owners: dict[str, str] = {}
    for folder, held in folders.items():
        name = folder.rsplit("/", 1)[-1]
        ident = ids.setdefault(squeezed(name), kebab(name))
        owners[folder] = ident
        _add(place, found, ident, name, held)
    for key, (name, held) in named.items():
        ident = ids.setdefault(key, kebab(name))
        paths.update({file.path: ident for file in held})
        _add(place, found, ident, name, held)
    every = tuple(found.values())
    return Variants(all=every, folders=owners, paths=paths, names=names_of(every))


def _add(place: Place, found: dict[str, Variant], ident: str, name: str, held: list[File]) -> None:
    """Add a variant, or evidence to the one that is there."""
    evidence = tuple(place.evidence(How.FILENAME, file.path, file.path) for file in held[:4])
    known = found.get(ident)
    if known:
        name, evidence = known.name, known.evidence + evidence
    found[ident] = Variant(id=ident, name=name, evidence=evidence)
