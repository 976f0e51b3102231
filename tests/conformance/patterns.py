"""The 43 control-flow patterns (Russell, ter Hofstede, van der Aalst, Mulyar, 2006; workflowpatterns.com), and how each is run.

`python -m tests.conformance.patterns` writes the drawings anew. Each pattern's test is called `test_wcp_` and its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conformance.pattern_drawings import branching, instances, states
from tests.support.sketch.file import bpmn_file
from tests.support.sketch.rows import Sketch

FOLDER: Final = Path(__file__).parent / "patterns"
RUN_SEVERAL_TIMES: Final = (8, 12, 33)
DIRECT, DRAWN = "directly", "by a drawing"


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """`verdict` is DIRECT where an element does it, DRAWN where several do together; `how` names them, `limit` what lacks."""

    number: int
    name: str
    verdict: str
    how: str
    draw: Callable[[], Sketch]
    limit: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the deploy check says of it: where a path is meant to run several times, that it will."""
        return ("CHECK-3015",) if self.number in RUN_SEVERAL_TIMES else ()

    @property
    def file(self) -> Path:
        """Its drawing."""
        return FOLDER / f"wcp{self.number:02}.bpmn"


def _direct(number: int, name: str, draw: Callable[[], Sketch], how: str, limit: str = "") -> Pattern:
    return Pattern(number=number, name=name, verdict=DIRECT, how=how, draw=draw, limit=limit)


def _drawn(number: int, name: str, draw: Callable[[], Sketch], how: str, limit: str = "") -> Pattern:
    return Pattern(number=number, name=name, verdict=DRAWN, how=how, draw=draw, limit=limit)


