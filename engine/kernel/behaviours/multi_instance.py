"""Multi-instance: a body runs its activity once for each item, in parallel or in sequence (BPMN 2.0 §10.3.8, §13.3.7).

The body holds the boundary events; the inner instances are the activity itself, each with its item and `loopCounter` in a
scope of its own, with its own input and output mappings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from engine.feel import Value
from engine.kernel import evaluation, lifecycle, scopes, turn_events
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ElementActivated, LoopItemCompleted, LoopStarted
from engine.kernel.progress import AGAIN, GONE, WAITS, Entered
from engine.kernel.state import ElementInstance, Loop
from engine.kernel.step import Step
from engine.kernel.throwing import Thrower, Thrown
from engine.model.process import Element, MultiInstance

BATCH = 100
"""Inner instances started in one turn, so that the step budget can come between."""

MAX_TURNS = 100_000
_VARIABLE_PATH = re.compile(r"\s*([^\W\d]\w*)(\s*\.\s*[^\W\d]\w*)*\s*")


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Start all inner instances, in batches, or the first one; with no items the body is done."""
    definition, loop = _definition(element), instance.loop
    if loop is None:
        items = _items(step, instance, element, definition)
        if isinstance(items, Failure):
            return items
        collect = definition.output_collection is not None
        step.emit(LoopStarted(key=instance.key, items=items, collect=collect))
        if not items:
            _complete(step, instance, element)
            return GONE
        loop = _progress(instance)
    if definition.sequential:
        _start_next(step, instance, element)
        return WAITS
    for _ in range(min(BATCH, loop.total - loop.started)):
        _start_next(step, instance, element)
    return WAITS if loop.started == loop.total else AGAIN


def turn_ended(step: Step, instance: ElementInstance, element: Element, inner: ElementInstance) -> Failure | None:
    """Keep the output of the inner instance; then the body is done, or its next turn begins."""
    definition = _definition(element)
    assert inner.loop_index is not None, "an inner instance has an index"
    output = _output(step, element, definition, inner)
    if isinstance(output, Failure):
        return output
    decided = _decide(step, instance, element, inner)
    if isinstance(decided, Failure):
        return decided
    enough, thrown = decided
    step.emit(LoopItemCompleted(key=instance.key, index=inner.loop_index, output=output))
    lifecycle.end(step, inner, element)
    for throw in thrown:
        throw()
    if not thrown or instance.key in step.state.elements:
        _go_on(step, instance, element, enough=enough)
    return None


def skip_turn(step: Step, instance: ElementInstance, element: Element, inner: ElementInstance) -> None:
    """Somebody ended the inner instance: its turn is done without an output."""
    assert inner.loop_index is not None, "an inner instance has an index"
    step.emit(LoopItemCompleted(key=instance.key, index=inner.loop_index))
    lifecycle.terminate(step, inner)
    _go_on(step, instance, element, enough=False)


def _go_on(step: Step, instance: ElementInstance, element: Element, *, enough: bool) -> None:
    loop = _progress(instance)
    if enough or loop.completed == loop.total:
        lifecycle.terminate_contents(step, instance)
        _complete(step, instance, element)
    elif _definition(element).sequential:
        _start_next(step, instance, element)


def _complete(step: Step, instance: ElementInstance, element: Element) -> None:
    collection = _definition(element).output_collection
    if collection is not None:
        outputs = list(_progress(instance).outputs)
        scopes.write(step, scopes.parent_of(step, instance), {collection: outputs})
    lifecycle.leave(step, instance, element)


def _start_next(step: Step, instance: ElementInstance, element: Element) -> None:
    definition, loop = _definition(element), _progress(instance)
    index = loop.started + 1
    variables: dict[str, Value] = {}
    if definition.output_element is not None and (output := _VARIABLE_PATH.fullmatch(definition.output_element.text)):
        variables[output[1]] = None  # so that the result stays in this turn and does not overwrite that of another
    if definition.input_element is not None:
        variables[definition.input_element] = loop.items[loop.started]
    variables["loopCounter"] = Decimal(index)
    key = step.state.next_key
    step.emit(
        ElementActivated(
            key=key,
            element=element.id,
            process=instance.process,
            parent=instance.key,
            variables=variables,
            loop_index=index,
        )
    )
    step.queue.append(key)


