"""The engine's one door: what the runtime, the designer and the command line may use."""

from __future__ import annotations

from engine.feel import CompiledExpression, Value
from engine.kernel import commands, events
from engine.model.expression import Expression
from engine.model.process import Element, ProcessDefinition, SequenceFlow
from engine.problems import Problem, Severity

__all__ = [
    "CompiledExpression",
    "Element",
    "Expression",
    "ProcessDefinition",
    "Problem",
    "SequenceFlow",
    "Severity",
    "Value",
    "commands",
    "events",
]
