"""`ringi run`: a diagram in memory, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from engine.api import Checked, Event, InstanceStatus, Known, Severity, Value, check_resources, events
from runtime.cli.answers import Answers, check_answers, gather
from runtime.cli.arguments import (
    Assignment,
    VariablesType,
    collect_resources,
    is_diagram,
    now_option,
    python_option,
    the_present,
)
from runtime.cli.memory_run import MemoryRun, choose_process
from runtime.cli.output import EXIT_FAILED, EXIT_WAITING, Output, command, plural
from runtime.cli.run_report import Report, event_data, wait_data, wait_text
from runtime.errors import Invalid

AnyPath = click.Path(exists=True, path_type=Path)
NOTHING_OUTSIDE = Known()
MAX_ELEMENTS = 10_000
"""A run that reaches more elements than that goes round in a circle."""


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    _add_run(group)


def _add_run(group: click.Group) -> None:
    @command(group, short_help="Run a diagram in memory, step by step.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--vars", "variables", type=VariablesType(), default="{}", help="Variables at the start: JSON, @file or -.")
    @click.option("--task", "tasks", type=Assignment(), multiple=True, help="Complete a user task with these values.")
    @click.option("--job", "jobs", type=Assignment(), multiple=True, help="Complete jobs of a type with this result.")
    @click.option("--error", "errors", metavar="TYPE=CODE", multiple=True, help="End jobs of a type with this BPMN error.")
    @click.option("--message", "messages", type=Assignment(), multiple=True, help="Send a message, once.")
    @click.option("--auto", is_flag=True, help="Complete every other task and job with nothing, and let time pass.")
    @click.option("--process", "process_id", help="The process to start, when the file has several.")
    @click.option("--start", "start_event", help="The start event, when the process has several.")
    @click.option("--with", "others", type=AnyPath, multiple=True, help="More files or folders, beside those next to FILE.")
    @click.option("--verbose", "-v", is_flag=True, help="Show values whole, and the rules of decisions.")
    @now_option
    @python_option
    def run(output: Output, file: Path, errors: tuple[str, ...], **given: Any) -> int | None:
        """Run a diagram in memory and print each step; nothing is stored, and no handler of a package runs.

        Decisions, forms and called processes are looked for beside FILE. The run goes on as far as the given answers reach,
        then says what it waits for and how to answer. Options may be repeated: several answers of one task are given in turn.
        Exit code: 0 completed, 1 stopped at an incident or refused, 3 waits for something.

        \b
        ringi run order.bpmn --vars '{"amount": 1200}' --task approve='{"ok": true}'
        ringi run order.bpmn --job send-mail= --message paid='{"sum": 5}'
        ringi run order.bpmn --auto
        """
        answers = Answers(
            tasks=gather(given.pop("tasks")),
            jobs=gather(given.pop("jobs")),
            messages=gather(given.pop("messages")),
            errors=dict(map(_error, errors)),
            auto=given.pop("auto"),
        )
        return run_file(output, file, answers, **given)


def _error(text: str) -> tuple[str, str]:
    name, equals, code = text.partition("=")
    if not (name and equals and code):
        raise click.BadParameter(f"{text!r} is not TYPE=CODE, for example 'charge-card=NO_FUNDS'", param_hint="'--error'")
    return name, code


def run_file(
    output: Output,
    file: Path,
    answers: Answers,
    *,
    variables: dict[str, Value],
    process_id: str | None = None,
    start_event: str | None = None,
    others: Sequence[Path] = (),
    verbose: bool = False,
    now: datetime | None = None,
    python: bool = False,
) -> int | None:
    """Run one process of the file and report each step. Raises Invalid or NotFound for what cannot run."""
    checked, left_out = check_beside(file, others, Known(python=python))
    process = choose_process(checked, process_id, file.as_posix())
    check_answers(checked, answers)
    instance = MemoryRun(checked=checked, process=process, answers=answers, now=the_present(now))
    report = Report(checked=checked, verbose=verbose)
    output.say(f"[bold]{escape(process.name or process.id)}[/]  [dim]process {escape(process.id)}[/]")
    for name in left_out:
        output.say(f"[yellow]note[/] {escape(name)} is left out: it holds an id that {escape(file.name)} has")
    steps: list[Event] = []
    happened = instance.start(variables, at=start_event)
    while happened:
        for event in happened:
            for line in report.lines(event):
                output.say(line)
        steps += happened
        if sum(isinstance(event, events.ElementActivated) for event in steps) > MAX_ELEMENTS:
            raise Invalid("CLI-1011", f"The instance goes round in a circle: {MAX_ELEMENTS:,} elements were reached.")
        happened = instance.step()
    return conclude(output, instance, report, steps, left_out)


def check_beside(file: Path, others: Iterable[Path] = (), known: Known = NOTHING_OUTSIDE) -> tuple[Checked, list[str]]:
    """Check the file with what lies in its folder and at `others`. Raises Invalid when the file itself has errors.

    Files that hold an id of the file are left out, and named: an older copy beside a diagram is no reason not to run it.
    """
    beside = [p for p in sorted(file.parent.iterdir()) if p.is_file() and is_diagram(p)]
    own, around = collect_resources([file]), collect_resources([file, *beside, *others])
    taken = check_resources(own, known=known).origin.keys()
    copies = [n for n, data in around.items() if n not in own and taken & check_resources({n: data}, known=known).origin.keys()]
    checked = check_resources({name: data for name, data in around.items() if name not in copies}, known=known)
    mine = [p for p in checked.problems if p.resource == file.as_posix() and p.severity is Severity.ERROR]
    if mine:
        raise Invalid("CLI-1004", f"{file} cannot run.", problems=mine)
    return checked, copies


def conclude(
    output: Output, instance: MemoryRun, report: Report, steps: Sequence[Event], left_out: Sequence[str]
) -> int | None:
    """The last lines and the exit code."""
    waits, status = instance.waiting(), instance.state.status
    ended = next((dict(e.variables) for e in steps if isinstance(e, events.InstanceCompleted)), None)
    if status is InstanceStatus.COMPLETED:
        output.say("[bold green]completed[/]")
        if ended:
            output.say(f"    [dim]with[/] {report.values(ended)}")
    else:
        output.say(f"[bold]waits for {plural(len(waits), 'thing')}[/]")
    for wait in waits:
        colour = "red" if isinstance(wait, events.IncidentRaised) else "yellow"
        output.say(f"  [{colour}]{escape(wait_text(wait, instance.checked))}[/]")
    output.result(
        {
            "process": instance.process.id,
            "status": str(status),
            "variables": ended,
            "waits": [wait_data(wait, instance.checked) for wait in waits],
            "events": [event_data(event) for event in steps],
            "left_out": left_out,
        }
    )
    if status is InstanceStatus.COMPLETED:
        return None
    return EXIT_FAILED if any(isinstance(w, events.IncidentRaised) for w in waits) or not waits else EXIT_WAITING
