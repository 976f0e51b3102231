"""The built-in functions that may be called with fields, one row each; all others are only called with constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from sqlalchemy import Text, case, func

from engine.api import Kind, Position
from runtime.records.predicates.calculating import chosen, date_of, of_number, whole_number
from runtime.records.predicates.comparing import compared, has_item, surely
from runtime.records.predicates.dialect import Sql, Sql_, opposite
from runtime.records.predicates.operands import Operand, truth
from runtime.records.predicates.refusals import refused
from runtime.records.predicates.scope import constant

Arguments = list[Operand]
Writer = Callable[[Arguments, Position], Operand]


class Function(NamedTuple):
    """How a call looks, for the manual, and how it becomes SQL."""

    usage: str
    parameters: range
    write: Writer


def _typed(name: str, operand: Operand, kind: Kind) -> Operand:
    if operand.kind not in (kind, Kind.NULL):
        found = "a JSON field" if operand.kind is None else f"a {operand.kind}"
        raise refused(f"“{name}” needs a {kind} here, not {found}.", operand.at)
    return operand


def _of_texts(name: str, ask: Callable[[Sql, Sql_, Sql_], Sql_], arguments: Arguments, at: Position) -> Operand:
    text, part = (_typed(name, argument, Kind.STRING) for argument in arguments)
    if text.is_null or part.is_null:
        return constant(None, at)
    if not (text.is_repeatable and part.is_repeatable):
        raise refused(f"“{name}” is asked of fields and constants only.", at)
    return truth(lambda sql: ask(sql, text.render(sql), part.render(sql)), at)


def _not(arguments: Arguments, at: Position) -> Operand:
    (operand,) = arguments
    if operand.kind is not Kind.BOOLEAN:
        return constant(None, at)
    return truth(lambda sql: opposite(operand.render(sql)), at)


def _string_length(arguments: Arguments, at: Position) -> Operand:
    text = _typed("string length", arguments[0], Kind.STRING)
    if text.is_null:
        return constant(None, at)
    return whole_number(lambda sql: func.length(text.render(sql)), at)


def _substring(arguments: Arguments, at: Position) -> Operand:
    """Null where the text has no such position."""
    text = _typed("substring", arguments[0], Kind.STRING)
    if not all(one.is_constant and one.kind is Kind.NUMBER and abs(one.value) < 10**9 for one in arguments[1:]):
        raise refused("The position and length of “substring” must be constant numbers.", at)
    start, length = int(arguments[1].value), int(arguments[2].value) if len(arguments) > 2 else None
    if start == 0 or (length is not None and length < 1) or text.is_null:
        return constant(None, at)

    def render(sql: Sql) -> Sql_:
        whole = text.render(sql)
        first = start if start > 0 else func.length(whole) + start + 1
        taken = func.substr(whole, first, type_=Text()) if length is None else func.substr(whole, first, length, type_=Text())
        return case((func.length(whole) >= abs(start), taken))

    if not text.is_repeatable:
        raise refused("“substring” is taken of a field only.", text.at)
    return Operand(kind=Kind.STRING, write=render, at=at)


def _list(name: str, operand: Operand) -> Operand:
    if operand.kind is not Kind.LIST and not operand.is_null:
        raise refused(f"“{name}” needs a field of several choices here.", operand.at)
    return operand


def _list_contains(arguments: Arguments, at: Position) -> Operand:
    values, item = _list("list contains", arguments[0]), arguments[1]
    if values.is_null:
        return constant(None, at)
    if values.is_constant:
        raise refused("“list contains” of a constant list is not asked of a database.", at, "Write field in list.")

    def render(sql: Sql) -> Sql_:
        column = values.render(sql)
        found = has_item(sql, column, item.render(sql)) if item.kind is Kind.STRING else column.is_(None)
        return case((column.is_not(None), found))

    if item.kind in (None, Kind.LIST):
        raise refused("“list contains” looks for one value.", item.at)
    return truth(render, at)


def _count(arguments: Arguments, at: Position) -> Operand:
    values = _list("count", arguments[0])
    return values if values.is_null else whole_number(lambda sql: sql.length(values.render(sql)), at)


def _is_empty(arguments: Arguments, at: Position) -> Operand:
    values = _list("is empty", arguments[0])
    return values if values.is_null else truth(lambda sql: sql.length(values.render(sql)) == 0, at)


def _is_defined(arguments: Arguments, at: Position) -> Operand:
    return compared("!=", arguments[0], constant(None, at), at)


def _get_or_else(arguments: Arguments, at: Position) -> Operand:
    value, default = arguments
    return chosen(surely(_is_defined([value], at)), value, default, at)


def _date(arguments: Arguments, at: Position) -> Operand:
    return date_of(arguments[0], at)


def _number(name: str, arguments: Arguments, at: Position) -> Operand:
    return of_number(name, arguments[0], at)


_ONE, _TWO = range(1, 2), range(2, 3)
FUNCTIONS: Mapping[str, Function] = {
    "not": Function("not(condition)", _ONE, _not),
    "contains": Function(
        "contains(text, part)", _TWO, partial(_of_texts, "contains", lambda sql, text, part: sql.contains(text, part))
    ),
    "starts with": Function(
        "starts with(text, part)", _TWO, partial(_of_texts, "starts with", lambda sql, text, part: sql.starts_with(text, part))
    ),
    "ends with": Function(
        "ends with(text, part)", _TWO, partial(_of_texts, "ends with", lambda sql, text, part: sql.ends_with(text, part))
    ),
    "string length": Function("string length(text)", _ONE, _string_length),
    "substring": Function("substring(text, 1, 3)", range(2, 4), _substring),
    "list contains": Function("list contains(choices, value)", _TWO, _list_contains),
    "count": Function("count(choices)", _ONE, _count),
    "is empty": Function("is empty(choices)", _ONE, _is_empty),
    "is defined": Function("is defined(field)", _ONE, _is_defined),
    "get or else": Function("get or else(field, value)", _TWO, _get_or_else),
    "date": Function("date(date and time)", _ONE, _date),
    "abs": Function("abs(number)", _ONE, partial(_number, "abs")),
    "floor": Function("floor(number)", _ONE, partial(_number, "floor")),
    "ceiling": Function("ceiling(number)", _ONE, partial(_number, "ceiling")),
}
"""Built-in name → what it becomes."""

_LETTERS = "Databases do not agree on the capital letters of all languages."
_PATTERNS = "Databases have other patterns than FEEL."
_SEARCH = "Use the search of the list, which looks at no difference between great and small letters."
_PARTS = "Use contains, starts with or ends with."
REFUSED: Mapping[str, tuple[str, str]] = {
    "upper case": (_LETTERS, _SEARCH),
    "lower case": (_LETTERS, _SEARCH),
    "matches": (_PATTERNS, _PARTS),
    "replace": (_PATTERNS, _PARTS),
    "split": (_PATTERNS, _PARTS),
    "extract": (_PATTERNS, _PARTS),
    "string": ("Databases write values in other ways than FEEL.", "Compare the value itself."),
    "number": ("Databases read numbers in other ways than FEEL.", "Use a number field."),
    "day of week": ("It answers an English word.", "Use .weekday; Monday is 1."),
    "month of year": ("It answers an English word.", "Use .month."),
    "week of year": ("It is not known to both databases.", "Compare with two dates."),
}
"""Built-ins that are asked for often: why they are not called with fields, and what to write instead."""


def called(name: str, arguments: Arguments, at: Position) -> Operand:
    """A call of a built-in of which an argument depends on the record. Raises NotCompilable."""
    function = FUNCTIONS.get(name)
    if function is None:
        reason, way_out = REFUSED.get(name, ("It is only calculated from constants in lists.", ""))
        raise refused(f"“{name}” is not called with fields: {reason}", at, way_out)
    if len(arguments) not in function.parameters:
        raise refused(f"“{name}” is called like this: {function.usage}.", at)
    return function.write(arguments, at)
