"""Runs structured processes on the kernel and on the reference interpreter, with the same random orders to both.

After each order both must have done the same work, wait for the same things and hold the same variables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from engine.feel import from_plain
from engine.kernel import InstanceStatus, Rejected, commands, events
from tests.support.kernel_run import Run
from tests.support.reference_interpreter import Interpretation
from tests.support.structured_drawing import Diagram
from tests.support.structured_orders import Order, Orders, Place, place_of, waits_of
from tests.support.structured_process import Block

MOST_COMMANDS = 400
"""A process that has not ended then is cancelled, as some are before."""

MOST_TRANSACTIONS = 400
"""What takes more with the smallest step budget goes round in circles."""

SPARE = 20
"""How often in a run something is ordered that the process could do without."""


class Driver:
    """One process on both."""

    def __init__(self, block: Block, seed: int, *, budget: int = 10_000, reload: bool = False, begins: str = "none") -> None:
        diagram = Diagram(block, begins=begins)
        self.blocks, self.random, self.begins = diagram.blocks, Random(seed), begins
        self.run = Run(*diagram.processes, budget=budget, reload=reload, decisions={"double": lambda seen: seen["a"] * 2})
        for process in diagram.processes:
            self.run.definitions.processes[f"{process.id} again"] = process
        self.reference: Interpretation
        self.block = block
        self.trace: Counter[str] = Counter()
        self.elements: dict[int, str] = {}
        self.spare = SPARE

    def finish(self, variables: Mapping[str, Any]) -> None:
        """Start on both and go on until the instance has ended."""
        start = None if self.begins == "none" else "start"
        self.execute(commands.StartInstance(process="p", variables=from_plain(dict(variables)), start_event=start))
        self.reference = Interpretation(self.block, variables)
        self.compare()
        for _ in range(MOST_COMMANDS):
            if self.run.state.status is not InstanceStatus.ACTIVE:
                return
            self.step()
        self.cancel()

    def step(self) -> None:
        """One order, or a suspension with several."""
        orders = list(Orders(self.run, self.reference, self.blocks, self.random))
        spare = [order for order in orders if order.spare]
        if self.spare and self.random.random() < 0.45:
            self.spare -= 1
            chance = self.random.random()
            if chance < 0.08:
                self.suspend([order for order in orders if order.kept])
            elif chance < 0.16:
                self.migrate()
            elif chance < 0.2:
                self.refused()
            elif chance < 0.21:
                self.cancel()
                return
            elif spare:
                self.give(self.random.choice(spare))
        else:
            needed = [order for order in orders if not order.spare]
            assert needed, "nothing that waits can be answered"
            self.give(self.random.choice(needed))
        self.compare()

    # -- orders --------------------------------------------------------------------------------------------------------------

    def give(self, order: Order) -> None:
        """To both."""
        self.execute(order.command)
        order.mirror()
        self.reference.rest()

    def execute(self, command: commands.Command) -> None:
        """To the kernel, and on where the step budget ends."""
        self.note(self.run.execute(command))
        for _ in range(MOST_TRANSACTIONS):
            if not self.run.last or not isinstance(self.run.last[-1], events.StepBudgetUsedUp):
                return
            self.note(self.run.execute(commands.ContinueInstance()))
        raise AssertionError("it does not come to rest")

    def note(self, happened: tuple[events.Event, ...]) -> None:
        """Count what was completed."""
        for event in happened:
            if isinstance(event, (events.ElementActivated, events.ElementMigrated)):
                self.elements[event.key] = event.element
            elif isinstance(event, events.ElementCompleted):
                element = self.elements.pop(event.key)
                self.trace[element] += not element.startswith("gw_") and element != "p"

    def suspend(self, orders: list[Order]) -> None:
        """What reaches a suspended instance is kept, and taken up in the order in which it came."""
        self.execute(commands.SuspendInstance())
        apart = {str(getattr(o.command, "job", getattr(o.command, "subscription", o.command))): o for o in orders}
        sent = self.random.sample(list(apart.values()), min(len(apart), self.random.randint(0, 2)))
        for order in sent:
            outcome = self.run.attempt(order.command)
            assert not isinstance(outcome, Rejected), outcome
        assert isinstance(self.run.attempt(commands.ContinueInstance()), Rejected)
        self.execute(commands.ResumeInstance())
        for order in sent:
            order.mirror()
            self.reference.rest()

    def migrate(self) -> None:
        """To a version that says the same: nothing changes."""
        state = self.run.state
        roots = [e for e in state.elements.values() if e.element in self.run.definitions.processes]
        chosen = self.random.choice(roots)
        target = chosen.process.removesuffix(" again") if chosen.process.endswith(" again") else f"{chosen.process} again"
        self.execute(commands.MigrateInstance(process=target, element_instance=chosen.key))

    def refused(self) -> None:
        """What cannot be done changes nothing."""
        for command in (
            commands.CompleteUserTask(task=0),
            commands.CompleteJob(job=0),
            commands.TriggerTimer(timer=0),
            commands.StartInstance(process="p"),
            commands.ResumeInstance(),
        ):
            assert isinstance(self.run.attempt(command), Rejected)

    def cancel(self) -> None:
        """Nothing is left then."""
        self.run.execute(commands.CancelInstance())
        assert not self.run.state.elements

    def compare(self) -> None:
        """Fails where the two differ."""
        reference, run = self.reference, self.run
        assert self.trace == +reference.trace, "other work was done"
        assert (run.state.status is InstanceStatus.COMPLETED) == reference.ended, "only one of both has ended"
        ours = {place: len(keys) for place, keys in waits_of(run).items()}
        theirs = Counter(place_of(wait) for wait in reference.waits)
        assert ours == theirs, f"other things are open: {sorted(ours.items() ^ theirs.items())}"
        if reference.ended:
            assert run.last[-1].variables == reference.root.variables  # type: ignore[union-attr]
            return
        seen: set[Place] = set()
        for wait in reference.open_waits("user"):
            place = place_of(wait)
            if place not in seen:
                seen.add(place)
                key = run.state.waits[min(waits_of(run)[place])]
                assert run.visible(key) == wait.frame.visible(), f"{place} sees other variables"
        assert next(iter(run.state.elements.values())).variables == reference.root.variables


def check(number: int, block: Block) -> None:
    """Run one process; its number decides the orders and how it is run. Fails where kernel and reference differ."""
    random = Random(number)
    variables = {"a": random.randint(0, 3), "loopCounter": 0, "g0": 0, "g1": 0}
    budget, reload = random.choice((1, 3, 10_000, 10_000)), random.random() < 0.5
    begins = random.choice(("none", "none", "message", "signal", "timer"))
    Driver(block, number, budget=budget, reload=reload, begins=begins).finish(variables)
