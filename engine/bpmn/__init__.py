"""BPMN 2.0 XML of the `zeebe:` dialect as a model, or the reasons why not, with element and line."""

from __future__ import annotations

from engine.bpmn.codes import Code
from engine.bpmn.meanings import CODES
from engine.bpmn.reader import MAX_DEPTH, MAX_ELEMENTS, BpmnFile, read_bpmn

__all__ = ["CODES", "MAX_DEPTH", "MAX_ELEMENTS", "BpmnFile", "Code", "read_bpmn"]
