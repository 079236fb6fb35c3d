"""Grants, relations and who asks go in; answers with their reasons come out. Pure."""

from howopen.rights.ask import (
    component_terms,
    may,
    may_under,
    rights_by_variant,
    rights_table,
)
from howopen.rights.findings import find_rights
from howopen.rights.given import with_parents
from howopen.rights.pick import variant_id
from howopen.rights.publishing import Publishing, publishing
from howopen.rights.releasing import releasing
from howopen.rights.survival import Survival, survival

__all__ = [
    "Publishing",
    "Survival",
    "component_terms",
    "find_rights",
    "may",
    "may_under",
    "publishing",
    "releasing",
    "rights_by_variant",
    "rights_table",
    "survival",
    "variant_id",
    "with_parents",
]
