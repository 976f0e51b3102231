"""What is printed reads back as the same tree."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import parse, parse_tests, print_expression
from engine.feel import syntax as s
from tests.engine.feel.trees import TREES, several


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_parsing_what_is_printed_gives_the_same_tree(tree: s.Node) -> None:
    text = print_expression(tree)
    assert parse(text) == tree, text


@settings(max_examples=100, deadline=None)
@given(st.builds(s.UnaryTests, several(TREES), st.booleans()))
def test_unary_tests_too(tree: s.UnaryTests) -> None:
    text = print_expression(tree)
    assert parse_tests(text) == tree, text
