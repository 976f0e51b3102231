"""Statements of fixed shape for the hot path: SQLAlchemy writes their SQL once, then the driver gets it as text with values.

The same statement costs a third this way, since nothing is looked up, copied or wrapped again at each use. What depends on the
question (lists, filters) is no case for it. See docs/adr/0020.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Statement = Select[Any] | Insert | Update | Delete
_Convert = Callable[[Any], Any]


class Prepared:
    """A statement with `bindparam`s, and one SQL text for each dialect and set of values that it is given.

    The sets are few and fixed: an insert names the same columns each time.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._texts: dict[tuple[str, ...], _Text] = {}

    def first(self, connection: Connection, values: Values) -> dict[str, Any] | None:
        """The first row by column name, None when there is none."""
        rows = self.all(connection, values)
        return rows[0] if rows else None

    def all(self, connection: Connection, values: Values) -> list[dict[str, Any]]:
        """All rows by column name."""
        text = self._text(connection, values)
        cursor = execute(connection, text.sql, text.bind(values))
        return [text.row(row) for row in cursor.fetchall()]

    def run(self, connection: Connection, values: Values) -> int:
        """Change something; how many rows that were."""
        text = self._text(connection, values)
        count: int = execute(connection, text.sql, text.bind(values)).rowcount
        return count

    def run_all(self, connection: Connection, rows: Sequence[Values]) -> None:
        """The same with each of the rows, which have the same names; nothing for none."""
        if not rows:
            return
        text = self._text(connection, rows[0])
        if len(rows) == 1:
            execute(connection, text.sql, text.bind(rows[0]))
        else:
            execute(connection, text.sql, [text.bind(values) for values in rows], many=True)

    def _text(self, connection: Connection, values: Values) -> _Text:
        key = (connection.dialect.name, *values)
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = _Text(self._statement, connection.dialect, list(values))
        return text


class _Text:
    """The SQL of a statement in one dialect, and how values get in and out of the driver."""

    def __init__(self, statement: Statement, dialect: Dialect, names: list[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=None if isinstance(statement, Select) else names)
        assert isinstance(compiled, SQLCompiler), "only statements that are compiled to SQL"
        made_at_each_use = (compiled.insert_prefetch, compiled.update_prefetch, compiled.post_compile_params)
        if any(made_at_each_use):
            raise ValueError(f"only statements of fixed shape can be prepared: {compiled}")
        self.sql: Final = str(compiled)
        self._fixed: Final = {name: value for name, value in compiled.params.items() if name not in names}
        into = {name: _into(bind.type, dialect) for name, bind in compiled.binds.items()}
        order = compiled.positiontup
        self._in_order: Final = None if order is None else [(name, into[name]) for name in order]
        self._into: Final = [(name, convert) for name, convert in into.items() if convert is not None]
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._names: Final = [str(column.key) for column in columns]
        converts = [(number, _out_of(column.type, dialect)) for number, column in enumerate(columns)]
        self._out: Final = [(self._names[number], convert) for number, convert in converts if convert is not None]

    def bind(self, values: Values) -> Any:
        """The values as the driver takes them."""
        if self._in_order is None:
            bound = {**self._fixed, **values}
            for name, convert in self._into:
                bound[name] = convert(bound[name])
            return bound
        if self._fixed:
            values = {**self._fixed, **values}
        return tuple([values[name] if convert is None else convert(values[name]) for name, convert in self._in_order])

    def row(self, found: Sequence[Any]) -> dict[str, Any]:
        """A row of the driver as Python values by column name."""
        row = dict(zip(self._names, found, strict=True))
        for name, convert in self._out:
            row[name] = convert(row[name])
        return row


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Send the prepared statements of the block one behind the other, without waiting for each answer, where the driver can.

    Their row counts are not known then. An error may be raised only at the end of the block.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, "one of several statements", (), error, None) from error


def execute(connection: Connection, sql: str, values: Any = (), *, many: bool = False) -> Any:
    """Let the driver do it; its errors become SQLAlchemy's, as at any other statement."""
    driver: Any = connection.connection
    cursor = driver.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, sql, values, error, cursor) from error
    return cursor


def _translated(connection: Connection, sql: str, values: Any, error: Any, cursor: Any) -> DBAPIError:
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, cursor)
    if lost:
        connection.invalidate(error)
    shown = DBAPIError.instance(
        sql, values, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    assert isinstance(shown, DBAPIError), "the driver's own errors are given here"
    return shown


def _into(type: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return type.dialect_impl(dialect).bind_processor(dialect)


def _out_of(type: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return type.dialect_impl(dialect).result_processor(dialect, None)
