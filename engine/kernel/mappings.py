"""Input and output mappings of the `zeebe:` dialect: from an expression to a variable, or to a place inside one (``a.b.c``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.feel import Value
from engine.kernel import evaluation, scopes
from engine.kernel.codes import Code, Failure
from engine.kernel.events import VariablesWritten
from engine.kernel.state import ElementInstance
from engine.model.process import Element, VariableMapping

if TYPE_CHECKING:
    from engine.kernel.step import Step


def map_inputs(step: Step, instance: ElementInstance, element: Element) -> Failure | None:
    """Make the local variables that the input mappings ask for; later mappings see earlier ones."""
    ask = evaluation.at(step, instance, Code.INPUT_MAPPING_FAILED)
    mapped = _evaluate(ask, element.inputs, {}, "input")
    if isinstance(mapped, Failure):
        return mapped
    step.emit(VariablesWritten(key=instance.key, variables=mapped))
    return None


def map_outputs(step: Step, instance: ElementInstance, element: Element) -> Failure | None:
    """Write what the output mappings ask for to the scopes around the element; nothing else leaves it.

    A turn of a multi-instance activity looks into itself first: its output element is a variable of its own there.
    """
    around = scopes.parent_of(step, instance) if instance.loop_index is None else instance
    ask = evaluation.at(step, instance, Code.OUTPUT_MAPPING_FAILED)
    mapped = _evaluate(ask, element.outputs, scopes.visible(step, around), "output")
    if isinstance(mapped, Failure):
        return mapped
    scopes.write(step, around, mapped)
    return None


def _evaluate(
    ask: evaluation.Evaluator, entries: Sequence[VariableMapping], existing: evaluation.Scope, kind: str
) -> dict[str, Value] | Failure:
    """`existing` holds the contexts that a dotted target goes into, beside what is already there."""
    made: dict[str, Value] = {}
    seen = scopes.overlay(made, ask.scope)
    ask = evaluation.Evaluator(seen, ask.now, ask.code)
    for entry in entries:
        found = ask.value(entry.source, f"The {kind} mapping to {entry.target!r}")
        if isinstance(found, Failure):
            return found
        name, *path = entry.target.split(".")
        made[name] = _placed(made.get(name, existing.get(name)), path, found)
    return made


def _placed(context: Value, path: Sequence[str], found: Value) -> Value:
    """A copy of `context` with the value at `path`; what stands in the way and is no context is replaced."""
    if not path:
        return found
    inside = dict(context) if isinstance(context, dict) else {}
    inside[path[0]] = _placed(inside.get(path[0]), path[1:], found)
    return inside
