"""A predicate in words, for the documentation of a criterion."""

from __future__ import annotations

from collections.abc import Sequence

from howopen.knowledge.predicates import (
    AccessAtLeast,
    All,
    Any,
    Ask,
    Count,
    Covers,
    Licensed,
    Not,
    Permits,
    Predicate,
    Present,
    Stated,
    Unread,
    Unrestricted,
)

#: how far something can be had, in words
_ACCESS = {
    "staged": "given to some people outside",
    "hosted": "used in a product",
    "api": "used through an interface",
    "gated-download": "downloaded, if only after asking",
    "download": "downloaded by anyone",
}

#: who rules on a class
_CLASSES = {
    "osi": "approved by the OSI",
    "fsf": "free by the FSF",
    "open-definition": "conformant with the Open Definition",
    "mot-open": "open to the Model Openness Tool",
}


def in_words(test: Predicate) -> str:  # noqa: PLR0912 - one case a predicate
    """Say a predicate in words.

    >>> in_words(Present(of=("model-card",)))
    'the model card is there'
    """
    match test:
        case Present():
            return f"{_things(test.of)} there" + (" for every variant" if test.every else "")
        case AccessAtLeast():
            how = _ACCESS.get(test.least, f"had: {test.least}")
            return f"the {_names(test.of)} can be {how}"
        case Licensed():
            return _licensed(test)
        case Permits():
            return f"anyone may {_some(test.actions)} the {_names(test.of)}, with no condition"
        case Unrestricted():
            by = f" by {_some(test.by, 'or')}" if test.by else ""
            return f"no clause on the {_names(test.of)} restricts use{by}"
        case Covers():
            return f"the {_names(test.of)} covers {_some(test.topics)}"
        case Stated():
            return f"the {test.name} of the {_names(test.of)} is {_some(test.values, 'or')}"
        case Ask():
            return f"it is answered (question {test.id}): {test.question}"
        case Unread():
            return f"unclear: the words of this rule were not read ({test.why})"
        case Not():
            return f"it is not so that {in_words(test.test)}"
        case Count():
            return f"at least {test.least} of: {_joined(test.tests, '; ')}"
        case All():
            return _joined(test.tests, "; and ")
        case Any():
            return f"either {_joined(test.tests, '; or ')}"


def _licensed(test: Licensed) -> str:
    wanted = [_CLASSES.get(name, f"{name} (our class)") for name in test.classes]
    wanted += ["on the definition's own list"] if test.listed else []
    said = _some(wanted, "or") if wanted else "any license"
    text = f"the license of the {_names(test.of)} is {said}"
    if test.arguable:
        doubts = [_CLASSES.get(name, f"{name} (our class)") for name in test.arguable]
        text += f" (unclear where it is only {_some(doubts, 'or')})"
    return text


def _joined(tests: Sequence[Predicate], between: str) -> str:
    return between.join(in_words(test) for test in tests)


def _names(names: Sequence[str]) -> str:
    return _some([name.replace("$", "").replace("-", " ") for name in names])


def _things(names: Sequence[str]) -> str:
    return f"the {_names(names)} {'is' if len(names) == 1 else 'are'}"


def _some(words: Sequence[str], last: str = "and") -> str:
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
