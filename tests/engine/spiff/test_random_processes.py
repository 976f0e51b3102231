"""Random block-structured processes with every wait: after each command saved, loaded, replayed, repeated; all of them end."""

from __future__ import annotations

from itertools import count, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.kernel import InstanceStatus, commands, events
from tests.support.spiff import Instance, diagram, extended, flows, script, service, timer

MESSAGE = '<message id="m" name="go"/><signal id="sg" name="go"/>'
LEAVES = ("script", "user", "manual", "service", "timer", "message", "signal")
SHAPES = ("row", "and", "xor", "or", "sub", "late")

BLOCKS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.tuples(
        st.sampled_from(["row", "and", "xor", "or", "sub", "late"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=7,
)


class Drawing:
    """Elements and flows of a process that is drawn block by block."""

    def __init__(self) -> None:
        self.numbers = count()
        self.more = ""

    def draw(self, block: object, scope: list[str]) -> tuple[str, str]:
        """Draw a block into `scope`; the ids at which it is entered and left."""
        if isinstance(block, str):
            return self._leaf(block, scope)
        kind, inner = block  # type: ignore[misc] - the two forms that BLOCKS makes
        return getattr(self, f"_{kind}")(inner, scope)

    def _name(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"

    def _leaf(self, kind: str, scope: list[str]) -> tuple[str, str]:
        name = self._name(kind)
        catch = '<intermediateCatchEvent id="{}">{}</intermediateCatchEvent>'
        after = f"<spiffworkflow:postScript>{name} = 1</spiffworkflow:postScript>"
        scope.append(
            {
                "script": script(name, f"done_{name} = now = datetime.now().isoformat()"),
                "user": extended("userTask", f'id="{name}"', after),
                "manual": f'<manualTask id="{name}"/>',
                "service": service(name, "demo/work", name, "n=1 + 1"),
                "timer": catch.format(name, timer("timeDuration", "timedelta(minutes=5)")),
                "message": catch.format(name, '<messageEventDefinition messageRef="m"/>'),
                "signal": catch.format(name, '<signalEventDefinition signalRef="sg"/>'),
            }[kind]
        )
        return name, name

    def _row(self, inner: list[object], scope: list[str]) -> tuple[str, str]:
        ends = [self.draw(block, scope) for block in inner]
        scope += [flows(f"{before[1]}>{after[0]}") for before, after in pairwise(ends)]
        return ends[0][0], ends[-1][1]

    def _split(self, gateway: str, inner: list[object], scope: list[str], conditions: list[str]) -> tuple[str, str]:
        first, last = self._name("split"), self._name("join")
        ends = [self.draw(block, scope) for block in inner]
        default = f' default="{first}_{ends[-1][0]}"' if conditions else ""
        scope.append(f'<{gateway} id="{first}"{default}/><{gateway} id="{last}"/>')
        for number, (begin, end) in enumerate(ends):
            condition = f"?{conditions[number]}" if conditions and number < len(ends) - 1 else ""
            scope.append(flows(f"{first}>{begin}{condition}", f"{end}>{last}"))
        return first, last

    def _and(self, inner: list[object], scope: list[str]) -> tuple[str, str]:
        return self._split("parallelGateway", inner, scope, [])

    def _xor(self, inner: list[object], scope: list[str]) -> tuple[str, str]:
        return self._split("exclusiveGateway", inner, scope, [f"n == {number}" for number in range(len(inner))])

    def _or(self, inner: list[object], scope: list[str]) -> tuple[str, str]:
        return self._split("inclusiveGateway", inner, scope, [f"n &gt;= {number}" for number in range(len(inner))])

    def _sub(self, inner: list[object], scope: list[str]) -> tuple[str, str]:
        name, inside = self._name("sub"), list[str]()
        begin, end = self._row(inner, inside)
        inside.append(f'<startEvent id="{name}_s"/><endEvent id="{name}_e"/>' + flows(f"{name}_s>{begin}", f"{end}>{name}_e"))
        scope.append(f'<subProcess id="{name}">{"".join(inside)}</subProcess>')
        return name, name

    def _late(self, inner: list[object], scope: list[str]) -> tuple[str, str]:
        """A sub-process that a timer interrupts; what follows is the same."""
        name, _ = self._sub(inner, scope)
        event, join = self._name("late"), self._name("merge")
        scope.append(
            f'<boundaryEvent id="{event}" attachedToRef="{name}">{timer("timeDuration", "&quot;PT1H&quot;")}</boundaryEvent>'
        )
        scope.append(f'<exclusiveGateway id="{join}"/>' + flows(f"{name}>{join}", f"{event}>{join}"))
        return name, join


def drawn(block: object) -> str:
    """The file of a process that consists of the block."""
    scope: list[str] = []
    begin, end = Drawing().draw(block, scope)
    return diagram('<startEvent id="s"/><endEvent id="e"/>' + "".join(scope) + flows(f"s>{begin}", f"{end}>e"), MESSAGE)


def answer(instance: Instance, key: int) -> None:
    """Give what the wait waits for."""
    match instance.state.wait(key):
        case events.UserTaskCreated(task=task):
            instance.give(commands.CompleteUserTask(task=task))
        case events.JobCreated(job=job):
            instance.give(commands.CompleteJob(job=job))
        case events.TimerScheduled(timer=due, due=moment):
            instance.now = max(instance.now, moment)
            instance.give(commands.TriggerTimer(timer=due))
        case events.MessageSubscriptionOpened(subscription=subscription):
            instance.give(commands.CorrelateMessage(subscription=subscription))
        case events.SignalSubscriptionOpened(signal=signal):
            instance.give(commands.BroadcastSignal(signal=signal))
        case other:
            raise AssertionError(f"nothing stands still: {other}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, st.integers(0, 2), st.randoms(use_true_random=False))
def test_every_process_ends_whatever_is_answered_first(block, n, random):
    instance = Instance(drawn(block))
    instance.start(n=n)
    for _ in range(200):
        if instance.state.status is InstanceStatus.COMPLETED:
            return
        if random.random() < 0.2:
            instance.restart()
        answer(instance, random.choice(sorted(instance.state.waits)))
    raise AssertionError("it goes on without end")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, st.integers(0, 2))
def test_every_process_can_be_cancelled_at_any_wait(block, n):
    instance = Instance(drawn(block))
    instance.start(n=n)
    if instance.state.status is InstanceStatus.ACTIVE:
        instance.give(commands.CancelInstance())
        assert instance.state.status is InstanceStatus.CANCELLED
        assert not instance.state.elements
