"""What each sign and keyword of FEEL begins or continues: the tables of the parser, and the entry points (DMN 1.5
§10.3.1.2)."""

from __future__ import annotations

from engine.feel import syntax as s
from engine.feel.grammar_types import type_of
from engine.feel.lexer import END, NAME, NUMBER, OPERATOR, STRING, Token
from engine.feel.names import Names
from engine.feel.parser import (
    ADD,
    AND,
    COMPARE,
    COMPARISONS,
    INFIX,
    KEYWORDS,
    MULTIPLY,
    OR,
    POSTFIX,
    POWER,
    PREFIX,
    TYPE,
    Parser,
)


def parse_expression(text: str, names: Names) -> s.Node:
    """The whole text as one expression; raises FeelSyntaxError."""
    parser = Parser(text, names)
    node = parser.expression()
    if parser.next.kind != END:
        raise parser.expected("an operator or the end")
    return node


def parse_unary_tests(text: str, names: Names) -> s.UnaryTests:
    """The whole text as a decision table's input entry (rules 7–17); raises FeelSyntaxError."""
    parser = Parser(text, names)
    at = parser.next.at
    if parser.takes("-") and parser.next.kind == END:
        return s.UnaryTests((), False, at)
    parser.index = 0
    if parser.takes("not", "("):
        tests = _tests(parser)
        if parser.takes(")") and parser.next.kind == END:
            return s.UnaryTests(tests, True, at)
        parser.index = 0
    tests = _tests(parser)
    if parser.next.kind != END:
        raise parser.expected("a comma, an operator or the end")
    return s.UnaryTests(tests, False, at)


def _tests(parser: Parser) -> tuple[s.Node, ...]:
    tests = [_test(parser)]
    while parser.takes(","):
        tests.append(_test(parser))
    return tuple(tests)


def _test(parser: Parser, power: int = 0) -> s.Node:
    token = parser.next
    if token.kind == OPERATOR and token.value in COMPARISONS:
        parser.take()
        return s.OpenRange(token.value, parser.inside(COMPARE), token.at)
    return parser.inside(power)


def _parenthesis(parser: Parser, token: Token) -> s.Node:
    if parser.next.kind == OPERATOR and parser.next.value in COMPARISONS:
        test = _test(parser)
        parser.expect(")")
        return test
    node = parser.inside()
    if parser.takes(".."):
        return _range(parser, node, False, token)
    parser.expect(")", "“)” or an operator")
    return node


def _bracket(parser: Parser, token: Token) -> s.Node:
    items: list[s.Node] = []
    if parser.takes("]"):
        return s.ListOf((), token.at)
    items.append(parser.inside())
    if parser.takes(".."):
        return _range(parser, items[0], True, token)
    while parser.takes(","):
        items.append(parser.inside())
    parser.expect("]", "“,” or “]” in the list")
    return s.ListOf(tuple(items), token.at)


def _reversed_bracket(parser: Parser, token: Token) -> s.Node:
    start = parser.inside()
    parser.expect("..")
    return _range(parser, start, False, token)


def _range(parser: Parser, start: s.Node, included: bool, token: Token) -> s.Node:
    end = parser.range_end()
    for closing in ("]", ")", "["):
        if parser.takes(closing):
            return s.RangeOf(start, end, included, closing == "]", token.at)
    raise parser.expected("“]” or “)” at the end of the range")


def _brace(parser: Parser, token: Token) -> s.Node:
    entries: list[tuple[str, s.Node]] = []
    mark = parser.names.mark()
    while not parser.takes("}"):
        if entries:
            parser.expect(",", "“,” or “}” in the context")
        key = parser.take().value if parser.next.kind == STRING else parser.name_until(":")
        parser.expect(":")
        entries.append((key, parser.inside()))
        parser.names.bind(key)
    parser.names.forget(mark)
    return s.ContextOf(tuple(entries), token.at)


def _at_literal(parser: Parser, token: Token) -> s.Node:
    if parser.next.kind != STRING:
        raise parser.expected('a string with a date, time or duration after @, such as @"2026-03-01"')
    return s.At(parser.take().value, token.at)


def _if(parser: Parser, token: Token) -> s.Node:
    condition = parser.inside()
    parser.expect("then", "“then” after the condition")
    then = parser.inside()
    parser.expect("else", "“else”, which every “if” of FEEL has")
    return s.If(condition, then, parser.expression(), token.at)


def _iterators(parser: Parser) -> tuple[s.Iterator, ...]:
    found: list[s.Iterator] = []
    while not found or parser.takes(","):
        at = parser.next.at
        name = parser.name_until("in")
        parser.expect("in")
        source = parser.inside()
        end = parser.inside() if parser.takes("..") else None
        found.append(s.Iterator(name, source, end, at))
        parser.names.bind(name)
    return tuple(found)


def _for(parser: Parser, token: Token) -> s.Node:
    mark = parser.names.mark()
    iterators = _iterators(parser)
    parser.expect("return", "“return” or “,” after the loop's list")
    body = parser.expression()
    parser.names.forget(mark)
    return s.For(iterators, body, token.at)


