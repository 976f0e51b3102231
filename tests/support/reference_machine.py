"""What advances the threads of the reference interpreter, and ends them from outside."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Any

from tests.support.reference_frames import Beside, Frame, Needs, Thread, Wait, Work

WAITED_FOR = ("message", "signal", "timer", "cycle", "conditional")


class Machine:
    """Advances threads until all rest; `trace` tells how often each element was completed."""

    def __init__(self) -> None:
        self.trace: Counter[str] = Counter()
        self.ready: deque[tuple[Thread, Any]] = deque()
        self.waits: list[Wait] = []
        self.serial = 0

    # -- threads -----------------------------------------------------------------------------------------------------------

    def spawn(self, frame: Frame, work: Work, joins: Callable[[], None] | None = None) -> Thread:
        """Begin something more in the frame."""
        thread = Thread(work, frame, joins)
        frame.threads.append(thread)
        self.ready.append((thread, None))
        return thread

    def rest(self) -> None:
        """Go on until everything waits; conditions are asked then."""
        while self.ready or self._one_became_true():
            while self.ready:
                thread, value = self.ready.popleft()
                if thread.alive:
                    self._advance(thread, value)

    def _advance(self, thread: Thread, value: Any) -> None:
        try:
            order = thread.work.send(value)
        except StopIteration:
            self.finished(thread)
        else:
            order(self, thread)

    def finished(self, thread: Thread) -> None:
        """The thread is done; with the last one its frame is."""
        thread.alive = False
        thread.frame.threads.remove(thread)
        if thread.joins is not None:
            thread.joins()
        if not thread.frame.threads:
            self.close(thread.frame, None)

    # -- frames ------------------------------------------------------------------------------------------------------------

    def arm(self, frame: Frame, events: Iterable[Beside]) -> None:
        """From now on the events can happen."""
        for beside in events:
            beside.frame = frame
            frame.events.append(beside)
            if beside.kind in WAITED_FOR:
                name = f"c{beside.element[1:]}" if beside.kind == "conditional" else beside.code or ""
                beside.wait = Wait(beside.kind, beside.element, name, beside=beside, left=3 if beside.kind == "cycle" else 1)
                self.open(beside.wait)

    def open(self, wait: Wait) -> None:
        """Add an open wait; one that was open before keeps its place."""
        if not wait.serial:
            self.serial += 1
            wait.serial = self.serial
        self.waits.append(wait)

    def close(self, frame: Frame, outcome: Any) -> None:
        """The frame is left, and its opener goes on."""
        frame.closed = True
        self.disarm(frame, frame.events)
        if frame.opener is not None and frame.opener.alive:
            frame.opener.inside = None
            self.ready.append((frame.opener, outcome))

    def disarm(self, frame: Frame, events: Iterable[Beside]) -> None:
        """The events can happen no more."""
        for beside in list(events):
            frame.events.remove(beside)
            self.waits = [wait for wait in self.waits if wait.beside is not beside]

    def kill(self, frame: Frame, spare: Thread | None = None) -> None:
        """End all that goes on in the frame, however deep."""
        for thread in [t for t in frame.threads if t is not spare]:
            thread.alive = False
            frame.threads.remove(thread)
            self.waits = [wait for wait in self.waits if wait.thread is not thread]
            if thread.inside is not None:
                self.kill(thread.inside)
                self.disarm(thread.inside, thread.inside.events)

    # -- what happens --------------------------------------------------------------------------------------------------------

    def answer(self, wait: Wait, value: Any = None) -> None:
        """What was waited for is there."""
        if wait.beside is not None:
            self._happened(wait)
            return
        thread = wait.thread
        assert thread is not None, "somebody waits"
        wait.answered = True
        self.waits = [other for other in self.waits if other.thread is not thread]
        self.ready.append((thread, value))

    def _happened(self, wait: Wait) -> None:
        beside = wait.beside
        assert beside is not None, "it is an event beside an activity"
        if beside.interrupting or beside.kind == "timer" or (beside.kind == "cycle" and wait.left == 1):
            self.waits.remove(wait)
        elif beside.kind == "cycle":
            self.waits.remove(wait)
            wait.serial = 0  # it is another timer
            wait.left -= 1
            self.open(wait)
        self.happen(beside)

    def happen(self, beside: Beside) -> None:
        """The event happens: it takes the place of what goes on, or is done beside it."""
        frame = beside.frame
        if beside.needs is not None and not self._complete(beside, beside.needs):
            return
        self.trace[beside.element] += 1
        if beside.interrupting:
            self.kill(frame)
        if beside.boundary:
            assert frame.opener is not None, "somebody does the activity"
            if beside.interrupting:
                self.close(frame, beside)
            else:
                self.spawn(frame.opener.frame, beside.handle(frame.opener.frame))
            return
        if beside.interrupting:
            self.disarm(frame, [other for other in frame.events if not other.boundary])
        self.spawn(frame, beside.handle(frame))

    def _complete(self, beside: Beside, needs: Needs) -> bool:
        """Whether all that the event needs has happened, which then counts no more; else this is kept.

        What happens again says nothing new, but each message counts.
        """
        kept = needs.happened[beside.kind]
        if needs.complete(beside.kind) and not kept:
            for other, happened in needs.happened.items():
                if other != beside.kind:
                    self.waits.remove(happened.pop(0))
            return True
        if not kept or beside.kind == "message":
            kept.append(Wait("kept", beside.element, beside=beside))
            self.open(kept[-1])
        return False

    def broadcast(self, name: str) -> None:
        """A signal reaches all that wait for it now."""
        for wait in self.open_waits("signal"):
            if wait.name == name and wait in self.waits:
                self.answer(wait, wait.element)

    def catcher(self, frame: Frame | None, kind: str, code: str) -> Beside | None:
        """The nearest event for the code: in a scope before at its border, the code itself before all codes."""
        while frame is not None:
            for boundary in (False, True):
                fitting = [e for e in frame.events if e.kind == kind and e.boundary is boundary and e.code in (code, None)]
                if fitting:
                    return min(fitting, key=lambda e: e.code is None)
            frame = frame.outer
        return None

    def open_waits(self, kind: str) -> list[Wait]:
        """Those of a kind, the oldest first."""
        return sorted((wait for wait in self.waits if wait.kind == kind), key=lambda wait: wait.serial)

    def _one_became_true(self) -> bool:
        happened = False
        for wait in self.open_waits("conditional"):
            holds = wait in self.waits and wait.frame.read(wait.name) is True
            became, wait.holds = holds and not wait.holds, holds
            if became:
                self.answer(wait, wait.element)
                happened = True
        return happened
