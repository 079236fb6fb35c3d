"""Which judge confronts which kind of claim, by the word that `claims.toml` gives for it."""

from __future__ import annotations

from howopen.claims.judges_of_making import (
    based_on,
    data_released,
    from_scratch,
    reproducible,
    uncensored,
)
from howopen.claims.judges_of_terms import (
    commercial_use,
    free,
    fully_open,
    license_named,
    no_restrictions,
    open_source,
    open_weights,
    permissive,
)
from howopen.claims.ruling import Judge

JUDGES: dict[str, Judge] = {
    "open-source": open_source,
    "fully-open": fully_open,
    "open-weights": open_weights,
    "free": free,
    "license-named": license_named,
    "permissive": permissive,
    "commercial-use": commercial_use,
    "no-restrictions": no_restrictions,
    "from-scratch": from_scratch,
    "reproducible": reproducible,
    "data-released": data_released,
    "based-on": based_on,
    "uncensored": uncensored,
}
