"""Activities that hold or call others (BPMN 2.0 §10.3.5, §10.3.6)."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.jobs import check_whole
from engine.bpmn.names import bpmn_child, extension, line_of, reference, text_of
from engine.bpmn.reading import Reading
from engine.bpmn.tasks import read_binding
from engine.feel import compile_expression
from engine.model.expression import Expression
from engine.model.process import AdHoc, CalledProcess, Element

MAX_QUANTITY = 1_000


def read_quantity(reading: Reading, node: etree._Element, name: str) -> int:
    """How many tokens begin the activity, or leave it by each flow (BPMN 2.0 table 10.3)."""
    text = (node.get(name) or "1").strip()
    check_whole(reading, node, name, Expression(text=text), low=1, high=MAX_QUANTITY)
    is_number = text.isascii() and text.isdigit() and len(text) <= 12
    return int(text) if is_number and 1 <= int(text) <= MAX_QUANTITY else 1


def read_sub_process(reading: Reading, node: etree._Element, element: Element) -> Element:
    """An embedded sub-process; its contents are elements of their own with this one as parent."""
    return element


def read_ad_hoc_sub_process(reading: Reading, node: etree._Element, element: Element) -> Element:
    """An ad-hoc sub-process; what its `zeebe:adHoc` names begins by itself, and without that everything that can."""
    if not element.contents:
        reading.error(Code.NO_START, node, "The ad-hoc sub-process holds no activity.", fix="Put activities into it.")
    detail = extension(node, "adHoc")
    active = reading.value(detail, "activeElementsCollection", feel_only=True) if detail is not None else None
    if detail is not None and active is None:
        active = Expression(text="[]", feel=compile_expression("[]"), line=line_of(detail))
    found = AdHoc(
        sequential=(node.get("ordering") or "").strip() == "Sequential",
        completion_condition=_completion_condition(reading, node),
        cancel_remaining=reading.flag(node, "cancelRemainingInstances", default=True),
        active_elements=active,
    )
    return replace(element, ad_hoc=found)


def _completion_condition(reading: Reading, node: etree._Element) -> Expression | None:
    """FEEL, with or without “=”."""
    child = bpmn_child(node, "completionCondition")
    if child is None:
        return None
    text = text_of(child)
    plain = bool(text) and not text.startswith("=") and "{" not in text
    condition = reading.expression(child, f"={text}" if plain else text, "completionCondition", feel_only=True)
    if condition is None:
        reading.error(Code.VALUE_MISSING, child, "The completionCondition is empty.", name="completionCondition")
    return condition


def read_transaction(reading: Reading, node: etree._Element, element: Element) -> Element:
    """A sub-process that can be cancelled; how participants agree on it (`method`) is not looked at (BPMN 2.0 table 10.22)."""
    if element.triggered_by_event:
        reading.error(Code.ATTRIBUTE_VALUE, node, "An event cannot start a transaction.", name="triggeredByEvent")
    return element


def read_call_activity(reading: Reading, node: etree._Element, element: Element) -> Element:
    """A call of another process, by `zeebe:calledElement` or by the standard's `calledElement` attribute."""
    called = extension(node, "calledElement")
    if called is not None:
        return replace(element, called=_read_called(reading, called))
    process_id = reference(node.get("calledElement"))
    if "{" in (node.get("calledElement") or ""):
        reading.value(node, "calledElement")
    elif not process_id:
        fix = 'Add <zeebe:calledElement processId="…"/>.'
        reading.error(Code.NOTHING_TO_RUN, node, "The call activity names no process.", fix=fix)
    else:
        # As the standard has it, a call with data inputs hands over these and nothing else.
        called_process = CalledProcess(
            process_id=Expression(text=process_id, line=line_of(node)),
            propagate_all_parent_variables=element.io is None,
            binding="deployment",
        )
        return replace(element, called=called_process)
    return element


def _read_called(reading: Reading, called: etree._Element) -> CalledProcess | None:
    process_id = reading.value(called, "processId")
    binding, version_tag = read_binding(reading, called)
    if process_id is None:
        return None
    return CalledProcess(
        process_id=process_id,
        propagate_all_parent_variables=reading.flag(called, "propagateAllParentVariables", default=True),
        propagate_all_child_variables=reading.flag(called, "propagateAllChildVariables", default=True),
        binding=binding,
        version_tag=version_tag,
    )
