"""Examples of the manual: sub-processes and markers."""

from __future__ import annotations

from tests.support.sketch.nodes import (
    boundary,
    call,
    end,
    event_sub_process,
    exclusive,
    extension,
    formal,
    mapped,
    message,
    plain,
    repeat,
    service,
    start,
    sub_process,
    task,
    timer,
    user,
)
from tests.support.sketch.rows import Sketch, otherwise, undone_by, when


def sub_processes() -> list[list[Sketch]]:
    """One for each kind; a call with the process that it calls."""
    inside = Sketch().row(start("begin"), user("ask", "Ask"), user("answer", "Answer"), end("answered"))
    embedded = Sketch("example-sub-process", "Sub-process").row(
        start(), sub_process("talk", "Talk", inside), user("write", "Write"), end()
    )
    embedded.row(boundary("talk", "long", "Too long", timer("PT2H")), end("stopped"))
    change = Sketch().row(
        start("changed", "Changed", message("order.changed", "=order"), isInterrupting="false"),
        user("note", "Note it"),
        end("noted"),
    )
    events = Sketch("example-event-sub-process", "Event sub-process").row(
        start(), user("pack", "Pack"), user("ship", "Ship"), end()
    )
    events.row(event_sub_process("changes", "Changes of the order", change))
    return [[embedded], [events], [_transaction()], [_ad_hoc()], _call()]


def _transaction() -> Sketch:
    trip = Sketch().row(
        start("begin"),
        service("book", "Book a room", "room.book"),
        user("pay", "Pay"),
        exclusive("paid", "Paid?"),
        otherwise("yes"),
        end("booked"),
    )
    trip.row(
        boundary("book", "undo", "", plain("compensate")),
        undone_by(),
        task(
            "serviceTask",
            "free",
            "Free the room",
            extensions=extension("taskDefinition", type="room.free"),
            isForCompensation="true",
        ),
    )
    trip.row("paid", when("=not(ok)", "no"), end("cancelled", "Cancel", plain("cancel")))
    drawn = Sketch("example-transaction", "Transaction").row(
        start(), sub_process("trip", "Book the trip", trip, tag="transaction"), end()
    )
    return drawn.row(boundary("trip", "off", "Cancelled", plain("cancel")), user("tell", "Tell the traveller"), end("told"))


def _ad_hoc() -> Sketch:
    tasks = (
        Sketch()
        .row(user("call", "Call the customer"))
        .row(user("visit", "Visit the customer"))
        .row(user("search", "Look at the files"))
    )
    until = formal("completionCondition", "=solution != null")
    begins = '<zeebe:adHoc activeElementsCollection="=if urgent then [&quot;call&quot;] else []"/>'
    case = sub_process("case", "Work on the case", tasks, tag="adHocSubProcess", inside=until, extensions=begins)
    return Sketch("example-ad-hoc-sub-process", "Ad-hoc sub-process").row(start(), case, user("answer", "Answer"), end())


def _call() -> list[Sketch]:
    calling = call("ship", "Ship", "shipping", mapped(inputs={"address": "=customer.address"}, outputs={"parcel": "=number"}))
    return [
        Sketch("example-call-activity", "Call activity").row(start(), user("pack", "Pack"), calling, end()),
        Sketch("shipping", "Shipping").row(
            start("begin"), service("label", "Print a label", "label.print"), user("carry", "Carry out"), end("gone")
        ),
    ]


def markers() -> list[Sketch]:
    """Loops."""
    outputs = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        + extension(
            "loopCharacteristics",
            inputCollection="=lines",
            inputElement="line",
            outputCollection="checks",
            outputElement="=ok",
        )
        + "</bpmn:extensionElements>"
        + formal("completionCondition", "=numberOfCompletedInstances >= 10")
        + "</bpmn:multiInstanceLoopCharacteristics>"
    )
    return [
        Sketch("example-standard-loop", "Loop").row(start(), user("try", "Try again", inside=repeat("=not(works)")), end()),
        Sketch("example-multi-instance", "Multi-instance").row(
            start(), user("check", "Check a line", inside=outputs), user("sum", "Sum up"), end()
        ),
    ]
