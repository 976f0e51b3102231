"""Joins that can wait for ever, and paths that come together without a join: told with the way that leads there.

A scope is explored as a net of tokens (`engine.check.net`), in which data, people and time may choose anything. Where that is
too much, joins are compared with the choices before them (`engine.check.paths`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.check.codes import Code
from engine.check.exploration import Exploration, Step, explore
from engine.check.findings import finding
from engine.check.net import Node, net_of
from engine.check.paths import check_joins
from engine.model.graphs import reachable
from engine.model.process import (
    ConditionalDefinition,
    Element,
    ErrorDefinition,
    EscalationDefinition,
    MessageDefinition,
    ProcessDefinition,
    SignalDefinition,
    TimerDefinition,
)
from engine.problems import Problem, Severity

MAX_TOLD: Final = 100
"""Ways to get stuck that are looked at in one scope."""
_KINDS: Final[Mapping[type, str]] = {
    TimerDefinition: "timer",
    MessageDefinition: "message",
    ErrorDefinition: "error",
    SignalDefinition: "signal",
    EscalationDefinition: "escalation",
    ConditionalDefinition: "condition",
}
"""How messages call an event without a name."""
_PASSED: Final = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "intermediateThrowEvent")


def check_soundness(process: ProcessDefinition, reached: set[str]) -> Iterator[Problem]:
    """What can get stuck or run twice, in each scope that a token can come to."""
    for scope in (process.id, *(e.id for e in process.elements.values() if e.contents and e.id in reached)):
        net = net_of(process, scope)
        if net is None:
            continue
        found = explore(net)
        stuck = list(_stuck(found, scope))
        yield from stuck
        yield from _meetings(found)
        if not found.whole:
            told = {problem.element for problem in stuck}
            yield from (problem for problem in check_joins(process, scope, reached) if problem.element not in told)


def _stuck(found: Exploration, scope: str) -> Iterator[Problem]:
    told: set[str] = set()
    process = found.net.process
    verb = "waits" if _always(found, scope) else "may wait"
    for marking in found.stuck[:MAX_TOLD]:
        for node in _waiting(found, marking):
            if node.element.id not in told:
                told.add(node.element.id)
                message = f"{_named(node.element)} {verb} for ever: {_why(found, marking, node)}"
                yield finding(Code.JOIN_MAY_WAIT_FOREVER, message, process, node.element, severity=Severity.WARNING)


def _always(found: Exploration, scope: str) -> bool:
    """True when every run of the process gets stuck there, and nothing but people could end it."""
    process = found.net.process
    rescued = any(e.type == "boundaryEvent" or e.triggered_by_event for e in process.elements.values())
    return scope == process.id and found.whole and not (found.ends or found.meetings or rescued)


def _waiting(found: Exploration, marking: int) -> Iterator[Node]:
    """The joins of a marking, without those that wait only since another one does."""
    joins = {node.element.id: node for node in found.net.waiting(marking)}
    lacks = {i: {found.net.process.flows[f].source for f in _missing(found, marking, node)} for i, node in joins.items()}
    following = _following(found)
    behind = {i: reachable(following, [i]) for i in joins}
    leads = {(one, to) for one in joins for to in joins if one != to and lacks[to] & behind[one]}
    for name, node in joins.items():
        if not any((other, name) in leads and (name, other) not in leads for other in joins):
            yield node


def _following(found: Exploration) -> dict[str, list[str]]:
    process = found.net.process
    return {node.element.id: process.following(node.element) for node in found.net.nodes}


def _missing(found: Exploration, marking: int, node: Node) -> list[str]:
    return [f for f in node.element.incoming if not marking >> found.net.place_of[f] & 1]


def _why(found: Exploration, marking: int, node: Node) -> str:
    """What the join lacks, and the choice that took it away."""
    process = found.net.process
    missing = [process.flows[f] for f in _missing(found, marking, node)]
    lacking = " and ".join(f"“{_label(process.elements[source])}”" for source in dict.fromkeys(f.source for f in missing[:3]))
    choice = _choice_against(found, marking, {flow.source for flow in missing} | {node.element.id})
    if choice is None:
        return f"no token comes from {lacking}, and the join needs one on each of its flows."
    return f"{_taken(process, choice)}, no token comes from {lacking}, and the join needs one on each of its flows."


def _choice_against(found: Exploration, marking: int, missing: set[str]) -> Step | None:
    """The last choice on the way, another option of which leads to what is missing."""
    following = _following(found)
    for step in found.way_to(marking):
        others = [option for option in step.node.options if option is not step.option]
        ahead = {node.element.id for option in others for node in found.net.waiting(option.places)}
        reached = reachable(following, ahead)
        if others and missing & reached:
            return step
    return None


def _taken(process: ProcessDefinition, choice: Step) -> str:
    """“when “Approve?” goes on to “Reject””, or “when “Late” happens at “Work””."""
    element, taken = choice.node.element, choice.option.taken
    if taken is None or (taken not in process.elements and taken not in process.flows):
        return f"when “{_label(element)}” goes on without a condition"
    if taken in process.elements:
        event = process.elements[taken]
        what = f"“{event.name}”" if event.name else f"the {_KINDS.get(type(event.event), 'event')}"
        return f"when {what} happens at “{_label(element)}”"
    flow = process.flows[taken]
    by = f"takes “{flow.name}”" if flow.name else f"goes on to “{_label(process.elements[flow.target])}”"
    return f"when “{_label(element)}” {by}"


def _meetings(found: Exploration) -> Iterator[Problem]:
    """Tokens that come together without a join, at the first element that runs once for each of them."""
    process = found.net.process
    told: set[str] = set()
    for step in found.meetings:
        merge = step.node.element
        if merge.id in told or not _matters(process, merge):
            continue
        told.add(merge.id)
        fork = _fork_before(found, step)
        began = f"The paths that “{_label(fork)}” begins at once" if fork is not None else "Several tokens"
        message = f"{began} come to “{_label(merge)}” without a join, so from there on everything runs several times."
        yield finding(Code.PATHS_NOT_JOINED, message, process, merge, severity=Severity.WARNING)


def _matters(process: ProcessDefinition, merge: Element) -> bool:
    """False where nothing but gateways and ends without a trigger stand behind: it is all the same how often those run."""
    ahead = reachable({e.id: process.behind(e) for e in process.elements.values()}, [merge.id])
    elements = [process.elements[i] for i in ahead]
    return any(e.type not in (*_PASSED, "endEvent") or e.event is not None for e in elements)


def _fork_before(found: Exploration, meeting: Step) -> Element | None:
    """The last element on the way that sent out several tokens which can come to the meeting by different flows."""
    following = _following(found)
    for step in found.way_to(meeting.marking):
        targets = [node.element.id for node in found.net.waiting(step.option.places)]
        if sum(meeting.node.element.id in reachable(following, [target]) for target in targets) > 1:
            return step.node.element
    return None


def _named(element: Element) -> str:
    kind = {"parallelGateway": "The parallel join", "inclusiveGateway": "The inclusive join"}.get(element.type, "The element")
    return f"{kind} “{_label(element)}”"


def _label(element: Element) -> str:
    return element.name or element.id
