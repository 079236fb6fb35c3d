"""`inspect()`: run the rooms in order and hold what they found; a room that fails becomes a gap."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from howopen import __version__
from howopen.answer import (
    Answer,
    Circumstances,
    Claim,
    Finding,
    Gravity,
    Verdict,
    circumstances_of,
)
from howopen.claims import Subject, claims_of, find_claims
from howopen.claims import read_claims as find_in_text
from howopen.formats.text import decode
from howopen.inventory import Document
from howopen.kinship.result import Kinship
from howopen.knowledge import Knowledge, default
from howopen.openness import (
    Comparison,
    FrameTable,
    Group,
    Rebuilding,
    compare,
    find_openness,
    frames,
    groups,
    rebuilding,
    verdicts,
    with_distances,
)
from howopen.openness.asked import replies_of
from howopen.places import open_place
from howopen.reading import released
from howopen.release import (
    Gap,
    Noun,
    Relation,
    Release,
)
from howopen.rights import (
    Survival,
    find_rights,
    may,
    rights_by_variant,
    survival,
    variant_id,
)

T = TypeVar("T")

#: Version of the JSON encoding of a report; it changes when a reader would have to.
SCHEMA_VERSION = "1.0"

_GRAVITIES = list(Gravity)


class Report(Noun, frozen=True, kw_only=True, omit_defaults=False):
    """Everything howopen can say of one release.

    Attributes:
        schema_version: version of this encoding.
        tool_version: version of howopen.
        knowledge_version: version of the knowledge that was applied.
        as_of: the date the answers hold for.
        release: what was found: parts, terms, relations, with evidence.
        answers: what may be done with it, for someone of whom nothing is known.
        verdicts: how it stands under each definition, by definition id.
        frame_table: the Open Source Definition and the four freedoms in each frame.
        groups: the three groups access, risk analysis and replication.
        rebuilding: whether the public could build it again, and what blocks that.
        survival: what is left of it without its publisher.
        claims: what is said of it, and whether it is true.
        kinships: its weights compared with those of each parent at hand.
        findings: what to act on, gravest first.
        gaps: what could not be read, and what that weakens.
        bytes_read: bytes of content read from the place.
        requests: network requests made.
    """

    schema_version: str = SCHEMA_VERSION
    tool_version: str
    knowledge_version: str
    as_of: dt.date
    release: Release
    answers: tuple[Answer, ...] = ()
    verdicts: dict[str, Verdict] = msgspec.field(default_factory=dict)
    frame_table: FrameTable | None = None
    groups: tuple[Group, ...] = ()
    rebuilding: Rebuilding | None = None
    survival: Survival | None = None
    claims: tuple[Claim, ...] = ()
    kinships: tuple[Kinship, ...] = ()
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    bytes_read: int = 0
    requests: int = 0

    @property
    def openness(self) -> dict[str, Verdict]:
        """The verdicts by definition id, for example `report.openness["osaid-1.0"]`."""
        return self.verdicts

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The relations of the release, declared and observed."""
        return self.release.relations

    def may(
        self,
        action: str,
        *,
        component: str | None = None,
        variant: str | None = None,
        who: Circumstances | None = None,
        knowledge: Knowledge | None = None,
        **circumstances: object,
    ) -> Answer:
        """Answer "may I ...?" for an action and circumstances.

        Args:
            action: an action of `actions.toml`, or a usual word for one.
            component: the component meant, the action's own when left out.
            variant: which of several models.
            who: circumstances as one value; or give them as keywords, for example
                `purpose="commercial"`, `mau_at_release=1000`, `target="other-llm"`.
            knowledge: other knowledge than ours.
            **circumstances: who asks, for what, where; fields of `Circumstances`.

        Raises:
            UnknownTermError: for an unknown action, with near ones.
            QuestionError: when the circumstances contradict themselves or are not known words.
        """
        given = who or Circumstances()
        if circumstances:
            given = circumstances_of(**circumstances)
        return may(
            self.release,
            action,
            given,
            knowledge=knowledge or default(),
            component=component,
            variant=variant,
        )

    def _repr_html_(self) -> str:
        """Render for a notebook."""
        from howopen.reports.html import notebook  # noqa: PLC0415 - only notebooks ask for it

        return notebook(self)


