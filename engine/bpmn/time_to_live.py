"""How long ended instances of a process are kept: the setting `ringi:historyTimeToLive`, a duration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.reading import Reading
from engine.bpmn.settings import setting
from engine.feel import YearMonthDuration, compile_expression

TIME_TO_LIVE: Final = "ringi:historyTimeToLive"
_DURATION: Final = compile_expression("duration(text)")


def time_to_live(reading: Reading, process: etree._Element) -> str | None:
    """The duration as it is written; None when the process does not say. A text that is none is a problem."""
    given = setting(process, TIME_TO_LIVE)
    if given is None:
        return None
    text = (given.get("value") or "").strip()
    found = _DURATION.evaluate({"text": text}, now=datetime(2024, 1, 1, tzinfo=UTC)).value
    if isinstance(found, timedelta) and found >= timedelta(0):
        return text
    if isinstance(found, YearMonthDuration) and found.months >= 0:
        return text
    message = f"“{text}” is no time to keep ended instances: write a duration such as P180D or P2Y."
    reading.error(Code.VALUE_UNKNOWN, given, message, name=TIME_TO_LIVE)
    return None
