"""What each problem of how elements are connected means, and the way out: the part 33xx of `engine.bpmn.meanings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.bpmn.codes import Code

STRUCTURE: Final[Mapping[str, tuple[str, str]]] = {
    Code.NO_START: ("There is no start event.", "Add one start event."),
    Code.SEVERAL_STARTS: (
        "There are several start events without a trigger (or several in a sub-process).",
        "Keep one of them.",
    ),
    Code.INNER_START_NOT_NONE: (
        "An embedded sub-process begins when its token arrives, so its start event can have no trigger.",
        "Use a start event without a trigger and put a catch event behind it.",
    ),
    Code.FLOW_END_MISSING: ("A sequence flow begins or ends nowhere.", "Connect both ends or delete the flow."),
    Code.FLOW_CROSSES: (
        "A sequence flow crosses the border of a sub-process, pool or process.",
        "Connect the border itself, or use a message between pools.",
    ),
    Code.CONDITION_MISPLACED: (
        "A condition stands on a flow where nobody chooses (a warning behind a parallel gateway).",
        "Put conditions on flows that leave an exclusive or inclusive gateway, or an activity.",
    ),
    Code.CONDITION_MISSING: (
        "One of several flows leaving an exclusive or inclusive gateway has no condition and is not the default.",
        "Give it a condition or make it the default flow.",
    ),
    Code.DEFAULT_UNKNOWN: (
        "The default flow is none of the flows that leave the element.",
        "Choose one of its outgoing flows.",
    ),
    Code.DEFAULT_WITH_CONDITION: (
        "The default flow has a condition, which is never looked at (warning).",
        "Delete the condition, or choose another default.",
    ),
    Code.NO_DEFAULT: (
        "No flow is the default: when no condition holds, the process stops with an incident (warning).",
        "Make one of the flows the default.",
    ),
    Code.START_WITH_INCOMING: ("A sequence flow leads into a start event.", "Lead it to the element behind the start event."),
    Code.END_WITH_OUTGOING: ("A sequence flow leaves an end event.", "Use an intermediate event, or delete the flow."),
    Code.NO_INCOMING: ("No sequence flow leads here, so the element never runs.", "Connect it or delete it."),
    Code.NO_OUTGOING: (
        "No sequence flow leaves the element, though it makes no sense without one.",
        "Connect it or delete it.",
    ),
    Code.NOT_ATTACHED: (
        "A boundary event is not attached to an activity of its own scope.",
        "Put it on the border of a task, sub-process or call activity.",
    ),
    Code.BOUNDARY_WITH_INCOMING: ("A sequence flow leads into a boundary event.", "Use an intermediate event inside the path."),
    Code.ERROR_MUST_INTERRUPT: (
        "Who catches an error always interrupts what it happened in (BPMN 2.0 §10.5.2, §10.5.4).",
        'Delete cancelActivity="false" or isInterrupting="false".',
    ),
    Code.CAUGHT_TWICE: ("Two events of one place wait for the same thing, so only one can ever get it.", "Keep one of them."),
    Code.AFTER_EVENT_GATEWAY: (
        "Behind an event-based gateway stands something that cannot wait for an event, or that other flows reach too.",
        "Lead each flow to a catch event of its own, or to a receive task without boundary events.",
    ),
    Code.EVENT_GATEWAY_SINGLE: (
        "An event-based gateway has fewer than two outgoing flows.",
        "Add the other event, or use the catch event alone.",
    ),
    Code.ONLY_FLOW_CONDITIONAL: (
        "The only flow that leaves an activity has a condition (BPMN 2.0 §8.3.13).",
        "Delete the condition, or add a default flow.",
    ),
    Code.FLOW_LISTS_DISAGREE: (
        "An <incoming> or <outgoing> entry names a flow that does not end or begin at the element.",
        "Open and save the diagram in a modeller, or correct the entry.",
    ),
    Code.DIRECTION_DISAGREES: (
        "The gateway's direction does not fit the number of its flows.",
        "Correct gatewayDirection or delete it.",
    ),
    Code.LANE_REFERENCE: ("A lane lists an element that its process does not have (warning).", "Delete the entry."),
    Code.IN_TWO_LANES: ("An element lies in two lanes, so it is not clear whose work it is.", "Keep it in one lane."),
    Code.DEAD_END: (
        "The path ends here without an end event (warning).",
        "Add an end event, so that readers see that the path is meant to end.",
    ),
    Code.GATEWAY_CIRCLE: (
        "Nothing but gateways stands on a circle, so it would never come to rest.",
        "Put a task or event on the way.",
    ),
    Code.MESSAGE_FLOW_INSIDE: (
        "A message flow connects two pools; inside of one, sequence flows lead on.",
        "Draw a sequence flow, or connect the message flow with the other pool.",
    ),
    Code.MESSAGE_FLOW_END: (
        "A message flow leaves what sends and reaches what receives: a pool, an activity, or a message event.",
        "Make the event a message event, or connect the message flow with another element.",
    ),
    Code.EVENT_SUB_PROCESS_START: (
        "An event sub-process has exactly one start event, and that has a trigger (BPMN 2.0 §10.3.5).",
        "Keep one start event and choose its trigger.",
    ),
    Code.EVENT_SUB_PROCESS_CONNECTED: (
        "An event starts the sub-process, so no flow leads to it or leaves it, and it has no boundary events, inputs or loop.",
        "Delete what is named, or draw a sub-process that the flow leads to.",
    ),
    Code.LINK_UNMATCHED: (
        "A link leads from or to nothing: its other end must have the same name and lie in the same scope (BPMN 2.0 §10.5.5).",
        "Add the other end, or correct the name.",
    ),
    Code.LINK_TWICE: ("Two link catch events of one scope have the same name.", "Keep one, or give it another name."),
    Code.DATA_SET: (
        "The inputs and outputs of an ioSpecification and their sets do not fit together (BPMN 2.0 §10.4.1).",
        "List each data input in an inputSet and each data output in an outputSet; what is optional is listed twice.",
    ),
    Code.DATA_REFERENCE: (
        "Data is named that is not there, or that cannot be seen from here.",
        "Choose a data object or property of this scope or one around it, or data of the element itself.",
    ),
    Code.DATA_ASSOCIATION: (
        "A data association does not say what is copied where (BPMN 2.0 §10.4.2).",
        "Give it one source and one target, or a transformation or assignments in FEEL.",
    ),
    Code.DATA_TWICE: (
        "Two data of one scope have the same name, so they would be one variable.",
        "Give one of them another name.",
    ),
    Code.DATA_TYPE: (
        "Data has another type than its item definition, or than the message, error, escalation or signal that it carries.",
        "Give both the same item definition, or correct isCollection.",
    ),
    Code.COMPENSATION_HANDLER: (
        "A compensation boundary event and the activity that undoes belong together by an association, without sequence flows.",
        "Mark one activity of the scope with isForCompensation and connect it to the event with an association.",
    ),
    Code.COMPENSATION_TARGET: (
        "A compensation event names something that cannot be undone from where it stands.",
        "Name an activity of the same scope that has a compensation boundary event, or name none to undo all of the scope.",
    ),
    Code.CANCEL_MISPLACED: (
        "A cancel end event lies in a transaction, which has a cancel boundary event (BPMN 2.0 §10.3.5).",
        "Move the event, or use an error event; add a cancel boundary event to the transaction.",
    ),
    Code.LINK_CONNECTED: (
        "A link throw event has no outgoing flow, and a link catch event no incoming one (BPMN 2.0 §10.5.5).",
        "Delete the flow, or use another event.",
    ),
}
"""Code to (meaning, way out)."""
