from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from howopen.knowledge import Knowledge, default
from howopen.knowledge.classes import classes_index
from howopen.knowledge.tags import Tag, license_title, resolve_tag

#: All license tags of the Hugging Face hub (hub-docs, 2026-08-22) and what each names.
HUB = """
apache-2.0=Apache-2.0 mit=MIT openrail=? bigscience-openrail-m=bigscience-openrail-m
creativeml-openrail-m=creativeml-openrail-m bigscience-bloom-rail-1.0=bigscience-bloom-rail-1.0
bigcode-openrail-m=bigcode-openrail-m afl-3.0=AFL-3.0 artistic-2.0=Artistic-2.0 bsl-1.0=BSL-1.0
bsd=? bsd-2-clause=BSD-2-Clause bsd-3-clause=BSD-3-Clause bsd-3-clause-clear=BSD-3-Clause-Clear
c-uda=C-UDA-1.0 cc=? cc0-1.0=CC0-1.0 cc-by-2.0=CC-BY-2.0 cc-by-2.5=CC-BY-2.5 cc-by-3.0=CC-BY-3.0
cc-by-4.0=CC-BY-4.0 cc-by-sa-3.0=CC-BY-SA-3.0 cc-by-sa-4.0=CC-BY-SA-4.0 cc-by-nc-2.0=CC-BY-NC-2.0
cc-by-nc-3.0=CC-BY-NC-3.0 cc-by-nc-4.0=CC-BY-NC-4.0 cc-by-nd-4.0=CC-BY-ND-4.0
cc-by-nc-nd-3.0=CC-BY-NC-ND-3.0 cc-by-nc-nd-4.0=CC-BY-NC-ND-4.0 cc-by-nc-sa-2.0=CC-BY-NC-SA-2.0
cc-by-nc-sa-3.0=CC-BY-NC-SA-3.0 cc-by-nc-sa-4.0=CC-BY-NC-SA-4.0 cdla-sharing-1.0=CDLA-Sharing-1.0
cdla-permissive-1.0=CDLA-Permissive-1.0 cdla-permissive-2.0=CDLA-Permissive-2.0 wtfpl=WTFPL
ecl-2.0=ECL-2.0 epl-1.0=EPL-1.0 epl-2.0=EPL-2.0 etalab-2.0=etalab-2.0 eupl-1.1=EUPL-1.1
eupl-1.2=EUPL-1.2 agpl-3.0=AGPL-3.0-only gfdl=? gpl=? gpl-2.0=GPL-2.0-only gpl-3.0=GPL-3.0-only
lgpl=? lgpl-2.1=LGPL-2.1-only lgpl-3.0=LGPL-3.0-only isc=ISC h-research=h-research
intel-research=intel-research lppl-1.3c=LPPL-1.3c ms-pl=MS-PL apple-ascl=apple-ascl
apple-amlr=apple-amlr mpl-2.0=MPL-2.0 odc-by=ODC-By-1.0 odbl=ODbL-1.0 openmdw-1.0=OpenMDW-1.0
openmdw-1.1=OpenMDW-1.1 openrail++=creativeml-openrail++-m osl-3.0=OSL-3.0 postgresql=PostgreSQL
ofl-1.1=OFL-1.1 ncsa=NCSA unlicense=Unlicense zlib=Zlib pddl=PDDL-1.0 lgpl-lr=LGPLLR
deepfloyd-if-license=deepfloyd-if fair-noncommercial-research-license=fair-noncommercial-research
llama2=llama-2 llama3=llama-3 llama3.1=llama-3.1 llama3.2=llama-3.2 llama3.3=llama-3.3
llama4=llama-4 grok2-community=grok-2-community gemma=gemma unknown=- other=-
"""
TAGS = dict(pair.split("=") for pair in HUB.split())


def named(value: str | None) -> str:
    """Return the license a value names, `?` when ambiguous, `-` when it says nothing."""
    tag = resolve_tag(default(), value)
    assert tag is not None, value
    if tag.kind == "license":
        assert tag.license is not None
        return tag.license
    assert tag.why
    return "?" if tag.kind == "ambiguous" else "-"


@pytest.mark.parametrize(("tag", "license_id"), TAGS.items(), ids=str)
def test_every_hub_tag_names_its_license_or_says_why_not(tag: str, license_id: str) -> None:
    assert named(tag) == license_id


def test_the_list_of_hub_tags_is_complete() -> None:
    assert len(TAGS) == 83


