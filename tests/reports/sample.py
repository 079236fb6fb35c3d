"""A rich report built by hand: a Llama-2-like release with a laundered card and hostile strings."""

from __future__ import annotations

import datetime as dt

from howopen.answer import (
    Answer,
    By,
    Change,
    Citation,
    Claim,
    Condition,
    Criterion,
    Distance,
    Duty,
    Finding,
    Gravity,
    Judgement,
    Reason,
    Risk,
    Truth,
    Verdict,
)
from howopen.openness import FrameTable, Group
from howopen.openness.frames import FrameCell, FrameColumn, FrameRow
from howopen.release import (
    Access,
    AllOf,
    AnyOf,
    ClauseSpan,
    Component,
    Departure,
    Direction,
    Evidence,
    Fact,
    File,
    FileRole,
    Gap,
    Grant,
    How,
    LicenseReading,
    Part,
    Presence,
    Relation,
    Release,
    ReleaseKind,
    Scope,
    Single,
    Standing,
    Statement,
    Variant,
)
from howopen.report import Report

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\x1b[31mred\x1b]0;title\x07",
    "abc\u202egnp.exe",
    "a" * 300,
    "| pipe `tick` *star* [link](javascript:alert(1)) @everyone",
    "name\nwith\rbreaks\u2028and\x00nul",
    "名前のとても長いモデル",
    "lone\udc80surrogate",
    "&amp; \"quotes\" 'single'",
)


def seen(path: str, first: int, last: int, quote: str, how: How = How.LICENSE_TEXT) -> Evidence:
    return Evidence(
        how=how, source="./llama-2", path=path, lines=(first, last), quote=quote, sha256="ab" * 32
    )


CARD = seen("README.md", 2, 2, "license: apache-2.0", How.CARD_METADATA)
TEXT = seen("LICENSE", 1, 126, "LICENSE AND USE TERMS of the sample")
TWO = seen("LICENSE", 57, 64, "more than 700 million users in the month before the release date")
OUTPUTS = seen("LICENSE", 33, 35, "not use the outputs to improve any other language model")

LLAMA = LicenseReading(
    license="llama-2",
    name="Llama 2 Community License Agreement",
    modified=False,
    similarity=1.0,
    clauses=(
        ClauseSpan(ref="1.b.v", lines=(33, 35), quote=OUTPUTS.quote),
        ClauseSpan(ref="2", lines=(57, 64), quote=TWO.quote),
    ),
    evidence=(TEXT,),
)
POLICY = LicenseReading(
    license="llama-2-use-policy",
    name="Llama 2 Acceptable Use Policy",
    modified=False,
    similarity=1.0,
    evidence=(seen("USE_POLICY.md", 1, 50, "Use Policy of the sample"),),
)
MIT = LicenseReading(
    license="MIT",
    name="MIT License",
    modified=True,
    departures=(
        Departure(clause="grant", lines=(7, 7), before="any person", after="any natural person"),
        Departure(clause=None, lines=(21, 21), before="", after="No use by <b>robots</b>."),
    ),
    similarity=0.97,
    evidence=(seen("code/LICENSE", 1, 21, "MIT License"),),
)
APACHE = LicenseReading(
    license="Apache-2.0", name="Apache License 2.0", via="tag", evidence=(CARD,)
)
UNKNOWN = LicenseReading(license=None, near=("gemma", "qwen"), name="other", via="tag")

GRANT = Grant(
    scope=Scope.STATED, terms=Single(reading=LLAMA), incorporates=(POLICY,), evidence=(TEXT,)
)
TREE = Grant(
    scope=Scope.INHERITED,
    terms=AllOf(
        of=(Single(reading=MIT), AnyOf(of=(Single(reading=APACHE), Single(reading=UNKNOWN))))
    ),
    evidence=(seen("code/LICENSE", 1, 21, "MIT License"),),
)
NONE = Grant(scope=Scope.UNSTATED)


