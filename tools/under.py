"""A release of one part that lies under one unmodified license: what tests and pages ask about."""

from __future__ import annotations

from howopen.release import (
    Access,
    Component,
    Grant,
    LicenseReading,
    Part,
    Presence,
    Release,
    ReleaseKind,
    Scope,
    Single,
)


def release_under(license_id: str, component: Component = Component.WEIGHTS) -> Release:
    """Return a model, or a data set, under one license.

    Args:
        license_id: the license, `id` or `id@edition`.
        component: what lies under it.
    """
    ident, _, edition = license_id.partition("@")
    reading = LicenseReading(license=ident, edition=edition or None, via="text", modified=False)
    part = Part(
        id=component.value,
        component=component,
        presence=Presence.HERE,
        access=Access.DOWNLOAD,
        grant=Grant(scope=Scope.STATED, terms=Single(reading=reading)),
    )
    kind = ReleaseKind.MODEL if component is Component.WEIGHTS else ReleaseKind.DATASET
    return Release(ref=license_id, kind=kind, name=license_id, parts=(part,))
