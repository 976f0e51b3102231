"""What threads of the reference interpreter order: to wait, to do several things at once, to open a frame, to throw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.support.reference_frames import Beside, Frame, Order, Thread, Wait, Work
from tests.support.reference_machine import Machine


def waiting(*waits: Wait) -> Order:
    """Go on when one of them is answered, with the answer."""

    def order(machine: Machine, thread: Thread) -> None:
        for wait in waits:
            wait.thread = thread
            machine.open(wait)

    return order


def together(works: Iterable[Work]) -> Order:
    """Do several things at once in the same frame, and go on when all are done."""

    def order(machine: Machine, thread: Thread) -> None:
        parts = list(works)
        left = [len(parts)]

        def joins() -> None:
            left[0] -= 1
            if not left[0]:
                machine.ready.append((thread, None))

        for work in parts:
            machine.spawn(thread.frame, work, joins)

    return order


def beside(work: Work) -> Order:
    """Begin something more in the frame, and go on."""

    def order(machine: Machine, thread: Thread) -> None:
        machine.spawn(thread.frame, work)
        machine.ready.append((thread, None))

    return order


def opened(frame: Frame, work: Work, events: Iterable[Beside] = ()) -> Order:
    """Do the work in a frame of its own; goes on with the event that ended it, or None when it was done."""

    def order(machine: Machine, thread: Thread) -> None:
        frame.outer, frame.opener, thread.inside = thread.frame, thread, frame
        machine.arm(frame, events)
        machine.spawn(frame, work)

    return order


def armed(events: Iterable[Beside]) -> Order:
    """Arm events of the frame that the thread runs in."""

    def order(machine: Machine, thread: Thread) -> None:
        machine.arm(thread.frame, events)
        machine.ready.append((thread, None))

    return order


def thrown(kind: str, code: str) -> Order:
    """An error or escalation climbs; goes on, where it still can, with whether somebody caught it."""

    def order(machine: Machine, thread: Thread) -> None:
        found = machine.catcher(thread.frame, kind, code)
        if found is not None:
            machine.happen(found)
        machine.ready.append((thread, found is not None))

    return order


def all_thrown(codes: Sequence[str]) -> Order:
    """Escalations, then signals, at once: nobody goes on in between, and who is ended by one throws the others nevertheless.

    An escalation has its catcher from the beginning; one that can catch no more then does nothing.
    """

    def order(machine: Machine, thread: Thread) -> None:
        catchers = [machine.catcher(thread.frame, "escalation", code) for code in codes if code.startswith("x")]
        for catcher in catchers:
            if catcher is not None and catcher in catcher.frame.events:
                machine.happen(catcher)
        for code in codes:
            if code.startswith("s"):
                machine.broadcast(code)
        machine.ready.append((thread, None))

    return order


def alone() -> Order:
    """End everything else in the frame."""

    def order(machine: Machine, thread: Thread) -> None:
        machine.kill(thread.frame, spare=thread)
        machine.ready.append((thread, None))

    return order
