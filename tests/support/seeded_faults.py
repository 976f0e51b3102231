"""Faults that can be put into the kernel, one at a time, to see that random processes show them. The docstrings tell them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

import engine.kernel.execution as entrance
from engine.kernel import (
    BEHAVIOURS,
    catching,
    climbing,
    codec,
    compensation,
    conditions,
    events,
    flows,
    incidents,
    joins,
    lifecycle,
    mappings,
    scopes,
    throwing,
)
from engine.kernel.appliers import APPLIERS
from engine.kernel.behaviours import (
    ad_hoc_sub_process,
    boundary_event,
    cancel_end_event,
    event_based_gateway,
    event_sub_process,
    inclusive_gateway,
    link_throw,
    multi_instance,
    standard_loop,
)
from engine.kernel.codes import Failure
from engine.kernel.events import ElementCompleted
from engine.kernel.handlers import catches, jobs, operations
from engine.kernel.progress import FINISHED, GONE
from engine.kernel.state import ElementInstance
from tests.support import kernel_run

Patch = pytest.MonkeyPatch
Fault = Callable[[Patch], None]


def _row(patch: Patch, element: str, **changes: Any) -> None:
    """Change one row of the element table."""
    rows = dict(entrance.BEHAVIOURS)
    patch.setattr(entrance, "BEHAVIOURS", {**rows, element: replace(BEHAVIOURS[element], **changes)})


def _apply(patch: Patch, event: type, apply: Callable[[Any, Any], None]) -> None:
    """Change what one event does to the state."""
    patch.setitem(APPLIERS, event, apply)  # type: ignore[arg-type]


# -- flows and gateways ------------------------------------------------------------------------------------------------------


def exclusive_gateway_takes_every_flow_that_holds(patch: Patch) -> None:
    """An exclusive gateway takes every flow whose condition holds."""
    _row(patch, "exclusiveGateway", flows=flows.all_that_hold)


def exclusive_gateway_takes_the_last_flow_that_holds(patch: Patch) -> None:
    """An exclusive gateway takes the last flow whose condition holds."""

    def last(step: Any, instance: Any, element: Any) -> Any:
        found = flows.all_that_hold(step, instance, element)
        return found if isinstance(found, Failure) else found[-1:]

    _row(patch, "exclusiveGateway", flows=last)


def task_takes_one_flow_only(patch: Patch) -> None:
    """A task with several outgoing flows takes the first only."""
    _row(patch, "task", flows=flows.first_that_holds)


def join_does_not_wait(patch: Patch) -> None:
    """A parallel join lets every token through."""
    _row(patch, "parallelGateway", arrive=flows.arrive)


def join_is_not_restored(patch: Patch) -> None:
    """A join that was stored is not found when the next token comes."""
    stored = kernel_run.stored

    def forgetful(state: Any) -> Any:
        found = stored(state)
        found.joins = {}
        return found

    patch.setattr(kernel_run, "stored", forgetful)


def inclusive_join_is_too_early(patch: Patch) -> None:
    """An inclusive join goes on though a token can still come."""
    patch.setattr(inclusive_gateway, "joins", SimpleNamespace(collect=joins.collect, fire=joins.fire, can_come=lambda *_: None))


def complex_gateway_forgets_the_reset(patch: Patch) -> None:
    """A complex gateway begins anew at once instead of waiting for the rest."""

    def apply(state: Any, event: Any) -> None:
        APPLIED[events.GatewayActivated](state, event)
        instance = state.elements[event.key]
        instance.consumed = ()
        instance.arrived = {}

    _apply(patch, events.GatewayActivated, apply)


def token_is_lost_at_a_link(patch: Patch) -> None:
    """A link throw event ends its token and begins nothing."""

    def enter(step: Any, instance: Any, element: Any) -> Any:
        scope = scopes.parent_of(step, instance)
        link_throw.lifecycle.end(step, instance)
        step.emptied.append(scope.key)
        return GONE

    _row(patch, "intermediateThrowEvent:link", enter=enter)


def event_gateway_goes_on_waiting_for_the_others(patch: Patch) -> None:
    """The other events behind an event-based gateway are still waited for."""

    def trigger(step: Any, instance: Any, caught: Any, variables: Any) -> None:
        scope = scopes.parent_of(step, instance)
        key = flows.activate(step, scope, caught)
        event_based_gateway.lifecycle.complete(step, step.state.elements[key], caught, variables)

    _row(patch, "eventBasedGateway", trigger=trigger)


# -- budget and storage ------------------------------------------------------------------------------------------------------


def complete_join_is_forgotten_when_the_budget_ends(patch: Patch) -> None:
    """A join that has all its tokens is not taken up in the next transaction."""
    patch.setattr(operations, "joins", SimpleNamespace(is_complete=lambda *_: False))


def ready_elements_are_forgotten_when_the_budget_ends(patch: Patch) -> None:
    """What was not entered yet is not taken up in the next transaction."""
    patch.setattr(operations, "_TO_ENTER", ())


def _without(patch: Patch, name: str) -> None:
    written = tuple(slot for slot in codec._WRITTEN[ElementInstance] if slot[0] != name)
    patch.setitem(codec._WRITTEN, ElementInstance, written)  # type: ignore[arg-type]


def what_can_be_undone_is_not_stored(patch: Patch) -> None:
    """The codec skips the field in which a scope keeps what can be undone."""
    _without(patch, "kept")


def turn_is_not_stored(patch: Patch) -> None:
    """The codec skips the number of a turn."""
    _without(patch, "loop_index")


# -- events ------------------------------------------------------------------------------------------------------------------


def interrupting_event_lets_the_activity_go_on(patch: Patch) -> None:
    """An interrupting boundary event does not end its activity."""

    def trigger(step: Any, instance: Any, caught: Any, variables: Any) -> None:
        boundary_event.trigger(step, instance, replace(caught, interrupting=False), variables)

    _row(patch, "boundaryEvent:message", trigger=trigger)


def event_that_must_not_interrupt_does(patch: Patch) -> None:
    """A boundary event that is not interrupting ends its activity."""

    def trigger(step: Any, instance: Any, caught: Any, variables: Any) -> None:
        boundary_event.trigger(step, instance, replace(caught, interrupting=True), variables)

    _row(patch, "boundaryEvent:message", trigger=trigger)


def event_happens_only_once(patch: Patch) -> None:
    """An event that does not interrupt is not waited for again after it happened."""
    _apply(patch, events.MessageCorrelated, APPLIED[events.MessageSubscriptionClosed])


def waits_stay_open_behind_an_element_that_ended(patch: Patch) -> None:
    """A timer beside an activity stays open when the activity has ended."""
    closing = incidents.close_waits

    def forgetful(step: Any, instance: Any) -> None:
        if not any(isinstance(wait, events.TimerScheduled) for wait in instance.waits.values()):
            closing(step, instance)

    patch.setattr(lifecycle, "close_waits", forgetful)


def timer_fires_twice(patch: Patch) -> None:
    """A timer that fired is scheduled again though it does not repeat."""

    def trigger(step: Any, instance: Any, caught: Any, variables: Any) -> None:
        again = catching.plan(step, instance, caught)
        boundary_event.trigger(step, instance, caught, variables)
        if instance.key in step.state.elements and not isinstance(again, Failure):
            for planned in again:
                catching.open_wait(step, instance, planned)

    _row(patch, "boundaryEvent:timer", trigger=trigger)


def cycle_ends_after_the_first_time(patch: Patch) -> None:
    """A repeating timer fires once."""
    patch.setattr(catches, "next_firing", lambda *_: (True, None))


def signal_reaches_one_only(patch: Patch) -> None:
    """Of several that wait for a signal only the oldest catches it."""

    def broadcast(step: Any, signal: str, variables: Any) -> None:
        for key in sorted(step.state.signals.get(signal, ()))[:1]:
            catches.signals.catch(step, key, variables)

    patch.setattr("engine.kernel.signals.broadcast", broadcast)


def one_of_several_is_thrown(patch: Patch) -> None:
    """An event that throws several things throws the first only."""
    planned = throwing.Thrower.plan_all
    patch.setattr(throwing.Thrower, "plan_all", lambda *args: planned(*args)[:1])  # type: ignore[index]  # no failures here


def one_of_all_is_enough(patch: Patch) -> None:
    """An event that needs several things to happen happens with the first."""
    patch.setattr("engine.kernel.gathering.gather", lambda *args: args[-1])


def message_that_comes_again_is_lost(patch: Patch) -> None:
    """A message that comes again before the rest of what its event needs is not kept for the next time."""
    patch.setattr("engine.kernel.gathering.MessageDefinition", ())


def what_comes_again_counts_again(patch: Patch) -> None:
    """What comes again before the rest of what its event needs is kept for the next time, whatever it is."""
    patch.setattr("engine.kernel.gathering.MessageDefinition", object)


def condition_triggers_while_it_stays_true(patch: Patch) -> None:
    """A condition that holds triggers with every write."""
    _apply(patch, events.ConditionTriggered, lambda state, event: None)
    patch.setattr(conditions, "_affected", lambda step: list(step.state.conditions))


def error_is_caught_by_the_outermost(patch: Patch) -> None:
    """An error or escalation is caught by the outermost event that can, not by the nearest."""
    nearest = climbing.find

    def outermost(step: Any, thrower: Any, kind: Any, code: str) -> Any:
        found = nearest(step, thrower, kind, code)
        while isinstance(found, tuple) and found[0].parent is not None:
            further = nearest(step, step.state.elements[found[0].parent], kind, code)
            if not isinstance(further, tuple):
                break
            found = further
        return found

    patch.setattr(climbing, "find", outermost)


def escalation_ends_its_thrower(patch: Patch) -> None:
    """A token that threw an escalation does not go on."""

    def enter(step: Any, instance: Any, element: Any) -> Any:
        entered = BEHAVIOURS["intermediateThrowEvent:escalation"].enter(step, instance, element)
        if entered is not FINISHED:
            return entered
        scope = scopes.parent_of(step, instance)
        lifecycle.end(step, instance)
        if scope.key not in step.state.children:
            step.emptied.append(scope.key)
        return GONE

    _row(patch, "intermediateThrowEvent:escalation", enter=enter)


def event_sub_process_does_not_interrupt(patch: Patch) -> None:
    """An interrupting event sub-process begins beside what its scope does."""
    patch.setattr(event_sub_process, "interrupt", lambda *_: None)


# -- scopes ------------------------------------------------------------------------------------------------------------------


def terminate_end_event_ends_its_token_only(patch: Patch) -> None:
    """A terminate end event ends nothing but its token."""
    _row(patch, "endEvent:terminate", leave=None)


def terminate_end_event_ends_the_scope_around_its_own(patch: Patch) -> None:
    """A terminate end event ends the scope around its own, too."""

    def enter(step: Any, instance: Any, element: Any) -> Any:
        scope = scopes.parent_of(step, instance)
        outer = scope if scope.parent is None else scopes.parent_of(step, scope)
        lifecycle.terminate_contents(step, outer)
        step.emptied.append(outer.key)
        return GONE

    _row(patch, "endEvent:terminate", enter=enter)


def sub_process_ends_when_its_first_token_does(patch: Patch) -> None:
    """A sub-process is left when the first of its tokens ends."""
    taking = flows.take

    def eager(step: Any, scope: Any, chosen: Any) -> None:
        flows_taken = list(chosen)
        taking(step, scope, flows_taken)
        if not flows_taken and not step.is_root(scope):
            lifecycle.terminate_contents(step, scope)

    patch.setattr(flows, "take", eager)


def writes_go_to_the_process_always(patch: Patch) -> None:
    """Variables are written to the process even where a nearer scope has them."""
    writing = scopes.write
    patch.setattr(scopes, "write", lambda step, at, variables: writing(step, scopes.enclosing(step, at)[-1], variables))


def variables_stay_where_they_are_written(patch: Patch) -> None:
    """Variables do not leave the element that writes them."""
    patch.setattr(scopes, "write", lambda step, at, found: step.emit(events.VariablesWritten(key=at.key, variables=found)))


def local_variables_leak(patch: Patch) -> None:
    """What input mappings make is written to the process."""

    def leak(step: Any, instance: Any, element: Any) -> Any:
        failure = mapping(step, instance, element)
        root = scopes.enclosing(step, instance)[-1]
        step.emit(events.VariablesWritten(key=root.key, variables=dict(instance.variables or {})))
        return failure

    mapping = mappings.map_inputs
    patch.setattr(mappings, "map_inputs", leak)


def outputs_are_forgotten(patch: Patch) -> None:
    """Output mappings are not evaluated."""
    patch.setattr(mappings, "map_outputs", lambda *_: None)


def called_process_sees_its_caller(patch: Patch) -> None:
    """A called process reads and writes the variables of its caller."""
    patch.setattr("engine.kernel.step.Step.is_root", lambda self, instance: instance.parent is None)


# -- repeated ----------------------------------------------------------------------------------------------------------------


def completion_condition_is_not_asked(patch: Patch) -> None:
    """The completion condition of a multi-instance is not asked."""
    patch.setattr(multi_instance, "_is_enough", lambda *_: False)


def outputs_of_turns_stand_in_the_order_of_completion(patch: Patch) -> None:
    """The outputs of a multi-instance stand in the order in which its turns end."""
    made = multi_instance.LoopItemCompleted
    count: dict[int, int] = {}

    def misplaced(*, key: int, index: int, output: Any) -> Any:
        count[key] = count.get(key, 0) + 1
        return made(key=key, index=count[key], output=output)

    patch.setattr(multi_instance, "LoopItemCompleted", misplaced)


def last_turn_is_forgotten(patch: Patch) -> None:
    """A multi-instance leaves out its last item."""
    items = multi_instance._items
    patch.setattr(multi_instance, "_items", lambda *args: items(*args)[:-1])  # type: ignore[index]


def loop_does_one_turn_more(patch: Patch) -> None:
    """A standard loop asks its condition one turn too late."""
    asking = standard_loop._goes_on
    patch.setattr(standard_loop, "_goes_on", lambda step, at, element, turns: asking(step, at, element, max(turns - 1, 0)))


def sequential_parts_begin_together(patch: Patch) -> None:
    """A sequential ad-hoc sub-process begins its parts at the same time."""
    definition = ad_hoc_sub_process._definition
    patch.setattr(ad_hoc_sub_process, "_definition", lambda element: replace(definition(element), sequential=False))


def remaining_parts_go_on(patch: Patch) -> None:
    """An ad-hoc sub-process that has enough does not cancel what remains."""
    definition = ad_hoc_sub_process._definition
    patch.setattr(ad_hoc_sub_process, "_definition", lambda element: replace(definition(element), cancel_remaining=False))


# -- compensation ------------------------------------------------------------------------------------------------------------


def compensation_is_in_order_of_completion(patch: Patch) -> None:
    """What was done first is undone first."""

    def apply(state: Any, event: Any) -> None:
        APPLIED[events.CompensationTriggered](state, event)
        state.elements[event.key].undo.reverse()

    _apply(patch, events.CompensationTriggered, apply)


def variables_of_that_moment_are_forgotten(patch: Patch) -> None:
    """A handler does not see the variables that the activity had when it completed."""

    def apply(state: Any, event: Any) -> None:
        APPLIED[events.CompensationKept](state, event)
        state.elements[event.key].kept[-1].variables = None

    _apply(patch, events.CompensationKept, apply)


def transaction_is_cancelled_without_undoing(patch: Patch) -> None:
    """A cancelled transaction is left at once, and nothing is undone."""
    found = SimpleNamespace(trigger=lambda *_: False, run_next=compensation.run_next)
    patch.setattr(cancel_end_event, "compensation", found)


# -- work and operations -----------------------------------------------------------------------------------------------------


def incident_is_swallowed(patch: Patch) -> None:
    """A job that has no retries left raises no incident."""
    patch.setattr(jobs, "fail", lambda *_, **__: None)


def kept_input_is_dropped(patch: Patch) -> None:
    """What reached a suspended instance is not taken up."""
    patch.setattr(
        "engine.kernel.handlers.suspension._take_up", lambda step, kept: step.emit(events.InputReleased(kept=kept.kept))
    )


def moved_token_leaves_the_old_one(patch: Patch) -> None:
    """A token that is moved by hand stays where it was, too."""
    patch.setattr("engine.kernel.handlers.modification.terminate", lambda *_: None)


def element_ends_without_being_noted(patch: Patch) -> None:
    """An element that has ended stays in the state as long as it lies in a loop's turn."""

    def apply(state: Any, event: Any) -> None:
        instance = state.elements[event.key]
        if instance.loop_index is None or state.children.get(event.key):
            APPLIED[ElementCompleted](state, event)

    _apply(patch, ElementCompleted, apply)


APPLIED = dict(APPLIERS)
"""What events do without a fault."""

FAULTS: tuple[Fault, ...] = tuple(
    found
    for name, found in list(globals().items())
    if callable(found)
    and getattr(found, "__module__", "") == __name__
    and not name.startswith("_")
    and getattr(found, "__annotations__", {}) == {"patch": "Patch", "return": "None"}
)
