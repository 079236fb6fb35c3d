"""The nouns of what was found: a release, its parts, the terms on them, and where each was seen.

All are immutable values without I/O or formatting. Every fact carries its `Evidence`. Declared,
observed and inherited facts stay apart; what is concluded from them is computed elsewhere.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec


class Noun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all nouns: immutable, slotted, keyword-only, encodable."""


class How(StrEnum):
    """How a fact was seen."""

    #: the words of a license or policy text in the release
    LICENSE_TEXT = "license-text"
    #: the front matter of a card
    CARD_METADATA = "card-metadata"
    #: a sentence of a card, README or other document
    CARD_PROSE = "card-prose"
    #: a configuration file such as config.json
    CONFIG = "config"
    #: the header of a weights file
    HEADER = "header"
    #: the name of a file, or that it is there
    FILENAME = "filename"
    #: what a hub says of a repository
    HUB = "hub"
    #: package metadata
    PACKAGE = "package"
    #: the weights themselves
    WEIGHTS = "weights"
    #: a manifest that describes a release
    MANIFEST = "manifest"
    #: our own knowledge, with its source
    KNOWN = "known"
    #: what was looked for and not found
    SEARCHED = "searched"
    #: what the user said
    USER = "user"


class Evidence(Noun, frozen=True, kw_only=True):
    """Where a fact was seen.

    Attributes:
        how: the kind of sighting.
        source: the REF of the place it was seen in, or the source of our knowledge.
        path: the file in that place.
        lines: first and last line, 1-based, both included.
        span: first byte and the byte after the last, for binary files.
        quote: the words seen; for `searched`, what was looked for.
        revision: the revision of the place.
        sha256: the hash of the file, where it was computed or known.
    """

    how: How
    source: str
    quote: str
    path: str | None = None
    lines: tuple[int, int] | None = None
    span: tuple[int, int] | None = None
    revision: str | None = None
    sha256: str | None = None


class Gap(Noun, frozen=True, kw_only=True):
    """Something that could not be read, why, and what that weakens.

    Attributes:
        where: file or place.
        why: one sentence.
        weakens: which answers are weaker for it (room names such as `licenses`, or component ids).
        hint: the next thing to try.
    """

    where: str
    why: str
    weakens: tuple[str, ...] = ()
    hint: str = ""


class FileRole(StrEnum):
    """What a file of a release is for."""

    #: LICENSE, COPYING, MODEL_LICENSE, LICENSES/...
    LICENSE_TEXT = "license-text"
    #: NOTICE and attribution files
    NOTICE = "notice"
    #: acceptable use policies
    USE_POLICY = "use-policy"
    #: a card of a model: README with front matter of a model, MODEL_CARD
    CARD = "card"
    #: a README or other prose that is not a model's card
    DOCUMENT = "document"
    #: config.json and friends
    CONFIG = "config"
    #: weights of any format
    WEIGHTS = "weights"
    #: tokenizer files
    TOKENIZER = "tokenizer"
    #: source code
    CODE = "code"
    #: wheel METADATA, PKG-INFO, pyproject.toml, setup.cfg
    PACKAGE_METADATA = "package-metadata"
    #: a card of a data set
    DATA_CARD = "data-card"
    #: terms of a data set
    DATA_LICENSE = "data-license"
    #: data files
    DATA = "data"
    #: a manifest that describes a release
    MANIFEST = "manifest"
    #: anything else
    OTHER = "other"


class File(Noun, frozen=True, kw_only=True):
    """One file of a release: its path in the release, its size in bytes, its role."""

    path: str
    size: int
    role: FileRole = FileRole.OTHER
    sha256: str | None = None


