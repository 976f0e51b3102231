"""A condition over the records of one type, in FEEL: for lists as SQL, for one record in memory, with the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, false, literal_column

from engine.api import CompiledExpression, FeelSyntaxError, Kind, Position, Value, compile_expression, parse_expression
from runtime.records.model import RecordType
from runtime.records.predicates import sqlite
from runtime.records.predicates.compiler import Compiler
from runtime.records.predicates.operands import Operand
from runtime.records.predicates.postgresql import Postgresql
from runtime.records.predicates.refusals import NotCompilable
from runtime.records.predicates.scope import Scope
from runtime.records.predicates.sqlite import Sqlite
from runtime.records.registry import RecordTypes

MOST_WRITTEN = 2_500
"""Operands in the SQL of one condition; some forms write a value more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """A compiled condition. `fields` are the fields that it names: who may not see one of them may not use the condition.

    `parameters` and `now` were bound when it was compiled and hold for both answers.
    """

    text: str
    fields: frozenset[str]
    parameters: Mapping[str, Value]
    now: datetime
    expression: CompiledExpression
    operand: Operand

    def where(self, connection: Connection, table: Table) -> ColumnElement[bool]:
        """For a WHERE over the type's table, on this connection: exactly the records for which FEEL says true.

        Like any condition in SQL it may be null. Values are bound parameters.
        """
        if self.operand.kind is not Kind.BOOLEAN:
            return false()
        if connection.dialect.name == "sqlite":
            sqlite.register(connection)
            return self.operand.render(Sqlite(dict(table.c.items())))
        return self.operand.render(Postgresql(dict(table.c.items())))

    def matches(self, record: Mapping[str, Value]) -> bool:
        """Whether FEEL says true for a record, which has at least `fields`. Raises FeelError when its budget is spent."""
        scope = {**self.parameters, **{name: record[name] for name in self.fields}}
        return self.expression.evaluate(scope, now=self.now).value is True


def compile_predicate(
    text: str,
    types: RecordTypes,
    declared: RecordType,
    *,
    now: datetime,
    parameters: Mapping[str, Value] | None = None,
) -> Predicate:
    """Compile a condition over the records of a type.

    It may name the fields of the type and `parameters` (as ``{"user": {"id": …}}``); a field hides a parameter of its name.
    `now` is what now() and today() answer; it needs a zone. Raises NotCompilable (an `Invalid`) with the place in the text, the
    reason and the way out for what is no FEEL, names no field, or cannot be asked of both databases with FEEL's answer.
    """
    given = dict(parameters or {})
    scope = Scope(types=types, declared=declared, parameters=given, now=now)
    names = [*scope.fields, *given]
    try:
        node = parse_expression(text, names)
        expression = compile_expression(text, names)
    except FeelSyntaxError as error:
        at = Position(error.line, error.column, error.length)
        raise NotCompilable(error.code, error.message, at) from error
    compiler = Compiler(scope)
    operand = compiler.compile(node)
    if operand.kind is None:
        operand = compiler.condition(node)
    operand.render(Sqlite({name: literal_column(name) for name in [*scope.fields]}, most=MOST_WRITTEN))
    return Predicate(
        text=text,
        fields=frozenset(scope.used),
        parameters=given,
        now=now,
        expression=expression,
        operand=operand,
    )
