"""SpiffWorkflow's task and event classes as this platform needs them: work as jobs, the time of the command, failures kept.

The parser makes SpiffWorkflow's own objects; `adapt` turns those of one process into the subclasses here. Nothing of the
library is changed for others who use it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    MultipleEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, MultiInstanceTask, StandardLoopTask
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.spiff.specs.defaults import ServiceTask
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.util.task import TaskState

from engine.kernel.timers import TimerSchedule, first_due, next_due
from engine.spiff.python import failure_of
from engine.spiff.values import storable


class ErrorUncaught(Exception):
    """An error was thrown that nothing catches; the code is the argument."""


class RunningWorkflow(BpmnWorkflow):
    """A workflow while a command is carried out. `failed` holds code and sentence of the tasks that cannot go on, by task id;
    `signals` were thrown in this command."""

    def __init__(self, spec: Any, subprocess_specs: Any = None, script_engine: Any = None, **options: Any) -> None:
        self.failed: dict[Any, tuple[str, str]] = {}
        self.signals: list[Any] = []
        super().__init__(spec, subprocess_specs, script_engine=script_engine, **options)


class Guard(TaskSpec):
    """What fails when a task is reached is kept as its failure, so that all others go on."""

    def _update(self, my_task: Any) -> None:
        failed = my_task.workflow.top_workflow.failed
        if my_task.id in failed:
            return
        try:
            super()._update(my_task)
        except (Exception, SystemExit) as error:  # whatever a diagram's Python raises
            failed[my_task.id] = failure_of(error)
            my_task._set_state(TaskState.WAITING)


class JobTask(ServiceTask):
    """A service task whose work is a job: its parameters are worked out, then it waits for the result."""

    def _run_hook(self, my_task: Any) -> bool | None:
        if my_task.internal_data.pop("done", False):
            del my_task.internal_data["parameters"]
            return True
        found = {name: parameter["value"] for name, parameter in self.evaluate_params(my_task).items()}
        my_task.internal_data["parameters"] = storable(found, "parameters")
        return None


class Timer(EventDefinition):
    """Due dates are worked out by the kernel's timers, from the time of the command; a missed cycle counts as one."""

    kind = ""

    def schedule(self, my_task: Any) -> TimerSchedule:
        """The next firing, worked out when it is first asked for."""
        found = my_task.internal_data.get("timer")
        if found is None:
            engine = my_task.workflow.script_engine
            first = first_due(self.kind, engine.evaluate(my_task, self.expression), engine.now)
            self._keep(my_task, first)
            return first
        return TimerSchedule(due=datetime.fromisoformat(found[0]), cycle=found[1], repetitions=found[2])

    def has_fired(self, my_task: Any) -> bool:
        """True once it is due."""
        if self.schedule(my_task).due <= my_task.workflow.script_engine.now:
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    def fire(self, my_task: Any) -> None:
        """It is due, whatever the time is."""
        self.schedule(my_task)
        my_task._set_internal_data(event_fired=True)

    def reset(self, my_task: Any) -> None:
        """Forget the due date, so that the event can be reached again."""
        my_task.internal_data.pop("timer", None)
        super().reset(my_task)

    def _keep(self, my_task: Any, schedule: TimerSchedule) -> None:
        my_task.internal_data["timer"] = [schedule.due.isoformat(), schedule.cycle, schedule.repetitions]


class DateTimer(Timer, TimeDateEventDefinition):
    """A date."""

    kind = "date"


class DurationTimer(Timer, DurationTimerEventDefinition):
    """A duration."""

    kind = "duration"


class CycleTimer(Timer, CycleTimerEventDefinition):
    """A cycle: each firing begins what follows anew, and the event goes on waiting."""

    kind = "cycle"

    def has_fired(self, my_task: Any) -> bool:
        """True once there is no further cycle."""
        self.schedule(my_task)
        return bool(my_task._get_internal_data("event_fired", False))

    def fire(self, my_task: Any) -> None:
        """One more cycle is due."""
        now = my_task.workflow.script_engine.now
        schedule = self.schedule(my_task)
        if schedule.due > now:
            self._keep(my_task, replace(schedule, due=now))

    def cycle_complete(self, my_task: Any) -> bool:
        """True when it is due; the next due date is worked out then."""
        now = my_task.workflow.script_engine.now
        schedule = self.schedule(my_task)
        if my_task._get_internal_data("event_fired", False) or schedule.due > now:
            return False
        following = next_due(schedule, now)
        if following is None:
            my_task._set_internal_data(event_fired=True)
        else:
            self._keep(my_task, following)
        return True