class Component(StrEnum):
    """What a release can hold. Titles, kinds and groups are in `knowledge/components.toml`."""

    #: the shape of the network: code or configuration
    ARCHITECTURE = "architecture"
    #: final parameters
    WEIGHTS = "weights"
    #: parameters saved during training
    INTERMEDIATE_CHECKPOINTS = "intermediate-checkpoints"
    #: the difference to another model's weights
    DELTA = "delta"
    #: LoRA and other small additions to another model
    ADAPTER = "adapter"
    #: vocabulary and its code
    TOKENIZER = "tokenizer"
    #: code that runs the model
    INFERENCE_CODE = "inference-code"
    #: code that trained it
    TRAINING_CODE = "training-code"
    #: code to train it further
    FINE_TUNING_CODE = "fine-tuning-code"
    #: code that prepared the data
    DATA_PROCESSING_CODE = "data-processing-code"
    #: code that evaluates it
    EVALUATION_CODE = "evaluation-code"
    #: data of (pre-)training
    TRAINING_DATA = "training-data"
    #: data of instruction tuning and preference learning
    POST_TRAINING_DATA = "post-training-data"
    #: data it was evaluated on
    EVALUATION_DATA = "evaluation-data"
    #: a description of the data
    DATA_INFORMATION = "data-information"
    #: how the data was chosen: filters, mixture weights, decontamination
    DATA_SELECTION = "data-selection"
    #: a data sheet or card
    DATA_CARD = "data-card"
    #: a model card
    MODEL_CARD = "model-card"
    #: a technical report
    TECHNICAL_REPORT = "technical-report"
    #: a research paper
    PAPER = "paper"
    #: results of evaluations
    EVALUATION_RESULTS = "evaluation-results"
    #: risks, biases, limitations, safety tests
    RISK_ANALYSIS = "risk-analysis"
    #: an acceptable use policy
    USAGE_POLICY = "usage-policy"
    #: examples of outputs
    SAMPLE_OUTPUTS = "sample-outputs"
    #: optimizer state and other training metadata
    OPTIMIZER_STATE = "optimizer-state"
    #: hardware and compute of training
    HARDWARE_AND_COMPUTE = "hardware-and-compute"
    #: libraries and tools it needs
    SUPPORTING_LIBRARIES = "supporting-libraries"
    #: terms of a service
    TERMS_OF_SERVICE = "terms-of-service"


class Presence(StrEnum):
    """Whether a component is there."""

    #: among the files of the release
    HERE = "here"
    #: said to be at a URL or under a name elsewhere
    ELSEWHERE = "elsewhere"
    #: the release says that it keeps it back
    SAID_WITHHELD = "said-withheld"
    #: the release says that there is none
    SAID_ABSENT = "said-absent"
    #: looked for and not found
    NOT_FOUND = "not-found"


class Access(StrEnum):
    """How far something that exists can be had (Solaiman 2023, from least to most)."""

    WITHHELD = "withheld"  #: kept back
    STAGED = "staged"  #: given out by and by, or to chosen people
    HOSTED = "hosted"  #: usable in somebody's product
    API = "api"  #: usable through an interface
    GATED_DOWNLOAD = "gated-download"  #: for download after asking or agreeing
    DOWNLOAD = "download"  #: for download by anyone


class Departure(Noun, frozen=True, kw_only=True):
    """A place where a text differs from the published one.

    Attributes:
        clause: the ref of the clause it lies in, None where it lies outside every clause.
        lines: where, in the user's file; for a deletion the line after which words are missing.
        before: the published words (as far as they can be told), empty for an insertion.
        after: the words in the user's file, empty for a deletion.
    """

    clause: str | None
    lines: tuple[int, int]
    before: str
    after: str


class ClauseSpan(Noun, frozen=True, kw_only=True):
    """Where a clause stands in the user's file: its ref, its lines, and its words there."""

    ref: str
    lines: tuple[int, int]
    quote: str


class Sign(Noun, frozen=True, kw_only=True):
    """What a sentence of a text that nobody has read seems to say.

    Attributes:
        kind: what it is a sign of, such as `non-commercial` (`knowledge/patterns.toml`).
        lines: where it stands.
        quote: its words in the user's own text; what leads a list in stands before an ellipsis.
        value: what is counted and how much, the name to show, the place, the field; may be empty.
        counts: of a threshold: `mau`, `revenue`, `monthly-revenue` or `employees`.
        amount: of a threshold: the number.
        tested: of a threshold: `at-release` or `running`.
    """

    kind: str
    lines: tuple[int, int]
    quote: str
    value: str = ""
    counts: str = ""
    amount: int | None = None
    tested: str = ""


