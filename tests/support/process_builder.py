"""A fluent builder of process definitions for tests, without XML.

    builder = ProcessBuilder("p").start().user_task("a").exclusive("g").when("=x > 1").end("big")
    definition = builder.move_to("g").otherwise().end("small").build()

Each element is joined to the current one by a flow with the id ``source>target``; `move_to` changes the current element,
`connect` draws a flow to an element that exists. Texts that begin with ``=`` are FEEL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.bpmn.processes import linked
from engine.feel import compile_expression
from engine.model.expression import Expression
from engine.model.process import (
    AdHoc,
    CalledDecision,
    CalledProcess,
    CompensationDefinition,
    ConditionalDefinition,
    Element,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    JobDetail,
    LinkDefinition,
    Listeners,
    MessageDefinition,
    MultiInstance,
    MultipleDefinition,
    ProcessDefinition,
    ScriptDetail,
    SequenceFlow,
    SignalDefinition,
    SingleDefinition,
    StandardLoop,
    TaskListeners,
    TerminateDefinition,
    TimerDefinition,
    UserTaskDetail,
    VariableMapping,
)


def expression(text: str) -> Expression:
    """FEEL when it starts with ``=``, else the text itself."""
    return Expression(text[1:], compile_expression(text[1:])) if text.startswith("=") else Expression(text)


def _optional(text: str | None) -> Expression | None:
    return None if text is None else expression(text)


def timer(kind: str, text: str) -> TimerDefinition:
    """`kind` is date, duration or cycle."""
    return TimerDefinition(kind=kind, expression=expression(text))


def message(name: str, key: str | None = None) -> MessageDefinition:
    """A message with its correlation key."""
    return MessageDefinition(name=expression(name), correlation_key=_optional(key))


def error(code: str | None = None) -> ErrorDefinition:
    """An error; without code it catches all."""
    return ErrorDefinition(code=_optional(code))


def escalation(code: str | None = None) -> EscalationDefinition:
    """An escalation; without code it catches all."""
    return EscalationDefinition(code=_optional(code))


def signal(name: str) -> SignalDefinition:
    """A signal by its name."""
    return SignalDefinition(name=expression(name))


def conditional(condition: str) -> ConditionalDefinition:
    """A condition, in FEEL."""
    return ConditionalDefinition(condition=expression(condition))


def any_of(*definitions: SingleDefinition) -> MultipleDefinition:
    """A multiple event: any of these, or all where they are thrown."""
    return MultipleDefinition(definitions=definitions)


def these(*definitions: SingleDefinition) -> MultipleDefinition:
    """A parallel multiple event: all of these."""
    return MultipleDefinition(definitions=definitions, parallel=True)


def link(name: str) -> LinkDefinition:
    """One end of a link; `build` finds the other."""
    return LinkDefinition(name=name)


def each(
    collection: str | None = None,
    element: str | None = None,
    *,
    sequential: bool = False,
    output: tuple[str, str] | None = None,
    until: str | None = None,
    times: str | None = None,
) -> MultiInstance:
    """Multi-instance over a collection, or a number of times; `output` is (collection, element)."""
    return MultiInstance(
        sequential=sequential,
        input_collection=_optional(collection),
        input_element=element,
        output_collection=output[0] if output else None,
        output_element=expression(output[1]) if output else None,
        completion_condition=_optional(until),
        cardinality=_optional(times),
    )


def repeat(condition: str | None = None, *, before: bool = False, most: int | None = None) -> StandardLoop:
    """A standard loop: while the condition holds, at most so often; `before` asks before the first turn, too."""
    return StandardLoop(condition=_optional(condition), test_before=before, maximum=most)


def listening(*, before_all: Sequence[str] = (), start: Sequence[str] = (), end: Sequence[str] = ()) -> Listeners:
    """Execution listeners by their job types, each with three tries."""

    def jobs(types: Sequence[str]) -> tuple[JobDetail, ...]:
        return tuple(JobDetail(type=expression(text), retries=expression("3")) for text in types)

    return Listeners(before_all=jobs(before_all), start=jobs(start), end=jobs(end))


def task_listening(
    headers: Mapping[str, str] | None = None,
    *,
    creating: Sequence[str] = (),
    assigning: Sequence[str] = (),
    completing: Sequence[str] = (),
) -> TaskListeners:
    """Listeners of a user task by their job types, each with the same headers."""

    def jobs(types: Sequence[str]) -> tuple[JobDetail, ...]:
        return tuple(JobDetail(type=expression(text), retries=expression("3"), headers=headers or {}) for text in types)

    return TaskListeners(creating=jobs(creating), assigning=jobs(assigning), completing=jobs(completing))


def _mappings(entries: Mapping[str, str] | None) -> tuple[VariableMapping, ...]:
    return tuple(VariableMapping(source=expression(source), target=target) for target, source in (entries or {}).items())


def _binding(fields: dict[str, Any]) -> dict[str, Any]:
    return {"binding": fields.pop("binding", "deployment"), "version_tag": fields.pop("version_tag", None)}


class ProcessBuilder:
    """Collects elements and flows; `build` makes the definition."""

    def __init__(self, process: str = "p", listeners: Listeners | None = None) -> None:
        self._process = process
        self._listeners = listeners
        self._elements: dict[str, Element] = {}
        self._flows: dict[str, SequenceFlow] = {}
        self._scopes = [process]
        self._current: str | None = None
        self._condition: str | None = None
        self._default = False
        self._inside: list[str | None] = []

    # -- the shape -------------------------------------------------------------------------------------------------------

    def add(self, type_: str, id_: str, **fields: Any) -> ProcessBuilder:
        """Add an element after the current one and make it the current one."""
        inputs, outputs = fields.pop("inputs", None), fields.pop("outputs", None)
        self._elements[id_] = Element(
            id=id_,
            type=type_,
            name=fields.pop("name", ""),
            parent=self._scopes[-1],
            line=len(self._elements) + 1,
            inputs=_mappings(inputs),
            outputs=_mappings(outputs),
            **fields,
        )
        if self._current is not None:
            self.connect(id_)
        self._current = id_
        return self

    def connect(self, target: str) -> ProcessBuilder:
        """Draw a flow from the current element to `target`, which may still be to come."""
        assert self._current is not None, "there is nothing to draw a flow from"
        id_ = f"{self._current}>{target}"
        while id_ in self._flows:
            id_ += "'"
        self._flows[id_] = SequenceFlow(
            id=id_, name="", source=self._current, target=target, condition=_optional(self._condition)
        )
        if self._default:
            self._elements[self._current] = replace(self._elements[self._current], default_flow=id_)
        self._condition, self._default = None, False
        return self

    def when(self, condition: str) -> ProcessBuilder:
        """The condition of the next flow."""
        self._condition = condition
        return self

    def otherwise(self) -> ProcessBuilder:
        """The next flow is the default flow."""
        self._default = True
        return self

    def move_to(self, id_: str) -> ProcessBuilder:
        """Go on from this element."""
        self._current = id_
        return self

    def apart(self) -> ProcessBuilder:
        """The next element has no incoming flow."""
        self._current = None
        return self

    def sub_process(self, id_: str, **fields: Any) -> ProcessBuilder:
        """Open an embedded sub-process, or a transaction (`kind`); what follows lies in it, until `done`."""
        self.add(fields.pop("kind", "subProcess"), id_, **fields)
        self._inside.append(id_)
        self._scopes.append(id_)
        self._current = None
        return self

    def event_sub_process(
        self, id_: str, event: EventDefinition, *, interrupting: bool = True, start: str | None = None, **fields: Any
    ) -> ProcessBuilder:
        """Open an event sub-process in the current scope, with its start event (``start`` or ``id>start``), until `done`.

        What was current is so again after `done`.
        """
        before, self._current = self._current, None
        outputs = fields.pop("outputs", None)
        self.add("subProcess", id_, triggered_by_event=True, **fields)
        self._inside.append(before)
        self._scopes.append(id_)
        return self.start(start or f"{id_}_start", event, interrupting=interrupting, outputs=outputs)

    def ad_hoc(self, id_: str, **fields: Any) -> ProcessBuilder:
        """Open an ad-hoc sub-process; `until` and `begin` are texts, the elements in it are drawn `apart`."""
        detail = AdHoc(
            sequential=fields.pop("sequential", False),
            completion_condition=_optional(fields.pop("until", None)),
            cancel_remaining=fields.pop("cancel", True),
            active_elements=_optional(fields.pop("begin", None)),
        )
        self.add("adHocSubProcess", id_, ad_hoc=detail, **fields)
        self._inside.append(id_)
        self._scopes.append(id_)
        self._current = None
        return self

    def done(self) -> ProcessBuilder:
        """Close the sub-process, which becomes the current element."""
        self._scopes.pop()
        self._current = self._inside.pop()
        return self

    def boundary(
        self, id_: str, host: str, event: EventDefinition, *, interrupting: bool = True, **fields: Any
    ) -> ProcessBuilder:
        """Attach a boundary event and go on from it."""
        self._current = None
        self.add("boundaryEvent", id_, event=event, attached_to=host, interrupting=interrupting, **fields)
        self._elements[id_] = replace(self._elements[id_], parent=self._elements[host].parent)
        return self

    def undone_by(self, handler: str, activity: str, **fields: Any) -> ProcessBuilder:
        """A user task that undoes an activity, by a compensation boundary event; what was current is so again after it."""
        before = self._current
        self.boundary(f"{activity}_undo", activity, CompensationDefinition())
        self._current = None
        self.user_task(handler, for_compensation=True, **fields)
        self._elements[handler] = replace(self._elements[handler], parent=self._elements[activity].parent)
        self._elements[activity] = replace(self._elements[activity], handler=handler)
        self._current = before
        return self

    def quantities(self, id_: str, tokens: int) -> ProcessBuilder:
        """An activity that takes so many tokens to begin, and sends as many."""
        self._elements[id_] = replace(self._elements[id_], start_quantity=tokens, completion_quantity=tokens)
        return self

    def compensate(self, id_: str, activity: str | None = None, *, wait: bool = True) -> ProcessBuilder:
        """An intermediate compensation throw event."""
        return self.throw(id_, CompensationDefinition(activity=activity, wait=wait))

    def target_of(self, source: str) -> str:
        """Where the first flow of an element leads."""
        return next(flow.target for flow in self._flows.values() if flow.source == source)

    # -- the elements ----------------------------------------------------------------------------------------------------

    def start(self, id_: str = "start", event: EventDefinition | None = None, **fields: Any) -> ProcessBuilder:
        """A start event."""
        return self.apart().add("startEvent", id_, event=event, **fields)

    def end(self, id_: str = "end", event: EventDefinition | None = None, **fields: Any) -> ProcessBuilder:
        """An end event."""
        return self.add("endEvent", id_, event=event, **fields)

    def terminate(self, id_: str = "terminate", **fields: Any) -> ProcessBuilder:
        """A terminate end event."""
        return self.end(id_, TerminateDefinition(), **fields)

    def catch(self, id_: str, event: EventDefinition, **fields: Any) -> ProcessBuilder:
        """An intermediate catch event."""
        return self.add("intermediateCatchEvent", id_, event=event, **fields)

    def throw(self, id_: str, event: EventDefinition | None = None, **fields: Any) -> ProcessBuilder:
        """An intermediate throw event."""
        return self.add("intermediateThrowEvent", id_, event=event, **fields)

    def task(self, id_: str, **fields: Any) -> ProcessBuilder:
        """A plain task."""
        return self.add("task", id_, **fields)

    def user_task(self, id_: str, *, form: str | None = None, **fields: Any) -> ProcessBuilder:
        """A user task; assignee, candidate_groups, candidate_users, due_date, follow_up_date and priority are texts."""
        names = ("assignee", "candidate_groups", "candidate_users", "due_date", "follow_up_date", "priority")
        detail: dict[str, Any] = {name: expression(fields.pop(name)) for name in names if name in fields}
        detail["listeners"] = fields.pop("task_listeners", None)
        return self.add("userTask", id_, user_task=UserTaskDetail(form_id=form, **detail), **fields)

    def service(
        self, id_: str, type_: str = "work", retries: str = "3", headers: Mapping[str, str] | None = None, **fields: Any
    ) -> ProcessBuilder:
        """A service task."""
        job = JobDetail(type=expression(type_), retries=expression(retries), headers=headers or {})
        return self.add(fields.pop("kind", "serviceTask"), id_, job=job, **fields)

    def script(self, id_: str, result: str, text: str, **fields: Any) -> ProcessBuilder:
        """A script task: the value of `text` goes to `result`."""
        return self.add("scriptTask", id_, script=ScriptDetail(expression=expression(text), result_variable=result), **fields)

    def decision(self, id_: str, decision: str, result: str, **fields: Any) -> ProcessBuilder:
        """A business rule task."""
        called = CalledDecision(decision_id=expression(decision), result_variable=result, **_binding(fields))
        return self.add("businessRuleTask", id_, decision=called, **fields)

    def receive(self, id_: str, event: MessageDefinition, **fields: Any) -> ProcessBuilder:
        """A receive task."""
        return self.add("receiveTask", id_, event=event, **fields)

    def call(self, id_: str, process: str, *, give_all: bool = True, take_all: bool = True, **fields: Any) -> ProcessBuilder:
        """A call activity."""
        called = CalledProcess(
            process_id=expression(process),
            propagate_all_parent_variables=give_all,
            propagate_all_child_variables=take_all,
            **_binding(fields),
        )
        return self.add("callActivity", id_, called=called, **fields)

    def exclusive(self, id_: str, **fields: Any) -> ProcessBuilder:
        """An exclusive gateway."""
        return self.add("exclusiveGateway", id_, **fields)

    def parallel(self, id_: str, **fields: Any) -> ProcessBuilder:
        """A parallel gateway."""
        return self.add("parallelGateway", id_, **fields)

    def inclusive(self, id_: str, **fields: Any) -> ProcessBuilder:
        """An inclusive gateway."""
        return self.add("inclusiveGateway", id_, **fields)

    def complex(self, id_: str, activation: str | None = None) -> ProcessBuilder:
        """A complex gateway."""
        return self.add("complexGateway", id_, activation=_optional(activation))

    def event_based(self, id_: str, **fields: Any) -> ProcessBuilder:
        """An event-based gateway."""
        return self.add("eventBasedGateway", id_, **fields)

    # -- the result ------------------------------------------------------------------------------------------------------

    def build(self) -> ProcessDefinition:
        """The process as the kernel runs it."""
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        contents: dict[str, list[str]] = {}
        attached: dict[str, list[str]] = {}
        for flow in self._flows.values():
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        for element in self._elements.values():
            contents.setdefault(element.parent, []).append(element.id)
            if element.attached_to is not None:
                attached.setdefault(element.attached_to, []).append(element.id)
        event_starts = {
            scope: tuple(start for i in inside if self._elements[i].triggered_by_event for start in contents[i][:1])
            for scope, inside in contents.items()
        }
        elements = {
            id_: replace(
                element,
                incoming=tuple(incoming.get(id_, ())),
                outgoing=tuple(outgoing.get(id_, ())),
                contents=tuple(contents.get(id_, ())),
                event_starts=event_starts.get(id_, ()),
                boundary_events=tuple(attached.get(id_, ())),
            )
            for id_, element in self._elements.items()
        }
        for element in list(elements.values()):
            if isinstance(element.event, CompensationDefinition) and element.type == "startEvent":
                owner = elements[element.parent].parent
                if owner in elements and elements[owner].handler is None:
                    elements[owner] = replace(elements[owner], handler=element.parent)
        return ProcessDefinition(
            id=self._process,
            name=self._process,
            resource="test.bpmn",
            line=1,
            elements=linked(elements),
            flows=self._flows,
            contents=tuple(contents.get(self._process, ())),
            event_starts=event_starts.get(self._process, ()),
            listeners=self._listeners,
        )
