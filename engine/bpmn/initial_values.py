"""What a data object or property holds at the start: the extension property `ringi:initialValue`, or Flowable's `value`.

BPMN 2.0 itself has no way to say it (§10.4.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import ENGINES, bpmn_children, local, namespace, reference, tag
from engine.bpmn.reading import Reading
from engine.bpmn.settings import setting
from engine.feel import FeelError, Value, compile_expression

INITIAL_VALUE: Final = "ringi:initialValue"
_TIMES: Final = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 6, 15, 12, 30, 15, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Initial:
    """A value, which may be null: none at all is None instead."""

    value: Value


def initial_value(reading: Reading, datum: etree._Element) -> Initial | None:
    """The value that is there at the start; None when nothing says so. A value that depends on something is a problem."""
    given = setting(datum, INITIAL_VALUE)
    if given is None:
        return _of_flowable(reading, datum)
    expression = reading.value(given, "value")
    if expression is None:
        return Initial("")
    if expression.feel is None:
        return Initial(expression.text)
    return _constant(reading, given, expression.text)


def _constant(reading: Reading, place: etree._Element, text: str) -> Initial | None:
    compiled = compile_expression(text)
    try:
        results = [compiled.evaluate({}, now=now) for now in _TIMES]
    except FeelError as error:
        reading.error(Code.INITIAL_VALUE, place, f"“={text}” cannot be evaluated: {error.message}", name=INITIAL_VALUE)
        return None
    if compiled.names or results[0].value != results[1].value:
        reading.error(Code.INITIAL_VALUE, place, f"“={text}” is not the same at every start.", name=INITIAL_VALUE)
        return None
    for warning in results[0].warnings[:1]:
        reading.error(Code.INITIAL_VALUE, place, f"“={text}” gives null: {warning.message}", name=INITIAL_VALUE)
        return None
    return Initial(results[0].value)


_FLOWABLE: Final[Mapping[str, Callable[[str], Value]]] = {
    "string": str,
    "int": Decimal,
    "integer": Decimal,
    "long": Decimal,
    "double": Decimal,
    "float": Decimal,
    "boolean": lambda text: {"true": True, "false": False}[text.lower()],
    "datetime": datetime.fromisoformat,
}
"""The types of Flowable's and Activiti's data objects (`itemSubjectRef="xsd:int"`), and how their values are read."""


def _of_flowable(reading: Reading, datum: etree._Element) -> Initial | None:
    for holder in bpmn_children(datum, "extensionElements"):
        for child in holder:
            if namespace(tag(child)) in ENGINES and local(tag(child)) == "value":
                return _typed(reading, datum, child)
    return None


def _typed(reading: Reading, datum: etree._Element, child: etree._Element) -> Initial | None:
    text, type_ = (child.text or "").strip(), reference(datum.get("itemSubjectRef"))
    read = _FLOWABLE.get(type_.lower(), str)
    try:
        return Initial(read(text)) if text or read is str else None
    except (ValueError, KeyError, InvalidOperation):
        reading.error(Code.INITIAL_VALUE, child, f"“{text[:60]}” is no value of the type {type_}.", name="value")
        return None
