"""How the command line speaks: text for people, JSON for programs, and one form for every failure."""

from __future__ import annotations

import functools
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, NoReturn, ParamSpec

import click
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape

from engine.api import Problem, Severity
from runtime.cli.json_text import to_json
from runtime.errors import RingiError, Unavailable

P = ParamSpec("P")

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_WAITING = 3
EXIT_BUG = 70
"""Our mistake, not the user's (EX_SOFTWARE of sysexits.h)."""
EXIT_INTERRUPTED = 130
"""128 and the number of SIGINT, as a shell says it."""


class Output:
    """Prints a command's result once, in the form that was asked for."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False, soft_wrap=True, emoji=False)
        self.errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

    def say(self, text: str = "") -> None:
        """A line for people; silent with ``--json``. Rich markup is understood."""
        if not self.as_json:
            self.console.print(text)

    def result(self, data: Any) -> None:
        """The machine-readable result; silent without ``--json``."""
        if self.as_json:
            print_json(data)

    def table(self, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
        """A small table for people. Lines are never folded, so that each can be searched for."""
        if self.as_json:
            return
        cells = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
        widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
        self.console.print(f"[bold]{escape(_line(columns, widths))}[/]")
        for row in cells:
            self.console.print(escape(_line(row, widths)))

    def problems(self, problems: Iterable[Problem], *, failed: bool = False) -> None:
        """Findings in files, the worst first within a file; those of a failed command go to standard error."""
        if self.as_json:
            return
        console = self.errors if failed else self.console
        for p in in_order(problems):
            colour = "red" if p.severity is Severity.ERROR else "yellow"
            place = ":".join(str(part) for part in (p.resource, p.line) if part)
            subject = f" {escape(p.element)}" if p.element else ""
            console.print(f"[{colour}]{p.severity}[/] [bold]{escape(place)}[/]{subject} [dim]{p.code}[/]")
            console.print(f"  {escape(p.message)}")
            if p.fix:
                console.print(f"  [dim]→ {escape(p.fix)}[/]")

    def failure(self, error: RingiError) -> None:
        """What went wrong, where, and what to do."""
        if self.as_json:
            print_json(failure_data(error))
            return
        self.problems(error.problems, failed=True)
        self.errors.print(f"[red bold]error[/] [dim]{error.code}[/]")
        self.errors.print(f"  {escape(_summary(error))}")
        for field, messages in error.fields.items():
            for message in messages:
                if message not in error.detail:
                    self.errors.print(f"  {escape(field)}: {escape(message)}")


def print_json(data: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(to_json(data, indent=2, ascii_only=not _speaks_unicode()) + "\n")


def failure_data(error: RingiError) -> dict[str, Any]:
    """The same members as the REST API's problem details (RFC 9457)."""
    return {
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "fields": {k: list(v) for k, v in error.fields.items()},
        "problems": [problem_data(p) for p in in_order(error.problems)],
    }


def problem_data(problem: Problem) -> dict[str, Any]:
    """A finding as plain data, without the members that are not known."""
    return {k: str(v) if k == "severity" else v for k, v in asdict(problem).items() if v is not None}


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, errors before warnings, then by line."""
    return sorted(problems, key=lambda p: (p.resource, p.severity, p.line or 0, p.column or 0))


def counted(problems: Iterable[Problem]) -> str:
    """How many findings of each kind, in words."""
    found = list(problems)
    errors = sum(p.severity is Severity.ERROR for p in found)
    return f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}"


def plural(number: int, what: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def command(
    group: click.Group, name: str | None = None, *, short_help: str | None = None
) -> Callable[[Callable[..., int | None]], click.Command]:
    """Add a command to `group` with ``--json``; its first parameter is the `Output`, its result the exit code."""

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, as_json: bool, **kwargs: Any) -> NoReturn:
            quiet_logging()
            output = Output(as_json=as_json)
            sys.exit(_guarded(output, lambda: function(output, *args, **kwargs)))

        option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
        made = group.command(name, short_help=short_help)(option(run))
        made.params.append(made.params.pop(0))  # on the help page it stands behind the command's own options
        return made

    return decorate


def quiet_logging() -> None:
    """Log warnings in one line on standard error. Stack traces are for those who ask with LOG_LEVEL=DEBUG."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s") if log_level() == "DEBUG" else _OneLine())
    logging.basicConfig(level=log_level(), handlers=[handler])


def log_level(otherwise: str = "WARNING") -> str:
    """What LOG_LEVEL says; `otherwise` when it says nothing that is known."""
    level = os.environ.get("LOG_LEVEL", "").upper()
    return level if level in logging.getLevelNamesMapping() else otherwise


class _OneLine(logging.Formatter):
    """A log record without its stack trace."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        why = f" ({type(error).__name__}: {error})".replace("\n", " ") if error else ""
        return f"{record.levelname.lower()}: {record.getMessage()}{why}"


def _guarded(output: Output, function: Callable[[], int | None]) -> int:
    """Run a command; whatever stops it becomes a message and an exit code, never a stack trace."""
    try:
        return function() or 0
    except RingiError as error:
        output.failure(error)
    except (click.ClickException, BrokenPipeError):
        raise  # wrong usage is told by click, and whoever read our output may have gone
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        output.failure(Unavailable("CLI-1006", f"{place}{error.strerror or error}."))
    except KeyboardInterrupt:
        output.errors.print("Stopped.")
        return EXIT_INTERRUPTED
    except Exception as error:  # the last resort: a bug of ours
        output.failure(_bug(error))
        return EXIT_BUG
    return EXIT_FAILED


class _Bug(RingiError):
    status = 500
    title = "A bug in Ringi"


def _bug(error: Exception) -> RingiError:
    if logging.getLogger().isEnabledFor(logging.DEBUG):
        traceback.print_exception(error)
    said = f"This is a bug in Ringi: {type(error).__name__}: {error}".rstrip(": ")
    return _Bug("CLI-1099", f"{said}. Please report it with what you typed; LOG_LEVEL=DEBUG shows where it happened.")


def _summary(error: RingiError) -> str:
    """The detail; where it only repeats the findings above it, how many these are."""
    repeats = any(problem.message in error.detail for problem in error.problems)
    return f"{counted(error.problems)}; nothing was changed." if repeats else error.detail


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") in {"utf8", "utf16", "utf32"}
