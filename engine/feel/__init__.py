"""FEEL 1.5, the one expression language of Ringi (DMN 1.5 chapter 10): compile once, evaluate within a budget, nothing
outside in reach."""

from __future__ import annotations

from engine.feel import syntax
from engine.feel.builtins import builtins_table
from engine.feel.codec import dump, from_plain, load, to_plain
from engine.feel.errors import Code, FeelError, FeelSyntaxError, Position, Warning_
from engine.feel.expression import (
    CompiledExpression,
    Result,
    compile_expression,
    compile_node,
    compile_unary_tests,
    parse,
    parse_tests,
)
from engine.feel.printer import print_expression
from engine.feel.run import Budget, Run
from engine.feel.static import Analysis, Finding, analyse
from engine.feel.values import DECIMAL, FeelFunction, Kind, Range, Value, YearMonthDuration, kind_of

__all__ = [
    "DECIMAL",
    "Analysis",
    "Budget",
    "Code",
    "CompiledExpression",
    "FeelError",
    "FeelFunction",
    "FeelSyntaxError",
    "Finding",
    "Kind",
    "Position",
    "Range",
    "Result",
    "Run",
    "Value",
    "Warning_",
    "YearMonthDuration",
    "analyse",
    "builtins_table",
    "compile_expression",
    "compile_node",
    "compile_unary_tests",
    "dump",
    "from_plain",
    "kind_of",
    "load",
    "parse",
    "parse_tests",
    "print_expression",
    "syntax",
    "to_plain",
]
