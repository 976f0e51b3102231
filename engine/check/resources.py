"""Files that are deployed together, checked together: what fails later is said now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from lxml import etree

from engine.bpmn import read_bpmn
from engine.check.calls import check_calls
from engine.check.codes import CODES, Code
from engine.check.constants import check_constants, check_endless
from engine.check.data_flow import callers
from engine.check.decisions import check_decisions
from engine.check.forms import read_form_file
from engine.check.names import check_names
from engine.check.paths import check_paths, reached_elements
from engine.check.references import Names, check_references
from engine.check.results import check_results
from engine.check.soundness import check_soundness
from engine.check.throws import check_throws
from engine.check.timers import check_timers
from engine.check.version_tags import Tag, check_tags, tags_of
from engine.dmn import DmnFile, read_dmn_files
from engine.model.process import KERNEL, ProcessDefinition
from engine.problems import Problem, Severity
from engine.spiff import is_spiff, read_spiff
from engine.xml import parse_xml

SPIFF: Final = b"spiffworkflow.org"
"""Without this no file is in SpiffWorkflow's dialect, so it need not be read twice."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What exists outside of the files, by id; `job_types` are those with a handler, None when that is not known.

    `tagged` has the version tags of what is there (`engine.check.version_tags.Tag`), None when nobody knows them.
    `calendars` are the names of working-time calendars, None when nobody knows them.
    `python` tells that Python from diagrams may run, which files in SpiffWorkflow's dialect need.
    """

    processes: Collection[str] = ()
    decisions: Collection[str] = ()
    forms: Collection[str] = ()
    job_types: Collection[str] | None = None
    python: bool = False
    tagged: Collection[Tag] | None = None
    calendars: Collection[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Everything that the files hold, and everything that is wrong with them.

    `processes` by id, `decisions` by decision id (the file that holds each), `forms` by form id (the form-js JSON). `origin`
    names the file of a decision, form or process by its id; where these share an id, in that order. Run them only when `ok`.
    """

    problems: tuple[Problem, ...]
    processes: Mapping[str, ProcessDefinition]
    decisions: Mapping[str, DmnFile]
    forms: Mapping[str, Mapping[str, Any]]
    origin: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """True when no problem is an error."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)

    def tags(self) -> set[Tag]:
        """The version tags of what the files hold."""
        return tags_of(self.processes, self.decisions, self.forms)


@dataclass(slots=True)
class _Shelf(Generic[Thing]):
    """Things of one kind by id, with the file of each."""

    twice: Code
    things: dict[str, Thing] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, thing: Thing, resource: str) -> Iterator[Problem]:
        """Add a thing, unless the id is taken."""
        if name in self.things:
            yield _problem(self.twice, resource, name, f"“{name}” is in {resource} and in {self.origin[name]}.")
            return
        self.things[name] = thing
        self.origin[name] = resource


@dataclass(slots=True)
class _Files:
    """What was read so far. `dmn` are the decision files, which were read together since they may import each other."""

    dmn: Mapping[str, DmnFile]
    spiff: dict[str, etree._Element] = field(default_factory=dict)
    processes: _Shelf[ProcessDefinition] = field(default_factory=lambda: _Shelf(Code.PROCESS_TWICE))
    decisions: _Shelf[DmnFile] = field(default_factory=lambda: _Shelf(Code.DECISION_TWICE))
    forms: _Shelf[Mapping[str, Any]] = field(default_factory=lambda: _Shelf(Code.FORM_TWICE))

    def read(self, resource: str, data: bytes) -> Iterator[Problem]:
        """Read one file of any kind."""
        match _kind(resource):
            case "bpmn" if self._is_spiff(resource, data):
                pass  # read together with the others of its dialect, in the end
            case "bpmn":
                bpmn = read_bpmn(data, resource)
                yield from bpmn.problems
                for process_id, process in bpmn.processes.items():
                    yield from self.processes.put(process_id, process, resource)
            case "dmn":
                dmn = self.dmn[resource]
                yield from dmn.problems
                for decision_id in dmn.decisions:
                    yield from self.decisions.put(decision_id, dmn, resource)
            case "form":
                form = read_form_file(data, resource)
                yield from form.problems
                if form.id is not None:
                    yield from self.forms.put(form.id, form.schema, resource)
            case _:
                yield _problem(Code.FILE_KIND, resource, None, f"“{resource}” is neither a diagram, a decision nor a form.")

    def read_spiff(self, *, python: bool) -> Iterator[Problem]:
        """Read the files in SpiffWorkflow's dialect."""
        found = read_spiff(self.spiff, self.forms.things, python=python)
        yield from found.problems
        for process_id, process in found.processes.items():
            yield from self.processes.put(process_id, process, process.resource)

    def _is_spiff(self, resource: str, data: bytes) -> bool:
        if SPIFF not in data:
            return False
        root = parse_xml(data, resource)
        if isinstance(root, Problem) or not is_spiff(root):
            return False
        self.spiff[resource] = root
        return True


