"""Diagrams in SpiffWorkflow's dialect, run by SpiffWorkflow behind the commands and events of the kernel."""

from __future__ import annotations

from engine.spiff.codes import CODES, Code, Incident
from engine.spiff.dialect import EXECUTOR, is_spiff
from engine.spiff.executor import advance
from engine.spiff.handlers import not_supported
from engine.spiff.reader import SpiffFiles, read_spiff

__all__ = ["CODES", "EXECUTOR", "Code", "Incident", "SpiffFiles", "advance", "is_spiff", "not_supported", "read_spiff"]
