"""The tasks (BPMN 2.0 §10.3.3): who or what does the work."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from engine.bpmn.calendars import read_calendar
from engine.bpmn.codes import Code
from engine.bpmn.event_definitions import read_message
from engine.bpmn.jobs import check_whole, read_job
from engine.bpmn.lanes import group_of_lane
from engine.bpmn.listeners import read_task_listeners
from engine.bpmn.names import bpmn_child, extension, identifier
from engine.bpmn.reading import Reading
from engine.bpmn.variables import read_path
from engine.model.expression import Expression
from engine.model.process import CalledDecision, Element, ScriptDetail, UserTaskDetail

_FEEL: Final = ("feel", "application/feel")
BINDINGS: Final = ("latest", "deployment", "versionTag")


def read_passing(reading: Reading, node: etree._Element, element: Element) -> Element:
    """A plain or manual task: the token passes; the work is outside of the system."""
    return element


def read_user_task(reading: Reading, node: etree._Element, element: Element) -> Element:
    """Work of a person: form, assignment, dates, priority. Without assignment the lane's name is the candidate group."""
    assignment = extension(node, "assignmentDefinition")
    groups = _value(reading, assignment, "candidateGroups")
    assignee, users = _value(reading, assignment, "assignee"), _value(reading, assignment, "candidateUsers")
    if assignee is None and users is None and groups is None and element.lane:
        groups = group_of_lane(element.lane, element.line)
    form_id, form_binding, form_version_tag = _form(reading, node)
    detail = UserTaskDetail(
        assignee=assignee,
        candidate_groups=groups,
        candidate_users=users,
        due_date=_date(reading, node, "dueDate"),
        follow_up_date=_date(reading, node, "followUpDate"),
        calendar=read_calendar(reading, node),
        priority=_priority(reading, node),
        form_id=form_id,
        form_binding=form_binding,
        form_version_tag=form_version_tag,
        listeners=read_task_listeners(reading, node),
    )
    return replace(element, user_task=detail)


def read_service_task(reading: Reading, node: etree._Element, element: Element) -> Element:
    """Work of a job handler."""
    job = read_job(reading, node)
    if job is None and extension(node, "taskDefinition") is None:
        _nothing_to_run(reading, node, "The service task names no job type.", 'Add <zeebe:taskDefinition type="…"/>.')
    return replace(element, job=job)


def read_script_task(reading: Reading, node: etree._Element, element: Element) -> Element:
    """A FEEL expression whose value goes to a variable, or work of a job handler."""
    script, job = extension(node, "script"), read_job(reading, node)
    language = node.get("scriptFormat")
    if language is not None and language.lower() not in _FEEL and bpmn_child(node, "script") is None:
        reading.error(Code.SCRIPT_LANGUAGE, node, f"The script's language is {language}, not FEEL.", name="scriptFormat")
    if script is None and job is None:
        if extension(node, "taskDefinition") is None:
            _nothing_to_run(
                reading, node, "The script task has no script.", 'Add <zeebe:script expression="=…" resultVariable="…"/>.'
            )
        return element
    if script is None:
        return replace(element, job=job)
    if job is not None:
        _two_things(reading, node, "zeebe:script and zeebe:taskDefinition")
    expression, variable = reading.value(script, "expression", feel_only=True), read_path(reading, script, "resultVariable")
    if expression is None or variable is None:
        return element
    return replace(element, script=ScriptDetail(expression=expression, result_variable=variable))


def read_business_rule_task(reading: Reading, node: etree._Element, element: Element) -> Element:
    """A DMN decision, or work of a job handler."""
    called, job = extension(node, "calledDecision"), read_job(reading, node)
    if called is None and job is None and extension(node, "taskDefinition") is None:
        fix = 'Add <zeebe:calledDecision decisionId="…" resultVariable="…"/>.'
        _nothing_to_run(reading, node, "The business rule task names no decision.", fix)
    if called is None:
        return replace(element, job=job)
    if job is not None:
        _two_things(reading, node, "zeebe:calledDecision and zeebe:taskDefinition")
    decision, variable = reading.value(called, "decisionId"), read_path(reading, called, "resultVariable")
    if decision is None or variable is None:
        return element
    binding, version_tag = read_binding(reading, called)
    detail = CalledDecision(decision_id=decision, result_variable=variable, binding=binding, version_tag=version_tag)
    return replace(element, decision=detail)


