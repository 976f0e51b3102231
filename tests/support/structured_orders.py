"""What may be ordered at a moment in the run of a structured process: for the kernel and for the reference interpreter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from engine.feel import from_plain
from engine.kernel import commands, events
from tests.support import structured_process as s
from tests.support.kernel_run import Run
from tests.support.reference_frames import Wait
from tests.support.reference_interpreter import Interpretation
from tests.support.reference_steps import AGAIN, SKIPPED, Back
from tests.support.structured_drawing import EXTRA
from tests.support.structured_process import Block
from tests.support.structured_walk import children

Place = tuple[str, str, tuple[int, ...]]

KINDS: Mapping[type, str] = {
    events.UserTaskCreated: "user",
    events.JobCreated: "job",
    events.TimerScheduled: "timer",
    events.MessageSubscriptionOpened: "message",
    events.SignalSubscriptionOpened: "signal",
    events.ConditionOpened: "conditional",
    events.IncidentRaised: "incident",
    events.TriggerKept: "kept",
}


@dataclass(frozen=True)
class Order:
    """The same order for both: a command, and what the reference does. `kept` ones may be sent while suspended."""

    command: commands.Command
    mirror: Callable[[], None]
    spare: bool = False
    kept: bool = False


class Orders:
    """All orders for what is open on both sides."""

    def __init__(self, run: Run, reference: Interpretation, blocks: Mapping[str, Block], random: Random) -> None:
        self.run, self.reference, self.blocks, self.random = run, reference, blocks, random

    def __iter__(self) -> Iterator[Order]:
        """What may be ordered now."""
        keys = waits_of(self.run)
        seen: Counter[Place] = Counter()
        for wait in sorted(self.reference.waits, key=lambda wait: wait.serial):
            place = place_of(wait)
            key = keys[place][seen[place]]
            seen[place] += 1
            yield from self.answers(wait, key)
        value = self.random.randint(0, 3)
        yield Order(
            commands.SetVariables(variables=from_plain({"a": value})), lambda: self.reference.root.write("a", value), spare=True
        )

    def answers(self, wait: Wait, key: int) -> Iterator[Order]:
        """The orders for one wait, open in the kernel as `key`."""
        machine, value = self.reference, self.random.randint(0, 99)

        def answer(with_: Any = None) -> Callable[[], None]:
            return lambda: machine.answer(wait, with_) if wait in machine.waits else None

        match wait.kind:
            case "user":
                found = from_plain({"entered": value} if wait.element.startswith("t") else {})
                yield Order(commands.CompleteUserTask(task=key, variables=found), answer(value))
                yield from self.moves(wait, key)
            case "job":
                yield from self.job_answers(wait, key, answer, value)
            case "message":
                brought = from_plain({"brought": value} if wait.beside is None else {})
                answered = value if wait.element.startswith("t") else wait.element
                if wait.element.startswith("e"):
                    brought = {}
                message = commands.CorrelateMessage(subscription=key, variables=brought)
                yield Order(message, answer(answered), spare=wait.beside is not None, kept=True)
            case "timer" | "cycle":
                yield Order(commands.TriggerTimer(timer=key), answer(wait.element), spare=wait.beside is not None)
            case "signal":
                yield self.signal(wait)
            case "conditional":
                yield self.write(wait, key)
            case "incident":
                yield from self.resolutions(wait, key, value)

    def job_answers(self, wait: Wait, key: int, answer: Callable[[Any], Callable[[], None]], value: int) -> Iterator[Order]:
        """Done, or, where it has no incident, failed."""
        done = commands.CompleteJob(job=key, variables=from_plain({"result": value}))
        yield Order(done, answer(value), kept=True)
        if all(other.thread is not wait.thread or other is wait for other in self.reference.waits):
            yield Order(commands.FailJob(job=key, message="", retries=1), lambda: None, spare=True)
            yield Order(commands.FailJob(job=key, message="", retries=0), answer("fail"), spare=True)
            yield Order(commands.ThrowError(job=key, code=s.ERROR), answer("error"), spare=True, kept=True)

    def signal(self, wait: Wait) -> Order:
        """It reaches all that wait for it now."""
        machine = self.reference
        waiting = [other for other in machine.open_waits("signal") if other.name == wait.name]

        def mirror() -> None:
            for other in waiting:
                if other in machine.waits:
                    machine.answer(other, other.element)

        return Order(commands.BroadcastSignal(signal=wait.name), mirror, spare=wait.beside is not None, kept=True)

    def write(self, wait: Wait, key: int) -> Order:
        """Make the condition true, or false where it is true."""
        held, frame = frame_reads(wait), wait.frame
        owner = self.run.state.waits[key]
        order = commands.SetVariables(variables={wait.name: not held}, element_instance=owner)
        return Order(order, lambda: frame.write(wait.name, not held), spare=wait.beside is not None)

    def resolutions(self, wait: Wait, key: int, value: int) -> Iterator[Order]:
        """An incident of a job, of a gateway whose variable is null, or of an ad-hoc sub-process with nothing to do."""
        machine = self.reference

        def written() -> None:
            wait.frame.write(wait.name, value)
            machine.answer(wait)

        if wait.name == "chosen":
            name = wait.element[1:]
            part = self.random.randrange(len(children(self.blocks[name])))
            incident = self.run.state.wait(key)
            assert incident is not None
            chosen = commands.ActivateAdHocElements(element_instance=incident.key, elements=(f"t{name}_{part}",))
            yield Order(chosen, lambda: machine.answer(wait, part))
        elif wait.name:
            variables = from_plain({wait.name: value})
            yield Order(commands.ResolveIncident(incident=key, variables=variables), written)
        else:
            yield Order(commands.ResolveIncident(incident=key), lambda: machine.answer(wait, "resolved"))

    def moves(self, wait: Wait, key: int) -> Iterator[Order]:
        """What operators do with the token at a user task, or beside it."""
        machine, task = self.reference, self.run.state.wait(key)
        assert isinstance(task, events.UserTaskCreated)
        yield Order(commands.AssignUserTask(task=key, assignee="ann", take_over=True), lambda: None, spare=True)
        name = wait.element[1:]
        if wait.element != f"t{name}" or not isinstance(self.blocks.get(name), s.User):
            return
        above, _, number = name.rpartition("_")
        around = self.blocks[above] if name else None
        if isinstance(around, s.AdHoc):
            yield from self.choices(around, wait, above, task)
            return
        if isinstance(around, s.Many):
            return
        behind = f"gw_on{above}" if isinstance(around, s.Guarded) and number == "0" else f"gw_past{name}"
        for target, answered in ((behind, SKIPPED), (wait.element, AGAIN)):
            move = commands.Move(element_instance=task.key, element=target)
            yield Order(
                commands.ModifyInstance(move=(move,)), lambda answered=answered: machine.answer(wait, answered), spare=True
            )
        if isinstance(around, s.Seq):
            for n in range(int(number)):
                if isinstance(around.blocks[n], s.User):
                    back = commands.SendBackUserTask(task=key, element=f"t{above}_{n}")
                    yield Order(back, lambda n=n: machine.answer(wait, Back(n)), spare=True)
        yield from self.extras(wait, task)

    def choices(self, block: s.AdHoc, wait: Wait, name: str, task: events.UserTaskCreated) -> Iterator[Order]:
        """A part of an ad-hoc sub-process in which something is active is begun by hand."""
        instance = self.run.state.elements[task.key].parent
        frame = wait.frame.outer
        assert instance is not None
        assert frame is not None
        part = self.random.randrange(len(block.parts))
        chosen = commands.ActivateAdHocElements(element_instance=instance, elements=(f"t{name}_{part}",))
        yield Order(chosen, lambda: self.reference.ad_hocs[frame].choose(part), spare=True)

    def extras(self, wait: Wait, task: events.UserTaskCreated) -> Iterator[Order]:
        """A token more in the sub-process around the task."""
        state = self.run.state
        scope = state.elements[state.elements[task.key].parent or 0]
        extra = f"{EXTRA}{scope.element[1:]}"
        if scope.element.startswith("t") and extra in self.run.definitions.processes[scope.process].elements:
            frame = wait.frame.outer
            assert frame is not None
            more = commands.Activation(element=extra, scope=scope.key)
            yield Order(
                commands.ModifyInstance(activate=(more,)), lambda: self.reference.add_user_task(frame, extra), spare=True
            )


def waits_of(run: Run) -> dict[Place, list[int]]:
    """The open waits of the kernel by kind, element and turns."""
    found: dict[Place, list[int]] = defaultdict(list)
    state = run.state
    for key in sorted(state.waits):
        wait = state.wait(key)
        found[KINDS[type(wait)], wait.element, turns_around(run, wait.key)].append(key)  # type: ignore[union-attr]
    return found


def turns_around(run: Run, key: int | None) -> tuple[int, ...]:
    """The turns in which an element instance lies, outermost first."""
    turns: list[int] = []
    while key is not None:
        instance = run.state.elements[key]
        if instance.loop_index is not None:
            turns.append(instance.loop_index)
        key = instance.parent
    return tuple(reversed(turns))


def place_of(wait: Wait) -> Place:
    """Kind, element and turns of a wait."""
    return "timer" if wait.kind == "cycle" else wait.kind, wait.element, wait.frame.path


def frame_reads(wait: Wait) -> bool:
    """Whether the condition holds."""
    return wait.frame.read(wait.name) is True
