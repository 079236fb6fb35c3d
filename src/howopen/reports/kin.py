"""A comparison of weights as blocks: the verdict, why, what it cost, and tensor by tensor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from howopen.kinship.heat import heat
from howopen.kinship.lookup import Added, Nearest
from howopen.kinship.result import Kin, Kinship, Match, Statistic
from howopen.release import Direction, Gap
from howopen.reports.blocks import (
    Block,
    Line,
    Node,
    Row,
    Section,
    Span,
    Table,
    Tone,
    Tree,
    node,
    words,
)
from howopen.reports.clean import counted, line
from howopen.reports.heatmap import svg
from howopen.reports.markup import Html, tag, tree
from howopen.reports.sections import ADVICE
from howopen.reports.view import bytes_label

#: How each verdict is said of "a" and "b": where the direction is known, and where it is not.
SAYS: dict[Kin, tuple[str, str]] = {
    Kin.IDENTICAL: ("{child} is {parent}: the same weights", "{a} and {b} are the same weights"),
    Kin.RE_ENCODED: (
        "{child} is {parent} in another encoding",
        "{a} and {b} are the same weights in different encodings",
    ),
    Kin.QUANTISED: (
        "{child} is a lower-precision copy of {parent}",
        "{a} and {b} are the same weights at different precisions",
    ),
    Kin.DERIVED: (
        "{child} was trained further from {parent}",
        "one of {a} and {b} was trained further from the other, or both from one model",
    ),
    Kin.ADAPTER: (
        "{child} is an adapter of {parent}",
        "{a} and {b}: one is an adapter of the other",
    ),
    Kin.DELTA: ("{child} is a delta of {parent}", "{a} and {b}: one is a delta of the other"),
    Kin.MERGE: (
        "{child} is a merge that holds {parent}",
        "{a} and {b}: one is merged from the other",
    ),
    Kin.PRUNED: ("{child} is {parent}, pruned", "{a} and {b}: one is the other, pruned"),
    Kin.VOCABULARY_CHANGED: (
        "{child} is {parent} with another vocabulary",
        "{a} and {b} are one model with two vocabularies",
    ),
    Kin.LAYERS_REARRANGED: (
        "{child} is made of the layers of {parent}",
        "{a} and {b} are made of the same layers",
    ),
    Kin.DISGUISED: (
        "{child} is a disguised copy of {parent}",
        "{a} and {b} are one model, one of them permuted, rotated or rescaled",
    ),
    Kin.SHARED_ANCESTRY: (
        "{child} and {parent} share an initialisation or an ancestor",
        "{a} and {b} share an initialisation or an ancestor; weights cannot tell which",
    ),
    Kin.WEAK_TRACE: (
        "{child} and {parent} share a weak trace",
        "{a} and {b} share a weak trace, too little to name a relation",
    ),
    Kin.UNRELATED: (
        "no weight relation was found between {child} and {parent}",
        "no weight relation was found between {a} and {b}",
    ),
    Kin.INCOMPARABLE: ("{child} and {parent} cannot be compared", "{a} and {b} cannot be compared"),
}

_TONE: dict[Kin, Tone] = {Kin.UNRELATED: "quiet", Kin.INCOMPARABLE: "warn", Kin.WEAK_TRACE: "warn"}


def headline(found: Kinship) -> str:
    """Say the verdict in one sentence."""
    known, unknown = SAYS[found.verdict]
    names = {"a": line(found.a), "b": line(found.b)}
    if found.direction is Direction.UNDECIDED:
        return unknown.format(**names)
    from_b = found.direction is Direction.A_FROM_B
    child, parent = (names["a"], names["b"]) if from_b else (names["b"], names["a"])
    return known.format(child=child, parent=parent)


def price(found: Kinship) -> str:
    """Say what the answer cost: bytes of each model, requests, and where the ladder stopped."""
    a, b = (bytes_label(size) for size in found.bytes_read)
    headers = sum(found.header_bytes)
    told = f", {bytes_label(headers)} of it headers and vocabularies" if headers else ""
    asked = counted(found.requests, "read")
    return f"decided by {found.rung}; {a} of the first and {b} of the second in {asked}{told}"


def kin_blocks(found: Kinship, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay a comparison out."""
    verdict = Span(str(found.verdict), _TONE.get(found.verdict, "strong"))
    blocks: list[Block] = [
        Line(words=words(verdict, f" {headline(found)}"), lead=True),
        Line(words=words(Span(price(found), "quiet"))),
    ]
    sections = (
        ("Why", _tree(_why(found))),
        ("Ingredients", _ingredients(found)),
        ("What weights cannot tell here", _tree(node(line(each)) for each in found.caveats)),
        ("Numbers", _numbers(found.statistics)),
        ("Where they agree", _agreement(found.matches)),
        ("Steps", _steps(found)),
        ("Beside the weights", _tree(_beside(found))),
        ("Tensors", _tensors(found.matches) if verbose else ()),
    )
    blocks += [Section(title=title, blocks=held) for title, held in sections if held]
    blocks += _gaps(found.gaps)
    return (*blocks, Line(words=words(Span("\n" + ADVICE, "quiet"))))


