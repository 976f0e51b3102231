"""The neutral words of the public BPMN cases in the dialect that Ringi runs."""

from __future__ import annotations

import re

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
JOB_TYPE = "case."
"""What the job type of a script's word begins with."""

_CONDITIONS = (
    "conditionExpression",
    "loopCardinality",
    "completionCondition",
    "loopCondition",
    "activationCondition",
    "condition",
)
_CONTAINS = re.compile(r'(\w+)\.contains\(("[^"]*")\)')
_NUMBER = re.compile(r"-?\d+")


def translated(xml: bytes) -> bytes:
    """A case's diagram, its scripts as jobs and its expressions in FEEL."""
    root = etree.fromstring(xml)
    for script in root.findall(f".//{{{BPMN}}}scriptTask"):
        _as_job(script)
    for name in _CONDITIONS:
        for expression in root.findall(f".//{{{BPMN}}}{name}"):
            if expression.text and expression.text.strip():
                expression.text = _feel(expression.text.strip())
    for part in root.findall(f".//{{{BPMN}}}operationRef"):  # the message alone says what is sent
        part.getparent().remove(part)
    for element in root.iterfind(".//*[@operationRef]"):
        del element.attrib["operationRef"]
    for message in root.findall(f"{{{BPMN}}}message"):
        _extend(message, "subscription", correlationKey="=1")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _as_job(task: etree._Element) -> None:
    script = task.find(f"{{{BPMN}}}script")
    if script is None or not (script.text or "").strip() or task.get("scriptFormat"):
        return  # a word has no format; another script is looked at as it is
    word = (script.text or "").strip()
    task.remove(script)
    task.tag = f"{{{BPMN}}}serviceTask"
    _extend(task, "taskDefinition", type=JOB_TYPE + word)


def _extend(element: etree._Element, name: str, **attributes: str) -> None:
    """Add an extension element, where the schema wants it: after the documentation."""
    extensions = element.find(f"{{{BPMN}}}extensionElements")
    if extensions is None:
        extensions = etree.Element(f"{{{BPMN}}}extensionElements")
        element.insert(len(element.findall(f"{{{BPMN}}}documentation")), extensions)
    etree.SubElement(extensions, f"{{{ZEEBE}}}{name}", attributes)


def _feel(text: str) -> str:
    inner = text[2:-1].strip() if text.startswith("${") and text.endswith("}") else text.rstrip("> ")
    inner = _CONTAINS.sub(r"contains(\1, \2)", inner)
    inner = f"not({inner[1:]})" if inner.startswith("!") else inner
    return inner if _NUMBER.fullmatch(inner) else f"={inner}"
