"""Data associations (BPMN 2.0 §10.4.2) as mappings: a copy, a transformation, assignments, or nothing but a drawn line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.data import Data, Datum
from engine.bpmn.names import bpmn_child, bpmn_children, identifier, line_of, reference, text_of
from engine.feel import compile_expression
from engine.model.expression import Expression
from engine.model.process import VariableMapping

_PATH: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def read_inputs(data: Data, node: etree._Element, scopes: Sequence[str]) -> tuple[VariableMapping, ...]:
    """What is copied into the element before it begins; `scopes` are its id, and those of the scopes around it."""
    found = bpmn_children(node, "dataInputAssociation")
    return tuple(mapping for one in found if not _is_drawn_input(data, one, scopes[0]) for mapping in _input(data, one, scopes))


def read_outputs(data: Data, node: etree._Element, scopes: Sequence[str]) -> tuple[VariableMapping, ...]:
    """What is copied out of the element when it is done."""
    found = bpmn_children(node, "dataOutputAssociation")
    return tuple(mapping for one in found if not _is_drawn_output(one, scopes[0]) for mapping in _output(data, one, scopes))


def variable(datum: Datum, line: int) -> Expression:
    """The datum's value."""
    return Expression(text=datum.variable, feel=compile_expression(datum.variable), line=line)


def sources(association: etree._Element) -> list[str]:
    """The ids of what is copied."""
    return [text_of(source) for source in bpmn_children(association, "sourceRef")]


def target(association: etree._Element) -> str:
    """The id of what is copied to."""
    return text_of(bpmn_child(association, "targetRef"))


def _is_drawn_input(data: Data, association: etree._Element, node: str) -> bool:
    """Editors draw the line to a placeholder, to the element itself, or to nothing."""
    name = reference(target(association))
    return not _says_more(association) and (name in ("", node) or name in data.drawn)


def _is_drawn_output(association: etree._Element, node: str) -> bool:
    return not _says_more(association) and {reference(name) for name in sources(association)} <= {node}


def _says_more(association: etree._Element) -> bool:
    return bpmn_child(association, "transformation", "assignment") is not None


def _input(data: Data, association: etree._Element, scopes: Sequence[str]) -> Iterator[VariableMapping]:
    goal = _end(data, association, target(association), scopes[:1], "targetRef")
    given = [_end(data, association, name, scopes, "sourceRef") for name in sources(association)]
    for datum in given:
        if datum is not None and datum.kind == "dataOutput" and datum.owner == data.process:
            _refuse(data, association, "takes from a data output of the process, which is only written (§10.4.1)")
            return
    if goal is not None and goal.kind != "dataInput":
        _refuse(data, association, f"leads into a {goal.kind}, not into a data input of its element")
    elif goal is not None and None not in given:
        yield from _mappings(data, association, given, goal)


def _output(data: Data, association: etree._Element, scopes: Sequence[str]) -> Iterator[VariableMapping]:
    goal = _end(data, association, target(association), scopes, "targetRef")
    given = [_end(data, association, name, scopes[:1], "sourceRef") for name in sources(association)]
    if goal is not None and goal.kind == "dataInput":
        _refuse(data, association, "writes to a data input of the process, which is only read (§10.4.1)")
    elif any(datum is not None and datum.kind not in ("dataOutput", "property") for datum in given):
        _refuse(data, association, "comes from something else than a data output of its element")
    elif goal is not None and None not in given:
        yield from _mappings(data, association, given, goal)


def _end(data: Data, association: etree._Element, name: str, scopes: Sequence[str], what: str) -> Datum | None:
    if data.is_store(name):
        data.reading.error(
            Code.DATA_STORE, association, f"The data association's {what} is the data store “{name}”.", name=what
        )
        return None
    return data.visible(association, name, scopes, what)


def _mappings(data: Data, association: etree._Element, given: Sequence[Datum | None], goal: Datum) -> Iterator[VariableMapping]:
    """In the order of §10.4.2: the transformation, the assignments, and a plain copy where there is neither."""
    transformation, line = bpmn_child(association, "transformation"), line_of(association)
    if transformation is not None:
        expression = data.reading.expression(transformation, text_of(transformation), "transformation", feel_only=True)
        if expression is None:
            data.reading.error(Code.VALUE_MISSING, transformation, "The transformation is empty.", name="transformation")
        else:
            yield VariableMapping(source=expression, target=goal.variable, line=line)
    for assignment in bpmn_children(association, "assignment"):
        yield from _assignment(data, assignment, goal)
    if _says_more(association):
        return
    if len(given) != 1 or given[0] is None:
        told = "has nothing to copy" if not given else f"has {len(given)} sources and does not say how they become one"
        _refuse(data, association, f"{told} (§10.4.2)")
        return
    yield VariableMapping(source=variable(given[0], line), target=goal.variable, line=line)


def _assignment(data: Data, assignment: etree._Element, goal: Datum) -> Iterator[VariableMapping]:
    parts = {name: bpmn_child(assignment, name) for name in ("from", "to")}
    texts = {name: text_of(part) for name, part in parts.items()}
    source = parts["from"]
    if source is None or not texts["from"] or not texts["to"]:
        data.reading.error(Code.VALUE_MISSING, assignment, "The assignment lacks its from or its to.", name="assignment")
        return
    feel_only = data.reading.speaks_feel(source)
    expression = data.reading.expression(source, texts["from"], "from", feel_only=feel_only)
    place = _place(texts["to"].removeprefix("=").strip(), goal)
    if place is None:
        _refuse(data, assignment, f"assigns to “{texts['to'][:60]}”, which is not its target “{goal.variable}” or a part of it")
    elif expression is not None:
        yield VariableMapping(source=expression, target=place, line=line_of(assignment))


def _place(text: str, goal: Datum) -> str | None:
    """The target, by its id or its variable, or a path into it."""
    for name in (identifier(goal.node), goal.variable):
        if text == name:
            return goal.variable
        if name and text.startswith(f"{name}.") and _PATH.fullmatch(text[len(name) + 1 :]):
            return f"{goal.variable}{text[len(name) :]}"
    return None


def _refuse(data: Data, place: etree._Element, reason: str) -> None:
    data.reading.error(Code.DATA_ASSOCIATION, place, f"The data association {reason}.")
