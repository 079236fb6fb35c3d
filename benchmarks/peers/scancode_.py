"""ScanCode: the keys of the expression it detects; its score says whether a text departs."""

import warnings

from harness import drive

warnings.simplefilter("ignore")


def answer(path: str, _: str) -> dict[str, object]:
    """Ask ScanCode as its command line does."""
    from license_expression import Licensing  # noqa: PLC0415 - its cost is the tool's
    from scancode.api import get_licenses  # noqa: PLC0415

    told = get_licenses(path)
    expression = told["detected_license_expression"]
    keys = Licensing().license_keys(expression) if expression else []
    scores = [one["score"] for each in told["license_detections"] for one in each["matches"]]
    return {"found": keys, "modified": bool(scores) and min(scores) < 100}


drive(answer)
