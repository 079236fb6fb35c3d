"""Two license texts are compared clause by clause, and what changed is said to matter or not."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from howopen.errors import PlaceError, RefError, UnknownTermError
from howopen.knowledge.loader import Knowledge
from howopen.licenses.comparison import ClauseChange, LicenseComparison, Status
from howopen.licenses.sides import compare_licenses
from tests.support import fixture_knowledge, fixture_text

TEXTS = "license-texts"
FLUX = "license-history/black-forest-labs__flux/model_licenses__LICENSE-FLUX1-dev"
HUNYUAN = "license-history/Tencent-Hunyuan__HunyuanVideo/LICENSE.txt"
YI = "license-history/01-ai__Yi/MODEL_LICENSE_AGREEMENT.txt"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return fixture_knowledge(tmp_path_factory.mktemp("known"))


class Folder:
    """A folder to write two texts in, which are then compared."""

    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self.path = path
        self.knowledge = knowledge

    def compare(self, a: str, b: str) -> LicenseComparison:
        (self.path / "a.txt").write_text(a, encoding="utf-8")
        (self.path / "b.txt").write_text(b, encoding="utf-8")
        return compare_licenses(self.path / "a.txt", self.path / "b.txt", knowledge=self.knowledge)


@pytest.fixture
def folder(tmp_path: Path, known: Knowledge) -> Folder:
    return Folder(tmp_path, known)


def _changed(found: LicenseComparison) -> dict[str | None, ClauseChange]:
    quiet = (Status.SAME, Status.MOVED)
    return {one.ref_a or one.ref_b: one for one in found.clauses if one.status not in quiet}


def _operative(found: LicenseComparison) -> set[str | None]:
    return {ref for ref, one in _changed(found).items() if one.operative}


def _words(one: ClauseChange) -> list[tuple[str, str]]:
    return [(each.before, each.after) for each in one.words]


def test_a_text_against_itself_has_the_same_words(folder: Folder) -> None:
    found = folder.compare(fixture_text(), fixture_text())
    assert (found.says, found.alike, found.operative) == ("the same words", 1.0, 0)
    assert {one.status for one in found.clauses} == {Status.SAME}


def test_a_changed_copy_is_not_said_to_lack_what_its_changed_clause_says(folder: Folder) -> None:
    found = folder.compare(fixture_text(), fixture_text().replace("700 million", "100 million"))
    assert found.elsewhere == ()
    assert all(one.effects == () for one in found.clauses)


def test_what_was_read_says_nothing_of_a_copy_that_changes_it(folder: Folder) -> None:
    text = fixture_text().replace(
        "and manuals, and any", "and manuals, everything it generates, and"
    )
    found = folder.compare(fixture_text(), text)
    assert found.b.read
    assert [one.operative for one in _changed(found).values()] == [None]


def test_layout_and_numbering_are_no_change(folder: Folder) -> None:
    text = re.sub(r"(?m)^( *)([a-z]|[ivx]+|\d)\. ", r"\1(\2) ", fixture_text())
    assert text != fixture_text()
    assert folder.compare(fixture_text(), text.replace("\n\n", "\n\n\n")).says == "the same words"


def test_a_number_that_changes_is_operative_and_quoted_with_its_lines(folder: Folder) -> None:
    found = folder.compare(fixture_text(), fixture_text().replace("700 million", "100 million"))
    (one,) = _changed(found).values()
    assert (one.ref_a, one.ref_b, one.operative) == ("2", "2", True)
    assert _words(one) == [("700", "100")]
    line = fixture_text()[: fixture_text().index("700")].count("\n") + 1
    assert one.words[0].lines_a == one.words[0].lines_b == (line, line)


def test_a_not_that_is_gone_is_operative(folder: Folder) -> None:
    changed = fixture_text().replace("does not bind people", "does bind people")
    assert _operative(folder.compare(fixture_text(), changed)) == {"1.b.ii"}


def test_a_clause_that_is_gone_is_only_in_the_first(folder: Folder) -> None:
    text = re.sub(r"(?s) +v\. Neither.*?\n\n", "", fixture_text())
    found = folder.compare(fixture_text(), text)
    (one,) = _changed(found).values()
    assert (one.status, one.ref_a, one.ref_b, one.lines_b) == (Status.ONLY_A, "1.b.v", None, None)
    assert one.operative
    assert one.words[0].before.startswith("Neither the Model nor anything")


def test_a_clause_that_is_new_is_only_in_the_second(folder: Folder) -> None:
    text = fixture_text() + "\n8. Fields. You may not use the Model in weapons.\n"
    (one,) = _changed(folder.compare(fixture_text(), text)).values()
    assert (one.status, one.ref_b, one.operative) == (Status.ONLY_B, "8", True)


def test_a_clause_in_another_place_has_moved(folder: Folder) -> None:
    third = re.search(r"(?s)3\. No promises.*?\n\n", fixture_text())
    assert third is not None
    text = fixture_text().replace(third[0], "") + "\n8." + third[0][2:]
    found = folder.compare(fixture_text(), text)
    moved = [one for one in found.clauses if one.status is Status.MOVED]
    assert ("3", "8") in {(one.ref_a, one.ref_b) for one in moved}
    assert found.operative == 0
    assert "moved: 1" in found.says


def test_a_date_and_an_address_are_wording_only(folder: Folder) -> None:
    text = fixture_text().replace("March 3, 2023", "May 21, 2024")
    text = text.replace("https://fixture.example/conduct", "https://www.fixture.example.com/rules")
    found = folder.compare(fixture_text(), text)
    assert found.says == "nothing operative changed; wording only: 2"


def test_a_change_that_nobody_has_judged_is_said_to_be_open(folder: Folder) -> None:
    text = fixture_text().replace("the language model called Fixture", "the system called Fixture")
    found = folder.compare(fixture_text(), text)
    assert (found.operative, found.unjudged) == (0, 1)
    assert "not judged: 1" in found.says


def test_texts_without_numbers_are_compared_by_paragraphs(folder: Folder) -> None:
    paragraphs = [
        "Everyone may copy this collection and hand copies on to friends.",
        "Whoever changes it says so in a note that goes with every copy.",
        "The collectors give no promise that any of it is right.",
    ]
    changed = [paragraphs[0].replace("may copy", "may not copy"), *paragraphs[1:]]
    found = folder.compare("\n\n".join(paragraphs), "\n\n".join(changed))
    assert list(_changed(found)) == ["paragraph 1"]
    assert _changed(found)["paragraph 1"].operative
    assert any("nobody has read it" in note for note in found.notes)


def test_paragraphs_that_break_elsewhere_are_the_same_words(folder: Folder) -> None:
    first = "Everyone may copy this.\n\nWhoever changes it says so in a note.\n"
    second = "Everyone may copy this. Whoever changes it says so in a note.\n"
    assert folder.compare(first, second).says == "the same words"


def test_different_licenses_are_compared_by_what_they_do() -> None:
    found = compare_licenses("MIT", "Apache-2.0")
    assert found.clauses == ()
    assert found.says.startswith("two different texts")
    patent = [one for one in found.elsewhere if one.effect == "ends"]
    assert [(one.where, one.refs_b) for one in patent] == [("b", ("3",))]


def test_ids_are_compared_without_quotes_and_say_so() -> None:
    found = compare_licenses("llama-3", "llama-3.1")
    assert _operative(found) >= {"1.b.i", "1.b.v", "2"}
    assert all(words == ("", "") for one in found.clauses for words in _words(one))
    assert any("without quotes" in note for note in found.notes)


def test_gemma_s_editions_differ_in_nothing_operative() -> None:
    found = compare_licenses("gemma@2024-04-01", "gemma@2025-03-24")
    assert found.says == "nothing operative changed; wording only: 2"
    assert "1.1(c)" in _changed(found)


def test_tongyi_forbids_what_qwen_binds_to_a_name() -> None:
    found = compare_licenses("tongyi-qianwen", "qwen")
    assert _changed(found)["5.b"].operative is not False


def test_a_file_against_the_published_text_of_its_id(tmp_path: Path, known: Knowledge) -> None:
    path = tmp_path / "LICENSE"
    path.write_text(fixture_text(), encoding="utf-8")
    found = compare_licenses("fixture-community", path, knowledge=known)
    assert found.says == "the same words"


def test_a_text_without_words_is_not_called_the_same(folder: Folder) -> None:
    assert "no words to compare" in folder.compare("", " \n").says
    assert "no words to compare" in folder.compare(fixture_text(), "").says


def test_an_id_of_several_editions_asks_which() -> None:
    with pytest.raises(RefError, match="gemma@2025-03-24"):
        compare_licenses("gemma", "MIT")
    with pytest.raises(UnknownTermError, match="2025-03-24"):
        compare_licenses("gemma@2020", "MIT")


def test_an_id_that_nobody_knows_names_those_that_are_like_it() -> None:
    with pytest.raises(RefError, match=r"Apache-2\.0"):
        compare_licenses("Apache-2", "MIT")


def test_a_release_of_two_license_files_asks_for_one(tmp_path: Path) -> None:
    for name in ("LICENSE", "LICENSE-MODEL"):
        (tmp_path / name).write_text(fixture_text(), encoding="utf-8")
    with pytest.raises((RefError, PlaceError), match="#LICENSE"):
        compare_licenses(tmp_path, "MIT")


def test_endless_texts_are_compared_in_bounded_time(folder: Folder) -> None:
    begun = time.process_time()
    found = folder.compare("1. a (b) not\n" * 20_000, "1. a (c) may\n\n" * 20_000)
    assert time.process_time() - begun < 8
    assert found.a.license is None


@pytest.mark.shared
def test_llama_3_1_drops_the_ban_on_outputs(shared_root: Path) -> None:
    found = _shared(shared_root, f"{TEXTS}/llama3.LICENSE.txt", f"{TEXTS}/llama3_1.LICENSE.txt")
    assert _operative(found) == {"1.b.i", "1.b.v", "2"}
    gone = _changed(found)["1.b.v"]
    assert gone.status is Status.ONLY_A
    assert {about for one in gone.effects for about in one.about} == {
        "train-on-outputs",
        "distil",
        "merge",
    }
    display = _words(_changed(found)["1.b.i"])
    assert ("Meta Llama 3", "Llama") in display
    assert found.unjudged == 0
    policy = [one for one in found.clauses if "use-policy#" in (one.ref_b or "")]
    assert len(policy) > 30


@pytest.mark.shared
def test_llama_3_2_shuts_out_the_european_union_in_its_policy(shared_root: Path) -> None:
    found = _shared(shared_root, f"{TEXTS}/llama3_1.LICENSE.txt", f"{TEXTS}/llama3_2.LICENSE.txt")
    assert _operative(found) == {"2"}
    assert ("limits", ("llama-3.2-use-policy#european-union",)) in {
        (one.effect, one.refs_b) for one in found.elsewhere
    }


@pytest.mark.shared
def test_hunyuan_video_shuts_out_two_more_countries_a_day_later(shared_root: Path) -> None:
    found = _shared(shared_root, f"{HUNYUAN}@2024-12-03-e965abb", f"{HUNYUAN}@2024-12-04-0fd76e2")
    assert "1.l" in _operative(found)
    assert {ref for one in found.elsewhere for ref in one.refs_b} == {"5.c", "Exhibit A.1"}
    assert found.operative == 4
    assert any("South Korea" in after for _, after in _words(_changed(found)["1.l"]))


@pytest.mark.shared
def test_flux_1_1_1_gives_the_outputs_back(shared_root: Path) -> None:
    found = _shared(shared_root, f"{FLUX}@2025-06-26-57ce405", f"{FLUX}@2025-06-27-474dc42")
    one = _changed(found)["2.d"]
    assert one.operative
    assert any(after.startswith("You may use Output for any purpose") for _, after in _words(one))


@pytest.mark.shared
def test_flux_1_1_rewrites_clauses_that_nobody_has_read(shared_root: Path) -> None:
    found = _shared(shared_root, f"{FLUX}@2024-11-21-805da85", f"{FLUX}@2025-06-26-57ce405")
    assert {"2.d", "2.e"} <= _operative(found)
    assert found.unjudged > 0


@pytest.mark.shared
def test_yi_2_0_is_no_longer_for_non_commercial_use_only(shared_root: Path) -> None:
    found = _shared(shared_root, f"{TEXTS}/yi-1.0.txt", f"{YI}@2023-11-04-8cea864")
    assert _changed(found)["2"].operative
    assert any("non-Commercial Purposes" in before for before, _ in _words(_changed(found)["2"]))
    later = _shared(shared_root, f"{YI}@2023-11-04-8cea864", f"{TEXTS}/yi-2.1.txt")
    assert "2(5)" in _operative(later)


@pytest.mark.shared
def test_apache_in_a_release_is_the_published_apache(shared_root: Path) -> None:
    path = shared_root / "corpus" / TEXTS / "yi-head.txt"
    found = compare_licenses("Apache-2.0", path)
    assert (found.operative, found.unjudged) == (0, 0)


def test_what_kimi_adds_to_mit_is_operative() -> None:
    found = compare_licenses("MIT", "moonshot-modified-mit")
    assert found.operative == 1
    assert 0.7 < found.alike < 0.95


def _shared(root: Path, a: str, b: str) -> LicenseComparison:
    return compare_licenses(root / "corpus" / a, root / "corpus" / b)
