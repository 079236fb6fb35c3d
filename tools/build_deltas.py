"""Write `docs/deltas.md`: what becomes of derivatives under the licenses that models use most.

    python -m tools.build_deltas

The page is made from the clauses alone, by the code that answers `howopen rights --of-derivative`.
Which licenses: those of the 20 most frequent on models of a hub whose texts have been read clause
by clause; the counts are of `corpus/hub/models.jsonl` (16,849 models, 2026-08).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from howopen.answer import Duty, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.licenses import License
from howopen.knowledge.relations import relations_of
from howopen.rights import Publishing, publishing
from howopen.rights.duties import ONLY
from tools.under import release_under

TARGET = Path(__file__).resolve().parents[1] / "docs" / "deltas.md"

#: models of the hub under each license, most frequent first
COUNTS = {
    "Apache-2.0": 7157,
    "MIT": 1748,
    "CC-BY-NC-4.0": 1303,
    "gemma@2025-03-24": 373,
    "llama-3.1": 141,
    "OpenMDW-1.1": 129,
    "nvidia-open-model@2025-04-28": 121,
    "llama-3.2": 109,
    "llama-3": 106,
    "CC-BY-4.0": 91,
    "llama-2": 81,
    "deepseek@1.0": 57,
    "llama-3.3": 43,
    "CC-BY-NC-SA-4.0": 41,
    "qwen@2024-09-19": 40,
    "CC-BY-SA-4.0": 32,
    "tongyi-qianwen@2023-08-03": 28,
    "AGPL-3.0-only": 22,
    "exaone@1.1-nc": 19,
    "CC-BY-NC-ND-4.0": 17,
}

#: the kinds that the page speaks of, in its order
KINDS = (
    "copy", "cast", "quantised", "fine-tune", "adapter", "delta", "merge", "pruned", "distilled",
    "trained-on-outputs",
)  # fmt: skip

HEAD = """# What becomes of derivatives

<!-- made by tools/build_deltas.py from the clauses; edit those, not this page -->

May a fine-tune, an adapter or a quantisation carry another license than the model it is made
from? It depends on whether the parent's license *reaches* this kind of derivative, and on what it
asks of what it reaches. The tables below say it for the 20 licenses most used on models of a hub
whose texts have been read clause by clause ({models} of the models that name a license there).

`howopen rights REF --of-derivative KIND` says the same for a release at hand, with the words of
the clauses, the license files that are really there, and the terms of its parents.

- **published**: whether a derivative may be published, as far as the text goes when nothing is
  known of who publishes, for what and where; *if* stands for conditions, such as a purpose.
- **reached**: whether the license counts it as its own derivative.
- **must go with it**: what is owed on publishing, in the words of `howopen explain duties`; `?`
  marks what the text leaves open, *(if)* what is owed only in a case that the clause names.
- **may be licensed under**: what its publisher may choose; *any* where only notices go with it.
"""


def page(knowledge: Knowledge) -> str:
    """Write the whole page."""
    head = HEAD.format(models=f"{sum(COUNTS.values()):,}")
    return "\n".join((head, *(_license(name, knowledge) for name in COUNTS)))


def _license(name: str, knowledge: Knowledge) -> str:
    text = knowledge.entry("licenses", name, License)
    parent = release_under(name)
    found = [publishing(parent, knowledge, kind) for kind in KINDS]
    rows = "\n".join(_row(one, knowledge) for one in found)
    clauses = dict.fromkeys(c.clause for one in found for t in one.terms for c in t.citations)
    edition = f" ({text.edition})" if text.edition else ""
    return f"""## {text.name}{edition}

`{name}`, {COUNTS[name]:,} models. Read in clauses {", ".join(f"`{ref}`" for ref in clauses)} \
of [the text]({text.url or text.source}).

| kind | published | reached | must go with it | may be licensed under |
|---|---|---|---|---|
{rows}
"""


def _row(found: Publishing, knowledge: Knowledge) -> str:
    title = relations_of(knowledge).kinds[found.kind].title
    reached = ", ".join(dict.fromkeys(one.reached for one in found.terms))
    duties = ", ".join(_duties(found.duties)) or "nothing"
    owed = duties if found.truth is not Truth.NO else "-"
    choice = ", ".join(found.licenses) or "-"
    conditions = (
        " if" if any(one.startswith("you may publish it only") for one in found.notes) else ""
    )
    cells = (title, f"{found.truth}{conditions}", reached, owed, f"{choice}: {found.why}")
    return f"| {' | '.join(cells)} |"


def _duties(duties: tuple[Duty, ...]) -> Iterator[str]:
    """Yield each duty once, without a mark where one of its clauses makes it certain."""
    sure = {duty.id for duty in duties if duty.certain}
    flat = {duty.id for duty in duties if duty.certain and f": {ONLY}" not in duty.text}
    for ident in dict.fromkeys(duty.id for duty in duties):
        yield ident if ident in flat else f"{ident} (if)" if ident in sure else f"{ident}?"


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(default()), encoding="utf-8")
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
