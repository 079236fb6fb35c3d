"""On what terms can bind, by what they are on (`footing.toml`), typed."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Ground(Data, frozen=True, kw_only=True):
    """How firm a footing is for one sort of thing, and why."""

    settled: Literal["firm", "unsettled", "no"]
    says: str


class Footing(Data, frozen=True, kw_only=True):
    """One footing, for weights, code, data, documents, and outputs of a model."""

    title: str
    weights: Ground
    code: Ground
    data: Ground
    documents: Ground
    outputs: Ground


class _File(Data, frozen=True, kw_only=True, rename={"database_right": "database-right"}):
    source: str
    read: dt.date
    copyright: Footing
    contract: Footing
    patent: Footing
    database_right: Footing
    trademark: Footing
    acceptance: dict[str, str]


class Footings(Data, frozen=True, kw_only=True):
    """All footings by id, and what each way of acceptance means."""

    by_id: dict[str, Footing]
    acceptance: dict[str, str]
    source: str


def footings_of(knowledge: Knowledge) -> Footings:
    """Read on what terms can bind."""
    file = knowledge.table("footing.toml", _File)
    by_id = {
        "copyright": file.copyright,
        "contract": file.contract,
        "patent": file.patent,
        "database-right": file.database_right,
        "trademark": file.trademark,
    }
    return Footings(by_id=by_id, acceptance=file.acceptance, source=file.source)
