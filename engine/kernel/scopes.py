"""Variables live in scopes: who sees which, and where a write goes (design: as Camunda 8).

A name is looked up from the element instance outwards to the process, called processes not crossing into their caller. A
write goes to the nearest scope that has the variable, else to the process.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING

from engine.feel import Value
from engine.kernel.events import VariablesWritten
from engine.kernel.state import ElementInstance
from engine.model.process import Element

if TYPE_CHECKING:
    from engine.kernel.step import Step

Variables = Mapping[str, Value]


def enclosing(step: Step, instance: ElementInstance) -> list[ElementInstance]:
    """The scopes an element instance lies in, from its own (where it has variables) out to its process, which always is one."""
    found: list[ElementInstance] = []
    elements = step.state.elements
    while True:
        if instance.variables is not None:
            found.append(instance)
        if instance.parent is None or step.is_root(instance):
            return found
        instance = elements[instance.parent]


def visible(step: Step, instance: ElementInstance) -> Variables:
    """A view of the variables an expression at the element instance sees, inner ones before outer ones. Do not keep it."""
    if instance.parent is None:
        return instance.variables or {}
    found: list[MutableMapping[str, Value]] = [scope.variables for scope in enclosing(step, instance) if scope.variables]
    if len(found) == 1:
        return found[0]
    return ChainMap(*found) if found else {}


def overlay(first: Mapping[str, Value], rest: Variables) -> Variables:
    """A view in which `first` hides what has the same name in `rest`."""
    return ChainMap(first, rest)  # type: ignore[arg-type]  # a ChainMap could write to its first map, a view is only read


def write(step: Step, instance: ElementInstance, variables: Variables) -> None:
    """Write each variable to the nearest scope that has it, looking from the element instance outwards, else to its process."""
    if instance.parent is None:
        step.emit(VariablesWritten(key=instance.key, variables=variables))
        return
    *inner, process = enclosing(step, instance)
    if not inner:
        step.emit(VariablesWritten(key=process.key, variables=variables))
        return
    targets: dict[int, dict[str, Value]] = {}
    for name, value in variables.items():
        holder = next((scope for scope in inner if name in (scope.variables or ())), process)
        targets.setdefault(holder.key, {})[name] = value
    for key, values in targets.items():
        step.emit(VariablesWritten(key=key, variables=values))


def mapped_in(instance: ElementInstance, element: Element) -> dict[str, Value]:
    """The variables that the input mappings made: what a throwing event sends."""
    mapped = {target.target.split(".")[0] for target in element.inputs}
    return {name: value for name, value in (instance.variables or {}).items() if name in mapped}


def is_interrupted(step: Step, scope: ElementInstance) -> bool:
    """True while an interrupting event sub-process runs in the scope: nothing else does then, and nothing else can start."""
    contents = step.state.children.get(scope.key, ())
    if len(contents) != 1:
        return False
    only = step.element_of(step.state.elements[next(iter(contents))])
    return only.triggered_by_event and all(start.interrupting for start in step.model(scope.process).start_events(only.id))


def parent_of(step: Step, instance: ElementInstance) -> ElementInstance:
    """The scope around an element instance that is not a process."""
    assert instance.parent is not None, "only a root process has no parent"
    return step.state.elements[instance.parent]
