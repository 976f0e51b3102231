"""The coverage of the reader: one row for each BPMN flow node that runs.

What may stand at each is `engine.bpmn.vocabulary.NODES`; what does not run, and why, is `engine.bpmn.vocabulary.REFUSED`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from engine.bpmn import activities, events, gateways, tasks
from engine.bpmn.reading import Reading
from engine.model.process import Element

Reader = Callable[[Reading, etree._Element, Element], Element]
"""Fills in what is special to a kind of element. The bare element has its place, flows, mappings and loop already."""

READERS: Final[Mapping[str, Reader]] = {
    "startEvent": events.read_start,
    "endEvent": events.read_end,
    "intermediateCatchEvent": events.read_catch,
    "intermediateThrowEvent": events.read_throw,
    "boundaryEvent": events.read_boundary,
    "task": tasks.read_passing,
    "manualTask": tasks.read_passing,
    "userTask": tasks.read_user_task,
    "serviceTask": tasks.read_service_task,
    "scriptTask": tasks.read_script_task,
    "businessRuleTask": tasks.read_business_rule_task,
    "sendTask": tasks.read_send_task,
    "receiveTask": tasks.read_receive_task,
    "exclusiveGateway": gateways.read_gateway,
    "parallelGateway": gateways.read_gateway,
    "inclusiveGateway": gateways.read_gateway,
    "complexGateway": gateways.read_complex_gateway,
    "eventBasedGateway": gateways.read_gateway,
    "subProcess": activities.read_sub_process,
    "adHocSubProcess": activities.read_ad_hoc_sub_process,
    "transaction": activities.read_transaction,
    "callActivity": activities.read_call_activity,
}
