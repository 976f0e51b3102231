"""The stored forms of events and element instances. They are released: what stands here must be read for ever."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from engine.feel import YearMonthDuration
from engine.kernel import (
    ElementInstance,
    Loop,
    Phase,
    Undo,
    Wait,
    event_from_json,
    event_to_json,
    events,
    instance_from_json,
    instance_to_json,
    wait_key,
)

GOLDEN = Path(__file__).parent / "golden" / "events.jsonl"
DUE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
VALUES = {
    "n": Decimal("1.50"),
    "d": date(2026, 1, 31),
    "t": [None, True, {"event": "x"}],
    "p": YearMonthDuration(3),
    "s": timedelta(1),
}

EXAMPLES: tuple[events.Event, ...] = (
    events.ElementActivated(key=1, element="p", process="p:1", parent=None, variables=VALUES),
    events.ElementActivated(key=2, element="t", process="p:1", parent=1, flow="f", variables={}, loop_index=1),
    events.ElementActivated(key=3, element="j", process="p:1", parent=1, arrived={"f": 2}),
    events.ElementEntered(key=2),
    events.ElementCompleted(key=2),
    events.ElementTerminated(key=2),
    events.FlowTaken(flow="f", scope=1),
    events.TokenJoined(key=3, flow="f"),
    events.VariablesWritten(key=1, variables={"a b": None}),
    events.LoopStarted(key=2, items=(Decimal(1), None), collect=False),
    events.LoopItemCompleted(key=2, index=1, output=["x"]),
    events.UserTaskCreated(
        task=4,
        key=2,
        element="t",
        name="Call back",
        assignee="ann",
        candidate_groups=("sales",),
        candidate_users=("bob", "cyd"),
        due_date=DUE,
        follow_up_date=DUE,
        priority=70,
        form_id="call",
        form_binding="latest",
    ),
    events.UserTaskAssigned(task=4, assignee=None),
    events.UserTaskCompleted(task=4, variables={"ok": True}, by="ann"),
    events.UserTaskCancelled(task=4),
    events.JobCreated(job=5, key=2, element="t", type="mail", retries=3, headers={"to": "all"}),
    events.JobCompleted(job=5, variables={}),
    events.JobFailed(job=5, message="no route", retries=2, retry_at="2026-03-02T09:31:00+00:00"),
    events.JobRetried(job=5, retries=1),
    events.JobCancelled(job=5),
    events.TimerScheduled(timer=6, key=2, element="b", due=DUE, cycle="R/2026-03-02T09:30:00Z/PT3600S", repetitions=-1),
    events.TimerTriggered(timer=6),
    events.TimerCancelled(timer=6),
    events.MessageSubscriptionOpened(subscription=7, key=2, element="m", message="paid", correlation_key="7", repeatable=True),
    events.MessageCorrelated(subscription=7, variables={"amount": Decimal(5)}, message_id="m-1"),
    events.MessageSubscriptionClosed(subscription=7),
    events.MessageThrown(key=2, element="e", message="lead.new", correlation_key="", variables={}),
    events.SignalSubscriptionOpened(subscription=9, key=2, element="s", signal="closing", repeatable=True),
    events.SignalCaught(subscription=9, variables={"amount": Decimal(5)}),
    events.SignalSubscriptionClosed(subscription=9),
    events.ConditionOpened(condition=10, key=2, element="c", repeatable=True, holds=True),
    events.ConditionTriggered(condition=10),
    events.ConditionChanged(condition=10, holds=False),
    events.ConditionClosed(condition=10),
    events.SignalThrown(key=2, element="s", signal="closing", variables={}),
    events.ErrorThrown(key=2, element="t", code="E", message="no credit"),
    events.EscalationThrown(key=2, element="t", code="LATE", caught_by="b"),
    events.DecisionEvaluated(key=2, element="d", decision="score", result=Decimal(7), trace=[{"rules": [1, 2.5]}]),
    events.ProcessCalled(key=2, element="c", process="q:3"),
    events.IncidentRaised(incident=8, key=2, element="t", code="KERNEL-2019", message="no route", job=5),
    events.IncidentResolved(incident=8),
    events.StepBudgetUsedUp(steps=10_000),
    events.InstanceCompleted(variables=VALUES),
    events.InstanceCancelled(reason="entered twice"),
    events.InputKept(
        kept=9, key=2, element="m", wait=7, kind="error", variables=VALUES, message_id="m-1", code="E", message="no credit"
    ),
    events.InputKept(kept=10, key=2, element="m", wait=8, kind="signal", variables={}, together=9),
    events.InputReleased(kept=9),
    events.InstanceSuspended(reason="audit"),
    events.InstanceResumed(),
    events.ElementMigrated(key=3, element="j2", process="p:2", renamed={"a": "b"}, arrived={"f": 2}),
    events.UserTaskRevised(task=4, name="Call again", form_id="call2", form_binding="latest"),
    events.GatewayActivated(key=3, consumed=("f", "g")),
    events.AdHocElementsChosen(key=2, elements=("a", "b"), by="ann"),
    events.AdHocElementBegun(key=2),
    events.ElementMigrated(key=3, element="j2", process="p:2", arrived={}, consumed=("f",)),
    events.CompensationKept(key=1, instance=2, handler="h"),
    events.CompensationTriggered(key=9, scope=1, records=(2, 3)),
    events.CompensationStarted(key=9, into=10),
    events.UserTaskSentBack(task=4, element="t0", by="ann"),
    events.TimerScheduled(timer=6, key=2, element="b", due=DUE, definition=1),
    events.MessageSubscriptionOpened(subscription=7, key=2, element="m", message="paid", correlation_key="7", definition=2),
    events.SignalSubscriptionOpened(subscription=9, key=2, element="s", signal="closing", definition=1),
    events.ConditionOpened(condition=10, key=2, element="c", definition=3),
    events.TriggerKept(kept=11, key=2, element="m", definition=2, variables=VALUES),
    events.TriggerReleased(kept=11),
    events.StartQuantityReached(key=3),
    events.JobCreated(job=12, key=2, element="t", type="note", retries=3, listener="end", listener_index=1),
    events.ListenersCompleted(key=2, listener="end"),
    events.StartHeld(held=13, key=1, element="p", at=("start",), variables=VALUES, by_hand=True),
    events.StartReleased(held=13),
    events.UserTaskCreated(task=15, key=2, element="t", name="Call", assignee="bob", co_signs=14),
    events.UserTaskCompleted(task=4, variables={}, by="ann", on_behalf_of="bob"),
    events.UserTaskWithdrawn(task=4, element="t0", by="ann"),
    events.UserTaskHandedOver(task=4, assignee="bob", candidate_groups=("sales",), by="ann"),
    events.CoSigningStarted(
        signing=14, key=2, element="t", waiting=({"user": "bob"},), done_by="ann", result=VALUES, signatures=({"by": "eve"},)
    ),
    events.CoSignerAdded(signing=14, user="bob", together=True, by="ann", comment="over 1000"),
    events.CoSignerAsked(signing=14, user="bob", by="ann", comment="over 1000"),
    events.TaskResultKept(signing=14, variables={"ok": True}, by="ann"),
    events.CoSignatureGiven(signing=14, task=11, approved=False, by="bob", comment="no", variables={"ok": True}),
    events.CoSigningEnded(signing=14),
    events.ExecutorStateChanged(key=1, changes=[[[], {"a": {"b": 1}}], [["a", "b"], None], [["a"]]]),
    events.TimerScheduled(timer=6, key=2, element="b", due=DUE, makes_up=DUE),
    events.TimerSkipped(timer=6),
    events.UserTaskChangeBegun(
        change=16,
        key=2,
        element="t",
        listener="completing",
        task=4,
        changes={"priority": Decimal(70)},
        corrected=("priority",),
        variables=VALUES,
        by="ann",
        on_behalf_of="bob",
        handed_over=True,
    ),
    events.UserTaskCorrected(change=16, corrections={"assignee": "bob"}),
    events.UserTaskDenied(change=16, task=4, listener="completing", reason="the sum is missing"),
    events.UserTaskChangeEnded(change=16, task=4),
    events.UserTaskUpdated(task=4, changes={"candidate_groups": ["sales"]}),
    events.TimerScheduled(timer=6, key=2, element="b", due=DUE, calendar="office"),
)


def golden() -> list[dict[str, object]]:
    """The stored forms, one a line."""
    return [json.loads(line) for line in GOLDEN.read_text().splitlines()]


def test_there_is_an_example_of_every_event() -> None:
    assert {type(e) for e in EXAMPLES} == set(get_args(events.Event))


def test_every_field_stands_in_an_example_with_another_value_than_its_default() -> None:
    seen = {(type(e), name) for e in EXAMPLES for name in event_to_json(e) if name != "event"}
    kept = {(cls, f.name) for cls in get_args(events.Event) for f in fields(cls) if f.metadata.get("journal", True)}
    assert kept - seen == set()


@pytest.mark.parametrize(("event", "stored"), list(zip(EXAMPLES, golden(), strict=True)))
def test_a_released_form_is_written_and_read_for_ever(event: events.Event, stored: dict[str, object]) -> None:
    assert event_to_json(event) == stored
    assert event_from_json(stored) == event


def test_what_a_job_or_decision_could_see_is_not_stored() -> None:
    job = events.JobCreated(job=5, key=2, element="t", type="mail", retries=3, variables=VALUES)
    assert "variables" not in event_to_json(job)
    decision = events.DecisionEvaluated(key=2, element="d", decision="score", result=None, inputs=VALUES)
    assert "inputs" not in event_to_json(decision)


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(KeyError, match="SomethingElse"):
        event_from_json({"event": "SomethingElse"})


def test_an_element_instance_is_read_back_exactly() -> None:
    waits = {wait_key(w): w for w in EXAMPLES if isinstance(w, get_args(Wait))}
    loop = Loop(items=(Decimal(1), None), total=3, outputs=[None, Decimal(2), None], started=2, completed=1)
    inner = Undo(key=3, element="u")
    undo = Undo(key=2, element="t", handler="h", variables=dict(VALUES), inside=[inner])
    instance = ElementInstance(
        key=2,
        element="t",
        process="p:1",
        parent=1,
        phase=Phase.WAITING,
        flow="f",
        variables=dict(VALUES),
        loop_index=4,
        loop=loop,
        arrived={"f": 1},
        consumed=("g",),
        chosen=("a", "b"),
        waits=waits,
        kept=[undo],
        undo=[],
        executor_state={"tasks": {"a": 1}},
    )
    assert sorted(waits) == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    stored = json.loads(json.dumps(instance_to_json(instance)))
    assert instance_from_json(stored) == instance
    assert set(stored) == {f.name for f in fields(ElementInstance)}
