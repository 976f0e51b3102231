"""The gateways (BPMN 2.0 §10.6). Their rules about flows are in `engine.bpmn.flow_rules`, which sees both ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import bpmn_child, text_of
from engine.bpmn.reading import Reading
from engine.model.process import Element

_DIRECTIONS: Final = {"Converging": (True, False), "Diverging": (False, True), "Mixed": (True, True)}
"""Direction to: several incoming flows, several outgoing ones."""


def read_gateway(reading: Reading, node: etree._Element, element: Element) -> Element:
    """The gateways that run are nothing but their flows; a direction must not contradict these (§10.6.1)."""
    direction = (node.get("gatewayDirection") or "").strip()
    if direction in _DIRECTIONS:
        counts = (len(element.incoming), len(element.outgoing))
        if tuple(count > 1 for count in counts) != _DIRECTIONS[direction]:
            message = f"The gateway is called {direction} and has {counts[0]} incoming and {counts[1]} outgoing flows."
            reading.error(Code.DIRECTION_DISAGREES, node, message, name="gatewayDirection")
    return element


def read_complex_gateway(reading: Reading, node: etree._Element, element: Element) -> Element:
    """A gateway with an activation condition: FEEL, with or without “=”."""
    element = read_gateway(reading, node, element)
    child = bpmn_child(node, "activationCondition")
    text = text_of(child)
    if child is None or not text:
        if len(element.incoming) > 1 or child is not None:
            message = "The complex gateway has no activation condition."
            reading.error(Code.ACTIVATION_MISSING, node, message, name="activationCondition")
        return element
    plain = not text.startswith("=") and "{" not in text
    condition = reading.expression(child, f"={text}" if plain else text, "activationCondition", feel_only=True)
    return replace(element, activation=condition)
