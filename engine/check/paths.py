"""Can every element be reached, and, in what is too large to try out, can every parallel join complete?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.check.codes import Code
from engine.check.findings import finding
from engine.model.graphs import reachable, reversed_edges
from engine.model.process import Element, ProcessDefinition
from engine.problems import Problem, Severity

MAX_WORK: Final = 1_000_000
"""Steps that the search for endless joins may take in one process; far more than a readable diagram needs."""


def check_paths(process: ProcessDefinition) -> Iterator[Problem]:
    """Elements that no token can come to."""
    reached = reached_elements(process)
    for element in process.elements.values():
        # An element that no flow leads to was told by the reader.
        if element.id not in reached and element.incoming and _scope_is_reached(process, element, reached):
            message = f"No path from a start event leads to “{element.name or element.id}”."
            yield finding(Code.UNREACHABLE, message, process, element, severity=Severity.WARNING)


def check_joins(process: ProcessDefinition, scope: str, reached: set[str]) -> Iterator[Problem]:
    """Joins of a scope, too entangled for `engine.check.soundness`, that a choice before them can leave waiting for ever."""
    yield from _Joins(process, scope, reached).check()


def _scope_is_reached(process: ProcessDefinition, element: Element, reached: set[str]) -> bool:
    return element.parent == process.id or element.parent in reached


def reached_elements(process: ProcessDefinition) -> set[str]:
    """The elements of all scopes that a token can come to."""
    following = {
        i: [*_next(process, e), *(s.id for s in process.entries(i)), *_with_parents(process, e.event_starts)]
        for i, e in process.elements.items()
    }
    first = [start.id for start in process.entries(process.id)]
    return reachable(following, [*first, *_with_parents(process, process.event_starts)])


def _with_parents(process: ProcessDefinition, starts: Sequence[str]) -> list[str]:
    """Start events of event sub-processes, and these themselves."""
    return [*starts, *(process.elements[start].parent for start in starts)]


def _next(process: ProcessDefinition, element: Element) -> list[str]:
    """Where a token may go on from here, boundary events included."""
    return process.following(element)


@dataclass(slots=True)
class _Joins:
    """The search for joins that wait for a path which another choice leaves untaken."""

    process: ProcessDefinition
    scope: str
    reached: set[str]
    work: int = 0
    entries: set[str] = field(default_factory=set)
    following: dict[str, list[str]] = field(default_factory=dict)
    preceding: dict[str, list[str]] = field(default_factory=dict)

    def check(self) -> Iterator[Problem]:
        """A warning for each join that may wait for ever, or one that the search became too long."""
        elements = self.process.elements
        self.entries = {entry.id for scope in (self.process.id, *elements) for entry in self.process.entries(scope)}
        self.following = {node: _next(self.process, elements[node]) for node in elements}
        self.preceding = reversed_edges(self.following)
        for join in (elements[i] for i in self.process.contents_of(self.scope)):
            if join.type != "parallelGateway" or len(join.incoming) < 2 or join.id not in self.reached:
                continue
            choice = self._choice_against(join)
            if self.work > MAX_WORK:
                message = f"The joins of “{self.process.name}” from “{join.id}” on were not checked."
                yield finding(Code.TOO_LARGE_TO_CHECK, message, self.process, join, severity=Severity.WARNING)
                return
            if choice is not None:
                message = (
                    f"The parallel join “{join.name or join.id}” may wait for ever: after “{choice.name or choice.id}” "
                    "not all of the paths that it waits for are taken."
                )
                yield finding(Code.JOIN_MAY_WAIT_FOREVER, message, self.process, join, severity=Severity.WARNING)

    def _choice_against(self, join: Element) -> Element | None:
        """A choice, some branch of which leaves the join waiting for a path that only another branch of it takes."""
        before: dict[str, set[str]] = {}
        for flow in join.incoming:
            before[flow] = self._before(self.process.flows[flow].source, join.id)
            if self.work > MAX_WORK:
                return None
        for choice in (self.process.elements[i] for i in self.process.contents_of(self.scope)):
            branches = _branches(self.process, choice)
            self.work += len(branches) * len(before)
            if self.work > MAX_WORK:
                return None
            arriving = [{f for f in join.incoming if self._arrives(branch, f, before)} for branch in branches]
            together = set().union(*arriving)
            if (
                len(branches) > 1
                and any(part != together for part in arriving)
                and self._starves(join, choice, branches, arriving)
            ):
                return choice
        return None

    def _starves(self, join: Element, choice: Element, branches: list[list[str]], arriving: list[set[str]]) -> bool:
        owned = {flow for flow in set().union(*arriving) if self._only_through(choice, flow)}
        for branch, part in zip(branches, arriving, strict=True):
            missing = owned - part
            never_joins = not part and owned == set(join.incoming)
            if missing and not never_joins and not self._comes_back(branch, choice, join):
                return True
        return False

    def _arrives(self, branch: list[str], flow: str, before: Mapping[str, set[str]]) -> bool:
        flows = self.process.flows
        return any(one == flow or flows[one].target in before[flow] for one in branch)

    def _before(self, source: str, join: str) -> set[str]:
        """Everything from which a token can come to `source` without passing the join."""
        return self._search(self.preceding, [source], without=join)

    def _only_through(self, choice: Element, flow: str) -> bool:
        """True when no token can take `flow` without having passed `choice`."""
        source = self.process.flows[flow].source
        found = self._search(self.preceding, [source], without=choice.id)
        return source == choice.id or not any(node in self.entries for node in found)

    def _comes_back(self, branch: list[str], choice: Element, join: Element) -> bool:
        targets = [self.process.flows[flow].target for flow in branch]
        return choice.id in self._search(self.following, targets, without=join.id)

    def _search(self, edges: Mapping[str, list[str]], starts: list[str], *, without: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start for start in starts if start != without]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting.extend(target for target in edges[node] if target != without)
        self.work += len(seen)
        return seen


def _branches(process: ProcessDefinition, element: Element) -> list[list[str]]:
    """The ways of which one is taken: each flow of a choice; all flows of an activity, or those of an interrupting event."""
    if element.type in ("exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"):
        return [[flow] for flow in element.outgoing]
    interrupting = [list(e.outgoing) for i in element.boundary_events if (e := process.elements[i]).interrupting]
    return [list(element.outgoing), *interrupting] if interrupting else []