PATTERNS: Final = (
    _direct(1, "Sequence", branching.sequence, "sequence flow"),
    _direct(2, "Parallel Split", branching.parallel_split, "parallel gateway"),
    _direct(3, "Synchronization", branching.synchronization, "parallel gateway"),
    _direct(4, "Exclusive Choice", branching.exclusive_choice, "exclusive gateway"),
    _direct(5, "Simple Merge", branching.simple_merge, "exclusive gateway"),
    _direct(6, "Multi-Choice", branching.multi_choice, "inclusive gateway, or conditional flows out of an activity"),
    _direct(7, "Structured Synchronizing Merge", branching.structured_synchronizing_merge, "inclusive gateway"),
    _direct(8, "Multi-Merge", branching.multi_merge, "exclusive gateway, or several flows into an activity"),
    _direct(9, "Structured Discriminator", branching.structured_discriminator, "complex gateway, `activationCount >= 1`"),
    _direct(
        10, "Arbitrary Cycles", instances.arbitrary_cycles, "sequence flows lead back, into and out of a loop at any place"
    ),
    _direct(11, "Implicit Termination", instances.implicit_termination, "an instance ends when nothing is left to do"),
    _drawn(
        12,
        "Multiple Instances without Synchronization",
        instances.without_synchronization,
        "a loop through a parallel gateway, which lets one more begin in each turn; what follows each turn of a multi-instance "
        'is drawn with `behavior="None"`',
    ),
    _direct(
        13,
        "Multiple Instances with a Priori Design-Time Knowledge",
        instances.design_time_knowledge,
        "multi-instance with a number as `loopCardinality`",
    ),
    _direct(
        14,
        "Multiple Instances with a Priori Run-Time Knowledge",
        instances.run_time_knowledge,
        "multi-instance over `inputCollection`, or with an expression as `loopCardinality`",
    ),
    _direct(
        15,
        "Multiple Instances without a Priori Run-Time Knowledge",
        instances.unknown_number,
        "ad-hoc sub-process, whose activities can be begun again while it is active",
    ),
    _direct(16, "Deferred Choice", states.deferred_choice, "event-based gateway"),
    _drawn(
        17,
        "Interleaved Parallel Routing",
        states.interleaved_parallel_routing,
        "parallel branches and conditional events on a list of those who wait for their turn",
    ),
    _drawn(
        18, "Milestone", states.milestone, "conditional events on a variable that holds the state; one of them at the border"
    ),
    _direct(19, "Cancel Task", states.cancel_task, "interrupting boundary event"),
    _direct(20, "Cancel Case", states.cancel_case, "interrupting event sub-process, terminate end event, or by an operator"),
    _direct(21, "Structured Loop", instances.structured_loop, "loop marker, asked before or after each turn"),
    _direct(22, "Recursion", instances.recursion, "call activity that calls its own process", "100 calls deep at most."),
    _direct(23, "Transient Trigger", states.transient_trigger, "signal event"),
    _direct(24, "Persistent Trigger", states.persistent_trigger, "message event; a message is kept for its time to live"),
    _drawn(
        25,
        "Cancel Region",
        states.cancel_region,
        "sub-process with an interrupting boundary event",
        "The region is one sub-process; it cannot be put together from parts of several.",
    ),
    _direct(26, "Cancel Multiple Instance Activity", states.cancel_instances, "interrupting boundary event"),
    _drawn(
        27,
        "Complete Multiple Instance Activity",
        states.complete_instances,
        "interrupting boundary event whose flow joins the usual way",
    ),
    _direct(
        28, "Blocking Discriminator", branching.blocking_discriminator, "complex gateway, which keeps tokens of the next round"
    ),
    _drawn(
        29,
        "Cancelling Discriminator",
        branching.cancelling_discriminator,
        "sub-process whose first branch reaches a terminate end event",
    ),
    _direct(30, "Structured Partial Join", branching.structured_partial_join, "complex gateway, `activationCount >= n`"),
    _direct(
        31, "Blocking Partial Join", branching.blocking_partial_join, "complex gateway, which keeps tokens of the next round"
    ),
    _drawn(
        32,
        "Cancelling Partial Join",
        branching.cancelling_partial_join,
        "sub-process with a complex gateway before a terminate end event",
    ),
    _direct(
        33,
        "Generalised AND-Join",
        branching.generalised_and_join,
        "parallel gateway, which keeps what a branch brings too early",
    ),
    _drawn(
        34,
        "Static Partial Join for Multiple Instances",
        instances.static_partial_join,
        "multi-instance sub-process that escalates when enough are done, to a boundary event that interrupts nothing",
    ),
    _direct(
        35,
        "Cancelling Partial Join for Multiple Instances",
        instances.cancelling_partial_join,
        "multi-instance with a completion condition",
    ),
    _drawn(
        36,
        "Dynamic Partial Join for Multiple Instances",
        instances.dynamic_partial_join,
        "ad-hoc sub-process that keeps what is active, and escalates when enough are done",
    ),
    _direct(37, "Local Synchronizing Merge", branching.local_synchronizing_merge, "inclusive gateway"),
    _direct(38, "General Synchronizing Merge", branching.general_synchronizing_merge, "inclusive gateway, in loops, too"),
    _drawn(
        39,
        "Critical Section",
        states.critical_section,
        "conditional events on a list of those who wait for their turn",
        "Inside of one process instance.",
    ),
    _direct(40, "Interleaved Routing", states.interleaved_routing, "ad-hoc sub-process, sequential"),
    _direct(41, "Thread Merge", branching.thread_merge, "an activity with a `startQuantity`"),
    _direct(42, "Thread Split", branching.thread_split, "an activity with a `completionQuantity`"),
    _direct(43, "Explicit Termination", instances.explicit_termination, "terminate end event"),
)
"""All of them, in the order of their numbers."""


def proof(pattern: Pattern) -> tuple[Path, str]:
    """The file and the name of the test that proves a pattern."""
    for file in sorted(FOLDER.parent.glob("test_patterns_*.py")):
        found = re.search(rf"def (test_wcp_{pattern.number:02}_\w+)\(", file.read_text(encoding="utf-8"))
        if found:
            return file, found[1]
    raise LookupError(f"no test of WCP-{pattern.number}")


def write() -> None:
    """Write all drawings."""
    FOLDER.mkdir(exist_ok=True)
    for pattern in PATTERNS:
        pattern.file.write_bytes(bpmn_file(pattern.draw()))


if __name__ == "__main__":
    write()
