"""The only writer of `State`: one small function per event, in one table.

A released function never changes what it does to a state: journals are replayed for ever. A new meaning is a new event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.feel import Value
from engine.kernel import events as e
from engine.kernel.deltas import changed
from engine.kernel.state import ElementInstance, Gathering, InstanceStatus, Loop, Phase, State, Undo, Wait
from engine.kernel.task_attributes import task_attributes


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
    _use_key(state, key)
    state.touched.add(key)
    if parent is None:
        state.status = InstanceStatus.ACTIVE
        return
    children = state.children.get(parent)
    if children is None:
        state.children[parent] = {key: None}
    else:
        children[key] = None
    if event.arrived is not None:
        instance.arrived.update(event.arrived)
        state.joins[parent, event.element] = key
    if state.tokens:
        _token_counted(state, instance)
    if event.loop_index is not None:
        _count_started(state, parent)


def came_and_went(state: State, key: int) -> None:
    """What `ElementActivated` and `ElementCompleted` of one element instance do together, when nothing lies between them."""
    _use_key(state, key)


def _token_counted(state: State, instance: ElementInstance) -> None:
    tokens = state.tokens.get(instance.parent or 0)
    if tokens is not None:
        if not instance.consumed:
            tokens.at[instance.element] = tokens.at.get(instance.element, 0) + 1
        if instance.is_join:
            tokens.joins[instance.key] = Gathering()


def _token_gone(state: State, instance: ElementInstance) -> None:
    state.tokens.pop(instance.key, None)
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
    state.touched.add(body)


def _element_entered(state: State, event: e.ElementEntered) -> None:
    state.elements[event.key].phase = Phase.WAITING
    state.touched.add(event.key)


def _element_gone(state: State, event: e.ElementCompleted | e.ElementTerminated) -> None:
    key = event.key
    instance = state.elements.pop(key)
    state.touched.add(key)
    if state.tokens:
        _token_gone(state, instance)
    if instance.parent is None:
        return
    children = state.children[instance.parent]
    del children[key]
    if not children:
        del state.children[instance.parent]
    if instance.is_join:
        del state.joins[instance.parent, instance.element]


def _token_joined(state: State, event: e.TokenJoined) -> None:
    arrived = state.elements[event.key].arrived
    arrived[event.flow] = arrived.get(event.flow, 0) + 1
    state.touched.add(event.key)


def _start_quantity_reached(state: State, event: e.StartQuantityReached) -> None:
    instance = state.elements[event.key]
    parent = instance.parent
    assert parent is not None, "tokens come in a scope"
    del state.joins[parent, instance.element]
    if parent in state.tokens:
        state.tokens[parent].joins.pop(event.key, None)
    instance.arrived = {}
    instance.phase = Phase.READY
    state.touched.add(event.key)


def _element_migrated(state: State, event: e.ElementMigrated) -> None:
    instance = state.elements[event.key]
    parent = instance.parent
    if instance.is_join and parent is not None:
        del state.joins[parent, instance.element]
        instance.arrived = dict(event.arrived or {})
        instance.consumed = event.consumed
        state.joins[parent, event.element] = event.key
    instance.element, instance.process, instance.flow = event.element, event.process, None
    for key, wait in instance.waits.items():
        if wait.element in event.renamed:
            instance.waits[key] = replace(wait, element=event.renamed[wait.element])
    if parent is not None:
        state.tokens.pop(parent, None)
    _rename_kept([*(instance.kept or ()), *(instance.undo or ())], event.renamed)
    state.touched.add(event.key)


def _gateway_activated(state: State, event: e.GatewayActivated) -> None:
    instance = state.elements[event.key]
    used = set(event.consumed)
    instance.arrived = {flow: count - (flow in used) for flow, count in instance.arrived.items() if count > (flow in used)}
    if state.tokens:
        _token_gone(state, instance)
    instance.consumed = event.consumed
    if state.tokens:
        _token_counted(state, instance)
    state.touched.add(event.key)


def _ad_hoc_chosen(state: State, event: e.AdHocElementsChosen) -> None:
    instance = state.elements[event.key]
    instance.chosen = (*(instance.chosen or ()), *event.elements)
    state.touched.add(event.key)


def _ad_hoc_begun(state: State, event: e.AdHocElementBegun) -> None:
    instance = state.elements[event.key]
    assert instance.chosen, "something was chosen"
    instance.chosen = instance.chosen[1:]
    state.touched.add(event.key)


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
    state.touched.add(event.key)


def _compensation_triggered(state: State, event: e.CompensationTriggered) -> None:
    instance, scope, wanted = state.elements[event.key], state.elements[event.scope], frozenset(event.records)
    kept = scope.kept or []
    instance.undo = (instance.undo or []) + [undo for undo in kept if undo.key in wanted]
    scope.kept = [undo for undo in kept if undo.key not in wanted] or None
    state.touched.update((event.key, event.scope))


def _compensation_started(state: State, event: e.CompensationStarted) -> None:
    instance = state.elements[event.key]
    assert instance.undo, "something is left to undo"
    undo = instance.undo.pop()
    state.touched.add(event.key)
    if event.into is None:
        return
    entered = state.elements[event.into]
    entered.undo = [] if undo.handler is not None else list(undo.inside or ())
    if undo.handler is not None:
        entered.kept = list(undo.inside or ()) or None
    state.touched.add(event.into)


def _variables_written(state: State, event: e.VariablesWritten) -> None:
    instance = state.elements[event.key]
    if instance.variables is None:
        instance.variables = dict(event.variables)
    else:
        instance.variables.update(event.variables)
    state.touched.add(event.key)


def _loop_started(state: State, event: e.LoopStarted) -> None:
    total = len(event.items)
    outputs = [None] * total if event.collect else []
    state.elements[event.key].loop = Loop(items=event.items, total=total, outputs=outputs)
    state.touched.add(event.key)


def _loop_item_completed(state: State, event: e.LoopItemCompleted) -> None:
    loop = state.elements[event.key].loop
    assert loop is not None, "only a multi-instance body has items"
    loop.completed += 1
    if loop.outputs:
        loop.outputs[event.index - 1] = event.output
    state.touched.add(event.key)


def _wait_opened(state: State, key: int, wait: Wait) -> None:
    owner = wait.key
    state.elements[owner].waits[key] = wait
    state.waits[key] = owner
    _use_key(state, key)
    state.touched.add(owner)


def _job_created(state: State, event: e.JobCreated) -> None:
    # What the job sees is derived from the scopes and would only be stored twice.
    _wait_opened(state, event.job, replace(event, variables={}) if event.variables else event)
    if event.listener in _HOLD_UP:
        state.elements[event.key].phase = Phase.LISTENING


_HOLD_UP = frozenset(("start", "end", "beforeAll"))
"""Listeners to the element itself; those to its user task change nothing about the element instance."""


def _listeners_completed(state: State, event: e.ListenersCompleted) -> None:
    state.elements[event.key].phase = Phase.WAITING if event.listener == "end" else Phase.LISTENED
    state.touched.add(event.key)


def _wait_closed(state: State, key: int) -> None:
    owner = state.waits.pop(key)
    del state.elements[owner].waits[key]
    state.touched.add(owner)


def _wait_changed(state: State, key: int, **changes: Any) -> None:
    owner = state.waits[key]
    waits = state.elements[owner].waits
    waits[key] = replace(waits[key], **changes)
    state.touched.add(owner)


def _message_correlated(state: State, event: e.MessageCorrelated) -> None:
    subscription = state.wait(event.subscription)
    assert isinstance(subscription, e.MessageSubscriptionOpened), "a message is correlated with an open subscription"
    if not subscription.repeatable:
        _wait_closed(state, event.subscription)


def _signal_subscribed(state: State, event: e.SignalSubscriptionOpened) -> None:
    _wait_opened(state, event.subscription, event)
    state.signals.setdefault(event.signal, {})[event.subscription] = None


def _signal_caught(state: State, event: e.SignalCaught) -> None:
    subscription = state.wait(event.subscription)
    assert isinstance(subscription, e.SignalSubscriptionOpened), "a signal is caught by an open subscription"
    if not subscription.repeatable:
        _signal_unsubscribed(state, event)


def _signal_unsubscribed(state: State, event: e.SignalCaught | e.SignalSubscriptionClosed) -> None:
    subscription = state.wait(event.subscription)
    assert isinstance(subscription, e.SignalSubscriptionOpened), "only an open subscription is closed"
    waiting = state.signals[subscription.signal]
    del waiting[event.subscription]
    if not waiting:
        del state.signals[subscription.signal]
    _wait_closed(state, event.subscription)


def _condition_opened(state: State, event: e.ConditionOpened) -> None:
    _wait_opened(state, event.condition, event)
    state.conditions[event.condition] = None


def _condition_triggered(state: State, event: e.ConditionTriggered) -> None:
    condition = state.wait(event.condition)
    assert isinstance(condition, e.ConditionOpened), "only what is watched becomes true"
    if condition.repeatable:
        _wait_changed(state, event.condition, holds=True)
    else:
        _condition_closed(state, event)


def _condition_closed(state: State, event: e.ConditionTriggered | e.ConditionClosed) -> None:
    del state.conditions[event.condition]
    _wait_closed(state, event.condition)


def _handed_over(state: State, event: e.UserTaskHandedOver) -> None:
    _wait_changed(state, event.task, assignee=event.assignee)
    if event.candidate_groups is not None:
        _wait_changed(state, event.task, candidate_groups=event.candidate_groups, candidate_users=())


def _co_signer_added(state: State, event: e.CoSignerAdded) -> None:
    said: Value = {"user": event.user, "by": event.by, "comment": event.comment}
    _wait_changed(state, event.signing, waiting=(*_signing(state, event.signing).waiting, said))


def _co_signer_asked(state: State, event: e.CoSignerAsked) -> None:
    waiting = list(_signing(state, event.signing).waiting)
    waiting.remove({"user": event.user, "by": event.by, "comment": event.comment})
    _wait_changed(state, event.signing, waiting=tuple(waiting))


def _co_signature_given(state: State, event: e.CoSignatureGiven) -> None:
    signing = _signing(state, event.signing)
    said: Value = {"by": event.by, "approved": event.approved, "comment": event.comment, "result": dict(event.variables)}
    waiting = signing.waiting if event.approved else ()
    _wait_changed(state, event.signing, signatures=(*signing.signatures, said), waiting=waiting)


def _signing(state: State, key: int) -> e.CoSigningStarted:
    found = state.wait(key)
    assert isinstance(found, e.CoSigningStarted), "only what was begun is signed"
    return found


def _executor_state_changed(state: State, event: e.ExecutorStateChanged) -> None:
    instance = state.elements[event.key]
    instance.executor_state = changed(instance.executor_state, event.changes)
    state.touched.add(event.key)


def _task_corrected(state: State, event: e.UserTaskCorrected) -> None:
    change = state.wait(event.change)
    assert isinstance(change, e.UserTaskChangeBegun), "only a task that is about to change is corrected"
    corrected = tuple(dict.fromkeys((*change.corrected, *event.corrections)))
    _wait_changed(state, event.change, changes={**change.changes, **event.corrections}, corrected=corrected)


def _task_updated(state: State, event: e.UserTaskUpdated) -> None:
    _wait_changed(state, event.task, **task_attributes(event.changes))


def _use_key(state: State, key: int) -> None:
    if key >= state.next_key:
        state.next_key = key + 1


def _status(status: InstanceStatus) -> Callable[[State, Any], None]:
    def change(state: State, event: e.Event) -> None:
        state.status = status

    return change


def _nothing(state: State, event: e.Event) -> None:
    """The event is for the journal and the runtime; what it means for the state follows in other events."""


APPLIERS: Mapping[type, Callable[[State, Any], None]] = {
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
    e.UserTaskCreated: lambda state, event: _wait_opened(state, event.task, event),
    e.UserTaskAssigned: lambda state, event: _wait_changed(state, event.task, assignee=event.assignee),
    e.UserTaskCompleted: lambda state, event: _wait_closed(state, event.task),
    e.UserTaskCancelled: lambda state, event: _wait_closed(state, event.task),
    e.JobCreated: _job_created,
    e.JobCompleted: lambda state, event: _wait_closed(state, event.job),
    e.JobFailed: lambda state, event: _wait_changed(state, event.job, retries=event.retries),
    e.JobRetried: lambda state, event: _wait_changed(state, event.job, retries=event.retries),
    e.JobCancelled: lambda state, event: _wait_closed(state, event.job),
    e.TimerScheduled: lambda state, event: _wait_opened(state, event.timer, event),
    e.TimerSkipped: lambda state, event: _wait_closed(state, event.timer),
    e.TimerTriggered: lambda state, event: _wait_closed(state, event.timer),
    e.TimerCancelled: lambda state, event: _wait_closed(state, event.timer),
    e.MessageSubscriptionOpened: lambda state, event: _wait_opened(state, event.subscription, event),
    e.MessageCorrelated: _message_correlated,
    e.MessageSubscriptionClosed: lambda state, event: _wait_closed(state, event.subscription),
    e.MessageThrown: _nothing,
    e.SignalSubscriptionOpened: _signal_subscribed,
    e.SignalCaught: _signal_caught,
    e.SignalSubscriptionClosed: _signal_unsubscribed,
    e.SignalThrown: _nothing,
    e.ConditionOpened: _condition_opened,
    e.ConditionTriggered: _condition_triggered,
    e.ConditionChanged: lambda state, event: _wait_changed(state, event.condition, holds=event.holds),
    e.ConditionClosed: _condition_closed,
    e.ErrorThrown: _nothing,
    e.EscalationThrown: _nothing,
    e.DecisionEvaluated: _nothing,
    e.ProcessCalled: _nothing,
    e.IncidentRaised: lambda state, event: _wait_opened(state, event.incident, event),
    e.IncidentResolved: lambda state, event: _wait_closed(state, event.incident),
    e.StepBudgetUsedUp: _nothing,
    e.InstanceCompleted: _status(InstanceStatus.COMPLETED),
    e.InstanceCancelled: _status(InstanceStatus.CANCELLED),
    e.InputKept: lambda state, event: _wait_opened(state, event.kept, event),
    e.InputReleased: lambda state, event: _wait_closed(state, event.kept),
    e.TriggerKept: lambda state, event: _wait_opened(state, event.kept, event),
    e.TriggerReleased: lambda state, event: _wait_closed(state, event.kept),
    e.ListenersCompleted: _listeners_completed,
    e.StartHeld: lambda state, event: _wait_opened(state, event.held, event),
    e.StartReleased: lambda state, event: _wait_closed(state, event.held),
    e.UserTaskChangeBegun: lambda state, event: _wait_opened(state, event.change, event),
    e.UserTaskCorrected: _task_corrected,
    e.UserTaskDenied: lambda state, event: _wait_closed(state, event.change),
    e.UserTaskChangeEnded: lambda state, event: _wait_closed(state, event.change),
    e.UserTaskUpdated: _task_updated,
    e.ElementMigrated: _element_migrated,
    e.UserTaskSentBack: _nothing,
    e.UserTaskWithdrawn: _nothing,
    e.UserTaskHandedOver: _handed_over,
    e.CoSigningStarted: lambda state, event: _wait_opened(state, event.signing, event),
    e.CoSignerAdded: _co_signer_added,
    e.CoSignerAsked: _co_signer_asked,
    e.TaskResultKept: lambda state, event: _wait_changed(state, event.signing, result=event.variables, done_by=event.by),
    e.CoSignatureGiven: _co_signature_given,
    e.CoSigningEnded: lambda state, event: _wait_closed(state, event.signing),
    e.CompensationKept: _compensation_kept,
    e.CompensationTriggered: _compensation_triggered,
    e.CompensationStarted: _compensation_started,
    e.UserTaskRevised: lambda state, event: _wait_changed(
        state, event.task, name=event.name, form_id=event.form_id, form_binding=event.form_binding
    ),
    e.ExecutorStateChanged: _executor_state_changed,
    e.InstanceSuspended: _status(InstanceStatus.SUSPENDED),
    e.InstanceResumed: _status(InstanceStatus.ACTIVE),
}
