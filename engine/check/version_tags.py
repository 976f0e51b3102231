"""Version tags: what is bound to one must be there. Of processes, decisions and forms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.check.codes import Code
from engine.check.findings import finding
from engine.dmn import DmnFile
from engine.model.expression import Expression
from engine.model.process import Element, ProcessDefinition
from engine.problems import Problem, Severity

Tag = tuple[str, str, str]
"""Kind (process, decision or form), id and version tag."""


def tags_of(
    processes: Mapping[str, ProcessDefinition], decisions: Mapping[str, DmnFile], forms: Mapping[str, Mapping[str, Any]]
) -> set[Tag]:
    """The version tags of all that has one."""
    found = [("process", name, process.version_tag) for name, process in processes.items()]
    found += [("decision", name, file.decisions[name].version_tag) for name, file in decisions.items()]
    found += [("form", name, form.get("versionTag")) for name, form in forms.items()]
    return {(kind, name, tag) for kind, name, tag in found if isinstance(tag, str) and tag}


def check_tags(process: ProcessDefinition, tagged: Collection[Tag]) -> Iterator[Problem]:
    """What asks for a version that nobody has: an error for a form, which a person would miss without anybody knowing.

    A process or decision may be deployed later; until then the task stops with an incident.
    """
    for element in process.elements.values():
        for kind, name, tag in _asked(element):
            if (kind, name, tag) not in tagged:
                label = element.name or element.id
                message = f"“{label}” asks for the {kind} “{name}” with the version tag “{tag}”, which is not there."
                severity = Severity.ERROR if kind == "form" else Severity.WARNING
                yield finding(Code.NO_SUCH_TAG, message, process, element, field="versionTag", severity=severity)


def _asked(element: Element) -> Iterator[Tag]:
    called, decision, task = element.called, element.decision, element.user_task
    if called is not None and called.version_tag is not None:
        yield from _fixed("process", called.process_id, called.version_tag)
    if decision is not None and decision.version_tag is not None:
        yield from _fixed("decision", decision.decision_id, decision.version_tag)
    if task is not None and task.form_id is not None and task.form_version_tag is not None:
        yield "form", task.form_id, task.form_version_tag


def _fixed(kind: str, name: Expression, tag: str) -> Iterator[Tag]:
    """What FEEL names is known at run time only."""
    if name.is_fixed:
        yield kind, name.text, tag