def read_send_task(reading: Reading, node: etree._Element, element: Element) -> Element:
    """A message to other processes, or work of a job handler that sends something outside."""
    job = read_job(reading, node)
    message = read_message(reading, node, key_required=False) if node.get("messageRef") is not None else None
    if job is not None and message is not None:
        _two_things(reading, node, "a message and zeebe:taskDefinition")
    if node.get("messageRef") is None and extension(node, "taskDefinition") is None:
        fix = 'Choose a message, or add <zeebe:taskDefinition type="…"/>.'
        _nothing_to_run(reading, node, "The send task names neither a message nor a job type.", fix)
    return replace(element, job=job, event=None if job is not None else message)


def read_receive_task(reading: Reading, node: etree._Element, element: Element) -> Element:
    """Waits for a message, or starts an instance with it."""
    if node.get("messageRef") is None:
        _nothing_to_run(reading, node, "The receive task names no message.", "Choose a message with a correlation key.")
        return element
    instantiates = reading.flag(node, "instantiate", default=False)
    message = read_message(reading, node, key_required=not instantiates)
    return replace(element, event=message, instantiates=instantiates)


def read_binding(reading: Reading, called: etree._Element) -> tuple[str, str | None]:
    """Which version is meant. Without `bindingType` it is the one deployed together with the diagram, if there is one."""
    binding, version_tag = (called.get("bindingType") or "deployment").strip(), (called.get("versionTag") or "").strip() or None
    if binding not in BINDINGS:
        reading.error(Code.VALUE_UNKNOWN, called, f"“{binding}” is none of {', '.join(BINDINGS)}.", name="bindingType")
        binding = "deployment"
    if (binding == "versionTag") is not (version_tag is not None):
        fix = 'Write both: bindingType="versionTag" versionTag="…".'
        reading.error(
            Code.VALUE_MISSING, called, "bindingType versionTag and versionTag go together.", name="versionTag", fix=fix
        )
    return binding, version_tag


def _value(reading: Reading, place: etree._Element | None, attribute: str) -> Expression | None:
    return reading.value(place, attribute) if place is not None else None


def _form(reading: Reading, node: etree._Element) -> tuple[str | None, str, str | None]:
    form = extension(node, "formDefinition")
    if form is None:
        return None, "deployment", None
    for other in ("formKey", "externalReference"):
        if form.get(other) is not None:
            reading.error(Code.FORM_KIND, form, f"A form cannot be named by {other}.", name=other)
    form_id = (form.get("formId") or "").strip()
    if form_id.startswith("="):
        reading.error(
            Code.FORM_KIND, form, "The form cannot be calculated, because it is pinned with the diagram.", name="formId"
        )
    elif not form_id and form.get("formKey") is None and form.get("externalReference") is None:
        reading.error(Code.VALUE_MISSING, form, "The formId is empty.", name="formId")
    return form_id or None, *read_binding(reading, form)


def _date(reading: Reading, node: etree._Element, attribute: str) -> Expression | None:
    return _value(reading, extension(node, "taskSchedule"), attribute)


def _priority(reading: Reading, node: etree._Element) -> Expression | None:
    definition = extension(node, "priorityDefinition")
    priority = _value(reading, definition, "priority")
    if definition is not None and priority is not None:
        check_whole(reading, definition, "priority", priority, low=0, high=100)
    return priority


def _nothing_to_run(reading: Reading, node: etree._Element, message: str, fix: str) -> None:
    # Where another engine's setting says it, or a script in another language, that was told with its own way out.
    if identifier(node) not in reading.refused:
        reading.error(Code.NOTHING_TO_RUN, node, message, fix=fix)


def _two_things(reading: Reading, node: etree._Element, what: str) -> None:
    reading.error(Code.TWO_THINGS_TO_RUN, node, f"The task has {what}.")
