"""FEEL conditions over records as SQL, with the answers that FEEL gives in memory."""

from __future__ import annotations

from runtime.records.predicates.predicate import Predicate, compile_predicate
from runtime.records.predicates.refusals import NotCompilable

__all__ = ["NotCompilable", "Predicate", "compile_predicate"]
