"""The rights table as a policy of ODRL 2.2 says what the answers say, and no more."""

from __future__ import annotations

import functools
import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Truth
from howopen.cli.main import cli
from howopen.errors import QuestionError
from howopen.knowledge import default
from howopen.knowledge.actions import actions_of
from howopen.knowledge.licenses import license_ids
from howopen.reading import released
from howopen.release import Release
from howopen.reports import render
from howopen.reports.odrl import policy
from howopen.rights import may, rights_by_variant, rights_table
from howopen.rights.words import words_of
from tests.conftest import REPOSITORY
from tests.reports.odrl_check import ODRL, PROFILE, TERMS, compact, faults, includes
from tests.rights.build import model, tag

KNOWN = default()
WORDS = words_of(KNOWN)
FACETS = {one.term.removeprefix("odrl:"): name for name, one in ODRL.operands.items()}
ACTIONS = {one.term.removeprefix("odrl:"): name for name, one in ODRL.actions.items()}
ANYONE = Circumstances()

Node = dict[str, Any]


def weights_under(name: str) -> Release:
    ident, _, edition = name.partition("@")
    return model(tag(ident, edition or None))


@functools.cache
def table(name: str) -> tuple[Answer, ...]:
    return rights_table(weights_under(name), knowledge=KNOWN)


@functools.cache
def read(name: str) -> Node:
    """The policy of a model under one license, made once."""
    return exported(weights_under(name))


def exported(found: Release, who: Circumstances = ANYONE) -> Node:
    document = policy(found, rights_by_variant(found, who, KNOWN), who, KNOWN)
    again: Node = json.loads(render(document, "odrl"))
    assert again == document
    return again


def rule_of(document: Node, action: str) -> Node:
    rules = [*document.get("permission", ()), *document.get("prohibition", ())]
    return next(one for one in rules if ACTIONS[one["action"]] == action)


def test_every_action_and_duty_of_ours_has_a_term() -> None:
    vocabulary = actions_of(KNOWN)
    assert set(ODRL.actions) == set(vocabulary.actions)
    assert set(ODRL.duties) == set(vocabulary.duties)
    mapped = [one.term for one in (*ODRL.actions.values(), *ODRL.duties.values())]
    assert len(mapped) == len(set(mapped))


def test_every_term_is_in_the_vocabulary_or_included_in_one_that_is() -> None:
    for one in (*ODRL.actions.values(), *ODRL.duties.values()):
        assert (one.term in TERMS["actions"]) != bool(one.included_in), one.term
        assert includes(one.term)[-1] in ("odrl:use", "odrl:transfer")
    for operand in ODRL.operands.values():
        prefix, _, name = operand.term.partition(":")
        assert prefix == "howopen" or name in TERMS["left_operands"]


def test_no_permission_of_one_action_brings_another_with_it() -> None:
    terms = [one.term for one in ODRL.actions.values()]
    for one, other in itertools.permutations(terms, 2):
        assert other not in includes(one), f"permitting {other} would permit {one}"


def test_the_checker_finds_what_is_wrong() -> None:
    sound = exported(weights_under("flux-1-dev@1.1.1"))
    assert faults(sound) == []
    rule = sound["permission"][0]
    wrong: list[Node] = [
        sound | {"uid": ""},
        sound | {"profile": ""},
        sound | {"licence": "MIT"},
        sound | {"permission": [], "prohibition": [], "obligation": []},
        sound | {"permission": [rule | {"action": "commercialize"}]},
        sound | {"permission": [rule | {"action": "howopen:dance"}]},
        sound | {"permission": [rule | {"target": "urn:other"}]},
        sound | {"prohibition": [rule]},
        sound | {"permission": [rule | {"constraint": [{"operator": "eq", "rightOperand": "x"}]}]},
    ]
    limit = rule["constraint"][0]
    for change in ({"leftOperand": "industry"}, {"operator": "neq"}, {"rightOperand": "x"}):
        wrong.append(sound | {"permission": [rule | {"constraint": [limit | change]}]})
    assert [at for at, one in enumerate(wrong) if not faults(one)] == []


@pytest.mark.parametrize("name", license_ids(KNOWN))
def test_the_policy_of_every_license_we_have_read_is_sound(name: str) -> None:
    assert faults(read(name)) == []
    assert_says(read(name), table(name))


def assert_says(document: Node, answers: tuple[Answer, ...]) -> None:
    """Each answer stands where its truth belongs, with all it says; each once."""
    lists = {Truth.YES: "permission", Truth.NO: "prohibition"}
    for truth, name in lists.items():
        said = [ACTIONS[one["action"]] for one in document.get(name, ())]
        assert said == [one.action for one in answers if one.truth is truth]
    doubted = [one["howopen:question"]["@id"] for one in document.get("howopen:unclear", ())]
    unclear = [one for one in answers if one.truth is Truth.UNCLEAR]
    assert doubted == [ODRL.actions[one.action].term for one in unclear]
    left = {one["rdfs:comment"] for one in document.get("obligation", ()) if "rdfs:comment" in one}
    rules = document.get("permission", ())
    for one, rule in zip((each for each in answers if each.truth is Truth.YES), rules, strict=True):
        assert rule.get("howopen:condition", []) == [each.text for each in one.conditions]
        owed = {each["rdfs:comment"] for each in rule.get("duty", ())}
        assert owed <= {each.text for each in one.duties} <= owed | left


