"""Licenses and editions that are nearly the same are told apart, whichever of the two is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from howopen.knowledge.loader import default
from howopen.licenses import read_text, readings_of
from howopen.licenses.index import Reference, load
from howopen.release import LicenseReading

pytestmark = pytest.mark.shared

TEXTS = "license-texts"
FLUX = "license-history/black-forest-labs__flux/model_licenses__LICENSE-FLUX1-dev"
HUNYUAN = "license-history/Tencent-Hunyuan__HunyuanVideo/LICENSE.txt"
YI = "license-history/01-ai__Yi/MODEL_LICENSE_AGREEMENT.txt"
QWEN = "license-history/QwenLM__Qwen/LICENSE"

#: file, license@edition
PUBLISHED = {
    f"{TEXTS}/llama2.LICENSE.txt": "llama-2",
    f"{TEXTS}/llama3.LICENSE.txt": "llama-3",
    f"{TEXTS}/llama3_1.LICENSE.txt": "llama-3.1",
    f"{TEXTS}/llama3_2.LICENSE.txt": "llama-3.2",
    f"{TEXTS}/llama3_3.LICENSE.txt": "llama-3.3",
    f"{TEXTS}/llama4.LICENSE.txt": "llama-4",
    f"{TEXTS}/llama2.USE_POLICY.txt": "llama-2-use-policy",
    f"{TEXTS}/llama3.USE_POLICY.txt": "llama-3-use-policy",
    f"{TEXTS}/llama3_1.USE_POLICY.txt": "llama-3.1-use-policy",
    f"{TEXTS}/llama3_2.USE_POLICY.txt": "llama-3.2-use-policy",
    f"{TEXTS}/llama3_3.USE_POLICY.txt": "llama-3.3-use-policy",
    f"{TEXTS}/llama4.USE_POLICY.txt": "llama-4-use-policy",
    f"{TEXTS}/openmdw-1.0.txt": "OpenMDW-1.0",
    f"{TEXTS}/openmdw-1.1.txt": "OpenMDW-1.1",
    f"{FLUX}@2024-08-01-1f71c43": "flux-1-dev@1.0",
    f"{FLUX}@2024-11-21-805da85": "flux-1-dev@1.0",
    f"{FLUX}@2025-06-26-57ce405": "flux-1-dev@1.1",
    f"{FLUX}@2025-06-27-474dc42": "flux-1-dev@1.1.1",
    f"{HUNYUAN}@2024-12-03-e965abb": "hunyuan-video@2024-12-03",
    f"{HUNYUAN}@2024-12-04-0fd76e2": "hunyuan-video@2024-12-04",
    f"{YI}@2023-11-04-8cea864": "yi-license@2.0",
    f"{TEXTS}/yi-1.0.txt": "yi-license@1.0",
    f"{TEXTS}/yi-2.1.txt": "yi-license@2.1",
    f"{QWEN}@2023-08-03-9c6bd5c": "tongyi-qianwen@2023-08-03",
    f"{TEXTS}/modelgo-BigScience-BLOOM-RAIL-1.0.txt": "bigscience-bloom-rail-1.0@2022-05-19",
    f"{TEXTS}/modelgo-BigScience-BLOOM-OpenRAIL-M.txt": "bigscience-openrail-m@2022-08-18",
    f"{TEXTS}/modelgo-CreativeML-OpenRAIL-M.txt": "creativeml-openrail-m@2022-08-22",
    f"{TEXTS}/modelgo-OpenRAIL++.txt": "creativeml-openrail++-m@2022-11-24",
    f"{TEXTS}/sai-LICENSE-SDXL1.0.txt": "creativeml-openrail++-m@2023-07-26",
    f"{TEXTS}/sai-LICENCE-SD-Turbo.txt": "stability-nc-research-community@2023-11-28",
    f"{TEXTS}/sai-LICENSE-SV3D.txt": "stability-nc-community@2024-03-18",
    f"{TEXTS}/sai-LICENSE-SVD.txt": "stable-video-diffusion-nc@2023-11-21",
}


def _read(shared_root: Path, name: str) -> str:
    return (shared_root / "corpus" / name).read_text(encoding="utf-8-sig")


def _ident(reading: LicenseReading) -> str | None:
    return f"{reading.license}@{reading.edition}" if reading.edition else reading.license


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_twin_is_itself_unmodified(shared_root: Path, name: str) -> None:
    reading = read_text(_read(shared_root, name), default())
    assert (_ident(reading), reading.modified) == (PUBLISHED[name], False)


def test_one_clause_of_a_twin_put_into_the_other_is_a_departure_there(shared_root: Path) -> None:
    old = _read(shared_root, f"{TEXTS}/openmdw-1.0.txt")
    new = _read(shared_root, f"{TEXTS}/openmdw-1.1.txt")
    mixed = re.sub(r"patent(\s+)or(\s+)copyright", r"patent", new)
    assert mixed != new
    reading = read_text(mixed, default())
    assert reading.modified is not False
    assert read_text(old, default()).license == "OpenMDW-1.0"


def test_the_countries_of_the_first_hunyuan_edition_tell_it(shared_root: Path) -> None:
    first = _read(shared_root, f"{HUNYUAN}@2024-12-03-e965abb")
    second = _read(shared_root, f"{HUNYUAN}@2024-12-04-0fd76e2")
    assert "South Korea" in second
    assert "South Korea" not in first
    half = second.replace("UNITED KINGDOM AND SOUTH KOREA", "UNITED KINGDOM")
    reading = read_text(half, default())
    assert reading.license == "hunyuan-video"
    assert reading.modified


def test_the_output_clause_of_flux_tells_its_editions(shared_root: Path) -> None:
    text = _read(shared_root, f"{FLUX}@2025-06-27-474dc42")
    without = re.sub(r"You may use Output for any purpose[^.]*\.", "", text)
    assert without != text
    reading = read_text(without, default())
    assert reading.modified
    assert (reading.license, reading.edition) == ("flux-1-dev", "1.1.1")
    assert "2.d" in {one.clause for one in reading.departures}


def _texts(ident: str) -> list[Reference]:
    return list(load(default()).texts_of(ident))


FAMILIES = [
    [f"CC-{elements}-{version}" for elements in _ELEMENTS]
    for version, _ELEMENTS in (
        ("4.0", ("BY", "BY-NC", "BY-ND", "BY-SA", "BY-NC-SA", "BY-NC-ND")),
        ("3.0", ("BY", "BY-NC", "BY-ND", "BY-SA", "BY-NC-SA", "BY-NC-ND")),
        ("2.5", ("BY", "BY-NC", "BY-SA", "BY-NC-SA", "BY-NC-ND")),
        ("2.0", ("BY", "BY-NC", "BY-ND", "BY-SA", "BY-NC-SA", "BY-NC-ND")),
    )
]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_no_two_creative_commons_texts_have_the_same_words(family: list[str]) -> None:
    words = [one.words.tobytes() for ident in family for one in _texts(ident)]
    assert len(words) >= len(family)
    assert len(set(words)) == len(words)


def test_gemma_s_editions_are_two_texts() -> None:
    editions = {one.ident: one.words.tobytes() for one in _texts("gemma")}
    assert set(editions) == {"gemma@2024-04-01", "gemma@2025-03-24"}
    assert len(set(editions.values())) == 2


def test_apache_with_appended_conditions_is_no_plain_apache(shared_root: Path) -> None:
    apache = _read(shared_root, f"{TEXTS}/yi-head.txt")
    clause = (
        '"Commons Clause" License Condition v1.0\n\nThe grant of rights under the License will not'
        " include, and the License does not grant to you, the right to Sell the Software.\n\n"
    )
    for text in (clause + apache, apache + "\n\n" + clause):
        reading = read_text(text, default())
        assert reading.license in ("Apache-2.0", None)
        assert reading.modified is not False
        assert any("Sell" in one.after for one in reading.departures)


def test_a_modified_apache_shows_what_it_adds(shared_root: Path) -> None:
    text = _read(shared_root, "releases/Project-MONAI__model-zoo__vista2d/docs/data_license.txt")
    found = [one for one in readings_of(text, default()) if _names(one, "Apache-2.0")]
    assert len(found) == 1
    assert found[0].modified is not False
    assert any("commercial" in one.after.lower() for one in found[0].departures)


def _names(reading: LicenseReading, ident: str) -> bool:
    return ident in (reading.license, *reading.near[:1])
