"""`ringi check`: what would fail, before it is deployed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from engine.api import Known, Problem, Severity, check_resources
from runtime.cli.arguments import collect_resources, python_option
from runtime.cli.output import EXIT_FAILED, Output, command, counted, in_order, plural, problem_data

AnyPath = click.Path(exists=True, path_type=Path)


@dataclass(frozen=True, slots=True)
class Reason:
    """All problems with one code: in how many `files`, and the first of them."""

    count: int
    files: int
    example: Problem


def add_to(group: click.Group) -> None:
    """Add the command."""

    @command(group, short_help="Say what would fail, before it is deployed.")
    @click.argument("paths", nargs=-1, required=True, type=AnyPath)
    @click.option("--each", is_flag=True, help="Check each file by itself: they do not belong together.")
    @click.option("--summary", is_flag=True, help="Count files and findings by reason instead of listing them.")
    @click.option("--strict", is_flag=True, help="Warnings fail the check too.")
    @python_option
    def check(output: Output, paths: tuple[Path, ...], each: bool, summary: bool, strict: bool, python: bool) -> int | None:
        """Say what would fail later: diagrams, decisions and forms, checked together.

        Each finding names file, line and element, says what is wrong, and the way out. Exit code 1 when there is an error.

        \b
        ringi check processes/
        ringi check order.bpmn approve.form --strict
        ringi check --each --summary diagrams/
        """
        resources = collect_resources(paths)
        together = [resources] if not each else [{name: data} for name, data in resources.items()]
        known, now = Known(python=python), datetime.now(UTC)
        found = [problem for files in together for problem in check_resources(files, known=known, now=now).problems]
        return tell(output, list(resources), found, summary=summary, strict=strict)


def tell(output: Output, files: Sequence[str], found: Sequence[Problem], *, summary: bool, strict: bool) -> int | None:
    """Print what was found; exit code 1 when there is an error (with `strict`: any finding)."""
    refused = {p.resource for p in found if p.severity is Severity.ERROR}
    if summary:
        _summary(output, found)
        output.say(f"{len(files) - len(refused)} accepted, {len(refused)} refused.")
    else:
        output.problems(found)
    output.say(f"{plural(len(files), 'file')}: {counted(found)}.")
    errors = sum(p.severity is Severity.ERROR for p in found)
    data = {"files": len(files), "refused": len(refused), "errors": errors, "warnings": len(found) - errors}
    output.result({**data, **({"reasons": _reason_data(found)} if summary else {"problems": _problem_data(found)})})
    return EXIT_FAILED if errors or (strict and found) else None


def reasons(found: Iterable[Problem]) -> list[Reason]:
    """By code, errors before warnings, the most frequent first."""
    by_code: dict[tuple[Severity, str], list[Problem]] = {}
    for problem in found:
        by_code.setdefault((problem.severity, problem.code), []).append(problem)
    made = [Reason(len(same), len({p.resource for p in same}), same[0]) for same in by_code.values()]
    return sorted(made, key=lambda one: (one.example.severity is not Severity.ERROR, -one.files, -one.count, one.example.code))


def _summary(output: Output, found: Iterable[Problem]) -> None:
    rows = [
        (one.files, one.count, one.example.severity, one.example.code, f"{one.example.message} ({_place(one.example)})")
        for one in reasons(found)
    ]
    if rows:
        output.table(("files", "count", "severity", "code", "for example"), rows)


def _place(problem: Problem) -> str:
    return problem.resource if problem.line is None else f"{problem.resource}, line {problem.line}"


def _reason_data(found: Iterable[Problem]) -> list[dict[str, Any]]:
    return [{"files": one.files, "count": one.count, "example": problem_data(one.example)} for one in reasons(found)]


def _problem_data(found: Iterable[Problem]) -> list[dict[str, Any]]:
    return [problem_data(problem) for problem in in_order(found)]
