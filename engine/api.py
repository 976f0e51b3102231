"""The engine's one door: what the runtime, the designer and the command line may use."""

from __future__ import annotations

from engine.bpmn import BpmnFile, read_bpmn
from engine.feel import (
    CompiledExpression,
    FeelError,
    FeelSyntaxError,
    Value,
    compile_expression,
    dump,
    from_plain,
    load,
    to_plain,
)
from engine.kernel import Code as KernelCode
from engine.kernel import (
    Definitions,
    ElementInstance,
    InstanceStatus,
    Outcome,
    Phase,
    Rejected,
    State,
    Wait,
    advance,
    apply,
    commands,
    event_from_json,
    event_to_json,
    events,
    instance_from_json,
    instance_to_json,
    restore,
    visible_variables,
    wait_key,
)
from engine.kernel.commands import Command
from engine.kernel.events import Event
from engine.kernel.timers import TimerInvalid, TimerSchedule, first_due, next_due
from engine.model.expression import Expression
from engine.model.process import Element, ProcessDefinition, SequenceFlow
from engine.problems import Problem, Severity
from engine.xml import parse_xml

__all__ = [
    "BpmnFile",
    "Command",
    "CompiledExpression",
    "Definitions",
    "Element",
    "ElementInstance",
    "Event",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "InstanceStatus",
    "KernelCode",
    "Outcome",
    "Phase",
    "Problem",
    "ProcessDefinition",
    "Rejected",
    "SequenceFlow",
    "Severity",
    "State",
    "TimerInvalid",
    "TimerSchedule",
    "Value",
    "Wait",
    "advance",
    "apply",
    "commands",
    "compile_expression",
    "dump",
    "event_from_json",
    "event_to_json",
    "events",
    "first_due",
    "from_plain",
    "instance_from_json",
    "instance_to_json",
    "load",
    "next_due",
    "parse_xml",
    "read_bpmn",
    "restore",
    "to_plain",
    "visible_variables",
    "wait_key",
]