def _items(step: Step, instance: ElementInstance, element: Element, definition: MultiInstance) -> tuple[Value, ...] | Failure:
    found = _collection(step, instance, element, definition)
    if isinstance(found, Failure):
        return found
    total = found if isinstance(found, int) else len(found)
    if total > MAX_TURNS:
        label = element.name or element.id
        return Failure(Code.LOOP_TOO_LARGE, f"The multi-instance {label!r} has {total} items; it may have {MAX_TURNS}.")
    return (None,) * total if isinstance(found, int) else tuple(found)


def _collection(
    step: Step, instance: ElementInstance, element: Element, definition: MultiInstance
) -> list[Value] | int | Failure:
    ask, label = evaluation.at(step, instance, Code.LOOP_INVALID), element.name or element.id
    if definition.input_collection is not None:
        what = f"The input collection of {label!r}"
        found = ask.value(definition.input_collection, what)
        if isinstance(found, (list, Failure)):
            return found
        return ask.unexpected(definition.input_collection, what, "a list", found)
    if definition.cardinality is not None:
        return ask.whole_number(definition.cardinality, f"The loop cardinality of {label!r}")
    return Failure(Code.LOOP_INVALID, f"The multi-instance {label!r} has neither an input collection nor a cardinality.")


def _output(step: Step, element: Element, definition: MultiInstance, inner: ElementInstance) -> Value | Failure:
    if definition.output_element is None or definition.output_collection is None:
        return None
    what = f"The output element of {element.name or element.id!r}"
    return evaluation.at(step, inner, Code.LOOP_OUTPUT_FAILED).value(definition.output_element, what)


def _decide(
    step: Step, instance: ElementInstance, element: Element, inner: ElementInstance
) -> tuple[bool, Sequence[Thrown]] | Failure:
    """Whether the completion condition holds, and what is thrown at the end of this turn."""
    definition = _definition(element)
    if definition.completion_condition is None and not definition.throws:
        return False, ()
    ask = _asker(step, _progress(instance), inner)
    enough = _is_enough(ask, element, definition)
    if isinstance(enough, Failure):
        return enough
    thrown = turn_events.plan(Thrower(step, instance, element, {}, inner), definition.throws, ask)
    return thrown if isinstance(thrown, Failure) else (enough, thrown)


def _is_enough(ask: evaluation.Evaluator, element: Element, definition: MultiInstance) -> bool | Failure:
    if definition.completion_condition is None:
        return False
    return ask.boolean(definition.completion_condition, f"The completion condition of {element.name or element.id!r}")


def _asker(step: Step, loop: Loop, inner: ElementInstance) -> evaluation.Evaluator:
    """For conditions at the end of a turn: they see the inner instance and the counters of BPMN 2.0 table 10.30."""
    completed = loop.completed + 1
    counters = {
        "numberOfInstances": Decimal(loop.total),
        "numberOfActiveInstances": Decimal(loop.started - completed),
        "numberOfCompletedInstances": Decimal(completed),
        "numberOfTerminatedInstances": Decimal(0),
    }
    scope = scopes.overlay(counters, scopes.visible(step, inner))
    return evaluation.Evaluator(scope, step.now, Code.LOOP_CONDITION_FAILED)


def _definition(element: Element) -> MultiInstance:
    assert isinstance(element.loop, MultiInstance), "only a multi-instance activity has such a body"
    return element.loop


def _progress(instance: ElementInstance) -> Loop:
    assert instance.loop is not None, "the body has started"
    return instance.loop


BEHAVIOUR = Behaviour(enter=enter, turn_ended=turn_ended)
