"""The only writer of `State`: one small function per event, in one table.

A released function never changes what it does to a state: journals are replayed for ever. A new meaning is a new event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.kernel import events as e
from engine.kernel.deltas import changed
from engine.kernel.few import drop, nothing, put
from engine.kernel.state import ElementInstance, Gathering, InstanceStatus, Loop, Phase, State, Undo
from engine.kernel.task_appliers import USER_TASKS
from engine.kernel.wait_appliers import WAITS, Applier, use_key


def apply(state: State, event: e.Event) -> None:
    """Change `state` as `event` says. It trusts the event.

    An event that does not fit the state is a bug and raises KeyError.
    """
    APPLIERS[type(event)](state, event)


def _element_activated(state: State, event: e.ElementActivated) -> None:
    key, parent = event.key, event.parent
    instance = ElementInstance(
        key=key,
        element=event.element,
        process=event.process,
        parent=parent,
        flow=event.flow,
        variables=None if event.variables is None else dict(event.variables),
        loop_index=event.loop_index,
    )
    state.elements[key] = instance
    use_key(state, key)
    state.touched.append(key)
    if parent is None:
        state.status = InstanceStatus.ACTIVE
        return
    siblings = state.children.get(parent)
    if type(siblings) is dict:
        siblings[key] = None
    else:
        state.children = put(state.children, parent, put(siblings or nothing(), key, None))
    if event.arrived is not None:
        instance.arrived = dict(event.arrived)
        state.joins = put(state.joins, (parent, event.element), key)
    if state.tokens:
        _token_counted(state, instance)
    if event.loop_index is not None:
        _count_started(state, parent)


def came_and_went(state: State, key: int) -> None:
    """What `ElementActivated` and `ElementCompleted` of one element instance do together, when nothing lies between them."""
    use_key(state, key)


def _token_counted(state: State, instance: ElementInstance) -> None:
    tokens = state.tokens.get(instance.parent or 0)
    if tokens is not None:
        if not instance.consumed:
            tokens.at[instance.element] = tokens.at.get(instance.element, 0) + 1
        if instance.is_join:
            tokens.joins[instance.key] = Gathering()


def _token_gone(state: State, instance: ElementInstance) -> None:
    if instance.key in state.tokens:
        state.tokens = drop(state.tokens, instance.key)
    tokens = state.tokens.get(instance.parent or 0)
    if tokens is not None:
        tokens.joins.pop(instance.key, None)
        if instance.consumed:
            return
        tokens.at[instance.element] -= 1
        if not tokens.at[instance.element]:
            del tokens.at[instance.element]


def _count_started(state: State, body: int) -> None:
    loop = state.elements[body].loop
    assert loop is not None, "only a multi-instance body has inner instances"
    loop.started += 1
    if loop.started == loop.total:
        loop.items = ()
    state.touched.append(body)


def _element_entered(state: State, event: e.ElementEntered) -> None:
    state.elements[event.key].phase = Phase.WAITING
    state.touched.append(event.key)


def _element_gone(state: State, event: e.ElementCompleted | e.ElementTerminated) -> None:
    key = event.key
    instance = state.elements.pop(key)
    state.touched.append(key)
    if state.tokens:
        _token_gone(state, instance)
    if instance.parent is None:
        return
    parent, children = instance.parent, drop(state.children[instance.parent], key)
    state.children = put(state.children, parent, children) if children else drop(state.children, parent)
    if instance.is_join:
        state.joins = drop(state.joins, (parent, instance.element))


def _token_joined(state: State, event: e.TokenJoined) -> None:
    instance = state.elements[event.key]
    instance.arrived = put(instance.arrived, event.flow, instance.arrived.get(event.flow, 0) + 1)
    state.touched.append(event.key)


def _start_quantity_reached(state: State, event: e.StartQuantityReached) -> None:
    instance = state.elements[event.key]
    parent = instance.parent
    assert parent is not None, "tokens come in a scope"
    state.joins = drop(state.joins, (parent, instance.element))
    if parent in state.tokens:
        state.tokens[parent].joins.pop(event.key, None)
    instance.arrived = {}
    instance.phase = Phase.READY
    state.touched.append(event.key)


def _element_migrated(state: State, event: e.ElementMigrated) -> None:
    instance = state.elements[event.key]
    parent = instance.parent
    if instance.is_join and parent is not None:
        state.joins = drop(state.joins, (parent, instance.element))
        instance.arrived = dict(event.arrived or {})
        instance.consumed = event.consumed
        state.joins = put(state.joins, (parent, event.element), event.key)
    instance.element, instance.process, instance.flow = event.element, event.process, None
    for key, wait in list(instance.waits.items()):
        if wait.element in event.renamed:
            instance.waits = put(instance.waits, key, replace(wait, element=event.renamed[wait.element]))
    if parent is not None and parent in state.tokens:
        state.tokens = drop(state.tokens, parent)
    _rename_kept([*(instance.kept or ()), *(instance.undo or ())], event.renamed)
    state.touched.append(event.key)


def _gateway_activated(state: State, event: e.GatewayActivated) -> None:
    instance = state.elements[event.key]
    used = set(event.consumed)
    instance.arrived = {flow: count - (flow in used) for flow, count in instance.arrived.items() if count > (flow in used)}
    if state.tokens:
        _token_gone(state, instance)
    instance.consumed = event.consumed
    if state.tokens:
        _token_counted(state, instance)
    state.touched.append(event.key)


def _ad_hoc_chosen(state: State, event: e.AdHocElementsChosen) -> None:
    instance = state.elements[event.key]
    instance.chosen = (*(instance.chosen or ()), *event.elements)
    state.touched.append(event.key)


def _ad_hoc_begun(state: State, event: e.AdHocElementBegun) -> None:
    instance = state.elements[event.key]
    assert instance.chosen, "something was chosen"
    instance.chosen = instance.chosen[1:]
    state.touched.append(event.key)


def _rename_kept(records: list[Undo], renamed: Mapping[str, str]) -> None:
    for undo in records:
        records += undo.inside or ()
        undo.element = renamed.get(undo.element, undo.element)
        if undo.handler is not None:
            undo.handler = renamed.get(undo.handler, undo.handler)


def _compensation_kept(state: State, event: e.CompensationKept) -> None:
    scope, done = state.elements[event.key], state.elements[event.instance]
    # Its variables are not copied: the element instance ends now, and nobody else writes to them.
    undo = Undo(key=done.key, element=done.element, handler=event.handler, variables=done.variables, inside=done.kept)
    if scope.kept is None:
        scope.kept = [undo]
    else:
        scope.kept.append(undo)
    state.touched.append(event.key)


def _compensation_triggered(state: State, event: e.CompensationTriggered) -> None:
    instance, scope, wanted = state.elements[event.key], state.elements[event.scope], frozenset(event.records)
    kept = scope.kept or []
    instance.undo = (instance.undo or []) + [undo for undo in kept if undo.key in wanted]
    scope.kept = [undo for undo in kept if undo.key not in wanted] or None
    state.touched.extend((event.key, event.scope))


def _compensation_started(state: State, event: e.CompensationStarted) -> None:
    instance = state.elements[event.key]
    assert instance.undo, "something is left to undo"
    undo = instance.undo.pop()
    state.touched.append(event.key)
    if event.into is None:
        return
    entered = state.elements[event.into]
    entered.undo = [] if undo.handler is not None else list(undo.inside or ())
    if undo.handler is not None:
        entered.kept = list(undo.inside or ()) or None
    state.touched.append(event.into)


def _variables_written(state: State, event: e.VariablesWritten) -> None:
    instance = state.elements[event.key]
    if instance.variables is None:
        instance.variables = dict(event.variables)
    else:
        instance.variables.update(event.variables)
    state.touched.append(event.key)


def _loop_started(state: State, event: e.LoopStarted) -> None:
    total = len(event.items)
    outputs = [None] * total if event.collect else []
    state.elements[event.key].loop = Loop(items=event.items, total=total, outputs=outputs)
    state.touched.append(event.key)


def _loop_item_completed(state: State, event: e.LoopItemCompleted) -> None:
    loop = state.elements[event.key].loop
    assert loop is not None, "only a multi-instance body has items"
    loop.completed += 1
    if loop.outputs:
        loop.outputs[event.index - 1] = event.output
    state.touched.append(event.key)


def _listeners_completed(state: State, event: e.ListenersCompleted) -> None:
    state.elements[event.key].phase = Phase.WAITING if event.listener == "end" else Phase.LISTENED
    state.touched.append(event.key)


def _executor_state_changed(state: State, event: e.ExecutorStateChanged) -> None:
    instance = state.elements[event.key]
    instance.executor_state = changed(instance.executor_state, event.changes)
    state.touched.append(event.key)


def _status(status: InstanceStatus) -> Callable[[State, Any], None]:
    def change(state: State, event: e.Event) -> None:
        state.status = status

    return change


def _nothing(state: State, event: e.Event) -> None:
    """The event is for the journal and the runtime; what it means for the state follows in other events."""


APPLIERS: Mapping[type, Applier] = {
    e.ElementActivated: _element_activated,
    e.ElementEntered: _element_entered,
    e.ElementCompleted: _element_gone,
    e.ElementTerminated: _element_gone,
    e.FlowTaken: _nothing,
    e.TokenJoined: _token_joined,
    e.StartQuantityReached: _start_quantity_reached,
    e.GatewayActivated: _gateway_activated,
    e.AdHocElementsChosen: _ad_hoc_chosen,
    e.AdHocElementBegun: _ad_hoc_begun,
    e.VariablesWritten: _variables_written,
    e.LoopStarted: _loop_started,
    e.LoopItemCompleted: _loop_item_completed,
    e.MessageThrown: _nothing,
    e.SignalThrown: _nothing,
    e.ErrorThrown: _nothing,
    e.EscalationThrown: _nothing,
    e.DecisionEvaluated: _nothing,
    e.ProcessCalled: _nothing,
    e.StepBudgetUsedUp: _nothing,
    e.InstanceCompleted: _status(InstanceStatus.COMPLETED),
    e.InstanceCancelled: _status(InstanceStatus.CANCELLED),
    e.ListenersCompleted: _listeners_completed,
    e.ElementMigrated: _element_migrated,
    e.UserTaskSentBack: _nothing,
    e.UserTaskWithdrawn: _nothing,
    e.CompensationKept: _compensation_kept,
    e.CompensationTriggered: _compensation_triggered,
    e.CompensationStarted: _compensation_started,
    e.ExecutorStateChanged: _executor_state_changed,
    e.InstanceSuspended: _status(InstanceStatus.SUSPENDED),
    e.InstanceResumed: _status(InstanceStatus.ACTIVE),
    **WAITS,
    **USER_TASKS,
}
