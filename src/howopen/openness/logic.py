"""The logic of four values: yes, no, unclear and n/a (Kleene's, where n/a takes no part).

>>> all_of([Truth.YES, Truth.NA, Truth.UNCLEAR])
<Truth.UNCLEAR: 'unclear'>
>>> any_of([Truth.NO, Truth.YES, Truth.UNCLEAR])
<Truth.YES: 'yes'>
"""

from __future__ import annotations

from collections.abc import Sequence

from howopen.answer import Truth


def all_of(truths: Sequence[Truth]) -> Truth:
    """No where one is no, else unclear where one is, else yes; n/a where all are."""
    return _combined(truths, Truth.NO, Truth.YES)


def any_of(truths: Sequence[Truth]) -> Truth:
    """Yes where one is yes, else unclear where one is, else no; n/a where all are."""
    return _combined(truths, Truth.YES, Truth.NO)


def negated(truth: Truth) -> Truth:
    """Swap yes and no."""
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(truth, truth)


def at_least(count: int, truths: Sequence[Truth]) -> Truth:
    """Yes where enough are yes, no where too few still can be."""
    sure = sum(truth is Truth.YES for truth in truths)
    possible = sure + sum(truth is Truth.UNCLEAR for truth in truths)
    if sure >= count:
        return Truth.YES
    return Truth.UNCLEAR if possible >= count else Truth.NO


def _combined(truths: Sequence[Truth], decisive: Truth, otherwise: Truth) -> Truth:
    counted = [truth for truth in truths if truth is not Truth.NA]
    if not counted:
        return Truth.NA
    if decisive in counted:
        return decisive
    return Truth.UNCLEAR if Truth.UNCLEAR in counted else otherwise