def check_resources(
    resources: Mapping[str, bytes], *, known: Known = Known(), advice: bool = True, now: datetime | None = None
) -> Checked:
    """Read the files (`.bpmn`, `.dmn`, `.form` by file name) and check each of them, all together, and against `known`.

    Never raises on bad input. Problems come by file, then by line. Without `advice`, the paths of diagrams, and expressions
    and tables of decisions, are not analysed: for files that were deployed and are only read again. `now` finds dates that
    have passed.
    """
    files = _Files(read_dmn_files({name: data for name, data in resources.items() if _kind(name) == "dmn"}))
    problems = [problem for resource in sorted(resources) for problem in files.read(resource, resources[resource])]
    problems += files.read_spiff(python=known.python)
    told = {(p.resource, p.element, p.field) for p in problems if p.severity is Severity.ERROR}
    broken = {p.resource for p in problems if p.severity is Severity.ERROR}
    # What is broken already is not said to be missing or late as well.
    late = [*_together(files, known, now), *(_advice(files, broken) if advice else ())]
    problems += [p for p in late if (p.resource, p.element, p.field) not in told]
    return Checked(
        problems=tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.resource, p.line or 0))),
        processes=files.processes.things,
        decisions=files.decisions.things,
        forms=files.forms.things,
        origin={**files.processes.origin, **files.forms.origin, **files.decisions.origin},
    )


def _together(files: _Files, known: Known, now: datetime | None) -> Iterator[Problem]:
    """Names that nobody has, timers, and calls in a circle."""
    processes = files.processes.things
    names = Names(
        processes={*processes, *known.processes},
        decisions={*files.decisions.things, *known.decisions},
        forms={*files.forms.things, *known.forms},
        job_types=known.job_types,
        calendars=known.calendars,
    )
    tagged = None if known.tagged is None else {*known.tagged, *tags_of(processes, files.decisions.things, files.forms.things)}
    for process in processes.values():
        yield from check_references(process, names, processes)
        yield from check_timers(process, now)
        if tagged is not None:
            yield from check_tags(process, tagged)
    yield from check_calls(processes)


def _advice(files: _Files, broken: Collection[str]) -> Iterator[Problem]:
    """What takes an analysis: the paths of whole diagrams (with loose ends every path is doubtful, and those were told)."""
    sound = [process for process in files.processes.things.values() if process.resource not in broken]
    for process in sound:
        yield from check_paths(process)
    # What follows looks into expressions, which in other dialects are not FEEL.
    native = {ident: process for ident, process in files.processes.things.items() if process.executor == KERNEL}
    called = callers(native.values()).keys()
    for process in sound:
        if process.executor == KERNEL:
            reached = reached_elements(process)
            yield from check_soundness(process, reached)
            yield from check_endless(process, reached)
            yield from check_throws(process, called)
            yield from check_constants(process)
            yield from check_results(process, files.decisions.things)
    yield from check_names(native, files.forms.things, files.decisions.things)
    for dmn in files.dmn.values():
        yield from check_decisions(dmn)


def _kind(resource: str) -> str:
    """What follows the last dot of a file's name."""
    return resource.rpartition(".")[2].lower()


def _problem(code: Code, resource: str, element: str | None, message: str) -> Problem:
    return Problem(code=code, message=message, resource=resource, element=element, line=1, fix=CODES[code][1])
