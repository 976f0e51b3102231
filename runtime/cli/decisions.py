"""`ringi feel` and `ringi decide`: expressions and decisions at the prompt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.markup import escape

from engine.api import (
    DecisionFailed,
    DmnFile,
    FeelError,
    FeelSyntaxError,
    Value,
    compile_expression,
    compile_unary_tests,
    evaluate_decision,
    kind_of,
)
from runtime.cli.arguments import VariablesType, now_option, read_text, the_present
from runtime.cli.decision_files import read_decisions
from runtime.cli.json_text import to_json
from runtime.cli.output import Output, command, in_order, problem_data
from runtime.errors import Invalid

ONE_LINE = 100
"""Longer values are shown over several lines."""


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""

    @command(group, short_help="Evaluate a FEEL expression.")
    @click.argument("expression")
    @click.option(
        "--context", "-c", type=VariablesType(), default="{}", help="Variables: a JSON object or FEEL context, @file or -."
    )
    @click.option("--test", "tested", metavar="FEEL", help="Take EXPRESSION as unary tests, and test this value with them.")
    @now_option
    def feel(output: Output, expression: str, context: dict[str, Value], tested: str | None, now: datetime | None) -> None:
        """Evaluate a FEEL expression (or @file, or - for standard input) and show value, type and warnings.

        An expression that begins with a minus comes last, behind --.

        \b
        ringi feel 'for i in 1..3 return i * i'
        ringi feel 'amount > 1000 and grade = "A"' -c '{"amount": 1200, "grade": "A"}'
        ringi feel 'due - today()' -c '{due: date("2026-11-30")}' --now 2026-11-22
        ringi feel '[1..10], > 100' --test 12
        """
        evaluate(output, read_text(expression), context, tested=tested, now=the_present(now))

    @command(group, short_help="Evaluate a decision of a DMN file.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.argument("name", required=False)
    @click.option("--vars", "variables", type=VariablesType(), default="{}", help="Inputs: a JSON object, @file or -.")
    @now_option
    def decide(output: Output, file: Path, name: str | None, variables: dict[str, Value], now: datetime | None) -> None:
        """Evaluate the decision NAME (its id or name) of FILE.dmn and show the result and which rules matched.

        NAME may be left out when the file has one decision only.

        \b
        ringi decide processes/lead_generation/lead_grade.dmn lead_grade --vars '{"fit": 60, "engagement": 20}'
        """
        run_decision(output, file, name, variables, now=the_present(now))


def evaluate(output: Output, text: str, context: Mapping[str, Value], *, tested: str | None, now: datetime) -> None:
    """Show the value of an expression. Raises Invalid when the text is not FEEL or the evaluation had to stop."""
    if tested is None:
        result = _result(text, context, now)
    else:
        result = _result(text, {**context, "?": _result(tested, context, now).value}, now, unary=True)
    output.say(f"{show(result.value)}  [dim]{kind_of(result.value)}[/]")
    _show_warnings(output, result.warnings)
    output.result({"value": result.value, "type": kind_of(result.value), "warnings": _warning_data(result.warnings)})


def run_decision(output: Output, file: Path, name: str | None, variables: Mapping[str, Value], *, now: datetime) -> None:
    """Show what a decision says. Raises Invalid when the file has errors, there is no such decision, or it fails."""
    model = read_decisions(file)
    if not model.decisions:
        raise Invalid("CLI-1004", f"{file} holds no decision that can be evaluated.", problems=model.problems)
    output.problems(model.problems)
    try:
        outcome = evaluate_decision(model, name or _only(model), variables, now=now)
    except DecisionFailed as error:
        raise Invalid(error.code, f"{error.message} {_choice(model)}".strip()) from error
    output.say(f"{show(outcome.value)}  [dim]{kind_of(outcome.value)}[/]")
    for line in trace_lines(outcome.trace):
        output.say(line)
    _show_warnings(output, outcome.warnings)
    found = {"value": outcome.value, "type": kind_of(outcome.value), "trace": outcome.trace}
    problems = [problem_data(p) for p in in_order(model.problems)]
    output.result({**found, "warnings": _warning_data(outcome.warnings), "problems": problems})


def show(value: Value) -> str:
    """A value as a person reads it: on one line when it fits."""
    line = to_json(value)
    return escape(line if len(line) <= ONE_LINE else to_json(value, indent=2))


def trace_lines(trace: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Which decision got which inputs and which rules matched, the required decisions first; Rich markup."""
    for step in trace:
        title = str(step.get("name") or step.get("decision"))
        policy = f" [dim]{escape(str(step['hitPolicy']))}[/]" if step.get("hitPolicy") else ""
        yield f"[bold]{escape(title)}[/]{policy}"
        for given in step.get("inputs") or ():
            yield f"  [dim]{escape(str(given.get('label') or given.get('expression')))}[/] {show(given.get('value'))}"
        for rule in step.get("rules") or ():
            yield f"  [green]rule {rule.get('number')}[/] {show(rule.get('outputs'))}"
        if "rules" in step and not step["rules"]:
            yield "  [yellow]no rule matched[/]"
        elif "rules" not in step:
            yield f"  = {show(step.get('output'))}"


def _result(text: str, scope: Mapping[str, Value], now: datetime, *, unary: bool = False) -> Any:
    compile_text = compile_unary_tests if unary else compile_expression
    try:
        return compile_text(text, names=scope).evaluate(scope, now=now)
    except FeelSyntaxError as error:
        raise Invalid(error.code, _pointed_at(text, error)) from error
    except FeelError as error:
        raise Invalid(error.code, error.message) from error


def _pointed_at(text: str, error: FeelSyntaxError) -> str:
    """The message, and, where there is any text, the line it is about with a caret below the place."""
    message = f"{error.message} (line {error.line}, column {error.column})"
    if not text.strip():
        return message
    return "\n  ".join((message + "\n", *_line_and_caret(text, error.line, error.column)))


def _line_and_caret(text: str, line: int, column: int) -> tuple[str, str]:
    """A line of the text, and below it a caret. Tabs and wide characters keep their width."""
    lines = text.splitlines() or [""]
    found = lines[min(line, len(lines)) - 1]
    before = found[: column - 1]
    margin = "".join("\t" if c == "\t" else " " * cell_len(c) for c in before) + " " * (column - 1 - len(before))
    return found, f"{margin}^"


def _only(model: DmnFile) -> str:
    """The only decision of a file. Raises Invalid with the choice there is."""
    if len(model.decisions) == 1:
        return next(iter(model.decisions))
    raise Invalid("CLI-1002", f"{model.resource} has {len(model.decisions)} decisions; name one. {_choice(model)}")


def _choice(model: DmnFile) -> str:
    return f"It has: {', '.join(model.decisions)}."


def _show_warnings(output: Output, warnings: Iterable[Any]) -> None:
    for warning in warnings:
        place = f"{warning.line}:{warning.column} " if warning.line else ""
        output.say(f"[yellow]warning[/] {place}[dim]{warning.code}[/] {escape(warning.message)}")
        if warning.text:
            for line in _line_and_caret(warning.text, warning.line, warning.column):
                output.say(f"    {escape(line)}")


def _warning_data(warnings: Iterable[Any]) -> list[dict[str, Any]]:
    """Line and column are those in `text`, which only a decision names; all three are left out for a value in no text."""
    return [{name: member for name, member in warning._asdict().items() if member} for warning in warnings]
