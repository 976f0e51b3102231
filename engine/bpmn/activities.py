"""Activities that hold or call others (BPMN 2.0 §10.3.5, §10.3.6)."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import extension, line_of, reference
from engine.bpmn.reading import Reading
from engine.bpmn.tasks import read_binding
from engine.model.expression import Expression
from engine.model.process import CalledProcess, Element


def read_sub_process(reading: Reading, node: etree._Element, element: Element) -> Element:
    """An embedded sub-process; its contents are elements of their own with this one as parent."""
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
        return replace(
            element, called=CalledProcess(process_id=Expression(text=process_id, line=line_of(node)), binding="deployment")
        )
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
