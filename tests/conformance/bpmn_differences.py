"""The public BPMN cases that do not go as they expect, and why. A test holds the table to what happens, both ways."""

from __future__ import annotations

from typing import Final, NamedTuple

EXECUTED: Final = 139
"""Cases that are executed."""
BROKEN: Final = 182
"""Models that break a rule of the standard."""


class Difference(NamedTuple):
    """Cases of one reason."""

    reason: str
    cases: tuple[str, ...]


FAILING: Final = (
    Difference(
        "a multi-instance throws a signal at the first or at each end of a turn, an interrupting boundary event catches it, "
        "and the cases expect that all turns go on, against §13.5.3: “If the cancelActivity attribute is set, the Activity the "
        "Event is attached to is then cancelled (in case of a multi-instance, all its instances are cancelled)”; with "
        '`cancelActivity="false"` they end as expected',
        (
            "cfpatterns/WCP09_Structured_Discriminator_MultiInstance#1",
            "cfpatterns/WCP12_MultipleInstancesWithoutSynchronization#1",
        ),
    ),
    Difference(
        "ad-hoc sub-processes: the cases contradict their files. They expect a word, `SCRIPT_task3`, that no script of these "
        "has; the activities inside (§10.3.5) and the one behind, which says `SCRIPT_task1` once more, are all that can happen",
        ("activities/AdHocSubProcess_Sequential#1", "activities/AdHocSubProcess_Parallel#1"),
    ),
)
"""Cases that are executed and end otherwise."""

NOT_REFUSED: Final = (
    Difference(
        "a duration without the type `tFormalExpression`, which other tools leave out, too",
        ("constraints/EXT012/EXT012_9_failure_timerEvent_timeDuration#1",),
    ),
    Difference("a sequence flow that its source does not list", ("constraints/EXT101/EXT101_1_fail#1",)),
    Difference(
        "a sub-process whose path ends without an end event: a warning (BPMN-3326), though §10.5.3 says “If there is a Start "
        "Event, then there MUST be at least one End Event”; other engines take such diagrams, and what they mean is clear",
        ("constraints/EXT105/EXT105_2_fail_with_sub_startevent#1",),
    ),
    Difference(
        "message events whose message has an item definition, without data associations: the standard allows it, “in the case "
        "of a throw Event, if the Data Input is not present, the Message, Escalation, Error, or Signal will not be populated "
        "with data” (§10.4.1, Events), and likewise for catch events",
        (
            "constraints/EXT128/EXT128_1_failure_boundary#1",
            "constraints/EXT128/EXT128_2_failure_endEvent#1",
            "constraints/EXT128/EXT128_3_failure_intCatch#1",
        ),
    ),
)
"""Models that break a rule and are taken."""


def cases_of(differences: tuple[Difference, ...]) -> set[str]:
    """The ids of all their cases."""
    return {case for difference in differences for case in difference.cases}
