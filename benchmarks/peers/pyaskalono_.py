"""Askalono, by its Python binding: one SPDX id at 0.8 or more, its default."""

import askalono
from harness import drive

THRESHOLD = 0.8


def answer(_: str, text: str) -> dict[str, object]:
    """Ask askalono."""
    try:
        told = askalono.identify(text)
    except ValueError:
        return {"found": []}
    if told is None or told.score < THRESHOLD:
        return {"found": []}
    return {"found": [told.name], "modified": told.score < 1}


drive(answer)
