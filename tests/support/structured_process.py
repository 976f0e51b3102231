"""Random processes as structure: blocks in blocks, and the diagram each of them makes.

The blocks are such that the result does not depend on the order in which parallel work is done: global counters are only
added to, and every other variable is written by one block, which a multi-instance makes local to each of its turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model.process import ProcessDefinition
from tests.support.process_builder import ProcessBuilder, each, error, message, repeat, timer

COUNTERS = ("g0", "g1")
INPUTS = ("a", "loopCounter")


@dataclass(frozen=True)
class Script:
    """Add to a global counter: a number, or the number of the turn."""

    counter: int
    amount: int
    per_turn: bool = False


@dataclass(frozen=True)
class User:
    """A user task that enters a value; `reminders` messages come before; `interrupted` (timer or message) it is never done."""

    value: int
    reminders: int = 0
    interrupted: str | None = None


@dataclass(frozen=True)
class Job:
    """A service task with a result; it fails `failures` times, needs an incident to be resolved, or ends in an error."""

    value: int
    failures: int = 0
    incident: bool = False
    error: bool = False


@dataclass(frozen=True)
class Pick:
    """An event-based gateway with `events` messages, of which the one at `chosen` comes."""

    events: int
    chosen: int


@dataclass(frozen=True)
class Seq:
    """One after the other."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Condition:
    """An input is greater than a limit."""

    variable: str
    limit: int


@dataclass(frozen=True)
class Xor:
    """The first branch whose condition holds, else the default."""

    branches: tuple[tuple[Condition, Block], ...]
    default: Block


@dataclass(frozen=True)
class And:
    """All branches, then a join."""

    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Or:
    """Every branch whose condition holds, else the default, then one join of those that were taken."""

    branches: tuple[tuple[Condition, Block], ...]
    default: Block


@dataclass(frozen=True)
class Split:
    """A sub-process whose first task has conditional flows: every branch whose condition holds, else the default; no join."""

    branches: tuple[tuple[Condition, Block], ...]
    default: Block


@dataclass(frozen=True)
class Loop:
    """The body, `turns` times, as a cycle in the diagram."""

    body: Block
    turns: int


@dataclass(frozen=True)
class Repeat:
    """A sub-process with a loop marker, `turns` times; asked `before`, it may be none."""

    body: Block
    turns: int
    before: bool


@dataclass(frozen=True)
class Sub:
    """An embedded sub-process."""

    body: Block


@dataclass(frozen=True)
class Many:
    """A multi-instance sub-process; sequential ones may stop when `enough` turns are done."""

    body: Block
    items: int
    sequential: bool
    enough: int | None = None


@dataclass(frozen=True)
class Call:
    """The body as a process of its own."""

    body: Block


@dataclass(frozen=True)
class Breaking:
    """A sub-process that something else in it keeps open; after the body an error or a terminate end event ends it.

    The error is caught `inside`, by an event sub-process, or at the border.
    """

    body: Block
    terminates: bool
    handler: Block
    inside: bool = False


Block = Script | User | Job | Pick | Seq | Xor | And | Or | Split | Loop | Repeat | Sub | Many | Call | Breaking


def children(block: Block) -> tuple[Block, ...]:
    """The blocks directly inside, in order."""
    match block:
        case Seq(blocks=inside) | And(branches=inside):
            return inside
        case Xor() | Or() | Split():
            return (*(b for _, b in block.branches), block.default)
        case Loop(body=body) | Repeat(body=body) | Sub(body=body) | Many(body=body) | Call(body=body):
            return (body,)
        case Breaking(body=body, handler=handler):
            return (body, handler)
    return ()


def named(block: Block, name: str) -> Iterator[tuple[str, Block]]:
    """The block and all inside it with their names; a name tells the place in the structure."""
    yield name, block
    for n, child in enumerate(children(block)):
        yield from named(child, f"{name}_{n}")


