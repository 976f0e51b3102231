"""The engine's one door: what the runtime, the designer and the command line may use."""

from __future__ import annotations

from engine.bpmn import BpmnFile, read_bpmn
from engine.feel import CompiledExpression, FeelError, FeelSyntaxError, Value, compile_expression, from_plain, to_plain
from engine.kernel import commands, events
from engine.model.expression import Expression
from engine.model.process import Element, ProcessDefinition, SequenceFlow
from engine.problems import Problem, Severity
from engine.xml import parse_xml

__all__ = [
    "BpmnFile",
    "CompiledExpression",
    "Element",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "ProcessDefinition",
    "Problem",
    "SequenceFlow",
    "Severity",
    "Value",
    "commands",
    "compile_expression",
    "events",
    "from_plain",
    "parse_xml",
    "read_bpmn",
    "to_plain",
]