def inspect(  # noqa: PLR0913 - the question as people ask it
    ref: str | os.PathLike[str],
    *,
    offline: bool = False,
    knowledge: Knowledge | None = None,
    as_of: dt.date | None = None,
    parents: Sequence[str | os.PathLike[str]] = (),
    answers: Mapping[str, str] | None = None,
    distance: bool = False,
) -> Report:
    """Read a release and say everything howopen can say of it.

    Args:
        ref: any REF: a folder, a file, `pypi:name`, `hf:owner/name`, a manifest.
        offline: refuse every network call.
        knowledge: other knowledge than ours.
        as_of: the date the answers are for; today when left out.
        parents: REFs of releases it comes from, read for their own terms.
        answers: to questions of definitions that files cannot decide, by the question's id.
        distance: also find the smallest set of changes to the next level of each definition.

    Raises:
        RefError: when the REF names nothing.
        PlaceError: when nothing there can be read.
        UnknownTermError: for an answer to what no definition asks, with near questions.
        QuestionError: for an answer that is no word for one.
    """
    known = knowledge or default()
    read = released(ref, offline=offline, knowledge=known, parents=parents)
    rooms, release = read.rooms, read.release
    who = Circumstances(as_of=as_of or dt.date.today())
    replies_of(release, answers, known)
    rights = rooms.all("rights", lambda: rights_by_variant(release, who, known))
    rooms.findings += rooms.all("rights", lambda: find_rights(release, known))
    judged = rooms.run("openness", lambda: verdicts(release, known, answers=answers)) or {}
    if distance:
        far = partial(with_distances, judged, release, known, answers=answers)
        judged = rooms.run("openness", far) or judged
    rooms.findings += rooms.all("openness", lambda: find_openness(release, known))
    subject = Subject(release=release, verdicts=judged, findings=tuple(rooms.findings))
    claims = rooms.all("claims", lambda: claims_of(read.documents, subject, known))
    rooms.findings += rooms.all("claims", lambda: find_claims(claims))
    return Report(
        tool_version=__version__,
        knowledge_version=known.version,
        as_of=who.as_of or dt.date.today(),
        release=release,
        answers=rights,
        verdicts=judged,
        frame_table=rooms.run("openness", lambda: frames(release, known)),
        groups=rooms.all("openness", lambda: groups(release, known)),
        rebuilding=rooms.run(
            "openness", lambda: rebuilding(release, known, texts=texts_of(read.documents))
        ),
        survival=rooms.run("rights", lambda: survival(release, known)),
        claims=claims,
        kinships=read.kinships,
        findings=tuple(sorted(dict.fromkeys(rooms.findings), key=_order)),
        gaps=tuple(dict.fromkeys(rooms.gaps)),
        bytes_read=read.place.bytes_read,
        requests=read.place.requests,
    )


class Opened(Noun, frozen=True, kw_only=True):
    """How open a release is.

    Attributes:
        verdicts: by definition id, with the distance where that was asked for.
        frame_table: the Open Source Definition and the four freedoms in each frame.
        groups: the three groups access, risk analysis and replication.
        rebuilding: whether the public could build it again.
        comparison: why two definitions differ, where that was asked.
    """

    verdicts: dict[str, Verdict]
    frame_table: FrameTable | None = None
    groups: tuple[Group, ...] = ()
    rebuilding: Rebuilding | None = None
    comparison: Comparison | None = None


def opened(  # noqa: PLR0913 - the question as people ask it
    release: Release,
    knowledge: Knowledge,
    *,
    definitions: Sequence[str] = (),
    frame: str | None = None,
    variant: str | None = None,
    answers: Mapping[str, str] | None = None,
    distance: bool = False,
    to: str | None = None,
    comparing: tuple[str, str] | None = None,
    documents: Sequence[Document] = (),
) -> Opened:
    """Judge how open a release is, under all definitions and frames or the named ones.

    Args:
        release: with the terms on its parts, as `released` reads it.
        knowledge: definitions and frames.
        definitions: ids of definitions; all when left out.
        frame: id of one frame; all when left out.
        variant: judge only this model of several, and what all share.
        answers: to questions of definitions that files cannot decide, by the question's id.
        distance: also find the smallest set of changes to the next level of each definition.
        to: find it to this level instead, where a definition has one of that name.
        comparing: ids of two definitions; only say why they differ.
        documents: texts of the release, to read what training cost.

    Raises:
        UnknownTermError: for a definition, frame, variant, question or level nobody knows.
        QuestionError: for an answer that is no word for one.
    """
    model = variant_id(release, variant)
    if comparing is not None:
        found = compare(release, knowledge, *comparing, variant=model, answers=answers)
        return Opened(verdicts={}, comparison=found)
    only = definitions or None
    if frame and not definitions:
        return Opened(
            verdicts={}, frame_table=frames(release, knowledge, only=frame, variant=model)
        )
    judged = verdicts(release, knowledge, only=only, variant=model, answers=answers)
    if distance or to is not None:
        judged = with_distances(judged, release, knowledge, to=to, variant=model, answers=answers)
    if definitions and not frame:
        return Opened(verdicts=judged)
    table = frames(release, knowledge, only=frame, variant=model)
    return Opened(
        verdicts=judged,
        frame_table=table,
        groups=groups(release, knowledge),
        rebuilding=rebuilding(release, knowledge, texts=texts_of(documents), variant=model),
    )


def texts_of(documents: Sequence[Document]) -> dict[str, str]:
    """Return the texts of documents by path."""
    return {document.path: document.text for document in documents}


def read_claims(
    text: str | os.PathLike[str],
    *,
    about: Report | None = None,
    knowledge: Knowledge | None = None,
) -> tuple[Claim, ...]:
    """Find the claims in a text, and judge them against a report where one is given.

    Args:
        text: the text itself, or the path of a text file.
        about: the report of the release that the text speaks of.
        knowledge: other knowledge than ours.

    Raises:
        RefError: when a path cannot be read.
    """
    subject = None
    if about is not None:
        subject = Subject(release=about.release, verdicts=about.verdicts, findings=about.findings)
    words, path = _words(text)
    return find_in_text(words, about=subject, path=path, knowledge=knowledge or default())


def _words(text: str | os.PathLike[str]) -> tuple[str, str]:
    if isinstance(text, str):
        return text, ""
    place = open_place(text, offline=True)
    entry = place.entries()[0]
    return decode(place.read(entry.path)).text, entry.path


def _order(finding: Finding) -> tuple[int, str, str]:
    return (_GRAVITIES.index(finding.gravity), finding.code, finding.text)
