"""What activities need besides their flows: mappings, loops, and what each kind of task or call says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.event_definitions import (
    SingleDefinition,
)
from engine.model.expression import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableMapping:
    """`zeebe:input` or `zeebe:output`: write the value of `source` to the variable `target` (a dotted path)."""

    source: Expression
    target: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvents:
    """What a multi-instance throws when an inner instance completes (`behavior`, BPMN 2.0 §10.3.8).

    Each time that `condition` holds, where there is one; or at the first only.
    """

    definitions: tuple[SingleDefinition, ...]
    condition: Expression | None = None
    first_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """`zeebe:loopCharacteristics` with the BPMN completion condition, cardinality and behavior (BPMN 2.0 §10.3.8)."""

    sequential: bool
    input_collection: Expression | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    completion_condition: Expression | None = None
    cardinality: Expression | None = None
    throws: tuple[TurnEvents, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoop:
    """The activity is repeated while `condition` holds, at most `maximum` times; None means always, and without limit.

    `test_before` asks before the first turn too (BPMN 2.0 §10.3.8).
    """

    condition: Expression | None = None
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHoc:
    """An ad-hoc sub-process: which of its activities begin by themselves, None for all, and when it is done (§10.3.5).

    `sequential` ones run one at a time. Without `completion_condition` it is done when nothing is active in it.
    """

    sequential: bool = False
    completion_condition: Expression | None = None
    cancel_remaining: bool = True
    active_elements: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskDetail:
    """`zeebe:assignmentDefinition`, `taskSchedule`, `priorityDefinition`, `formDefinition` and `taskListeners`.

    `form_binding` is ``deployment`` (the form that was deployed with the diagram), ``latest``, or ``versionTag``: the
    newest one with `form_version_tag`. `calendar` names the calendar whose working time counts for the two dates.
    """

    assignee: Expression | None = None
    candidate_groups: Expression | None = None
    candidate_users: Expression | None = None
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    calendar: Expression | None = None
    priority: Expression | None = None
    form_id: str | None = None
    form_binding: str = "deployment"
    form_version_tag: str | None = None
    listeners: TaskListeners | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskListeners:
    """`zeebe:taskListeners`: jobs that a change of a user task waits for, one after the other."""

    creating: tuple[JobDetail, ...] = ()
    assigning: tuple[JobDetail, ...] = ()
    completing: tuple[JobDetail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDetail:
    """`zeebe:taskDefinition` and `taskHeaders`."""

    type: Expression
    retries: Expression
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """`zeebe:executionListeners`: jobs that the element waits for, one after the other.

    `before_all` are those of a multi-instance as a whole, `start` those before the work of the element, `end` those after it.
    """

    before_all: tuple[JobDetail, ...] = ()
    start: tuple[JobDetail, ...] = ()
    end: tuple[JobDetail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptDetail:
    """`zeebe:script`: a FEEL expression whose value goes to `result_variable`."""

    expression: Expression
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledDecision:
    """`zeebe:calledDecision`; `binding` is latest, deployment or versionTag."""

    decision_id: Expression
    result_variable: str
    binding: str = "latest"
    version_tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledProcess:
    """`zeebe:calledElement`."""

    process_id: Expression
    propagate_all_parent_variables: bool = True
    propagate_all_child_variables: bool = True
    binding: str = "latest"
    version_tag: str | None = None
