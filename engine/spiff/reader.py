"""Files in SpiffWorkflow's dialect as executable processes, or the reasons why not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.bpmn.names import BPMN, bpmn_children, identifier, kind, line_of
from engine.bpmn.reader import too_big
from engine.model.process import ProcessDefinition
from engine.problems import Problem, Severity
from engine.spiff.codes import CODES, Code
from engine.spiff.dialect import SPIFF, called, told, trigger
from engine.spiff.gate import check_gate, with_flow_ids
from engine.spiff.model import form_name, form_of, read_model, start_timer
from engine.spiff.program import Compiler, check_growth, check_python, owner_of, refusal


@dataclass(frozen=True, slots=True)
class SpiffFiles:
    """What `read_spiff` found: the executable processes by id, and everything that is wrong."""

    processes: Mapping[str, ProcessDefinition]
    problems: tuple[Problem, ...]


def read_spiff(files: Mapping[str, etree._Element], forms: Collection[str] = (), *, python: bool = False) -> SpiffFiles:
    """Read diagrams of the dialect that are deployed together; `forms` are the ids of form files among them.

    Unless `python` is allowed they are refused without a further look. Never raises on bad input. The trees are changed.
    """
    if not python:
        return SpiffFiles({}, tuple(_not_allowed(root, resource) for resource, root in files.items()))
    reading = _Reading(files, forms)
    for resource, root in files.items():
        reading.read(resource, root)
    return SpiffFiles(reading.processes, tuple(reading.problems))


class _Reading:
    def __init__(self, files: Mapping[str, etree._Element], forms: Collection[str]) -> None:
        self.files = files
        self.forms = forms
        self.processes: dict[str, ProcessDefinition] = {}
        self.problems: list[Problem] = []
        self.owners = {process: resource for resource, root in files.items() for process in _ids(root)}
        for root in files.values():
            with_flow_ids(root)

    def read(self, resource: str, root: etree._Element) -> None:
        """Read one file. What is refused at the gate is not given to SpiffWorkflow."""
        large = too_big(root, resource)
        found = [large] if large is not None else list(self._check(resource, root))
        self.problems += found
        if any(problem.severity is Severity.ERROR for problem in found):
            return
        compiler: Compiler | None = None
        for process in _executable(root):
            try:
                compiler = compiler or Compiler(self._together(resource))
                program = compiler.compile(identifier(process))
            except ValidationException as error:
                self.problems.append(refusal(error, resource, process))
                continue
            self.problems += check_growth(process, program, resource)
            self.processes[identifier(process)] = read_model(process, resource, self.forms, program)

    def _check(self, resource: str, root: etree._Element) -> Iterator[Problem]:
        processes = list(_executable(root))
        if not processes:
            yield told(Code.NO_PROCESS, "The file has nothing to run.", resource, root)
        for process in processes:
            yield from check_gate(process, resource)
            yield from check_python(process, resource)
            yield from self._check_calls(process, resource)
            yield from _check_starts(process, resource)
            yield from _check_forms(process, resource, self.forms)
            yield from _check_messages(process, resource)
            yield from _check_references(process, resource)
        yield from self._check_ids(resource)

    def _check_calls(self, process: etree._Element, resource: str) -> Iterator[Problem]:
        for place in process.iter(f"{{{BPMN}}}callActivity"):
            if place.get("calledElement") not in self.owners:
                message = f"{called(place)} calls “{place.get('calledElement') or ''}”, which is not among the files."
                yield told(Code.CALLED_ELSEWHERE, message, resource, place, field="calledElement")

    def _check_ids(self, resource: str) -> Iterator[Problem]:
        """Files that call each other are read as one, so what they define must not share an id."""
        taken: dict[str, str] = {}
        for name, root in self._together(resource).items():
            for place in root.iter(*_SHARED):
                first = taken.setdefault(identifier(place), name)
                if first != name and resource in (first, name):
                    message = f"The id “{identifier(place)}” is in {first} and in {name}, and one calls the other."
                    yield told(Code.NOT_READ, message, resource, self.files[resource], field="id")

    def _together(self, resource: str) -> dict[str, etree._Element]:
        """The file, and those it calls, and those they call."""
        found: dict[str, etree._Element] = {}
        waiting = [resource]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found[name] = self.files[name]
            calls = (place.get("calledElement") or "" for place in found[name].iter(f"{{{BPMN}}}callActivity"))
            waiting += [self.owners[process] for process in calls if process in self.owners]
        return found


_SHARED = tuple(
    f"{{{BPMN}}}{name}" for name in ("subProcess", "message", "signal", "error", "escalation", "correlationProperty")
)


def _executable(root: etree._Element) -> Iterator[etree._Element]:
    return (process for process in bpmn_children(root, "process") if process.get("isExecutable", "true") == "true")


def _ids(root: etree._Element) -> list[str]:
    return [identifier(process) for process in _executable(root)]


def _not_allowed(root: etree._Element, resource: str) -> Problem:
    meaning, fix = CODES[Code.PYTHON_NOT_ALLOWED]
    return Problem(code=Code.PYTHON_NOT_ALLOWED, message=meaning, resource=resource, line=line_of(root), fix=fix)


def _check_starts(process: etree._Element, resource: str) -> Iterator[Problem]:
    for start in bpmn_children(process, "startEvent"):
        why, definition = trigger(start)
        if why == "timer" and definition is not None and start_timer(definition)[1] is None:
            yield told(Code.START_TIMER, f"{called(start)} has a timer that is no plain text.", resource, start)


def _check_forms(process: etree._Element, resource: str, forms: Collection[str]) -> Iterator[Problem]:
    for task in process.iter(f"{{{BPMN}}}userTask"):
        if form_name(task) and form_of(task, forms) is None:
            message = f"{called(task)} names the form “{form_name(task)}.json”."
            yield told(Code.FORM_NOT_SHOWN, message, resource, task, severity=Severity.WARNING)


def _check_references(process: etree._Element, resource: str) -> Iterator[Problem]:
    """Messages, signals, errors and escalations that are named must be there."""
    root = process.getroottree().getroot()
    for name in ("message", "signal", "error", "escalation"):
        there = {identifier(found) for found in bpmn_children(root, name)}
        for place in process.iter():
            wanted = place.get(f"{name}Ref") if kind(place) else None
            if wanted is not None and wanted not in there:
                message = f"{called(owner_of(place))} names the {name} “{wanted}”, which is not there."
                element = identifier(owner_of(place))
                yield told(Code.NOT_READ, message, resource, place, field=f"{name}Ref", element=element)


def _check_messages(process: etree._Element, resource: str) -> Iterator[Problem]:
    """A message that is caught brings something to a variable, or it is lost."""
    root = process.getroottree().getroot()
    named = {identifier(m) for m in bpmn_children(root, "message") if m.find(f".//{{{SPIFF}}}messageVariable") is not None}
    for place in process.iter():
        catches = kind(place) in ("intermediateCatchEvent", "boundaryEvent", "receiveTask")
        why, definition = trigger(place) if catches else ("", None)
        message = definition if why == "message" else place if kind(place) == "receiveTask" else None
        if message is None or not message.get("messageRef") or message.get("messageRef") in named:
            continue
        if message.find(f".//{{{SPIFF}}}messageVariable") is None:
            yield told(Code.PAYLOAD_LOST, f"{called(place)} names no variable.", resource, place, severity=Severity.WARNING)
