"""The vocabulary of components (`components.toml`), typed: titles, kinds, groups, how each is seen.

Everything the inventory looks for is here as data: names of files, headings of sections, words of
sentences, links and commands. Regular expressions are matched against lower-cased text.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Literal

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class ComponentInfo(Data, frozen=True, kw_only=True):
    """What is known of a component in general.

    Attributes:
        title: the name for a reader.
        kind: what sort of work it is, for the licenses that suit it.
        groups: the groups of people it serves: access, risk-analysis, replication.
        files: globs over lower-case paths; a file that matches makes the component present.
        nouns: a regular expression for how a sentence names it, to read what is withheld.
        searched: what else is looked for, in words, for evidence of absence.
    """

    title: str
    kind: Literal["weights", "code", "data", "document", "terms"]
    groups: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    nouns: str = ""
    searched: str = ""


class RoleRule(Data, frozen=True, kw_only=True):
    """Files whose lower-case path matches one of the globs have this role; the first rule wins."""

    role: str
    globs: tuple[str, ...]


class Rule(Data, frozen=True, kw_only=True):
    """One way in which a document shows a component; every part that is given must match.

    Attributes:
        component: id of the component.
        presence: what it shows: here, elsewhere, said-withheld, said-absent.
        heading: of the section's heading, or with a phrase, of any heading above the sentence.
        body: of the section's text.
        phrase: of one sentence (with a link: of the line the link stands in).
        tells: of the words right after the phrase begins, which else only praise.
        code: of a line of code; group 1 is the path or name it names.
        link: of a URL.
        link_text: of the words that are linked.
        around: of the address of a link, its words in [ ], and the words before and after them.
        unless: a match in the same section or sentence cancels the rule.
        roles: document roles it applies to; empty: cards, documents, package descriptions.
        access: how far it can be had, where that is said.
        needs: literal words, one of which must be in the document; makes scanning fast.
    """

    component: str
    presence: Literal["here", "elsewhere", "said-withheld", "said-absent"]
    heading: str = ""
    body: str = ""
    phrase: str = ""
    tells: str = ""
    code: str = ""
    link: str = ""
    link_text: str = ""
    around: str = ""
    unless: str = ""
    roles: tuple[str, ...] = ()
    access: str = ""
    needs: tuple[str, ...] = ()


class Withholding(Data, frozen=True, kw_only=True):
    """Sentences that keep something back; `NOUN` stands for the component's nouns.

    Attributes:
        patterns: regular expressions over a lower-cased sentence.
        staged: words that make it a promise for later.
        unless: words that show the sentence speaks of something else.
    """

    patterns: tuple[str, ...]
    absent: tuple[str, ...]
    staged: str
    unless: str
    needs: tuple[str, ...]


class VariantRules(Data, frozen=True, kw_only=True):
    """How the several models of one repository are told apart.

    Attributes:
        parents: names of folders whose sub-folders are models.
        folders: names of folders whose files are each a card or license of a model.
        prefixes: words stripped from a file's stem to leave the model's name.
        not_names: what may remain that is no model's name.
    """

    parents: str
    folders: str
    prefixes: str
    not_names: str


class ListingRules(Data, frozen=True, kw_only=True):
    """How documents list the models that were released.

    Attributes:
        name_header: of the column that names the model; `license_header` of that with its license.
        not_weights_header: of columns whose links lead elsewhere.
        download_header: of columns in which an archive is an address of weights.
        file: an address of a file of weights; `archive` one that can be.
        revision: an address of a revision or file that is not the whole model.
        not_under: headings under which other people's models or data are listed.
        not_names: words that name no model by themselves, such as sizes.
        released: words in a sentence that say a model was released.
        adapter: words in a name that make it an adapter.
    """

    name_header: str
    license_header: str
    not_weights_header: str
    download_header: str
    file: str
    archive: str
    revision: str
    not_under: str
    not_names: str
    released: str
    adapter: str


class DataSetRules(Data, frozen=True, kw_only=True):
    """How a release that is a data set is told from others.

    Attributes:
        files: globs of files that are data where a release holds nothing else.
        not_files: globs of files among them, and among data files anywhere, that are not.
        title: of the first words of a README that is about data.
        not_title: of those of one that is about a model.
        model_keys: keys of front matter that only the card of a model has.
    """

    files: tuple[str, ...]
    not_files: tuple[str, ...]
    title: str
    not_title: str
    model_keys: tuple[str, ...]


class Components(Data, frozen=True, kw_only=True):
    """All of `components.toml`."""

    source: str
    read: dt.date
    components: dict[str, ComponentInfo]
    roles: tuple[RoleRule, ...]
    card_headings: str
    card_keys: tuple[str, ...]
    data_card_keys: tuple[str, ...]
    gate: str
    promised: str
    tuning_paths: str
    tuning_headings: str
    api: str
    hub_link: str
    training_verbs: str
    post_training_verbs: str
    evaluation_verbs: str
    benchmarks: str
    data_names: str
    not_ours: str
    developer: str
    release_date: str
    base_phrases: str
    translations: str
    withholding: Withholding
    variants: VariantRules
    listing: ListingRules
    data_sets: DataSetRules
    rules: tuple[Rule, ...]


def components_of(knowledge: Knowledge) -> Components:
    """Read the vocabulary."""
    return knowledge.table("components.toml", Components)


@functools.lru_cache(maxsize=1024)
def pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern of the vocabulary once, when it is first needed.

    Raises:
        re.error: when the data file holds no regular expression there.
    """
    return re.compile(text)