def document(found: Kinship) -> str:
    """Render a comparison as a whole HTML document, with the heat map of its tensors."""
    from howopen.reports.paper import document as paper  # noqa: PLC0415 - only HTML needs it

    return paper(f"{found.a} and {found.b}", kin_blocks(found, verbose=True), map_of(found))


def map_of(found: Kinship) -> Html:
    """Draw where two models agree, by role and layer."""
    told = f"Agreement of {found.a} and {found.b} by role and layer"
    drawn = svg(heat(found.matches), told)
    if not drawn:
        return drawn
    caption = tag("figcaption", f"{told}: double-centred correlation of sampled rows")
    return tag("figure", caption, tag("div", drawn, class_="wide"))


def in_report(found: Kinship) -> Html:
    """Show a comparison within the report of a release: the verdict, why, and the heat map."""
    said = tag("b", str(found.verdict))
    told = tree((*_why(found), *(node(line(each)) for each in found.caveats)))
    price_ = tag("p", price(found), class_="quiet")
    return tag("div", tag("p", said, f": {headline(found)}"), price_, told, map_of(found))


def nearest_blocks(found: Nearest) -> tuple[Block, ...]:
    """Lay out the nearest models of a library."""
    best = found.candidates[0] if found.candidates else None
    alike = best is not None and best.chance < 1e-3
    lead = (
        f" nearest of {found.models:,} models: {line(best.ref)}" if best and alike
        else f" none of {found.models:,} models is nearer than chance brings strangers"
    )  # fmt: skip
    rows = tuple(
        Row(
            cells=(
                words(Span(line(each.ref), "code")),
                words(f"{each.agreement:.2%}"),
                words(f"{each.z:.1f}"),
                words(f"{each.bits:,}"),
                words("same bytes" if each.identical else f"{each.chance:.1g}"),
            )
        )
        for each in found.candidates
    )
    columns = ("model", "equal signs", "z", "signs", "strangers as near")
    blocks: list[Block] = [
        Line(words=words(Span(line(found.ref), "strong"), lead), lead=True),
        Line(words=words(Span(f"{bytes_label(found.bytes_read)} read for its sketch", "quiet"))),
        Table(columns=columns, rows=rows),
    ]
    if found.kinship is not None:
        inner = tuple(Line(words=one.words) if isinstance(one, Line) else one
                      for one in kin_blocks(found.kinship)[:-1])  # fmt: skip
        blocks.append(Section(title="Compared weight by weight", blocks=inner))
    return (*blocks, *_gaps(found.gaps))


