"""The working context of one `advance`: what behaviours read, and the one way to state a fact.

There is no recursion over tokens: an activated element instance waits in `queue`, one that throws a signal in `callers` until
the queue is empty, a scope that ran empty in `emptied`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from engine.kernel.appliers import APPLIERS
from engine.kernel.events import Event
from engine.kernel.state import ElementInstance, State, Wait
from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    ConditionalDefinition,
    Element,
    ErrorDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    ProcessDefinition,
    SequenceFlow,
    SignalDefinition,
    StandardLoop,
    TerminateDefinition,
    TimerDefinition,
)

if TYPE_CHECKING:
    from engine.kernel.behaviour import Behaviour
    from engine.kernel.definitions import Definitions

EVENT_KINDS: Mapping[type, str] = {
    TimerDefinition: "timer",
    MessageDefinition: "message",
    ErrorDefinition: "error",
    EscalationDefinition: "escalation",
    SignalDefinition: "signal",
    ConditionalDefinition: "conditional",
    LinkDefinition: "link",
    TerminateDefinition: "terminate",
    CompensationDefinition: "compensate",
    CancelDefinition: "cancel",
    MultipleDefinition: "multiple",
}
"""The second half of an event's key in the element table, as in ``boundaryEvent:timer``."""

MULTI_INSTANCE = "multiInstance"
STANDARD_LOOP = "standardLoop"
UNKNOWN = "unknown"


class Step:
    """One command being carried out.

    `looked` counts the events in which `engine.kernel.conditions` has looked for writes, `fired` holds the conditions that
    became true, `all_conditions` asks it to look at every one. `suspects` are the keys whose liveness must be looked at in
    the end, `vanished` those that must be gone then. `moved` are the scopes whose tokens moved since their open joins were
    last asked.
    """

    __slots__ = (
        "_models",
        "all_conditions",
        "behaviours",
        "budget",
        "callers",
        "definitions",
        "emptied",
        "events",
        "exhausted",
        "fired",
        "looked",
        "moved",
        "now",
        "queue",
        "state",
        "suspects",
        "taken",
        "vanished",
    )

    def __init__(
        self, definitions: Definitions, state: State, now: datetime, budget: int, behaviours: Mapping[str, Behaviour]
    ) -> None:
        self.definitions = definitions
        self.state = state
        self.now = now
        self.budget = budget
        self.behaviours = behaviours
        self.events: list[Event] = []
        self.queue: deque[int] = deque()
        self.callers: deque[int] = deque()
        self.emptied: deque[int] = deque()
        self.suspects: set[int] = set()
        self.moved: set[int] = set()
        self.vanished: set[int] = set()
        self.looked = 0
        self.fired: set[int] = set()
        self.all_conditions = False
        self.taken = 0
        self.exhausted = False
        self._models: dict[str, ProcessDefinition] = {}

    def emit(self, event: Event) -> None:
        """State a fact: it is applied at once and returned by `advance`."""
        self.events.append(event)
        APPLIERS[type(event)](self.state, event)

    def model(self, process: str) -> ProcessDefinition:
        """The definition with this key."""
        found = self._models.get(process)
        if found is None:
            found = self._models[process] = self.definitions.process(process)
        return found

    def element_of(self, instance: ElementInstance) -> Element:
        """The element of the diagram; for the instance of a process, an element of type ``process``."""
        model = self._models.get(instance.process) or self.model(instance.process)
        found = model.elements.get(instance.element)
        return found if found is not None else model.root

    def is_root(self, instance: ElementInstance) -> bool:
        """True for the instance of a process, called ones included: variables do not reach beyond it."""
        model = self._models.get(instance.process) or self.model(instance.process)
        return instance.element not in model.elements

    def behaviour_of(self, element: Element) -> Behaviour:
        """The row of the element table for one element of the diagram."""
        if element.event is not None:
            found = self.behaviours.get(f"{element.type}:{EVENT_KINDS[type(element.event)]}")
            if found is not None:
                return found
        return self.behaviours.get(element.type) or self.behaviours[UNKNOWN]

    def behaviour_for(self, instance: ElementInstance, element: Element) -> Behaviour:
        """As `behaviour_of`, but that of the body around the turns of a loop where the instance is one."""
        if element.loop is not None and instance.loop_index is None:
            return self.behaviours[STANDARD_LOOP if isinstance(element.loop, StandardLoop) else MULTI_INSTANCE]
        return self.behaviour_of(element)

    def outgoing(self, instance: ElementInstance, element: Element) -> list[SequenceFlow]:
        """The flows that leave the element, in the order of the diagram."""
        flows = self.model(instance.process).flows
        return [flows[flow] for flow in element.outgoing]

    def owner(self, wait: Wait) -> ElementInstance:
        """The element instance that has the wait; its liveness is looked at in the end."""
        self.suspects.add(wait.key)
        return self.state.elements[wait.key]
