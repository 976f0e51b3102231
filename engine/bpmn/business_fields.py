"""By which variables the tasks and instances of a process are found: its setting `ringi:businessFields`, names with commas."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.reading import Reading
from engine.bpmn.settings import setting

BUSINESS_FIELDS: Final = "ringi:businessFields"
_NAME: Final = re.compile(r"[^\W\d]\w{0,99}")


def business_fields(reading: Reading, process: etree._Element) -> tuple[str, ...]:
    """The names in their order; what is no name of a variable is a problem."""
    given = setting(process, BUSINESS_FIELDS)
    if given is None:
        return ()
    names = tuple(dict.fromkeys(part.strip() for part in (given.get("value") or "").split(",")))
    for name in names:
        if not _NAME.fullmatch(name):
            reading.error(Code.VALUE_UNKNOWN, given, f"“{name}” is no name of a variable.", name=BUSINESS_FIELDS)
    return names
