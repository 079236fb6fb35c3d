"""What a license file of `knowledge/licenses/` holds: one `[[clause]]` per operative clause.

A clause has exactly one effect. `says` is one sentence of ours; `words` are two to six key words or
short phrases that occur in the clause's own text and that its effect needs: a test finds them in
the indexed reference text, by `ref` where the text prints one. The words of the text itself are not
here: they are quoted from the user's own file.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from howopen.knowledge.loader import Knowledge

#: three values of data: certain yes, certain no, or the text does not decide
Tri = Literal["yes", "no", "unclear"]


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all knowledge structs: immutable, and a misspelled key is an error."""


class When(Data, frozen=True, kw_only=True, cache_hash=True):
    """The circumstances under which a clause bites; an empty facet means in any.

    Several facets must all be met; several values of one facet are alternatives. A value that
    begins with `!` means any but that.
    """

    #: commercial, research, personal, internal
    purpose: tuple[str, ...] = ()
    #: person, company, academic, government, military
    org: tuple[str, ...] = ()
    #: licensee, end-user
    role: tuple[str, ...] = ()
    #: ISO 3166 or EU, EEA: domicile or principal place of business
    based_in: tuple[str, ...] = ()
    #: ISO 3166 or EU, EEA: where it is used
    used_in: tuple[str, ...] = ()
    #: fields of use of actions.toml
    field: tuple[str, ...] = ()
    #: text, image, audio, video, multimodal ...
    modality: tuple[str, ...] = ()
    #: targets of train-on-outputs and distil: own-derivative, other-llm, other-model
    target: tuple[str, ...] = ()
    #: kinds of derivative of relations.toml
    kind: tuple[str, ...] = ()


class Doubt(Data, frozen=True, kw_only=True):
    """Words of a clause that leave its reach open, and why."""

    words: str
    why: str
    #: narrows the doubt: it only matters in these circumstances
    when: When = When()


class Grants(Data, frozen=True, kw_only=True, tag="grants", tag_field="effect"):
    """These actions are permitted."""

    ref: str
    says: str
    words: tuple[str, ...]
    actions: tuple[str, ...]
    derived: bool = False
    #: weights, code, data, documents; empty: all the license is put on
    scope: tuple[str, ...] = ()
    when: When = When()
    territory: str = "worldwide"
    #: never, breach, suit, at-will, unstated
    revocable: tuple[str, ...] = ()
    royalty_free: bool = True
    #: also: of patents among other rights; alone: of patents and nothing else, which permits
    #: nothing by itself
    patent: Literal["", "also", "alone"] = ""
    doubts: tuple[Doubt, ...] = ()


