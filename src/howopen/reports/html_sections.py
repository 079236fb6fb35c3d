"""The sections of the HTML report, one function each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from howopen.answer import Claim, Finding, Gravity, Truth, Verdict
from howopen.release import Component, Gap
from howopen.reports.blocks import Span, node
from howopen.reports.clean import counted, line, shorten
from howopen.reports.labels import (
    GRAVITY_TONE,
    JUDGEMENT_TONE,
    TRUTH_TONE,
    component_title,
    places,
)
from howopen.reports.lineage import MOST, picture
from howopen.reports.markup import Html, chip, folded, join, table, tag, tree, unseen, words
from howopen.reports.proof import (
    claim_nodes,
    evidence_nodes,
    finding_nodes,
    gist_node,
    row_nodes,
    verdict_nodes,
)
from howopen.reports.rights import RightGroup, RightRow, untold
from howopen.reports.said import claim_place, claiming_twice, words_of
from howopen.reports.sections import missing
from howopen.reports.survival import survival_nodes
from howopen.reports.view import Claims, KinRow

if TYPE_CHECKING:
    from howopen.openness import FrameTable, Group, Rebuilding
    from howopen.rights import Survival


def section(ident: str, title: str, *inside: str, note: str = "") -> Html:
    """Build a titled section."""
    said = tag("span", note, class_="note") if note else ""
    head = tag("h2", title, " ", said) if said else tag("h2", title)
    return tag("section", head, *inside, id=ident)


def lineage(name: str, kin: Sequence[KinRow]) -> Html:
    """Draw the lineage, and say it in a table."""
    rows = [
        tag(
            "tr",
            tag("th", row.who, scope="row"),
            tag("td", row.how, " ", tag("b", row.whom)),
            tag("td", str(row.relation.standing)),
            tag("td", tree(evidence_nodes(row.relation.evidence))),
        )
        for row in kin
    ]
    words_ = table("Relations of this release", ("what", "is", "known", "where"), rows, "stack")
    few = len(kin) <= 3
    more = f"All {len(kin)} in words ({MOST} are drawn)" if len(kin) > MOST else "The same in words"
    details = tag("details", tag("summary", more), words_, open=few)
    return tag("div", picture(name, kin), details, class_="beside")


def rights(groups: Sequence[RightGroup]) -> Html:
    """Show the table of rights of each group of models, under a heading that names them."""
    return join(map(_rights, groups))


def _rights(group: RightGroup) -> Html:
    """Show one table of rights; each row opens its clauses and the quoted lines."""
    made = [
        tag(
            "tr",
            tag("td", chip(str(row.truth), TRUTH_TONE[row.truth])),
            tag("th", _actions(row), scope="row"),
            tag("td", _ground(row)),
        )
        for row in group.rows
    ]
    caption = f"What may be done with {group.title or 'it'}"
    terms = tag("span", group.terms, class_="note") if group.terms else ""
    head = tag("h3", group.title, " ", terms) if group.title else ""
    columns = ("answer", "may you", "on what ground")
    return join([head, table(caption, columns, made, "rights stack")])


def _actions(row: RightRow) -> Html:
    about = tag("span", f" {row.about}", class_="names") if row.about else ""
    if row.asked == ", ".join(row.actions):
        return join([row.asked, about])
    named = tag("span", ", ".join(row.actions), class_="names each")
    return join([row.asked, about, named])


def _ground(row: RightRow) -> Html:
    cited = join(join([" ", tag("code", clause)]) for clause in row.clauses)
    says = join([row.ground or "granted without conditions" * (row.truth is Truth.YES), cited])
    return folded(says, tree(row_nodes(row)))


def openness(verdicts: Iterable[Verdict]) -> Html:
    """Show the definitions, the level reached, and every criterion as a square."""
    rows = [
        tag(
            "tr",
            tag("th", line(verdict.title), scope="row"),
            tag("td", chip(line(verdict.level) or "none", TRUTH_TONE[verdict.truth])),
            tag("td", _criteria(verdict)),
            tag("td", _missing(verdict)),
        )
        for verdict in verdicts
    ]
    columns = ("definition", "verdict", "criteria", "what is missing")
    return table("Definitions of openness and the level reached", columns, rows, "open stack")


def _criteria(verdict: Verdict) -> Html:
    """Draw a square for each criterion; its words are in the details beside it."""
    truths = [each.truth for each in verdict.criteria]
    said = ", ".join(f"{truths.count(truth)} {truth}" for truth in Truth if truth in truths)
    squares = [
        tag("i", class_=f"sq {TRUTH_TONE[each.truth]}", title=f"{each.truth}: {line(each.title)}")
        for each in verdict.criteria
    ]
    return tag("span", tag("span", *squares, aria_hidden="true"), unseen(said), class_="squares")


def _missing(verdict: Verdict) -> Html:
    summary = words(missing(verdict)) or text_of(verdict)
    return folded(summary, tree(verdict_nodes(verdict)))


def text_of(verdict: Verdict) -> str:
    """Say how many criteria there are, where nothing is missing."""
    return counted(len(verdict.criteria), "criterion", "criteria")


def groups(found: Sequence[Group]) -> Html:
    """Show what is there for access, risk analysis and replication."""
    rows = [
        tag(
            "tr",
            tag("th", line(group.title), scope="row"),
            tag("td", _titles(group.there), data_label="there"),
            tag("td", _titles(group.withheld), data_label="kept back or absent"),
            tag("td", _titles(group.missing), data_label="not found"),
        )
        for group in found
    ]
    columns = ("what it takes", "there", "kept back or absent", "not found")
    return table("What three groups of people need", columns, rows, "stack")


def _titles(components: Iterable[Component]) -> str:
    return ", ".join(map(component_title, components))


def rebuilding(found: Rebuilding) -> Html:
    """Show whether the public could build it again, by what it takes, and what training cost."""
    rows = [
        tag(
            "tr",
            tag("th", component_title(item.component), scope="row"),
            tag("td", chip(str(item.truth), TRUTH_TONE[item.truth])),
            tag("td", line(item.state), data_label="as found"),
            tag("td", f"{item.purpose} ({item.need})", data_label="what for"),
        )
        for item in found.ingredients
    ]
    columns = ("it takes", "to be had", "as found", "what for")
    verdict = tag("p", chip(str(found.truth), TRUTH_TONE[found.truth]), " ", line(found.says))
    costs = tree(
        node(
            Span(f"{line(', '.join(each.what))}: ", "strong"),
            Span(f"“{shorten(each.quote, 240)}”", "quote"),
            Span(f"  {places((each.evidence,))}", "code"),
        )
        for each in found.costs
    )
    said = "What training cost, as stated" if found.costs else "What training cost is not stated."
    table_ = table("What building it again takes", columns, rows, "stack")
    return join([verdict, table_, tag("p", said), costs if found.costs else ""])


def survival(found: Survival) -> Html:
    """Show what is left of it without its publisher."""
    said = line(untold(found.headline, found.truth))
    verdict = tag("p", chip(str(found.truth), TRUTH_TONE[found.truth]), " ", said)
    return join([verdict, tree(survival_nodes(found))])


def frame_table(frames: FrameTable) -> Html:
    """Show every criterion under every reading of what source is."""
    rows = [
        tag(
            "tr",
            tag("th", line(row.title), scope="row"),
            *(
                tag(
                    "td",
                    folded(
                        chip(str(cell.truth), TRUTH_TONE[cell.truth]),
                        tag("p", f"{cell.applies}: {cell.why}"),
                        tree(map(gist_node, cell.reasons)),
                    ),
                )
                for cell in row.cells
            ),
        )
        for row in frames.rows
    ]
    columns = ("", *(frame.title for frame in frames.frames))
    return join([_readings(frames), table("Criteria by frame", columns, rows, "frames")])


def _readings(frames: FrameTable) -> Html:
    """Say what each frame takes each word for."""
    said = [
        join(
            [tag("dt", frame.title)]
            + [tag("dd", tag("b", f"{word}: "), meaning) for word, meaning in frame.says.items()]
        )
        for frame in frames.frames
    ]
    return folded("What each frame takes source, compiler and binary for", tag("dl", *said))


def claims(found: Iterable[Claims]) -> Html:
    """Show each claim with its words, and the words that speak against or for it."""
    alike = tuple(found)
    several = claiming_twice(alike)
    return join(_claim(each, read=words_of(each[0]) in several) for each in alike)


def _claim(alike: Claims, *, read: bool) -> Html:
    claim = alike[0]
    why = [
        folded(join([_reads(each) if read else "", text]), tree(claim_nodes(each)))
        for each in alike
        if (text := each.reasons[0].text if each.reasons else each.note) or each.evidence
    ]
    return tag(
        "article",
        tag(
            "p",
            chip(str(claim.judgement), JUDGEMENT_TONE[claim.judgement]),
            " ",
            tag("code", claim_place(claim)),
        ),
        tag("blockquote", shorten(claim.quote, 400)),
        *dict.fromkeys(why),
        class_="claim",
    )


def _reads(claim: Claim) -> Html:
    """Say what is claimed, where the same words claim several things."""
    return (
        join([tag("span", f"{line(claim.says).rstrip('.')}: ", class_="quiet")])
        if claim.says
        else Html("")
    )


def findings(found: Iterable[Finding]) -> Html:
    """Show what to act on, both sides quoted."""
    return join(map(_finding, found))


def _finding(finding: Finding) -> Html:
    head = [
        chip(str(finding.gravity), GRAVITY_TONE[finding.gravity]),
        " ",
        tag("code", finding.code),
    ]
    where = places(finding.sides)
    summary = join([*head, " ", line(finding.text), " ", tag("code", where) if where else ""])
    sides = tree(finding_nodes(finding))
    shown = finding.gravity is Gravity.ERROR
    return folded(summary, sides, class_="finding", shown=shown)


def gaps(found: Iterable[Gap]) -> Html:
    """Show what could not be read and what that weakens."""
    rows = [
        tag(
            "tr",
            tag("th", tag("code", shorten(gap.where, 120)), scope="row"),
            tag("td", line(gap.why)),
            tag("td", ", ".join(map(line, gap.weakens)), data_label="weakens"),
            tag("td", line(gap.hint), data_label="try"),
        )
        for gap in found
    ]
    return table("What could not be read", ("where", "why", "weakens", "try"), rows, "stack")
