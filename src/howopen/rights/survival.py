"""What is left when the publisher is gone, or thinks better of it (row M13).

Five things decide it: whether a copy can be had and kept, whether the permission can be taken back,
whether the terms can be changed under those who accepted them, and whether it may be passed on and
built upon without asking. What others hold, above all the owner of a parent, is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from howopen.answer import Answer, Circumstances, Citation, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.licenses import Clause, Ends, Grants, Limits, Requires
from howopen.release import Access, Component, Evidence, Noun, Part, Presence, Release
from howopen.rights.ask import compiled_terms, may
from howopen.rights.cite import cite
from howopen.rights.compile import Compiled, Origin, Text
from howopen.rights.pick import pick
from howopen.rights.tree import Choice, Leaf, Node, OneOf, Parent

#: what a permission must cover to matter here
_KEPT = frozenset(("run", "share"))

_SEVERAL = {
    "breach": "a breach of its terms",
    "suit": "a suit",
    "patent-suit": "a patent suit",
    "copyright-suit": "a copyright suit",
    "ip-suit": "a suit over intellectual property",
}


class Stay(Noun, frozen=True, kw_only=True):
    """One thing that decides whether a release outlives its publisher.

    Attributes:
        id: copies, permission, terms, passing-on or building-on.
        asks: the question.
        truth: yes where it holds without the publisher.
        text: what makes that so.
        citations: the clauses.
        evidence: where else it was seen.
    """

    id: str
    asks: str
    truth: Truth
    text: str
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Survival(Noun, frozen=True, kw_only=True):
    """What is left of a release without its publisher.

    Attributes:
        truth: whether who has it can go on using, sharing and developing it.
        headline: in one line.
        variant: the model it is about, where there are several.
        stays: what decides it.
        depends_on: whose word it depends on besides the publisher's: licensors of parents.
        ends: how the permission can end, and what is then owed, in a reader's words.
    """

    truth: Truth
    headline: str
    variant: str | None = None
    stays: tuple[Stay, ...] = ()
    depends_on: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def survival(
    release: Release, knowledge: Knowledge | None = None, *, variant: str | None = None
) -> Survival:
    """Say what is left of a release when its publisher is gone.

    Args:
        release: the release.
        knowledge: licenses and vocabulary; ours when not given.
        variant: one of several models; the first that is there when left out.

    Raises:
        UnknownTermError: for a variant that is none.
    """
    known = knowledge or default()
    parts = pick(release, Component.WEIGHTS, None, variant)
    if not parts:
        return Survival(
            truth=Truth.NA, headline="Does not apply: no weights found", variant=variant
        )
    part = parts[0]
    compiled, parents = compiled_terms(release, part, known)
    share, build = (
        may(release, action, Circumstances(), knowledge=known, variant=variant or part.variant)
        for action in ("share", "share-derivative")
    )
    stays = (
        _copies(part),
        _permission(compiled),
        _terms(compiled),
        _allowed("passing-on", "may it be passed on without asking", share),
        _allowed("building-on", "may it be built upon and that be passed on", build),
    )
    owners = dict.fromkeys(
        f"{one.model.publisher if one.model else 'whoever licenses'} {one.ref}"
        for one in parents
        if one.reached != "no" and not one.hearsay
    )
    truth = _worst(one.truth for one in stays)
    return Survival(
        truth=truth,
        headline=_headline(truth, stays),
        variant=part.variant,
        stays=stays,
        depends_on=tuple(owners),
        ends=tuple(dict.fromkeys(_endings(compiled))),
    )


def _headline(truth: Truth, stays: tuple[Stay, ...]) -> str:
    if truth is Truth.YES:
        return "Yes: who has it can go on using, sharing and developing it without its publisher"
    weak = [one for one in stays if one.truth is truth]
    said = "; ".join(f"{one.asks}: {one.text}" for one in weak[:1])
    more = f" (and {len(weak) - 1} more)" if len(weak) > 1 else ""
    return f"{truth.capitalize()}: {said}{more}"


def _worst(truths: Iterable[Truth]) -> Truth:
    order = (Truth.NO, Truth.UNCLEAR, Truth.YES)
    return min(truths, key=order.index)


def _copies(part: Part) -> Stay:
    """Tell whether anyone can keep a copy of the weights."""
    truth, text = Truth.UNCLEAR, "where it can be had was not found"
    if part.access in (Access.API, Access.HOSTED, Access.WITHHELD):
        truth, text = Truth.NO, f"it is {part.access} only, so it goes with its publisher"
    elif part.presence is Presence.HERE:
        truth, text = Truth.YES, "the files are here; a copy stays a copy"
    elif part.access is Access.DOWNLOAD:
        truth, text = Truth.YES, "anyone can download it, for as long as it is there"
    elif part.access in (Access.GATED_DOWNLOAD, Access.STAGED):
        text = "the publisher decides who gets a copy; who has one keeps it"
    if part.access is Access.GATED_DOWNLOAD and truth is Truth.YES:
        text += "; others must ask the publisher first"
    return Stay(
        id="copies",
        asks="can a copy be kept",
        truth=truth,
        text=text,
        evidence=part.evidence[:2],
    )


def _permission(compiled: Compiled) -> Stay:
    """Tell whether the permission can be taken back by its licensor alone."""
    truth, text, cited = _over(compiled.node, compiled.origins, _revocable)
    return Stay(
        id="permission", asks="does the permission stay", truth=truth, text=text, citations=cited
    )


def _terms(compiled: Compiled) -> Stay:
    """Tell whether the terms can change under those who accepted them."""
    truth, text, cited = _over(compiled.node, compiled.origins, _changeable)
    return Stay(id="terms", asks="do the terms stay", truth=truth, text=text, citations=cited)


Told = tuple[Truth, str, tuple[Citation, ...]]
Judge = Callable[[Text, Origin], Told]


def _over(node: Node, origins: dict[str, Origin], judge: Judge) -> Told:
    """Judge a tree of terms: the worst of what binds together, the best of what can be chosen."""
    order = (Truth.NO, Truth.UNCLEAR, Truth.YES)
    if isinstance(node, Leaf):
        return _of_leaf(origins[node.label], judge)
    if isinstance(node, Parent):
        truth, text, cited = _over(node.of, origins, judge)
        if node.sure or truth is Truth.YES:
            return truth, text, cited
        return Truth.UNCLEAR, f"{text}, if those terms reach it", cited
    found = [_over(one, origins, judge) for one in node.of]
    if isinstance(node, Choice):
        return max(found, key=lambda one: order.index(one[0]))
    worst = min(found, key=lambda one: order.index(one[0]))
    if isinstance(node, OneOf) and len({one[0] for one in found}) > 1:
        return Truth.UNCLEAR, f"which of several texts binds is not known; {worst[1]}", worst[2]
    return worst


def _of_leaf(origin: Origin, judge: Judge) -> Told:
    if origin.reading is None:
        return Truth.NO, "nothing states terms, so there is no permission to last", ()
    text = next(iter(origin.texts.values()), None)
    if text is None or text.license.depth == "coarse":
        name = origin.reading.name or origin.reading.license or "its terms"
        return Truth.UNCLEAR, f"nobody has read {name} clause by clause", ()
    told = judge(text, origin)
    if origin.reading.modified and told[0] is Truth.YES:
        return Truth.UNCLEAR, f"{told[1]}, but the text here is a modified one", told[2]
    return told


def _revocable(text: Text, origin: Origin) -> Told:
    license_ = text.license
    ends = [one for one in _ends(origin) if one[1].what == "all"]
    at_will = [(of, one) for of, one in ends if "at-will" in one.on]
    if at_will:
        said = "the licensor may end it at any time"
        return Truth.NO, f"{license_.name}: {said}", _cited(at_will, origin)
    grants = _kept(text)
    told = {how for _, one in grants for how in one.revocable}
    if "at-will" in told:
        said = "it is revocable"
        return Truth.NO, f"{license_.name}: {said}", _cited(_said(grants, "at-will"), origin)
    if "never" in told:
        said = "irrevocable by its own words"
        return Truth.YES, f"{license_.name}: {said}", _cited(_said(grants, "never"), origin)
    if told - {"unstated"}:
        how = " or ".join(_SEVERAL.get(one, one) for one in sorted(told - {"unstated"}))
        said = f"it ends by {how}, and not at the licensor's will"
        return Truth.YES, f"{license_.name}: {said}", _cited([*grants[:1], *ends[:2]], origin)
    said = "the text does not say whether it can be taken back"
    return Truth.UNCLEAR, f"{license_.name}: {said}", _cited(grants[:1], origin)


def _kept(text: Text) -> list[tuple[Text, Grants]]:
    """List the grants that let one run or share; a license of patents alone does not."""
    return [
        (text, one)
        for one in text.license.clause
        if isinstance(one, Grants) and one.patent != "alone" and _KEPT & set(one.actions)
    ]


def _said(grants: list[tuple[Text, Grants]], how: str) -> list[tuple[Text, Grants]]:
    """Find the first grant that says how it may be taken back."""
    return [pair for pair in grants if how in pair[1].revocable][:1]


def _changeable(text: Text, origin: Origin) -> Told:
    license_ = text.license
    changed = [(of, one) for of, one in _ends(origin) if "unilateral-update" in one.on]
    if changed:
        said = "the licensor may change the terms alone"
        return Truth.NO, f"{changed[0][0].license.name}: {said}", _cited(changed, origin)
    taken = [one for one in license_.incorporates if one.url]
    if taken:
        names = " and ".join(one.license for one in taken)
        said = f"{names} is taken in from a web page, whose words may change"
        refs = {one.clause for one in taken}
        by = [(text, one) for one in license_.clause if one.ref in refs][:1]
        return Truth.UNCLEAR, f"{license_.name}: {said}", _cited(by, origin)
    updates = [
        (text, one) for one in license_.clause if isinstance(one, Requires) and one.duty == "update"
    ]
    if updates:
        said = "one is to keep to the newest version of the model"
        return Truth.UNCLEAR, f"{license_.name}: {said}", _cited(updates[:1], origin)
    running = [
        (text, one)
        for one in license_.clause
        if isinstance(one, Limits) and one.tested == "running"
    ]
    said = "nothing lets the licensor change them"
    said += ", and they test a number that runs on" if running else ""
    return Truth.YES, f"{license_.name}: {said}", _cited(running[:1], origin)


def _ends(origin: Origin) -> Iterator[tuple[Text, Ends]]:
    """Yield what ends rights in a license and in the policies it takes in."""
    for text in origin.texts.values():
        for one in text.license.clause:
            if isinstance(one, Ends) and one.what != "none":
                yield text, one


def _endings(compiled: Compiled) -> Iterator[str]:
    """Say how permissions end and what is owed then, clause by clause."""
    for origin in compiled.origins.values():
        via = f" (via {origin.via})" if origin.via else ""
        for text in origin.texts.values():
            for one in text.license.clause:
                if isinstance(one, Ends) or getattr(one, "duty", "") == "delete-on-end":
                    yield f"{text.license.name} {one.ref}{via}: {one.says}"


def _cited(found: Iterable[tuple[Text, Clause]], origin: Origin) -> tuple[Citation, ...]:
    told = [cite(text, clause, origin.via) for text, clause in found]
    return tuple(dict.fromkeys(told))


def _allowed(ident: str, asks: str, answer: Answer) -> Stay:
    """Take what `may` answers to somebody of whom nothing is known."""
    cited = [each for reason in answer.reasons for each in reason.citations]
    truth = answer.truth if answer.truth is not Truth.NA else Truth.UNCLEAR
    text = answer.headline.partition(": ")[2] or answer.headline
    if answer.truth is Truth.YES and answer.conditions:
        text = f"{text} ({answer.conditions[0].text})"
    return Stay(id=ident, asks=asks, truth=truth, text=text, citations=tuple(dict.fromkeys(cited)))
