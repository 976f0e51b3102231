"""A process as SpiffWorkflow runs it, made from files in its dialect."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from engine.bpmn.names import BPMN, identifier, kind
from engine.problems import Problem
from engine.spiff.codes import Code
from engine.spiff.dialect import SPIFF, called, told
from engine.spiff.specs import adapt

MOST_TASKS: Final = 5_000
"""Tasks that SpiffWorkflow may predict when an instance starts."""


@dataclass(frozen=True, slots=True)
class Program:
    """SpiffWorkflow's form of a process, and of the sub-processes and called processes in it by their ids."""

    spec: Any
    subprocess_specs: Mapping[str, Any]


class Compiler:
    """Reads processes of files that belong together: those that call each other."""

    def __init__(self, files: Mapping[str, etree._Element]) -> None:
        """`files` are trees by file name. Raises ValidationException."""
        self._parser = SpiffBpmnParser()
        self._adapted: set[int] = set()
        with _quiet():
            for resource, root in files.items():
                self._parser.add_bpmn_xml(root, resource)

    def compile(self, process_id: str) -> Program:
        """One process. Raises ValidationException."""
        with _quiet():
            spec = self._parser.get_spec(process_id)
            program = Program(spec, self._parser.get_subprocess_specs(process_id))
        for found in (program.spec, *program.subprocess_specs.values()):
            if id(found) not in self._adapted:
                self._adapted.add(id(found))
                adapt(found)
        return program


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's advice about where extension elements stand: it reads both forms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def refusal(error: ValidationException, resource: str, process: etree._Element) -> Problem:
    """What SpiffWorkflow's parser says, at the element that it means."""
    place = next((e for e in process.iter() if error.id and e.get("id") == error.id), process)
    return told(Code.NOT_READ, f"{called(place)}: {str(error).rstrip('. ')}.", resource, place)


def check_growth(process: etree._Element, program: Program, resource: str) -> Iterator[Problem]:
    """SpiffWorkflow lays out everything that may follow as a tree, in which what comes after a join stands once a branch."""
    for spec in (program.spec, *program.subprocess_specs.values()):
        found = _predicted(spec)
        if found > MOST_TASKS:
            message = f"An instance would begin with more than {MOST_TASKS:,} tasks in “{spec.name}”."
            yield told(Code.GROWS_TOO_LARGE, message, resource, process)


def _predicted(spec: Any) -> int:
    """How many tasks are predicted from the start, a circle counted once around; more than the limit is not counted on."""
    outputs = {name: [output.name for output in task.outputs] for name, task in spec.task_specs.items()}
    sizes: dict[str, int] = {}
    waiting, open_ = ["Start"], set()
    while waiting:
        name = waiting[-1]
        ahead = [n for n in outputs[name] if n not in sizes and n not in open_]
        if name in open_ or not ahead:
            sizes[name] = min(1 + sum(sizes.get(n, 1) for n in outputs[name]), MOST_TASKS + 1)
            waiting.pop()
        else:
            open_.add(name)
            waiting += ahead
    return sizes["Start"]


def check_python(process: etree._Element, resource: str) -> Iterator[Problem]:
    """Scripts and expressions that are no Python."""
    for place, text, is_script in _python_of(process):
        try:
            ast.parse(text if is_script else text.strip(), mode="exec" if is_script else "eval")
        except (SyntaxError, ValueError) as error:
            line = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
            message = f"{called(owner_of(place))}: {getattr(error, 'msg', error)}{line}."
            yield told(Code.PYTHON_BROKEN, message, resource, place, element=identifier(owner_of(place)))


_SCRIPTS: Final = (f"{{{BPMN}}}script", f"{{{SPIFF}}}preScript", f"{{{SPIFF}}}postScript")
_EXPRESSIONS: Final = (
    *(f"{{{BPMN}}}{name}" for name in "conditionExpression timeDate timeDuration timeCycle loopCondition".split()),  # noqa: SIM905
    f"{{{BPMN}}}completionCondition",
    f"{{{BPMN}}}loopCardinality",
    f"{{{SPIFF}}}messagePayload",
    f"{{{SPIFF}}}payloadExpression",
)


def _python_of(process: etree._Element) -> Iterator[tuple[etree._Element, str, bool]]:
    for place in process.iter(*_SCRIPTS):
        if place.text:
            yield place, place.text, True
    for place in process.iter(*_EXPRESSIONS):
        if (place.text or "").strip():
            yield place, place.text or "", False
    for place in process.iter(f"{{{SPIFF}}}parameter"):
        if place.get("value") is not None:
            yield place, place.get("value") or "", False


def owner_of(place: etree._Element) -> etree._Element:
    """What is drawn there: the element itself, or the flow or flow node that it is part of."""
    if place.get("id") and kind(place) and not kind(place).endswith("EventDefinition"):
        return place
    while (parent := place.getparent()) is not None:
        if parent.get("id") and kind(parent) and not kind(parent).endswith("EventDefinition"):
            return parent
        place = parent
    return place
