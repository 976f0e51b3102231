"""What `ringi run` tells: one line for each element that is reached, indented by scope, and below it what happened there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.markup import escape

from engine.api import Checked, Element, Event, Value, Wait, events
from runtime.cli.answers import how_to_answer
from runtime.cli.decisions import trace_lines
from runtime.cli.json_text import to_json

SHORT = 110
"""Characters of a value that are shown, unless everything is wanted."""


@dataclass(kw_only=True)
class Report:
    """Turns events into lines of Rich markup. `verbose` shows values whole and decisions with their rules."""

    checked: Checked
    verbose: bool = False
    _places: dict[int, _Place] = field(default_factory=dict)
    _waits: dict[int, Wait] = field(default_factory=dict)
    _last: int = 0

    def lines(self, event: Event) -> Iterator[str]:
        """The event in words; nothing for one that tells a person nothing new."""
        match event:
            case events.ElementActivated():
                yield from self._reached(event)
            case events.ElementEntered(key=key):
                self._places[key].entered = True
            case events.LoopStarted(items=items):
                yield self._below(f"for each of {len(items)}")
            case events.ElementTerminated(key=key) if self._places[key].element is not None:
                yield f"{self._indent(self._places[key])}[yellow]✗[/] {self._title(self._places[key])} [dim]terminated[/]"
            case events.VariablesWritten(key=key, variables=variables) if variables:
                yield from self._back_at(key)
                yield self._below(f"[dim]{self._verb(key)}[/] {self.values(variables)}")
            case events.DecisionEvaluated(decision=decision, result=result, trace=trace):
                yield from self._decided(decision, result, trace)
            case _:
                yield from self._other(event)

    def _other(self, event: Event) -> Iterator[str]:
        match event:
            case events.MessageThrown(message=message, correlation_key=key, variables=variables):
                values = f" with {self.values(variables)}" if variables else ""
                yield self._below(
                    f"[cyan]sends message[/] {escape(message)} to {escape(key or 'nobody in particular')}{values}"
                )
            case events.SignalThrown(signal=signal, variables=variables):
                values = f" with {self.values(variables)}" if variables else ""
                yield self._below(f"[cyan]sends signal[/] {escape(signal)}{values}")
            case events.ProcessCalled(process=process):
                yield self._below(f"[cyan]calls[/] {escape(process)}")
            case events.ErrorThrown(code=code, message=message):
                yield self._below(f"[yellow]error[/] {escape(code)} {escape(message)}".rstrip())
            case events.EscalationThrown(code=code, caught_by=caught_by):
                yield self._below(f"[yellow]escalation[/] {escape(code)}{'' if caught_by else ', which nobody catches'}")
            case events.IncidentRaised(code=code, message=message):
                yield self._below(f"[red]incident[/] {code} {escape(message)}")
            case _:
                yield from self._waited(event)

    def _waited(self, event: Event) -> Iterator[str]:
        """A wait opened (nothing to say yet) or was answered."""
        match event:
            case events.UserTaskCreated(task=wait) | events.JobCreated(job=wait) | events.TimerScheduled(timer=wait):
                self._waits[wait] = event
            case events.ConditionOpened(condition=wait):
                self._waits[wait] = event
            case events.ConditionTriggered(condition=wait):
                yield self._answered(wait, "became true")
            case events.MessageSubscriptionOpened(subscription=wait) | events.SignalSubscriptionOpened(subscription=wait):
                self._waits[wait] = event
            case events.UserTaskCompleted(task=wait, variables=variables) | events.JobCompleted(job=wait, variables=variables):
                yield self._answered(wait, f"done with {self.values(variables) if variables else 'nothing'}")
            case (
                events.MessageCorrelated(subscription=wait, variables=variables)
                | events.SignalCaught(subscription=wait, variables=variables)
            ):
                yield self._answered(wait, f"received with {self.values(variables) if variables else 'nothing'}")
            case events.TimerSkipped(timer=wait):
                yield self._answered(wait, "was missed and is left out")
            case events.TimerTriggered(timer=wait):
                opened = self._waits[wait]
                at = f"{opened.due:%Y-%m-%d %H:%M:%S %Z}" if isinstance(opened, events.TimerScheduled) else ""
                yield self._answered(wait, f"fires; it is {at}")

    def _reached(self, event: events.ElementActivated) -> Iterator[str]:
        """The line of an element; processes have none, only their contents stand deeper."""
        model = self.checked.processes[event.process]
        element = model.elements.get(event.element) if event.element != model.id else None
        parent = self._places.get(event.parent or 0)
        depth = 0 if parent is None else parent.depth + (element is not None and parent.contains)
        place = _Place(element=element, depth=depth, turn=event.loop_index, contains=element is None or bool(element.contents))
        place.contains = place.contains or _has_turns(element, event)
        self._places[event.key] = place
        if element is not None:
            self._last = event.key
            flow = model.flows.get(event.flow or "")
            by = f"  by “{escape(flow.name)}”" if flow and flow.name else ""
            yield f"{self._indent(place)}→ {self._title(place)}  [dim]{_words(element.type)} {escape(element.id)}{by}[/]"
        if event.variables:
            yield self._below(f"[dim]with[/] {self.values(event.variables)}")

    def _answered(self, wait: int, how: str) -> str:
        opened = self._waits[wait]
        place = self._places[opened.key]
        self._last = opened.key
        return f"{self._indent(place)}[green]✓[/] {_wait_name(opened, self._title(place))} [dim]{how}[/]"

    def _decided(self, decision: str, result: Value, trace: Any) -> Iterator[str]:
        steps = trace if isinstance(trace, list) else []
        rules = [rule["number"] for rule in steps[-1].get("rules", ())] if steps else []
        by = f" [dim](rule {', '.join(map(str, rules))})[/]" if rules else ""
        yield self._below(f"[cyan]decided[/] {escape(decision)}: {self._value(result)}{by}")
        if self.verbose:
            yield from (self._below(f"  {line}") for line in trace_lines(steps))

    def _back_at(self, key: int) -> Iterator[str]:
        """A line for an activity that goes on after something else was told, such as a called process that ended."""
        place = self._places[key]
        if key != self._last and place.element is not None and not place.contains:
            self._last = key
            yield f"{self._indent(place)}← {self._title(place)}"

    def _verb(self, key: int) -> str:
        place = self._places[key]
        if place.contains:
            return "sets"
        return "result" if place.entered else "in"

    def _below(self, text: str) -> str:
        """A detail below the element that was told last."""
        place = self._places.get(self._last)
        return f"{self._indent(place) if place else ''}    {text}"

    @staticmethod
    def _indent(place: _Place) -> str:
        return "  " * place.depth

    @staticmethod
    def _title(place: _Place) -> str:
        element = place.element
        name = escape(element.name.replace("\n", " ") or element.id) if element else ""
        return f"{name} #{place.turn}" if place.turn is not None else name

    def values(self, variables: Mapping[str, Value]) -> str:
        """Names and values on one line, as markup."""
        return ", ".join(f"{escape(name)} = {self._value(value)}" for name, value in variables.items())

    def _value(self, value: Value) -> str:
        text = to_json(value)
        return escape(text if self.verbose or len(text) <= SHORT else text[:SHORT] + "…")


@dataclass(slots=True, kw_only=True)
class _Place:
    """Where an element instance stands: `contains` tells that what is inside it stands deeper."""

    element: Element | None
    depth: int
    turn: int | None
    contains: bool
    entered: bool = False


def _has_turns(element: Element | None, event: events.ElementActivated) -> bool:
    return element is not None and element.loop is not None and event.loop_index is None


def _words(type_: str) -> str:
    """``businessRuleTask`` as ``business rule task``."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in type_)


