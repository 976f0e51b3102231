"""Drawings of the patterns of several instances, iteration and termination: WCP-10 to 15, 21, 22, 34 to 36 and 43."""

from __future__ import annotations

from tests.support.sketch.nodes import (
    boundary,
    call,
    each,
    end,
    escalation,
    exclusive,
    formal,
    mapped,
    parallel,
    plain,
    repeat,
    script,
    start,
    sub_process,
    throw,
    user,
)
from tests.support.sketch.rows import Back, Sketch, otherwise, when


def arbitrary_cycles() -> Sketch:
    """WCP-10: a loop that is entered at two places and left at two."""
    drawn = Sketch("wcp10", "Arbitrary cycles").row(
        start(),
        exclusive("enter", "Written?"),
        otherwise("no"),
        exclusive("upper"),
        user("write", "Write"),
        exclusive("stop", "Give up?"),
        otherwise("no"),
        exclusive("lower"),
        user("review", "Review"),
        exclusive("good", "Good?"),
        otherwise("yes"),
        end(),
    )
    drawn.row("stop", when("=stopped", "yes"), end("given_up", "Given up"))
    drawn.row("enter", when("=written", "yes"), Back("lower"))
    return drawn.row("good", when("=bad", "no"), Back("upper"))


def implicit_termination() -> Sketch:
    """WCP-11."""
    drawn = Sketch("wcp11", "Implicit termination").row(start(), parallel("fork"), user("pack", "Pack"), end("packed"))
    return drawn.row("fork", user("bill", "Write the bill"), end("billed"))


def without_synchronization() -> Sketch:
    """WCP-12: every turn of a loop begins one more that nobody waits for."""
    drawn = Sketch("wcp12", "Multiple instances without synchronization").row(
        start(),
        script("none", "None yet", "begun", "=0"),
        exclusive("again"),
        script("count", "One more", "begun", "=begun + 1"),
        parallel("fork"),
        exclusive("more", "More?"),
        otherwise("no"),
        end("all_begun"),
    )
    drawn.row("more", when("=begun < wanted", "yes"), Back("again"))
    return drawn.row("fork", user("ticket", "Work off a ticket", mapped(inputs={"number": "=begun"})), end("worked_off"))


def design_time_knowledge() -> Sketch:
    """WCP-13."""
    signing = user("sign", "Sign", inside=each(times="3"))
    return Sketch("wcp13", "Multiple instances, number drawn").row(start(), signing, user("file", "File"), end())


def run_time_knowledge() -> Sketch:
    """WCP-14."""
    checking = user("check", "Check a claim", inside=each("=claims", "claim"))
    return Sketch("wcp14", "Multiple instances, number known when they begin").row(start(), checking, user("pay", "Pay"), end())


def unknown_number() -> Sketch:
    """WCP-15: others can be begun as long as one is active."""
    asking = sub_process("asking", "Ask witnesses", Sketch().row(user("ask", "Ask a witness")), tag="adHocSubProcess")
    return Sketch("wcp15", "Multiple instances, number not known").row(start(), asking, user("report", "Report"), end())


def structured_loop() -> Sketch:
    """WCP-21: asked before the first turn, and after each."""
    fill = user("fill", "Fill a box", inside=repeat("=left > 0", before=True))
    return Sketch("wcp21", "Structured loop").row(start(), fill, user("check", "Check", inside=repeat("=not(good)")), end())


def recursion() -> Sketch:
    """WCP-22: a process that calls itself."""
    inner = call("inner", "One level down", "wcp22", mapped(inputs={"level": "=level - 1"}))
    drawn = Sketch("wcp22", "Recursion").row(
        start(), exclusive("deeper", "Deeper?"), when("=level > 0", "yes"), user("open", "Open"), inner, exclusive("up"), end()
    )
    return drawn.row("deeper", otherwise("no"), "up")


def static_partial_join() -> Sketch:
    """WCP-34: when two are done the next task begins, and the others go on."""
    sub = sub_process("asking", "Ask each expert", _counted(), inside=each("=experts", "expert"))
    drawn = Sketch("wcp34", "Static partial join for multiple instances").row(
        start(), script("none", "None yet", "answers", "=0"), sub, end("all_answered")
    )
    enough = boundary("asking", "reached", "Enough", escalation("ENOUGH"), interrupting=False)
    return drawn.row(enough, user("decide", "Decide"), end())


def _counted() -> Sketch:
    """An answer that is counted; the one that is enough says so."""
    inside = Sketch().row(
        start("begin"),
        user("answer", "Answer"),
        script("count", "Count", "answers", "=answers + 1"),
        exclusive("enough", "Enough?"),
        when("=answers = 2", "yes"),
        end("just_enough", "", escalation("ENOUGH")),
    )
    return inside.row("enough", otherwise("no"), end("answered"))


def cancelling_partial_join() -> Sketch:
    """WCP-35."""
    answer = user("answer", "Answer", inside=each("=experts", "expert", until="=numberOfCompletedInstances >= 2"))
    return Sketch("wcp35", "Cancelling partial join for multiple instances").row(
        start(), answer, user("decide", "Decide"), end()
    )


def dynamic_partial_join() -> Sketch:
    """WCP-36: others can be begun until two are done; then the next task begins, and those that are active go on."""
    inside = Sketch().row(
        user("answer", "Answer"),
        script("count", "Count", "answers", "=answers + 1"),
        exclusive("enough", "Enough?"),
        when("=answers = 2", "yes"),
        throw("just_enough", "", escalation("ENOUGH")),
        script("noted", "Note", "noted", "=true"),
    )
    inside.row("enough", otherwise("no"), script("kept", "Keep", "kept", "=answers"))
    asking = sub_process(
        "asking",
        "Ask experts",
        inside,
        tag="adHocSubProcess",
        inside=formal("completionCondition", "=answers >= 2"),
        cancelRemainingInstances="false",
    )
    drawn = Sketch("wcp36", "Dynamic partial join for multiple instances").row(
        start(), script("none", "None yet", "answers", "=0"), asking, end("all_answered")
    )
    enough = boundary("asking", "reached", "Enough", escalation("ENOUGH"), interrupting=False)
    return drawn.row(enough, user("decide", "Decide"), end())


def explicit_termination() -> Sketch:
    """WCP-43."""
    drawn = Sketch("wcp43", "Explicit termination").row(
        start(), parallel("fork"), user("decide", "Decide"), end("decided", "Decided", plain("terminate"))
    )
    return drawn.row("fork", user("collect", "Collect more facts"), end("collected"))