def searched(component: Component) -> Part:
    return Part(
        id=component,
        component=component,
        presence=Presence.NOT_FOUND,
        evidence=(
            Evidence(how=How.SEARCHED, source="./llama-2", quote=f"files *{component}* in 9 files"),
        ),
    )


def parts() -> tuple[Part, ...]:
    weights = [
        Part(
            id=f"weights/{name}",
            component=Component.WEIGHTS,
            presence=Presence.HERE,
            access=Access.GATED_DOWNLOAD,
            variant=name,
            files=(File(path=f"{name}/model.safetensors", size=13_476_000_000),),
            grant=GRANT,
            facts=(
                Fact(name="parameters", value="6,738,415,616", evidence=(TEXT,)),
                Fact(name="dtype", value="BF16", evidence=(TEXT,)),
            ),
            evidence=(
                Evidence(
                    how=How.HEADER,
                    source="./llama-2",
                    path=f"{name}/model.safetensors",
                    span=(0, 30120),
                    quote="291 tensors",
                ),
            ),
        )
        for name in ("7b", "13b", "7b-chat")
    ]
    code = Part(
        id="inference-code",
        component=Component.INFERENCE_CODE,
        presence=Presence.HERE,
        access=Access.DOWNLOAD,
        grant=TREE,
        files=(File(path="code/run.py", size=1200, role=FileRole.CODE),),
        evidence=(seen("code/run.py", 1, 1, "", How.FILENAME),),
    )
    data = Part(
        id="training-data/web",
        component=Component.TRAINING_DATA,
        presence=Presence.ELSEWHERE,
        access=Access.DOWNLOAD,
        name=HOSTILE[0],
        urls=("https://example.org/data", "javascript:alert(1)"),
        grant=NONE,
        evidence=(seen("README.md", 31, 32, "a mix of public data " + HOSTILE[1], How.CARD_PROSE),),
    )
    kept = Part(
        id="data-selection",
        component=Component.DATA_SELECTION,
        presence=Presence.SAID_WITHHELD,
        access=Access.WITHHELD,
        evidence=(seen("README.md", 40, 40, "we do not release our filters", How.CARD_PROSE),),
    )
    absent = [searched(each) for each in (Component.TRAINING_CODE, Component.PAPER)]
    return (*weights, code, data, kept, *absent)


def release() -> Release:
    return Release(
        ref="./llama-2",
        kind=ReleaseKind.MODEL,
        name="meta-llama/Llama-2-7b " + HOSTILE[2],
        revision="8efa0b3c0d1e",
        publisher="Meta " + HOSTILE[3],
        released=dt.date(2023, 7, 18),
        variants=tuple(Variant(id=name, name=name) for name in ("7b", "13b", "7b-chat")),
        parts=parts(),
        files=(
            File(path="LICENSE", size=7020, role=FileRole.LICENSE_TEXT),
            File(path=HOSTILE[4], size=1),
            File(path=HOSTILE[8], size=2),
        ),
        relations=(
            Relation(
                kind="fine-tune",
                a="./llama-2",
                b="hf:meta-llama/Llama-2-7b-base",
                standing=Standing.BOTH,
                variant="7b-chat",
                evidence=(seen("README.md", 3, 3, "base_model: ...", How.CARD_METADATA),),
            ),
            Relation(
                kind="merge",
                a="./llama-2",
                b=HOSTILE[1],
                standing=Standing.CONTRADICTED,
                evidence=(seen("config.json", 2, 2, "_name_or_path", How.CONFIG),),
            ),
            Relation(
                kind="related",
                a="./llama-2",
                b="hf:x/" + HOSTILE[7],
                direction=Direction.UNDECIDED,
                standing=Standing.OBSERVED,
            ),
        ),
        statements=(Statement(reading=APACHE, evidence=CARD),),
    )


