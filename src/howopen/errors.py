"""All errors that howopen raises, one tree; each says what to do next.

```
HowopenError
├── RefError (ValueError)            a REF whose form nobody knows, or that names nothing
├── PlaceError (OSError)             the place exists but cannot be read
│   └── OfflineError                 the answer would need the network, which was not allowed
├── FormatError (ValueError)         a file is not what its name says it is
│   └── TooLargeError                a file, header or field is over its cap
├── KnowledgeError (ValueError)      one of our own or a user's data files is malformed
├── UnknownTermError (LookupError)   an action, definition, license, code or term we do not know
└── QuestionError (ValueError)       a question that contradicts itself
```

Every error carries `path` and `line` where they are known and a `hint`: the next thing to try.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class HowopenError(Exception):
    """Base of all errors of howopen.

    Args:
        message: what is wrong, in one sentence without a full stop.
        path: the file it is wrong in, relative to its release where there is one.
        line: the 1-based line in that file.
        hint: the next thing to try.
    """

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        """Return `path:line: message (hint)` with the parts that are known."""
        where = "" if self.path is None else self.path
        if where and self.line is not None:
            where += f":{self.line}"
        text = f"{where}: {self.message}" if where else self.message
        return f"{text} ({self.hint})" if self.hint else text


class RefError(HowopenError, ValueError):
    """A REF whose form nobody knows, or that names nothing."""


class PlaceError(HowopenError, OSError):
    """The place exists but cannot be read."""


class OfflineError(PlaceError):
    """The answer would need the network, which was not allowed."""


class FormatError(HowopenError, ValueError):
    """A file is not what its name says it is."""


class TooLargeError(FormatError):
    """A file, header or field is over its cap."""


class KnowledgeError(HowopenError, ValueError):
    """One of our own or a user's data files is malformed."""


class UnknownTermError(HowopenError, LookupError):
    """An action, definition, license, code or term we do not know."""


class QuestionError(HowopenError, ValueError):
    """A question that contradicts itself."""


def unknown_term(what: str, given: str, known: Iterable[str]) -> UnknownTermError:
    """Build the error for a name we do not know, with the near ones in its hint.

    Args:
        what: the kind of thing, for example `"action"`.
        given: the name as the user wrote it.
        known: all names there are.

    >>> str(unknown_term("action", "finetune", ["fine-tune", "merge"]))
    "unknown action 'finetune' (did you mean 'fine-tune'?)"
    """
    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=3, cutoff=0.5)
    if near:
        hint = "did you mean " + " or ".join(repr(name) for name in near) + "?"
    else:
        hint = "known: " + ", ".join(names[:40])
    return UnknownTermError(f"unknown {what} {given!r}", hint=hint)
