"""DMN 1.5 decisions: read the XML, evaluate with a trace."""

from __future__ import annotations

from engine.dmn.codes import DecisionFailed, DmnCode
from engine.dmn.evaluation import DecisionResult, evaluate_decision
from engine.dmn.model import Aggregation, Decision, DecisionService, DecisionTable, DmnFile, HitPolicy
from engine.dmn.reader import read_dmn

__all__ = [
    "Aggregation",
    "Decision",
    "DecisionFailed",
    "DecisionResult",
    "DecisionService",
    "DecisionTable",
    "DmnCode",
    "DmnFile",
    "HitPolicy",
    "evaluate_decision",
    "read_dmn",
]
