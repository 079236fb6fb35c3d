"""What each file is for, from its path alone; a README's own role waits until it has been read."""

from __future__ import annotations

import fnmatch
import functools
import re

from howopen.formats.card import Card
from howopen.formats.markdown import Section
from howopen.knowledge.components import Components, pattern
from howopen.release import FileRole

_CODE = (".py", ".ipynb", ".js", ".ts", ".sh", ".c", ".cpp", ".h", ".rs", ".go", ".java")
_README = re.compile(r"(?:^|/)readme[^/]*$")


class Roles:
    """Assigns roles by the globs of `components.toml`.

    Args:
        components: the vocabulary.
    """

    def __init__(self, components: Components) -> None:
        self._rules = [(FileRole(rule.role), _any_of(rule.globs)) for rule in components.roles]

    def of(self, path: str) -> FileRole:
        """Return the role of a path."""
        lower = path.lower()
        for role, globs in self._rules:
            if globs.match(lower):
                named_code = role is FileRole.LICENSE_TEXT and lower.endswith(_CODE)
                return FileRole.CODE if named_code else role
        return FileRole.OTHER


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Tell whether a path matches one of some globs, regardless of case."""
    return bool(globs) and bool(_any_of(globs).match(path.lower()))


@functools.lru_cache(maxsize=1024)
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(glob) for glob in globs))


def refine(
    path: str, role: FileRole, card: Card, parts: tuple[Section, ...], words: Components
) -> FileRole:
    """Tell a model's card and a data card from any other README, by what it says.

    Args:
        path: the file.
        role: its role by name.
        card: the file, read.
        parts: its sections.
        words: the vocabulary.
    """
    if role is not FileRole.DOCUMENT or not _README.search(path.lower()):
        return role
    keys = set(card.front)
    if keys & set(words.data_card_keys) and not keys & {"pipeline_tag", "base_model"}:
        return FileRole.DATA_CARD
    if len(keys & set(words.card_keys)) > 1:
        return FileRole.CARD
    heads = pattern(words.card_headings)
    titled = any(heads.search(plain_title(part.title)) for part in parts)
    return FileRole.CARD if titled else role


def readme_of(path: str) -> str | None:
    """Return the folder that a README is about: its own, or for `docs/` the one above.

    >>> readme_of("models/a/docs/README.md"), readme_of("README.md"), readme_of("docs/a.md")
    ('models/a', '', None)
    """
    folder, _, name = path.rpartition("/")
    if not re.fullmatch(r"(?i)readme(?:\.md|\.rst|\.txt)?", name):
        return None
    return re.sub(r"(?:^|/)docs$", "", folder)


def plain_title(title: str) -> str:
    """Return a heading in lower case without numbers, signs and emoji at its ends.

    >>> plain_title("3.1 📊 Evaluation Results:")
    'evaluation results'
    """
    return re.sub(r"^(?:[\W\d_]+\s+|[\W_]+)+|[\W_]+$", "", title.lower().strip())