class LicenseReading(Noun, frozen=True, kw_only=True):
    """Which license a text, tag, name or notice is.

    Attributes:
        license: our id (SPDX where one exists), None when it names or matches none we know.
        edition: the edition's date or version, None where there is one edition or it is not known;
            of a text that is only near a license, that of the license it is nearest to.
        name: the name for a reader.
        via: `text`, `tag`, `name`, `notice`, `url`, `header`, `known`.
        modified: True or False for a text, None where the text is not in the release.
        departures: every place where the text differs from the published one.
        clauses: where each clause stands in the user's file; of a text that is only near a license,
            the clauses of the one it is nearest to.
        near: nearest license id when `license` is None, or other candidates when ambiguous.
        similarity: share of words in common with the published text, 0 to 1.
        why: why it is ambiguous or unknown, or what identified it.
        evidence: where it was seen.
        signs: of a text that nobody has read clause by clause, what its sentences seem to say.
    """

    license: str | None
    edition: str | None = None
    name: str = ""
    via: str = "text"
    modified: bool | None = None
    departures: tuple[Departure, ...] = ()
    clauses: tuple[ClauseSpan, ...] = ()
    near: tuple[str, ...] = ()
    similarity: float = 0.0
    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    signs: tuple[Sign, ...] = ()


class Single(Noun, frozen=True, kw_only=True, tag="license", tag_field="op"):
    """A leaf of a tree of terms: one license as read."""

    reading: LicenseReading


class AllOf(Noun, frozen=True, kw_only=True, tag="all_of", tag_field="op"):
    """All of these terms bind together."""

    of: tuple[Terms, ...]


class AnyOf(Noun, frozen=True, kw_only=True, tag="any_of", tag_field="op"):
    """The licensee may choose; only ever built where the author wrote a choice."""

    of: tuple[Terms, ...]


Terms = Single | AllOf | AnyOf


class Scope(StrEnum):
    """How terms came to be on a part."""

    #: a source speaks of this part, or of everything
    STATED = "stated"
    #: only terms of the whole release or repository cover it
    INHERITED = "inherited"
    #: nothing states terms for it: unlicensed
    UNSTATED = "unstated"