@pytest.mark.shared
def test_the_list_of_hub_tags_is_that_of_the_corpus(shared_root: Path) -> None:
    path = shared_root / "corpus/license-texts/hf-license-tags.txt"
    assert set(TAGS) == set(path.read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("value", "license_id"),
    [
        ("Apache 2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("  apache_2 ", "Apache-2.0"),
        ("The MIT License (MIT)", "MIT"),
        ("BSD-3", "BSD-3-Clause"),
        ("Simplified BSD License", "BSD-2-Clause"),
        ("Llama-3.1 Community License", "llama-3.1"),
        ("Meta Llama 3 Community License Agreement", "llama-3"),
        ("Llama 3 Community License", "llama-3"),
        ("CC BY NC 4.0", "CC-BY-NC-4.0"),
        ("Creative Commons Attribution Non Commercial Share Alike 4.0", "CC-BY-NC-SA-4.0"),
        ("Creative Commons Attribution-NoDerivs 3.0 Unported", "CC-BY-ND-3.0"),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("GNU General Public License v2.0", "GPL-2.0-only"),
        ("DeepSeek License Agreement", "deepseek"),
        ("Gemma Terms of Use", "gemma"),
        ("license", "-"),
        ("CC BY-SA", "?"),
        ("fair", "?"),
        ("Fair", "Fair"),
        ("OpenMDW", "?"),
        ("Llama", "?"),
        ("none", "-"),
        ("Proprietary", "-"),
        ("LICENSE.md", "-"),
        ("llama3.3,gemma", "?"),
        ("mit-and-apache-2.0", "?"),
    ],
)
def test_names_as_people_write_them_resolve(value: str, license_id: str) -> None:
    assert named(value) == license_id


@pytest.mark.parametrize(
    ("classifier", "license_id"),
    [
        ("License :: OSI Approved :: MIT License", "MIT"),
        ("License :: OSI Approved :: BSD License", "?"),
        ("License :: OSI Approved :: Apache Software License", "?"),
        ("License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        (
            "License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)",
            "GPL-3.0-or-later",
        ),
        ("License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"),
        ("License :: Other/Proprietary License", "-"),
        ("License :: OSI Approved", "-"),
    ],
)
def test_package_classifiers_resolve(classifier: str, license_id: str) -> None:
    assert named(classifier) == license_id


@pytest.mark.parametrize(
    ("url", "license_id"),
    [
        ("https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://ai.google.dev/gemma/terms", "gemma"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", "CC-BY-NC-4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode.txt", "CC-BY-NC-SA-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.en", "CC-BY-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by/", "?"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "-"),
        ("https://llama.meta.com/llama3/license/", "llama-3"),
        ("https://llama.meta.com/llama3_1/license/", "llama-3.1"),
        ("https://opensource.org/licenses/mit-license.php", "MIT"),
        ("https://spdx.org/licenses/GPL-3.0-or-later.html", "GPL-3.0-or-later"),
        ("https://huggingface.co/example/model/blob/main/LICENSE", "-"),
        ("https://huggingface.co/spaces/bigscience/license", "bigscience-bloom-rail-1.0"),
    ],
)
def test_urls_of_licenses_resolve(url: str, license_id: str) -> None:
    assert named(url) == license_id


def test_values_that_nobody_knows_resolve_to_none() -> None:
    for value in ["my-own-license-7", "Apache-2.0 OR MIT", "https://example.org/terms", "x" * 999]:
        assert resolve_tag(default(), value) is None


def test_a_url_that_merely_begins_like_a_known_one_is_not_it() -> None:
    assert resolve_tag(default(), "https://llama.meta.com/llama3/license9") is None


def test_a_missing_value_says_that_no_license_is_stated() -> None:
    assert resolve_tag(default(), None) == Tag(why="no license is stated", kind="nothing")


def test_the_gemma_tag_leaves_its_edition_open() -> None:
    tag = resolve_tag(default(), "gemma")
    assert tag is not None
    assert tag.edition is None
    assert "edition" in tag.why


def test_every_known_id_resolves_to_itself_in_any_case_but_for_the_two_fairs() -> None:
    index = classes_index(default())
    for ident in index.ids.values():
        current = index.renamed.get(ident, ident)
        assert named(ident) == current
        assert named(ident.lower()) == ("?" if ident == "Fair" else current)


def test_every_license_that_a_tag_can_name_is_a_known_id() -> None:
    known = set(classes_index(default()).ids.values())
    for value in [*TAGS, "llama", "cc-by", "nvidia", "modified-mit", "stability", "bsl"]:
        tag = resolve_tag(default(), value)
        assert tag is not None
        assert {*tag.candidates, *([tag.license] if tag.license else [])} <= known


def test_a_title_is_the_name_for_a_reader() -> None:
    assert license_title(default(), "llama-2") == "Llama 2 Community License Agreement"
    assert license_title(default(), "0BSD") == "BSD Zero Clause License"
    assert license_title(default(), "my-own-license") == "my-own-license"


def test_a_user_s_folder_adds_names_and_keeps_ours(tmp_path: Path) -> None:
    text = """source = "me"\nread = 2026-01-01\n[names]\n"mine" = "My Own | my-own-license-7"\n"""
    (tmp_path / "tags.toml").write_text(text, encoding="utf-8")
    knowledge = Knowledge(tmp_path)
    assert resolve_tag(knowledge, "my own 7") == Tag(license="mine")
    assert resolve_tag(knowledge, "apache 2") == Tag(license="Apache-2.0")


@given(st.text(max_size=400))
def test_any_value_resolves_or_is_unknown_without_an_error(value: str) -> None:
    tag = resolve_tag(default(), value)
    assert tag is None or (tag.license is not None) == (tag.kind == "license")


@pytest.mark.shared
def test_nearly_all_values_of_real_models_resolve(shared_root: Path) -> None:
    kinds: Counter[str] = Counter()
    lines = (shared_root / "corpus/hub/models.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        tag = resolve_tag(default(), json.loads(line).get("license"))
        kinds[tag.kind if tag else "unknown"] += 1
    assert kinds["unknown"] < 0.02 * kinds.total()
    assert kinds["license"] > 12_000
