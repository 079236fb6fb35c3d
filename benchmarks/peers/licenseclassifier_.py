"""licenseclassifier: the SPDX ids of the regions it recognizes."""

from harness import drive
from licenseclassifier import identify_license


def answer(_: str, text: str) -> dict[str, object]:
    """Ask licenseclassifier."""
    return {"found": sorted({one.id for one in identify_license(text)})}


drive(answer)
