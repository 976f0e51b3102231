"""What becomes of firings that a repeating timer missed: the settings `ringi:missed` and `ringi:missedPause` of its event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import kind
from engine.bpmn.reading import Reading
from engine.bpmn.settings import setting
from engine.feel import compile_expression
from engine.model.process import Element, MultipleDefinition, SingleDefinition, TimerDefinition

MISSED: Final = "ringi:missed"
PAUSE: Final = "ringi:missedPause"
POLICIES: Final = ("once", "skip", "all")
LONGEST: Final = timedelta(days=1)
_DURATION: Final = compile_expression("duration(text)")


def with_missed(reading: Reading, node: etree._Element, element: Element) -> Element:
    """The same event with the settings of its cycles, where it makes some."""
    given = setting(node, MISSED)
    pause = setting(node, PAUSE)
    if given is None and pause is None:
        return element
    if not any(map(_repeats, element.definitions)) or _fires_once(node, element):
        message = f"The {kind(node)} fires once, so it cannot miss a firing of several."
        reading.error(
            Code.SETTING_UNKNOWN, node, message, name=MISSED, fix="Delete the setting, or give the event a timer with a cycle."
        )
        return element
    policy = (given.get("value") or "").strip() if given is not None else "once"
    if policy not in POLICIES:
        reading.error(Code.VALUE_UNKNOWN, node, f"“{policy}” is none of {', '.join(POLICIES)}.", name=MISSED)
        return element
    length = timedelta(seconds=1) if pause is None else _pause(reading, node, pause, policy)
    return element if length is None else _set(element, policy, length)


def _repeats(definition: SingleDefinition) -> bool:
    return isinstance(definition, TimerDefinition) and definition.kind == "cycle"


def _fires_once(node: etree._Element, element: Element) -> bool:
    """An event that starts a process does not interrupt anything: it stays, whatever the attribute says."""
    begins = kind(node) == "startEvent" and kind(_parent(node)) == "process"
    return element.interrupting and not begins


def _parent(node: etree._Element) -> etree._Element:
    parent = node.getparent()
    assert parent is not None, "an event lies in something"
    return parent


def _pause(reading: Reading, node: etree._Element, given: etree._Element, policy: str) -> timedelta | None:
    text = (given.get("value") or "").strip()
    found = _DURATION.evaluate({"text": text}, now=datetime(2024, 1, 1, tzinfo=UTC)).value
    if policy != "all":
        reading.error(Code.SETTING_UNKNOWN, node, f"{PAUSE} goes with {MISSED} “all” only.", name=PAUSE)
    elif isinstance(found, timedelta) and timedelta(0) < found <= LONGEST:
        return found
    else:
        message = f"“{text}” is no pause: write a duration such as PT10S, at most a day."
        reading.error(Code.VALUE_UNKNOWN, node, message, name=PAUSE)
    return None


def _set(element: Element, policy: str, pause: timedelta) -> Element:
    made = tuple(
        replace(one, missed=policy, pause=pause) if isinstance(one, TimerDefinition) else one for one in element.definitions
    )
    event = replace(element.event, definitions=made) if isinstance(element.event, MultipleDefinition) else made[0]
    return replace(element, event=event)
