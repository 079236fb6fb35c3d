"""howopen: every license read in a text, its edition, and whether it was modified."""

from harness import drive


def answer(_: str, text: str) -> dict[str, object]:
    """Ask howopen."""
    from howopen.knowledge.loader import default  # noqa: PLC0415 - its cost is the tool's
    from howopen.licenses.reading import readings_of  # noqa: PLC0415

    told = readings_of(text, default())
    named = [one for one in told if one.license]
    idents = [f"{one.license}@{one.edition}" if one.edition else one.license for one in named]
    return {"found": idents, "modified": any(one.modified for one in named)}


drive(answer)
