"""Whether a running process can go on in another version of its diagram, told for each element instance beforehand.

An element goes to the element that the mapping names, else to the one with the same id. What it waits for stays as it was made:
the task with its people, the job, the due date. An event that the new version says differently is waited for anew; events that
are new are opened, those that are gone are closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from engine.kernel import catching, listeners, scopes
from engine.kernel.codes import Failure
from engine.kernel.events import (
    CoSigningStarted,
    IncidentRaised,
    InputKept,
    JobCreated,
    StartHeld,
    UserTaskChangeBegun,
    UserTaskCreated,
)
from engine.kernel.state import ElementInstance, Phase, Wait
from engine.model.process import Element, ProcessDefinition
from engine.model.sameness import said

if TYPE_CHECKING:
    from engine.kernel.step import Step


class Verdict(StrEnum):
    """Whether an element instance, or all of an instance, can be migrated."""

    SAFE = "safe"
    NEEDS_MAPPING = "needs mapping"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementPlan:
    """What becomes of one element instance. `reason` tells what is in the way, `notes` what will be different."""

    key: int
    element: str
    target: str | None
    verdict: Verdict = Verdict.SAFE
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """What becomes of the element instances of one process."""

    elements: tuple[ElementPlan, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        found = {plan.verdict for plan in self.elements}
        return next((v for v in (Verdict.REFUSED, Verdict.NEEDS_MAPPING) if v in found), Verdict.SAFE)


@dataclass(slots=True)
class Change:
    """How one element instance is changed: `renamed` are the elements of its waits, `arrived` the tokens of a join."""

    key: int
    target: str
    renamed: dict[str, str] = field(default_factory=dict)
    arrived: dict[str, int] | None = None
    consumed: tuple[str, ...] = ()
    close: list[Wait] = field(default_factory=list)
    open: list[catching.Planned] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Stop:
    verdict: Verdict
    reason: str


WORK = (UserTaskCreated, JobCreated, IncidentRaised, InputKept, StartHeld, CoSigningStarted, UserTaskChangeBegun)
"""Waits that go on as they are; all others are for events."""


def plan(step: Step, root: ElementInstance, target: str, mapping: Mapping[str, str]) -> tuple[MigrationPlan, list[Change]]:
    """The plan for the process instance `root`, and the changes, which may be made when all of it is safe."""
    versions = _Versions(step, step.model(root.process), step.model(target), mapping)
    plans: list[ElementPlan] = []
    changes: list[Change] = []
    for instance in _inside(step, root):
        found = versions.change(instance)
        wanted = versions.target_of(instance.element)
        if isinstance(found, _Stop):
            plans.append(
                ElementPlan(
                    key=instance.key, element=instance.element, target=wanted, verdict=found.verdict, reason=found.reason
                )
            )
        else:
            changes.append(found)
            plans.append(
                ElementPlan(key=instance.key, element=instance.element, target=wanted, notes=tuple(dict.fromkeys(found.notes)))
            )
    return MigrationPlan(elements=tuple(plans)), changes


def _inside(step: Step, root: ElementInstance) -> Iterator[ElementInstance]:
    """The process and everything in it; called processes are not of it."""
    state = step.state
    keys = [root.key]
    for key in keys:
        instance = state.elements[key]
        yield instance
        keys += [inner for inner in state.children.get(key, ()) if not step.is_root(state.elements[inner])]


@dataclass(frozen=True, slots=True)
class _Versions:
    """Two versions of a process, and which element takes the place of which."""

    step: Step
    source: ProcessDefinition
    target: ProcessDefinition
    mapping: Mapping[str, str]

    def target_of(self, element: str) -> str | None:
        """The id in the new version."""
        if element == self.source.id and element not in self.mapping:
            return self.target.id
        wanted = self.mapping.get(element, element)
        return wanted if wanted in self.target.elements else None

    def change(self, instance: ElementInstance) -> Change | _Stop:
        """What migrating the element instance means."""
        if instance.element not in self.source.elements:
            found = Change(instance.key, self.target.id, _renamed(self.source.id, self.target.id))
            stopped = self._kept(instance, found) or self._listening(instance, self.source, self.target)
            if stopped is not None:
                return stopped
            return self._events(instance, found, self.source.event_starts, self.target.event_starts)
        before = self.source.elements[instance.element]
        wanted = self.target_of(before.id)
        if wanted is None:
            return _Stop(Verdict.NEEDS_MAPPING, self._missing(before))
        after = self.target.elements[wanted]
        reason = self._why_not(before, after)
        if reason is not None:
            return _Stop(Verdict.REFUSED, reason)
        found = Change(instance.key, wanted, _renamed(before.id, wanted))
        stopped = self._tokens(instance, before, after, found) if instance.is_join else self._kept(instance, found)
        stopped = stopped or self._listening(instance, before, after)
        if stopped is not None:
            return stopped
        if instance.is_join:
            return found
        return self._events(instance, found, self._awaited(instance, before), self._awaited(instance, after))

    def _kept(self, instance: ElementInstance, found: Change) -> _Stop | None:
        """What can still be undone is undone by the handlers of the new version."""
        records = [*(instance.kept or ()), *(instance.undo or ())]
        for undo in records:
            records += undo.inside or ()
            wanted = self.target_of(undo.element)
            label = f"What {undo.element!r} did can still be undone"
            if wanted is None:
                told = f"{label}. Say which element takes its place in the new version."
                return _Stop(Verdict.NEEDS_MAPPING, told)
            handler = self.target.elements[wanted].handler
            if (handler is None) != (undo.handler is None):
                told = f"{label}, and {wanted!r} is not undone in the same way in the new version."
                return _Stop(Verdict.REFUSED, told)
            found.renamed[undo.element] = wanted
            if undo.handler is not None and handler is not None:
                found.renamed[undo.handler] = handler
        return None

    def _listening(
        self, instance: ElementInstance, before: Element | ProcessDefinition, after: Element | ProcessDefinition
    ) -> _Stop | None:
        reason = listeners.why_not_in(self.target, instance, before, after)
        return None if reason is None else _Stop(Verdict.REFUSED, reason)

    def _missing(self, element: Element) -> str:
        told = self.mapping.get(element.id)
        label = element.name or element.id
        if told is not None:
            return f"The mapping sends {label!r} to {told!r}, which the new version does not have."
        return f"The new version has no element {element.id!r}. Say which element takes the place of {label!r}."

    def _why_not(self, before: Element, after: Element) -> str | None:
        label = before.name or before.id
        if (before.type, type(before.event)) != (after.type, type(after.event)) and before.type != "boundaryEvent":
            return f"{label!r} is a {_kind(before)} and cannot become the {_kind(after)} {after.id!r}."
        if before.triggered_by_event != after.triggered_by_event:
            return f"{label!r} and {after.id!r} are not both event sub-processes."
        if _loop(before) != _loop(after):
            return f"{label!r} and {after.id!r} do not repeat in the same way (loop, order, output collection)."
        if self.target_of(before.parent) != after.parent:
            return f"{after.id!r} lies in another sub-process than {label!r}; a token cannot change its scope by a migration."
        return None

    def _tokens(self, join: ElementInstance, before: Element, after: Element, found: Change) -> _Stop | None:
        if before.start_quantity != after.start_quantity:
            quantities = f"{before.start_quantity} tokens, and {after.id!r} for {after.start_quantity}"
            told = f"{before.name or before.id!r} waits for {quantities}."
            return _Stop(Verdict.REFUSED, told)
        found.arrived = {}
        for flow, count in join.arrived.items():
            wanted = self._flow(flow, after)
            if wanted is None:
                told = f"{before.name or before.id!r} has a token by the flow {flow!r}, and the new version has no such flow."
                return _Stop(Verdict.NEEDS_MAPPING, f"{told} Map it to one of {', '.join(after.incoming)}.")
            found.arrived[wanted] = found.arrived.get(wanted, 0) + count
        consumed = {wanted for flow in join.consumed if (wanted := self._flow(flow, after)) is not None}
        if (before.activation is None) is not (after.activation is None) or (join.consumed and not consumed):
            return _Stop(Verdict.REFUSED, f"{before.name or before.id!r} cannot wait for reset in {after.id!r}.")
        found.consumed = tuple(sorted(consumed))
        return None

    def _flow(self, flow: str, join: Element) -> str | None:
        """The flow into the join that stands for a flow of the old version."""
        if flow in self.mapping:
            return self.mapping[flow] if self.mapping[flow] in join.incoming else None
        if flow in join.incoming:
            return flow
        origin = self.target_of(self.source.flows[flow].source)
        same = [i for i in join.incoming if self.target.flows[i].source == origin]
        return same[0] if len(same) == 1 else None

    def _awaited(self, instance: ElementInstance, element: Element) -> tuple[str, ...]:
        """The events beside or behind the element that may be waited for at this element instance."""
        flows = (self.source if element is self.source.elements.get(element.id) else self.target).flows
        if element.type == "eventBasedGateway":
            return tuple(flows[flow].target for flow in element.outgoing)
        is_turn = instance.loop_index is not None
        is_body = element.loop is not None and not is_turn
        return (() if is_turn else element.boundary_events) + (() if is_body else element.event_starts)

    def _events(
        self, instance: ElementInstance, found: Change, before: tuple[str, ...], after: tuple[str, ...]
    ) -> Change | _Stop:
        """Which waits for events stay, close and open."""
        anew: list[str] = []
        for wait in instance.waits.values():
            if isinstance(wait, WORK):
                continue
            wanted = self.target_of(wait.element)
            if wanted is None or (wait.element in before and wanted not in after):
                found.close.append(wait)
                found.notes.append(f"The event {wait.element!r} is no longer waited for.")
            elif self._is_same(wait.element, wanted):
                if wanted != wait.element:
                    found.renamed[wait.element] = wanted
            else:
                found.close.append(wait)
                anew.append(wanted)
        known = {self.target_of(element) for element in before}
        if instance.phase is Phase.WAITING and not scopes.is_interrupted(self.step, instance):
            anew += [element for element in after if element not in known]
        return self._open(instance, found, anew)

    def _is_same(self, before: str, after: str) -> bool:
        old, new = self.source.elements[before], self.target.elements[after]
        return old.interrupting == new.interrupting and said(old.event) == said(new.event)

    def _open(self, instance: ElementInstance, found: Change, anew: list[str]) -> Change | _Stop:
        for event in (self.target.elements[element] for element in dict.fromkeys(anew)):
            plans = catching.plan(self.step, instance, event)
            if isinstance(plans, Failure):
                return _Stop(Verdict.REFUSED, f"The event {event.id!r} cannot be waited for: {plans.message}")
            found.open += plans
            if plans:
                found.notes.append(f"The event {event.id!r} is waited for anew.")
        return found


def _renamed(before: str, after: str) -> dict[str, str]:
    return {} if before == after else {before: after}


def _loop(element: Element) -> Any:
    loop = element.loop
    if loop is None:
        return None
    return type(loop), getattr(loop, "sequential", None), getattr(loop, "output_collection", None) is None


def _kind(element: Element) -> str:
    event = type(element.event).__name__.removesuffix("Definition").lower() if element.event is not None else ""
    return f"{event} {element.type}".strip()
