"""What the expressions of a decision or knowledge model see, as types (DMN 1.5 §10.4)."""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn import model as m
from engine.dmn.graph import resolve
from engine.dmn.item_types import prefixed
from engine.feel import syntax as s
from engine.feel.syntax import TypeNode
from engine.feel.types import ANY

Scope = dict[str, TypeNode]
TypeOf = Callable[[m.DmnFile, str], TypeNode]
"""The type of a decision's or knowledge model's result, by its id in a file."""


def scope_for(file: m.DmnFile, needed: m.Requirements, type_of: TypeOf) -> Scope:
    """The variables by name: required inputs, decisions and functions; those of an import are a context under its name."""
    scope: Scope = {}
    for reference in needed.inputs:
        target, own_id, prefix = _found(file, reference)
        if target is not None and own_id in target.inputs:
            item = target.inputs[own_id]
            _put(scope, prefix, item.name, item.type or ANY, target)
    for reference in (*needed.decisions, *needed.knowledge):
        target, own_id, prefix = _found(file, reference)
        name = _name_of(target, own_id) if target is not None else None
        if target is not None and name is not None:
            _put(scope, prefix, name, type_of(target, own_id), target)
    return scope


def _found(file: m.DmnFile, reference: str) -> tuple[m.DmnFile | None, str, str | None]:
    return resolve(file, reference) or (None, reference, None)


def _name_of(file: m.DmnFile, own_id: str) -> str | None:
    if own_id in file.decisions:
        return file.decisions[own_id].variable
    function = file.knowledge.get(own_id) or file.services.get(own_id)
    return function.name if function is not None else None


def _put(scope: Scope, prefix: str | None, name: str, kind: TypeNode, file: m.DmnFile) -> None:
    if prefix is None:
        scope[name] = kind
        return
    held = scope.get(prefix)
    entries = dict(held.entries) if isinstance(held, s.ContextType) else {}
    scope[prefix] = s.ContextType(tuple({**entries, name: prefixed(kind, prefix, file.types)}.items()))


def service_type(file: m.DmnFile, service: m.DecisionService, type_of: TypeOf) -> TypeNode:
    """A decision service as a function: its inputs, then its input decisions, are the parameters."""
    inputs = [file.inputs[i] for i in service.inputs if i in file.inputs]
    decisions = [file.decisions[d] for d in service.input_decisions if d in file.decisions]
    parameters = (*(i.type or ANY for i in inputs), *(d.type or ANY for d in decisions))
    names = (*(i.name for i in inputs), *(d.variable for d in decisions))
    outputs = {file.decisions[o].variable: type_of(file, o) for o in service.outputs if o in file.decisions}
    result = next(iter(outputs.values())) if len(outputs) == 1 else s.ContextType(tuple(outputs.items()))
    return s.FunctionType(parameters, result, names)
