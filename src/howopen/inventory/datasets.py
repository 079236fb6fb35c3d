"""A release that is a data set: data files, and nothing of a model or of a program beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from howopen.formats.card import Card
from howopen.inventory.roles import matches, plain_title, readme_of
from howopen.inventory.sightings import Sighting
from howopen.knowledge.components import Components, pattern
from howopen.places.place import Place
from howopen.release import Component, File, FileRole, How, Presence

#: what makes a release one of a model
MODELISH = frozenset(
    {
        Component.WEIGHTS,
        Component.DELTA,
        Component.ADAPTER,
        Component.MODEL_CARD,
        Component.INTERMEDIATE_CHECKPOINTS,
    }
)
#: what a release of data alone has none of
_NOT_DATA = frozenset(
    {
        FileRole.WEIGHTS,
        FileRole.CONFIG,
        FileRole.TOKENIZER,
        FileRole.PACKAGE_METADATA,
        FileRole.CARD,
    }
)
#: a script that loads the data is no program
_MAX_CODE = 1
_MAX_FILES = 2_000
#: so much of a README says what it is about
_FIRST = 600


def data_alone(files: Iterable[File], words: Components) -> bool:
    """Tell whether files are data and what goes with data, and nothing else.

    Args:
        files: all files with the roles that their names give them.
        words: the vocabulary.
    """
    ours = [one for one in files if not pattern(words.not_ours).search(one.path.lower())]
    roles = [one.role for one in ours]
    return (
        any(_is_data(one, words) for one in ours)
        and not _NOT_DATA & set(roles)
        and roles.count(FileRole.CODE) <= _MAX_CODE
    )


def on_data(path: str, card: Card, words: Components) -> bool:
    """Tell whether a README that lies with data alone is the card of that data.

    Its front matter has no key of a model, and its first words speak of data and of no model.
    """
    rules = words.data_sets
    if readme_of(path) != "" or set(card.front) & set(rules.model_keys):
        return False
    first = card.body.strip().lower()[:_FIRST]
    model = pattern(words.card_headings).search(plain_title(first.partition("\n")[0]))
    return bool(pattern(rules.title).search(first)) and not (
        model or pattern(rules.not_title).search(first)
    )


def data_of_set(
    place: Place, files: Iterable[File], seen: Iterable[Sighting], words: Components
) -> Iterator[Sighting]:
    """Find the data of a release that is a data set, where no name tells what it is for.

    Args:
        place: where the files lie.
        files: all files with their roles, now settled.
        seen: all other sightings; a card of data and no sign of a model make it a data set.
        words: the vocabulary.
    """
    held = list(seen)
    here = {one.component for one in held if one.presence is Presence.HERE}
    if Component.DATA_CARD not in here or here & MODELISH:
        return
    known = {file.path for one in held for file in one.files}
    found = tuple(one for one in files if one.path not in known and _is_data(one, words))
    if found:
        yield Sighting(
            component=Component.TRAINING_DATA,
            presence=Presence.HERE,
            files=found[:_MAX_FILES],
            evidence=place.evidence(How.FILENAME, found[0].path, found[0].path),
        )


def _is_data(file: File, words: Components) -> bool:
    rules = words.data_sets
    if file.role not in (FileRole.DATA, FileRole.OTHER) or matches(file.path, rules.not_files):
        return False
    return file.role is FileRole.DATA or matches(file.path, rules.files)