def holds(limit: Node, who: Circumstances, granted: set[str]) -> bool:
    """Evaluate a constraint for circumstances that are told; words hold where granted."""
    if "or" in limit:
        return any(holds(each, who, granted) for each in limit["or"]["@list"])
    facet, right = FACETS[limit["leftOperand"]], limit["rightOperand"]
    if facet == "circumstance":
        return right in granted
    value = getattr(who, facet)
    if limit["operator"] == "lteq":
        return bool(value <= int(right["@value"]))
    among = f"howopen:{ODRL.operands[facet].values}{value}" in {e["@id"] for e in right["@list"]}
    return among is (limit["operator"] == "isAnyOf")


def someone(chance: random.Random, limits: list[int]) -> Circumstances:
    pick, domains = chance.choice, WORDS.domains
    around = [number + more for number in limits or [1_000] for more in (0, 1)]
    return Circumstances(
        purpose=pick(domains["purpose"]), org=pick(domains["org"]), target=pick(domains["target"]),
        kind=pick(WORDS.derivatives), field=pick(list(WORDS.fields)),
        used_in=pick(["DE", "US", "KR", "GB"]), based_in=pick(["DE", "US", "CH"]),
        modality=pick(["text", "image", "multimodal"]),
        mau=pick(around), mau_at_release=pick(around), revenue=pick(around),
    )  # fmt: skip


def test_whoever_meets_all_constraints_gets_a_yes_from_the_engine() -> None:
    chance, met, unmet = random.Random(2), 0, 0  # noqa: S311 - a sample, the same each time
    for name in license_ids(KNOWN):
        found = weights_under(name)
        answers = {one.action: one for one in table(name)}
        for rule in exported(found).get("permission", ()):
            answer, limits = answers[ACTIONS[rule["action"]]], rule.get("constraint", [])
            asked = {c.text.removeprefix("if ") for c in answer.conditions if "asks" in c.id}
            numbers = [int(each) for each in re.findall(r'"@value": "(\d+)"', json.dumps(limits))]
            who = someone(chance, numbers)
            try:
                truth = may(found, answer.action, who, knowledge=KNOWN).truth
            except QuestionError:
                continue
            allowed = all(holds(each, who, asked) for each in limits)
            met, unmet = met + allowed, unmet + (not allowed)
            assert truth is Truth.YES or not allowed, (name, answer.action, who)
    assert met > 200
    assert unmet > 200


def test_a_threshold_is_a_number_and_a_pair_of_circumstances_an_alternative() -> None:
    llama = rule_of(exported(weights_under("llama-2")), "run")["constraint"]
    numbers = [one["rightOperand"]["@value"] for one in llama if one.get("operator") == "lteq"]
    assert numbers == ["700000000"]
    nc = rule_of(exported(weights_under("CC-BY-NC-4.0")), "run")["constraint"]
    named = [one["@id"] for one in nc[0]["rightOperand"]["@list"]]
    assert (nc[0]["leftOperand"], nc[0]["operator"]) == ("purpose", "isAnyOf")
    assert named == ["howopen:purpose-research", "howopen:purpose-personal"]
    sides = {one["leftOperand"] for one in nc[1]["or"]["@list"]}
    assert sides == {"howopen:organization", "purpose"}


def test_of_several_limits_on_one_number_the_lowest_is_written() -> None:
    rule = rule_of(exported(weights_under("PolyForm-Small-Business-1.0.0")), "run")
    limits = [one for one in rule["constraint"] if "revenue" in one["leftOperand"]]
    assert [one["rightOperand"]["@value"] for one in limits] == ["999999"]
    assert limits[0]["unit"] == {"@id": "howopen:unit-USD"}


def test_an_exclusion_by_place_and_modality_is_an_alternative_of_both() -> None:
    rule = rule_of(exported(weights_under("llama-3.2")), "run")
    sides = [one["or"]["@list"] for one in rule["constraint"] if "or" in one]
    based, modality = next(
        both for both in sides if {"howopen:based-in"} < {one["leftOperand"] for one in both}
    )[:2]
    assert "howopen:place-FR" in {one["@id"] for one in based["rightOperand"]["@list"]}
    kinds = {one["@id"] for one in modality["rightOperand"]["@list"]}
    assert "howopen:modality-multimodal" in kinds
    assert "howopen:modality-text" not in kinds


