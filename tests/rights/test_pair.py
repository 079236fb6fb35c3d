"""The pair every change must pass: what a card says never changes what a license text says.

Four folders: *honest* and *laundered* hold identical weights, configuration and license text and
differ in their cards; *tag only* has no license text; the *reverse lie* labels Apache-2.0 as a
community license.
"""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from howopen.answer import Answer, Circumstances, Finding, Truth
from howopen.errors import QuestionError
from howopen.inventory import take
from howopen.knowledge import Knowledge, default
from howopen.knowledge.actions import actions_of
from howopen.licenses import license_release
from howopen.places import open_place
from howopen.release import Release
from howopen.rights import find_rights, may
from tests.support import fixture_knowledge, fixture_text

YES, NO, UNCLEAR = Truth.YES, Truth.NO, Truth.UNCLEAR

HONEST = "---\nlicense: {tag}\nbase_model: {base}\n---\n# A chat model\n"
LAUNDERED = (
    "---\nlicense: apache-2.0\n---\n# A chat model\n\nThis model is fully open source and may be"
    " used for any commercial use. It was trained from scratch.\n"
)
TAG_ONLY = "---\nlicense: apache-2.0\nbase_model: {base}\n---\n# A chat model\n"
REVERSE = "---\nlicense: {tag}\n---\n# A chat model\n"

#: who asks, over which the pair must agree
GRID: dict[str, tuple[str | int | None, ...]] = {
    "purpose": (None, "commercial"),
    "org": (None, "company"),
    "role": (None, "end-user"),
    "based_in": (None, "DE"),
    "mau_at_release": (None, 1_000, 900_000_000),
    "target": (None, "other-llm", "own-derivative"),
}
MORE = (
    Circumstances(field="military"),
    Circumstances(purpose="research", org="academic", used_in="FR"),
    Circumstances(kind="adapter", modality="multimodal", mau=900_000_000, revenue=10),
)


class Pair(NamedTuple):
    """The license of a pair: its text, tag and base, and the knowledge that knows it."""

    knowledge: Knowledge
    text: str
    tag: str
    base: str
    ban: str