def cite(clause: str, says: str, evidence: Evidence | None = None) -> Citation:
    return Citation(
        license="llama-2",
        clause=clause,
        says=says,
        quote=evidence.quote if evidence else "",
        evidence=(evidence,) if evidence else (),
        url="https://ai.meta.com/llama/license/",
    )


def answers() -> tuple[Answer, ...]:
    gate = Condition(
        id="mau-at-release",
        text="you and your affiliates had at most 700 million monthly users in June 2023",
        citations=(cite("2", "Above 700 million monthly users no right is granted.", TWO),),
    )
    copy = Duty(
        id="give-copy",
        text="give recipients a copy of the license",
        trigger="on-sharing",
        citations=(cite("1.b.i", "Whoever passes it on gives a copy of the agreement."),),
    )
    granted = Reason(
        text="The license grants it.",
        citations=(cite("1.a", "You may use, copy, distribute and modify it.", TEXT),),
    )
    made = [
        Answer(
            action=action,
            truth=Truth.YES,
            headline="yes, under a condition",
            component="weights",
            conditions=(gate,),
            duties=(copy,) if "share" in action else (),
            risks=(Risk(id="data", text="The terms of the data are not known.", evidence=(CARD,)),),
            reasons=(granted,),
            footing=("copyright, where weights are protected at all",),
        )
        for action in ("run", "study", "fine-tune", "merge", "convert", "share", "host", "embed")
    ]
    ban = cite("1.b.v", "Outputs must not be used to improve another language model.", OUTPUTS)
    no = Answer(
        action="train-on-outputs",
        truth=Truth.NO,
        headline="no: outputs must not improve another language model",
        component="weights",
        reasons=(Reason(text="It is forbidden.", citations=(ban,), because=(granted,)),),
    )
    unclear = Answer(
        action="relicense",
        truth=Truth.UNCLEAR,
        headline="unclear: nothing says that terms may be replaced",
        component="weights",
        variant="7b-chat",
        reasons=(Reason(text="The text is silent.", citations=(ban,)),),
        settles=("ask the publisher " + HOSTILE[5],),
    )
    named = Answer(
        action="use-name", truth=Truth.NA, headline="n/a: there is no name", component="weights"
    )
    return (*made, no, unclear, named)


def verdicts() -> dict[str, Verdict]:
    data = Criterion(
        id="data",
        title="Data information is published",
        truth=Truth.NO,
        reasons=(Reason(text="Kept back.", evidence=(parts()[5].evidence[0],)),),
        missing=("publish a description of the training data",),
    )
    terms = Criterion(
        id="terms",
        title="The weights are under terms that grant the four freedoms",
        truth=Truth.NO,
        reasons=(Reason(text="A use policy restricts fields of use.", evidence=(TEXT,)),),
        score=0.5,
    )
    return {
        "osaid-1.0": Verdict(
            definition="osaid-1.0",
            title="Open Source AI Definition 1.0",
            version="2024-10-28",
            level="fails",
            truth=Truth.NO,
            criteria=(data, terms),
            missing=("publish data information", "license the weights under open terms"),
            next_level="no failing found",
            distance=Distance(
                level="no failing found",
                changes=(
                    Change(
                        id="license:weights",
                        text="license the weights under an OSI-approved license",
                        by=By.PARENT,
                        who="the licensor of hf:meta-llama/Llama-2-7b (llama-2)",
                        component=Component.WEIGHTS,
                        licenses=("Apache-2.0", "MIT"),
                        criteria=("terms",),
                    ),
                    Change(
                        id="publish:data-information",
                        text="publish the data information",
                        by=By.PUBLISHER,
                        perhaps=True,
                        component=Component.DATA_INFORMATION,
                    ),
                ),
                alone=Truth.NO,
            ),
        ),
        "gradient-2023": Verdict(
            definition="gradient-2023",
            title="Gradient of release 2023",
            version="1",
            level="downloadable, gated",
            truth=Truth.NA,
            criteria=(terms,),
        ),
        "osai-2026": Verdict(
            definition="osai-2026",
            title="European OSAI index 2026",
            version="2026",
            level="4.5 of 12",
            truth=Truth.UNCLEAR,
            score=0.375,
            criteria=(data, terms),
            missing=(HOSTILE[0],),
        ),
    }


