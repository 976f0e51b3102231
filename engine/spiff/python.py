"""Where the Python of a diagram runs: scripts and expressions see the task's data, a few tools, and the time of the command.

Time is a value here, too: `datetime.now()` in a script answers what the command says, so the same command on the same state
does the same. What Python may reach beyond that nobody can bound, which is why an operator has to allow it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from traceback import extract_tb
from types import ModuleType
from typing import Any, Final

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine.spiff.codes import Incident
from engine.spiff.values import NotStorable, storable

FILE: Final = "<script>"
"""The file name that frames of a diagram's Python have."""


class Environment(BasePythonScriptEngineEnvironment):
    """Runs Python at the time `now`. Variables hide tools of the same name."""

    def __init__(self, now: datetime) -> None:
        super().__init__(dict(_tools(now)))

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression over the task's data."""
        names = {**self.globals, **(external_context or {}), **context}
        return eval(compile(expression.strip(), FILE, "eval", dont_inherit=True), names)  # noqa: S307 - the operator allowed it

    def execute(self, script: str, context: dict[str, Any], external_context: Mapping[str, Any] | None = None) -> bool:
        """Run a script on the task's data. Modules and functions that it makes are its own; other values must be storable."""
        given = {**self.globals, **(external_context or {})}
        names = {**given, **context}
        exec(compile(script, FILE, "exec", dont_inherit=True), names)  # noqa: S102 - the operator allowed it
        left = {name: value for name, value in names.items() if given.get(name) is not value and _is_variable(name, value)}
        kept = {name: storable(value, name) for name, value in left.items()}
        context.clear()
        context.update(kept)
        return True


class ScriptEngine(PythonScriptEngine):
    """The script engine of one command. Errors come out as they are: `failure_of` words them."""

    def __init__(self, now: datetime) -> None:
        super().__init__(Environment(now))
        self.now = now

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression at a task."""
        return self.environment.evaluate(expression, task.data, external_context)

    def execute(self, task: Any, script: str, external_context: Mapping[str, Any] | None = None) -> bool:
        """Run a script at a task."""
        done: bool = self.environment.execute(script, task.data, external_context)
        return done


def failure_of(error: BaseException) -> tuple[str, str]:
    """The code and the sentence of the incident for an error that came out of SpiffWorkflow."""
    if isinstance(error, NotStorable):
        return Incident.VALUE_NOT_STORABLE, str(error)
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == FILE]
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    where = f"In line {lines[-1]} of the script or expression: " if lines else ""
    return Incident.PYTHON_FAILED, f"{where}{type(error).__name__}: {error}"


def _is_variable(name: str, value: Any) -> bool:
    return not name.startswith("__") and not callable(value) and not isinstance(value, ModuleType)


def _tools(now: datetime) -> Iterator[tuple[str, Any]]:
    """What is there without an import, as in SpiffArena; the clock stands at `now`."""
    yield "datetime", _clock(now)
    yield "date", date
    yield "time", time
    yield "timedelta", timedelta
    yield "timezone", timezone
    yield "Decimal", Decimal
    yield "json", json
    yield "math", math


def _clock(now: datetime) -> type[datetime]:
    """`datetime`, whose clock stands."""

    def at(cls: type[datetime], tz: Any = None) -> datetime:
        return now.astimezone(tz) if tz is not None else now.astimezone(UTC).replace(tzinfo=None)

    standing = {"now": classmethod(at), "utcnow": classmethod(at), "today": classmethod(at)}
    return type("datetime", (datetime,), standing)
