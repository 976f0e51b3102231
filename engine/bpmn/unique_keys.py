"""Among which instances of a process a business key stands once: its setting `ringi:uniqueBusinessKey`."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.reading import Reading
from engine.bpmn.settings import setting

UNIQUE_KEY: Final = "ringi:uniqueBusinessKey"
SCOPES: Final = ("running", "ever")


def read_unique_key(reading: Reading, process: etree._Element) -> str | None:
    """``running``, ``ever``, or None when the process does not say; another word is a problem."""
    given = setting(process, UNIQUE_KEY)
    if given is None:
        return None
    scope = (given.get("value") or "").strip()
    if scope in SCOPES:
        return scope
    reading.error(Code.VALUE_UNKNOWN, given, f"“{scope}” is none of {', '.join(SCOPES)}.", name=UNIQUE_KEY)
    return None
