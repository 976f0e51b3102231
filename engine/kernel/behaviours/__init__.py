"""The element table: which BPMN elements the kernel runs, and how. What is not in it is refused.

The key is the BPMN local name, with the event definition for events. `process`, `multiInstance`,
`standardLoop` and `unknown` are no elements of a diagram: the outermost scope, the bodies around the turns of an activity, and
what is run in place of anything else.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import (
    boundary_event,
    business_rule_task,
    call_activity,
    catch_event,
    complex_gateway,
    error_end_event,
    escalation_throw,
    event_based_gateway,
    event_sub_process,
    exclusive_gateway,
    inclusive_gateway,
    job_task,
    link_throw,
    message_throw,
    multi_instance,
    parallel_gateway,
    pass_through,
    process,
    script_task,
    standard_loop,
    sub_process,
    terminate_end_event,
    unknown,
    user_task,
)

BEHAVIOURS: Mapping[str, Behaviour] = {
    "process": process.BEHAVIOUR,
    "multiInstance": multi_instance.BEHAVIOUR,
    "standardLoop": standard_loop.BEHAVIOUR,
    "unknown": unknown.BEHAVIOUR,
    "startEvent": pass_through.BEHAVIOUR,
    "startEvent:message": event_sub_process.BEHAVIOUR,
    "startEvent:timer": event_sub_process.BEHAVIOUR,
    "startEvent:error": event_sub_process.BEHAVIOUR,
    "startEvent:escalation": event_sub_process.BEHAVIOUR,
    "endEvent": pass_through.BEHAVIOUR,
    "endEvent:message": message_throw.BEHAVIOUR,
    "endEvent:error": error_end_event.BEHAVIOUR,
    "endEvent:escalation": escalation_throw.BEHAVIOUR,
    "endEvent:terminate": terminate_end_event.BEHAVIOUR,
    "intermediateThrowEvent": pass_through.BEHAVIOUR,
    "intermediateThrowEvent:message": message_throw.BEHAVIOUR,
    "intermediateThrowEvent:escalation": escalation_throw.BEHAVIOUR,
    "intermediateThrowEvent:link": link_throw.BEHAVIOUR,
    "intermediateCatchEvent:link": pass_through.BEHAVIOUR,
    "intermediateCatchEvent:message": catch_event.BEHAVIOUR,
    "intermediateCatchEvent:timer": catch_event.BEHAVIOUR,
    "boundaryEvent:timer": boundary_event.BEHAVIOUR,
    "boundaryEvent:message": boundary_event.BEHAVIOUR,
    "boundaryEvent:error": boundary_event.BEHAVIOUR,
    "boundaryEvent:escalation": boundary_event.BEHAVIOUR,
    "task": pass_through.BEHAVIOUR,
    "manualTask": pass_through.BEHAVIOUR,
    "userTask": user_task.BEHAVIOUR,
    "serviceTask": job_task.BEHAVIOUR,
    "sendTask": message_throw.BEHAVIOUR,
    "receiveTask": catch_event.BEHAVIOUR,
    "scriptTask": script_task.BEHAVIOUR,
    "businessRuleTask": business_rule_task.BEHAVIOUR,
    "subProcess": sub_process.BEHAVIOUR,
    "callActivity": call_activity.BEHAVIOUR,
    "exclusiveGateway": exclusive_gateway.BEHAVIOUR,
    "parallelGateway": parallel_gateway.BEHAVIOUR,
    "complexGateway": complex_gateway.BEHAVIOUR,
    "inclusiveGateway": inclusive_gateway.BEHAVIOUR,
    "eventBasedGateway": event_based_gateway.BEHAVIOUR,
}
