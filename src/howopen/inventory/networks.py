"""Whether a file of code called `model.py` defines a network, or only loads or describes one."""

from __future__ import annotations

import re

from howopen.errors import HowopenError
from howopen.places.place import Place
from howopen.release import File

#: names that say by themselves that a network is defined
_CERTAIN = re.compile(r"(?:^|/)(?:modeling_|configuration_)[^/]*$|architecture|/(?:model|modules)/")
#: what code that defines a network cannot do without
_LAYERS = re.compile(
    rb"\bclass\s+\w+\s*\([^)\n]{0,120}(?:Module|Layer|Network|PreTrained|Model)\b[^)\n]{0,120}\)"
    rb"|\bnn\.|\blayers\.|\bLinear\(|\bConv[123]d|\bDense\(|\bhk\.|\beqx\.|\btinygrad\b"
    rb"|\btf\.(?:nn|Variable|Module)|\bkeras\.|\bmatmul\(|\beinsum\("
)
_MAX_FILES = 60
_MAX_REMOTE = 4
_MAX_BYTES = 400_000


class Networks:
    """Looks into files of code, up to a limit.

    Args:
        place: where they lie.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._left = _MAX_REMOTE if place.kind == "hf" else _MAX_FILES

    def may_be_in(self, file: File) -> bool:
        """Tell whether a file can define a network; where it cannot be seen, its name decides."""
        if _CERTAIN.search(file.path.lower()) or self._left <= 0 or not file.size:
            return True
        self._left -= 1
        try:
            text = self._place.read(file.path, _MAX_BYTES)
        except HowopenError:
            return True
        return file.size > _MAX_BYTES or bool(_LAYERS.search(text))
