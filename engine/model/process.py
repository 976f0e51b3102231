"""A process as the kernel runs it: elements, flows and what each element needs (BPMN 2.0 §10).

Everything here is immutable and made by `engine.bpmn`; the kernel, the checker and the screens only read it.
The parts of it come from `engine.model.event_definitions` and `engine.model.details`, and are all offered here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.model.data import DataItem, InputOutput
from engine.model.details import (
    AdHoc,
    CalledDecision,
    CalledProcess,
    JobDetail,
    Listeners,
    MultiInstance,
    ScriptDetail,
    StandardLoop,
    TaskListeners,
    TurnEvents,
    UserTaskDetail,
    VariableMapping,
)
from engine.model.event_definitions import (
    CancelDefinition,
    CompensationDefinition,
    ConditionalDefinition,
    DefinitionKind,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    SingleDefinition,
    TerminateDefinition,
    TimerDefinition,
)
from engine.model.expression import Expression
from engine.model.graphs import marks_ahead

__all__ = [
    "GATHERING",
    "KERNEL",
    "AdHoc",
    "Ahead",
    "CalledDecision",
    "CalledProcess",
    "CancelDefinition",
    "CompensationDefinition",
    "ConditionalDefinition",
    "DefinitionKind",
    "Element",
    "ErrorDefinition",
    "EscalationDefinition",
    "EventDefinition",
    "JobDetail",
    "LinkDefinition",
    "Listeners",
    "MessageDefinition",
    "MultiInstance",
    "MultipleDefinition",
    "ProcessDefinition",
    "ScriptDetail",
    "SequenceFlow",
    "SignalDefinition",
    "SingleDefinition",
    "StandardLoop",
    "TaskListeners",
    "TerminateDefinition",
    "TimerDefinition",
    "TurnEvents",
    "UserTaskDetail",
    "VariableMapping",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceFlow:
    """`condition` None means: always, unless it is the default flow of its source."""

    id: str
    name: str
    source: str
    target: str
    condition: Expression | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One flow node. `type` is the BPMN local name and the key of the element table in `engine.kernel`.

    `start_quantity` tokens begin an activity together, and `completion_quantity` leave it by each flow (BPMN 2.0 table 10.3).

    `activation` is the activation condition of a complex gateway. `instantiates` stands at a receive task, or an event behind
    an event-based gateway, that starts an instance.

    `parent` is the id of the enclosing sub-process, or the process id. `contents` are the ids of the flow nodes directly inside
    a sub-process; `boundary_events` those attached to this activity. `triggered_by_event` tells event sub-processes;
    `event_starts` are the start events of those directly inside a sub-process. `handler` undoes an activity that is
    complete: what its compensation boundary event is associated with (`for_compensation`), or its event sub-process for that.
    `data` are variables that it begins with, `io` its data inputs and outputs.
    `is_plain` tells that there is nothing around its work.
    """

    id: str
    type: str
    name: str
    parent: str
    line: int
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    event: EventDefinition | None = None
    attached_to: str | None = None
    interrupting: bool = True
    boundary_events: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    triggered_by_event: bool = False
    event_starts: tuple[str, ...] = ()
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    loop: MultiInstance | StandardLoop | None = None
    user_task: UserTaskDetail | None = None
    job: JobDetail | None = None
    script: ScriptDetail | None = None
    decision: CalledDecision | None = None
    called: CalledProcess | None = None
    lane: str | None = None
    documentation: str = ""
    instantiates: bool = False
    activation: Expression | None = None
    ad_hoc: AdHoc | None = None

    handler: str | None = None
    for_compensation: bool = False
    listeners: Listeners | None = None
    start_quantity: int = 1
    completion_quantity: int = 1
    data: tuple[DataItem, ...] = ()
    io: InputOutput | None = None
    is_plain: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_plain", self._has_nothing_around())

    def _has_nothing_around(self) -> bool:
        """Around the work of an element lie events, data, listeners, repetition, undoing, more tokens than one."""
        data = self.inputs, self.outputs, self.data, self.io not in (None, InputOutput())
        around = self.boundary_events, self.event_starts, *data, self.loop, self.handler, self.listeners
        is_job = self.type == "scriptTask" and self.script is None
        return not any(around) and self.start_quantity == 1 == self.completion_quantity and self.event is None and not is_job

    @property
    def definitions(self) -> tuple[SingleDefinition, ...]:
        """What the event waits for or throws, one by one."""
        if isinstance(self.event, MultipleDefinition):
            return self.event.definitions
        return () if self.event is None else (self.event,)

    def defines(self, kind: DefinitionKind) -> bool:
        """True for an event that has a definition of this kind, alone or beside others."""
        return any(isinstance(definition, kind) for definition in self.definitions)

    @property
    def begun_by_others(self) -> bool:
        """True for what an event or a link begins, though no flow leads to it."""
        is_link = self.type == "intermediateCatchEvent" and isinstance(self.event, LinkDefinition)
        return is_link or self.type == "boundaryEvent" or self.triggered_by_event or self.for_compensation


