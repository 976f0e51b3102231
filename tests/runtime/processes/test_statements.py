"""How many statements a command sends to the database; docs/durability.md has the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.api import commands
from runtime.access.actor import SYSTEM
from runtime.platform import Platform
from runtime.processes import state
from runtime.store.work import Work
from tests.benchmarks import drawings
from tests.support.diagrams import diagram, line, named_message, service_task, timer, user_task, wait_for
from tests.support.statements import counted

MESSAGE = '<bpmn:messageEventDefinition messageRef="m" />'
THEN = user_task("then")


def _key(platform: Platform, work: Work, instance: str) -> int:
    """The key of the one thing that the instance waits for."""
    found = platform.processes.instance(work, instance)
    waits: list[Any] = [*found.tasks, *found.jobs, *found.subscriptions, *found.incidents]
    return int(waits[0].id.rpartition(".")[2])


def _give(command: type[Any], name: str) -> Callable[[Platform, str, int], Any]:
    def give(platform: Platform, instance: str, key: int) -> Any:
        return lambda work: platform.processes.execute(work, instance, command(**{name: key}))

    return give


def _complete(platform: Platform, instance: str, key: int) -> Any:
    return lambda work: platform.processes.complete_task(work, f"{instance}.{key}", {"approved": True})


def _claim(platform: Platform, instance: str, key: int) -> Any:
    return lambda work: platform.processes.claim_task(work, f"{instance}.{key}")


def _sent(platform: Platform, order: Any) -> list[str]:
    with counted(platform.database) as sent, platform.database.write(SYSTEM) as work:
        begun = len(sent)
        order(work)
    return sent[begun:]


@pytest.mark.parametrize(
    ("waits", "order", "expected"),
    [
        (line(user_task("first"), THEN), _complete, 10),
        (line(user_task("first", groups="boss"), user_task("then", groups="boss")), _complete, 12),
        (line(user_task("first"), THEN), _claim, 7),
        (line(wait_for("nap", timer("duration", "PT1H")), THEN), _give(commands.TriggerTimer, "timer"), 8),
        (line(wait_for("news", MESSAGE), THEN), _give(commands.CorrelateMessage, "subscription"), 8),
        (line(service_task("call", "demo.unknown"), THEN), _give(commands.CompleteJob, "job"), 8),
    ],
    ids=["complete", "complete with candidates", "claim", "timer", "message", "job"],
)
def test_a_command_sends_few_statements(platform: Platform, waits: str, order: Any, expected: int) -> None:
    with platform.database.write(SYSTEM) as work:
        outside = named_message("m", "news", "=&quot;A&quot;") if "messageRef" in waits else ""
        platform.processes.deploy(work, {"p.bpmn": diagram("p", waits, outside=outside)})
        instances = [platform.processes.start(work, "p", {}) for _ in range(2)]
        keys = [_key(platform, work, instance) for instance in instances]
    _sent(platform, order(platform, instances[0], keys[0]))  # definitions are read once
    sent = _sent(platform, order(platform, instances[1], keys[1]))
    assert len(sent) == expected, "\n".join(sent)


def test_starting_sends_few_statements(platform: Platform) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": drawings.approval("ringi")})
        platform.processes.start(work, "p", {"x": 0})
    sent = _sent(platform, lambda work: platform.processes.start(work, "p", {"x": 0}))
    assert len(sent) == 6, "\n".join(sent)


def test_one_of_many_parallel_tasks_sends_as_many_statements_as_one_of_more(platform: Platform) -> None:
    few, many = (_parallel(platform, number) for number in (state.CROWD + 10, state.CROWD * 5))
    assert len(few) == len(many) <= 16, "\n".join(many)


def _parallel(platform: Platform, number: int) -> list[str]:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": drawings.waiting_siblings(number)})
        instance = platform.processes.start(work, "p", {})
        first, second, *_ = platform.processes.instance(work, instance).tasks
    _sent(platform, lambda work: platform.processes.complete_task(work, first.id, {}))
    return _sent(platform, lambda work: platform.processes.complete_task(work, second.id, {}))
