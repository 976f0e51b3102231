"""Compensation: undoing what was completed, the last first (BPMN 2.0 §10.7, §13.5.5).

What can be undone is kept by the scope it was done in, from the moment it completes, with its own variables of that moment;
variables of scopes that go on are those of now. An element instance that compensates is the scope of the handlers it runs: one
after the other, each when the one before has ended. Completed sub-processes without a handler are entered again for what is to
be undone in them. What a called process did is undone only by a handler of its call activity.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from engine.kernel import flows, listeners, mappings
from engine.kernel.events import (
    CompensationKept,
    CompensationStarted,
    CompensationTriggered,
    ElementActivated,
    ElementCompleted,
    ElementEntered,
)
from engine.kernel.state import ElementInstance, Undo
from engine.model.process import Element

if TYPE_CHECKING:
    from engine.kernel.step import Step


def keep(step: Step, instance: ElementInstance, handler: str | None) -> None:
    """The activity is about to complete, and can be undone from now on. Turns of a loop belong to the scope around it."""
    if instance.parent is None or instance.undo is not None:
        return
    scope = instance.parent
    if instance.loop_index is not None:
        around = step.state.elements[scope].parent
        assert around is not None, "a loop lies in a scope"
        scope = around
    elif instance.loop is not None:
        return  # its turns were kept
    step.emit(CompensationKept(key=scope, instance=instance.key, handler=handler))


def trigger(step: Step, instance: ElementInstance, source: ElementInstance, activities: Collection[str] | None) -> bool:
    """Let the element instance undo what the scope `source` keeps: all, or what `activities` did. False for nothing."""
    wanted = tuple(kept.key for kept in source.kept or () if activities is None or kept.element in activities)
    if wanted:
        step.emit(CompensationTriggered(key=instance.key, scope=source.key, records=wanted))
    return bool(wanted)


def run_next(step: Step, instance: ElementInstance) -> bool:
    """Begin to undo what was done last of what is left; False when nothing is left."""
    if not instance.undo:
        return False
    undo = instance.undo[-1]
    if undo.handler is None or step.model(instance.process).elements[undo.handler].triggered_by_event:
        _enter_again(step, instance, undo)
    else:
        step.emit(CompensationStarted(key=instance.key))
        step.queue.append(_activate(step, instance, undo.handler, undo))
    return True


def went_empty(step: Step, instance: ElementInstance, element: Element) -> None:
    """A handler ended: the next one, or the element instance has undone all."""
    if run_next(step, instance):
        return
    if element.event is not None:
        step.behaviour_of(element).emptied(step, instance, element)
        return
    # A sub-process that was entered again: it was left long ago, so it only ends.
    parent = instance.parent
    step.emit(ElementCompleted(key=instance.key))
    assert parent is not None, "what was entered again lies in what compensates"
    step.suspects.add(parent)
    if parent not in step.state.children:
        step.emptied.append(parent)


def _enter_again(step: Step, instance: ElementInstance, undo: Undo) -> None:
    """Open the completed sub-process with its variables, to undo its contents or to run its compensation event sub-process."""
    key = _activate(step, instance, undo.element, undo)
    step.emit(ElementEntered(key=key))
    step.emit(CompensationStarted(key=instance.key, into=key))
    inside = step.state.elements[key]
    if undo.handler is None:
        if not run_next(step, inside):
            step.emptied.append(key)
        return
    model = step.model(instance.process)
    event_sub_process = model.elements[undo.handler]
    within = step.state.elements[flows.activate(step, inside, event_sub_process)]
    mappings.declare(step, within.key, event_sub_process)
    (start,) = model.start_events(event_sub_process.id)
    if event_sub_process.listeners is not None and listeners.hold(step, within, event_sub_process, (start.id,), {}):
        return
    step.emit(ElementEntered(key=within.key))
    step.queue.append(flows.activate(step, within, start))


def _activate(step: Step, instance: ElementInstance, element: str, undo: Undo) -> int:
    key = step.state.next_key
    step.emit(
        ElementActivated(
            key=key, element=element, process=instance.process, parent=instance.key, variables=dict(undo.variables or {})
        )
    )
    return key
