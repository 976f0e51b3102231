"""What can be said of an expression before it runs: the names it uses, the type of its value, and its mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.feel import syntax as s
from engine.feel.static.constants import Constant, constant_of
from engine.feel.static.inference import Finding, Inference
from engine.feel.static.kinds import kinds_of, type_of_value
from engine.feel.static.scopes import Scope
from engine.feel.types import ANY

__all__ = ["Analysis", "Constant", "Finding", "analyse", "constant_of", "kinds_of", "type_of_value"]


class Analysis(NamedTuple):
    """`type` is that of the value, null aside, as far as declared types allow; Any when they do not.

    `names` are the variables that are surely read from the scope; `possible_names` those that are read only when an item of a
    filter has no such entry. `findings` will be warnings of the evaluation, whatever the values.
    """

    type: s.TypeNode
    names: frozenset[str]
    possible_names: frozenset[str]
    findings: tuple[Finding, ...]


def analyse(
    node: s.Node,
    scope: Mapping[str, s.TypeNode],
    types: Mapping[str, s.TypeNode] | None = None,
    *,
    closed: bool = True,
) -> Analysis:
    """Look at an expression or unary tests (with the input's type as `?`) for variables of the given types.

    `types` are item definitions by name. When not `closed`, there may be variables that `scope` does not name, of any type.
    """
    inference = Inference(Scope(scope, types or {}), types or {}, closed=closed)
    try:
        found = inference.infer(node)
    except RecursionError:  # a tree this deep was compiled on a shorter stack
        found = ANY
    findings = sorted(inference.findings.values(), key=lambda f: (f.line, f.column))
    names = inference.scope.names
    return Analysis(found, frozenset(names), frozenset(inference.scope.possible - names), tuple(findings))
