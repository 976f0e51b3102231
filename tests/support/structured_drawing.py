"""Draws structured processes: each block as the elements and flows that an analyst would draw for it.

An element is called by one letter and the name of its block: `t` an activity, `b` an event beside it, `x` an event sub-process,
`undo` what undoes an activity. What begins with ``gw_`` is there for the drawing only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.model.process import CompensationDefinition, ProcessDefinition
from tests.support import structured_process as s
from tests.support.process_builder import ProcessBuilder, each, link, message, repeat
from tests.support.structured_events import beside, definition, several, thrown
from tests.support.structured_process import COUNTERS, INPUTS, Block, Condition
from tests.support.structured_walk import named, written

STARTS = ("none", "message", "signal", "timer")
EXTRA = "extra"
"""A user task that nothing leads to: for tokens that an operator adds."""


class Diagram:
    """A block as a process `p`, and its calls as further processes."""

    def __init__(self, block: Block, *, begins: str = "none") -> None:
        self.processes: list[ProcessDefinition] = []
        self.blocks: dict[str, Block] = dict(named(block, ""))
        self._process("p", block, "", begins)
        self.processes.reverse()

    def _process(self, id_: str, block: Block, name: str, begins: str = "none") -> None:
        event = None if begins == "none" else definition(begins, "start")
        builder = ProcessBuilder(id_).start(f"start{name}", event)
        self._draw(builder, block, name)
        self.processes.append(builder.end(f"end{name}").build())

    def _draw(self, to: ProcessBuilder, block: Block, name: str) -> None:
        """Draw the block behind the current element and leave its last element as the current one."""
        match block:
            case s.Seq():
                for n, inside in enumerate(block.blocks):
                    self._draw(to, inside, f"{name}_{n}")
            case s.And():
                to.parallel(f"gw_fork{name}")
                self._branches(to, name, block.branches, "parallel")
            case s.Xor() | s.Or():
                kind = "exclusive" if isinstance(block, s.Xor) else "inclusive"
                to.add(f"{kind}Gateway", f"gw_fork{name}")
                inside = (*(b for _, b in block.branches), block.default)
                self._branches(to, name, inside, kind, [*(c for c, _ in block.branches), None])
            case s.Loop(body=body, turns=turns):
                to.script(f"gw_zero{name}", f"i{name}", "=0").exclusive(f"gw_again{name}")
                self._draw(to, body, f"{name}_0")
                to.script(f"gw_count{name}", f"i{name}", f"=i{name} + 1").exclusive(f"gw_ask{name}")
                to.when(f"=i{name} < {turns}").connect(f"gw_again{name}").otherwise().task(f"gw_done{name}")
            case s.Guarded():
                self._guarded(to, block, name)
            case s.Pick():
                self._pick(to, block, name)
            case s.User():
                self._activity(to, block, name)
                to.exclusive(f"gw_past{name}")
            case s.Pass() | s.Catch() | s.Several() | s.Throw() | s.Doubt():
                self._event(to, block, name)
            case _:
                self._activity(to, block, name)

    def _branches(
        self, to: ProcessBuilder, name: str, branches: Sequence[Block], kind: str, conditions: Sequence[Condition | None] = ()
    ) -> None:
        for n, branch in enumerate(branches):
            to.move_to(f"gw_fork{name}")
            _condition(to, conditions[n]) if conditions else None
            self._draw(to, branch, f"{name}_{n}")
            to.add(f"{kind}Gateway", f"gw_join{name}") if n == 0 else to.connect(f"gw_join{name}")
        to.move_to(f"gw_join{name}")
        if kind == "inclusive":
            to.task(f"t{name}")

    def _event(self, to: ProcessBuilder, block: Block, name: str) -> None:
        match block:
            case s.Pass(kind="link"):
                to.throw(f"gw_link{name}", link(f"L{name}")).apart().catch(f"t{name}", link(f"L{name}"))
            case s.Pass(kind="message"):
                to.throw(f"t{name}", message(f"told{name}", "=a"), inputs={"told": "=a"})
            case s.Pass(kind="sendTask"):
                to.add("sendTask", f"t{name}", event=message(f"told{name}", "=a"), inputs={"told": "=a"})
            case s.Pass(kind=kind):
                to.add(kind, f"t{name}")
            case s.Catch(kind="receive"):
                to.receive(f"t{name}", message(f"m{name}", "=1"), outputs={f"v{name}": "=brought"})
            case s.Catch(kind=kind, signal=code):
                outputs = {f"v{name}": "=brought"} if kind == "message" else None
                to.catch(f"t{name}", definition(kind, name, code=code), outputs=outputs)
            case s.Several(kinds=kinds, parallel=parallel):
                outputs = {f"v{name}": "=brought"} if "message" in kinds else None
                to.catch(f"t{name}", several(kinds, name, parallel=parallel), outputs=outputs)
            case s.Throw(kind=kind, code=code, also=also):
                to.user_task(f"u{name}").throw(f"t{name}", thrown(definition(kind, name, code=code), also, name))
            case s.Doubt():
                to.user_task(f"u{name}").exclusive(f"t{name}").when(f"=d{name} > 0").task(f"gw_yes{name}")
                to.exclusive(f"gw_join{name}").move_to(f"t{name}").otherwise().task(f"gw_no{name}").connect(f"gw_join{name}")
                to.move_to(f"gw_join{name}")

    def _pick(self, to: ProcessBuilder, block: s.Pick, name: str) -> None:
        to.event_based(f"gw_fork{name}")
        for n, kind in enumerate(block.kinds):
            to.move_to(f"gw_fork{name}")
            if kind == "receive":
                to.receive(f"e{name}_{n}", message(f"m{name}_{n}", "=1"))
            else:
                to.catch(f"e{name}_{n}", definition(kind, f"{name}_{n}", code="s1"))
            to.exclusive(f"gw_join{name}") if n == 0 else to.connect(f"gw_join{name}")
        to.move_to(f"gw_join{name}")

    def _guarded(self, to: ProcessBuilder, block: s.Guarded, name: str) -> None:
        self._activity(to, block.activity, f"{name}_0")
        to.exclusive(f"gw_on{name}")
        for n, (event, handler) in enumerate(block.events, 1):
            found = beside(event, f"{name}_{n}")
            to.boundary(f"b{name}_{n}", f"t{name}_0", found, interrupting=event.interrupting)
            self._draw(to, handler, f"{name}_{n}")
            if event.interrupting:
                to.connect(f"gw_on{name}")
        to.move_to(f"gw_on{name}")

    def _activity(self, to: ProcessBuilder, block: Block, name: str) -> None:
        """One element, with all that lies in it."""
        match block:
            case s.Script(counter=counter, amount=amount, per_turn=per_turn):
                g = COUNTERS[counter]
                to.script(f"t{name}", g, f"={g} + {'loopCounter' if per_turn else amount}")
            case s.Rule():
                to.decision(f"t{name}", "double", f"v{name}")
            case s.Job():
                to.service(f"t{name}", outputs={f"v{name}": "=result"})
            case s.User():
                to.user_task(f"t{name}", outputs={f"v{name}": "=entered"})
                _undone_by_user_task(to, block, name)
            case s.Many(body=s.User()):
                loop = _many(block, (f"o{name}", "=entered"))
                to.user_task(f"t{name}", loop=loop)
            case s.Call():
                inputs = {g: "=0" for g in COUNTERS} | {v: f"={v}" for v in INPUTS}
                outputs = {f"r{name}": f"=[{', '.join(COUNTERS)}]"}
                to.call(f"t{name}", f"q{name}", give_all=False, take_all=False, inputs=inputs, outputs=outputs)
                self._process(f"q{name}", block.body, f"{name}_0")
            case s.AdHoc():
                self._ad_hoc(to, block, name)
            case s.Ending(how="cancel"):
                to.sub_process(f"t{name}", kind="transaction")
                self._contents(to, block, name)
                to.done()
            case s.Many(body=body):
                local = written(body, f"{name}_0")
                loop = _many(block, (f"o{name}", f"=[loopCounter, {', '.join(local) or '0'}]"))
                to.sub_process(f"t{name}", loop=loop, inputs=dict.fromkeys(local, "=null"))
                self._contents(to, block, name)
                to.done()
            case s.Repeat(turns=turns, before=before):
                to.sub_process(f"t{name}", loop=repeat(f"=loopCounter < {turns}", before=before))
                self._contents(to, block, name)
                to.done()
            case _:
                to.sub_process(f"t{name}")
                self._contents(to, block, name)
                to.done()
        if isinstance(block, s.Ending) and block.how in ("error", "cancel"):
            self._left_by_event(to, block, name)

    def _contents(self, to: ProcessBuilder, block: Block, name: str) -> None:
        """What lies in a sub-process."""
        if isinstance(block, s.Loose):
            for n, part in enumerate(block.parts):
                to.apart()
                self._draw(to, part, f"{name}_{n}")
            return
        to.user_task(f"{EXTRA}{name}").start(f"gw_start{name}")
        match block:
            case s.Sub(body=body, undone=undone):
                self._draw(to, body, f"{name}_0")
                if undone:
                    to.event_sub_process(f"x{name}", CompensationDefinition(), start=f"gw_undo{name}")
                    to.user_task(f"undo{name}").done()
            case s.Many(body=body) | s.Repeat(body=body):
                self._draw(to, body, f"{name}_0")
            case s.Split():
                self._split(to, block, name)
            case s.Twice(branches=branches, after=after, collects=collects):
                to.parallel(f"gw_fork{name}")
                behind = f"{name}_{len(branches)}"
                self._each_to(to, branches, name, lambda: self._draw(to, after, behind))
                if collects:
                    to.quantities(f"t{behind}", len(branches)).move_to(f"t{behind}").task(f"each{name}")
            case s.Some(branches=branches, after=after):
                to.parallel(f"gw_fork{name}")
                enough = f"=activationCount >= {block.enough}"
                self._each_to(to, branches, name, lambda: to.complex(f"gw_some{name}", enough))
                self._draw(to.move_to(f"gw_some{name}"), after, f"{name}_{len(branches)}")
            case s.Watched():
                self._watched(to, block, name)
            case s.Undoing(parts=parts, only=only):
                for n, part in enumerate(parts):
                    self._draw(to, part, f"{name}_{n}")
                activity = None if only is None else f"t{name}_{only}"
                to.user_task(f"u{name}").compensate(f"undoing{name}", activity, wait=block.wait)
                self._draw(to, block.after, f"{name}_{len(parts)}")
            case s.Ending():
                self._ending(to, block, name)

    def _split(self, to: ProcessBuilder, block: s.Split, name: str) -> None:
        to.task(f"gw_split{name}")
        for n, (condition, branch) in enumerate([*block.branches, (None, block.default)]):
            _condition(to.move_to(f"gw_split{name}"), condition)
            self._draw(to, branch, f"{name}_{n}")

    def _each_to(self, to: ProcessBuilder, branches: Sequence[Block], name: str, draw: Callable[[], object]) -> None:
        """Branches that all lead to one element, which is drawn once."""
        first = None
        for n, branch in enumerate(branches):
            self._draw(to.move_to(f"gw_fork{name}"), branch, f"{name}_{n}")
            to.task(f"gw_last{name}_{n}")
            if first is None:
                draw()
                first = to.target_of(f"gw_last{name}_{n}")
            else:
                to.connect(first)

    def _watched(self, to: ProcessBuilder, block: s.Watched, name: str) -> None:
        self._draw(to, block.body, f"{name}_0")
        for n, (event, handler) in enumerate(block.events, 1):
            found = beside(event, f"{name}_{n}")
            to.event_sub_process(f"x{name}_{n}", found, interrupting=event.interrupting, start=f"b{name}_{n}")
            self._draw(to, handler, f"{name}_{n}")
            to.done()

    def _ad_hoc(self, to: ProcessBuilder, block: s.AdHoc, name: str) -> None:
        until = None if block.enough is None else f"=k{name} >= {block.enough}"
        begin = None if block.first is None else "=" + str([f"t{name}_{n}" for n in block.first]).replace("'", '"')
        to.ad_hoc(
            f"t{name}", sequential=block.sequential, until=until, begin=begin, cancel=block.cancel, inputs={f"k{name}": "=0"}
        )
        for n, part in enumerate(block.parts):
            to.apart()
            counted = {f"k{name}": f"=k{name} + 1"}
            inner = f"{name}_{n}"
            if isinstance(part, s.User):
                to.user_task(f"t{inner}", outputs={f"v{inner}": "=entered"} | counted)
                _undone_by_user_task(to, part, inner)
            else:
                to.sub_process(f"t{inner}", outputs=counted)
                self._contents(to, part, inner)
                to.done()
        to.done()

    def _ending(self, to: ProcessBuilder, block: s.Ending, name: str) -> None:
        to.parallel(f"gw_fork{name}")
        self._draw(to, block.other, f"{name}_1")
        self._draw(to.move_to(f"gw_fork{name}"), block.body, f"{name}_0")
        to.user_task(f"u{name}")
        code = {"error": s.ERROR, "escalation": "x0", "signal": "s0"}.get(block.how)
        to.end(f"gw_end{name}", thrown(definition(block.how, name, code=code), block.also, name))

    def _left_by_event(self, to: ProcessBuilder, block: s.Ending, name: str) -> None:
        """The sub-process is left by its own error, or once it was cancelled."""
        to.exclusive(f"gw_on{name}")
        to.boundary(f"b{name}", f"t{name}", definition(block.how, name, code=s.ERROR))
        self._draw(to, block.handler, f"{name}_2")
        to.connect(f"gw_on{name}").move_to(f"gw_on{name}")


def _condition(to: ProcessBuilder, condition: Condition | None) -> None:
    """The condition of the next flow, which is the default flow without one."""
    to.otherwise() if condition is None else to.when(f"={condition.variable} > {condition.limit}")


def _undone_by_user_task(to: ProcessBuilder, block: s.User, name: str) -> None:
    if block.undone:
        to.undone_by(f"undo{name}", f"t{name}")


def _many(block: s.Many, output: tuple[str, str]) -> Any:
    times: dict[str, Any] = {"times": str(block.items)}
    if block.collection:
        times = {"collection": f"={list(range(1, block.items + 1))}", "element": "item"}
    until = None if block.enough is None else f"=numberOfCompletedInstances >= {block.enough}"
    return each(**times, sequential=block.sequential, output=output, until=until)
