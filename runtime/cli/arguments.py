"""Reading what was typed: variables, answers, moments, and files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from engine.api import FeelError, FeelSyntaxError, Value, compile_expression, from_plain
from runtime.errors import Invalid

DIAGRAM_SUFFIXES = (".bpmn", ".dmn", ".form")

Variables = dict[str, Value]

_STDIN = "ringi.standard-input"
_EXAMPLE = "for example '{\"amount\": 5}'"


class VariablesType(click.ParamType[Variables]):
    """A JSON object or a FEEL context, ``@file`` that holds one, or ``-`` for standard input."""

    name = "variables"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What help pages call it."""
        return "JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Variables:
        """Numbers become exact decimals. A wrong text is refused with line and column."""
        if isinstance(value, dict):
            return value
        text = read_text(value)
        try:
            found = _json(text)
        except ValueError as error:
            found = _context(text)
            if found is None:
                file = f"{value[1:]}: " if text is not value and value != "-" else ""
                self.fail(f"{file}{_complaint(error)}", param, ctx)
        if not isinstance(found, dict):
            self.fail(f"a JSON object is wanted, {_EXAMPLE}", param, ctx)
        return found


class Assignment(click.ParamType[tuple[str, Variables]]):
    """``NAME=JSON``, for example ``approve={"ok": true}``."""

    name = "name=json"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What help pages call it."""
        return f"{self._what(param)}=JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Variables]:
        """The name and the object behind the first ``=``."""
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        if not equals or not name:
            self.fail(f"{value!r} is not {self._what(param)}=JSON, for example 'approve={{\"ok\": true}}'", param, ctx)
        return name, VariablesType().convert(text or "{}", param, ctx)

    @staticmethod
    def _what(param: click.Parameter | None) -> str:
        return {"tasks": "ELEMENT", "jobs": "TYPE", "messages": "MESSAGE"}.get(str(param.name if param else ""), "NAME")


class Moment(click.ParamType[datetime]):
    """A point in time, ISO 8601; UTC when it names no time zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """An aware datetime."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time like 2026-11-22T09:30 or 2026-11-22T09:30+09:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def now_option(function: Any) -> Any:
    """``--now``, for results that can be repeated."""
    text = "Take this as the present time, for now(), today() and timers.  [default: the clock]"
    return click.option("--now", type=Moment(), help=text)(function)


def python_option(function: Any) -> Any:
    """``--allow-python``, for diagrams in SpiffWorkflow's dialect."""
    text = "Take diagrams whose scripts are Python (SpiffWorkflow's dialect), too."
    return click.option("--allow-python", "python", is_flag=True, help=text)(function)


def the_present(now: datetime | None) -> datetime:
    """The given moment, else that of the clock."""
    return now or datetime.now(UTC)


def read_text(value: str) -> str:
    """The text itself, that of the file behind ``@``, or standard input for ``-``.

    ``@"2026-11-22"`` is a FEEL literal (DMN 1.5 §10.3.2.3.4), no file.
    """
    if value == "-":
        return _standard_input()
    if not value.startswith("@") or value.startswith('@"'):
        return value
    try:
        return Path(value[1:]).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise click.BadParameter(f"the file {value[1:]} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{value[1:]} is not UTF-8 text (byte {error.start + 1})") from error


def _standard_input() -> str:
    """All of standard input, which one argument only can have."""
    seen = click.get_current_context().meta
    if seen.get(_STDIN):
        raise click.BadParameter("standard input (-) is read already; give one of the two as @FILE")
    seen[_STDIN] = True
    return sys.stdin.read()


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Invalid when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid("CLI-1006", f"{path} cannot be read: {error.strerror}.") from error


def collect_resources(paths: Iterable[Path]) -> dict[str, bytes]:
    """The diagrams, decisions and forms at `paths` and in their folders, by path as it was given.

    Raises Invalid when there is none, or one cannot be read.
    """
    found = {file.as_posix(): read_file(file) for path in paths for file in _files(path)}
    if not found:
        raise Invalid("CLI-1003", "There is no .bpmn, .dmn or .form file at these paths.")
    return found


def is_diagram(path: Path) -> bool:
    """True for the name of a diagram, decision or form."""
    return path.suffix.lower() in DIAGRAM_SUFFIXES


def by_file_name(resources: dict[str, bytes]) -> dict[str, bytes]:
    """The same files by their bare names, as a deployment keeps them. Raises Invalid when two have the same name."""
    found: dict[str, str] = {}
    for path in resources:
        name = Path(path).name
        if name in found:
            detail = f"{found[name]} and {path} have the same name. Rename one, or deploy them one after the other."
            raise Invalid("CLI-1005", detail)
        found[name] = path
    return {name: resources[path] for name, path in found.items()}


def _files(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file() and is_diagram(p)) if path.is_dir() else [path]


def _json(text: str) -> Any:
    """FEEL values of a JSON text. Raises ValueError, for what json would take silently, too."""
    hooks: dict[str, Any] = {"parse_float": _number, "parse_int": _number, "parse_constant": _no_number}
    try:
        return from_plain(json.loads(text, object_pairs_hook=_no_doubles, **hooks))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _context(text: str) -> Any:
    """The value of a FEEL context; None for a text that is none, or whose values have no answer."""
    try:
        result = compile_expression(text).evaluate({}, now=datetime.now(UTC))
    except (FeelSyntaxError, FeelError):
        return None
    return result.value if isinstance(result.value, dict) and not result.warnings else None


def _complaint(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}. A JSON object is wanted, {_EXAMPLE}"
    return f"not usable as JSON: {error}"


def _number(text: str) -> Decimal:
    number = from_plain(Decimal(text))
    if not isinstance(number, Decimal):  # FEEL has numbers up to 10^6144
        raise ValueError(f"{text} is larger than any number here")
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise ValueError(f"the name {double!r} stands twice in one object")
    return dict(pairs)
