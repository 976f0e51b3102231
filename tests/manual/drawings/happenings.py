"""Examples of the manual: events."""

from __future__ import annotations

from tests.support.sketch.nodes import (
    boundary,
    catch,
    condition,
    end,
    error,
    escalation,
    exclusive,
    link,
    message,
    parallel,
    plain,
    script,
    service,
    signal,
    start,
    sub_process,
    task,
    throw,
    timer,
    user,
)
from tests.support.sketch.rows import Sketch, otherwise, undone_by, when


def messages() -> list[Sketch]:
    """Events that something from elsewhere triggers."""
    letters = Sketch("example-message-events", "Message events").row(
        start("asked", "Request", message("request.received")),
        user("offer", "Make an offer"),
        throw("sent", "Offer sent", message("offer.sent")),
        catch("answer", "Answer", message("offer.answered", "=offer")),
        end("told", "Order placed", message("order.placed")),
    )
    letters.row(boundary("offer", "gone", "Withdrawn", message("request.withdrawn", "=request")), end("nothing"))
    clocks = Sketch("example-timer-events", "Timer events").row(
        start("monday", "Mondays at nine", timer("0 0 9 * * MON", "timeCycle")),
        catch("pause", "An hour", timer("PT1H")),
        user("report", "Write the report"),
        end(),
    )
    clocks.row(
        boundary("report", "day", "Every day", timer("R3/P1D", "timeCycle"), interrupting=False),
        user("remind", "Remind"),
        end("no"),
    )
    facts = Sketch("example-conditional-events", "Conditional events").row(
        start(),
        user("collect", "Collect orders"),
        catch("full", "Lorry is full", condition("=sum(loads) >= 20")),
        user("drive", "Drive"),
        end(),
    )
    calls = Sketch("example-signal-events", "Signal events").row(
        start("opened", "Shop opens", signal("shop.opened")),
        user("sell", "Sell"),
        end("closed", "Shop closes", signal("shop.closed")),
    )
    calls.row(boundary("sell", "alarm", "Fire alarm", signal("fire.alarm")), user("leave", "Leave the house"), end("out"))
    return [letters, clocks, facts, calls]


def failures() -> list[Sketch]:
    """Errors, escalations and what undoes."""
    inside = Sketch().row(
        start("begin"), user("check", "Check credit"), exclusive("good", "Good?"), otherwise("yes"), end("fine")
    )
    inside.row("good", when("=score < 50", "no"), end("bad", "No credit", error("NO_CREDIT")))
    errors = Sketch("example-error-events", "Error events").row(
        start(), sub_process("credit", "Credit", inside), user("ship", "Ship"), end()
    )
    errors.row(boundary("credit", "refused", "No credit", error("NO_CREDIT")), user("cash", "Ask for cash"), end("asked"))
    inner = Sketch().row(
        start("begin"),
        user("draft", "Draft"),
        throw("late", "Is late", escalation("LATE")),
        user("finish", "Finish"),
        end("finished"),
    )
    raised = Sketch("example-escalation-events", "Escalation events").row(start(), sub_process("write", "Write", inner), end())
    raised.row(
        boundary("write", "told", "Is late", escalation("LATE"), interrupting=False),
        user("call", "Call the customer"),
        end("called"),
    )
    undo = Sketch("example-compensation-events", "Compensation events").row(
        start(),
        service("book", "Book a room", "room.book"),
        user("confirm", "Confirm the trip"),
        exclusive("go", "Go?"),
        otherwise("yes"),
        end("gone"),
    )
    undo.row(
        boundary("book", "undo", "", plain("compensate")),
        undone_by(),
        task(
            "serviceTask",
            "free",
            "Free the room",
            extensions='<zeebe:taskDefinition type="room.free"/>',
            isForCompensation="true",
        ),
    )
    undo.row("go", when("=not(confirmed)", "no"), end("undone", "Undo all", plain("compensate")))
    return [errors, raised, undo]


def others() -> list[Sketch]:
    """Links, terminate, several triggers."""
    jump = Sketch("example-link-events", "Link events").row(
        start(), user("first", "First part"), throw("on", "Part 2", link("part 2"))
    )
    jump.row(catch("here", "Part 2", link("part 2")), user("second", "Second part"), end())
    stop = Sketch("example-terminate-end-event", "Terminate end event").row(
        start(), parallel("fork"), user("decide", "Decide"), end("decided", "Decided", plain("terminate"))
    )
    stop.row("fork", user("collect", "Collect facts"), end("collected"))
    several = Sketch("example-multiple-events", "Events with several triggers").row(
        start("any", "Call or letter", message("call.received"), message("letter.received")),
        script("case", "Number it", "case", '="C-" + string(number)'),
        catch(
            "both",
            "Paid and approved",
            message("case.paid", "=case"),
            message("case.approved", "=case"),
            parallelMultiple="true",
        ),
        user("settle", "Settle"),
        end(),
    )
    return [jump, stop, several]
