"""Under which license a release may itself be published, given what it is made from."""

from __future__ import annotations

from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Truth
from howopen.knowledge import Knowledge
from howopen.release import Release
from howopen.rights.ask import clashing
from howopen.rights.asker import checked
from howopen.rights.binding import ANY, TermsOn, choice, terms_on
from howopen.rights.compile import Compiled
from howopen.rights.conflicts import conflict
from howopen.rights.decide import decide
from howopen.rights.explain import answer
from howopen.rights.lineage import ParentTerms, join, parents_of
from howopen.rights.publishing import Publishing, provisos
from howopen.rights.tree import Every, leaves
from howopen.rights.words import words_of

#: what publishing it is: passing on what was made from its parents
ACTION = "share"

_ALONE = "nothing that it is made from is named or found, so its license is its authors' choice"


def releasing(
    release: Release,
    knowledge: Knowledge,
    *,
    variant: str | None = None,
    who: Circumstances | None = None,
) -> Publishing:
    """Say what its publisher may and must do, from the terms of its parents; its own are set aside.

    Args:
        release: the release that is to be published, with its lineage.
        knowledge: licenses and vocabulary.
        variant: the variant meant.
        who: who publishes, for what, when; what is not given becomes a condition.
    """
    asker = checked(who or Circumstances(), ACTION, knowledge)
    component = words_of(knowledge).actions[ACTION].component
    parents = parents_of(release, knowledge, component, variant, asker.as_of)
    if not parents:
        note = f"for what is made from it, ask about {release.name} with --of-derivative KIND"
        return _free(_ALONE, notes=(note,))
    found = _of_parents(parents, asker, knowledge)
    terms = tuple(dict.fromkeys(one for parent in parents for one in _terms(parent, knowledge)))
    licenses, why = choice(terms, "")
    if found is None:
        return replace(_free(why), terms=terms, why=why)
    if found.truth is Truth.NO:
        licenses, why = (), "it may not be published"
    said = found.headline
    if found.truth is Truth.YES:
        said = f"{said.partition(': you may ')[0]}: you may publish it; {why}"
    return Publishing(
        kind="",
        truth=found.truth,
        headline=said,
        terms=terms,
        duties=found.duties,
        licenses=licenses,
        why=why,
        notes=provisos(found, terms),
        reasons=found.reasons,
    )


def _free(why: str, notes: tuple[str, ...] = ()) -> Publishing:
    """Say that nothing limits the choice of a license."""
    return Publishing(kind="", truth=Truth.YES, headline=f"Yes: {why}", licenses=ANY, notes=notes)


def _of_parents(
    parents: tuple[ParentTerms, ...], who: Circumstances, knowledge: Knowledge
) -> Answer | None:
    """Ask the terms of all parents together; None where none of them reaches it."""
    compiled = join(Compiled(node=Every(of=()), origins={}), parents)
    if not leaves(compiled.node):
        return None
    words = words_of(knowledge)
    found = answer(decide(compiled.node, ACTION, who, words), compiled, ACTION, who, words)
    clash = conflict(compiled, ACTION)
    return found if clash is None or found.truth is Truth.NO else clashing(found, *clash)


def _terms(parent: ParentTerms, knowledge: Knowledge) -> tuple[TermsOn, ...]:
    compiled = parent.compiled
    return tuple(
        terms_on(leaf, parent.relation, compiled.origins, knowledge)
        for leaf in leaves(compiled.node)
    )
