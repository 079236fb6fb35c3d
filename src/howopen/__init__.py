"""What an AI release holds, what you may do with it, where it comes from and how open it is.

```python
import howopen

report = howopen.inspect("pypi:silero-vad==6.2.3")
answer = report.may("share", purpose="commercial")
verdict = report.openness["osaid-1.0"]
reading = howopen.read_license("LICENSE")
related = howopen.kin("fine-tune/", "base/")
```
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from howopen.answer import (
        Answer,
        Circumstances,
        Citation,
        Claim,
        Condition,
        Criterion,
        Depth,
        Duty,
        Finding,
        Gravity,
        Judgement,
        Reason,
        Risk,
        Truth,
        Verdict,
    )
    from howopen.errors import HowopenError
    from howopen.kinship.asking import kin
    from howopen.kinship.result import Kinship
    from howopen.knowledge.loader import Knowledge
    from howopen.licenses import read_license
    from howopen.release import (
        Access,
        Component,
        Departure,
        Evidence,
        Gap,
        Grant,
        LicenseReading,
        Part,
        Presence,
        Relation,
        Release,
        Scope,
    )
    from howopen.report import Report, inspect, read_claims

__version__ = "0.1.0"

#: Where each public name lives; a module is imported when one of its names is first asked for.
_HOMES = {
    "howopen.answer": (
        "Answer",
        "Circumstances",
        "Citation",
        "Claim",
        "Condition",
        "Criterion",
        "Depth",
        "Duty",
        "Finding",
        "Gravity",
        "Judgement",
        "Reason",
        "Risk",
        "Truth",
        "Verdict",
    ),
    "howopen.errors": ("HowopenError",),
    "howopen.kinship.asking": ("kin",),
    "howopen.kinship.result": ("Kinship",),
    "howopen.knowledge.loader": ("Knowledge",),
    "howopen.licenses": ("read_license",),
    "howopen.release": (
        "Access",
        "Component",
        "Departure",
        "Evidence",
        "Gap",
        "Grant",
        "LicenseReading",
        "Part",
        "Presence",
        "Relation",
        "Release",
        "Scope",
    ),
    "howopen.report": ("Report", "inspect", "read_claims"),
}

__all__ = [
    "Access",
    "Answer",
    "Circumstances",
    "Citation",
    "Claim",
    "Component",
    "Condition",
    "Criterion",
    "Departure",
    "Depth",
    "Duty",
    "Evidence",
    "Finding",
    "Gap",
    "Grant",
    "Gravity",
    "HowopenError",
    "Judgement",
    "Kinship",
    "Knowledge",
    "LicenseReading",
    "Part",
    "Presence",
    "Reason",
    "Relation",
    "Release",
    "Report",
    "Risk",
    "Scope",
    "Truth",
    "Verdict",
    "inspect",
    "kin",
    "read_claims",
    "read_license",
]


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562), so that the command line starts fast."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'howopen' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
