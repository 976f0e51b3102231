"""What the designer offers to draw: the elements that the engine runs. A test compares this list with the engine's reader."""

from __future__ import annotations

RUNNABLE: tuple[str, ...] = (
    "StartEvent",
    "StartEvent:Message",
    "StartEvent:Timer",
    "EndEvent",
    "EndEvent:Message",
    "EndEvent:Error",
    "EndEvent:Terminate",
    "IntermediateThrowEvent",
    "IntermediateThrowEvent:Message",
    "IntermediateCatchEvent:Message",
    "IntermediateCatchEvent:Timer",
    "BoundaryEvent:Message",
    "BoundaryEvent:Timer",
    "BoundaryEvent:Error",
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
    "ExclusiveGateway",
    "ParallelGateway",
    "EventBasedGateway",
)
"""BPMN types without prefix; an event with its definition after a colon."""

DRAWN: tuple[str, ...] = ("Participant", "DataObjectReference", "DataStoreReference")
"""What may be drawn and has no influence on the run, or only through names (a lane's name is a candidate group)."""
