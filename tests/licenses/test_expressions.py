"""The grammar of SPDX expressions."""

from __future__ import annotations

import pytest

from howopen.licenses.expressions import Node, parse


def shape(node: Node | None) -> object:
    if node is None:
        return None
    if node.parts:
        return (node.operator, *(shape(part) for part in node.parts))
    return (node.name, node.exception) if node.exception else node.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT", "MIT"),
        ("MIT OR Apache-2.0", ("OR", "MIT", "Apache-2.0")),
        ("A OR B AND C", ("OR", "A", ("AND", "B", "C"))),
        ("(A OR B) AND C", ("AND", ("OR", "A", "B"), "C")),
        ("A AND B AND C", ("AND", "A", "B", "C")),
        ("A WITH E OR B", ("OR", ("A", "E"), "B")),
        ("Apache 2.0 OR MIT License", ("OR", "Apache 2.0", "MIT License")),
        ("((A))", "A"),
        ("MIT AND", None),
        ("OR MIT", None),
        ("(A OR B", None),
        ("A) OR B", None),
        ("A WITH (B)", None),
        ("", None),
        ("(" * 500 + "A" + ")" * 500, None),
    ],
)
def test_an_expression_is_the_tree_its_author_wrote(text: str, expected: object) -> None:
    assert shape(parse(text)) == expected
