"""Sentences about a release -> claims -> confronted with what was found."""

from howopen.claims.judge import claims_of, find_claims, read_claims
from howopen.claims.subject import Subject

__all__ = ["Subject", "claims_of", "find_claims", "read_claims"]
