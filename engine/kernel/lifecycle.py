"""The life of an element instance, the same for every element: entered, waiting, completed, left (BPMN 2.0 §13.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import catching, compensation, conditions, flows, joins, listeners, mappings, scopes, straight
from engine.kernel.codes import Failure
from engine.kernel.events import (
    ElementCompleted,
    ElementEntered,
    ElementTerminated,
    ListenersCompleted,
    StepBudgetUsedUp,
    VariablesWritten,
)
from engine.kernel.failing import fail
from engine.kernel.incidents import close_waits
from engine.kernel.progress import AGAIN, GONE, WAITS, Entered, Finished
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance, Phase
from engine.model.process import Element

if TYPE_CHECKING:
    from engine.kernel.behaviour import Enter
    from engine.kernel.step import Step


def run(step: Step) -> None:
    """Go on until nothing is left to do or the step budget is used up."""
    if not step.exhausted:
        _run_queue(step)
    while step.moved and not step.exhausted:
        _ask_joins(step)
        _run_queue(step)


def _ask_joins(step: Step) -> None:
    """Everything rests: the joins of the scopes where tokens moved look whether they still have to wait."""
    moved, step.moved = step.moved, set()
    elements = step.state.elements
    for scope in (elements[key] for key in sorted(moved) if key in step.state.children):
        if not step.model(scope.process).gathers(scope.element):
            continue
        for join in [elements[key] for key in joins.tokens_of(step, scope.key).joins]:
            if not join.waits:
                element = step.element_of(join)
                step.behaviour_of(element).look_again(step, join, element)


def _run_queue(step: Step) -> None:
    elements, queue = step.state.elements, step.queue
    while True:
        settle(step)
        if not queue:
            if step.callers:
                queue.append(step.callers.popleft())
                continue
            if step.state.conditions and conditions.look(step):
                continue
            return
        instance = elements.get(queue.popleft())
        if instance is None or (instance.waits and instance.has_incident):
            continue
        if step.taken >= step.budget:
            step.exhausted = True
            step.emit(StepBudgetUsedUp(steps=step.taken))
            return
        step.taken += 1
        if queue or not straight.go(step, instance):
            enter(step, instance)


def settle(step: Step) -> None:
    """Complete the scopes that ran empty, and enter nothing."""
    while step.emptied:
        _emptied(step, step.emptied.popleft())


def enter(step: Step, instance: ElementInstance) -> None:
    """A token is there: map the inputs, then let the start listeners do their work, then run the behaviour."""
    element = step.element_of(instance)
    if (element.inputs or element.data) and not _is_body(instance, element):
        failure = mappings.map_inputs(step, instance, element)
        if failure is not None:
            fail(step, instance, failure)
            return
    if element.listeners is not None and listeners.before(step, instance, element):
        return
    begin(step, instance, element)


def open_scope(step: Step, instance: ElementInstance) -> None:
    """As `enter`, for a sub-process that begins without its start event: what happens in it is said by somebody else."""
    enter_again(step, instance, _only_wait)


def enter_again(step: Step, instance: ElementInstance, enter: Enter) -> None:
    """As `enter`, with this in place of the behaviour; no start listener is asked."""
    element = step.element_of(instance)
    failure = mappings.map_inputs(step, instance, element) if element.inputs or element.data else None
    if failure is not None:
        fail(step, instance, failure)
        return
    begin(step, instance, element, enter)


def _only_wait(step: Step, instance: ElementInstance, element: Element) -> Entered:
    return WAITS


def begin(step: Step, instance: ElementInstance, element: Element, enter: Enter | None = None) -> None:
    """Run the behaviour; where the element instance waits then, the events around and in it that may come wait with it."""
    around = catching.plan_around(step, instance, element) if element.boundary_events or element.event_starts else ()
    if isinstance(around, Failure):
        fail(step, instance, around)
        return
    entered = (enter or step.behaviour_for(instance, element).enter)(step, instance, element)
    if isinstance(entered, Finished):
        complete(step, instance, element, entered.variables)
    elif isinstance(entered, Failure):
        fail(step, instance, entered)
    elif entered is GONE:
        step.vanished.add(instance.key)
    else:
        for planned in around:
            catching.open_wait(step, instance, planned)
        if entered is AGAIN:
            step.queue.append(instance.key)
        elif instance.phase is not Phase.WAITING:
            step.emit(ElementEntered(key=instance.key))
            step.suspects.add(instance.key)


def complete(step: Step, instance: ElementInstance, element: Element, variables: Variables) -> None:
    """The work of the element instance is done with this result.

    With output mappings the result stays local and they tell what leaves; without, each variable goes to the nearest scope
    that has it.
    """
    if variables and element.outputs:
        step.emit(VariablesWritten(key=instance.key, variables=variables))
    elif variables:
        scopes.write(step, instance, variables)
    finish(step, instance, element)


def finish(step: Step, instance: ElementInstance, element: Element) -> None:
    """The result is there: map the outputs, then let the end listeners do their work, then leave."""
    if element.outputs and not _is_body(instance, element):
        failure = mappings.map_outputs(step, instance, element)
        if failure is not None:
            fail(step, instance, failure)
            return
    if element.listeners is not None and listeners.after(step, instance, element):
        return
    leave(step, instance, element)


def listened(step: Step, instance: ElementInstance, element: Element, listener: str) -> None:
    """All listeners to `listener` are through: what they held up goes on."""
    step.emit(ListenersCompleted(key=instance.key, listener=listener))
    step.suspects.add(instance.key)
    if listener == listeners.END:
        leave(step, instance, element)
    else:
        begin(step, instance, element)


def leave(step: Step, instance: ElementInstance, element: Element) -> None:
    """End the element instance and send its tokens on.

    An inner instance of a multi-instance ends a turn of its body instead.
    """
    if instance.loop_index is not None:
        _end_turn(step, instance, element)
        return
    behaviour = step.behaviour_for(instance, element)
    if behaviour.leave is not None:
        behaviour.leave(step, instance, element)
    else:
        leave_by_flows(step, instance, element)


def leave_by_flows(step: Step, instance: ElementInstance, element: Element) -> None:
    """End the element instance and send a token along each flow that its behaviour chooses."""
    chosen = step.behaviour_for(instance, element).flows(step, instance, element)
    if isinstance(chosen, Failure):
        fail(step, instance, chosen)
        return
    scope = scopes.parent_of(step, instance)
    end(step, instance, element)
    flows.take(step, scope, chosen if element.completion_quantity == 1 else [*chosen] * element.completion_quantity)
    if scope.key not in step.state.children or scope.chosen is not None:
        step.emptied.append(scope.key)


def _end_turn(step: Step, instance: ElementInstance, element: Element) -> None:
    body = scopes.parent_of(step, instance)
    failure = step.behaviour_for(body, element).turn_ended(step, body, element, instance)
    if failure is not None:
        fail(step, instance, failure)


def end(step: Step, instance: ElementInstance, element: Element | None = None) -> None:
    """The element instance has ended as it should; what it still waited for is cancelled.

    With its `element` it can be undone from now on, where there is something to undo.
    """
    if element is not None and (element.handler is not None or instance.kept):
        compensation.keep(step, instance, element.handler)
    if instance.waits:
        close_waits(step, instance)
    step.emit(ElementCompleted(key=instance.key))
    _left(step, instance)


def terminate(step: Step, instance: ElementInstance) -> None:
    """End the element instance and everything in it from outside, inner ones first."""
    state = step.state
    order = [instance.key]
    for key in order:
        order.extend(state.children.get(key, ()))
    for key in reversed(order):
        found = state.elements[key]
        close_waits(step, found)
        step.emit(ElementTerminated(key=key))
    _left(step, instance)


def _left(step: Step, instance: ElementInstance) -> None:
    if instance.parent is not None:
        step.suspects.add(instance.parent)
        if step.state.joins:
            step.moved.add(instance.parent)


def terminate_contents(step: Step, scope: ElementInstance, *, spare: int | None = None) -> None:
    """Terminate everything in a scope but the element instance `spare`."""
    for key in [k for k in step.state.children.get(scope.key, ()) if k != spare]:
        terminate(step, step.state.elements[key])


def _emptied(step: Step, key: int) -> None:
    """The last element instance in a scope ended: so does the scope, unless it got new contents or is gone meanwhile.

    An ad-hoc sub-process is told of each that ends. A scope whose end listeners are at work has been told already.
    """
    scope = step.state.elements.get(key)
    if scope is None or scope.phase is Phase.LISTENING:
        return
    if key not in step.state.children or scope.chosen is not None:
        element = step.element_of(scope)
        if scope.undo is not None:
            compensation.went_empty(step, scope, element)
        else:
            step.behaviour_for(scope, element).emptied(step, scope, element)


def _is_body(instance: ElementInstance, element: Element) -> bool:
    return element.loop is not None and instance.loop_index is None
