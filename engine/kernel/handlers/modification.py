"""Moving tokens by hand: activate elements, terminate element instances, or both at once."""

from __future__ import annotations

from engine.kernel import events as e
from engine.kernel import lifecycle, places
from engine.kernel.behaviours import multi_instance
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import Activation, ModifyInstance, Move, SendBackUserTask, Variables
from engine.kernel.handlers import user_tasks
from engine.kernel.places import Place
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.graphs import reachable
from engine.model.process import MultiInstance, ProcessDefinition

Planned = list[tuple[Place, Variables]]


def modify_instance(step: Step, command: ModifyInstance) -> Rejected | None:
    """Activate first, so that no scope runs empty in between, then terminate. What is left empty ends with it."""
    doomed = {*command.terminate, *(move.element_instance for move in command.move)}
    planned = _plan(step, command, doomed)
    if isinstance(planned, Rejected):
        return planned
    root = next(iter(step.state.elements))
    if command.variables:
        step.emit(e.VariablesWritten(key=root, variables=command.variables))
    for place, variables in planned:
        key = places.activate(step, place)
        if variables:
            step.emit(e.VariablesWritten(key=key, variables=variables))
    for key in sorted(doomed):
        if key in step.state.elements:
            terminate(step, step.state.elements[key])
    return None


def send_back_user_task(step: Step, command: SendBackUserTask) -> Rejected | None:
    """End the task undone and offer the earlier one again; parallel branches go on as they are."""
    task = step.state.wait(command.task)
    if not isinstance(task, e.UserTaskCreated):
        return user_tasks.not_found(command.task)
    instance = step.owner(task)
    if task.co_signs is not None:
        return Rejected(Code.IS_A_CO_SIGNATURE, f"{task.name!r} is to be co-signed. Refuse the co-signature instead.")
    if instance.loop_index is not None:
        told = f"{task.name!r} is one turn of several. Move its token, or have the whole activity done again."
        return Rejected(Code.USER_TASK_NOT_BEFORE, told)
    place = _place_of(step, Move(element_instance=instance.key, element=command.element))
    if isinstance(place, Rejected):
        return place
    model = step.model(instance.process)
    if place.element.type != "userTask" or place.path or not _lies_before(model, place.element.id, task.element):
        told = f"{command.element!r} is no user task that lies before {task.name!r} in its scope or one around it."
        return Rejected(Code.USER_TASK_NOT_BEFORE, told)
    step.emit(e.UserTaskSentBack(task=command.task, element=command.element, by=command.by))
    places.activate(step, place)
    terminate(step, instance)
    return None


def _lies_before(model: ProcessDefinition, earlier: str, later: str) -> bool:
    """Whether a path leads from one element to the other, into sub-processes and out of them."""
    following: dict[str, list[str]] = {}
    for i, element in model.elements.items():
        following[i] = [*model.following(element), *(first.id for first in model.entries(i))]
        following[_behind(i)] = [*model.behind(element), *(() if element.outgoing else (_behind(element.parent),))]
        if not element.outgoing:
            following[i].append(_behind(element.parent))
    return earlier != later and later in reachable(following, following[earlier])


def _behind(scope: str) -> str:
    """The end of a scope, as a node of its own."""
    return f"{scope} ended"


def terminate(step: Step, instance: ElementInstance) -> None:
    """End an element instance; scopes that run empty by this end with it, the process at last: then it is cancelled.

    A turn of a multi-instance that is terminated is done, without an output. A standard loop ends with its turn: there is only
    the one token that goes round.
    """
    state = step.state
    at = instance
    while True:
        if at.parent is None:
            lifecycle.terminate(step, at)
            step.emit(e.InstanceCancelled(reason="nothing was left in it"))
            return
        scope = state.elements[at.parent]
        if at.loop_index is not None and isinstance(step.element_of(at).loop, MultiInstance):
            multi_instance.skip_turn(step, scope, step.element_of(at), at)
            return
        lifecycle.terminate(step, at)
        if scope.key in state.children:
            return
        if scope.undo is not None:
            step.emptied.append(scope.key)  # what it undid counts as undone
            return
        at = scope


def _plan(step: Step, command: ModifyInstance, doomed: set[int]) -> Planned | Rejected:
    """Where everything goes, before anything is done."""
    for key in doomed:
        refused = _cannot_end(step, key)
        if refused is not None:
            return refused
    planned: Planned = []
    orders: list[Activation | Move] = [*command.activate, *command.move]
    for order in orders:
        place = _place_of(step, order)
        if isinstance(place, Rejected):
            return place
        if _lies_in(step, place.scope, doomed):
            told = f"{order.element!r} would be activated in an element instance that is to be terminated."
            return Rejected(Code.SCOPE_NOT_CLEAR, told)
        planned.append((place, order.variables))
    return planned


def _place_of(step: Step, order: Activation | Move) -> Place | Rejected:
    elements = step.state.elements
    if isinstance(order, Move):
        parent = elements[order.element_instance].parent
        assert parent is not None, "the process itself is not moved"
        return places.find_place(step, order.element, elements[parent])
    key = next(iter(elements)) if order.scope is None else order.scope
    if key not in elements:
        return _not_found(key)
    return places.find_place(step, order.element, elements[key])


def _cannot_end(step: Step, key: int) -> Rejected | None:
    instance = step.state.elements.get(key)
    if instance is None:
        return _not_found(key)
    if instance.parent is None:
        return Rejected(Code.ELEMENT_NOT_ACTIVATABLE, "That is the process itself. Cancel the instance to end it.")
    if step.is_root(instance):
        told = f"{key} is a called process. Terminate the call activity {instance.parent} instead."
        return Rejected(Code.ELEMENT_NOT_ACTIVATABLE, told)
    return None


def _lies_in(step: Step, key: int | None, doomed: set[int]) -> bool:
    while key is not None and key not in doomed:
        key = step.state.elements[key].parent
    return key is not None


def _not_found(key: int) -> Rejected:
    return Rejected(Code.ELEMENT_INSTANCE_NOT_FOUND, f"There is no active element instance {key}.")
