"""Which judge confronts which kind of claim, by the word that `claims.toml` gives for it."""

from __future__ import annotations

from howopen.claims.judges_of_license import license_named
from howopen.claims.judges_of_making import (
    based_on,
    data_released,
    from_scratch,
    reproducible,
    uncensored,
)
from howopen.claims.judges_of_release import (
    code_released,
    compliance,
    first_open,
    free_software,
    gated,
    no_personal_data,
    open_model,
    openness_class,
    public_data,
    ungated,
    weights_released,
)
from howopen.claims.judges_of_terms import (
    commercial_use,
    free,
    fully_open,
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
    "open-model": open_model,
    "first-open": first_open,
    "free-software": free_software,
    "weights-released": weights_released,
    "code-released": code_released,
    "public-data": public_data,
    "gated": gated,
    "ungated": ungated,
    "no-personal-data": no_personal_data,
    "compliance": compliance,
    "openness-class": openness_class,
}