def test_half_a_surrogate_pair_in_a_name_becomes_a_question_mark() -> None:
    found = replace(weights_under("MIT"), name="a\ud800b")
    text = render(policy(found, rights_table(found, knowledge=KNOWN), ANYONE, KNOWN), "odrl")
    assert json.loads(text)["dct:title"].endswith("a?b")


def test_an_area_is_named_with_all_its_countries() -> None:
    rule = rule_of(exported(weights_under("hunyuan-video@2024-12-03")), "run")
    place = next(one for one in rule["constraint"] if one.get("leftOperand") == "spatial")
    named = {one["@id"] for one in place["rightOperand"]["@list"]}
    assert place["operator"] == "isNoneOf"
    assert {"howopen:place-EU", "howopen:place-DE", "howopen:place-MT"} <= named
    assert "howopen:place-US" not in named


def test_circumstances_that_were_said_constrain_every_rule() -> None:
    who = Circumstances(purpose="commercial", used_in="DE", mau=5)
    document = exported(weights_under("CC-BY-NC-4.0"), who)
    assert "run" in [ACTIONS[one["action"]] for one in document["prohibition"]]
    for rule in (*document["prohibition"], *document.get("permission", ())):
        said = {one.get("leftOperand"): one["rightOperand"] for one in rule["constraint"][:3]}
        assert said["purpose"] == {"@id": "howopen:purpose-commercial"}
        assert said["spatial"] == {"@id": "howopen:place-DE"}
        assert said["howopen:monthly-users"]["@value"] == "5"
    assert faults(document) == []


def test_where_nothing_is_yes_or_no_the_policy_asks_for_a_review() -> None:
    found = weights_under("nobody-knows-this-license")
    answers = rights_table(found, knowledge=KNOWN)
    doubted = tuple(one for one in answers if one.truth in (Truth.UNCLEAR, Truth.NA))
    document = policy(found, doubted, ANYONE, KNOWN)
    assert [one["action"] for one in document["obligation"]] == ["reviewPolicy"]
    assert len(document["howopen:unclear"]) == sum(a.truth is Truth.UNCLEAR for a in doubted) > 0
    assert faults(document) == []


def test_a_yes_on_a_coarse_reading_is_no_plain_permission() -> None:
    unread = {"NASA-1.3", "CPAL-1.0", "QPL-1.0", "Vim", "Sleepycat"} - set(license_ids(KNOWN))
    document = exported(weights_under(min(unread)))
    assert document["permission"]
    for rule in document["permission"]:
        assert rule["howopen:reading"] == "coarse"
        assert any("clause by clause" in str(one["rightOperand"]) for one in rule["constraint"])


def test_a_policy_that_nobody_has_read_is_a_condition_in_words() -> None:
    found = weights_under("falcon-2-11b@1.0")
    answer = may(found, "run", knowledge=KNOWN)
    unread = [one for one in answer.risks if one.id == "unread-policy"]
    limits = rule_of(exported(found), "run")["constraint"]
    assert any("was not read" in str(one.get("rightOperand")) for one in limits) is bool(unread)


def test_the_same_answers_give_the_same_policy_and_others_another() -> None:
    one, two = (exported(weights_under("llama-2")) for _ in range(2))
    assert one == two
    assert one["uid"] != exported(weights_under("llama-3"))["uid"]


def test_the_command_writes_a_policy_and_refuses_other_pages(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n# A model\n", encoding="utf-8")
    (tmp_path / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    run = CliRunner().invoke(cli, ["rights", str(tmp_path), "--format", "odrl"])
    assert faults(json.loads(run.stdout)) == []
    refused = CliRunner().invoke(cli, ["rights", str(tmp_path), "--format", "odrl", "--survival"])
    assert refused.exit_code == 2


def test_the_document_lists_every_term_as_the_data_has_it() -> None:
    text = (REPOSITORY / "docs" / "odrl.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \|", text, flags=re.M))
    for name, one in (*ODRL.actions.items(), *ODRL.duties.items()):
        inside = f" in `{one.included_in}`" if one.included_in else ""
        assert rows[name] == f"`{one.term}`{inside}", name
    for name, each in ODRL.operands.items():
        assert rows[name.replace("_", "-")] == f"`{each.term}`"
    assert ODRL.profile in text
    assert compact("industry") != "odrl:industry"  # why no term of the context is used for fields
    assert len(PROFILE) > 20


@pytest.mark.shared
def test_the_policy_of_every_real_release_is_sound(shared_root: Path) -> None:
    folders = sorted((shared_root / "corpus" / "releases").iterdir())
    rules = 0
    for folder in (each for each in folders if each.is_dir()):
        found = released(str(folder), offline=True, knowledge=KNOWN).release
        document = exported(found)
        assert faults(document) == [], folder.name
        rules += sum(len(document.get(name, ())) for name in ("permission", "prohibition"))
    assert rules > 300
