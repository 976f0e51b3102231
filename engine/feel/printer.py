"""From the syntax tree back to text, with just the brackets that are needed: parsing what is printed gives the same tree."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from engine.feel import syntax as s
from engine.feel.names import is_simple
from engine.feel.parser import ADD, AND, COMPARE, KEYWORDS, MULTIPLY, NEGATE, OR, POSTFIX, POWER, RESERVED, TYPE

ATOM = POSTFIX + 1
_ARITHMETIC = {"+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "**": POWER}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WORDS = RESERVED | {"not", "instance", "external"}


def print_expression(node: s.Node) -> str:
    """The FEEL text of a tree."""
    return _print(node)[0]


def _at_least(node: s.Node, power: int) -> str:
    text, own = _print(node)
    return text if own >= power else f"({text})"


def _print(node: s.Node) -> tuple[str, int]:  # noqa: C901, PLR0912 - one exhaustive match over the grammar
    match node:
        case s.Null():
            return "null", ATOM
        case s.Boolean(value):
            return ("true" if value else "false"), ATOM
        case s.Number(value):
            return _number(value)
        case s.String(value):
            return quote(value), ATOM
        case s.At(text):
            return f"@{quote(text)}", ATOM
        case s.Name(name):
            return name_text(name), ATOM
        case s.ListOf(items):
            return f"[{_list(items)}]", ATOM
        case s.ContextOf(entries):
            return "{" + ", ".join(f"{_key(k)}: {_at_least(v, 0)}" for k, v in entries) + "}", ATOM
        case s.RangeOf():
            return _range(node), ATOM
        case s.OpenRange(operator, operand):
            return f"({operator} {_at_least(operand, ADD)})", ATOM
        case s.Negation(operand):
            return f"-{_negated(operand)}", NEGATE
        case s.Arithmetic(operator, left, right):
            power = _ARITHMETIC[operator]
            return f"{_at_least(left, power)} {operator} {_at_least(right, power + 1)}", power
        case s.Comparison(operator, left, right):
            return f"{_at_least(left, COMPARE)} {operator} {_at_least(right, ADD)}", COMPARE
        case s.And(left, right):
            return f"{_at_least(left, AND)} and {_at_least(right, COMPARE)}", AND
        case s.Or(left, right):
            return f"{_at_least(left, OR)} or {_at_least(right, AND)}", OR
        case s.Between(value, low, high):
            return f"{_at_least(value, COMPARE)} between {_at_least(low, ADD)} and {_at_least(high, ADD)}", COMPARE
        case s.In(value, tests):
            return f"{_at_least(value, COMPARE)} in {_tests(tests)}", COMPARE
        case s.InstanceOf(value, wanted):
            return f"{_at_least(value, TYPE)} instance of {type_text(wanted)}", TYPE
        case s.Path(source, name):
            return f"{_at_least(source, POSTFIX)}.{name_text(name, member=True)}", POSTFIX
        case s.Filter(source, condition):
            return f"{_at_least(source, POSTFIX)}[{_at_least(condition, 0)}]", POSTFIX
        case s.Call(function, arguments, names):
            return f"{_at_least(function, POSTFIX)}({_arguments(arguments, names)})", POSTFIX
        case s.If(condition, then, otherwise):
            return f"if {_at_least(condition, 0)} then {_at_least(then, 0)} else {_at_least(otherwise, 0)}", 0
        case s.For(iterators, body):
            return f"for {_iterators(iterators)} return {_at_least(body, 0)}", 0
        case s.Quantified(every, iterators, condition):
            return f"{'every' if every else 'some'} {_iterators(iterators)} satisfies {_at_least(condition, 0)}", 0
        case s.FunctionOf():
            return _function(node), 0
        case s.UnaryTests(tests, negated):
            inner = ", ".join(_test(t) for t in tests) or "-"
            return (f"not({inner})" if negated else inner), 0
        case _:
            assert_never(node)


def _negated(operand: s.Node) -> str:
    # A minus before a digit would become part of the number.
    text = _at_least(operand, NEGATE)
    return f"({text})" if text[0] in "0123456789." else text


def _number(value: Decimal) -> tuple[str, int]:
    return str(value), NEGATE if value.is_signed() else ATOM


def quote(text: str) -> str:
    """A string literal."""
    return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'


def name_text(name: str, *, member: bool = False) -> str:
    """A name as it can be read again: in backticks unless it is one plain word."""
    plain = is_simple(name) and name not in _WORDS and name not in KEYWORDS
    return name if plain or name == "?" or (member and is_simple(name)) else f"`{name}`"


def _key(name: str) -> str:
    return name if is_simple(name) else quote(name)


def _list(nodes: tuple[s.Node, ...]) -> str:
    return ", ".join(_at_least(n, 0) for n in nodes)


def _arguments(arguments: tuple[s.Node, ...], names: tuple[str, ...] | None) -> str:
    if names is None:
        return _list(arguments)
    return ", ".join(f"{name}: {_at_least(a, 0)}" for name, a in zip(names, arguments, strict=True))


def _range(node: s.RangeOf) -> str:
    # The end goes in brackets when it is more than a literal or name, since “[” after it could close the range.
    end = _at_least(node.end, ATOM)
    return f"{'[' if node.start_included else '('}{_at_least(node.start, ATOM)}..{end}{']' if node.end_included else ')'}"


def _test(node: s.Node) -> str:
    if isinstance(node, s.OpenRange):
        return f"{node.operator} {_at_least(node.operand, ADD)}"
    return _at_least(node, 0)


def _tests(tests: tuple[s.Node, ...]) -> str:
    if len(tests) == 1:
        return _test(tests[0]) if isinstance(tests[0], s.OpenRange) else _at_least(tests[0], ADD)
    return f"({', '.join(_test(t) for t in tests)})"


def _iterators(iterators: tuple[s.Iterator, ...]) -> str:
    parts = []
    for iterator in iterators:
        end = f"..{_at_least(iterator.end, 0)}" if iterator.end is not None else ""
        parts.append(f"{iterator.name} in {_at_least(iterator.source, 0)}{end}")
    return ", ".join(parts)


def _function(node: s.FunctionOf) -> str:
    parameters = ", ".join(f"{p.name}: {type_text(p.type)}" if p.type is not None else p.name for p in node.parameters)
    return f"function({parameters}) {'external ' if node.external else ''}{_at_least(node.body, 0)}"


def type_text(node: s.TypeNode) -> str:
    """A type as it is written after `instance of`."""
    match node:
        case s.NamedType(name):
            return name
        case s.ListType(item):
            return f"list<{type_text(item)}>"
        case s.RangeType(item):
            return f"range<{type_text(item)}>"
        case s.ContextType(entries):
            return f"context<{', '.join(f'{k}: {type_text(v)}' for k, v in entries)}>"
        case s.ConstrainedType(base):
            return type_text(base)
        case s.FunctionType(parameters, result):
            return f"function<{', '.join(type_text(p) for p in parameters)}> -> {type_text(result)}"