def added_blocks(found: Added) -> tuple[Block, ...]:
    """Lay out what an addition to a library did."""
    lead = f"{counted(len(found.added), 'model')} added to {line(found.library)}"
    holds = f", which holds {found.models:,}; {bytes_label(found.bytes_read)} read"
    blocks: list[Block] = [Line(words=words(Span(lead, "strong"), holds), lead=True)]
    blocks += [Line(words=words(f"{line(ref)} was there already")) for ref in found.known]
    return (*blocks, *_gaps(found.gaps))


def _gaps(gaps: Iterable[Gap]) -> tuple[Block, ...]:
    held = _tree(
        node(Span(line(gap.where), "code"), f": {line(gap.why)}", Span(_hint(gap), "quiet"))
        for gap in gaps
    )
    return (Section(title="Not read", blocks=held),) if held else ()


def _hint(gap: Gap) -> str:
    return f" ({line(gap.hint)})" if gap.hint else ""


def _tree(nodes: Iterable[Node]) -> tuple[Block, ...]:
    held = tuple(nodes)
    return (Tree(nodes=held),) if held else ()


def _why(found: Kinship) -> Iterable[Node]:
    yield from (node(line(reason)) for reason in found.reasons)
    if len(found.chain) > 1:
        yield node("all that hold, the closest first: " + ", ".join(map(str, found.chain)))
    yield from (node(f"{line(key)}: {line(value)}") for key, value in found.details.items())
    if found.direction_why:
        yield node(f"direction {found.direction}: {line(found.direction_why)}")


def _beside(found: Kinship) -> Iterable[Node]:
    """Give what other evidence says; it never decides."""
    for name, said in (("architecture", found.architecture), ("vocabulary", found.tokenizer)):
        if said:
            yield node(f"{name}: {line(said)}")


def _ingredients(found: Kinship) -> tuple[Block, ...]:
    rows = tuple(
        Row(cells=(words(line(each.model)), words(f"{each.coefficient:.3f}")))
        for each in found.ingredients
    )
    return (Table(columns=("model", "coefficient"), rows=rows),) if rows else ()


def _numbers(statistics: Sequence[Statistic]) -> tuple[Block, ...]:
    rows = tuple(
        Row(
            cells=(
                words(line(each.name)),
                words(_number(each.value)),
                words("" if each.z is None else f"{each.z:.1f}"),
                words(f"{each.n:,}" if each.n else ""),
                words(Span(line(each.null), "quiet")),
            )
        )
        for each in statistics
    )
    return (Table(columns=("statistic", "value", "z", "n", "against"), rows=rows),) if rows else ()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 10 else f"{value:.4f}"


def _agreement(matches: Sequence[Match]) -> tuple[Block, ...]:
    """Show the heat map as words: a role a row, its median and its range over layers."""
    rows = tuple(
        Row(
            cells=(
                words(row.role),
                words(f"{row.median:.3f}"),
                words(f"{row.least:.3f} to {row.most:.3f}"),
                words(str(row.tensors)),
            )
        )
        for row in heat(matches).rows
    )
    return (Table(columns=("role", "median r", "range", "tensors"), rows=rows),) if rows else ()


def _steps(found: Kinship) -> tuple[Block, ...]:
    rows = tuple(
        Row(
            cells=(
                words(str(step.rung)),
                words(line(step.says)),
                words(bytes_label(step.bytes_read)),
                words(str(step.requests)),
            )
        )
        for step in found.steps
    )
    return (Table(columns=("rung", "found", "read", "reads"), rows=rows),) if rows else ()


def _tensors(matches: Sequence[Match]) -> tuple[Block, ...]:
    rows = tuple(
        Row(
            cells=(
                words(Span(line(each.a), "code")),
                words(Span("same name" if each.a == each.b else line(each.b), "code")),
                words(each.role),
                words("" if each.r is None else f"{each.r:.4f}"),
                words("" if each.z is None else f"{each.z:.1f}"),
                words("" if each.exact is None else f"{each.exact:.0%}"),
                words(each.layout),
            )
        )
        for each in matches
    )
    columns = ("first", "second", "role", "r", "z", "equal", "layout")
    return (Table(columns=columns, rows=rows),) if rows else ()