def frame_table() -> FrameTable:
    titles = {
        "data-as-source": "Data as source",
        "weights-as-source": "Weights as source",
        "whole-system": "Whole system",
    }
    words = {"source": "the training data", "compiler": "the training code"}
    columns = tuple(FrameColumn(id=name, title=title, says=words) for name, title in titles.items())
    because = Reason(text="The data is kept back.", evidence=(CARD,))
    made = (
        FrameCell(
            frame="data-as-source", applies="applies", why="", truth=Truth.NO, reasons=(because,)
        ),
        FrameCell(
            frame="weights-as-source",
            applies="applies in another sense",
            why="weights are the preferred form " + HOSTILE[0],
            truth=Truth.UNCLEAR,
        ),
        FrameCell(frame="whole-system", applies="does not apply", why="", truth=Truth.NA),
    )
    titles_ = ("Free redistribution", "Source code", "Derived works", "Freedom to study")
    rows = tuple(FrameRow(id=title, title=title, cells=made) for title in titles_)
    return FrameTable(version="1", frames=columns, rows=rows)


def groups() -> tuple[Group, ...]:
    return (
        Group(
            id="access",
            title="Access",
            there=(Component.WEIGHTS, Component.INFERENCE_CODE),
            missing=(Component.TRAINING_CODE,),
        ),
        Group(id="replication", title="Replication", withheld=(Component.DATA_SELECTION,)),
    )


def claims() -> tuple[Claim, ...]:
    return (
        Claim(
            kind="open-source",
            quote="The first fully open source ChatGPT " + HOSTILE[0],
            lines=(12, 13),
            judgement=Judgement.CONTRADICTED,
            path="README.md",
            says="It is open source.",
            reasons=(
                Reason(
                    text="The license in the release restricts fields of use.", evidence=(TEXT, TWO)
                ),
            ),
            note="That it is like ChatGPT.",
        ),
        Claim(
            kind="license",
            quote="Apache 2.0, any commercial use",
            lines=(14, 14),
            judgement=Judgement.OVERSTATED,
            path="README.md",
            reasons=(Reason(text="The license text is Llama 2.", evidence=(TEXT,)),),
        ),
        Claim(
            kind="weights",
            quote="weights for download",
            lines=(15, 15),
            judgement=Judgement.BORNE_OUT,
            path="README.md",
        ),
    )


def findings() -> tuple[Finding, ...]:
    return (
        Finding(
            code="HO201",
            gravity=Gravity.ERROR,
            text="The card says Apache-2.0, the license text is llama-2.",
            sides=(CARD, TEXT),
            subject="weights",
            remedy="Say llama2 in the card.",
        ),
        Finding(
            code="HO601",
            gravity=Gravity.WARNING,
            text="A claim is contradicted: " + HOSTILE[1],
            sides=(seen("README.md", 12, 13, HOSTILE[6], How.CARD_PROSE),),
        ),
        Finding(code="HO101", gravity=Gravity.NOTE, text="Files without a role: " + HOSTILE[9]),
    )


def report() -> Report:
    return Report(
        tool_version="0.1.0",
        knowledge_version="2026.11.22",
        as_of=dt.date(2026, 11, 22),
        release=release(),
        answers=answers(),
        verdicts=verdicts(),
        frame_table=frame_table(),
        groups=groups(),
        claims=claims(),
        findings=findings(),
        gaps=(
            Gap(
                where=HOSTILE[4] + ".bin",
                why="not a safetensors file",
                weakens=("weights",),
                hint="look at it with `file`",
            ),
        ),
    )
