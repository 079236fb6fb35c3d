"""What every driver does: read the files of a list, time each answer, print one JSON line a file.

A driver runs in the environment of the tool it drives, so it needs nothing but Python. Usage of
each: python DRIVER LIST, where LIST holds one path a line.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def drive(answer: Callable[[str, str], dict[str, object]]) -> None:
    """Answer for all files: `answer` takes a path and its text, and says what was found.

    An answer holds `found`, the ids named; `modified`, where the tool tells that a text departs
    from the published one; and `edition` if it tells editions apart from ids.
    """
    for path in Path(sys.argv[1]).read_text(encoding="utf-8").split():
        text = Path(path).read_text(encoding="utf-8")
        begun = time.process_time()
        told = answer(path, text)
        took = time.process_time() - begun
        print(json.dumps({"path": path, "ms": took * 1000, **told}))
    print(json.dumps({"peak": _peak(), "cpu": time.process_time()}))


def _peak() -> float:
    """Return the peak memory in MB; `getrusage` would count what the parent process had."""
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
