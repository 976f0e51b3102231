"""Which variables the elements of a process read and write, as far as the diagram tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final

from engine.bpmn.vocabulary import words
from engine.check.form_names import names_of_form
from engine.check.references import called_id, fixed_text
from engine.dmn import DmnFile
from engine.dmn import model as dmn
from engine.model.expression import Expression
from engine.model.process import (
    Element,
    ErrorDefinition,
    MessageDefinition,
    MultiInstance,
    ProcessDefinition,
    SequenceFlow,
    SignalDefinition,
)

GIVEN: Final = words(
    "loopCounter numberOfInstances numberOfActiveInstances numberOfCompletedInstances numberOfTerminatedInstances "
    "activationCount incomingTokens item partial"
)
"""Names that the kernel or FEEL itself provides."""


@dataclass(frozen=True, slots=True)
class Read:
    """An expression that reads a variable: where it stands, its field and line, and its text."""

    place: Element | SequenceFlow
    field: str
    line: int
    text: str


@dataclass(slots=True)
class DataFlow:
    """The variables of one process. `is_open` tells that something may write others than the diagram names."""

    process: ProcessDefinition
    reads: dict[str, list[Read]] = field(default_factory=dict)
    writes: set[str] = field(default_factory=set)
    is_open: bool = False


Forms = Mapping[str, Mapping[str, Any]]
Decisions = Mapping[str, DmnFile]


def data_flow(process: ProcessDefinition, forms: Forms, decisions: Decisions) -> DataFlow:
    """Look through all elements and flows; forms and decisions that are not among the files are passed over."""
    flow = DataFlow(process, writes={item.name for item in process.data}, is_open=process.listeners is not None)
    for element in process.elements.values():
        open_ended = _brings_unnamed(element, forms)
        flow.is_open = flow.is_open or element.listeners is not None or (open_ended and not element.outputs)
        flow.writes |= written_names(element)
        for name, expression in expressions_in(element):
            if not (open_ended and name == "outputs"):  # what comes from outside has its names from there
                _note(flow, element, name, expression)
        _form(flow, element, forms)
        _decision(flow, element, decisions)
    for edge in process.flows.values():
        if edge.condition is not None:
            _note(flow, edge, "condition", edge.condition)
    return flow


def _note(flow: DataFlow, place: Element | SequenceFlow, name: str, expression: Expression) -> None:
    if expression.feel is not None:
        read = Read(place, name, expression.line or place.line, expression.text)
        for variable in expression.feel.names:
            flow.reads.setdefault(variable, []).append(read)


def expressions_of(process: ProcessDefinition) -> Iterator[tuple[Element | SequenceFlow, str, Expression]]:
    """All expressions of a process, each with its element or flow and the field it stands in."""
    for element in process.elements.values():
        yield from ((element, name, expression) for name, expression in expressions_in(element))
    yield from ((flow, "condition", flow.condition) for flow in process.flows.values() if flow.condition is not None)


def expressions_in(thing: object, name: str = "") -> Iterator[tuple[str, Expression]]:
    """All expressions in a part of the model, each with the name of the outermost field that holds it."""
    if isinstance(thing, Expression):
        yield name, thing
    elif isinstance(thing, tuple):
        for part in thing:
            if not isinstance(part, str):
                yield from expressions_in(part, name)
    elif is_dataclass(thing):
        for inner in fields(thing):
            part = getattr(thing, inner.name)
            if part is not None and not isinstance(part, str):
                yield from expressions_in(part, name or inner.name)


def written_names(element: Element) -> set[str]:
    """The variables that the diagram says an element writes."""
    targets = [mapping.target for mapping in (*element.inputs, *element.outputs)]
    targets += [item.name for item in element.data]
    if element.script is not None:
        targets.append(element.script.result_variable)
    if element.decision is not None:
        targets.append(element.decision.result_variable)
    if isinstance(element.loop, MultiInstance):
        targets += [name for name in (element.loop.input_element, element.loop.output_collection) if name is not None]
    return {target.partition(".")[0] for target in targets}


def _brings_unnamed(element: Element, forms: Forms) -> bool:
    """True where results come whose names the diagram does not tell."""
    if element.user_task is not None:
        return element.user_task.form_id not in forms
    comes = (MessageDefinition, SignalDefinition, ErrorDefinition)
    throws = element.type in ("endEvent", "intermediateThrowEvent", "sendTask")
    if element.job is not None or element.called is not None:
        return True
    return not throws and any(isinstance(one, comes) for one in element.definitions)


def _form(flow: DataFlow, element: Element, forms: Forms) -> None:
    schema = forms.get(element.user_task.form_id or "") if element.user_task is not None else None
    if schema is not None:
        written, read = names_of_form(schema)
        flow.writes |= written
        for name, text in read:
            flow.reads.setdefault(name, []).append(Read(element, "formId", element.line, text))


def _decision(flow: DataFlow, element: Element, decisions: Decisions) -> None:
    name = fixed_text(element.decision.decision_id) if element.decision is not None else None
    file = decisions.get(name or "")
    if file is not None and name is not None:
        for variable in inputs_of(file, name):
            flow.reads.setdefault(variable, []).append(Read(element, "decisionId", element.line, name))


def inputs_of(file: DmnFile, decision: str) -> set[str]:
    """The variables that a decision and those it requires in the same file read from outside."""
    own = {d.variable for d in file.decisions.values()} | {k.name for k in file.knowledge.values()}
    own |= {service.name for service in file.services.values()}
    names: set[str] = set()
    waiting, seen = [decision], set[str]()
    while waiting:
        found = file.decisions.get(waiting.pop())
        if found is not None and found.id not in seen:
            seen.add(found.id)
            waiting.extend(found.requires.decisions)
            names |= _columns(found)
    return names - own - file.imports.keys()


def _columns(decision: dmn.Decision) -> set[str]:
    if not isinstance(decision.expression, dmn.DecisionTable):
        return set()
    return {name for column in decision.expression.inputs if (feel := column.expression.feel) for name in feel.names}


def callers(processes: Iterable[ProcessDefinition]) -> dict[str, list[tuple[ProcessDefinition, Element]]]:
    """The call activities that name each process."""
    found: dict[str, list[tuple[ProcessDefinition, Element]]] = {}
    for process in processes:
        for element in process.elements.values():
            if (called := called_id(element)) is not None:
                found.setdefault(called, []).append((process, element))
    return found
