"""On what terms can bind at all, and where that is unsettled. It never changes a truth."""

from __future__ import annotations

from howopen.rights.compile import Compiled, Origin

_FOOTINGS = {
    "copyright": "copyright: whether weights are protected by it is unsettled in many places",
    "contract": "contract: binds whoever accepted it",
    "patent": "patent: binds whoever practices the claims",
    "database-right": "database right: in the EU and the UK, for the maker of a protected database",
    "trademark": "trademark: covers names and marks, not use of the model",
}

_ACCEPTED = {
    "use": "its terms count use as acceptance, which is disputed for those who never saw them",
    "click": "accepted by a click before the download; who got it elsewhere may not have accepted",
    "none": "nobody is asked to accept it; it is a permission with conditions",
    "unstated": "how it is accepted is not said",
}


def footing(compiled: Compiled) -> tuple[str, ...]:
    """Say for each license on what it stands, in the order it binds."""
    found = [line for origin in compiled.origins.values() for line in _lines(origin)]
    return tuple(dict.fromkeys(found))


def _lines(origin: Origin) -> list[str]:
    found = []
    for text in list(origin.texts.values())[:1]:
        license_ = text.license
        for one in license_.footing:
            line = f"{license_.name} stands on {_FOOTINGS.get(one, one)}"
            if one == "contract":
                line += f"; {_ACCEPTED.get(license_.acceptance, license_.acceptance)}"
            found.append(line)
    return found