class Message(MessageEventDefinition):
    """Who may receive it was decided by the subscription; correlation values are taken from what it brings, where they are."""

    def catch(self, my_task: Any, event: Any = None) -> None:
        """The message arrived."""
        self.update_internal_data(my_task, event)
        my_task._set_internal_data(event_fired=True)
        payload = event.payload if isinstance(event.payload, dict) else {}
        for wanted in self.correlation_properties:
            try:
                found = self.calculate_correlations(my_task.workflow.script_engine, [wanted], payload)
            except (LookupError, NameError):  # this message does not bring that value
                continue
            for key, values in found.items():
                my_task.workflow.correlations.setdefault(key, {}).update(values)


class FirstOf(MultipleEventDefinition):
    """The events behind an event-based gateway. Messages among them have correlation values of the process, too."""

    def update_task(self, my_task: Any) -> None:
        """Work out by which values the messages find this task."""
        for definition in self.event_definitions:
            if isinstance(definition, Message):
                definition.update_task(my_task)


class Signal(SignalEventDefinition):
    """A signal reaches everybody who waits for it, inside the instance and outside."""

    def throw(self, my_task: Any) -> None:
        """Send it."""
        top = my_task.workflow.top_workflow
        super().throw(my_task)
        payload = my_task.workflow.script_engine.evaluate(my_task, self.expression) if self.expression is not None else None
        top.signals.append((my_task, self.name, payload))


class Error(ErrorEventDefinition):
    """An error that nothing catches does not take the normal path."""

    def throw(self, my_task: Any) -> None:
        """Throw it, or raise ErrorUncaught."""
        top = my_task.workflow.top_workflow
        before = len(top.bpmn_events)
        super().throw(my_task)
        if len(top.bpmn_events) > before:
            del top.bpmn_events[before:]
            raise ErrorUncaught(self.code or self.name or "")


ADAPTED: Final = {
    TimeDateEventDefinition: DateTimer,
    DurationTimerEventDefinition: DurationTimer,
    CycleTimerEventDefinition: CycleTimer,
    MessageEventDefinition: Message,
    SignalEventDefinition: Signal,
    ErrorEventDefinition: Error,
    MultipleEventDefinition: FirstOf,
}
"""SpiffWorkflow's event definitions, and the subclasses that take their place."""


def adapt(spec: Any) -> None:
    """Turn the task specs of a process, as the parser made them, into those of this module."""
    for task_spec in list(spec.task_specs.values()):
        if type(task_spec) is ServiceTask:
            task_spec.__class__ = JobTask
        definition = getattr(task_spec, "event_definition", None)
        inside = definition.event_definitions if isinstance(definition, MultipleEventDefinition) else ()
        for found in (definition, *inside):
            if type(found) in ADAPTED:
                found.__class__ = ADAPTED[type(found)]
        task_spec.__class__ = _guarded(type(task_spec))
        if isinstance(task_spec, StandardLoopTask | MultiInstanceTask):
            _connect_turns(spec, task_spec)


def _guarded(spec_class: type) -> type:
    found = _GUARDED.get(spec_class)
    if found is None:
        found = _GUARDED[spec_class] = type(spec_class.__name__, (Guard, spec_class), {})
    return found


_GUARDED: dict[type, type] = {}


def _connect_turns(spec: Any, loop: Any) -> None:
    """Turns that end tell their loop. SpiffWorkflow connects them when the first begins, which a restart would forget."""
    turn = spec.task_specs[loop.task_spec]
    if not turn.completed_event.is_connected(loop.merge_child):
        turn.completed_event.connect(loop.merge_child)


def is_turn(task: Any) -> bool:
    """True for one turn of a loop or multi-instance activity."""
    parent = task.parent
    return parent is not None and isinstance(parent.task_spec, LoopTask) and parent.task_spec.task_spec == task.task_spec.name