GATHERING = frozenset({"inclusiveGateway", "complexGateway"})
"""Gateways that wait for the tokens that can still come, not for one on each incoming flow (BPMN 2.0 §13.4.3, §13.4.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What lies ahead of the tokens around a gateway, as sets of its incoming flows (bits).

    `from_element` tells by which of them a token at an element can come without passing the gateway; an element from which
    none can be reached may be missing. `of_flow` is the bit of each incoming flow.
    """

    from_element: Mapping[str, int]
    of_flow: Mapping[str, int]


KERNEL: Final = "kernel"
"""The executor of everything that is not in another's dialect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessDefinition:
    """One executable process.

    `elements` holds the flow nodes of all depths by id, in document order; `contents` the top-level ones, `event_starts` the
    start events of the event sub-processes among them. `data` are variables that an instance begins with, `io` what it takes
    and gives. `executor` names what runs the instances: the kernel, or another that has its own form of the process in
    `program`, which nobody else looks into. `unique_key` tells among which instances a business key stands once: ``running``,
    ``ever``, or None for no such rule. `time_to_live` is how long ended instances are kept, an ISO 8601 duration. By the
    variables `business_fields` tasks and instances are found.
    """

    id: str
    name: str
    resource: str
    line: int
    elements: Mapping[str, Element]
    flows: Mapping[str, SequenceFlow]
    contents: tuple[str, ...]
    version_tag: str | None = None
    documentation: str = ""
    time_to_live: str | None = None
    event_starts: tuple[str, ...] = ()
    listeners: Listeners | None = None
    data: tuple[DataItem, ...] = ()
    io: InputOutput | None = None
    executor: str = KERNEL
    program: Any = field(default=None, repr=False, compare=False)
    unique_key: str | None = None
    business_fields: tuple[str, ...] = ()
    _ahead: dict[str, Ahead] = field(default_factory=dict, init=False, repr=False, compare=False)
    _gathers: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    _root: list[Element] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def root(self) -> Element:
        """The process itself as an element, of the type ``process``."""
        if not self._root:
            self._root.append(
                Element(
                    id=self.id,
                    type="process",
                    name=self.name,
                    parent="",
                    line=self.line,
                    contents=self.contents,
                    event_starts=self.event_starts,
                    listeners=self.listeners,
                )
            )
        return self._root[0]

    def contents_of(self, scope: str) -> tuple[str, ...]:
        """The flow nodes directly inside the process (its own id) or a sub-process."""
        return self.contents if scope == self.id else self.elements[scope].contents

    def start_events(self, scope: str) -> tuple[Element, ...]:
        """The start events directly inside `scope`, and the other events that start an instance, in document order."""
        inside = (self.elements[i] for i in self.contents_of(scope))
        return tuple(e for e in inside if e.type == "startEvent" or (e.instantiates and scope == self.id))

    def entries(self, scope: str) -> tuple[Element, ...]:
        """Where tokens may begin in `scope`: at its start events, or without any at all that no flow leads to (§13.2)."""
        starts = self.start_events(scope)
        if starts:
            return starts
        inside = (self.elements[i] for i in self.contents_of(scope))
        return tuple(e for e in inside if not e.incoming and not e.begun_by_others)

    def following(self, element: Element) -> list[str]:
        """Where a token at the element can go next: behind it, and along the flows of its boundary events."""
        undoing = () if element.handler is None else (element.handler,)
        return [*self.behind(element), *element.boundary_events, *undoing]

    def behind(self, element: Element) -> list[str]:
        """Where a token goes that leaves the element: along its flows, or by its link."""
        leaving = [self.flows[flow].target for flow in element.outgoing]
        if isinstance(element.event, LinkDefinition) and element.event.target is not None:
            leaving.append(element.event.target)
        return leaving

    def ahead_of(self, gateway: Element) -> Ahead:
        """By which incoming flows of the gateway a token of its scope can still come.

        Worked out once for each gateway, in time in proportion to its scope.
        """
        found = self._ahead.get(gateway.id)
        if found is None:
            around = {i: self.following(self.elements[i]) for i in self.contents_of(gateway.parent) if i != gateway.id}
            of_flow = {flow: 1 << n for n, flow in enumerate(gateway.incoming)}
            marks: dict[str, int] = {}
            for flow, bit in of_flow.items():
                source = self.flows[flow].source
                marks[source] = marks.get(source, 0) | bit
            found = self._ahead[gateway.id] = Ahead(from_element=marks_ahead(around, marks), of_flow=of_flow)
        return found

    def gathers(self, scope: str) -> bool:
        """True when a gateway of the scope decides by all tokens of the scope whether it waits for more."""
        found = self._gathers.get(scope)
        if found is None:
            inside = (self.elements[i] for i in self.contents_of(scope))
            found = self._gathers[scope] = any(e.type in GATHERING and len(e.incoming) > 1 for e in inside)
        return found
