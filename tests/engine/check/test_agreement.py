"""What the reader lets through is what the kernel runs: nothing is accepted and then passed by."""

from __future__ import annotations

import pytest

from engine.bpmn import events, read_bpmn
from engine.bpmn.table import READERS
from engine.kernel.behaviours import BEHAVIOURS
from tests.engine.bpmn.refused_structures import STRUCTURES
from tests.engine.bpmn.refused_words import WORDS

DEFINITIONS = {
    "startEvent": events.START | events.EVENT_SUB_PROCESS,
    "intermediateCatchEvent": events.CATCH,
    "boundaryEvent": events.BOUNDARY,
    "intermediateThrowEvent": events.THROW,
    "endEvent": events.END,
}


@pytest.mark.parametrize("name", READERS)
def test_every_element_that_is_read_has_a_behaviour(name: str) -> None:
    kinds = [definition.removesuffix("EventDefinition") for definition in DEFINITIONS.get(name, ())]
    assert all(f"{name}:{kind}" in BEHAVIOURS for kind in kinds)
    assert name in BEHAVIOURS or name in ("intermediateCatchEvent", "boundaryEvent")


def test_a_catching_event_without_trigger_never_gets_through() -> None:
    for xml in (case.xml for case in (*WORDS, *STRUCTURES)):
        answer = read_bpmn(xml, "a.bpmn")
        for process in answer.processes.values() if answer.ok else ():
            assert all(
                e.event is not None for e in process.elements.values() if e.type in ("intermediateCatchEvent", "boundaryEvent")
            )
