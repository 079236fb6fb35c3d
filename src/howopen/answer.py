"""The nouns of what follows: answers with their reasons, findings, verdicts and claims."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from howopen.errors import QuestionError
from howopen.release import Component, Evidence, Noun


class Truth(StrEnum):
    """The four values of an answer."""

    YES = "yes"
    NO = "no"
    #: the text or the evidence does not decide; always with why
    UNCLEAR = "unclear"
    #: the question does not apply
    NA = "n/a"


class Citation(Noun, frozen=True, kw_only=True):
    """A clause that an answer rests on.

    Attributes:
        license: license id with edition, for example `gemma@2025-03-24`.
        clause: the ref as printed in the text, for example `1.b.v`.
        says: one sentence of ours.
        quote: the words in the user's own file; empty when the text is not in the release.
        evidence: where those words stand, or our knowledge and the URL of the text.
        via: the path of lineage that brought it, for example `base model hf:a/b, fine-tune`.
        url: where the text is published.
    """

    license: str
    clause: str
    says: str
    quote: str = ""
    evidence: tuple[Evidence, ...] = ()
    via: str = ""
    url: str = ""

    @property
    def ref(self) -> str:
        """The stable public reference, `license#clause`."""
        return f"{self.license}#{self.clause}"


class Reason(Noun, frozen=True, kw_only=True):
    """A sentence, what it rests on, and the reasons below it: a proof tree."""

    text: str
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    because: tuple[Reason, ...] = ()


class Condition(Noun, frozen=True, kw_only=True):
    """What must be so for the answer to hold, because the asker did not say."""

    id: str
    text: str
    citations: tuple[Citation, ...] = ()


class Duty(Noun, frozen=True, kw_only=True):
    """What must be done, and when it falls due (`trigger`, an id of `actions.toml`).

    `certain` is False where the text leaves open whether it is owed.
    """

    id: str
    text: str
    trigger: str
    citations: tuple[Citation, ...] = ()
    certain: bool = True


class Risk(Noun, frozen=True, kw_only=True):
    """What may still go wrong, and who would have to decide it."""

    id: str
    text: str
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Depth(StrEnum):
    """How closely the terms behind an answer were read."""

    #: someone has read the clauses
    CLAUSE = "clause"
    #: from a license's class and from patterns in its text
    COARSE = "coarse"


class Answer(Noun, frozen=True, kw_only=True):
    """An answer to "may I ...?".

    Attributes:
        action: id of the action asked about.
        truth: yes, no, unclear or n/a.
        headline: the verdict and its main ground in one line.
        component: the component the question is about.
        variant: the variant it is about.
        variants: the variants it holds for alike, where there are several.
        as_of: the date it holds for.
        conditions: what must be so.
        duties: what must be done.
        risks: what may still go wrong.
        reading: whether the terms were read clause by clause.
        reasons: the proof tree.
        footing: on what the terms can bind (copyright, contract, ...) and where that is unsettled.
        settles: for `unclear`, what would settle it.
    """

    action: str
    truth: Truth
    headline: str
    component: str
    variant: str | None = None
    variants: tuple[str, ...] = ()
    as_of: dt.date | None = None
    conditions: tuple[Condition, ...] = ()
    duties: tuple[Duty, ...] = ()
    risks: tuple[Risk, ...] = ()
    reading: Depth = Depth.CLAUSE
    reasons: tuple[Reason, ...] = ()
    footing: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()


class Circumstances(Noun, frozen=True, kw_only=True, cache_hash=True):
    """Who asks, for what, where and when. What is None was not said.

    Attributes:
        purpose: commercial, research, personal or internal.
        org: person, company, academic, government or military.
        role: licensee, or end-user of somebody's product.
        based_in: ISO 3166 code of domicile or principal place of business; `EU` is understood.
        used_in: ISO 3166 code of where it is used; `EU` is understood.
        mau: monthly active users now, affiliates included.
        mau_at_release: monthly active users in the month before the model's release date.
        revenue: yearly revenue in USD.
        field: field of use, an id of `actions.toml`.
        modality: text, image, multimodal, ...
        as_of: the date of the question.
        target: what is trained, for `train-on-outputs`: own-derivative, other-llm, other-model.
        kind: kind of derivative, an id of `relations.toml`.
    """

    purpose: str | None = None
    org: str | None = None
    role: str | None = None
    based_in: str | None = None
    used_in: str | None = None
    mau: int | None = None
    mau_at_release: int | None = None
    revenue: int | None = None
    field: str | None = None
    modality: str | None = None
    as_of: dt.date | None = None
    target: str | None = None
    kind: str | None = None


class Gravity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  #: something said is untrue or a term is broken
    WARNING = "warning"  #: something to settle before relying on the release
    NOTE = "note"  #: good to know


class Finding(Noun, frozen=True, kw_only=True):
    """Something to act on.

    Attributes:
        code: stable code, `HO1xx` inventory, `HO2xx` licenses, `HO3xx` kinship, `HO4xx` rights,
            `HO5xx` openness, `HO6xx` claims; explained in `knowledge/findings/`.
        gravity: how much it matters.
        text: one sentence about this release.
        sides: the evidence, both sides where two places disagree.
        subject: part id, variant or path it concerns.
        remedy: what would mend it.
    """

    code: str
    gravity: Gravity
    text: str
    sides: tuple[Evidence, ...] = ()
    subject: str = ""
    remedy: str = ""


class Criterion(Noun, frozen=True, kw_only=True):
    """One criterion of a definition, judged.

    Attributes:
        id: id within the definition.
        title: what it asks.
        truth: yes, no, unclear or n/a.
        reasons: why.
        score: for graded criteria, 0 to 1.
        missing: what would make it hold.
    """

    id: str
    title: str
    truth: Truth
    reasons: tuple[Reason, ...] = ()
    score: float | None = None
    missing: tuple[str, ...] = ()


class By(StrEnum):
    """Who can make a change."""

    #: who publishes the release, asking nobody
    PUBLISHER = "publisher"
    #: whoever licenses the model it was made from
    PARENT = "parent"
    #: whoever owns the data
    DATA_OWNER = "data owner"
    #: whoever publishes what the release only points to
    OTHERS = "others"
    #: nobody needs to change anything: somebody must look, or answer a question
    READER = "reader"
    #: what was found does not tell whose it is
    UNCLEAR = "unclear"


class Change(Noun, frozen=True, kw_only=True):
    """One thing to do on the way to a level.

    Attributes:
        id: what is done to what, for example `license:weights`; unique in a distance.
        text: what is to be done, in words.
        by: who can do it.
        who: by name, where one is known, or what the publisher would have to ask.
        perhaps: it may be so already; what was found does not tell.
        component: what it is done to.
        licenses: of licenses, some usual ones that would do.
        criteria: ids of the criteria it serves.
        reasons: why it is not so yet.
    """

    id: str
    text: str
    by: By
    who: str = ""
    perhaps: bool = False
    component: Component | None = None
    licenses: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Step(Noun, frozen=True, kw_only=True):
    """What one criterion of a score would give, and the smallest set of changes for it alone.

    Attributes:
        criterion: id of the criterion.
        title: what it asks.
        to: how far those changes take it: `partial` or `open`.
        gain: what they add to the score that is sure.
        changes: the smallest set; a change may serve other criteria too.
        alone: whether the publisher can make them asking nobody.
        exact: whether it is proved that no smaller set will do.
    """

    criterion: str
    title: str
    to: str
    gain: float
    changes: tuple[Change, ...]
    alone: Truth = Truth.YES
    exact: bool = True


class Reach(Noun, frozen=True, kw_only=True):
    """How high a score can be raised, and by how many changes at least.

    Attributes:
        score: the highest that can surely be reached.
        changes: how many changes it takes.
        exact: whether it is proved that no fewer will do and no more can be reached.
    """

    score: float
    changes: int
    exact: bool = True


class Distance(Noun, frozen=True, kw_only=True):
    """The smallest set of changes to a level, or to the next higher score.

    Attributes:
        level: the level they reach.
        changes: the smallest set; of several as small, the one that asks fewest others.
        alone: whether the publisher can get there asking nobody.
        instead: the smallest set that asks nobody, where `changes` does ask somebody.
        exact: whether it is proved that no smaller set will do.
        note: why there are no changes, or what else must be known.
        steps: of a score, what each criterion would give, most for a change first.
        by_publisher: of a score, how high the publisher gets asking nobody.
        by_all: of a score, how high it can be raised if everybody does their part.
    """

    level: str
    changes: tuple[Change, ...] = ()
    alone: Truth = Truth.YES
    instead: tuple[Change, ...] = ()
    exact: bool = True
    note: str = ""
    steps: tuple[Step, ...] = ()
    by_publisher: Reach | None = None
    by_all: Reach | None = None


class Verdict(Noun, frozen=True, kw_only=True):
    """How a release stands under one definition.

    Attributes:
        definition: its id, for example `osaid-1.0`.
        title: its name.
        version: the version of the definition's data.
        level: the level reached, in the definition's own words.
        truth: whether the definition's bar is met (a gradient has none: `n/a`).
        score: where the definition has one.
        criteria: each criterion, judged.
        missing: what is missing for the bar or the next level.
        next_level: the level those would reach.
        distance: the smallest set of changes to the next level, or to one that was named; None
            where that was not asked for, or there is no level above.
        frame: the frame it was read in, for definitions that need one.
    """

    definition: str
    title: str
    version: str
    level: str
    truth: Truth
    score: float | None = None
    criteria: tuple[Criterion, ...] = ()
    missing: tuple[str, ...] = ()
    next_level: str = ""
    distance: Distance | None = None
    frame: str | None = None


class Judgement(StrEnum):
    """Whether a claim is true."""

    BORNE_OUT = "borne out"
    OVERSTATED = "overstated"
    CONTRADICTED = "contradicted"
    CANNOT_BE_TOLD = "cannot be told"


class Claim(Noun, frozen=True, kw_only=True):
    """A claim about a release, and whether it is true.

    Attributes:
        kind: id of `knowledge/claims.toml`.
        quote: the words.
        lines: where they stand in the file or text they were read from.
        judgement: borne out, overstated, contradicted or cannot be told.
        path: the file.
        says: the claim in one sentence of ours.
        reasons: what speaks for the judgement, with the other side's evidence.
        note: what of the claim we do not judge.
    """

    kind: str
    quote: str
    lines: tuple[int, int]
    judgement: Judgement
    path: str = ""
    says: str = ""
    reasons: tuple[Reason, ...] = ()
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


def circumstances_of(**given: object) -> Circumstances:
    """Build circumstances from keywords.

    Raises:
        QuestionError: for a circumstance nobody knows, or a value of the wrong kind.
    """
    known = Circumstances.__struct_fields__
    for name in given:
        if name not in known:
            raise QuestionError(f"unknown circumstance {name!r}", hint="known: " + ", ".join(known))
    try:
        return msgspec.convert(given, Circumstances)
    except msgspec.ValidationError as error:
        raise QuestionError(str(error), hint="see `howopen may --help`") from error
