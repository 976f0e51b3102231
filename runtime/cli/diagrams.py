"""`ringi check` and `ringi run`: diagrams at the prompt."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.markup import escape

from engine.api import Checked, InstanceStatus, Severity, Value, Wait, check_resources, events
from runtime.cli.arguments import Assignment, VariablesType, collect_resources
from runtime.cli.memory_run import Answers, MemoryRun, choose_process
from runtime.cli.output import EXIT_FAILED, EXIT_WAITING, Output, command, problem_data
from runtime.errors import Invalid

FilePath = click.Path(exists=True, path_type=Path)
MAX_STEPS = 10_000


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""

    @command(group)
    @click.argument("paths", nargs=-1, required=True, type=FilePath)
    @click.option("--summary", is_flag=True, help="Count the findings by code instead of listing them.")
    @click.option("--strict", is_flag=True, help="Warnings fail the check too.")
    def check(output: Output, paths: tuple[Path, ...], summary: bool, strict: bool) -> int | None:
        """Say what would fail later: diagrams, decisions and forms, checked together.

        \b
        ringi check processes/
        ringi check order.bpmn approve.form --strict
        """
        return check_paths(output, paths, summary=summary, strict=strict)

    @command(group)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--process", "process_id", help="The process to start, when the file has several.")
    @click.option(
        "--vars",
        "variables",
        type=VariablesType(),
        default="{}",
        help="Variables at the start: JSON, @file or - for standard input.",
    )
    @click.option(
        "--task", "tasks", type=Assignment(), multiple=True, help="Complete a user task: ELEMENT=JSON. May be repeated."
    )
    @click.option(
        "--job", "jobs", type=Assignment(), multiple=True, help="Complete jobs of a type: TYPE=JSON. May be repeated."
    )
    @click.option(
        "--message", "messages", type=Assignment(), multiple=True, help="Deliver a message: NAME=JSON. May be repeated."
    )
    @click.option("--auto", is_flag=True, help="Complete every other task and job with nothing, and let time pass for timers.")
    def run(
        output: Output,
        file: Path,
        process_id: str | None,
        variables: dict[str, Value],
        tasks: tuple[tuple[str, dict[str, Value]], ...],
        jobs: tuple[tuple[str, dict[str, Value]], ...],
        messages: tuple[tuple[str, dict[str, Value]], ...],
        auto: bool,
    ) -> int | None:
        """Run a diagram in memory and print each step; nothing is stored.

        Decisions, forms and called processes are looked for beside FILE. The run goes on as far as the given answers reach.
        Exit code: 0 completed, 1 stopped at an incident or refused, 3 waits for something.

        \b
        ringi run order.bpmn --vars '{"amount": 1200}' --task approve='{"ok": true}'
        ringi run order.bpmn --auto
        """
        answers = Answers(tasks=dict(tasks), jobs=dict(jobs), messages=dict(messages), auto=auto)
        return run_file(output, file, process_id, variables, answers)


def check_paths(output: Output, paths: tuple[Path, ...], *, summary: bool, strict: bool) -> int | None:
    """Exit code 1 when there is an error (with `strict`: any finding)."""
    resources = collect_resources(paths)
    if not resources:
        raise Invalid("CLI-1003", "There is no .bpmn, .dmn or .form file at these paths.")
    checked = check_resources(resources)
    if summary:
        counts = Counter((p.severity, p.code) for p in checked.problems)
        output.table(("count", "severity", "code"), ((n, severity, code) for (severity, code), n in counts.most_common()))
    else:
        output.problems(checked.problems)
    errors = sum(p.severity is Severity.ERROR for p in checked.problems)
    warnings = len(checked.problems) - errors
    output.say(f"{len(resources)} files: {errors} errors, {warnings} warnings.")
    data = [problem_data(p) for p in checked.problems]
    output.result({"files": len(resources), "errors": errors, "warnings": warnings, "problems": data})
    return EXIT_FAILED if errors or (strict and warnings) else None


def run_file(output: Output, file: Path, process_id: str | None, variables: dict[str, Value], answers: Answers) -> int | None:
    """Run one process of the file and report each step."""
    checked = check_beside(file)
    process = choose_process(checked, process_id, file.name)
    instance = MemoryRun(checked=checked, process=process, answers=answers, now=datetime.now(UTC))
    output.say(f"[bold]{escape(process.name or process.id)}[/]")
    steps: list[dict[str, object]] = []
    happened = instance.start(variables)
    while happened and len(steps) < MAX_STEPS:
        report(output, instance, happened, steps)
        happened = instance.step()
    return conclude(output, instance, steps)


def check_beside(file: Path) -> Checked:
    """Check the file with what lies in its folder; raises Invalid when the file itself has errors."""
    beside = collect_resources(
        tuple(p for p in sorted(file.parent.iterdir()) if p.is_file() and p.suffix in (".bpmn", ".dmn", ".form"))
    )
    checked = check_resources({file.name: file.read_bytes(), **beside})
    mine = [p for p in checked.problems if p.resource == file.name and p.severity is Severity.ERROR]
    if mine:
        raise Invalid("CLI-1004", f"{file.name} cannot run.", problems=mine)
    return checked


def report(output: Output, instance: MemoryRun, happened: tuple[events.Event, ...], steps: list[dict[str, object]]) -> None:
    """A line for each element that was reached, ended or stopped."""
    for event in happened:
        line = describe(instance, event)
        if line:
            output.say(line)
            steps.append(
                {"event": type(event).__name__, "element": getattr(event, "element", None), "key": getattr(event, "key", None)}
            )


def describe(instance: MemoryRun, event: events.Event) -> str | None:
    """The event in words, or None when it tells a person nothing new."""
    match event:
        case events.ElementActivated(element=element, process=process) if element != process:
            node = instance.checked.processes[process].elements[element]
            return f"  → {escape(node.name or element)} [dim]{node.type} {escape(element)}[/]"
        case events.DecisionEvaluated(decision=decision, result=result):
            return f"    [cyan]decided[/] {escape(decision)}: {escape(str(result))}"
        case events.VariablesWritten(variables=variables):
            return f"    [dim]{escape(', '.join(f'{k} = {v}' for k, v in variables.items()))[:200]}[/]" if variables else None
        case events.MessageThrown(message=message, correlation_key=key):
            return f"    [cyan]message[/] {escape(message)} {escape(key)}"
        case events.ErrorThrown(code=code):
            return f"    [yellow]error[/] {escape(code)}"
        case events.IncidentRaised(code=code, message=message):
            return f"    [red]incident[/] {code} {escape(message)}"
    return None


def conclude(output: Output, instance: MemoryRun, steps: list[dict[str, object]]) -> int | None:
    """The last lines and the exit code."""
    waits = instance.waiting()
    for wait in waits:
        output.say(f"  [yellow]waits[/] {escape(wait_text(wait))}")
    status = instance.state.status
    output.say(f"[bold]{status}[/]" if not waits else f"[bold]waits for {len(waits)}[/]")
    output.result({"status": str(status), "steps": steps, "waits": [wait_text(w) for w in waits]})
    if status is InstanceStatus.COMPLETED:
        return None
    return EXIT_FAILED if any(isinstance(w, events.IncidentRaised) for w in waits) or not waits else EXIT_WAITING


def wait_text(wait: Wait) -> str:
    """What is waited for, and the option that answers it."""
    match wait:
        case events.UserTaskCreated(element=element, name=name):
            return f"user task {name or element}: --task {element}='{{…}}'"
        case events.JobCreated(type=type_):
            return f"job {type_}: --job {type_}='{{…}}'"
        case events.TimerScheduled(element=element, due=due):
            return f"timer {element}, due {due.isoformat()}: --auto lets time pass"
        case events.MessageSubscriptionOpened(message=message, correlation_key=key):
            return f"message {message} for {key}: --message {message}='{{…}}'"
        case events.IncidentRaised(element=element, code=code, message=message):
            return f"incident at {element}: {code} {message}"
