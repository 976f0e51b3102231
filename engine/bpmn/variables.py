"""Names of variables: what may receive a value (FEEL 1.5 names without blanks; a dotted path reaches into a context)."""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.reading import Reading

_NAME = r"[^\W\d]\w*"
_VARIABLE = re.compile(_NAME)
_PATH = re.compile(rf"{_NAME}(?:\.{_NAME})*")


def read_variable(reading: Reading, place: etree._Element, attribute: str) -> str | None:
    """The attribute as the name of one variable; None when it is absent or blank."""
    return _checked(reading, place, attribute, _VARIABLE)


def read_path(reading: Reading, place: etree._Element, attribute: str) -> str | None:
    """The attribute as a variable or a dotted path into one; None when it is absent or blank."""
    return _checked(reading, place, attribute, _PATH)


def is_path(text: str) -> bool:
    """True for the name of a variable, or a dotted path into one."""
    return _PATH.fullmatch(text) is not None


def _checked(reading: Reading, place: etree._Element, attribute: str, pattern: re.Pattern[str]) -> str | None:
    text = (place.get(attribute) or "").strip()
    if text and not pattern.fullmatch(text):
        reading.error(Code.VARIABLE_NAME, place, f"“{text[:60]}” is no name for a variable.", name=attribute)
    return text or None
