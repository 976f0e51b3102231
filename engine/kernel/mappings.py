"""Input and output mappings: from an expression to a variable, or to a place inside one (``a.b.c``).

Those of the `zeebe:` dialect, and the data associations of BPMN 2.0 §10.4.2, which are the same to the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.feel import Value
from engine.kernel import evaluation, scopes
from engine.kernel.codes import Code, Failure
from engine.kernel.events import VariablesWritten
from engine.kernel.state import ElementInstance
from engine.model.data import DataItem, Sets
from engine.model.process import Element, VariableMapping

if TYPE_CHECKING:
    from engine.kernel.step import Step


def map_inputs(step: Step, instance: ElementInstance, element: Element) -> Failure | None:
    """Make the local variables that the data and the input mappings ask for; later mappings see earlier ones."""
    ask = evaluation.at(step, instance, Code.INPUT_MAPPING_FAILED)
    mapped = _evaluate(ask, element.inputs, {}, "input", beginning(element.data))
    if isinstance(mapped, Failure):
        return mapped
    lacks = missing(element.io.required_inputs, mapped) if element.io is not None else None
    if lacks is not None:
        return Failure(
            Code.DATA_INPUT_MISSING,
            f"{element.name or element.id!r} needs the data input {lacks!r}, which has no value. Set what it is taken from, "
            "or make the input optional.",
        )
    step.emit(VariablesWritten(key=instance.key, variables=mapped))
    return None


def beginning(data: Sequence[DataItem]) -> dict[str, Value]:
    """The variables that a scope with this data begins with (BPMN 2.0 §10.4.1)."""
    return {item.name: item.initial for item in data}


def declare(step: Step, key: int, element: Element) -> None:
    """Give the element instance the variables that its data begins with, where nothing is mapped into it."""
    if element.data:
        step.emit(VariablesWritten(key=key, variables=beginning(element.data)))


def map_outputs(step: Step, instance: ElementInstance, element: Element) -> Failure | None:
    """Write what the output mappings ask for to the scopes around the element; nothing else leaves it.

    A turn of a multi-instance activity looks into itself first: its output element is a variable of its own there.
    """
    lacks = missing(element.io.required_outputs, instance.variables or {}) if element.io is not None else None
    if lacks is not None:
        return Failure(
            Code.DATA_OUTPUT_MISSING,
            f"{element.name or element.id!r} is done, but gave no value for its data output {lacks!r}. Set the variable "
            f"{lacks!r} of the element, or make the output optional.",
        )
    around = scopes.parent_of(step, instance) if instance.loop_index is None else instance
    ask = evaluation.at(step, instance, Code.OUTPUT_MAPPING_FAILED)
    mapped = _evaluate(ask, element.outputs, scopes.visible(step, around), "output")
    if isinstance(mapped, Failure):
        return mapped
    scopes.write(step, around, mapped)
    return None


def _evaluate(
    ask: evaluation.Evaluator,
    entries: Sequence[VariableMapping],
    existing: evaluation.Scope,
    kind: str,
    made: dict[str, Value] | None = None,
) -> dict[str, Value] | Failure:
    """`existing` holds the contexts that a dotted target goes into, beside what is already there (`made`)."""
    made = {} if made is None else made
    seen = scopes.overlay(made, ask.scope)
    ask = evaluation.Evaluator(seen, ask.now, ask.code)
    for entry in entries:
        found = ask.value(entry.source, f"The {kind} mapping to {entry.target!r}")
        if isinstance(found, Failure):
            return found
        name, *path = entry.target.split(".")
        made[name] = _placed(made.get(name, existing.get(name)), path, found)
    return made


def missing(sets: Sets, found: Mapping[str, Value]) -> str | None:
    """The first name without a value of the first set, when no set is complete (BPMN 2.0 §10.4.2); None when one is."""
    lacking = [next((name for name in wanted if found.get(name) is None), None) for wanted in sets]
    return None if None in lacking or not lacking else lacking[0]


def _placed(context: Value, path: Sequence[str], found: Value) -> Value:
    """A copy of `context` with the value at `path`; what stands in the way and is no context is replaced."""
    if not path:
        return found
    inside = dict(context) if isinstance(context, dict) else {}
    inside[path[0]] = _placed(inside.get(path[0]), path[1:], found)
    return inside
