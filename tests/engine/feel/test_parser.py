"""Reading FEEL: trees, names of several words, and messages that help."""

from __future__ import annotations

import pytest

from engine.feel import FeelSyntaxError, compile_expression, parse
from engine.feel import syntax as s


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("", "Expected an expression, but the expression ends here.", 1, 1),
        ("1 +", "Expected an expression, but the expression ends here.", 1, 4),
        ("if a then b", "Expected “else”, which every “if” of FEEL has, but the expression ends here.", 1, 12),
        ("(1", "Expected “)” or an operator, but the expression ends here.", 1, 3),
        ("[1, 2", "Expected “,” or “]” in the list, but the expression ends here.", 1, 6),
        ("1\n+ )", "Expected an expression, but found “)”.", 2, 3),
        (
            "some x in y satisfy x",
            "Expected “satisfies” or “,” after the list, but found “satisfy”. Did you mean 'satisfies'?",
            1,
            13,
        ),
        ("order id > 1", "If “order id” is one name, put it in backticks: `order id`.", 1, 7),
        ('"abc', 'The string that begins here has no closing ".', 1, 1),
        ("1 /* never closed", "The comment that begins here has no closing */.", 1, 3),
        ("a && b", "Write and instead.", 1, 3),
        ("“a”", 'Write the plain quote " instead.', 1, 1),
        ("a.", "Expected a name after the dot, but the expression ends here.", 1, 3),
        ("@2026", "Expected a string with a date, time or duration after @", 1, 2),
        ("f(a b)", "Expected “,” or “)” in the call", 1, 5),
        ("1 instance of 5", "Expected a type, such as number", 1, 15),
        ("for i in 1..3", "Expected “return” or “,” after the loop's list", 1, 14),
        ("{a 1}", "Expected “:”", 1, 5),
    ],
)
def test_the_message_says_what_was_expected_and_where(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.code.startswith("FEEL-1")


def test_the_longest_name_in_scope_wins() -> None:
    names = ["total", "total price", "total price net"]
    assert parse("total price net", names) == s.Name("total price net")
    assert parse("total price", names) == s.Name("total price")
    assert parse("order.total price", names) == s.Path(s.Name("order"), "total price")


def test_a_sign_belongs_to_the_name_only_when_such_a_name_is_in_scope() -> None:
    assert parse("a-b", ["a-b"]) == s.Name("a-b")
    assert parse("a-b") == s.Arithmetic("-", s.Name("a"), s.Name("b"))


def test_a_name_bound_in_a_context_ends_with_the_context() -> None:
    tree = parse("[{a-b: 1, c: a-b}, a-b]")
    assert isinstance(tree, s.ListOf)
    assert tree.items[1] == s.Arithmetic("-", s.Name("a"), s.Name("b"))


def test_white_space_and_lines_inside_a_name_do_not_matter() -> None:
    assert parse("first   \n name", ["first name"]) == s.Name("first name")


def test_every_node_knows_its_place() -> None:
    tree = parse("1 +\n  foo.bar")
    assert isinstance(tree, s.Arithmetic)
    assert (tree.at.line, tree.at.column) == (1, 3)
    assert isinstance(tree.right, s.Path)
    assert (tree.right.source.at.line, tree.right.source.at.column) == (2, 3)


@pytest.mark.parametrize("text", ["[1..5[", "[1..a[", "(1..5[", "]1..5[", "[a..b.c[", "{x: [1..5[, y: 2}"])
def test_a_bracket_may_close_a_range_the_wrong_way_round(text: str) -> None:
    assert "RangeOf" in repr(parse(text))


def test_a_bracket_inside_the_end_of_a_range_still_filters() -> None:
    tree = parse("[1..list[2]]")
    assert isinstance(tree, s.RangeOf)
    assert tree.end == s.Filter(s.Name("list"), s.Number(parse("2").value))  # type: ignore[union-attr]
