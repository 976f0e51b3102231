"""A part of a tree can be compiled by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from engine.feel import compile_node, parse, syntax

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_part_of_a_tree_has_its_own_names_and_value() -> None:
    tree = parse("amount > limit * 2")
    assert isinstance(tree, syntax.Comparison)
    part = compile_node(tree.right)
    assert part.names == {"limit"}
    assert part.evaluate({"limit": Decimal(5)}, now=NOW).value == 10
    assert compile_node(tree).names == {"amount", "limit"}
