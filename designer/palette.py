"""What the designer offers to draw: the elements that the engine runs. A test compares this list with the engine's reader."""

from __future__ import annotations

RUNNABLE: tuple[str, ...] = (
    "StartEvent",
    "StartEvent:Message",
    "StartEvent:Timer",
    "StartEvent:Signal",
    "EndEvent",
    "EndEvent:Message",
    "EndEvent:Error",
    "EndEvent:Escalation",
    "EndEvent:Signal",
    "EndEvent:Compensate",
    "EndEvent:Cancel",
    "EndEvent:Terminate",
    "IntermediateThrowEvent",
    "IntermediateThrowEvent:Message",
    "IntermediateThrowEvent:Escalation",
    "IntermediateThrowEvent:Signal",
    "IntermediateThrowEvent:Compensate",
    "IntermediateThrowEvent:Link",
    "IntermediateCatchEvent:Message",
    "IntermediateCatchEvent:Timer",
    "IntermediateCatchEvent:Signal",
    "IntermediateCatchEvent:Conditional",
    "IntermediateCatchEvent:Link",
    "BoundaryEvent:Message",
    "BoundaryEvent:Timer",
    "BoundaryEvent:Error",
    "BoundaryEvent:Escalation",
    "BoundaryEvent:Signal",
    "BoundaryEvent:Conditional",
    "BoundaryEvent:Compensate",
    "BoundaryEvent:Cancel",
    "Task",
    "UserTask",
    "ManualTask",
    "ServiceTask",
    "ScriptTask",
    "BusinessRuleTask",
    "SendTask",
    "ReceiveTask",
    "CallActivity",
    "SubProcess",
    "EventSubProcess",
    "AdHocSubProcess",
    "Transaction",
    "ExclusiveGateway",
    "ParallelGateway",
    "InclusiveGateway",
    "EventBasedGateway",
    "ComplexGateway",
)
"""BPMN types without prefix; an event with its definition after a colon."""

EVENT_SUB_PROCESS_STARTS: tuple[str, ...] = ("Message", "Timer", "Error", "Escalation", "Signal", "Conditional")
"""What can start an event sub-process. Events with several triggers run, too, but the canvas has no entry that draws one."""

DRAWN: tuple[str, ...] = ("Participant", "DataObjectReference", "DataStoreReference")
"""What may be drawn and has no influence on the run, or only through names (a lane's name is a candidate group)."""
