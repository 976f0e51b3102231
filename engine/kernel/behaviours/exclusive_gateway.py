"""Exclusive gateway: every token that arrives goes on, by one way (BPMN 2.0 §13.4.2)."""

from __future__ import annotations

from engine.kernel import flows
from engine.kernel.behaviour import Behaviour

BEHAVIOUR = Behaviour(flows=flows.first_that_holds, straight=True)
