"""The tests are tested: each of these faults in the kernel is found by the comparison with the reference interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

import engine.kernel.execution as entrance
from engine.kernel import BEHAVIOURS, events, flows, incidents, lifecycle, mappings, scopes
from engine.kernel.behaviours import boundary_event, multi_instance, parallel_gateway
from engine.kernel.handlers import operations
from tests.support import kernel_run
from tests.support.structured_driver import check_against_structure
from tests.support.structured_strategies import random_block

Patch = pytest.MonkeyPatch


CORPUS = tuple(random_block(Random(n), 3) for n in range(300))


def is_found() -> bool:
    """Whether some process of the corpus shows that the kernel is wrong."""
    try:
        for n, block in enumerate(CORPUS):
            check_against_structure(block, n % 4, n, budget=(1, 3, 10_000)[n % 3], reload=n % 2 == 0)
    except Exception:  # whatever shows the fault: a difference, nothing left to do, a key that is gone
        return True
    return False


def row(patch: Patch, element: str, **changes: Any) -> None:
    """Change one row of the element table."""
    patch.setattr(entrance, "BEHAVIOURS", {**BEHAVIOURS, element: replace(BEHAVIOURS[element], **changes)})


def exclusive_gateway_takes_every_flow_that_holds(patch: Patch) -> None:
    row(patch, "exclusiveGateway", flows=flows.all_that_hold)


def exclusive_gateway_takes_the_last_flow_that_holds(patch: Patch) -> None:
    def last(step: Any, instance: Any, element: Any) -> Any:
        return flows.all_that_hold(step, instance, element)[-1:]

    row(patch, "exclusiveGateway", flows=last)


def task_takes_one_flow_only(patch: Patch) -> None:
    row(patch, "task", flows=flows.first_that_holds)


def join_does_not_wait(patch: Patch) -> None:
    patch.setattr(parallel_gateway, "joins", SimpleNamespace(is_complete=lambda *_: True))


def join_is_not_restored(patch: Patch) -> None:
    stored = kernel_run.stored

    def forgetful(state: Any) -> Any:
        found = stored(state)
        found.joins.clear()
        return found

    patch.setattr(kernel_run, "stored", forgetful)


def complete_join_is_forgotten_when_the_budget_ends(patch: Patch) -> None:
    patch.setattr(operations, "joins", SimpleNamespace(is_complete=lambda *_: False))


def ready_elements_are_forgotten_when_the_budget_ends(patch: Patch) -> None:
    patch.setattr(operations, "_TO_ENTER", ())


def interrupting_event_lets_the_activity_go_on(patch: Patch) -> None:
    def trigger(step: Any, instance: Any, caught: Any, variables: Any) -> None:
        boundary_event.trigger(step, instance, replace(caught, interrupting=False), variables)

    row(patch, "boundaryEvent:message", trigger=trigger)


def event_that_must_not_interrupt_does(patch: Patch) -> None:
    def trigger(step: Any, instance: Any, caught: Any, variables: Any) -> None:
        boundary_event.trigger(step, instance, replace(caught, interrupting=True), variables)

    row(patch, "boundaryEvent:message", trigger=trigger)


def waits_stay_open_behind_an_element_that_ended(patch: Patch) -> None:
    closing = incidents.close_waits

    def forgetful(step: Any, instance: Any) -> None:
        if not any(isinstance(w, events.TimerScheduled) for w in instance.waits.values()):
            closing(step, instance)

    patch.setattr(lifecycle, "close_waits", forgetful)


def terminate_end_event_ends_its_token_only(patch: Patch) -> None:
    row(patch, "endEvent:terminate", leave=None)


def sub_process_ends_when_its_first_token_does(patch: Patch) -> None:
    def eager(step: Any, scope: Any, chosen: Iterable[str]) -> None:
        flows_taken = list(chosen)
        taking(step, scope, flows_taken)
        if not flows_taken and not step.is_root(scope):
            lifecycle.terminate_contents(step, scope)

    taking = flows.take
    patch.setattr(flows, "take", eager)


def writes_go_to_the_process_always(patch: Patch) -> None:
    writing = scopes.write

    def outermost(step: Any, instance: Any, variables: Any) -> None:
        writing(step, scopes.enclosing(step, instance)[-1], variables)

    patch.setattr(scopes, "write", outermost)


def writes_stay_local_always(patch: Patch) -> None:
    def local(step: Any, instance: Any, variables: Any) -> None:
        step.emit(events.VariablesWritten(key=instance.key, variables=variables))

    patch.setattr(scopes, "write", local)


def outputs_are_forgotten(patch: Patch) -> None:
    patch.setattr(mappings, "map_outputs", lambda *_: None)


def inputs_are_forgotten(patch: Patch) -> None:
    patch.setattr(mappings, "map_inputs", lambda *_: None)


def called_process_sees_its_caller(patch: Patch) -> None:
    patch.setattr("engine.kernel.step.Step.is_root", lambda self, instance: instance.parent is None)


def completion_condition_is_not_asked(patch: Patch) -> None:
    patch.setattr(multi_instance, "_is_enough", lambda *_: False)


def outputs_of_turns_stand_in_the_order_of_completion(patch: Patch) -> None:
    made = multi_instance.LoopItemCompleted
    count: dict[int, int] = {}

    def misplaced(*, key: int, index: int, output: Any) -> Any:
        count[key] = count.get(key, 0) + 1
        return made(key=key, index=count[key], output=output)

    patch.setattr(multi_instance, "LoopItemCompleted", misplaced)


def last_turn_is_forgotten(patch: Patch) -> None:
    items = multi_instance._items
    patch.setattr(multi_instance, "_items", lambda *args: items(*args)[:-1])


FAULTS: tuple[Callable[[Patch], None], ...] = (
    exclusive_gateway_takes_every_flow_that_holds,
    exclusive_gateway_takes_the_last_flow_that_holds,
    task_takes_one_flow_only,
    join_does_not_wait,
    join_is_not_restored,
    complete_join_is_forgotten_when_the_budget_ends,
    ready_elements_are_forgotten_when_the_budget_ends,
    interrupting_event_lets_the_activity_go_on,
    event_that_must_not_interrupt_does,
    waits_stay_open_behind_an_element_that_ended,
    terminate_end_event_ends_its_token_only,
    sub_process_ends_when_its_first_token_does,
    writes_go_to_the_process_always,
    writes_stay_local_always,
    outputs_are_forgotten,
    inputs_are_forgotten,
    called_process_sees_its_caller,
    completion_condition_is_not_asked,
    outputs_of_turns_stand_in_the_order_of_completion,
    last_turn_is_forgotten,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_seeded_fault_is_found(fault: Callable[[Patch], None], monkeypatch: Patch) -> None:
    fault(monkeypatch)
    assert is_found()


def test_without_a_fault_nothing_is_found() -> None:
    assert not is_found()
