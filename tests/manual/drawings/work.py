"""Examples of the manual: tasks and gateways."""

from __future__ import annotations

from tests.support.sketch.nodes import (
    catch,
    complex,
    data_object,
    end,
    event_based,
    exclusive,
    extension,
    inclusive,
    mapped,
    message,
    messaging,
    parallel,
    script,
    service,
    start,
    task,
    throw,
    timer,
    user,
)
from tests.support.sketch.rows import Sketch, otherwise, reads, when, writes


def tasks() -> list[Sketch]:
    """One for each kind of task."""
    approve = user(
        "approve",
        "Approve the order",
        extension("assignmentDefinition", candidateGroups='=if amount > 1000 then "directors" else "sellers"')
        + extension("taskSchedule", dueDate='=now() + duration("P2D")')
        + extension("priorityDefinition", priority="=if amount > 1000 then 80 else 50"),
    )
    charge = service(
        "charge", "Charge the card", "card.charge", mapped(inputs={"total": "=amount * 1.1"}, outputs={"receipt": "=id"})
    )
    decision = extension("calledDecision", decisionId="discount", resultVariable="discount")
    add = script("total", "Add up", "total", "=sum(for line in lines return line.price * line.quantity)")
    placed, paid = message("order.placed"), message("order.paid", "=order")
    return [
        Sketch("example-task", "Task and manual task").row(
            start(), task("task", "look", "Look at it"), task("manualTask", "carry", "Carry it in"), end()
        ),
        Sketch("example-user-task", "User task").row(start(), approve, end()),
        Sketch("example-service-task", "Service task").row(start(), charge, end()),
        Sketch("example-script-task", "Script task").row(start(), add, user("check", "Check the total"), end()),
        Sketch("example-business-rule-task", "Business rule task").row(
            start(),
            task("businessRuleTask", "decide", "Find the discount", extensions=decision),
            user("tell", "Tell the customer"),
            end(),
        ),
        Sketch("example-send-task", "Send task").row(
            start(), messaging("sendTask", "send", "Tell the warehouse", placed), user("wait", "Pack"), end()
        ),
        Sketch("example-receive-task", "Receive task").row(
            start("placed", "Order placed", placed),
            messaging("receiveTask", "wait", "Wait for the payment", paid),
            user("ship", "Ship"),
            end(),
        ),
    ]


def gateways() -> list[Sketch]:
    """One for each kind of gateway."""
    xor = Sketch("example-exclusive-gateway", "Exclusive gateway").row(
        start(),
        exclusive("big", "How much?"),
        when("=amount > 1000"),
        user("ask", "Ask the director"),
        exclusive("merge"),
        end(),
    )
    xor.row("big", otherwise("less"), user("book", "Book it"), "merge")
    both = Sketch("example-parallel-gateway", "Parallel gateway").row(
        start(), parallel("fork"), user("pack", "Pack"), parallel("join"), user("ship", "Ship"), end()
    )
    both.row("fork", user("bill", "Write the bill"), "join")
    some = Sketch("example-inclusive-gateway", "Inclusive gateway").row(
        start(),
        inclusive("need", "What is needed?"),
        when("=weight > 30"),
        user("lift", "Order a lift"),
        inclusive("ready"),
        end(),
    )
    some.row("need", when('=country != "JP"'), user("customs", "Fill in customs form"), "ready")
    some.row("need", otherwise("nothing"), user("label", "Print a label"), "ready")
    first = Sketch("example-event-based-gateway", "Event-based gateway").row(
        start(),
        event_based("wait", "What comes first?"),
        catch("paid", "Paid", message("order.paid", "=order")),
        user("ship", "Ship"),
        end("shipped"),
    )
    first.row("wait", catch("late", "Two weeks", timer("P14D")), user("remind", "Remind"), end("reminded"))
    enough = Sketch("example-complex-gateway", "Complex gateway").row(
        start(), parallel("ask"), user("one", "First opinion"), complex("two", "=activationCount >= 2", "Two of three"), end()
    )
    enough.row("ask", user("other", "Second opinion"), "two").row("ask", user("third", "Third opinion"), "two")
    return [xor, both, some, first, enough]


def ends() -> list[Sketch]:
    """Events without a trigger, and flows out of activities."""
    none = Sketch("example-none-events", "Events without a trigger").row(
        start("wanted", "Wanted"),
        user("write", "Write"),
        throw("written", "Written"),
        user("print", "Print"),
        end("done", "Done"),
    )
    flows = Sketch("example-flows", "Conditional and default flow out of a task").row(
        start(), user("check", "Check the claim"), when("=amount > 500", "large"), user("visit", "Visit"), end("visited")
    )
    flows.row("check", otherwise("small"), user("pay", "Pay"), end("paid"))
    data = Sketch("example-data", "A data object").row(
        start(), user("write", "Write a claim"), user("check", "Check the claim"), end()
    )
    data.row("write", writes("={text: text, at: now()}"), data_object("claim", "claim", '="none yet"'), reads(), "check")
    return [none, flows, data]
