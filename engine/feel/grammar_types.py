"""Types as written after `instance of` and in parameters (DMN 1.5 §10.3.1.2 rules 54–56)."""

from __future__ import annotations

from engine.feel import syntax as s
from engine.feel.lexer import NAME, OPERATOR
from engine.feel.parser import Parser

LONG_TYPES = (
    ("date", "and", "time"),
    ("days", "and", "time", "duration"),
    ("day", "time", "duration"),
    ("years", "and", "months", "duration"),
    ("year", "month", "duration"),
)


def type_of(parser: Parser) -> s.TypeNode:
    """The type that comes next; raises FeelSyntaxError."""
    for words in LONG_TYPES:
        if parser.takes(*words):
            return s.NamedType(" ".join(words))
    if parser.next.kind == NAME and parser.tokens[parser.index + 1].value == "<":
        made = _generic(parser)
        if made is not None:
            return made
    found = parser.names.find(parser.tokens, parser.index)
    if found is not None:
        parser.index += found[1]
        return s.NamedType(found[0])
    if parser.next.kind != NAME:
        raise parser.expected("a type, such as number, string, date or list<string>")
    name = parser.take().value
    while parser.sees(".") and parser.tokens[parser.index + 1].kind == NAME:
        parser.take()
        name += f".{parser.take().value}"
    return s.NamedType(name)


def _generic(parser: Parser) -> s.TypeNode | None:
    if parser.takes("list", "<"):
        item = type_of(parser)
        parser.expect(">")
        return s.ListType(item)
    if parser.takes("range", "<"):
        item = type_of(parser)
        parser.expect(">")
        return s.RangeType(item)
    if parser.takes("context", "<"):
        return s.ContextType(_entries(parser))
    if parser.takes("function", "<"):
        return _function(parser)
    return None


def _entries(parser: Parser) -> tuple[tuple[str, s.TypeNode], ...]:
    entries: list[tuple[str, s.TypeNode]] = []
    while not parser.takes(">"):
        if entries:
            parser.expect(",", "“,” or “>” in the context type")
        name = parser.name_until(":")
        parser.expect(":")
        entries.append((name, type_of(parser)))
    return tuple(entries)


def _function(parser: Parser) -> s.TypeNode:
    parameters: list[s.TypeNode] = []
    while not parser.takes(">"):
        if parameters:
            parser.expect(",", "“,” or “>” in the function type")
        parameters.append(type_of(parser))
    if not (parser.next.kind == OPERATOR and parser.takes("->")):
        raise parser.expected("“->” and the type of the result")
    return s.FunctionType(tuple(parameters), type_of(parser))