def _quantified(parser: Parser, token: Token) -> s.Node:
    mark = parser.names.mark()
    iterators = _iterators(parser)
    parser.expect("satisfies", "“satisfies” or “,” after the list")
    condition = parser.expression()
    parser.names.forget(mark)
    return s.Quantified(token.value == "every", iterators, condition, token.at)


def _function(parser: Parser, token: Token) -> s.Node:
    parser.expect("(")
    mark = parser.names.mark()
    parameters: list[s.Parameter] = []
    while not parser.takes(")"):
        if parameters:
            parser.expect(",", "“,” or “)” after the parameter")
        name = parser.name_until(":", ",", ")")
        parameters.append(s.Parameter(name, type_of(parser) if parser.takes(":") else None))
        parser.names.bind(name)
    external = parser.takes("external")
    body = parser.expression()
    parser.names.forget(mark)
    return s.FunctionOf(tuple(parameters), body, external, token.at)


def _binary(make: type[s.Arithmetic] | type[s.Comparison], power: int, parser: Parser, left: s.Node, token: Token) -> s.Node:
    return make(token.value, left, parser.expression(power), token.at)


def _between(parser: Parser, left: s.Node, token: Token) -> s.Node:
    low = parser.expression(COMPARE)
    parser.expect("and", "“and” between the two ends")
    return s.Between(left, low, parser.expression(COMPARE), token.at)


def _in(parser: Parser, left: s.Node, token: Token) -> s.Node:
    start = parser.index
    if parser.takes("("):
        tests = _tests(parser)
        # `in (a..b)` and `in (1 + 2) * 3` begin with a parenthesis too, and are one test.
        if parser.takes(")") and (len(tests) > 1 or not _goes_on(parser)):
            return s.In(left, tests, token.at)
        if len(tests) > 1:
            raise parser.expected("“,” or “)” after the test")
        parser.index = start
    return s.In(left, (_test(parser, COMPARE),), token.at)


def _goes_on(parser: Parser) -> bool:
    entry = INFIX.get(parser.next.value) if parser.next.kind == OPERATOR else None
    return entry is not None and entry[0] > COMPARE


def _path(parser: Parser, left: s.Node, token: Token) -> s.Node:
    return s.Path(left, parser.member_name(), token.at)


def _filter(parser: Parser, left: s.Node, token: Token) -> s.Node:
    condition = parser.inside()
    parser.expect("]", "“]” after the filter")
    return s.Filter(left, condition, token.at)


def _call(parser: Parser, left: s.Node, token: Token) -> s.Node:
    named = _begins_named(parser)
    names: list[str] = []
    arguments: list[s.Node] = []
    while not parser.takes(")"):
        if arguments:
            parser.expect(",", "“,” or “)” in the call")
        if named:
            names.append(parser.name_until(":"))
            parser.expect(":")
        arguments.append(parser.inside())
    return s.Call(left, tuple(arguments), tuple(names) if named else None, left.at)


def _begins_named(parser: Parser) -> bool:
    index = parser.index
    while parser.tokens[index].kind in (NAME, NUMBER) or parser.tokens[index].value in ("-", "'", "/", "+", "*"):
        index += 1
    return index > parser.index and parser.tokens[index].value == ":" and parser.tokens[index].kind == OPERATOR


def _instance_of(parser: Parser, left: s.Node, token: Token) -> s.Node:
    parser.expect("of")
    return s.InstanceOf(left, type_of(parser), token.at)


PREFIX.update({"(": _parenthesis, "[": _bracket, "]": _reversed_bracket, "{": _brace, "@": _at_literal})
KEYWORDS.update(
    {
        "if": _if,
        "for": _for,
        "some": _quantified,
        "every": _quantified,
        "function": _function,
        "true": lambda _, token: s.Boolean(True, token.at),
        "false": lambda _, token: s.Boolean(False, token.at),
        "null": lambda _, token: s.Null(token.at),
    }
)
INFIX.update(
    {
        "or": (OR, lambda p, left, token: s.Or(left, p.expression(OR), token.at)),
        "and": (AND, lambda p, left, token: s.And(left, p.expression(AND), token.at)),
        "between": (COMPARE, _between),
        "in": (COMPARE, _in),
        "instance": (TYPE, _instance_of),
        ".": (POSTFIX, _path),
        "[": (POSTFIX, _filter),
        "(": (POSTFIX, _call),
    }
)
INFIX.update({c: (COMPARE, lambda p, left, token: _binary(s.Comparison, COMPARE, p, left, token)) for c in COMPARISONS})
INFIX.update({c: (ADD, lambda p, left, token: _binary(s.Arithmetic, ADD, p, left, token)) for c in ("+", "-")})
INFIX.update({c: (MULTIPLY, lambda p, left, token: _binary(s.Arithmetic, MULTIPLY, p, left, token)) for c in ("*", "/")})
INFIX["**"] = (POWER, lambda p, left, token: _binary(s.Arithmetic, POWER, p, left, token))