def weights() -> bytes:
    """Return a tiny safetensors file."""
    header = {"model.embed_tokens.weight": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + b"\0\0\0\0"


def folder(root: Path, card: str, license_text: str | None, base: str) -> Path:
    root.mkdir()
    (root / "README.md").write_text(card)
    (root / "model.safetensors").write_bytes(weights())
    config = {"model_type": "llama", "_name_or_path": base, "architectures": ["LlamaForCausalLM"]}
    (root / "config.json").write_text(json.dumps(config))
    if license_text is not None:
        (root / "LICENSE").write_text(license_text)
    return root


def read(path: Path, knowledge: Knowledge) -> tuple[Release, tuple[Finding, ...]]:
    place = open_place(str(path), offline=True)
    licensed = license_release(place, take(place, knowledge), knowledge)
    return licensed.release, (*licensed.findings, *find_rights(licensed.release, knowledge))


def told(release: Release, action: str, who: Circumstances, knowledge: Knowledge) -> str:
    """Return an answer as text, without the REF it was read from; or why it is refused."""
    try:
        answer = may(release, action, who, knowledge=knowledge)
    except QuestionError as error:
        return str(error)
    return msgspec.json.encode(answer).decode().replace(release.ref, "REF")


def grid() -> Iterator[Circumstances]:
    for values in itertools.product(*GRID.values()):
        yield Circumstances(**dict(zip(GRID, values, strict=True)))  # type: ignore[arg-type]  # keywords of the noun
    yield from MORE


@pytest.fixture
def made_up(tmp_path: Path) -> Pair:
    """The pair around a made-up license, with a made-up base model under it."""
    knowledge = fixture_knowledge(tmp_path)
    base = "fixture-works/fixture-7b"
    model = (
        'source = "tests"\nread = 2026-11-22\n[[model]]\nname = "Fixture"\npublisher = "Fixture'
        f' Works"\nlicense = "fixture-community"\npatterns = ["{base}"]\nsource = "tests"\n'
        "read = 2026-11-22\n"
    )
    (tmp_path / "knowledge" / "models.toml").write_text(model)
    ban = "fixture-community#1.b.v"
    return Pair(knowledge, fixture_text(), "fixture-community", base, ban)


@pytest.fixture
def real(shared_root: Path) -> Pair:
    """The pair around the real Llama 2 license."""
    text = (shared_root / "corpus/license-texts/llama2.LICENSE.txt").read_text(encoding="utf-8")
    return Pair(default(), text, "llama2", "meta-llama/Llama-2-7b-hf", "llama-2#1.b.v")


def agree(pair: Pair, tmp_path: Path) -> None:
    honest = folder(
        tmp_path / "honest",
        HONEST.format(tag=pair.tag, base=pair.base),
        pair.text,
        pair.base,
    )
    laundered = folder(tmp_path / "laundered", LAUNDERED, pair.text, pair.base)
    (one, calm), (two, loud) = (read(path, pair.knowledge) for path in (honest, laundered))
    for who in grid():
        for action in actions_of(pair.knowledge).actions:
            mine = told(one, action, who, pair.knowledge)
            assert mine == told(two, action, who, pair.knowledge), (action, who)
    new = [finding for finding in loud if finding.code not in {one.code for one in calm}]
    assert new, "the laundered card is contradicted by no finding"
    quotes = [side.quote for finding in new for side in finding.sides]
    assert any("apache-2.0" in quote.casefold() for quote in quotes)
    assert any(len(finding.sides) > 1 for finding in new)


def bans(pair: Pair, path: Path) -> tuple[Answer, tuple[Finding, ...]]:
    """Ask what the community license bans, of one folder."""
    release, findings = read(path, pair.knowledge)
    who = Circumstances(target="other-llm")
    return may(release, "train-on-outputs", who, knowledge=pair.knowledge), findings


def tag_alone(pair: Pair, tmp_path: Path) -> None:
    path = folder(tmp_path / "tag", TAG_ONLY.format(base=pair.base), None, pair.base)
    answer, findings = bans(pair, path)
    assert answer.truth is NO
    assert answer.reasons[0].citations[0].ref == pair.ban
    assert answer.reasons[0].citations[0].via
    assert "HO401" in {finding.code for finding in findings}


def reverse_lie(pair: Pair, tmp_path: Path) -> None:
    apache = (
        'Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file'
        " except in compliance with the License. You may obtain a copy of the License at\n\n"
        "    http://www.apache.org/licenses/LICENSE-2.0\n"
    )
    path = folder(tmp_path / "lie", REVERSE.format(tag=pair.tag), apache, "")
    answer, _ = bans(pair, path)
    assert answer.truth is YES
    assert not any(pair.tag in citation.license for r in answer.reasons for citation in r.citations)


CHECKS: tuple[Callable[[Pair, Path], None], ...] = (agree, tag_alone, reverse_lie)


def test_honest_and_laundered_give_the_same_rights_and_the_lie_is_found(
    made_up: Pair, tmp_path: Path
) -> None:
    agree(made_up, tmp_path)


def test_a_tag_alone_does_not_lift_the_terms_of_a_declared_base(
    made_up: Pair, tmp_path: Path
) -> None:
    tag_alone(made_up, tmp_path)


def test_a_tag_does_not_put_terms_on_a_release_whose_text_is_permissive(
    made_up: Pair, tmp_path: Path
) -> None:
    reverse_lie(made_up, tmp_path)


@pytest.mark.shared
@pytest.mark.parametrize("check", CHECKS)
def test_the_same_holds_around_the_real_llama_2_license(
    check: Callable[[Pair, Path], None], real: Pair, tmp_path: Path
) -> None:
    check(real, tmp_path)
