"""Fixtures that all rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# a busy machine draws examples slowly; that says nothing of what is tested
settings.register_profile("patient", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("patient")

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture(scope="session")
def shared_root() -> Path:
    """Return the folder of real inputs beside the project, or skip."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip("the real inputs in ../shared are not here")
    return SHARED
