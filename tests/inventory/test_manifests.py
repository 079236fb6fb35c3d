from __future__ import annotations

from pathlib import Path

from howopen.inventory import take
from howopen.knowledge import default
from howopen.places import open_place
from howopen.release import Access, How, Presence, ReleaseKind
from tests.inventory.builders import parts

SERVICE = """howopen: 1
release:
  name: Oracle
  kind: service
  publisher: Acme
  access: api
components:
  - component: weights
    presence: said-withheld
  - component: terms-of-service
    url: https://acme.example/terms
    license: acme-terms
"""
MOT = """framework:
  name: Model Openness Framework
  version: '1.0'
release:
  name: Nova
  version: 7B
  date: '2024-05-01'
  type: language model
  producer: Acme
  license:
    distribution:
      name: Apache-2.0
  components:
    - name: Model parameters (Final)
      license: MIT
    - name: Datasets
      license: Component not included
    - name: Something else
      license: MIT
"""


def test_a_service_is_known_by_its_manifest(tmp_path: Path) -> None:
    path = tmp_path / "oracle.yml"
    path.write_text(SERVICE)
    found = take(open_place(path), default())
    assert found.release.kind is ReleaseKind.SERVICE
    assert (found.release.name, found.release.publisher) == ("Oracle", "Acme")
    weights = {(part.presence, part.access) for part in parts(found, "weights")}
    assert weights == {
        (Presence.ELSEWHERE, Access.API),
        (Presence.SAID_WITHHELD, Access.WITHHELD),
    }
    (terms,) = parts(found, "terms-of-service")
    assert terms.access is None
    assert terms.evidence[0].how is How.MANIFEST


def test_a_mot_manifest_gives_parts_as_stated_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "nova.yml"
    path.write_text(MOT)
    found = take(open_place(path), default())
    (weights,) = parts(found, "weights")
    assert (weights.presence, weights.access) == (Presence.ELSEWHERE, None)
    (data,) = parts(found, "training-data")
    assert data.presence is Presence.SAID_ABSENT
    licenses = {
        (one.component.value if one.component else None, one.value)
        for one in found.release.declarations
        if one.key == "license"
    }
    assert (None, "Apache-2.0") in licenses
    assert ("weights", "MIT") in licenses
    assert "HO105" in {one.code for one in found.findings}
    assert str(found.release.released) == "2024-05-01"


def test_a_broken_manifest_is_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "broken.yml"
    path.write_text("release: [\n")
    found = take(open_place(path), default())
    assert found.gaps
    assert {part.presence for part in found.release.parts} == {Presence.NOT_FOUND}
