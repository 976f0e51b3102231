"""Drawings of the patterns of branching and synchronisation: WCP-1 to 9, 28 to 33, 37, 38, 41 and 42."""

from __future__ import annotations

from tests.support.sketch.nodes import (
    complex,
    end,
    exclusive,
    inclusive,
    parallel,
    plain,
    start,
    sub_process,
    user,
)
from tests.support.sketch.rows import Back, Sketch, otherwise, when


def sequence() -> Sketch:
    """WCP-1."""
    return Sketch("wcp01", "Sequence").row(start(), user("pack", "Pack"), user("ship", "Ship"), end())


def parallel_split() -> Sketch:
    """WCP-2."""
    drawn = Sketch("wcp02", "Parallel split").row(start(), parallel("fork"), user("pack", "Pack"), end("packed"))
    return drawn.row("fork", user("bill", "Write the bill"), end("billed"))


def synchronization() -> Sketch:
    """WCP-3."""
    drawn = Sketch("wcp03", "Synchronization").row(
        start(), parallel("fork"), user("pack", "Pack"), parallel("join"), user("ship", "Ship"), end()
    )
    return drawn.row("fork", user("bill", "Write the bill"), "join")


def exclusive_choice() -> Sketch:
    """WCP-4."""
    drawn = Sketch("wcp04", "Exclusive choice").row(
        start(), exclusive("choice", "How much?"), when("=amount > 100"), user("approve", "Approve"), end("approved")
    )
    return drawn.row("choice", otherwise("less"), user("book", "Book"), end("booked"))


def simple_merge() -> Sketch:
    """WCP-5."""
    drawn = Sketch("wcp05", "Simple merge").row(
        start(),
        exclusive("choice", "How?"),
        when('=way = "mail"'),
        user("mail", "Read the mail"),
        exclusive("merge"),
        user("answer", "Answer"),
        end(),
    )
    return drawn.row("choice", otherwise("by phone"), user("phone", "Take the call"), "merge")


def multi_choice() -> Sketch:
    """WCP-6."""
    drawn = Sketch("wcp06", "Multi-choice").row(
        start(), inclusive("choice", "Who is needed?"), when("=fire"), user("brigade", "Fire brigade"), end("put_out")
    )
    drawn.row("choice", when("=hurt"), user("ambulance", "Ambulance"), end("treated"))
    return drawn.row("choice", otherwise("nobody"), user("note", "Take a note"), end("noted"))


def structured_synchronizing_merge() -> Sketch:
    """WCP-7."""
    drawn = Sketch("wcp07", "Structured synchronizing merge").row(
        start(),
        inclusive("choice", "Who is needed?"),
        when("=fire"),
        user("brigade", "Fire brigade"),
        inclusive("merge"),
        user("report", "Report"),
        end(),
    )
    drawn.row("choice", when("=hurt"), user("ambulance", "Ambulance"), "merge")
    return drawn.row("choice", otherwise("nobody"), user("note", "Take a note"), "merge")


def multi_merge() -> Sketch:
    """WCP-8."""
    drawn = Sketch("wcp08", "Multi-merge").row(
        start(), parallel("fork"), user("walls", "Paint the walls"), exclusive("merge"), user("inspect", "Inspect"), end()
    )
    return drawn.row("fork", user("floor", "Lay the floor"), "merge")


def structured_discriminator() -> Sketch:
    """WCP-9."""
    drawn = Sketch("wcp09", "Structured discriminator").row(
        start(),
        parallel("fork"),
        user("paramedic", "Check breathing"),
        complex("first", "=activationCount >= 1"),
        user("triage", "Triage"),
        end(),
    )
    return drawn.row("fork", user("nurse", "Check pulse"), "first")


def blocking_discriminator() -> Sketch:
    """WCP-28: the next round may begin before the last branch of the one before has come."""
    drawn = Sketch("wcp28", "Blocking discriminator").row(
        start(),
        exclusive("again"),
        parallel("fork"),
        user("left", "Left lane"),
        complex("first", "=activationCount >= 1"),
        user("signal", "Signal"),
        exclusive("more", "More?"),
        otherwise("no"),
        end(),
    )
    drawn.row("fork", user("right", "Right lane"), "first")
    return drawn.row("more", when("=more", "yes"), Back("again"))


def cancelling_discriminator() -> Sketch:
    """WCP-29: the first end terminates the sub-process."""
    inside = Sketch().row(
        start("begin"),
        parallel("fork"),
        user("north", "Search north"),
        end("found_north", "", plain("terminate")),
    )
    inside.row("fork", user("south", "Search south"), end("found_south", "", plain("terminate")))
    return Sketch("wcp29", "Cancelling discriminator").row(
        start(), sub_process("search", "Search", inside), user("rescue", "Rescue"), end()
    )