def written(block: Block, name: str) -> list[str]:
    """The variables, other than counters, that the block writes in the scope around it."""
    match block:
        case User() | Job() | Pick():
            return [f"v{name}"]
        case Call():
            return [f"r{name}"]
        case Many():
            return [f"o{name}"]
    own = [f"i{name}"] if isinstance(block, Loop) else []
    return own + [v for n, child in enumerate(children(block)) for v in written(child, f"{name}_{n}")]


class Diagram:
    """Draws a block as a process, and its calls as further processes."""

    def __init__(self, block: Block) -> None:
        self.processes: list[ProcessDefinition] = []
        self.blocks: dict[str, Block] = dict(named(block, ""))
        self._process("p", block, "")
        self.processes.reverse()

    def _process(self, id_: str, block: Block, name: str) -> None:
        builder = ProcessBuilder(id_).start(f"start{name}")
        self._draw(builder, block, name)
        self.processes.append(builder.end(f"end{name}").build())

    def _draw(self, to: ProcessBuilder, block: Block, name: str) -> None:
        """Draw the block behind the current element and leave its last element as the current one."""
        match block:
            case Script(counter=counter, amount=amount, per_turn=per_turn):
                g = COUNTERS[counter]
                to.script(f"t{name}", g, f"={g} + {'loopCounter' if per_turn else amount}")
            case User():
                self._user(to, block, name)
            case Job():
                self._job(to, block, name)
            case Pick():
                self._pick(to, block, name)
            case Seq(blocks=blocks):
                for n, inside in enumerate(blocks):
                    self._draw(to, inside, f"{name}_{n}")
            case And(branches=branches):
                to.parallel(f"gw_fork{name}")
                self._branches(to, name, branches, "parallel", [None] * len(branches))
            case Xor(branches=branches, default=default):
                to.exclusive(f"gw_fork{name}")
                self._branches(to, name, (*(b for _, b in branches), default), "exclusive", [*(c for c, _ in branches), None])
            case Or(branches=branches, default=default):
                to.inclusive(f"gw_fork{name}")
                self._branches(to, name, (*(b for _, b in branches), default), "inclusive", [*(c for c, _ in branches), None])
            case Loop(body=body, turns=turns):
                to.script(f"gw_zero{name}", f"i{name}", "=0").exclusive(f"gw_again{name}")
                self._draw(to, body, f"{name}_0")
                to.script(f"gw_count{name}", f"i{name}", f"=i{name} + 1").exclusive(f"gw_ask{name}")
                to.when(f"=i{name} < {turns}").connect(f"gw_again{name}").otherwise()
                to.task(f"gw_done{name}")
            case _:
                self._scope(to, block, name)

    def _scope(self, to: ProcessBuilder, block: Block, name: str) -> None:
        match block:
            case Sub(body=body):
                to.sub_process(f"t{name}").start(f"gw_start{name}")
                self._draw(to, body, f"{name}_0")
                to.done()
            case Repeat(body=body, turns=turns, before=before):
                to.sub_process(f"t{name}", loop=repeat(f"=loopCounter < {turns}", before=before)).start(f"gw_start{name}")
                self._draw(to, body, f"{name}_0")
                to.done()
            case Split():
                self._split(to, block, name)
            case Many(body=body, items=items, sequential=sequential, enough=enough):
                local = written(body, f"{name}_0")
                loop = each(
                    times=str(items),
                    sequential=sequential,
                    output=(f"o{name}", f"=[loopCounter, {', '.join(local) or '0'}]"),
                    until=None if enough is None else f"=numberOfCompletedInstances >= {enough}",
                )
                to.sub_process(f"t{name}", loop=loop, inputs=dict.fromkeys(local, "=null")).start(f"gw_start{name}")
                self._draw(to, body, f"{name}_0")
                to.done()
            case Call(body=body):
                inputs = {g: "=0" for g in COUNTERS} | {v: f"={v}" for v in INPUTS}
                outputs = {f"r{name}": f"=[{', '.join(COUNTERS)}]"}
                to.call(f"t{name}", f"q{name}", give_all=False, take_all=False, inputs=inputs, outputs=outputs)
                self._process(f"q{name}", body, f"{name}_0")
            case Breaking():
                self._breaking(to, block, name)

    def _branches(
        self, to: ProcessBuilder, name: str, branches: tuple[Block, ...], kind: str, conditions: list[Condition | None]
    ) -> None:
        for n, (branch, condition) in enumerate(zip(branches, conditions, strict=True)):
            to.move_to(f"gw_fork{name}")
            if condition is not None:
                to.when(f"={condition.variable} > {condition.limit}")
            elif kind != "parallel":
                to.otherwise()
            self._draw(to, branch, f"{name}_{n}")
            to.add(f"{kind}Gateway", f"gw_join{name}") if n == 0 else to.connect(f"gw_join{name}")
        to.move_to(f"gw_join{name}")
        if kind == "inclusive":
            to.task(f"t{name}")

    def _split(self, to: ProcessBuilder, block: Split, name: str) -> None:
        to.sub_process(f"t{name}").start(f"gw_start{name}").task(f"gw_split{name}")
        for n, (condition, branch) in enumerate(block.branches):
            to.move_to(f"gw_split{name}").when(f"={condition.variable} > {condition.limit}")
            self._draw(to, branch, f"{name}_{n}")
        to.move_to(f"gw_split{name}").otherwise()
        self._draw(to, block.default, f"{name}_{len(block.branches)}")
        to.done()

    def _user(self, to: ProcessBuilder, block: User, name: str) -> None:
        to.user_task(f"t{name}", outputs={f"v{name}": "=entered"}).exclusive(f"gw_on{name}")
        if block.interrupted:
            event = timer("duration", "PT1H") if block.interrupted == "timer" else message("stop", "=1")
            to.boundary(f"b{name}", f"t{name}", event).connect(f"gw_on{name}")
        if block.interrupted == "message":
            to.boundary(f"l{name}", f"t{name}", timer("duration", "P10D")).connect(f"gw_on{name}")
        if block.reminders:
            to.boundary(f"n{name}", f"t{name}", message("remind", "=1"), interrupting=False)
            to.script(f"reminded{name}", "g0", "=g0 + 1")
        to.move_to(f"gw_on{name}")

    def _job(self, to: ProcessBuilder, block: Job, name: str) -> None:
        to.service(f"t{name}", outputs={f"v{name}": "=result"}).exclusive(f"gw_on{name}")
        if block.error:
            to.boundary(f"b{name}", f"t{name}", error("E")).connect(f"gw_on{name}")
        to.move_to(f"gw_on{name}")

    def _pick(self, to: ProcessBuilder, block: Pick, name: str) -> None:
        to.event_based(f"gw_fork{name}")
        for n in range(block.events):
            to.move_to(f"gw_fork{name}").catch(f"e{name}_{n}", message(f"m{n}", "=1"), outputs={f"v{name}": "=brought"})
            to.exclusive(f"gw_join{name}") if n == 0 else to.connect(f"gw_join{name}")
        to.move_to(f"gw_join{name}")

    def _breaking(self, to: ProcessBuilder, block: Breaking, name: str) -> None:
        to.sub_process(f"t{name}").start(f"gw_start{name}").parallel(f"gw_fork{name}").user_task(f"never{name}")
        to.move_to(f"gw_fork{name}")
        self._draw(to, block.body, f"{name}_0")
        if block.terminates:
            to.terminate(f"gw_stop{name}").done()
            self._draw(to, block.handler, f"{name}_1")
            return
        to.end(f"gw_fail{name}", error("BROKEN"))
        if block.inside:
            to.event_sub_process(f"x{name}", error("BROKEN"), start=f"b{name}")
            self._draw(to, block.handler, f"{name}_1")
            to.done().done()
            return
        to.done().exclusive(f"gw_on{name}")
        to.boundary(f"b{name}", f"t{name}", error("BROKEN"))
        self._draw(to, block.handler, f"{name}_1")
        to.connect(f"gw_on{name}").move_to(f"gw_on{name}")