class Grant(Noun, frozen=True, kw_only=True):
    """The terms on a part.

    Attributes:
        scope: stated, inherited or unstated; `unstated` has no terms.
        terms: the tree of licenses.
        incorporates: readings of texts the terms take in, such as a use policy in another file.
        narrowed: sentences of the publisher that withhold uses, beside these terms or for want of
            any: readings without a license, with signs.
        evidence: where it is said that these terms are on this part.
    """

    scope: Scope
    terms: Terms | None = None
    incorporates: tuple[LicenseReading, ...] = ()
    narrowed: tuple[LicenseReading, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Fact(Noun, frozen=True, kw_only=True):
    """A named fact about a part, such as `parameters` or `dtype`, with its evidence."""

    name: str
    value: str
    evidence: tuple[Evidence, ...]


class Part(Noun, frozen=True, kw_only=True):
    """One component of one variant, as found.

    Attributes:
        id: unique in the release: the component id, plus `/variant` or `/name` where needed.
        component: what it is.
        presence: whether it is there.
        access: how far what exists can be had; None where nothing is known to exist.
        variant: the id of the variant it belongs to, None for the whole release.
        name: its own name, for example of a data set or a paper.
        files: its files, when here.
        urls: where it is said to be, when elsewhere.
        grant: the terms on it; None until the license room has looked.
        facts: what its headers and configuration say.
        evidence: why we say all this.
    """

    id: str
    component: Component
    presence: Presence
    access: Access | None = None
    variant: str | None = None
    name: str = ""
    files: tuple[File, ...] = ()
    urls: tuple[str, ...] = ()
    grant: Grant | None = None
    facts: tuple[Fact, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Standing(StrEnum):
    """What is known of a relation."""

    DECLARED = "declared"  #: the release says so
    OBSERVED = "observed"  #: the weights show it
    BOTH = "both"  #: said and shown
    CONTRADICTED = "contradicted"  #: said, and the weights show otherwise


class Direction(StrEnum):
    """Which of two releases comes from the other."""

    A_FROM_B = "a-from-b"
    B_FROM_A = "b-from-a"
    UNDECIDED = "undecided"


class Relation(Noun, frozen=True, kw_only=True):
    """Two releases and how they are related.

    Attributes:
        kind: an id of `knowledge/relations.toml`; `derived` where the kind was not said.
        a: REF of one release (for a declared relation: this release).
        b: REF or name of the other, as written.
        direction: which comes from which.
        standing: declared, observed, both or contradicted.
        variant: the variant of the release it concerns.
        evidence: where it was said or seen.
        terms: the terms on the other release's weights, where that release was read too.
    """

    kind: str
    a: str
    b: str
    direction: Direction = Direction.A_FROM_B
    standing: Standing = Standing.DECLARED
    variant: str | None = None
    evidence: tuple[Evidence, ...] = ()
    terms: Grant | None = None


class Declaration(Noun, frozen=True, kw_only=True):
    """A raw key and value that some source declares, before anyone judges it.

    Attributes:
        key: normalised: `license`, `license_name`, `license_link`, `base_model`, `datasets`,
            `title`, `publisher`, `date`, `version`, `pipeline_tag`, `language`, `gated`, ...
        value: as written, one value (a list in the source gives several declarations).
        component: the component it speaks of, None for the whole release.
        variant: the variant it speaks of.
        evidence: where.
    """

    key: str
    value: str
    evidence: Evidence
    component: Component | None = None
    variant: str | None = None


class Statement(Noun, frozen=True, kw_only=True):
    """What one source says about the terms of some components.

    Attributes:
        reading: which license is meant.
        components: the components it speaks of; empty for the release as a whole.
        variant: the variant it speaks of.
        part: the id of the one part it speaks of, such as a data set that is named.
        files: the single files it speaks of, where it is that narrow.
        choice: ids this license is offered as a choice with (`A OR B`, as the author wrote it).
        rank: weight of the source: `text` outranks `notice` outranks `header` outranks `tag`
            outranks `package` outranks `hub`.
        evidence: where it was said.
    """

    reading: LicenseReading
    evidence: Evidence
    components: tuple[Component, ...] = ()
    variant: str | None = None
    part: str | None = None
    files: tuple[str, ...] = ()
    choice: tuple[str, ...] = ()
    rank: str = "tag"


class Variant(Noun, frozen=True, kw_only=True):
    """One of the several models of a release: its id, its name as written, and where."""

    id: str
    name: str
    evidence: tuple[Evidence, ...] = ()


class Revision(Noun, frozen=True, kw_only=True):
    """An earlier or the present state of a release: its id, its date, what changed."""

    id: str
    date: dt.date | None = None
    title: str = ""


class ReleaseKind(StrEnum):
    """What was released."""

    MODEL = "model"
    DATASET = "dataset"
    SERVICE = "service"
    SOFTWARE = "software"


class Release(Noun, frozen=True, kw_only=True):
    """What was released, as found in one place.

    Attributes:
        ref: the REF it was read from.
        kind: model, dataset, service or software.
        name: its name.
        revision: the revision that was read.
        publisher: who publishes it, where that is said.
        released: its release date, where that is said or known.
        variants: the several models of one repository; empty where there is one.
        parts: the components, found and not found.
        files: all files, with their roles.
        declarations: raw metadata.
        relations: declared and observed relations to other releases.
        statements: what sources say about terms.
        history: earlier revisions, where the place knows them.
    """

    ref: str
    kind: ReleaseKind
    name: str
    revision: str | None = None
    publisher: str | None = None
    released: dt.date | None = None
    variants: tuple[Variant, ...] = ()
    parts: tuple[Part, ...] = ()
    files: tuple[File, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    relations: tuple[Relation, ...] = ()
    statements: tuple[Statement, ...] = ()
    history: tuple[Revision, ...] = ()
