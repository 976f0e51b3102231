"""A process in SpiffWorkflow's dialect, run command by command: saved, loaded, replayed and repeated after each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from lxml import etree

from engine.executors import advance
from engine.feel import from_plain, to_plain
from engine.kernel import (
    State,
    apply,
    commands,
    event_from_json,
    event_to_json,
    events,
    instance_from_json,
    instance_to_json,
    restore,
)
from engine.problems import Problem, Severity
from engine.spiff import read_spiff
from engine.xml import parse_xml

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">'
)


def diagram(body: str, top: str = "", process: str = "p") -> str:
    """A file with one process."""
    return f'{HEAD}{top}<process id="{process}" isExecutable="true">{body}</process></definitions>'


def flows(*pairs: str) -> str:
    """Sequence flows, each written ``from>to`` or ``from>to?condition``."""
    return "".join(_flow(pair) for pair in pairs)


def _flow(pair: str) -> str:
    ends, _, condition = pair.partition("?")
    source, target = ends.split(">")
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def extended(name: str, attributes: str, parts: str, inside: str = "") -> str:
    """An element with SpiffWorkflow's extension elements."""
    return f"<{name} {attributes}><extensionElements>{parts}</extensionElements>{inside}</{name}>"


def script(ident: str, text: str) -> str:
    """A script task."""
    return f'<scriptTask id="{ident}"><script>{text}</script></scriptTask>'


def service(ident: str, operator: str, result: str = "", parameters: str = "", more: str = "") -> str:
    """A service task; parameters are written ``name=expression``, one a line."""
    given = "".join(
        f'<spiffworkflow:parameter id="{name}" type="any" value="{value}"/>'
        for name, _, value in (line.partition("=") for line in parameters.splitlines())
    )
    inside = f"<spiffworkflow:parameters>{given}</spiffworkflow:parameters>{more}"
    named = f'resultVariable="{result}"' if result else ""
    tag = "spiffworkflow:serviceTaskOperator"
    return extended("serviceTask", f'id="{ident}"', f'<{tag} id="{operator}" {named}>{inside}</{tag}>')


def timer(kind: str, expression: str) -> str:
    """A timer event definition."""
    return f"<timerEventDefinition><{kind}>{expression}</{kind}></timerEventDefinition>"


START_END = '<startEvent id="s"/><endEvent id="e"/>'


def line(*parts: str) -> str:
    """Elements one after the other, between the start event ``s`` and the end event ``e``."""
    names = [part.split('id="', 1)[1].split('"', 1)[0] for part in parts]
    return START_END + "".join(parts) + flows(*(f"{a}>{b}" for a, b in pairwise(["s", *names, "e"])))


def read(*files: str, forms: tuple[str, ...] = (), python: bool = True) -> Any:
    """Files of the dialect, called a.bpmn, b.bpmn and so on."""
    trees: dict[str, etree._Element] = {}
    for name, text in zip("abcdef", files, strict=False):
        tree = parse_xml(text.encode(), f"{name}.bpmn")
        assert not isinstance(tree, Problem), tree
        trees[f"{name}.bpmn"] = tree
    return read_spiff(trees, forms, python=python)


class Instance:
    """An instance of the process ``p``; `happened` are the events of the last command."""

    def __init__(self, *files: str, forms: tuple[str, ...] = ()) -> None:
        self.files = files
        self.forms = forms
        self.found = read(*files, forms=forms)
        assert not [p for p in self.found.problems if p.severity is Severity.ERROR], self.found.problems
        self.state = State()
        self.replayed = State()
        self.now = NOW
        self.happened: tuple[events.Event, ...] = ()
        self.journal: list[Any] = []

    def process(self, key: str) -> Any:
        return self.found.processes[key]

    def called_process(self, process_id: str, caller: str, **binding: Any) -> str:
        return process_id

    def restart(self) -> None:
        """Read the files again, as another process of the platform would."""
        self.found = read(*self.files, forms=self.forms)

    def give(self, command: Any, *, budget: int = 10_000) -> Any:
        """Carry out a command, check what must hold after each, and answer what `advance` answers."""
        before = self._copy()
        outcome = advance(self, self.state, command, self.now, budget=budget)  # type: ignore[arg-type]
        again = advance(self, before, command, self.now, budget=budget)  # type: ignore[arg-type]
        assert outcome == again, "the same command on the same state does the same"
        if not isinstance(outcome, tuple):
            return outcome
        self.happened = outcome
        self.journal += [json.loads(json.dumps(event_to_json(event))) for event in outcome]
        for event in self.journal[-len(outcome) :] if outcome else ():
            apply(self.replayed, event_from_json(event))
        assert self.replayed.elements == self.state.elements, "the journal replays to the same state"
        assert self.replayed.status == self.state.status
        assert set(self.state.waits) == {key for found in self.state.elements.values() for key in found.waits}
        self.state = self._copy()
        assert not self.state.elements or self.state.waits or self._goes_on(), "it waits for something listed"
        return outcome

    def _goes_on(self) -> bool:
        return any(isinstance(event, events.StepBudgetUsedUp) for event in self.happened)

    def _copy(self) -> State:
        stored = [json.loads(json.dumps(instance_to_json(found))) for found in self.state.elements.values()]
        return restore(map(instance_from_json, stored), status=self.state.status, next_key=self.state.next_key)

    def start(self, *, start_event: str | None = None, **variables: Any) -> Any:
        return self.give(
            commands.StartInstance(process="p", variables=from_plain(variables), start_event=start_event)  # type: ignore[arg-type]
        )

    def waits(self, kind: type) -> list[Any]:
        """The open waits of a kind."""
        return [found for key in self.state.waits if isinstance(found := self.state.wait(key), kind)]

    def only(self, kind: type) -> Any:
        """The one open wait of a kind."""
        (found,) = self.waits(kind)
        return found

    def at(self) -> list[str]:
        """The elements that are active, without the process."""
        return sorted(found.element for found in self.state.elements.values() if found.parent is not None)

    def complete(self, element: str | None = None, **variables: Any) -> Any:
        task = next(w for w in self.waits(events.UserTaskCreated) if element in (None, w.element))
        return self.give(commands.CompleteUserTask(task=task.task, variables=from_plain(variables)))  # type: ignore[arg-type]

    def done(self, **variables: Any) -> Any:
        job = self.only(events.JobCreated)
        return self.give(commands.CompleteJob(job=job.job, variables=from_plain(variables)))  # type: ignore[arg-type]

    def later(self, **span: float) -> Any:
        """Let time pass, and the first timer fire."""
        self.now += timedelta(**span)
        due = min(self.waits(events.TimerScheduled), key=lambda found: found.due)
        assert due.due <= self.now, f"not due before {due.due}"
        return self.give(commands.TriggerTimer(timer=due.timer))

    def message(self, **variables: Any) -> Any:
        found = self.only(events.MessageSubscriptionOpened)
        return self.give(
            commands.CorrelateMessage(subscription=found.subscription, variables=from_plain(variables))  # type: ignore[arg-type]
        )

    @property
    def result(self) -> Any:
        """The variables of the completed instance, as plain data."""
        (completed,) = [event for event in self.happened if isinstance(event, events.InstanceCompleted)]
        return to_plain(dict(completed.variables))

    def of(self, kind: type) -> list[Any]:
        """What happened of a kind in the last command."""
        return [event for event in self.happened if isinstance(event, kind)]
