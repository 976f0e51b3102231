"""How each setting of another engine is said here. What cannot be said with the same meaning is left as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from engine.bpmn.names import bpmn_child, bpmn_children, kind, text_of
from engine.bpmn.other_engine import FLOWABLE, Place
from engine.bpmn.variables import is_path
from engine.bpmn.vocabulary import words

_WITHOUT_RESULTS: Final = words("task manualTask subProcess transaction")


def _is_name(text: str) -> bool:
    """True for the name of one variable; with a dot in it the other engines mean a variable with a dot in its name."""
    return is_path(text) and "." not in text


def simple(name: str, setting: str, attribute: str) -> Callable[[Place], None]:
    """An attribute that has its counterpart."""

    def apply(place: Place) -> None:
        value = place.value(place.get(name))
        if value is not None:
            place.zeebe(setting, **{attribute: value})
            place.take(name, f"zeebe:{setting} {attribute}")

    return apply


def moment(name: str) -> Callable[[Place], None]:
    """A date. What Flowable reads as a time from now on has no counterpart."""
    said = simple(name, "taskSchedule", name)

    def apply(place: Place) -> None:
        if not (place.get(name) or "").strip().startswith(("P", "R")):  # from now on, in the words of Flowable
            said(place)

    return apply


def topic(place: Place) -> None:
    """Work that others fetch: an external task of Camunda 7, an external worker task of Flowable."""
    topic = place.value(place.get("topic"))
    if place.get("type") in ("external", "external-worker") and topic is not None:
        place.zeebe("taskDefinition", type=topic)
        place.take("topic", "zeebe:taskDefinition type")
        place.take("type", "zeebe:taskDefinition type")


def time_to_live(place: Place) -> None:
    """How long ended instances are kept: a number of days, or a duration of days as it is written here."""
    found = re.fullmatch(r"P?([0-9]{1,6})D?", (place.get("historyTimeToLive") or "").strip())
    if found is not None:
        place.property("ringi:historyTimeToLive", f"P{found.group(1)}D")
        place.take("historyTimeToLive", "the property ringi:historyTimeToLive")


def decision(place: Place) -> None:
    """Results that are one value, or a list of values from a table that collects, are the same here."""
    decision, variable = place.value(place.get("decisionRef")), place.get("resultVariable")
    plain = place.get("mapDecisionResult") in ("singleEntry", "collectEntries")
    binding = _binding(place, "decisionRef")
    if decision is None or binding is None or not plain or not _is_name(variable or ""):
        return
    place.zeebe("calledDecision", decisionId=decision, resultVariable=variable or "", **binding)
    for name in ("decisionRef", "resultVariable", "mapDecisionResult", "decisionRefBinding", "decisionRefVersionTag"):
        place.take(name, "zeebe:calledDecision; its hit policy says whether the result is a list")


def _binding(place: Place, name: str) -> dict[str, str] | None:
    """Which version: without a word the latest. A version number says nothing here."""
    kind_, version_tag = place.get(f"{name}Binding") or "latest", place.get(f"{name}VersionTag")
    if kind_ == "versionTag" and version_tag:
        return {"bindingType": kind_, "versionTag": version_tag}
    return {"bindingType": kind_} if kind_ in ("latest", "deployment") and not place.get(f"{name}Version") else None


def form(place: Place) -> None:
    """A form that was deployed beside the diagram, the latest or the one deployed with it."""
    form, binding = place.get("formRef"), place.get("formRefBinding") or "latest"
    if form and "{" not in form and binding in ("latest", "deployment"):
        place.zeebe("formDefinition", formId=form, bindingType=binding)
        place.take("formRef", "zeebe:formDefinition formId")
        place.take("formRefBinding", "zeebe:formDefinition bindingType")


def call(place: Place) -> None:
    """A called process gets and gives only what the mappings name."""
    called = place.value(place.element.get("calledElement"))
    binding = _binding(place, "calledElement")
    if called is None or binding is None:
        return
    setting = place.zeebe("calledElement", processId=called, **binding)
    for name in ("calledElementBinding", "calledElementVersionTag"):
        place.take(name, "zeebe:calledElement bindingType")
    given = (place.get("inheritVariables") or "false").strip()
    if given in ("true", "false"):
        place.take("inheritVariables", "zeebe:calledElement propagateAllParentVariables")
    setting.set("propagateAllParentVariables", given if given == "true" else "false")
    setting.set("propagateAllChildVariables", "false")
    for name, direction, everything in (
        ("in", "input", "propagateAllParentVariables"),
        ("out", "output", "propagateAllChildVariables"),
    ):
        for child in place.children(name):
            if dict(child.attrib) == {"variables": "all"}:
                setting.set(everything, "true")
                place.drop(child, f"zeebe:calledElement {everything}")
            elif _mapped(place, child, direction):
                place.drop(child, f"zeebe:{direction}")


def _mapped(place: Place, child: etree._Element, direction: str) -> bool:
    """`source` is a variable, `sourceExpression` is ``${…}``; whatever else stands there has no counterpart."""
    given = {str(name): str(value).strip() for name, value in child.attrib.items()}
    target = given.pop("target", "")
    name, text = given.popitem() if len(given) == 1 else ("", "")
    if name == "source" and _is_name(text):
        source: str | None = f"={text}"
    elif name == "sourceExpression" or (name == "source" and "{" in text):
        source = place.value(text)
    else:
        source = None
    if source is None or not _is_name(target):
        return False
    place.mapping(direction, source, target)
    return True


def loop(place: Place) -> None:
    """A variable or plain expression that holds a list."""
    collection, element = (place.get("collection") or "").strip(), place.get("elementVariable")
    source = f"={collection}" if _is_name(collection) else place.value(collection)
    if source is None or not source.startswith("=") or (element is not None and not _is_name(element)):
        return
    place.zeebe("loopCharacteristics", inputCollection=source)
    place.take("collection", "zeebe:loopCharacteristics inputCollection")
    if element is not None:
        place.zeebe("loopCharacteristics", inputElement=element)
        place.take("elementVariable", "zeebe:loopCharacteristics inputElement")


def parameters(place: Place) -> None:
    """Inputs are local variables there and here. Outputs beside other results would keep these from leaving the task."""
    for holder in place.children("inputOutput"):
        found = [*_parameter(place, holder, "inputParameter", "input")]
        outputs = [*_parameter(place, holder, "outputParameter", "output")]
        if None in found or None in outputs or (outputs and place.kind not in _WITHOUT_RESULTS):
            continue
        for mapping in (*found, *outputs):
            if mapping is not None:
                place.mapping(*mapping)
        place.drop(holder, "zeebe:ioMapping")


def _parameter(place: Place, holder: etree._Element, name: str, direction: str) -> Iterator[tuple[str, str, str] | None]:
    for part in place.parts(holder, name):
        source, target = _source(place, part), (part.get("name") or "").strip()
        yield (direction, source, target) if source is not None and _is_name(target) else None


def _source(place: Place, part: etree._Element) -> str | None:
    """A text, a plain ``${…}``, or a list or map of those."""
    if len(part) == 0:
        return place.value(part.text)
    inside = part[0]
    is_list = len(part) == 1 and next(place.parts(part, "list"), None) is not None
    is_map = len(part) == 1 and next(place.parts(part, "map"), None) is not None
    entries = list(place.parts(inside, "value" if is_list else "entry"))
    values = [place.value(child.text) for child in entries if len(child) == 0]
    literals = [value[1:] if value.startswith("=") else json.dumps(value, ensure_ascii=False) for value in values if value]
    if not (is_list or is_map) or len(literals) != len(inside):
        return None
    if is_list:
        return f"=[{', '.join(literals)}]"
    keys = [json.dumps(child.get("key") or "", ensure_ascii=False) for child in entries]
    return f"={{{', '.join(f'{key}: {value}' for key, value in zip(keys, literals, strict=True))}}}"


def owners(place: Place) -> None:
    """The people that BPMN names, in the words that these engines have for them: user(…), group(…), or a group."""
    performer, owner = _assigned(place, "humanPerformer"), _assigned(place, "potentialOwner")
    person = place.value(performer[1]) if performer is not None else None
    if performer is not None and person is not None:
        place.zeebe("assignmentDefinition", assignee=person)
        _remove(place, performer[0], "zeebe:assignmentDefinition assignee")
    entries = [_OWNER.fullmatch(part.strip()) for part in owner[1].split(",")] if owner is not None else []
    found = [entry for entry in entries if entry is not None]
    if owner is None or not found or len(found) != len(entries):
        return
    users = [entry["user"].strip() for entry in found if entry["user"]]
    groups = [(entry["group"] or entry["bare"]).strip() for entry in found if not entry["user"]]
    for attribute, names in (("candidateUsers", users), ("candidateGroups", groups)):
        if names:
            place.zeebe("assignmentDefinition", **{attribute: ",".join(names)})
    _remove(place, owner[0], "zeebe:assignmentDefinition candidates")


_OWNER: Final = re.compile(r"user\((?P<user>[^()${}]+)\)|group\((?P<group>[^()${}]+)\)|(?P<bare>[^()${}=]+)")


def _assigned(place: Place, name: str) -> tuple[etree._Element, str] | None:
    """The only such element, with what its expression says."""
    found = list(bpmn_children(place.element, name))
    assignment = bpmn_child(found[0], "resourceAssignmentExpression") if len(found) == 1 else None
    expression = bpmn_child(assignment, "formalExpression", "expression") if assignment is not None else None
    return (found[0], text_of(expression)) if expression is not None else None


def _remove(place: Place, child: etree._Element, becomes: str) -> None:
    place.reading.note_translated(kind(child), becomes, place.element)
    place.element.remove(child)


def script(place: Place) -> None:
    """A script in FEEL, or a plain ``${…}``, whose result is kept."""
    script, variable = bpmn_child(place.element, "script"), place.get("resultVariable")
    language = (place.element.get("scriptFormat") or "").lower()
    if script is None or not _is_name(variable or "") or language not in ("feel", "juel"):
        return
    expression = f"={text_of(script)}" if language == "feel" else place.value(text_of(script))
    if expression is not None and expression.startswith("="):
        place.zeebe("script", expression=expression, resultVariable=variable or "")
        place.take("resultVariable", "zeebe:script resultVariable")
        del place.element.attrib["scriptFormat"]
        place.element.remove(script)


def expression(place: Place) -> None:
    """A plain ``${…}`` in a condition, number or timer."""
    text, language = text_of(place.element), place.element.get("language")
    feel = place.value(text) if language in (None, "juel") else None
    if feel is not None and feel != text:
        place.element.text = feel
        place.element.attrib.pop("language", None)
        place.reading.note_translated("${…}", "FEEL", place.element)


def name_of(place: Place) -> None:
    """A message or signal whose name is a plain expression."""
    feel = place.value(place.element.get("name"))
    if feel is not None and feel.startswith("="):
        place.element.set("name", feel)
        place.reading.note_translated("${…}", "FEEL", place.element)


def executable(place: Place) -> None:
    """Flowable and Activiti run a process that does not say whether it is executable."""
    if place.spaces == FLOWABLE and place.element.get("isExecutable") is None:
        place.element.set("isExecutable", "true")
        place.reading.note_translated("a process without isExecutable", 'isExecutable="true"', place.element)
