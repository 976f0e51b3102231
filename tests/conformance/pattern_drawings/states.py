"""Drawings of the patterns of state, cancellation and triggers: WCP-16 to 20, 23 to 27, 39 and 40."""

from __future__ import annotations

from tests.support.sketch.nodes import (
    Node,
    boundary,
    catch,
    condition,
    each,
    end,
    event_based,
    event_sub_process,
    exclusive,
    message,
    parallel,
    plain,
    script,
    signal,
    start,
    sub_process,
    timer,
    user,
)
from tests.support.sketch.rows import Sketch


def deferred_choice() -> Sketch:
    """WCP-16."""
    drawn = Sketch("wcp16", "Deferred choice").row(
        start(),
        event_based("wait", "What comes first?"),
        catch("paid", "Paid", message("order.paid", "=order")),
        user("ship", "Ship"),
        end("shipped"),
    )
    return drawn.row("wait", catch("late", "A week", timer("P7D")), user("remind", "Remind"), end("reminded"))


def _queues(who: str) -> Node:
    """Who comes first has the turn, the others wait behind."""
    return script(f"queue_{who}", "Queue up", "queue", f'=append(queue, "{who}")')


def _turn(who: str) -> Node:
    return catch(f"turn_{who}", "Its turn", condition(f'=queue[1] = "{who}"'))


def _leaves(who: str) -> Node:
    return script(f"leave_{who}", "Leave the queue", "queue", "=remove(queue, 1)")


def interleaved_parallel_routing() -> Sketch:
    """WCP-17: the list `queue` lets one task after the other begin; its first entry has the turn."""
    drawn = Sketch("wcp17", "Interleaved parallel routing").row(
        start(),
        script("nobody", "Nobody yet", "queue", "=[]"),
        parallel("fork"),
        _queues("x"),
        _turn("x"),
        user("x_ray", "X-ray"),
        _leaves("x"),
        _queues("r"),
        _turn("r"),
        user("read", "Read the X-ray"),
        _leaves("r"),
        parallel("join"),
        end(),
    )
    return drawn.row(
        "fork", user("prepare", "Prepare"), _queues("b"), _turn("b"), user("blood", "Blood test"), _leaves("b"), "join"
    )


def milestone() -> Sketch:
    """WCP-18: a complaint can be made as long as the claim is open, and neither before nor after."""
    drawn = Sketch("wcp18", "Milestone").row(
        start(),
        script("new", "New", "claim", '="new"'),
        parallel("fork"),
        user("check", "Check the claim"),
        script("opened", "Open", "claim", '="open"'),
        user("settle", "Settle the claim"),
        script("closed", "Close", "claim", '="closed"'),
        end("settled"),
    )
    drawn.row(
        "fork",
        event_based("state", "Open?"),
        catch("is_open", "Open", condition('=claim = "open"')),
        user("complain", "Complain"),
        end("complained"),
    )
    drawn.row(boundary("complain", "over", "Closed", condition('=claim = "closed"')), end("too_late"))
    return drawn.row("state", catch("is_closed", "Closed", condition('=claim = "closed"')), end("never_open"))


def cancel_task() -> Sketch:
    """WCP-19."""
    drawn = Sketch("wcp19", "Cancel task").row(start(), user("bake", "Bake"), user("deliver", "Deliver"), end())
    withdrawn = boundary("bake", "withdrawn", "Withdrawn", message("order.withdrawn", "=order"))
    return drawn.row(withdrawn, user("tell", "Tell the customer"), end("told"))


def cancel_case() -> Sketch:
    """WCP-20."""
    stop = Sketch().row(start("stopped", "Cancelled", message("case.cancelled", "=case")), end("over", "", plain("terminate")))
    drawn = Sketch("wcp20", "Cancel case").row(start(), parallel("fork"), user("visit", "Visit"), end("visited"))
    drawn.row("fork", user("report", "Report"), end("reported"))
    return drawn.row(event_sub_process("cancelling", "Cancel the case", stop))


def transient_trigger() -> Sketch:
    """WCP-23: a signal reaches those who wait for it, and nobody later."""
    return Sketch("wcp23", "Transient trigger").row(
        start(), user("load", "Load"), catch("green", "Green light", signal("light.green")), user("drive", "Drive"), end()
    )


def persistent_trigger() -> Sketch:
    """WCP-24: a message is kept for those who come to wait for it."""
    return Sketch("wcp24", "Persistent trigger").row(
        start(),
        user("load", "Load"),
        catch("papers", "Papers", message("papers.ready", "=truck")),
        user("drive", "Drive"),
        end(),
    )


def cancel_region() -> Sketch:
    """WCP-25: the region is a sub-process."""
    inside = Sketch().row(start("begin"), parallel("both"), user("hotel", "Book a hotel"), end("booked"))
    inside.row("both", user("flight", "Book a flight"), end("flight_booked"))
    drawn = Sketch("wcp25", "Cancel region").row(
        start(), parallel("fork"), sub_process("region", "Book the trip", inside), end("trip_booked")
    )
    drawn.row(boundary("region", "ill", "Ill", signal("traveller.ill")), user("stay", "Stay at home"), end("stayed"))
    return drawn.row("fork", user("water", "Water the flowers"), end("watered"))


def cancel_instances() -> Sketch:
    """WCP-26."""
    drawn = Sketch("wcp26", "Cancel multiple instance activity").row(
        start(), user("test", "Test a sample", inside=each("=samples", "sample")), user("publish", "Publish"), end()
    )
    return drawn.row(boundary("test", "spoiled", "Spoiled", signal("samples.spoiled")), end("thrown_away"))


def complete_instances() -> Sketch:
    """WCP-27: the event leads on as if all were done."""
    drawn = Sketch("wcp27", "Complete multiple instance activity").row(
        start(),
        user("review", "Review", inside=each("=reviewers", "reviewer")),
        exclusive("merge"),
        user("publish", "Publish"),
        end(),
    )
    return drawn.row(boundary("review", "deadline", "Two weeks", timer("P14D")), "merge")


def critical_section() -> Sketch:
    """WCP-39: who is first in the list `queue` is in; the others wait."""
    drawn = Sketch("wcp39", "Critical section").row(
        start(),
        script("nobody", "Nobody yet", "queue", "=[]"),
        parallel("fork"),
        user("pack", "Pack"),
        _queues("p"),
        _turn("p"),
        user("load", "Load the lift"),
        user("ride", "Ride the lift"),
        _leaves("p"),
        parallel("join"),
        end(),
    )
    return drawn.row(
        "fork", user("measure", "Measure"), _queues("m"), _turn("m"), user("mend", "Mend the lift"), _leaves("m"), "join"
    )


def interleaved_routing() -> Sketch:
    """WCP-40."""
    tasks = Sketch().row(user("eyes", "Check eyes")).row(user("ears", "Check ears")).row(user("teeth", "Check teeth"))
    check = sub_process(
        "checks",
        "Check up",
        tasks,
        tag="adHocSubProcess",
        ordering="Sequential",
        extensions='<zeebe:adHoc activeElementsCollection="=order"/>',
    )
    return Sketch("wcp40", "Interleaved routing").row(start(), check, user("report", "Report"), end())
