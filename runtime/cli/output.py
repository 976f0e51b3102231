"""How the command line speaks: text for people, JSON for programs, and one form for every failure."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, ParamSpec

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.api import Problem, Severity, to_plain
from runtime.errors import RingiError

P = ParamSpec("P")

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_WAITING = 3


class Output:
    """Prints a command's result once, in the form that was asked for."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False, soft_wrap=True)
        self.errors = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """A line for people; silent with ``--json``. Rich markup is understood."""
        if not self.as_json:
            self.console.print(text)

    def result(self, data: Any) -> None:
        """The machine-readable result; silent without ``--json``."""
        if self.as_json:
            sys.stdout.write(to_json(data, indent=2) + "\n")

    def table(self, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """A small table for people."""
        if self.as_json:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
        self.console.print(table)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Findings in files, the worst first within a file."""
        for p in sorted(problems, key=lambda p: (p.resource, p.severity, p.line or 0)):
            colour = "red" if p.severity is Severity.ERROR else "yellow"
            place = f"{p.resource}:{p.line}" if p.line else p.resource
            subject = f" {escape(p.element)}" if p.element else ""
            self.say(f"[{colour}]{p.severity}[/] [bold]{escape(place)}[/]{subject} [dim]{p.code}[/]")
            self.say(f"  {escape(p.message)}")
            if p.fix:
                self.say(f"  [dim]→ {escape(p.fix)}[/]")

    def failure(self, error: RingiError) -> None:
        """What went wrong, where, and what to do."""
        if self.as_json:
            self.result(failure_data(error))
            return
        self.errors.print(f"[red bold]{escape(error.title)}[/] [dim]{error.code}[/]\n  {escape(error.detail)}")
        for field, messages in error.fields.items():
            self.errors.print(f"  {escape(field)}: {escape('; '.join(messages))}")
        self.problems(error.problems)


def to_json(data: Any, *, indent: int | None = None) -> str:
    """JSON of plain data with FEEL values in it; dates and durations as ISO 8601 texts."""
    return json.dumps(data, ensure_ascii=False, indent=indent, default=to_plain)


def failure_data(error: RingiError) -> dict[str, Any]:
    """The same members as the REST API's problem details (RFC 9457)."""
    return {
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "fields": {k: list(v) for k, v in error.fields.items()},
        "problems": [problem_data(p) for p in error.problems],
    }


def problem_data(problem: Problem) -> dict[str, Any]:
    """A finding as plain data, without the members that are not known."""
    return {k: str(v) if k == "severity" else v for k, v in asdict(problem).items() if v is not None}


def command(group: click.Group, name: str | None = None) -> Callable[[Callable[..., int | None]], click.Command]:
    """Add a command to `group` with ``--json``; its first parameter is the `Output`, its result the exit code."""

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
            output = Output(as_json=as_json)
            try:
                code = function(output, *args, **kwargs)
            except RingiError as error:
                output.failure(error)
                code = EXIT_FAILED
            except KeyboardInterrupt:
                output.errors.print("Stopped.")
                code = 130
            sys.exit(code or 0)

        option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
        return group.command(name)(option(run))

    return decorate
