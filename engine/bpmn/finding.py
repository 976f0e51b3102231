"""What a rule about the structure of a diagram finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.bpmn.codes import Code
from engine.model.process import Element, ProcessDefinition, SequenceFlow
from engine.problems import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A broken rule at an element or flow."""

    code: Code
    place: Element | SequenceFlow | ProcessDefinition
    message: str
    severity: Severity = Severity.ERROR
    name: str | None = None
    fix: str | None = None


Rule = Callable[[ProcessDefinition], Iterator[Finding]]