def structured_partial_join() -> Sketch:
    """WCP-30."""
    return _partial_join(Sketch("wcp30", "Structured partial join"))


def blocking_partial_join() -> Sketch:
    """WCP-31: as WCP-30, in a loop."""
    return _partial_join(Sketch("wcp31", "Blocking partial join"), loop=True)


def _partial_join(drawn: Sketch, *, loop: bool = False) -> Sketch:
    again = [exclusive("again")] if loop else []
    more = [exclusive("more", "More?"), otherwise("no")] if loop else []
    drawn.row(
        start(),
        *again,
        parallel("fork"),
        user("first", "First opinion"),
        complex("two", "=activationCount >= 2"),
        user("decide", "Decide"),
        *more,
        end(),
    )
    drawn.row("fork", user("second", "Second opinion"), "two")
    drawn.row("fork", user("third", "Third opinion"), "two")
    return drawn.row("more", when("=more", "yes"), Back("again")) if loop else drawn


def cancelling_partial_join() -> Sketch:
    """WCP-32: two of three are enough, and then the sub-process is terminated."""
    inside = Sketch().row(
        start("begin"),
        parallel("fork"),
        user("first", "First opinion"),
        complex("two", "=activationCount >= 2"),
        end("enough", "", plain("terminate")),
    )
    inside.row("fork", user("second", "Second opinion"), "two").row("fork", user("third", "Third opinion"), "two")
    return Sketch("wcp32", "Cancelling partial join").row(
        start(), sub_process("ask", "Ask for opinions", inside), user("decide", "Decide"), end()
    )


def generalised_and_join() -> Sketch:
    """WCP-33: several tokens may come by one branch before one comes by the other."""
    drawn = Sketch("wcp33", "Generalised AND-join").row(
        start(),
        parallel("fork"),
        user("frame_1", "Frame 1"),
        exclusive("frames"),
        parallel("join"),
        user("assemble", "Assemble"),
        end(),
    )
    drawn.row("fork", user("frame_2", "Frame 2"), "frames")
    drawn.row("fork", user("wheel_1", "Wheels 1"), exclusive("wheels"), "join")
    return drawn.row("fork", user("wheel_2", "Wheels 2"), "wheels")


def local_synchronizing_merge() -> Sketch:
    """WCP-37: a branch may leave for another end, and the merge sees that."""
    drawn = Sketch("wcp37", "Local synchronizing merge").row(
        start(),
        inclusive("choice", "What to check?"),
        when("=stock"),
        user("store", "Check the store"),
        inclusive("merge"),
        user("offer", "Make an offer"),
        end(),
    )
    drawn.row("choice", when("=money"), user("credit", "Check credit"), exclusive("good", "Good?"), otherwise("yes"), "merge")
    drawn.row("good", when("=bad", "no"), end("rejected", "Rejected"))
    return drawn.row("choice", otherwise("nothing"), Back("merge"))


def general_synchronizing_merge() -> Sketch:
    """WCP-38: a branch may go round as often as it likes before it reaches the merge."""
    drawn = Sketch("wcp38", "General synchronizing merge").row(
        start(),
        inclusive("choice", "What to do?"),
        when("=text"),
        exclusive("again"),
        user("write", "Write"),
        exclusive("good", "Good?"),
        otherwise("yes"),
        inclusive("merge"),
        user("publish", "Publish"),
        end(),
    )
    drawn.row("good", when("=bad", "no"), Back("again"))
    drawn.row("choice", when("=pictures"), user("draw", "Draw"), "merge")
    return drawn.row("choice", otherwise("nothing"), Back("merge"))


def thread_merge() -> Sketch:
    """WCP-41: the task begins with three tokens."""
    drawn = Sketch("wcp41", "Thread merge").row(
        start(),
        parallel("fork"),
        user("part_1", "Part 1"),
        exclusive("one_branch"),
        user("assemble", "Assemble three parts", startQuantity="3"),
        end(),
    )
    return drawn.row("fork", user("part_2", "Part 2"), "one_branch").row("fork", user("part_3", "Part 3"), "one_branch")


def thread_split() -> Sketch:
    """WCP-42: the task sends three tokens."""
    return Sketch("wcp42", "Thread split").row(
        start(), user("open", "Open three boxes", completionQuantity="3"), user("count", "Count a box"), end()
    )
