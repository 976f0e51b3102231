"""A BPMN file as executable processes, or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.extensions import check_attributes, check_extensions, foreign_element
from engine.bpmn.meanings import CODES
from engine.bpmn.message_flows import check_message_flows
from engine.bpmn.names import BPMN, bpmn_children, identifier, kind, line_of, local, namespace, tag
from engine.bpmn.operations import check_operations
from engine.bpmn.processes import read_process
from engine.bpmn.reading import Reading
from engine.bpmn.structure import check_structure
from engine.bpmn.translations import translate
from engine.bpmn.vocabulary import DRAWN_DATA, HARMLESS, PARTS, REFUSED, ROOT_SHAPE
from engine.bpmn.words import check_words, subject, unknown_element
from engine.model.process import ProcessDefinition
from engine.problems import Problem, Severity
from engine.xml import parse_xml

MAX_ELEMENTS: Final = 5_000
"""Flow nodes and sequence flows in a file."""
MAX_DEPTH: Final = 30
"""Sub-processes inside each other."""

_NESTING: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_UNCOUNTED: Final = HARMLESS | DRAWN_DATA | {"laneSet", "ioSpecification", "property", "dataObject", "dataObjectReference"}


@dataclass(frozen=True, slots=True)
class BpmnFile:
    """What `read_bpmn` found. `processes` are the executable ones by id; run them only when `ok`.

    With errors a process may lack the parts that could not be read; it is there so that other files can be checked against it.
    """

    processes: Mapping[str, ProcessDefinition]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """True when no problem is an error."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


def read_bpmn(xml: bytes, resource: str) -> BpmnFile:
    """Read a diagram. Never raises on bad input: everything wrong is a problem with element, line, reason and way out.

    Fixed timer texts are checked by `engine.check`, which asks the kernel's schedule.
    """
    root = parse_xml(xml, resource)
    if isinstance(root, Problem):
        return BpmnFile({}, (root,))
    refusal = _not_bpmn(root, resource) or too_big(root, resource)
    if refusal is not None:
        return BpmnFile({}, (refusal,))
    reading = Reading(resource, root)
    translate(reading)
    processes = _read(reading)
    reading.tell_translated()
    reading.tell_foreign()
    reading.tell_left_out()
    # A rule may meet the same place twice, for example a definition that several events share.
    problems = sorted(dict.fromkeys(reading.problems), key=lambda problem: problem.line or 0)
    return BpmnFile(processes, tuple(problems))


def _read(reading: Reading) -> dict[str, ProcessDefinition]:
    _check_ids(reading)
    executable = list(_executable(reading))
    if not executable:
        return {}
    _check_root(reading)
    check_message_flows(reading)
    processes: dict[str, ProcessDefinition] = {}
    for element in executable:
        check_words(reading, element)
        if identifier(element) not in processes and identifier(element):
            processes[identifier(element)] = process = read_process(reading, element)
            reading.problems.extend(problem for problem in check_structure(process) if problem.element not in reading.refused)
    return processes


def _not_bpmn(root: etree._Element, resource: str) -> Problem | None:
    if kind(root) == "definitions":
        return None
    message = f"The root is “{local(tag(root))}” of “{namespace(tag(root))}”, not “definitions” of “{BPMN}”."
    return Problem(code=Code.NOT_BPMN, message=message, resource=resource, line=line_of(root), fix=CODES[Code.NOT_BPMN][1])


def too_big(root: etree._Element, resource: str) -> Problem | None:
    """Told before anything is looked at, so that the work on a hostile file stays small."""
    count, deepest = 0, 0
    waiting = [(process, 0) for process in bpmn_children(root, "process")]
    while waiting:
        scope, depth = waiting.pop()
        deepest = max(deepest, depth)
        inside = [child for child in bpmn_children(scope) if kind(child) not in _UNCOUNTED]
        count += len(inside)
        waiting += [(child, depth + 1) for child in inside if kind(child) in _NESTING]
    if count > MAX_ELEMENTS:
        code, message = Code.TOO_MANY_ELEMENTS, f"The file has {count:,} elements and flows; at most {MAX_ELEMENTS:,} are read."
    elif deepest > MAX_DEPTH:
        code, message = Code.TOO_DEEP, f"Sub-processes are nested {deepest} deep; at most {MAX_DEPTH} are read."
    else:
        return None
    return Problem(code=code, message=message, resource=resource, line=line_of(root), fix=CODES[code][1])


def _check_ids(reading: Reading) -> None:
    """Every id is given once in the file, whatever it belongs to (XSD type ID); the drawing has ids of its own."""
    first: dict[str, int] = {}
    for element in reading.root.iter():
        if not kind(element) or not (given := identifier(element)):
            continue
        if given in first:
            message = f"The id “{given}” of this {kind(element)} is taken already in line {first[given]}."
            reading.error(Code.ID_TWICE, element, message, name="id")
        first.setdefault(given, line_of(element))
    reading.ids = frozenset(first)


def _executable(reading: Reading) -> Iterator[etree._Element]:
    processes = list(bpmn_children(reading.root, "process"))
    runs = [process for process in processes if reading.flag(process, "isExecutable", default=False)]
    if not runs:
        what = "none of its processes is marked as executable" if processes else "it holds no process"
        place = processes[0] if processes else reading.root
        reading.error(Code.NO_EXECUTABLE_PROCESS, place, f"The file has nothing to run: {what}.", name="isExecutable")
    for process in processes:
        if process in runs:
            yield process
        elif runs:
            message = f"{subject(process)} is not marked as executable and is kept as a drawing."
            reading.warn(Code.PROCESS_NOT_EXECUTABLE, process, message, name="isExecutable")


def _check_root(reading: Reading) -> None:
    check_attributes(reading, reading.root, ROOT_SHAPE)
    check_extensions(reading, reading.root, ROOT_SHAPE)
    for child in reading.root:
        name = kind(child)
        if not name:
            foreign_element(reading, child)
        elif name in REFUSED and name not in ROOT_SHAPE.children and not name.endswith("EventDefinition"):
            reading.error(REFUSED[name], child, f"{subject(child)}: {CODES[REFUSED[name]][0]}")
        elif name in PARTS and name != "process":
            check_words(reading, child)
        elif name == "interface":
            check_operations(reading, child)
        elif name == "import":
            reading.warn(Code.IMPORT_NOT_LOADED, child, f"“{child.get('location') or ''}” is not loaded.", name="location")
        elif name == "extension" and reading.flag(child, "mustUnderstand", default=False):
            reading.error(Code.MUST_UNDERSTAND, child, f"The extension “{child.get('definition') or ''}” is not known.")
        elif name not in ROOT_SHAPE.children and name not in HARMLESS and not name.endswith("EventDefinition"):
            unknown_element(reading, child, ROOT_SHAPE.children)
