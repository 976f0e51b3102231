"""The engine's one door: what the runtime, the designer and the command line may use."""

from __future__ import annotations

from engine.bpmn import BpmnFile, read_bpmn
from engine.check import Checked, Known, check_resources
from engine.dmn import DecisionFailed, DecisionResult, DmnFile, evaluate_decision, read_dmn
from engine.feel import (
    CompiledExpression,
    FeelError,
    FeelSyntaxError,
    Value,
    builtins_table,
    compile_expression,
    compile_unary_tests,
    dump,
    from_plain,
    kind_of,
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
from engine.model.process import Element, MessageDefinition, ProcessDefinition, SequenceFlow, TimerDefinition
from engine.problems import Problem, Severity
from engine.xml import parse_xml

__all__ = [
    "BpmnFile",
    "Checked",
    "Command",
    "CompiledExpression",
    "DecisionFailed",
    "DecisionResult",
    "Definitions",
    "DmnFile",
    "Element",
    "ElementInstance",
    "Event",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "InstanceStatus",
    "KernelCode",
    "Known",
    "MessageDefinition",
    "Outcome",
    "Phase",
    "Problem",
    "ProcessDefinition",
    "Rejected",
    "SequenceFlow",
    "Severity",
    "State",
    "TimerDefinition",
    "TimerInvalid",
    "TimerSchedule",
    "Value",
    "Wait",
    "advance",
    "apply",
    "builtins_table",
    "check_resources",
    "commands",
    "compile_expression",
    "compile_unary_tests",
    "dump",
    "evaluate_decision",
    "event_from_json",
    "event_to_json",
    "events",
    "first_due",
    "from_plain",
    "instance_from_json",
    "instance_to_json",
    "kind_of",
    "load",
    "next_due",
    "parse_xml",
    "read_bpmn",
    "read_dmn",
    "restore",
    "to_plain",
    "visible_variables",
    "wait_key",
]
