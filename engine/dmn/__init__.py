"""DMN 1.5 decisions: read the XML, evaluate with a trace, tell what is wrong with expressions and tables."""

from __future__ import annotations

from engine.dmn.analysis import TableAnalysis, TableFinding, analyse_tables
from engine.dmn.checking import check_expressions
from engine.dmn.codes import CODES, DecisionFailed, DmnCode
from engine.dmn.evaluation import DecisionResult, evaluate_decision
from engine.dmn.model import Aggregation, Decision, DecisionService, DecisionTable, DmnFile, HitPolicy
from engine.dmn.reader import read_dmn
from engine.dmn.together import read_dmn_files

__all__ = [
    "CODES",
    "Aggregation",
    "Decision",
    "DecisionFailed",
    "DecisionResult",
    "DecisionService",
    "DecisionTable",
    "DmnCode",
    "DmnFile",
    "HitPolicy",
    "TableAnalysis",
    "TableFinding",
    "analyse_tables",
    "check_expressions",
    "evaluate_decision",
    "read_dmn",
    "read_dmn_files",
]
