"""The HTML report in a real browser: nothing runs, and nothing is wider than a phone."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from howopen.report import Report
from howopen.reports import render
from tests.reports import sample

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")

#: Opens the report in a frame as wide as a phone with everything unfolded, and measures it.
PROBE = """<!doctype html><title>probe</title>
<iframe id=frame src=report.html style="width:360px;height:800px;border:0"></iframe><p id=out></p>
<script>
frame.onload = () => {
  const page = frame.contentDocument
  page.querySelectorAll("details").forEach(each => { each.open = true })
  const root = page.documentElement
  out.textContent = `measured ${root.scrollWidth} of ${root.clientWidth}`
}
</script>"""


def many() -> Report:
    """Make a report of models with long names, in groups with different answers."""
    names = [f"organization-of-models-{number}-with-a-very-long-name" for number in range(20)]
    whole = sample.report()
    answers = tuple(
        msgspec.structs.replace(each, variant=names[start], variants=tuple(names[start::2]))
        for start, found in enumerate((whole.answers, whole.answers[2:]))
        for each in found
    )
    parts = tuple(
        msgspec.structs.replace(whole.release.parts[0], id=f"weights/{name}", variant=name)
        for name in names
    )
    release = msgspec.structs.replace(whole.release, parts=parts)
    return msgspec.structs.replace(whole, release=release, answers=answers)


@pytest.mark.skipif(BROWSER is None, reason="no chromium is installed")
@pytest.mark.parametrize("report", [sample.report(), many()], ids=["hostile", "many models"])
def test_everything_unfolded_fits_a_phone_of_360_pixels(tmp_path: Path, report: Report) -> None:
    assert BROWSER is not None
    (tmp_path / "report.html").write_text(render(report, "html"), encoding="utf-8")
    (tmp_path / "probe.html").write_text(PROBE, encoding="utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=3000",
        "--dump-dom",
        (tmp_path / "probe.html").as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = re.search(r"measured (\d+) of (\d+)", done.stdout)
    assert found is not None
    assert 300 < int(found[2]) <= 360
    assert int(found[1]) <= int(found[2])
