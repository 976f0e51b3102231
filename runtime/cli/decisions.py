"""`ringi feel` and `ringi decide`: expressions and decisions at the prompt."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.markup import escape

from engine.api import (
    DecisionFailed,
    FeelError,
    FeelSyntaxError,
    Value,
    compile_expression,
    evaluate_decision,
    kind_of,
    read_dmn,
)
from runtime.cli.arguments import JsonObject
from runtime.cli.output import EXIT_FAILED, Output, command, to_json
from runtime.errors import Invalid


ONE_LINE = 100
"""Longer values are shown over several lines."""


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""

    @command(group)
    @click.argument("expression")
    @click.option(
        "--context", "-c", type=JsonObject(), default="{}", help="Variables: a JSON object, @file or - for standard input."
    )
    def feel(output: Output, expression: str, context: dict[str, Value]) -> int | None:
        """Evaluate a FEEL expression and show value, type and warnings.

        \b
        ringi feel 'for i in 1..3 return i * i'
        ringi feel 'amount > 1000 and customer.grade = "A"' --context '{"amount": 1200, "customer": {"grade": "A"}}'
        """
        return evaluate(output, expression, context)

    @command(group)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.argument("name")
    @click.option(
        "--vars", "variables", type=JsonObject(), default="{}", help="Inputs: a JSON object, @file or - for standard input."
    )
    def decide(output: Output, file: Path, name: str, variables: dict[str, Value]) -> int | None:
        """Evaluate the decision NAME (its id or name) of FILE.dmn and show the result and which rules matched.

        \b
        ringi decide processes/lead_generation/lead_grade.dmn lead_grade --vars '{"fit": 60, "engagement": 20}'
        """
        return run_decision(output, file, name, variables)


def evaluate(output: Output, text: str, context: dict[str, Value]) -> int | None:
    """Exit code 1 when the text is not FEEL or the evaluation had to stop."""
    try:
        result = compile_expression(text, names=context).evaluate(context, now=datetime.now(UTC))
    except FeelSyntaxError as error:
        raise Invalid(
            error.code, f"{error.message}\n\n  {text.splitlines()[error.line - 1]}\n  {' ' * (error.column - 1)}^"
        ) from error
    except FeelError as error:
        raise Invalid(error.code, str(error)) from error
    output.say(f"{show(result.value)}  [dim]{kind_of(result.value)}[/]")
    for warning in result.warnings:
        output.say(f"[yellow]warning[/] {warning.line}:{warning.column} [dim]{warning.code}[/] {warning.message}")
    warnings = [{"code": w.code, "message": w.message, "line": w.line, "column": w.column} for w in result.warnings]
    output.result({"value": result.value, "type": kind_of(result.value), "warnings": warnings})
    return None


def run_decision(output: Output, file: Path, name: str, variables: dict[str, Value]) -> int | None:
    """Exit code 1 when the file has errors or the decision fails."""
    model = read_dmn(file.read_bytes(), file.name)
    output.problems(model.problems)
    if not model.decisions:
        return EXIT_FAILED
    try:
        outcome = evaluate_decision(model, name, variables, now=datetime.now(UTC))
    except DecisionFailed as error:
        raise Invalid(error.code, error.message) from error
    output.say(f"{show(outcome.value)}  [dim]{kind_of(outcome.value)}[/]")
    show_trace(output, outcome.trace)
    output.result({"value": outcome.value, "type": kind_of(outcome.value), "trace": outcome.trace})
    return None


def show(value: Value) -> str:
    """A value as a person reads it: on one line when it fits."""
    line = to_json(value)
    return escape(line if len(line) <= ONE_LINE else to_json(value, indent=2))


def show_trace(output: Output, trace: Value) -> None:
    """Which decision got which inputs and which rules matched, the required decisions first."""
    for step in trace or ():
        output.say(
            f"[bold]{escape(str(step.get('name') or step.get('decision')))}[/] [dim]{escape(str(step.get('hitPolicy') or ''))}[/]"
        )
        for given in step.get("inputs") or ():
            output.say(f"  [dim]{escape(str(given.get('label') or given.get('expression')))}[/] {show(given.get('value'))}")
        for rule in step.get("rules") or ():
            output.say(
                f"  [green]rule {rule.get('number')}[/] {escape(str(rule.get('annotation') or ''))} {show(rule.get('outputs'))}"
            )
