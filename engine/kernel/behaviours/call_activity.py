"""Call activity: another process runs as a scope inside this instance, with variables of its own (BPMN 2.0 §10.3.6)."""

from __future__ import annotations

from engine.feel import Value
from engine.kernel import evaluation, lifecycle, mappings, scopes
from engine.kernel.behaviour import Behaviour, Variables
from engine.kernel.behaviours import scope_start
from engine.kernel.codes import Code, Failure
from engine.kernel.definitions import options_of
from engine.kernel.events import ElementActivated, ProcessCalled
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.data import counterparts
from engine.model.process import CalledProcess, Element, ProcessDefinition

MAX_DEPTH = 100
"""Calls inside calls; a process that calls itself without end stops here with an incident."""


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Start the called process with all visible variables, or with the local ones only."""
    called = element.called
    if called is None:
        return Failure(Code.CALLED_PROCESS_NOT_FOUND, f"{element.name or element.id!r} names no process to call.")
    process = _resolve(step, instance, element, called)
    if isinstance(process, Failure):
        return process
    model = step.model(process)
    given = _given(step, instance, element, model)
    step.emit(ProcessCalled(key=instance.key, element=element.id, process=process))
    key = step.state.next_key
    step.emit(ElementActivated(key=key, element=model.id, process=process, parent=instance.key, variables=given))
    step.queue.append(key)
    return WAITS


def _given(step: Step, instance: ElementInstance, element: Element, model: ProcessDefinition) -> dict[str, Value]:
    """The variables that the called process begins with: its own data, then what it is given.

    It has the data inputs and outputs of its call, which may have other names there (BPMN 2.0 §10.3.6).
    """
    assert element.called is not None, "only a call activity calls"
    all_of_them = element.called.propagate_all_parent_variables
    seen = scopes.visible(step, instance) if all_of_them else instance.variables or {}
    given = {**mappings.beginning(model.data), **seen}
    if element.io is not None and model.io is not None:
        given |= {theirs: seen.get(mine) for mine, theirs in counterparts(element.io.inputs, model.io.inputs).items()}
    return given


def returned(step: Step, instance: ElementInstance, process: str, variables: Variables) -> None:
    """The called `process` ended: its variables are the result, unless nothing of them is to leave."""
    element = step.element_of(instance)
    assert element.called is not None, "only a call activity calls"
    wanted = element.called.propagate_all_child_variables or element.outputs
    io = step.model(process).io
    if element.io is not None and io is not None:
        names = counterparts(element.io.outputs, io.outputs)
        variables = {**variables, **{mine: variables.get(theirs) for mine, theirs in names.items()}}
    lifecycle.complete(step, instance, element, variables if wanted else {})


def _resolve(step: Step, instance: ElementInstance, element: Element, called: CalledProcess) -> str | Failure:
    """The key of the definition to call, when it can begin and does not lie too deep."""
    label = element.name or element.id
    what = f"The process called by {label!r}"
    process_id = evaluation.at(step, instance, Code.CALLED_PROCESS_NOT_FOUND).text(called.process_id, what)
    if isinstance(process_id, Failure):
        return process_id
    process = step.definitions.called_process(process_id, instance.process, **options_of(called))
    if process is None:
        return Failure(
            Code.CALLED_PROCESS_NOT_FOUND, f"{what}, {process_id!r}, is not deployed. Deploy it and resolve the incident."
        )
    if _depth(step, instance) >= MAX_DEPTH:
        return Failure(
            Code.CALL_TOO_DEEP, f"{label!r} calls {process_id!r}, but there are {MAX_DEPTH} calls around it already."
        )
    first = scope_start.first_elements(step.model(process), step.model(process).id)
    return first if isinstance(first, Failure) else process


def _depth(step: Step, instance: ElementInstance) -> int:
    """How many calls lie around the element instance."""
    depth, elements = 0, step.state.elements
    while instance.parent is not None:
        depth += step.is_root(instance)
        instance = elements[instance.parent]
    return depth


BEHAVIOUR = Behaviour(enter=enter)
