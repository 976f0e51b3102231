"""`zeebe:taskDefinition` and `zeebe:taskHeaders`: work that a job handler does."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import extension, line_of, parts
from engine.bpmn.reading import Reading
from engine.model.expression import Expression
from engine.model.process import JobDetail

DEFAULT_RETRIES = "3"
MAX_RETRIES = 1_000


def read_job(reading: Reading, node: etree._Element) -> JobDetail | None:
    """What job the node makes; None when it has no task definition with a type."""
    definition = extension(node, "taskDefinition")
    headers = read_headers(reading, extension(node, "taskHeaders"))
    if definition is None:
        if headers:
            reading.error(
                Code.NOTHING_TO_RUN,
                node,
                "There are task headers and no job that gets them.",
                fix="Add a zeebe:taskDefinition.",
            )
        return None
    job_type = reading.value(definition, "type")
    if job_type is None:
        return None
    return JobDetail(type=job_type, retries=read_retries(reading, definition), headers=headers)


def read_retries(reading: Reading, definition: etree._Element) -> Expression:
    """How often a job is tried: a whole number or FEEL."""
    retries = reading.value(definition, "retries")
    if retries is None:
        return Expression(text=DEFAULT_RETRIES, line=line_of(definition))
    check_whole(reading, definition, "retries", retries, low=1, high=MAX_RETRIES)
    return retries


def read_headers(reading: Reading, holder: etree._Element | None) -> dict[str, str]:
    """The headers in a `zeebe:taskHeaders`."""
    headers: dict[str, str] = {}
    for header in parts(holder, "header") if holder is not None else ():
        key = (header.get("key") or "").strip()
        if key in headers:
            reading.error(Code.EXTENSION_TWICE, header, f"There are two headers “{key}”.", name="key")
        headers[key] = header.get("value") or ""
    return headers


def check_whole(reading: Reading, place: etree._Element, name: str, value: Expression, *, low: int, high: int) -> None:
    """A fixed text must be a whole number from `low` to `high`; what FEEL gives is known at run time only."""
    text = reading.fixed_text(value)
    if text is not None and not (text.isascii() and text.isdigit() and len(text) <= 12 and low <= int(text) <= high):
        reading.error(Code.NUMBER_RANGE, place, f"“{text[:40]}” is no whole number from {low:,} to {high:,}.", name=name)
