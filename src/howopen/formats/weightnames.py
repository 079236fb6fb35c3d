"""Which names are those of a model's weights, among files that look like them."""

from __future__ import annotations

import re

#: names of weight-like files that hold no model
_NOT_WEIGHTS = re.compile(
    r"(?:^|/)(?:optimizer|scheduler|training_args|rng_state|scaler|random_states)[^/]*$"
    r"|optim_states|optim\.pt$|(?:^|/)(?:events\.out|vocab|tokenizer|spiece|lookups)[^/]*$"
    r"|\.mlpackage/manifest\.json$"
)
#: folders of weights that only try the code
_TRIALS = re.compile(
    r"(?:^|/)(?:tests?|tests?[-_](?:data|fixtures?|models?|assets)|testdata|fixtures?)/"
)


def names_weights(path: str) -> bool:
    """Tell whether a file that looks like weights is named as those of a model are.

    >>> [names_weights(path) for path in ("model.safetensors", "optimizer.pt", "tests/a.pt")]
    [True, False, False]
    """
    return not _NOT_WEIGHTS.search(path.lower()) and not not_of_the_release(path)


def not_of_the_release(path: str) -> bool:
    """Tell whether a file lies in a folder of tests: it only tries the code.

    >>> [not_of_the_release(path) for path in ("tests/a.pt", "src/test_data/a.onnx", "a.pt")]
    [True, True, False]
    """
    return bool(_TRIALS.search(path.lower()))