class Forbids(Data, frozen=True, kw_only=True, tag="forbids", tag_field="effect"):
    """These actions are forbidden, when."""

    ref: str
    says: str
    words: tuple[str, ...]
    actions: tuple[str, ...]
    derived: bool = False
    when: When = When()
    #: circumstances that are exempt although `when` is met
    unless: tuple[When, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Limits(Data, frozen=True, kw_only=True, tag="limits", tag_field="effect"):
    """A grant holds only within these limits."""

    ref: str
    says: str
    words: tuple[str, ...]
    #: mau, revenue, territory, organization, registration, competitor, documentation
    limit: str
    derived: bool = False
    #: the largest number that is still within the limit
    threshold: int | None = None
    #: users, USD, ...
    unit: str = ""
    #: licensee, or licensee-and-affiliates
    whose: str = ""
    #: at-release (once) or running
    tested: str = ""
    #: the date of an at-release test, when the text fixes it
    date: dt.date | None = None
    #: what closes beyond it: all, commercial, or action ids
    closes: tuple[str, ...] = ("all",)
    when: When = When()
    unless: tuple[When, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Requires(Data, frozen=True, kw_only=True, tag="requires", tag_field="effect"):
    """A duty."""

    ref: str
    says: str
    words: tuple[str, ...]
    #: id of a duty in actions.toml
    duty: str
    #: ids of triggers in actions.toml
    triggers: tuple[str, ...]
    derived: bool = False
    #: weights, code, data, documents; empty: all the license is put on
    scope: tuple[str, ...] = ()
    #: the particular: a name prefix, a notice's file name, what to display
    detail: str = ""
    #: mau or revenue (yearly): owed only above `threshold`, the largest number that is free of it
    limit: Literal["", "mau", "revenue"] = ""
    threshold: int | None = None
    #: users, USD
    unit: str = ""
    when: When = When()
    doubts: tuple[Doubt, ...] = ()


class Reaches(Data, frozen=True, kw_only=True, tag="reaches", tag_field="effect"):
    """What counts as a derivative under this license, by reach key of relations.toml."""

    ref: str
    says: str
    words: tuple[str, ...]
    kinds: dict[str, Tri]
    derived: bool = False
    doubts: tuple[Doubt, ...] = ()


class Binds(Data, frozen=True, kw_only=True, tag="binds", tag_field="effect"):
    """How derivatives may be licensed."""

    ref: str
    says: str
    words: tuple[str, ...]
    #: same (the same license), pass-on (these terms run with it), notices (only notices), free
    derivatives: Literal["same", "pass-on", "notices", "free"]
    derived: bool = False
    #: may the publisher add terms that do not conflict
    may_add_terms: Tri = "unclear"
    #: license ids a derivative may be put under instead
    compatible: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Owns(Data, frozen=True, kw_only=True, tag="owns", tag_field="effect"):
    """Who owns outputs and derivatives: you, licensor, or unclaimed (the text says no rights)."""

    ref: str
    says: str
    words: tuple[str, ...]
    derived: bool = False
    outputs: str = ""
    derivatives: str = ""


class Ends(Data, frozen=True, kw_only=True, tag="ends", tag_field="effect"):
    """When rights end, which, and what survives."""

    ref: str
    says: str
    words: tuple[str, ...]
    #: breach, patent-suit, copyright-suit, ip-suit, unilateral-update, at-will
    on: tuple[str, ...]
    derived: bool = False
    #: all, patent, or none (says that rights do not end)
    what: str = "all"
    #: against whom a suit must be
    against: str = ""
    #: days in which a breach can be cured
    cure_days: int | None = None
    survives: tuple[str, ...] = ()


class Disclaims(Data, frozen=True, kw_only=True, tag="disclaims", tag_field="effect"):
    """Warranty, liability, indemnity, trademark (no trademark rights are granted)."""

    ref: str
    says: str
    words: tuple[str, ...]
    what: tuple[str, ...]
    derived: bool = False


class Defines(Data, frozen=True, kw_only=True, tag="defines", tag_field="effect"):
    """Words the rest turns on, and words it leaves undefined."""

    ref: str
    says: str
    words: tuple[str, ...]
    defined: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    derived: bool = False


Clause = Grants | Forbids | Limits | Requires | Reaches | Binds | Owns | Ends | Disclaims | Defines


class Incorporated(Data, frozen=True, kw_only=True):
    """A text that the license takes in: where, by which clause, and our id of it."""

    license: str
    clause: str
    url: str = ""
    #: file names under which releases ship it
    files: tuple[str, ...] = ()


class License(Data, frozen=True, kw_only=True):
    """One edition of one license, read clause by clause.

    Attributes:
        id: SPDX id where one exists, else ours.
        name: the name for a reader.
        edition: date (YYYY-MM-DD) or version that tells it from other editions; empty: only one.
        source: where the text we read is published (URL), or the package and file it came from.
        read: the date someone read it.
        depth: deep (every clause), operative (grants, prohibitions, limits, duties, reach), or
            coarse (signs found by patterns; no file has that).
        released: release date of what it licenses, for tests "at release".
        footing: on what its terms can bind: copyright, contract, patent, database-right, trademark.
        acceptance: how it is accepted: use, click, none, unstated.
        incorporates: texts it takes in.
        clause: the clauses in the order of the text.
    """

    id: str
    name: str
    edition: str = ""
    source: str
    url: str
    read: dt.date
    depth: Literal["deep", "operative", "coarse"]
    released: dt.date | None = None
    footing: tuple[str, ...] = ("copyright",)
    acceptance: str = "unstated"
    incorporates: tuple[Incorporated, ...] = ()
    clause: tuple[Clause, ...]


def license_ids(knowledge: Knowledge) -> tuple[str, ...]:
    """List the ids of all licenses that were read clause by clause."""
    return knowledge.ids("licenses")


def license_of(knowledge: Knowledge, ident: str, edition: str | None = None) -> License | None:
    """Read a license's clauses, or None when nobody has read it.

    A license of several editions has one file an edition, named `id@edition.toml`; without an
    edition its only file, or None when there are several (it would be a guess). `GPL-3.0-or-later`
    and the like have the text, and so the clauses, of `GPL-3.0-only`.
    """
    names = [f"{ident}@{edition}"] if edition else []
    names.append(ident)
    ids = knowledge.ids("licenses")
    for name in names:
        if name in ids:
            return knowledge.entry("licenses", name, License)
    editions = [name for name in ids if name.startswith(f"{ident}@")]
    if edition is None and len(editions) == 1:
        return knowledge.entry("licenses", editions[0], License)
    if ident.endswith("-or-later"):
        return license_of(knowledge, ident.removesuffix("-or-later") + "-only", edition)
    return None