def _wait_name(wait: Wait, title: str) -> str:
    match wait:
        case events.JobCreated(type=type_):
            return f"{title}: job {escape(type_)}"
        case events.MessageSubscriptionOpened(message=message):
            return f"message {escape(message)}"
        case events.SignalSubscriptionOpened(signal=signal):
            return f"signal {escape(signal)}"
        case events.TimerScheduled(element=element):
            return f"timer {escape(element)}"
    return title


def wait_text(wait: Wait, checked: Checked) -> str:
    """What is waited for, and the option that answers it."""
    option = " ".join(how_to_answer(wait, checked) or ()).strip()
    match wait:
        case events.UserTaskCreated(element=element, name=name):
            return f"user task {name or element}: {option}"
        case events.JobCreated(type=type_):
            return f"job {type_}: {option}"
        case events.TimerScheduled(element=element, due=due):
            return f"timer {element}, due {due:%Y-%m-%d %H:%M:%S %Z}: {option} lets time pass"
        case events.MessageSubscriptionOpened(message=message, correlation_key=key):
            return f"message {message} for {key}: {option}"
        case events.SignalSubscriptionOpened(signal=signal):
            return f"signal {signal}: {option}"
        case events.ConditionOpened(element=element):
            return f"condition of {element}: a variable in it must change"
        case events.IncidentRaised(element=element, code=code, message=message):
            return f"incident at {element}: {code} {message}"
    return _held_text(wait)


def _held_text(wait: Wait) -> str:
    """What the instance holds until something else happens; nothing answers it by itself."""
    match wait:
        case events.TriggerKept(element=element):
            return f"{element}: one of its events has happened, and it needs the others"
        case events.InputKept(element=element, kind=kind):
            return f"{kind} for {element}, kept until the instance is resumed"
        case events.StartHeld(element=element):
            return f"start of {element}, held until its listeners are through"
        case events.UserTaskChangeBegun(element=element, listener=listener):
            return f"{listener} the user task {element}, held until its listeners are through"
    return f"{wait.element}: somebody has to sign"


def wait_data(wait: Wait, checked: Checked) -> dict[str, Any]:
    """A wait for programs: its kind, where it is, and the option that answers it."""
    kinds = {
        events.UserTaskCreated: "user task",
        events.JobCreated: "job",
        events.TimerScheduled: "timer",
        events.MessageSubscriptionOpened: "message",
        events.SignalSubscriptionOpened: "signal",
        events.ConditionOpened: "condition",
        events.IncidentRaised: "incident",
        events.InputKept: "kept input",
        events.TriggerKept: "kept trigger",
        events.StartHeld: "held start",
        events.CoSigningStarted: "signatures",
        events.UserTaskChangeBegun: "change of a user task",
    }
    option = how_to_answer(wait, checked)
    answer = {"answer": " ".join(option).strip()} if option else {}
    return {"kind": kinds[type(wait)], **event_data(wait), **answer}


def event_data(event: Event) -> dict[str, Any]:
    """An event for programs: its name, and its members that hold something."""
    members = {name: getattr(event, name) for name in event.__dataclass_fields__}
    return {"event": type(event).__name__} | {name: value for name, value in members.items() if value not in (None, {}, ())}
