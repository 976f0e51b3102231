"""What a structured process must do, told by walking its structure: no tokens, no graph, no events of the kernel.

Each block is a generator that says what it does and for what it waits. It shares nothing with the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from tests.support import structured_process as s
from tests.support.reference_ad_hoc import AdHocRun
from tests.support.reference_frames import Beside, Done, Frame, Needs, Wait, Work
from tests.support.reference_orders import all_thrown, alone, armed, beside, opened, thrown, together, waiting
from tests.support.reference_steps import AGAIN, Back, Steps
from tests.support.structured_process import COUNTERS, INPUTS, Block, Condition
from tests.support.structured_walk import children, written


class Interpretation(Steps):
    """A process instance: `trace` tells how often each element was completed, `waits` what is open."""

    def __init__(self, block: Block, variables: Mapping[str, Any]) -> None:
        super().__init__()
        self.ad_hocs: dict[Frame, AdHocRun] = {}
        self.root = Frame(variables=dict(variables), is_process=True)
        self.spawn(self.root, self._process(block, self.root, ""))
        self.rest()

    @property
    def ended(self) -> bool:
        """True when nothing is left."""
        return self.root.closed

    def add_user_task(self, frame: Frame, element: str) -> None:
        """Somebody put a token more into the frame."""
        self.spawn(frame, self._user(element))

    def _process(self, block: Block, frame: Frame, name: str) -> Work:
        self.trace[f"start{name}"] += 1
        yield from self.run(block, frame, name)
        self.trace[f"end{name}"] += 1

    def run(self, block: Block, frame: Frame, name: str) -> Work:
        """Do the block in the frame."""
        match block:
            case s.Seq(blocks=blocks):
                yield from self._sequence(blocks, frame, name)
            case s.And(branches=branches):
                yield together(self._each(branches, frame, name))
            case s.Xor():
                chosen = next((n for n, (c, _) in enumerate(block.branches) if _holds(c, frame)), len(block.branches))
                yield from self.run(children(block)[chosen], frame, f"{name}_{chosen}")
            case s.Or():
                yield together(self._holding(block, frame, name))
                self.trace[f"t{name}"] += 1
            case s.Loop(body=body, turns=turns):
                frame.write(f"i{name}", 0)
                for turn in range(1, turns + 1):
                    yield from self.run(body, frame, f"{name}_0")
                    frame.write(f"i{name}", turn)
            case s.Guarded(activity=activity, events=events):
                guards = self._events(events, name, boundary=True)
                left_by = yield from self.activity(activity, frame, f"{name}_0", guards)
                if not isinstance(left_by, Beside):
                    return left_by
                yield from left_by.handle(frame)
            case s.Pick(kinds=kinds):
                chosen = yield waiting(*(self._catching(kind, f"e{name}_{n}", "s1") for n, kind in enumerate(kinds)))
                self.trace[chosen] += 1
            case s.User():
                return (yield from self.activity(block, frame, name))
            case s.Pass() | s.Catch() | s.Several() | s.Throw() | s.Doubt():
                yield from self._step(block, frame, name)
                self.trace[f"t{name}"] += 1
            case _:
                yield from self.activity(block, frame, name)
        return None

    def _sequence(self, blocks: tuple[Block, ...], frame: Frame, name: str) -> Work:
        at = 0
        while at < len(blocks):
            answer = yield from self.run(blocks[at], frame, f"{name}_{at}")
            at = int(answer) if isinstance(answer, Back) else at + 1

    def _each(self, blocks: Iterable[Block], frame: Frame, name: str) -> list[Work]:
        return [self.run(block, frame, f"{name}_{n}") for n, block in enumerate(blocks)]

    def _holding(self, block: s.Or | s.Split, frame: Frame, name: str) -> list[Work]:
        holding = [n for n, (condition, _) in enumerate(block.branches) if _holds(condition, frame)]
        return [self.run(children(block)[n], frame, f"{name}_{n}") for n in holding or [len(block.branches)]]

    def _events(self, events: tuple[tuple[s.Event, Block], ...], name: str, *, boundary: bool) -> list[Beside]:
        named = [(event, handler, f"{name}_{n}") for n, (event, handler) in enumerate(events, 1)]
        return [beside for event, handler, inner in named for beside in self._event(event, handler, inner, boundary=boundary)]

    def _event(self, event: s.Event, handler: Block, name: str, *, boundary: bool) -> Iterator[Beside]:
        def handle(frame: Frame) -> Work:
            if boundary:
                yield from self.run(handler, frame, name)
                return
            inside = Frame(path=frame.path)
            yield opened(inside, self.run(handler, inside, name))
            self.trace[f"x{name}"] += 1

        if not event.kinds:
            yield Beside(event.kind, f"b{name}", event.interrupting, boundary, event.code, handle)
            return
        needs = Needs({kind: [] for kind in event.kinds}) if event.parallel else None
        for kind in event.kinds:
            code = {"signal": event.code, "escalation": "x0", "error": s.ERROR}.get(kind)
            yield Beside(kind, f"b{name}", event.interrupting, boundary, code, handle, needs)

    # -- activities: what has a frame --------------------------------------------------------------------------------------

    def activity(self, block: Block, frame: Frame, name: str, guards: Iterable[Beside] = ()) -> Work:
        """Do it in a frame of its own.

        Returns the event that ended it, or how its user task was left otherwise; None when it was completed.
        """
        guards = list(guards)
        inner = Frame(path=frame.path, passes_on=isinstance(block, s.Many | s.Repeat))
        if isinstance(block, s.AdHoc):
            inner.variables = {f"k{name}": 0}
        left: list[Any] = []
        work = self._noted(block, inner, name, left)
        if isinstance(block, s.Ending) and block.how in ("error", "cancel"):
            code = s.ERROR if block.how == "error" else None
            guards.append(Beside(block.how, f"b{name}", True, True, code, partial(self._after_ending, block, name)))
        ended_by = yield opened(inner, work, guards)
        if left and left[0] == AGAIN:
            return (yield from self.activity(block, frame, name, guards))
        if ended_by is None and left and left[0] is not None:
            return left[0]
        if ended_by is None:
            self._completed(block, frame, inner, name)
        elif isinstance(block, s.Ending) and ended_by is guards[-1]:
            yield from ended_by.handle(frame)
            return None
        return ended_by

    def _after_ending(self, block: s.Ending, name: str, frame: Frame) -> Work:
        yield from self.run(block.handler, frame, f"{name}_2")

    def _noted(self, block: Block, inner: Frame, name: str, left: list[Any]) -> Work:
        left.append((yield from self._contents(block, inner, name)))

    def _completed(self, block: Block, frame: Frame, inner: Frame, name: str) -> None:
        self.trace[f"t{name}"] += 1
        undone = self._undo_of(block, name)
        if undone is not None or inner.kept:
            frame.keeper.kept.append(Done(f"t{name}", dict(inner.variables or {}), inner.kept, undone))

    def _undo_of(self, block: Block, name: str) -> Callable[[Frame, Done], Work] | None:
        if isinstance(block, s.User) and block.undone:
            return partial(self._undone_by_user, name)
        return partial(self._undone_inside, name) if isinstance(block, s.Sub) and block.undone else None

    def _contents(self, block: Block, frame: Frame, name: str) -> Work:
        """What is done in the frame of an activity."""
        match block:
            case s.Script(counter=counter, amount=amount, per_turn=per_turn):
                g = COUNTERS[counter]
                frame.write(g, frame.read(g) + (frame.read("loopCounter") if per_turn else amount))
            case s.Rule():
                frame.write(f"v{name}", frame.read("a") * 2)
            case s.User():
                return (yield from self._entering(frame, name))
            case s.Job():
                yield from self._job(frame, name)
            case s.Sub(body=body):
                yield from self.run(body, frame, f"{name}_0")
            case s.Loose(parts=parts):
                yield together(self._each(parts, frame, name))
            case s.Split():
                yield together(self._holding(block, frame, name))
            case s.Twice(branches=branches, after=after, collects=True):
                yield together(self._each(branches, frame, name))
                yield from self.run(after, frame, f"{name}_{len(branches)}")
                self.trace[f"each{name}"] += len(branches)
            case s.Twice(branches=branches, after=after):
                behind = f"{name}_{len(branches)}"
                yield together(self._then(b, after, frame, f"{name}_{n}", behind) for n, b in enumerate(branches))
            case s.Some():
                yield from self._some(block, frame, name)
            case s.AdHoc():
                run = self.ad_hocs[frame] = AdHocRun(self, block, frame, name)
                yield from run.work()
            case s.Repeat():
                yield from self._repeat(block, frame, name)
            case s.Many():
                yield from self._many(block, frame, name)
            case s.Call(body=body):
                variables = {g: 0 for g in COUNTERS} | {v: frame.read(v) for v in INPUTS}
                inner = Frame(path=frame.path, variables=variables, is_process=True)
                frame.variables = dict(variables)
                yield opened(inner, self._process(body, inner, f"{name}_0"))
                self.trace[f"q{name}"] += 1
                assert frame.outer is not None, "a call lies in a process"
                frame.outer.write(f"r{name}", [variables[g] for g in COUNTERS])
            case s.Watched(body=body, events=events):
                yield armed(self._events(events, name, boundary=False))
                yield from self.run(body, frame, f"{name}_0")
            case s.Undoing():
                yield from self._undoing(block, frame, name)
            case s.Ending():
                yield together([self.run(block.other, frame, f"{name}_1"), self._to_the_end(block, frame, name)])
        return None

    def _then(self, block: Block, after: Block, frame: Frame, name: str, behind: str) -> Work:
        yield from self.run(block, frame, name)
        yield from self.run(after, frame, behind)

    def _some(self, block: s.Some, frame: Frame, name: str) -> Work:
        done = [0]

        def branch(n: int) -> Work:
            yield from self.run(block.branches[n], frame, f"{name}_{n}")
            done[0] += 1
            if done[0] == block.enough:
                yield from self.run(block.after, frame, f"{name}_{len(block.branches)}")

        yield together(branch(n) for n in range(len(block.branches)))

    def _to_the_end(self, block: s.Ending, frame: Frame, name: str) -> Work:
        yield from self.run(block.body, frame, f"{name}_0")
        yield from self._user(f"u{name}")
        yield all_thrown((*ENDS_BY.get(block.how, ()), *block.also))
        match block.how:
            case "terminate":
                yield alone()
            case "error":
                yield thrown("error", s.ERROR)
            case "compensate":
                yield from self._undo(frame, frame)
            case "cancel":
                yield alone()
                yield from self._undo(frame, frame)
                yield thrown("cancel", "")

    # -- repeated ------------------------------------------------------------------------------------------------------------

    def _repeat(self, block: s.Repeat, frame: Frame, name: str) -> Work:
        for turn in range(1, (block.turns if block.before else max(block.turns, 1)) + 1):
            yield from self._turn(s.Sub(block.body), frame, name, turn, {"loopCounter": turn})

    def _many(self, block: s.Many, frame: Frame, name: str) -> Work:
        outputs: list[Any] = [None] * block.items
        done = [0]

        def turn(number: int) -> Work:
            outputs[number - 1] = yield from self._one_of_many(block, frame, name, number)
            done[0] += 1
            if block.enough is not None and done[0] >= block.enough:
                yield alone()

        if block.sequential:
            for number in range(1, block.items + 1):
                if block.enough is None or done[0] < block.enough:
                    yield from turn(number)
        elif block.items:
            yield opened(Frame(path=frame.path, passes_on=True), self._all(turn, block.items))
        assert frame.outer is not None, "it lies in a scope"
        frame.outer.write(f"o{name}", outputs)

    def _all(self, turn: Callable[[int], Work], items: int) -> Work:
        for number in range(1, items + 1):
            yield beside(turn(number))

    def _one_of_many(self, block: s.Many, frame: Frame, name: str, number: int) -> Work:
        local = written(block.body, f"{name}_0") if not isinstance(block.body, s.User) else ["entered"]
        variables = {"loopCounter": number, **dict.fromkeys(local)} | ({"item": number} if block.collection else {})
        body = Entered() if isinstance(block.body, s.User) else s.Sub(block.body)
        yield from self._turn(body, frame, name, number, variables)
        if isinstance(block.body, s.User):
            return variables["entered"]
        return [number, *(variables[v] for v in local)] if local else [number, 0]

    def _turn(self, body: Any, frame: Frame, name: str, number: int, variables: dict[str, Any]) -> Work:
        inner = Frame(path=(*frame.path, number), variables=variables)
        yield opened(inner, self._of_turn(body, inner, name))
        self.trace[f"t{name}"] += 1
        if inner.kept:
            keeper = frame
            while keeper.passes_on and keeper.outer is not None:
                keeper = keeper.outer
            keeper.kept.append(Done(f"t{name}", dict(variables), inner.kept))

    def _of_turn(self, body: Any, frame: Frame, name: str) -> Work:
        if isinstance(body, Entered):
            frame.write("entered", (yield waiting(Wait("user", f"t{name}"))))
        else:
            yield from self._contents(body, frame, name)

    # -- undoing -------------------------------------------------------------------------------------------------------------

    def _undoing(self, block: s.Undoing, frame: Frame, name: str) -> Work:
        yield from self._sequence(block.parts, frame, name)
        yield from self._user(f"u{name}")
        only = None if block.only is None else f"t{name}_{block.only}"
        if block.wait:
            yield from self._undo(frame, frame, only)
            self.trace[f"undoing{name}"] += 1
        else:
            yield beside(self._noted_undo(frame, name, only))
        yield from self.run(block.after, frame, f"{name}_{len(block.parts)}")

    def _noted_undo(self, frame: Frame, name: str, only: str | None) -> Work:
        yield from self._undo(frame, frame, only)
        self.trace[f"undoing{name}"] += 1


ENDS_BY = {"escalation": ("x0",), "signal": ("s0",)}


class Entered:
    """A turn of a multi-instance user task."""


def _holds(condition: Condition, frame: Frame) -> bool:
    return bool(frame.read(condition.variable) > condition.limit)
